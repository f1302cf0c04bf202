package core_test

import (
	"testing"

	"raftarium/raft"
)

// Sections 5.4 and 8: safety, and what clients may rely on.

func TestSection54ACommittedEntryIsInTheLogOfEachLaterLeader(t *testing.T) {
	b := plain(5)
	b.elect(1)
	b.propose(b.nodes[0], 3)
	b.settle()
	b.crash(b.nodes[0], 0)
	b.crash(b.nodes[1], 0)
	b.elect(4)
	b.start(b.nodes[0])
	b.elect(3)
	if l := b.leader(); l == nil || terms(l.st.Log)[:4] != "1111" {
		t.Fatalf("leader %+v", l)
	}
	if b.violation != nil {
		t.Error(b.violation)
	}
}

func TestSection541VotersRefuseALogThatIsLessUpToDate(t *testing.T) {
	for _, c := range []struct {
		last raft.Index
		term raft.Term
		want string
	}{
		{0, 0, "refused"},
		{2, 2, "refused"}, // shorter
		{3, 2, "granted"}, // equal
		{4, 2, "granted"}, // longer
		{9, 1, "refused"}, // longer, but of an earlier term
		{1, 3, "granted"}, // shorter, but of a later term
	} {
		b, n := holding(3, nil, 1, 1, 2)
		b.give(n, 3, &raft.RequestVote{Term: 5, LastIndex: c.last, LastTerm: c.term})
		if got := answer(n); got != c.want {
			t.Errorf("last index %d of term %d: %s, want %s", c.last, c.term, got, c.want)
		}
	}
}

// figure8 plays Figure 8 up to (c): s1, who leads again, stores its entry of term 2
// at a majority. Then comes (d): s5 overwrites it.
func figure8(off ...string) *bench {
	b := plain(5, off...)
	logs := [][]raft.Term{{1, 2}, {1, 2}, {1}, {1}, {1, 3}}
	for i, log := range logs {
		n := b.nodes[i]
		n.log, n.state = entries(1, log...), raft.HardState{Term: 3}
		b.start(n)
	}
	n := b.nodes[0]
	b.fire(n, raft.TimerElection)
	b.flush(n)
	b.net = nil
	for _, id := range []raft.ID{2, 3} {
		b.give(n, id, &raft.RequestVoteReply{Term: 4, Granted: true})
	}
	b.flush(n)
	// s1 hears that s2 and s3 hold index 2, and crashes.
	for _, id := range []raft.ID{2, 3} {
		b.give(b.nodes[id-1], 1, &raft.AppendEntries{Term: 4, PrevIndex: 1, PrevTerm: 1, Entries: entries(2, 2)})
		b.flush(b.nodes[id-1])
		b.give(n, id, &raft.AppendEntriesReply{Term: 4, Success: true, Index: 2})
	}
	b.crash(n, 0)
	// s5 times out in vain, which takes it to term 4, and again.
	b.fire(b.nodes[4], raft.TimerElection)
	b.flush(b.nodes[4])
	b.net = nil
	b.elect(5)
	return b
}

func TestSection542AnEntryOfAnEarlierTermIsNotCommittedByCounting(t *testing.T) {
	b := figure8()
	if b.violation != nil {
		t.Error(b.violation)
	}
	if l := b.leader(); l == nil || l.id != 5 {
		t.Fatalf("leader %+v, want s5", l)
	}
	if len(b.applied) < 2 || b.applied[1].Term != 3 {
		t.Errorf("applied %v, want the entry of term 3 at index 2", b.applied)
	}
}

func TestSection542WithoutTheRuleFigure8LosesACommittedEntry(t *testing.T) {
	if b := figure8("current-term-commit"); b.violation == nil {
		t.Error("nothing was violated")
	}
}

func TestSection542EarlierEntriesCommitWithOneOfTheCurrentTerm(t *testing.T) {
	b, n := holding(3, nil, 1, 1)
	lead(b)
	b.flush(n)
	b.give(n, 2, &raft.AppendEntriesReply{Term: 2, Success: true, Index: 3})
	if n.st.Commit != 3 || n.applied != 3 {
		t.Errorf("commit %d, applied %d", n.st.Commit, n.applied)
	}
}

func TestSection8ANewLeaderCommitsWhatEarlierTermsLeftBehind(t *testing.T) {
	for _, off := range [][]string{nil, {"leader-noop"}} {
		b := plain(3, off...)
		for _, n := range b.nodes {
			n.log, n.state = entries(1, 1, 1), raft.HardState{Term: 1}
			b.start(n)
		}
		n := b.elect(1)
		if off == nil && (n.st.Commit != 3 || n.st.Log[2].Kind != raft.EntryNoOp) {
			t.Errorf("commit %d, log %v", n.st.Commit, n.st.Log)
		}
		if off != nil && n.st.Commit != 0 {
			t.Errorf("without the no-op: commit %d", n.st.Commit)
		}
		b.propose(n, 1)
		b.settle()
		if want := raft.Index(len(n.st.Log)); n.st.Commit != want {
			t.Errorf("without %v: commit %d after a proposal, want %d", off, n.st.Commit, want)
		}
	}
}

func TestSection8OnlyTheLeaderTakesProposalsAndOthersNameIt(t *testing.T) {
	b := plain(3)
	h := b.propose(b.nodes[1], 1)[0]
	if a := b.answers[h][0]; a.Outcome != raft.NotLeader || a.Leader != raft.None {
		t.Errorf("before any election: %+v", a)
	}
	b.elect(1)
	h = b.propose(b.nodes[1], 1)[0]
	if a := b.answers[h][0]; a.Outcome != raft.NotLeader || a.Leader != 1 {
		t.Errorf("with s1 as leader: %+v", a)
	}
}

func TestSection8AProposalThatLosesItsLeaderIsReportedLostOnce(t *testing.T) {
	b := plain(3)
	n := b.elect(1)
	committed := b.propose(n, 2)
	b.settle()
	open := b.propose(n, 3)
	b.give(n, 2, &raft.AppendEntries{Term: 2, PrevIndex: 3, PrevTerm: 1, Entries: entries(4, 2)})
	b.give(n, 3, &raft.AppendEntries{Term: 3, PrevIndex: 3, PrevTerm: 1, Entries: entries(4, 3)})
	for _, h := range committed {
		if a := b.answers[h]; len(a) != 1 || a[0].Outcome != raft.Accepted {
			t.Errorf("committed proposal %d: %+v", h, a)
		}
	}
	for _, h := range open {
		if a := b.answers[h]; len(a) != 2 || a[1].Outcome != raft.Lost || a[1].Leader != 2 {
			t.Errorf("open proposal %d: %+v", h, a)
		}
	}
}

func TestDissertation1021ALeaderCountsItselfOnceItsDiskHasTheEntry(t *testing.T) {
	b := plain(3)
	n := lead(b)
	b.give(n, 2, &raft.AppendEntriesReply{Term: 1, Success: true, Index: 1})
	if n.st.Commit != 0 {
		t.Fatalf("commit %d with one copy on a disk", n.st.Commit)
	}
	b.flush(n)
	if n.st.Commit != 1 {
		t.Errorf("commit %d with two copies on disks", n.st.Commit)
	}
	b.propose(n, 1)
	for id := raft.ID(2); id <= 3; id++ {
		b.give(n, id, &raft.AppendEntriesReply{Term: 1, Success: true, Index: 2})
	}
	if n.st.Commit != 2 || len(n.saves) == 0 {
		t.Errorf("commit %d with two copies on other disks", n.st.Commit)
	}
}

func TestFigure2ARestartedServerKeepsItsPersistentStateAndAppliesAnew(t *testing.T) {
	b := plain(3)
	b.elect(1)
	b.propose(b.nodes[0], 3)
	b.settle()
	for _, n := range b.nodes {
		b.crash(n, 0)
	}
	for _, n := range b.nodes {
		b.start(n)
		if n.st.Term != 1 || n.st.Vote != 1 || terms(n.st.Log) != "1111" || n.st.Commit != 0 || n.st.Applied != 0 {
			t.Errorf("%v restarts as %+v", n.id, n.st)
		}
	}
	if !b.heal() || b.violation != nil {
		t.Errorf("after the restart: %v", b.violation)
	}
}

func TestNothingIsSavedThatDidNotChange(t *testing.T) {
	b, n := holding(3, nil, 1)
	for _, m := range []raft.Message{
		&raft.AppendEntries{Term: 1, Entries: entries(1, 1)},
		&raft.AppendEntries{Term: 1, PrevIndex: 1, PrevTerm: 1, Commit: 1},
		&raft.AppendEntries{Term: 1, PrevIndex: 7, PrevTerm: 1},
		&raft.AppendEntriesReply{Term: 1},
		&raft.RequestVote{Term: 1},
		&raft.RequestVoteReply{Term: 1, Granted: true},
	} {
		b.give(n, 2, m)
		if m, ok := m.(*raft.RequestVote); ok && n.st.Vote == 2 {
			t.Errorf("%+v was granted", m)
		}
		if len(n.out.Saves) != 0 {
			t.Errorf("%v %+v led to %+v", m.Kind(), m, n.out.Saves)
		}
	}
}
