//go:build unix

package peers

import (
	"flag"
	"fmt"
	"math"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

var (
	limit   = flag.Float64("limit", 0.5, "the highest allowed cost of a commit, as a multiple of etcd's")
	batched = flag.Float64("batched", 0.9, "the same for commands that come in one message")
)

// mostAllocs is how many allocations a commit of a command that comes alone may take.
const mostAllocs = 4

// TestCostBesideEtcd prints what a commit costs and fails when it costs too much
// beside the peer.
func TestCostBesideEtcd(t *testing.T) {
	// With a processor to spare the collector would use that too, and wait there for
	// its turn: processor time that buys nothing.
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	var table strings.Builder
	fmt.Fprintf(&table, "\n%-8s %-6s %-18s %22s %22s %7s\n", "servers", "bytes", "shape", "raftarium", "etcd", "ratio")
	for _, size := range []int{3, 5} {
		for _, bytes := range []int{16, 256} {
			for _, s := range shapes {
				us, them := compare(t, size, bytes, s)
				ratio, most := us.time/them.time, *limit
				if s.each > 1 {
					most = *batched
				}
				fmt.Fprintf(&table, "%-8d %-6d %-18s %s %s %7.2f\n", size, bytes, s.name, us, them, ratio)
				if ratio > most {
					t.Errorf("%d servers, %d bytes, %s: a commit costs %.2f times etcd's processor time, over the limit of %.2f",
						size, bytes, s.name, ratio, most)
				}
				if s.each == 1 && us.allocs > mostAllocs {
					t.Errorf("%d servers, %d bytes, %s: a commit takes %.1f allocations, over the limit of %d", size, bytes, s.name, us.allocs, mostAllocs)
				}
			}
		}
	}
	t.Log(table.String())
}

// cost is the processor time in ns, and the allocations, of a commit.
type cost struct{ time, allocs float64 }

func (c cost) String() string { return fmt.Sprintf("%9.0f ns %6.2f al.", c.time, c.allocs) }

// compare measures in turns, so that whatever else the machine does hits both, and
// takes the best turn of each.
func compare(t *testing.T, size, bytes int, s shape) (us, them cost) {
	runners := []*runner{{contender: ours, size: size, bytes: bytes}, {contender: etcd, size: size, bytes: bytes}}
	best := []cost{{time: math.Inf(1)}, {time: math.Inf(1)}}
	for range 5 {
		for i, r := range runners {
			if c := r.measure(t, s); c.time < best[i].time {
				best[i] = c
			}
		}
	}
	return best[0], best[1]
}

// measure commits a turn's commands on a fresh cluster. The garbage that they leave
// is paid for too.
func (r *runner) measure(t *testing.T, s shape) cost {
	r.cluster = nil
	r.renew(t)
	r.run(t, s)
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := processorTime(t)
	for done := 0; done < s.commits; done += s.events * s.each {
		r.run(t, s)
	}
	used := processorTime(t) - start
	runtime.ReadMemStats(&after)
	return cost{
		time:   float64(used.Nanoseconds()) / float64(s.commits),
		allocs: float64(after.Mallocs-before.Mallocs) / float64(s.commits),
	}
}

// processorTime is what this process has used so far, the collector's work
// included.
func processorTime(t *testing.T) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
