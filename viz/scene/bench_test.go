package scene

import (
	"testing"

	"raftarium/viz/ui"
)

// BenchmarkScene lays the whole window out: nine servers, 300 messages on their
// way, full logs.
func BenchmarkScene(b *testing.B) {
	f := busyView()
	p := take(&f.v, 1440, 900, options(&ui.Dark, ThingServer(3)), new(Scratch))
	b.ReportAllocs()
	for b.Loop() {
		f.v.Now += ms / 100
		p.paint()
	}
	b.ReportMetric(float64(len(p.list.Cmds)), "cmds")
	b.ReportMetric(float64(len(p.tree.Nodes)), "nodes")
}
