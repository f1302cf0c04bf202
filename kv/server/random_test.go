package server

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	"raftarium/kv"
	"raftarium/raft"
)

// randomEvent makes an event that any consensus node, also a wrong one, might
// lead to.
func randomEvent(r *rand.Rand, next *raft.Index) kv.ServerEvent {
	c := command(kv.ClientID(r.IntN(4)+1), uint64(r.IntN(6)), kv.Op{Kind: kv.Kind(r.IntN(3) + 1), Key: fmt.Sprint(r.IntN(3)), Value: "v"})
	switch r.IntN(8) {
	case 0, 1, 2:
		return &kv.ServerDeliver{Req: &kv.Request{Command: c, Try: 1}}
	case 3, 4:
		return &kv.Answered{Answer: raft.Answer{
			Handle: raft.Handle(r.IntN(30)), Outcome: raft.Outcome(r.IntN(4)),
			Index: raft.Index(r.IntN(int(*next) + 5)), Term: raft.Term(r.IntN(3)), Leader: raft.ID(r.IntN(3)),
		}}
	case 5, 6:
		var ev kv.Applied
		for range r.IntN(4) {
			e := entry(*next, raft.Term(r.IntN(3)), c)
			switch r.IntN(6) {
			case 0:
				e.Kind = raft.EntryNoOp
			case 1:
				e.Data = e.Data[:r.IntN(len(e.Data))]
			}
			if *next++; r.IntN(50) == 0 {
				*next = raft.Index(r.IntN(int(*next) + 5))
			}
			ev.Entries = append(ev.Entries, e)
		}
		return &ev
	}
	var off []string
	for i := range table {
		if r.IntN(8) == 0 {
			off = append(off, table[i].Name)
		}
	}
	return &kv.SetRules{Without: off}
}

// trail steps a machine through events and returns everything that it did.
func trail(s kv.Server, events []kv.ServerEvent) []byte {
	var b []byte
	var out kv.ServerEffects
	for _, ev := range events {
		out.Reset()
		s.Step(ev, &out)
		for _, p := range out.Proposals {
			b = fmt.Appendf(b, "propose %d %x\n", p.Handle, p.Data)
		}
		for _, r := range out.Replies {
			b = fmt.Appendf(b, "reply %x\n", r.AppendTo(nil))
		}
		b = s.AppendState(fmt.Appendf(b, "performed %v\n", out.Performed))
	}
	return b
}

func TestWhateverHappensAServerGoesOnAndItsClonesDoTheSame(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 2))
		next := raft.Index(1)
		a := New()
		a.Step(&kv.ServerStart{ID: 1}, new(kv.ServerEffects))
		for range 10 {
			var events, others []kv.ServerEvent
			for range 20 {
				events = append(events, randomEvent(r, &next))
			}
			b, c := a.Clone(), a.Clone()
			for range 20 {
				others = append(others, randomEvent(r, &next))
			}
			trail(c, others) // a clone that goes another way disturbs neither
			if !bytes.Equal(trail(a, events), trail(b, events)) {
				t.Fatalf("seed %d: a clone did other things than its original on the same events", seed)
			}
			for _, m := range []kv.Server{a, b, c} {
				checkWaiters(t, m.(*machine))
			}
		}
	}
}

// checkWaiters checks what the machine's comments promise of its lists.
func checkWaiters(t *testing.T, s *machine) {
	t.Helper()
	clients := map[kv.ClientID]bool{}
	for i, w := range append(s.proposed[:len(s.proposed):len(s.proposed)], s.waiting...) {
		if clients[w.client] {
			t.Fatalf("%v has two requests waiting", w.client)
		}
		clients[w.client] = true
		if i > 0 && i < len(s.proposed) && s.proposed[i-1].handle >= w.handle {
			t.Fatal("proposed is out of order")
		}
		if at := i - len(s.proposed); at > 0 && s.waiting[at-1].index > w.index {
			t.Fatal("waiting is out of order")
		}
	}
}
