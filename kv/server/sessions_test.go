package server

import (
	"bytes"
	"fmt"
	"testing"

	"raftarium/kv"
	"raftarium/raft"
)

// newSessionRig starts a server that keeps so many sessions.
func newSessionRig(t *testing.T, limit int, off ...string) *rig {
	r := &rig{t: t, s: New()}
	r.step(&kv.ServerStart{ID: 1, Without: off, Sessions: limit})
	return r
}

func registers(c kv.ClientID, seq uint64) kv.Command {
	return command(c, seq, kv.Op{Kind: kv.Register})
}

// in is a command under a session.
func in(session raft.Index, c kv.Command) kv.Command {
	c.Session = session
	return c
}

// from is a command of a client that waits for what is from lowest on.
func from(lowest uint64, c kv.Command) kv.Command {
	c.Lowest = lowest
	return c
}

func TestASessionIsTheIndexThatRegistersIt(t *testing.T) {
	r := newSessionRig(t, 2)
	out := r.apply(r.accept(registers(1, 1), 1, 1))
	r.wantReplies("register", replies(out), kv.Reply{Client: 1, Seq: 1, Index: 1})
	put := in(1, command(1, 2, put("x", "a")))
	r.wantReplies("put", replies(r.apply(r.accept(put, 2, 1))), kv.Reply{Client: 1, Seq: 2, Index: 2})
	r.wantReplies("again", replies(r.request(put)), kv.Reply{Client: 1, Seq: 2, Index: 2, Duplicate: true})
	if st := r.status(); fmt.Sprint(st.Sessions) != fmt.Sprint([]kv.Session{{Client: 1, Seq: 2, ID: 1, Used: 2}}) || st.SessionLimit != 2 {
		t.Errorf("sessions %+v of %d", st.Sessions, st.SessionLimit)
	}
}

func TestTheSessionThatTheLogUsedLongestAgoEnds(t *testing.T) {
	r := newSessionRig(t, 2)
	r.apply(entry(1, 1, registers(1, 1)), entry(2, 1, registers(2, 1)), entry(3, 1, in(1, command(1, 2, get("x")))))
	out := r.apply(entry(4, 1, registers(3, 1)))
	if p := out.Performed[0]; p.Ended != 2 || p.EndedOf != 2 {
		t.Errorf("performed %+v, want the session of c2 ended", p)
	}
	late := r.accept(in(2, command(2, 2, put("x", "late"))), 5, 1)
	out = r.apply(late, entry(6, 1, in(1, command(1, 3, put("x", "kept")))))
	r.wantReplies("of a session that has ended", replies(out), kv.Reply{Client: 2, Seq: 2, Status: kv.Expired})
	if p := out.Performed; !p[0].Expired || p[1].Expired {
		t.Errorf("performed %+v, want the first expired", p)
	}
	r.wantValue("x", "kept")
}

func TestWhoNeverRegisteredHasNoSession(t *testing.T) {
	r := newSessionRig(t, 2)
	r.wantReplies("put", replies(r.apply(r.accept(command(1, 1, put("x", "a")), 1, 1))), kv.Reply{Client: 1, Seq: 1, Status: kv.Expired})
	r.wantValue("x", "")
}

// Requests, of which each server sees others, do not decide which session ends.
func TestRequestsDoNotKeepASessionAlive(t *testing.T) {
	for _, off := range [][]string{nil, {"expire-through-log"}} {
		r := newSessionRig(t, 2, off...)
		r.apply(entry(1, 1, registers(1, 1)), entry(2, 1, registers(2, 1)))
		r.request(in(1, command(1, 2, get("x"))))
		r.apply(entry(3, 1, command(9, 1, get("x")))) // so that applied goes on
		r.request(in(1, command(1, 3, get("x"))))
		ended := r.apply(entry(4, 1, registers(3, 1))).Performed[0].EndedOf
		if want := kv.ClientID(1 + len(off)); ended != want {
			t.Errorf("without %v the session of %v ends, want that of %v", off, ended, want)
		}
	}
}

func TestAnswersAboveTheLowestAreKept(t *testing.T) {
	r := newRig(t)
	r.apply(
		entry(1, 1, from(1, command(1, 2, app("x", "b")))),
		entry(2, 1, from(1, command(1, 4, app("x", "d")))),
		entry(3, 1, from(1, command(1, 1, app("x", "a")))),
		entry(4, 1, from(1, command(1, 2, app("x", "b")))), // again
		entry(5, 1, from(1, command(1, 1, app("x", "a")))), // again
	)
	r.wantValue("x", "bda")
	r.wantReplies("again", replies(r.request(from(1, command(1, 2, app("x", "b"))))), kv.Reply{Client: 1, Seq: 2, Index: 1, Duplicate: true})
	if s := r.status().Sessions[0]; s.Seq != 4 || s.Lowest != 1 || fmt.Sprint(s.Kept) != "[1 2]" {
		t.Errorf("session %+v, want 4 and, below it, 1 and 2", s)
	}
	// Number 3 takes effect; 1 and 2 are acknowledged.
	r.apply(entry(6, 1, from(3, command(1, 3, app("x", "c")))), entry(7, 1, from(1, command(1, 1, app("x", "a")))))
	r.wantValue("x", "bdac")
	if s := r.status().Sessions[0]; s.Lowest != 3 || fmt.Sprint(s.Kept) != "[3]" {
		t.Errorf("session %+v, want 3 kept", s)
	}
	if out := r.request(from(1, command(1, 1, app("x", "a")))); len(out.Replies)+len(out.Proposals) != 0 {
		t.Errorf("a request that nobody waits for leads to %+v", out)
	}
}

func TestOperationsOfOneClientWaitBesideEachOther(t *testing.T) {
	r := newRig(t)
	a := r.accept(from(1, command(1, 1, app("x", "a"))), 1, 1)
	b := r.accept(from(1, command(1, 2, app("x", "b"))), 2, 1)
	if out := r.request(from(1, command(1, 1, app("x", "a")))); len(out.Proposals) != 0 {
		t.Error("what is on its way is proposed again")
	}
	r.wantReplies("both", replies(r.apply(a, b)), kv.Reply{Client: 1, Seq: 1, Index: 1}, kv.Reply{Client: 1, Seq: 2, Index: 2})
}

func TestSnapshotsHoldSessionsAndAnswers(t *testing.T) {
	for _, limit := range []int{0, 3} {
		a := newSessionRig(t, limit)
		if limit > 0 {
			a.apply(entry(1, 1, registers(1, 1)), entry(2, 1, registers(2, 1)))
		}
		for i, seq := range []uint64{3, 5, 2, 9} {
			a.apply(entry(raft.Index(3+i), 1, in(1, from(2, command(1, seq, app("x", "a"))))))
		}
		state := a.s.(*machine).appendSnapshot(nil)
		b := newSessionRig(t, limit)
		if out := b.step(&kv.Restored{Index: 6, State: state}); out.Refused != "" {
			t.Fatal(out.Refused)
		}
		if !bytes.Equal(a.s.AppendState(nil), b.s.AppendState(nil)) {
			t.Errorf("limit %d: %+v was restored as %+v", limit, a.status(), b.status())
		}
		again := entry(7, 1, in(1, from(2, command(1, 3, app("x", "a")))))
		if out := b.apply(again); !out.Performed[0].Duplicate {
			t.Errorf("limit %d: who restored it performs %+v", limit, out.Performed)
		}
	}
}

func TestACloneKeepsItsOwnAnswers(t *testing.T) {
	r := newRig(t)
	r.apply(entry(1, 1, from(1, command(1, 1, app("x", "a")))), entry(2, 1, from(1, command(1, 3, app("x", "c")))))
	c := r.s.Clone()
	before := c.AppendState(nil)
	r.apply(entry(3, 1, from(1, command(1, 2, app("x", "b")))), entry(4, 1, from(3, command(1, 4, app("x", "d")))))
	if !bytes.Equal(before, c.AppendState(nil)) {
		t.Error("the clone changed with the original")
	}
}

func TestALeaderThatIsFullSaysThatItIsBusy(t *testing.T) {
	r := newRig(t)
	p := r.propose(command(1, 1, put("x", "a")))
	r.wantReplies("busy", r.answer(raft.Answer{Handle: p.Handle, Outcome: raft.Busy}), kv.Reply{Client: 1, Seq: 1, Status: kv.Busy})
	// Who hands over names its successor.
	p = r.propose(command(1, 1, put("x", "a")))
	r.wantReplies("handing over", r.answer(raft.Answer{Handle: p.Handle, Outcome: raft.Busy, Leader: 3}),
		kv.Reply{Client: 1, Seq: 1, Status: kv.NotLeader, Leader: 3})
}

// An entry ends the session that it names, and nothing else: on a server whose clients
// do not register it does nothing.
func TestAnEntryEndsASession(t *testing.T) {
	expire := func(c kv.ClientID, session raft.Index) kv.Command {
		return in(session, command(c, 0, kv.Op{Kind: kv.Expire}))
	}
	r := newSessionRig(t, 3)
	r.apply(entry(1, 1, registers(1, 1)), entry(2, 1, registers(2, 1)), entry(3, 1, in(1, command(1, 2, put("x", "a")))))
	out := r.apply(entry(4, 1, expire(1, 1)), entry(5, 1, expire(1, 1)))
	if p := out.Performed; p[0].Ended != 1 || p[0].EndedOf != 1 || p[1].Ended != 0 {
		t.Errorf("performed %+v, want session 1 of c1 ended, once", p)
	}
	r.wantReplies("what was done before", replies(r.apply(r.accept(in(1, command(1, 2, put("x", "again"))), 6, 1))), kv.Reply{Client: 1, Seq: 2, Status: kv.Expired})
	r.wantReplies("another's", replies(r.apply(r.accept(in(2, command(2, 2, put("y", "b"))), 7, 1))), kv.Reply{Client: 2, Seq: 2, Index: 7})
	r.wantValue("x", "a")
	if st := r.status(); len(st.Sessions) != 1 || st.Sessions[0].Client != 2 {
		t.Errorf("sessions %+v, want that of c2", st.Sessions)
	}

	r = newSessionRig(t, 0)
	r.apply(entry(1, 1, command(1, 1, put("x", "a"))), entry(2, 1, expire(1, 1)))
	if st := r.status(); len(st.Sessions) != 1 || st.Sessions[0].Seq != 1 {
		t.Errorf("sessions %+v, want that of c1 as it was", st.Sessions)
	}
}
