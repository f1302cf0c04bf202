package cluster_test

import (
	"strings"
	"testing"
	"time"

	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/check"
	"raftarium/raft"
)

// TestANodeThatFloodsTheNetworkIsStopped: where each message brings forth two, a run
// would take all memory before it came to its end.
func TestANodeThatFloodsTheNetworkIsStopped(t *testing.T) {
	// A node may hold back what it sends until a save is durable.
	for name, held := range map[string]bool{"at once": false, "behind a save": true} {
		t.Run(name, func(t *testing.T) { floods(t, held) })
	}
}

func floods(t *testing.T, held bool) {
	t.Helper()
	var saved [3]raft.SaveSeq
	s := openCode(t, puppets(func(id raft.ID, ev raft.Event, out *raft.Effects) {
		switch ev := ev.(type) {
		case *raft.Start:
			if id == 1 {
				out.Send(2, 0, &raft.TimeoutNow{Term: 1})
			}
		case *raft.Deliver:
			var after raft.SaveSeq
			if held {
				saved[id]++
				after = saved[id]
				out.Saves = append(out.Saves, raft.Save{Seq: after})
			}
			out.Send(ev.From, after, ev.Msg)
			out.Send(ev.From, after, ev.Msg)
		}
	}), config(nil), cluster.Options{Trace: -1})
	end := netsim.Time(time.Second)
	for !s.AdvanceTo(end) {
	}
	verdict := s.Final()
	if len(verdict.Violations) != 2 {
		t.Fatalf("two nodes flood the network, but the judge says %+v", verdict.Violations)
	}
	for i, v := range verdict.Violations {
		if v.Property != check.Contract || !strings.Contains(v.Text, "floods the network") {
			t.Errorf("violation %d: %+v", i, v)
		}
	}
	if s.Events() > 3_000_000 {
		t.Errorf("that took %d events", s.Events())
	}
}
