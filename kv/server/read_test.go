package server

import (
	"bytes"
	"slices"
	"testing"

	"raftarium/kv"
	"raftarium/raft"
)

// reading is a rig whose server answers Gets without the log.
func readingRig(t *testing.T, by kv.Reads, off ...string) *rig {
	r := &rig{t: t, s: New()}
	r.step(&kv.ServerStart{ID: 1, Without: off, Reads: by})
	return r
}

// ask delivers a Get and returns the read that it must lead to.
func (r *rig) ask(c kv.Command) raft.Read {
	r.t.Helper()
	out := r.request(c)
	if len(out.Reads) != 1 || len(out.Proposals)+len(out.Replies) != 0 {
		r.t.Fatalf("request %v led to %+v, want one read", c, *out)
	}
	return out.Reads[0]
}

func done(h raft.Handle, index raft.Index, lease bool) raft.Answer {
	return raft.Answer{Handle: h, Outcome: raft.Done, Index: index, Lease: lease}
}

func TestAGetAsksTheNodeAndWaitsUntilItsIndexIsApplied(t *testing.T) {
	for _, by := range []kv.Reads{kv.ReadsByIndex, kv.ReadsByLease} {
		r := readingRig(t, by)
		r.apply(entry(1, 1, command(2, 1, put("x", "a"))))
		q := r.ask(command(1, 1, get("x")))
		if q.Lease != (by == kv.ReadsByLease) {
			t.Errorf("%v: the node is asked for %+v", by, q)
		}
		if got := r.status(); got.Reads != by || !slices.Equal(got.Reading, []kv.Reader{{Client: 1, Seq: 1, Key: "x"}}) {
			t.Errorf("%v: status %+v", by, got.Reading)
		}
		if got := r.answer(done(q.Handle, 3, q.Lease)); len(got) != 0 {
			t.Fatalf("%v: answered %+v before entry 3 was applied", by, got)
		}
		if got := r.status().Reading; !slices.Equal(got, []kv.Reader{{Client: 1, Seq: 1, Key: "x", Confirmed: true, Index: 3}}) {
			t.Errorf("%v: status %+v", by, got)
		}
		if got := replies(r.apply(entry(2, 1, command(2, 2, app("x", "b"))))); len(got) != 0 {
			t.Fatalf("%v: answered %+v before entry 3 was applied", by, got)
		}
		// Entry 4 came with it: a state that is newer will do.
		got := replies(r.apply(entry(3, 1, command(2, 3, app("x", "c"))), entry(4, 1, command(2, 4, app("x", "d")))))
		r.wantReplies("get", got, kv.Reply{Client: 1, Seq: 1, Index: 4, Value: []byte("abcd"), By: by})
		if got := r.status().Reading; len(got) != 0 {
			t.Errorf("%v: still waiting: %+v", by, got)
		}
	}
}

func TestAGetOfWhatIsAppliedIsAnsweredAtOnce(t *testing.T) {
	r := readingRig(t, kv.ReadsByLease)
	r.apply(entry(1, 1, command(2, 1, put("x", "a"))))
	q := r.ask(command(1, 1, get("x")))
	r.wantReplies("without a lease", r.answer(done(q.Handle, 1, false)), kv.Reply{Client: 1, Seq: 1, Index: 1, Value: []byte("a"), By: kv.ReadsByIndex})
	if got := r.answer(done(q.Handle, 1, false)); len(got) != 0 {
		t.Errorf("answered again: %+v", got)
	}
}

func TestARefusedReadSendsTheClientElsewhere(t *testing.T) {
	for _, outcome := range []raft.Outcome{raft.NotLeader, raft.Lost, raft.Busy, raft.Invalid} {
		r := readingRig(t, kv.ReadsByIndex)
		q := r.ask(command(1, 1, get("x")))
		got := r.answer(raft.Answer{Handle: q.Handle, Outcome: outcome, Leader: 3})
		r.wantReplies(outcome.String(), got, kv.Reply{Client: 1, Seq: 1, Status: kv.NotLeader, Leader: 3})
		r.ask(command(1, 1, get("x"))) // it may come back
	}
}

func TestARepeatedGetIsAskedForOnceAndANewerRequestTakesItsPlace(t *testing.T) {
	r := readingRig(t, kv.ReadsByIndex)
	q := r.ask(command(1, 2, get("x")))
	for _, c := range []kv.Command{command(1, 2, get("x")), command(1, 1, get("y")), command(1, 1, put("y", ""))} {
		if out := r.request(c); len(out.Reads)+len(out.Proposals)+len(out.Replies) != 0 {
			t.Errorf("%v led to %+v", c, *out)
		}
	}
	r.propose(command(1, 3, put("x", "a")))
	if got := r.answer(done(q.Handle, 0, false)); len(got) != 0 {
		t.Errorf("nobody waits for %+v", got)
	}
	if out := r.request(command(1, 2, get("x"))); len(out.Reads)+len(out.Replies) != 0 {
		t.Errorf("a late copy led to %+v", *out)
	}
}

// The index that the node named was its log's last, and it may have lost its lead and
// that entry since.
func TestARepeatedGetThatWaitsForItsIndexIsAskedForAnew(t *testing.T) {
	for _, lowest := range []uint64{0, 2} {
		again := func(seq uint64) kv.Command {
			c := command(1, seq, get("x"))
			c.Lowest = lowest
			return c
		}
		r := readingRig(t, kv.ReadsByIndex)
		r.apply(entry(1, 1, command(2, 1, put("x", "a"))))
		first := r.ask(again(2))
		if got := r.answer(done(first.Handle, 9, false)); len(got) != 0 {
			t.Fatalf("answered %+v before entry 9 was applied", got)
		}
		second := r.ask(again(2))
		if got := r.status().Reading; !slices.Equal(got, []kv.Reader{{Client: 1, Seq: 2, Key: "x"}}) {
			t.Errorf("waiting after it was asked for again: %+v", got)
		}
		got := r.answer(raft.Answer{Handle: second.Handle, Outcome: raft.NotLeader, Leader: 3})
		r.wantReplies("by a server that follows now", got, kv.Reply{Client: 1, Seq: 2, Status: kv.NotLeader, Leader: 3})
		third := r.ask(again(2))
		r.wantReplies("by the next leader", r.answer(done(third.Handle, 1, false)), kv.Reply{Client: 1, Seq: 2, Index: 1, Value: []byte("a"), By: kv.ReadsByIndex})
	}
}

func TestAStaleGetIsNotHeardWhateverTheMode(t *testing.T) {
	r := readingRig(t, kv.ReadsByIndex)
	r.apply(entry(1, 1, command(1, 5, put("x", "a"))))
	if out := r.request(command(1, 4, get("x"))); len(out.Reads)+len(out.Replies) != 0 {
		t.Errorf("a stale get led to %+v", *out)
	}
}

func TestAGetLeavesNoTraceInTheSessions(t *testing.T) {
	r := readingRig(t, kv.ReadsByIndex)
	q := r.ask(command(1, 1, get("x")))
	r.answer(done(q.Handle, 0, false))
	if got := r.status().Sessions; len(got) != 0 {
		t.Errorf("sessions %+v", got)
	}
	r.ask(command(1, 1, get("x"))) // its answer was lost
}

func TestARestoredStateAnswersReads(t *testing.T) {
	from := newRig(t)
	from.apply(entry(1, 1, command(2, 1, put("x", "a"))), entry(2, 1, command(2, 2, app("x", "b"))))
	state := from.s.(*machine).appendSnapshot(nil)
	r := readingRig(t, kv.ReadsByIndex)
	q := r.ask(command(1, 1, get("x")))
	r.answer(done(q.Handle, 2, false))
	got := replies(r.step(&kv.Restored{Index: 2, State: state}))
	r.wantReplies("restored", got, kv.Reply{Client: 1, Seq: 1, Index: 2, Value: []byte("ab"), By: kv.ReadsByIndex})
}

func TestHowGetsAreAnsweredChangesWhileTheServerRuns(t *testing.T) {
	r := newRig(t)
	p := r.propose(command(1, 1, get("x")))
	r.step(&kv.SetReads{Reads: kv.ReadsByIndex})
	if out := r.request(command(1, 1, get("x"))); len(out.Reads)+len(out.Proposals) != 0 {
		t.Errorf("a get that is in the log already led to %+v", *out)
	}
	q := r.ask(command(2, 1, get("x")))
	if q.Handle == p.Handle {
		t.Errorf("two handles are %d", q.Handle)
	}
	late := r.ask(command(4, 1, get("x")))
	r.answer(done(late.Handle, 1, false))
	r.wantReplies("sent away", replies(r.step(&kv.SetReads{})), kv.Reply{Client: 2, Seq: 1, Status: kv.NotLeader})
	r.propose(command(2, 1, get("x")))
	if got := r.answer(done(q.Handle, 0, false)); len(got) != 0 {
		t.Errorf("nobody waits for %+v", got)
	}
	r.wantReplies("confirmed", replies(r.apply(entry(1, 1, command(3, 1, put("x", "a"))))), kv.Reply{Client: 4, Seq: 1, Index: 1, Value: []byte("a"), By: kv.ReadsByIndex})
}

func TestWithoutWaitingForItsIndexAGetReadsWhatIsThere(t *testing.T) {
	r := readingRig(t, kv.ReadsByIndex, "wait-for-read-index")
	q := r.ask(command(1, 1, get("x")))
	r.wantReplies("get", r.answer(done(q.Handle, 7, false)), kv.Reply{Client: 1, Seq: 1, By: kv.ReadsByIndex})
}

func TestWaitingReadsAreClonedAndCountForTheState(t *testing.T) {
	r := readingRig(t, kv.ReadsByLease)
	states := map[string]bool{}
	seen := func() {
		t.Helper()
		b := string(r.s.AppendState(nil))
		if states[b] {
			t.Error("a step left no trace in the state")
		}
		states[b] = true
	}
	seen()
	q := r.ask(command(1, 1, get("x")))
	seen()
	other := &rig{t: t, s: r.s.Clone()}
	r.answer(done(q.Handle, 5, true))
	seen()
	r.step(&kv.SetReads{Reads: kv.ReadsByIndex})
	seen()
	if st := other.status(); st.Reading[0].Confirmed || st.Reads != kv.ReadsByLease {
		t.Errorf("the clone saw what its original did: %+v", st)
	}
	other.answer(done(q.Handle, 5, true))
	if bytes.Equal(other.s.AppendState(nil), r.s.AppendState(nil)) {
		t.Error("servers that read in different ways have the same state")
	}
	other.step(&kv.SetReads{Reads: kv.ReadsByIndex})
	if !bytes.Equal(other.s.AppendState(nil), r.s.AppendState(nil)) {
		t.Error("the same steps led the clone elsewhere")
	}
}
