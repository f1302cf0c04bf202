package client

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"raftarium/kv"
	"raftarium/raft"
)

var timing = kv.ClientTiming{Timeout: 100 * time.Millisecond, Backoff: 8 * time.Millisecond}

// rig drives one client and plays the network and the clock to it.
type rig struct {
	t *testing.T
	c kv.Client
}

// newRig starts client c1 of servers s1 to s3. Its first guess is s1.
func newRig(t *testing.T, off ...string) *rig {
	r := &rig{t: t, c: New()}
	r.step(&kv.ClientStart{ID: 1, Servers: []raft.ID{1, 2, 3}, Timing: timing, Without: off})
	return r
}

func (r *rig) step(ev kv.ClientEvent) *kv.ClientEffects {
	var out kv.ClientEffects
	r.c.Step(ev, &out)
	return &out
}

func (r *rig) invoke() *kv.ClientEffects {
	return r.step(&kv.Invoke{Op: kv.Op{Kind: kv.Append, Key: "x", Value: "a"}})
}

func (r *rig) reply(from raft.ID, reply kv.Reply) *kv.ClientEffects {
	if reply.Client == 0 {
		reply.Client = 1
	}
	return r.step(&kv.ClientDeliver{From: from, Reply: &reply})
}

func (r *rig) fire() *kv.ClientEffects { return r.step(&kv.ClientTimerFired{}) }

func (r *rig) status() kv.ClientStatus {
	var st kv.ClientStatus
	r.c.Inspect(&st)
	return st
}

// wantAsk checks that the client asks to and waits for the answer.
func (r *rig) wantAsk(out *kv.ClientEffects, to raft.ID, seq uint64, try uint32) {
	r.t.Helper()
	if len(out.Sends) != 1 || len(out.Done) != 0 {
		r.t.Fatalf("%d sends, %d done; want one request to %v", len(out.Sends), len(out.Done), to)
	}
	s := out.Sends[0]
	if s.To != to || s.Req.Client != 1 || s.Req.Seq != seq || s.Req.Try != try || s.Req.Op.Key != "x" {
		r.t.Errorf("sent %+v to %v, want seq %d, try %d to %v", *s.Req, s.To, seq, try, to)
	}
	r.wantTimer(out, timing.Timeout)
	if st := r.status(); !st.Busy || st.Resting || st.Server != to || st.Seq != seq || st.Try != try {
		r.t.Errorf("status %+v, want waiting for %v, seq %d, try %d", st, to, seq, try)
	}
}

func (r *rig) wantTimer(out *kv.ClientEffects, length time.Duration) {
	r.t.Helper()
	if want := []kv.ClientTimer{{Min: length, Max: length * 5 / 4}}; !slices.Equal(out.Timers, want) {
		r.t.Errorf("timers %+v, want %+v", out.Timers, want)
	}
}

func (r *rig) wantRest(out *kv.ClientEffects) {
	r.t.Helper()
	if len(out.Sends)+len(out.Done) != 0 || !r.status().Resting {
		r.t.Fatalf("%d sends, %d done, status %+v; want the client to rest", len(out.Sends), len(out.Done), r.status())
	}
	r.wantTimer(out, timing.Backoff)
}

func (r *rig) wantNothing(what string, out *kv.ClientEffects) {
	r.t.Helper()
	if len(out.Sends)+len(out.Done)+len(out.Timers) != 0 {
		r.t.Errorf("%s led to %+v", what, *out)
	}
}

func TestAnOperationIsAskedForAndDone(t *testing.T) {
	r := newRig(t)
	r.wantAsk(r.invoke(), 1, 1, 1)
	out := r.reply(1, kv.Reply{Seq: 1, Index: 9, Value: []byte("v")})
	if len(out.Done) != 1 || out.Done[0].Seq != 1 || out.Done[0].Index != 9 || out.Done[0].Tries != 1 || string(out.Done[0].Value) != "v" {
		t.Errorf("done %+v", out.Done)
	}
	if want := []kv.ClientTimer{{Cancel: true}}; !slices.Equal(out.Timers, want) {
		t.Errorf("timers %+v, want %+v", out.Timers, want)
	}
	if st := r.status(); st.Busy {
		t.Errorf("status %+v, want idle", st)
	}
	r.wantAsk(r.invoke(), 1, 2, 1)
}

func TestClientsStartAtDifferentServers(t *testing.T) {
	for id, want := range map[kv.ClientID]raft.ID{1: 2, 2: 5, 3: 7, 4: 2, 1<<32 - 1: 7} {
		var out kv.ClientEffects
		c := New()
		c.Step(&kv.ClientStart{ID: id, Servers: []raft.ID{2, 5, 7}, Timing: timing}, &out)
		c.Step(&kv.Invoke{Op: kv.Op{Kind: kv.Get, Key: "x"}}, &out)
		if out.Sends[0].To != want {
			t.Errorf("%v asks %v first, want %v", id, out.Sends[0].To, want)
		}
	}
}

func TestWithoutAnAnswerTheNextServerIsAskedUnderTheSameNumber(t *testing.T) {
	r := newRig(t)
	r.invoke()
	for try, to := range []raft.ID{2, 3, 1, 2} {
		r.wantAsk(r.fire(), to, 1, uint32(try+2))
	}
	if out := r.reply(2, kv.Reply{Seq: 1}); len(out.Done) != 1 || out.Done[0].Tries != 5 {
		t.Errorf("done %+v, want 5 tries", out.Done)
	}
}

func TestTheServerThatAnsweredIsAskedFirstNextTime(t *testing.T) {
	r := newRig(t)
	r.invoke()
	r.fire()
	r.reply(2, kv.Reply{Seq: 1})
	r.wantAsk(r.invoke(), 2, 2, 1)
}

func TestALateOKFromAnyServerCounts(t *testing.T) {
	r := newRig(t)
	r.invoke()
	r.fire()
	if out := r.reply(1, kv.Reply{Seq: 1}); len(out.Done) != 1 {
		t.Error("the answer of the server asked first does not count")
	}
	r.wantAsk(r.invoke(), 1, 2, 1)

	r.reply(1, kv.Reply{Seq: 2, Status: kv.Lost})
	if out := r.reply(1, kv.Reply{Seq: 2}); len(out.Done) != 1 {
		t.Error("an answer does not count while the client rests")
	}
}

func TestAHintIsFollowedAtOnce(t *testing.T) {
	r := newRig(t)
	r.invoke()
	r.wantAsk(r.reply(1, kv.Reply{Seq: 1, Status: kv.NotLeader, Leader: 3}), 3, 1, 2)
}

func TestARefusalWithoutAUsefulHintIsRestedOut(t *testing.T) {
	for name, leader := range map[string]raft.ID{"no hint": raft.None, "itself": 1, "no server": 9} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			r.invoke()
			r.wantRest(r.reply(1, kv.Reply{Seq: 1, Status: kv.NotLeader, Leader: leader}))
			r.wantAsk(r.fire(), 2, 1, 2)
		})
	}
}

func TestALostOperationIsAskedForElsewhereUnderTheSameNumber(t *testing.T) {
	r := newRig(t)
	r.invoke()
	r.wantRest(r.reply(1, kv.Reply{Seq: 1, Status: kv.Lost}))
	r.wantAsk(r.fire(), 2, 1, 2)
}

func TestServersThatHintAtEachOtherDoNotKeepAClientRunning(t *testing.T) {
	r := newRig(t)
	r.invoke()
	at, rests, asked := raft.ID(1), 0, map[raft.ID]bool{}
	for range 40 {
		asked[at] = true
		if at == 3 { // the way out is silent
			break
		}
		out := r.reply(at, kv.Reply{Seq: 1, Status: kv.NotLeader, Leader: 3 - at})
		if len(out.Sends) == 0 {
			rests++
			r.wantRest(out)
			out = r.fire()
		}
		at = out.Sends[0].To
	}
	if rests == 0 || !asked[3] {
		t.Errorf("after 40 refusals the client rested %d times and asked %v", rests, asked)
	}
}

func TestHintsAreFollowedAgainAfterARest(t *testing.T) {
	r := newRig(t)
	r.invoke()
	for range 3 {
		at := r.status().Server
		for range maxHops {
			to := at%3 + 1
			out := r.reply(at, kv.Reply{Seq: 1, Status: kv.NotLeader, Leader: to})
			if len(out.Sends) != 1 || out.Sends[0].To != to {
				t.Fatalf("the hint %v of %v led to %+v", to, at, out.Sends)
			}
			at = to
		}
		r.wantRest(r.reply(at, kv.Reply{Seq: 1, Status: kv.NotLeader, Leader: at%3 + 1}))
		r.fire()
	}
}

func TestLateAndForeignRepliesAreIgnored(t *testing.T) {
	r := newRig(t)
	r.wantNothing("a reply before the first operation", r.reply(1, kv.Reply{Seq: 0}))
	r.invoke()
	r.reply(1, kv.Reply{Seq: 1})
	r.wantNothing("a second answer", r.reply(1, kv.Reply{Seq: 1}))
	r.wantNothing("a timer while idle", r.fire())
	r.invoke()
	r.wantNothing("an answer to the last operation", r.reply(1, kv.Reply{Seq: 1}))
	r.wantNothing("another client's answer", r.reply(1, kv.Reply{Client: 2, Seq: 2}))
	r.wantNothing("an answer to a later operation", r.reply(1, kv.Reply{Seq: 3}))
	r.fire() // now asks s2
	r.wantNothing("a refusal of a server asked before", r.reply(1, kv.Reply{Seq: 2, Status: kv.NotLeader, Leader: 3}))
	r.wantRest(r.reply(2, kv.Reply{Seq: 2, Status: kv.Lost}))
	r.wantNothing("a repeated refusal", r.reply(2, kv.Reply{Seq: 2, Status: kv.NotLeader, Leader: 3}))
	r.wantNothing("an operation while one is outstanding", r.invoke())
}

func TestAClientOfNoServersWaits(t *testing.T) {
	r := &rig{t: t, c: New()}
	r.step(&kv.ClientStart{ID: 1, Timing: timing})
	for _, out := range []*kv.ClientEffects{r.invoke(), r.fire()} {
		if len(out.Sends) != 0 {
			t.Errorf("sent %+v", out.Sends)
		}
		r.wantTimer(out, timing.Timeout)
	}
}

func TestWithoutOneSequenceNumberEachTryHasItsOwn(t *testing.T) {
	r := newRig(t, "one-sequence-number")
	r.invoke()
	r.wantAsk(r.fire(), 2, 2, 2)
	r.wantAsk(r.reply(2, kv.Reply{Seq: 2, Status: kv.NotLeader, Leader: 3}), 3, 3, 3)
	r.wantNothing("the answer to the first try", r.reply(1, kv.Reply{Seq: 1}))
	r.step(&kv.SetRules{})
	r.wantAsk(r.fire(), 1, 3, 4)
	r.reply(1, kv.Reply{Seq: 3})
	r.wantAsk(r.invoke(), 1, 4, 1)
}

func TestWithoutRetryElsewhereTheSameServerIsAskedForEver(t *testing.T) {
	r := newRig(t, "retry-elsewhere")
	r.invoke()
	for try := range uint32(5) {
		r.wantAsk(r.fire(), 1, 1, try+2)
	}
	r.wantRest(r.reply(1, kv.Reply{Seq: 1, Status: kv.NotLeader}))
	r.wantAsk(r.fire(), 1, 1, 7)
	r.step(&kv.SetRules{})
	r.wantAsk(r.fire(), 2, 1, 8)
}

func TestWithoutLeaderHintTheNextServerIsAskedInstead(t *testing.T) {
	r := newRig(t, "leader-hint")
	r.invoke()
	r.wantRest(r.reply(1, kv.Reply{Seq: 1, Status: kv.NotLeader, Leader: 3}))
	r.wantAsk(r.fire(), 2, 1, 2)
	r.step(&kv.SetRules{})
	r.wantAsk(r.reply(2, kv.Reply{Seq: 1, Status: kv.NotLeader, Leader: 1}), 1, 1, 3)
}

// trail steps a client through events and returns everything that it did.
func trail(c kv.Client, events []kv.ClientEvent) []byte {
	var b []byte
	var out kv.ClientEffects
	for _, ev := range events {
		out.Reset()
		c.Step(ev, &out)
		for _, s := range out.Sends {
			b = s.Req.AppendTo(append(b, byte(s.To)))
		}
		b = c.AppendState(fmt.Appendf(b, "%v %v", out.Timers, out.Done))
	}
	return b
}

func TestWhateverHappensAClientGoesOnAndItsClonesDoTheSame(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 3))
		random := func() []kv.ClientEvent {
			var events []kv.ClientEvent
			for range 20 {
				switch r.IntN(5) {
				case 0:
					events = append(events, &kv.Invoke{Op: kv.Op{Kind: kv.Kind(r.IntN(3) + 1), Key: "x", Value: "v"}})
				case 1:
					events = append(events, &kv.ClientTimerFired{})
				case 2:
					var off []string
					if i := r.IntN(2 * len(table)); i < len(table) {
						off = append(off, table[i].Name)
					}
					events = append(events, &kv.SetRules{Without: off})
				default:
					events = append(events, &kv.ClientDeliver{From: raft.ID(r.IntN(5)), Reply: &kv.Reply{
						Client: 1, Seq: uint64(r.IntN(20)), Status: kv.Status(r.IntN(4)), Leader: raft.ID(r.IntN(5)),
					}})
				}
			}
			return events
		}
		a := newRig(t).c
		for range 5 {
			events := random()
			b, c := a.Clone(), a.Clone()
			trail(c, random())
			if !bytes.Equal(trail(a, events), trail(b, events)) {
				t.Fatalf("seed %d: a clone did other things than its original on the same events", seed)
			}
		}
	}
}

// BenchmarkClient is what a client pays for an operation that succeeds at once.
func BenchmarkClient(b *testing.B) {
	c, out := New(), new(kv.ClientEffects)
	c.Step(&kv.ClientStart{ID: 1, Servers: []raft.ID{1, 2, 3}, Timing: timing}, out)
	invoke := &kv.Invoke{Op: kv.Op{Kind: kv.Append, Key: "x", Value: "a"}}
	reply := kv.Reply{Client: 1}
	deliver := &kv.ClientDeliver{From: 1, Reply: &reply}
	b.ReportAllocs()
	for b.Loop() {
		out.Reset()
		c.Step(invoke, out)
		reply.Seq++
		out.Reset()
		c.Step(deliver, out)
		if len(out.Done) != 1 {
			b.Fatal("not done")
		}
	}
}
