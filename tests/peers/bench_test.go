package peers

import (
	"fmt"
	"testing"
)

// BenchmarkCommit reports ns and allocations for each commit. An op is one run of
// the shape, that is 1 or 64 commits.
func BenchmarkCommit(b *testing.B) {
	for _, who := range []contender{ours, etcd} {
		for _, size := range []int{3, 5} {
			for _, s := range shapes {
				b.Run(fmt.Sprintf("%s/%d servers/%s", who.name, size, s.name), func(b *testing.B) {
					b.ReportAllocs()
					r := runner{contender: who, size: size, bytes: 16}
					r.renew(b)
					commits := 0
					for b.Loop() {
						if r.cluster.entries() >= longest {
							b.StopTimer()
							r.renew(b)
							b.StartTimer()
						}
						r.run(b, s)
						commits += s.events * s.each
					}
					b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(commits), "ns/commit")
				})
			}
		}
	}
}
