package tests

import (
	"fmt"
	"testing"
	"time"

	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/check"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
)

// betweenSaves takes a busy run apart at every instant at which a save became durable:
// from there the server crashes in one branch, and all do in another. It returns how
// many branches there were, and the first that went wrong.
func betweenSaves(t *testing.T, code cluster.Code, without ...string) (int, error) {
	cfg := script.DefaultConfig()
	cfg.Servers, cfg.Clients, cfg.Keys, cfg.Snapshot, cfg.Without = 3, 3, 2, 400, without
	cfg.Latency, cfg.Seed = netsim.Exactly(time.Millisecond), *firstSeed
	var saved raft.ID // by the last event
	s, err := cluster.Open(code, &script.Scenario{Config: cfg}, cluster.Options{Trace: -1, Observe: func(r *netsim.Record) {
		if saved = raft.None; r.Kind == netsim.Written {
			saved = raft.ID(r.Node)
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	// From before the first election on.
	branches := 0
	for s.Now() < netsim.Time(450*time.Millisecond) {
		s.Step()
		if saved == raft.None {
			continue
		}
		for _, who := range []script.Target{{IDs: []raft.ID{saved}}, {All: true}} {
			branches++
			c := s.Clone()
			for _, a := range []script.Action{script.Crash{Servers: who}, script.Restart{Servers: who}} {
				if _, err := c.Act(a); err != nil {
					t.Fatal(err)
				}
				runTo(c, c.Now().Add(5*time.Millisecond).Duration())
			}
			runTo(c, c.Now().Add(400*time.Millisecond).Duration())
			if v := c.Final(); !v.OK() || v.Linearizable != check.Yes {
				return branches, fmt.Errorf("after a crash of %v at %v: %s\n  scenario: %s", who, s.Now(), violations(v), kept(t, c))
			}
		}
	}
	return branches, nil
}

func TestCrashesBetweenAnyTwoSavesLoseNothing(t *testing.T) {
	eachNode(t, func(t *testing.T, code cluster.Code) {
		if branches, err := betweenSaves(t, code); err != nil {
			t.Error(err)
		} else if branches < 200 {
			t.Errorf("only %d crashes", branches)
		}
	})
}

// TestCrashesBetweenSavesShowASnapshotThatIsSavedApart is the other side: they do find
// what is torn.
func TestCrashesBetweenSavesShowASnapshotThatIsSavedApart(t *testing.T) {
	t.Parallel()
	if branches, err := betweenSaves(t, ours(), "snapshot-with-state", "gather-small-appends"); err == nil {
		t.Errorf("%d crashes showed nothing", branches)
	}
}
