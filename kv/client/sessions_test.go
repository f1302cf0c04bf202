package client

import (
	"testing"

	"raftarium/kv"
	"raftarium/raft"
)

// newSessionRig starts client c1 where sessions are registered, with a window.
func newSessionRig(t *testing.T, window int, off ...string) *rig {
	r := &rig{t: t, c: New()}
	r.step(&kv.ClientStart{ID: 1, Servers: []raft.ID{1, 2, 3}, Timing: timing, Without: off, Sessions: true, Window: window})
	return r
}

func (r *rig) wantSent(out *kv.ClientEffects, want ...kv.Command) {
	r.t.Helper()
	if len(out.Sends) != len(want) {
		r.t.Fatalf("%d requests, want %d", len(out.Sends), len(want))
	}
	for i := range want {
		got := out.Sends[i].Req.Command
		got.Op.Key, got.Op.Value = "", ""
		want[i].Client = 1
		if got != want[i] {
			r.t.Errorf("request %d is %+v, want %+v", i, got, want[i])
		}
	}
}

var (
	register = kv.Op{Kind: kv.Register}
	appends  = kv.Op{Kind: kv.Append}
)

func TestAClientRegistersBeforeItsFirstOperation(t *testing.T) {
	r := newSessionRig(t, 1)
	r.wantSent(r.invoke(), kv.Command{Seq: 1, Op: register})
	if st := r.status(); st.Registration.Seq != 1 || st.Session != 0 || !st.Busy || st.Try != 0 {
		t.Errorf("status %+v, want it to register", st)
	}
	r.wantSent(r.reply(1, kv.Reply{Seq: 1, Index: 9}), kv.Command{Seq: 2, Op: appends, Session: 9})
	out := r.reply(1, kv.Reply{Seq: 2, Index: 10})
	if len(out.Done) != 1 || out.Done[0].Expired {
		t.Fatalf("done %+v", out.Done)
	}
	r.wantSent(r.invoke(), kv.Command{Seq: 3, Op: appends, Session: 9})
	r.wantSent(r.reply(2, kv.Reply{Seq: 1, Index: 11})) // a second answer to the registration
	if st := r.status(); st.Session != 9 {
		t.Errorf("session %d, want that of the first answer", st.Session)
	}
}

func TestARegistrationIsTriedAgainUnderItsNumber(t *testing.T) {
	r := newSessionRig(t, 1)
	r.invoke()
	r.wantSent(r.step(&kv.ClientTimerFired{Key: 1}), kv.Command{Seq: 1, Op: register})
	r.wantSent(r.step(&kv.ClientTimerFired{Key: 0})) // the operation has not been asked for, and waits for nothing
}

func TestAnExpiredOperationIsReportedAndNeverAskedForAgain(t *testing.T) {
	r := newSessionRig(t, 1)
	r.invoke()
	r.reply(1, kv.Reply{Seq: 1, Index: 9})
	out := r.reply(1, kv.Reply{Seq: 2, Status: kv.Expired})
	if len(out.Sends) != 0 || len(out.Done) != 1 || !out.Done[0].Expired || out.Done[0].Seq != 2 {
		t.Fatalf("sends %d, done %+v, want the operation given up", len(out.Sends), out.Done)
	}
	r.wantSent(r.step(&kv.ClientTimerFired{})) // a timer that was under way
	r.wantSent(r.invoke(), kv.Command{Seq: 3, Op: register})
	r.wantSent(r.reply(1, kv.Reply{Seq: 3, Index: 20}), kv.Command{Seq: 4, Op: appends, Session: 20})
}

func TestWithoutGiveUpExpiredTheOperationGoesOnInANewSession(t *testing.T) {
	r := newSessionRig(t, 1, "give-up-expired")
	r.invoke()
	r.reply(1, kv.Reply{Seq: 1, Index: 9})
	r.wantSent(r.reply(1, kv.Reply{Seq: 2, Status: kv.Expired}), kv.Command{Seq: 3, Op: register})
	r.wantSent(r.reply(1, kv.Reply{Seq: 3, Index: 20}), kv.Command{Seq: 2, Op: appends, Session: 20})
}

func TestAClientWithoutSessionsPassesOverThatOneHasExpired(t *testing.T) {
	r := newRig(t)
	r.invoke()
	if out := r.reply(1, kv.Reply{Seq: 1, Status: kv.Expired}); len(out.Done) != 0 {
		t.Errorf("done %+v", out.Done)
	}
}

func TestAWindowOfOperationsIsOutstanding(t *testing.T) {
	r := &rig{t: t, c: New()}
	r.step(&kv.ClientStart{ID: 1, Servers: []raft.ID{1, 2, 3}, Timing: timing, Window: 3})
	r.wantSent(r.invoke(), kv.Command{Seq: 1, Op: appends, Lowest: 1})
	r.wantSent(r.invoke(), kv.Command{Seq: 2, Op: appends, Lowest: 1})
	r.wantSent(r.invoke(), kv.Command{Seq: 3, Op: appends, Lowest: 1})
	r.wantSent(r.invoke()) // one too many
	if out := r.reply(1, kv.Reply{Seq: 2, Index: 5}); len(out.Done) != 1 || out.Done[0].Seq != 2 {
		t.Fatalf("done %+v, want operation 2", out.Done)
	}
	r.wantSent(r.invoke(), kv.Command{Seq: 4, Op: appends, Lowest: 1})
	r.reply(1, kv.Reply{Seq: 1, Index: 6})
	r.wantSent(r.invoke(), kv.Command{Seq: 5, Op: appends, Lowest: 3})
	// The timer of the third alone: it is asked for at the next server.
	out := r.step(&kv.ClientTimerFired{Key: 2})
	r.wantSent(out, kv.Command{Seq: 3, Op: appends, Lowest: 3})
	if out.Sends[0].To != 2 || len(out.Timers) != 1 || out.Timers[0].Key != 2 {
		t.Errorf("to %v, timers %+v", out.Sends[0].To, out.Timers)
	}
	st := r.status()
	if st.Window != 3 || len(st.Outstanding) != 3 || st.Seq != 3 || st.Try != 2 || st.Outstanding[1].Seq != 4 || st.Outstanding[2].Seq != 5 {
		t.Errorf("status %+v", st)
	}
}

func TestAllThatWaitsForASessionBeginsWithIt(t *testing.T) {
	r := newSessionRig(t, 2)
	r.wantSent(r.invoke(), kv.Command{Seq: 1, Op: register, Lowest: 1})
	r.wantSent(r.invoke()) // it is being registered already
	r.wantSent(r.reply(1, kv.Reply{Seq: 1, Index: 7}),
		kv.Command{Seq: 2, Op: appends, Session: 7, Lowest: 2}, kv.Command{Seq: 3, Op: appends, Session: 7, Lowest: 2})
	// One is told that the session has ended; the other was done before it ended.
	r.reply(1, kv.Reply{Seq: 2, Status: kv.Expired})
	if out := r.reply(1, kv.Reply{Seq: 3, Index: 9}); len(out.Done) != 1 || out.Done[0].Expired {
		t.Errorf("done %+v", out.Done)
	}
}

func TestABusyLeaderIsAskedAgainLaterAndLater(t *testing.T) {
	r := newRig(t)
	r.invoke()
	last := timing.Backoff / 2
	for try := uint32(2); ; try++ {
		out := r.reply(1, kv.Reply{Seq: 1, Status: kv.Busy})
		if len(out.Timers) != 1 || out.Timers[0].Min <= last || len(out.Sends) != 0 {
			t.Fatalf("after %d tries it rests %+v, the time before %v", try-1, out.Timers, last)
		}
		last = out.Timers[0].Min
		if st := r.status(); !st.Resting || !st.Refused {
			t.Errorf("status %+v, want it to rest", st)
		}
		if out = r.fire(); len(out.Sends) != 1 {
			t.Fatal("it asks nobody")
		}
		if to := out.Sends[0].To; to != 1 {
			if to != 2 || last != timing.Timeout {
				t.Errorf("it turns to %v after a rest of %v, want s2 after %v", to, last, timing.Timeout)
			}
			return
		}
	}
}
