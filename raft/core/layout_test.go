package core_test

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"raftarium/raft"
	"raftarium/raft/core"
)

// TestWhatANodeSaysFollowsFromItsStateAlone: a leader is cloned; both take the same events from then on.
// Without append-consistency-check terms may fall along a log, and then what the node
// answers must still follow from its state, not from the pieces in which its log stands.
func TestWhatANodeSaysFollowsFromItsStateAlone(t *testing.T) {
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 1))
		var a, b raft.Machine
		var outA, outB raft.Effects
		step := func(ev raft.Event) {
			outA.Reset()
			a.Step(ev, &outA)
			if b == nil {
				return
			}
			outB.Reset()
			b.Step(ev, &outB)
			if !bytes.Equal(a.AppendState(nil), b.AppendState(nil)) {
				t.Fatalf("seed %d: states differ", seed)
			}
			for i := range outA.Sends {
				x, y := outA.Sends[i].Msg, outB.Sends[i].Msg
				if !bytes.Equal(x.AppendTo(nil), y.AppendTo(nil)) {
					var st raft.Status
					a.Inspect(&st)
					var terms []raft.Term
					for _, e := range st.Log {
						terms = append(terms, e.Term)
					}
					t.Fatalf("seed %d: equal states with terms %v, equal event %+v: the machine sends %+v, its clone %+v", seed, terms, ev.(*raft.Deliver).Msg, x, y)
				}
			}
		}
		a = core.New()
		step(&raft.Start{ID: 1, Servers: []raft.ID{1, 2, 3}, Timing: raft.DefaultTiming,
			Without: []string{"append-consistency-check", "pre-vote", "save-before-send"}})
		step(&raft.TimerFired{Key: raft.TimerElection})
		step(&raft.Saved{Seq: 1})
		step(&raft.Deliver{From: 2, Msg: &raft.RequestVoteReply{Term: 1, Granted: true}})
		b = a.Clone()
		step(&raft.Propose{Proposals: []raft.Proposal{{Handle: 1, Data: []byte("x")}}})
		n := raft.Index(2)
		for range 3 + r.IntN(5) {
			e := raft.Entry{Term: raft.Term(1 + r.IntN(5)), Index: n + 1, Kind: raft.EntryCommand}
			step(&raft.Deliver{From: 2, Msg: &raft.AppendEntries{Term: 9, PrevIndex: n, Entries: []raft.Entry{e}}})
			n++
		}
		for prev := raft.Index(1); prev <= n; prev++ { // an old leader's, to be refused
			step(&raft.Deliver{From: 3, Msg: &raft.AppendEntries{Term: 8, PrevIndex: prev}})
		}
	}
}
