package server

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"raftarium/kv"
	"raftarium/raft"
)

func TestOperationsAreAnsweredWhenTheirEntriesAreApplied(t *testing.T) {
	r := newRig(t)
	a := r.accept(command(1, 1, put("x", "a")), 1, 1)
	b := r.accept(command(2, 1, app("x", "b")), 2, 1)
	c := r.accept(command(3, 1, get("x")), 3, 1)
	r.wantValue("x", "")
	out := r.apply(a, b)
	r.wantReplies("first two", replies(out), kv.Reply{Client: 1, Seq: 1, Index: 1}, kv.Reply{Client: 2, Seq: 1, Index: 2})
	if want := []kv.Performed{{Index: 1, Client: 1, Seq: 1, Kind: kv.Put}, {Index: 2, Client: 2, Seq: 1, Kind: kv.Append}}; !slices.Equal(out.Performed, want) {
		t.Errorf("performed %+v, want %+v", out.Performed, want)
	}
	r.wantReplies("get", replies(r.apply(c)), kv.Reply{Client: 3, Seq: 1, Index: 3, Value: []byte("ab")})
	if got := r.status().Waiting; len(got) != 0 {
		t.Errorf("still waiting: %+v", got)
	}
}

func TestGetOfAKeyThatIsNotThereIsEmptyAndMakesNone(t *testing.T) {
	r := newRig(t)
	e := r.accept(command(1, 1, get("x")), 1, 1)
	r.wantReplies("get", replies(r.apply(e)), kv.Reply{Client: 1, Seq: 1, Index: 1})
	if keys := r.status().Keys; len(keys) != 0 {
		t.Errorf("a get made keys: %v", keys)
	}
}

func TestAnOperationThatStandsInTheLogTwiceTakesEffectOnce(t *testing.T) {
	r := newRig(t)
	c := command(1, 1, app("x", "a"))
	e := r.accept(c, 2, 2)
	out := r.apply(entry(1, 1, c), e)
	r.wantReplies("second entry", replies(out), kv.Reply{Client: 1, Seq: 1, Index: 2, Duplicate: true})
	if got := out.Performed; len(got) != 2 || got[0].Duplicate || !got[1].Duplicate {
		t.Errorf("performed %+v, want the second to be a duplicate", got)
	}
	r.wantValue("x", "a")
}

func TestARetryOfWhatTookEffectIsAnsweredAtOnceWithTheOriginalsIndex(t *testing.T) {
	r := newRig(t)
	c := command(1, 1, app("x", "a"))
	r.apply(entry(1, 1, command(2, 1, put("y", ""))), entry(2, 1, c))
	out := r.request(c)
	if len(out.Proposals) != 0 {
		t.Error("what took effect was proposed again")
	}
	r.wantReplies("retry", replies(out), kv.Reply{Client: 1, Seq: 1, Index: 2, Duplicate: true})
}

func TestARetriedGetReadsAgain(t *testing.T) {
	r := newRig(t)
	c := command(1, 1, get("x"))
	r.apply(entry(1, 1, c), entry(2, 1, command(2, 1, put("x", "new"))))
	out := r.apply(r.accept(c, 3, 1))
	r.wantReplies("retry", replies(out), kv.Reply{Client: 1, Seq: 1, Index: 3, Value: []byte("new")})
	if out.Performed[0].Duplicate {
		t.Error("a get that was read again is said to be swallowed")
	}
}

func TestARequestOnItsWayIsNotProposedAgainButAnswered(t *testing.T) {
	r := newRig(t)
	c := command(1, 1, app("x", "a"))
	p := r.propose(c)
	for _, when := range []string{"before", "after"} {
		if out := r.request(c); len(out.Proposals)+len(out.Replies) != 0 {
			t.Errorf("%s acceptance: a retry led to %+v", when, out)
		}
		r.answer(raft.Answer{Handle: p.Handle, Outcome: raft.Accepted, Index: 1, Term: 1})
	}
	r.wantReplies("applied", replies(r.apply(raft.Entry{Term: 1, Index: 1, Data: p.Data})), kv.Reply{Client: 1, Seq: 1, Index: 1})
}

func TestAStaleRequestIsNotHeard(t *testing.T) {
	r := newRig(t)
	r.apply(entry(1, 1, command(1, 5, put("x", "a"))))
	for _, op := range []kv.Op{put("x", "old"), app("x", "old"), get("x")} {
		if out := r.request(command(1, 4, op)); len(out.Proposals)+len(out.Replies) != 0 {
			t.Errorf("a stale %s led to %+v", op.Kind, out)
		}
	}
}

func TestAStaleEntryChangesNothing(t *testing.T) {
	r := newRig(t)
	late := r.accept(command(1, 4, put("x", "old")), 2, 1)
	out := r.apply(entry(1, 1, command(1, 5, put("x", "a"))), late, entry(3, 1, command(1, 3, get("x"))))
	r.wantReplies("stale", replies(out))
	r.wantValue("x", "a")
	if got := out.Performed; got[0].Duplicate || !got[1].Duplicate || !got[2].Duplicate {
		t.Errorf("performed %+v, want the last two swallowed", got)
	}
	if got := r.status(); len(got.Waiting) != 0 || fmt.Sprint(got.Sessions) != fmt.Sprint([]kv.Session{{Client: 1, Seq: 5}}) {
		t.Errorf("waiting %v, sessions %v", got.Waiting, got.Sessions)
	}
}

func TestANewerRequestOfTheClientTakesThePlaceOfAnOlderOne(t *testing.T) {
	for _, accepted := range []bool{false, true} {
		r := newRig(t)
		old := r.propose(command(1, 1, put("x", "a")))
		if accepted {
			r.answer(raft.Answer{Handle: old.Handle, Outcome: raft.Accepted, Index: 1, Term: 1})
		}
		r.propose(command(1, 2, put("x", "b")))
		if out := r.request(command(1, 1, put("x", "a"))); len(out.Proposals)+len(out.Replies) != 0 {
			t.Errorf("accepted %v: a late copy of the older request led to %+v", accepted, out)
		}
		if !accepted {
			r.answer(raft.Answer{Handle: old.Handle, Outcome: raft.Accepted, Index: 1, Term: 1})
		}
		r.wantReplies("older", replies(r.apply(raft.Entry{Term: 1, Index: 1, Data: old.Data})))
		r.wantReplies("lost", r.answer(raft.Answer{Handle: old.Handle, Outcome: raft.Lost}))
	}
}

func TestAnythingElseAtTheIndexMeansLost(t *testing.T) {
	c := command(1, 1, put("x", "a"))
	lost := kv.Reply{Client: 1, Seq: 1, Status: kv.Lost}
	for _, tc := range []struct {
		name  string
		entry raft.Entry
	}{
		{"another client's", entry(1, 1, command(2, 1, put("y", "b")))},
		{"another operation of the client", entry(1, 1, command(1, 0, put("y", "b")))},
		{"the same of another term", entry(1, 2, c)},
		{"a no-op", raft.Entry{Term: 1, Index: 1, Kind: raft.EntryNoOp}},
		{"nothing readable", raft.Entry{Term: 1, Index: 1, Data: []byte("?")}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := newRig(t)
			r.accept(c, 1, 1)
			r.wantReplies("applied", replies(r.apply(tc.entry)), lost)
		})
	}
	t.Run("something applied before", func(t *testing.T) {
		r := newRig(t)
		p := r.propose(c)
		r.apply(raft.Entry{Term: 1, Index: 1, Kind: raft.EntryNoOp})
		r.wantReplies("accepted", r.answer(raft.Answer{Handle: p.Handle, Outcome: raft.Accepted, Index: 1, Term: 1}), lost)
	})
}

func TestAnEntryAppliedBeforeItsProposalIsAnsweredCounts(t *testing.T) {
	r := newRig(t)
	r.apply(entry(1, 1, command(2, 1, put("x", "a"))))
	p := r.propose(command(1, 1, get("x")))
	r.wantReplies("applied", replies(r.apply(raft.Entry{Term: 1, Index: 2, Data: p.Data})),
		kv.Reply{Client: 1, Seq: 1, Index: 2, Value: []byte("a")})
	r.wantReplies("accepted", r.answer(raft.Answer{Handle: p.Handle, Outcome: raft.Accepted, Index: 2, Term: 1}))
}

func TestRefusalsArePassedOn(t *testing.T) {
	r := newRig(t)
	p := r.propose(command(1, 1, put("x", "a")))
	r.wantReplies("not leader", r.answer(raft.Answer{Handle: p.Handle, Outcome: raft.NotLeader, Leader: 3}),
		kv.Reply{Client: 1, Seq: 1, Status: kv.NotLeader, Leader: 3})
	p = r.propose(command(1, 1, put("x", "a")))
	r.wantReplies("lost at once", r.answer(raft.Answer{Handle: p.Handle, Outcome: raft.Lost}), kv.Reply{Client: 1, Seq: 1, Status: kv.Lost})
	r.accept(command(1, 1, put("x", "a")), 1, 1) // handle 3
	r.wantReplies("lost later", r.answer(raft.Answer{Handle: 3, Outcome: raft.Lost}), kv.Reply{Client: 1, Seq: 1, Status: kv.Lost})
	r.wantReplies("unknown handle", r.answer(raft.Answer{Handle: 77, Outcome: raft.Accepted, Index: 1, Term: 1}))
}

func TestAcceptedOutOfOrderIsAnsweredInOrder(t *testing.T) {
	r := newRig(t)
	a, b := r.propose(command(1, 1, put("x", "a"))), r.propose(command(2, 1, put("x", "b")))
	r.answer(raft.Answer{Handle: b.Handle, Outcome: raft.Accepted, Index: 2, Term: 1})
	r.answer(raft.Answer{Handle: a.Handle, Outcome: raft.Accepted, Index: 1, Term: 1})
	want := []kv.Waiter{{Client: 1, Seq: 1, Index: 1, Term: 1}, {Client: 2, Seq: 1, Index: 2, Term: 1}}
	if got := r.status().Waiting; !slices.Equal(got, want) {
		t.Errorf("waiting %+v, want %+v", got, want)
	}
	r.wantReplies("applied", replies(r.apply(raft.Entry{Term: 1, Index: 1, Data: a.Data}, raft.Entry{Term: 1, Index: 2, Data: b.Data})),
		kv.Reply{Client: 1, Seq: 1, Index: 1}, kv.Reply{Client: 2, Seq: 1, Index: 2})
}

func TestEntriesThatCannotBeReadArePassedOver(t *testing.T) {
	r := newRig(t)
	out := r.apply(
		raft.Entry{Term: 1, Index: 1, Kind: raft.EntryNoOp, Data: entry(1, 1, command(1, 1, put("x", "no-op"))).Data},
		raft.Entry{Term: 1, Index: 2},
		raft.Entry{Term: 1, Index: 3, Data: []byte("\x01\x01\x09rubbish")},
		raft.Entry{Term: 1, Index: 4, Kind: 99, Data: entry(4, 1, command(1, 1, put("x", "kind"))).Data},
	)
	if st := r.status(); st.Applied != 4 || len(st.Keys)+len(st.Sessions)+len(out.Performed) != 0 {
		t.Errorf("status %+v, performed %+v: want nothing but 4 applied", st, out.Performed)
	}
}

func TestARestartReplaysToTheSameState(t *testing.T) {
	log := []raft.Entry{
		entry(1, 1, command(1, 1, put("b", "1"))), entry(2, 1, command(2, 1, app("a", "2"))),
		entry(3, 2, command(1, 1, put("b", "1"))), entry(4, 2, command(1, 2, app("b", "3"))),
	}
	r := newRig(t)
	for i := range log {
		r.apply(log[i])
	}
	before := r.s.AppendState(nil)
	r.step(&kv.ServerStart{ID: 1})
	r.apply(log...)
	if !bytes.Equal(before, r.s.AppendState(nil)) {
		t.Error("the log applied again gives another state")
	}
}

func TestInspectIsSortedAndReusesItsSlices(t *testing.T) {
	r := newRig(t)
	r.apply(entry(1, 1, command(9, 1, put("z", "1"))), entry(2, 1, command(3, 7, put("a", "2"))), entry(3, 1, command(5, 1, put("m", "3"))))
	r.accept(command(4, 1, put("x", "a")), 4, 1)
	var st kv.ServerStatus
	r.s.Inspect(&st)
	if len(st.Keys) != 3 || st.Keys[0].Key != "a" || st.Keys[1].Key != "m" || st.Keys[2].Key != "z" {
		t.Errorf("keys %q", st.Keys)
	}
	if want := []kv.Session{{Client: 3, Seq: 7}, {Client: 5, Seq: 1}, {Client: 9, Seq: 1}}; fmt.Sprint(st.Sessions) != fmt.Sprint(want) {
		t.Errorf("sessions %v, want %v", st.Sessions, want)
	}
	if n := testing.AllocsPerRun(10, func() { r.s.Inspect(&st) }); n != 0 {
		t.Errorf("inspecting again allocates %v times", n)
	}
}

func TestProposedBytesAreNeverWrittenAgain(t *testing.T) {
	r := newRig(t)
	type proposed struct {
		data []byte
		c    kv.Command
	}
	var all []proposed
	for i := range 500 {
		c := command(kv.ClientID(i+1), 1, put("key", string(bytes.Repeat([]byte("v"), i*i%5000))))
		all = append(all, proposed{r.propose(c).Data, c})
		if i%7 == 0 {
			clone := &rig{t: t, s: r.s.Clone()}
			other := command(1000, 1, put("key", "of the clone"))
			all = append(all, proposed{clone.propose(other).Data, other})
		}
	}
	for _, p := range all {
		if cap(p.data) != len(p.data) {
			t.Fatalf("%d bytes of room are given away with a command", cap(p.data)-len(p.data))
		}
		if got, err := kv.DecodeCommand(p.data); err != nil || got != p.c {
			t.Fatalf("the command of %v changed: %v", p.c.Client, err)
		}
	}
}

func TestCloneSharesNothingThatEitherWrites(t *testing.T) {
	r := newRig(t)
	e := r.accept(command(1, 1, app("x", "a")), 3, 1)
	r.apply(entry(1, 1, command(2, 1, put("x", "p"))), entry(2, 1, command(2, 2, app("x", "q"))))
	c := &rig{t: t, s: r.s.Clone()}
	if !bytes.Equal(r.s.AppendState(nil), c.s.AppendState(nil)) {
		t.Fatal("a clone has other state bytes")
	}
	before := c.s.AppendState(nil)
	r.apply(e, entry(4, 1, command(3, 1, put("y", "new"))), entry(5, 1, command(2, 3, app("x", "original"))))
	r.propose(command(4, 1, put("original", "original")))
	if !bytes.Equal(before, c.s.AppendState(nil)) {
		t.Error("steps of the original changed the clone")
	}
	after := r.s.AppendState(nil)
	c.wantReplies("clone", replies(c.apply(e)), kv.Reply{Client: 1, Seq: 1, Index: 3})
	c.apply(entry(4, 1, command(2, 3, app("x", "clone"))))
	c.propose(command(4, 1, put("clone", "clone")))
	c.wantValue("x", "pqaclone")
	r.wantValue("x", "pqaoriginal")
	if !bytes.Equal(after, r.s.AppendState(nil)) {
		t.Error("steps of the clone changed the original")
	}
}
