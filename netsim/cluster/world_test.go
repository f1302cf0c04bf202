package cluster_test

import (
	"testing"
	"time"

	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/check"
	"raftarium/netsim/cluster/script"
)

func netTime(d time.Duration) netsim.Time { return netsim.Time(d) }

func TestAQuietClusterServesItsClients(t *testing.T) {
	s, v := run(t, config(nil))
	st := s.Stats()
	if !v.OK() || v.Linearizable != check.Yes || v.Progress != check.Yes {
		t.Fatalf("verdict %+v", v)
	}
	if st.Puts+st.Appends+st.Gets < 1000 {
		t.Errorf("only %d operations in 10 s", st.Puts+st.Appends+st.Gets)
	}
	t.Logf("%+v digest %x", st, s.Digest())
}

func TestFaultsDoNotBreakIt(t *testing.T) {
	for seed := uint64(1); seed <= 20; seed++ {
		s, v := run(t, config(func(c *script.Config) {
			c.Seed = seed
			c.Loss, c.Duplicate, c.Reorder = netsim.Percent(5), netsim.Percent(2), netsim.Percent(2)
			c.Faults = []script.Fault{script.FaultCrash, script.FaultPartition, script.FaultPause}
		}))
		if !v.OK() || v.Linearizable != check.Yes || v.Progress != check.Yes {
			t.Errorf("seed %d: verdict %+v stats %+v", seed, v, s.Stats())
		}
	}
}

func BenchmarkRun(b *testing.B) {
	cfg := config(func(c *script.Config) { c.For = 60 * time.Second })
	b.ReportAllocs()
	var st cluster.Stats
	for b.Loop() {
		s := open(b, cfg, cluster.Options{})
		s.AdvanceTo(netTime(cfg.For))
		s.Final()
		st = s.Stats()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(st.Events), "ns/event")
	b.ReportMetric(60*float64(b.N)/b.Elapsed().Seconds(), "x-real-time")
	b.ReportMetric(float64(st.Events), "events")
}
