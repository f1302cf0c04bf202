package core_test

import (
	"bytes"
	"math/rand/v2"
	"reflect"
	"testing"

	"raftarium/raft"
)

// lists are the effects without the memory behind them.
func lists(e *raft.Effects) []any {
	return []any{
		append([]raft.Save(nil), e.Saves...), append([]raft.Timer(nil), e.Timers...),
		append([]raft.Apply(nil), e.Applies...), append([]raft.Answer(nil), e.Answers...),
		append([]raft.Send(nil), e.Sends...),
	}
}

// twin is a machine that has a second one beside it: an earlier clone, which gets
// the same events and must do the same.
type twin struct {
	raft.Machine
	other raft.Machine
	fail  func(format string, args ...any)
}

func (w *twin) Step(ev raft.Event, out *raft.Effects) {
	w.Machine.Step(ev, out)
	var theirs raft.Effects
	w.other.Step(ev, &theirs)
	if a, b := lists(out), lists(&theirs); !reflect.DeepEqual(a, b) {
		w.fail("after %#v the machine wants %+v, its twin %+v", ev, a, b)
	}
	if !bytes.Equal(w.AppendState(nil), w.other.AppendState(nil)) {
		w.fail("after %#v the machine and its twin differ", ev)
	}
}

func TestEqualBytesMeanEqualBehaviour(t *testing.T) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 3))
		var off []string
		if seed%3 == 0 {
			off = someRules(r)
		}
		b := newBench(1+r.IntN(5), off...)
		for range 40 {
			for _, n := range b.nodes {
				if w, ok := n.m.(*twin); ok {
					n.m = w.Machine
				}
				if r.IntN(2) == 0 {
					n.m = &twin{n.m, n.m.Clone(), b.fail}
				} else {
					// The clone goes on in place of the machine.
					n.m = &twin{n.m.Clone(), n.m, b.fail}
				}
			}
			if off != nil {
				b.violation = nil
			}
			b.chaos(r, 40)
		}
		if off == nil && b.violation != nil {
			t.Fatalf("seed %d: %v", seed, b.violation)
		}
	}
}

// TestACloneAndItsOriginalDoNotDisturbEachOther lets each clone go a way of its
// own, and looks whether anything moved in those that stood still.
func TestACloneAndItsOriginalDoNotDisturbEachOther(t *testing.T) {
	type still struct {
		m     raft.Machine
		bytes []byte
	}
	for seed := range uint64(30) {
		r := rand.New(rand.NewPCG(seed, 4))
		b := newBench(3 + r.IntN(3))
		var kept []still
		for range 30 {
			b.chaos(r, 50)
			for _, n := range b.nodes {
				c := n.m.Clone()
				kept = append(kept, still{c, c.AppendState(nil)})
				// A second clone lives on with other events than the original: another
				// leader overwrites whatever is not committed.
				wild := n.m.Clone()
				before := n.m.AppendState(nil)
				var out raft.Effects
				var log []raft.Entry
				for i := n.st.Commit + 1; i < n.st.Commit+8; i++ {
					log = append(log, raft.Entry{Term: n.st.Term + 1, Index: i, Data: []byte("wild")})
				}
				var prev raft.Term
				if i := n.st.Commit - n.st.First; n.st.Commit >= n.st.First && int(i) < len(n.st.Log) {
					prev = n.st.Log[i].Term
				}
				wild.Step(&raft.Deliver{From: n.id%raft.ID(len(b.nodes)) + 1, Msg: &raft.AppendEntries{
					Term: n.st.Term + 1, PrevIndex: n.st.Commit, PrevTerm: prev, Entries: log,
				}}, &out)
				wild.Step(&raft.TimerFired{Key: raft.TimerElection}, &out)
				kept = append(kept, still{wild, wild.AppendState(nil)})
				if !bytes.Equal(n.m.AppendState(nil), before) {
					t.Fatalf("seed %d: a clone's steps moved its original", seed)
				}
			}
		}
		if b.violation != nil {
			t.Fatalf("seed %d: %v", seed, b.violation)
		}
		for _, k := range kept {
			if !bytes.Equal(k.m.AppendState(nil), k.bytes) {
				t.Fatalf("seed %d: steps of the original moved a clone", seed)
			}
		}
	}
}

// TestWhatWasHandedOutIsNeverWrittenAgain hashes, so to speak, all messages at
// sending and looks at them again at the end.
func TestWhatWasHandedOutIsNeverWrittenAgain(t *testing.T) {
	for seed := range uint64(30) {
		r := rand.New(rand.NewPCG(seed, 5))
		b := newBench(3+r.IntN(3), "truncate-only-on-conflict")
		type record struct {
			m     raft.Message
			bytes []byte
		}
		var records []record
		for range 400 {
			b.violation = nil
			from := len(b.net)
			b.chaos(r, 5)
			for _, e := range b.net[min(from, len(b.net)):] {
				records = append(records, record{e.msg, e.msg.AppendTo(nil)})
			}
		}
		for _, k := range records {
			if !bytes.Equal(k.m.AppendTo(nil), k.bytes) {
				t.Fatalf("seed %d: a message changed after it was sent: %+v", seed, k.m)
			}
		}
	}
}
