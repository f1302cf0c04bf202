package cluster_test

import (
	"strings"
	"testing"
	"time"

	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/check"
	"raftarium/netsim/cluster/script"
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

// TestALoadOfTheWorldIsNotANodesFault: on links so long, with timeouts so short, and each
// message doubled, any Raft has as much under way.
func TestALoadOfTheWorldIsNotANodesFault(t *testing.T) {
	s := open(t, config(func(cfg *script.Config) {
		cfg.Servers, cfg.Clients, cfg.For = 25, 3, 250*time.Millisecond
		cfg.Timing.ElectionMin, cfg.Timing.ElectionMax, cfg.Timing.Heartbeat = time.Millisecond, 2*time.Millisecond, 500*time.Microsecond
		cfg.Latency = netsim.Range{Min: 5 * time.Second, Max: 5 * time.Second}
		cfg.Duplicate = netsim.Always
	}), cluster.Options{Trace: -1})
	for !s.AdvanceTo(netsim.Time(250 * time.Millisecond)) {
	}
	if n := s.Stats().Messages; n < 1<<17+1000 {
		t.Errorf("only %d messages are under way", n)
	}
	if v := s.Final(); !v.Safety || len(v.Violations) > 0 {
		t.Errorf("it is accused of %+v", v.Violations)
	}
}

// TestAFullNetworkLosesMessages: what is under way takes memory, whoever sent it.
func TestAFullNetworkLosesMessages(t *testing.T) {
	s := openCode(t, puppets(func(id raft.ID, ev raft.Event, out *raft.Effects) {
		switch ev.(type) {
		case *raft.Start, *raft.TimerFired:
			for to := range raft.ID(5) {
				for range 1000 {
					if to+1 != id {
						out.Send(to+1, 0, &raft.TimeoutNow{Term: 1})
					}
				}
			}
			out.Timers = append(out.Timers, raft.Timer{Min: 10 * time.Millisecond, Max: 10 * time.Millisecond})
		}
	}), config(func(cfg *script.Config) {
		cfg.Timing.Heartbeat = 10 * time.Millisecond
		cfg.Latency = netsim.Range{Min: time.Hour, Max: time.Hour}
	}), cluster.Options{Trace: -1})
	for !s.AdvanceTo(netsim.Time(time.Second)) {
	}
	if lost := s.Stats().Lost; lost < 900_000 {
		t.Errorf("%d messages were lost", lost)
	}
	if v := s.Final(); len(v.Violations) > 0 || v.Progress != check.Unknown {
		t.Errorf("%+v", v)
	}
}
