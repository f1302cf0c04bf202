package core_test

import (
	"fmt"
	"testing"

	"raftarium/raft"
)

// Section 6 of the paper and chapter 4 of the dissertation: cluster membership.

func ids(list ...raft.ID) []raft.ID { return list }

// beat lets a leader be heard, and all that follows happen, a few times.
func (b *bench) beat(n *node) {
	for range 3 {
		b.fire(n, raft.TimerHeartbeat)
		b.settle()
	}
}

// done checks that a change was accepted, and then done.
func (b *bench) done(t *testing.T, h raft.Handle) {
	t.Helper()
	if a := b.answers[h]; len(a) != 2 || a[0].Outcome != raft.Accepted || a[1].Outcome != raft.Done {
		t.Errorf("answers %+v, want accepted and done", a)
	}
}

func (b *bench) config(t *testing.T, n *node, want string) {
	t.Helper()
	if got := n.st.Config.String(); got != want {
		t.Errorf("%v uses the configuration %s, want %s", n.id, got, want)
	}
}

func TestChapter4AServerJoinsAsALearnerAndIsPromoted(t *testing.T) {
	b := newBenchWith(3, 1)
	n, joins := b.elect(1), b.nodes[3]
	b.propose(n, 5)
	b.settle()
	h := b.change(n, ids(1, 2, 3), ids(4))
	b.config(t, n, "s1 s2 s3 + s4")
	b.beat(n)
	b.done(t, h)
	b.config(t, joins, "s1 s2 s3 + s4")
	if joins.applied != n.applied || n.st.Quorum != 2 || len(n.st.Peers) != 3 {
		t.Errorf("s4 applied %d of %d; quorum %d, %d peers", joins.applied, n.applied, n.st.Quorum, len(n.st.Peers))
	}
	h = b.change(n, ids(1, 2, 3, 4), nil)
	b.config(t, n, "s1 s2 s3 s4")
	b.beat(n)
	b.done(t, h)
	if n.st.Quorum != 3 {
		t.Errorf("quorum %d of four", n.st.Quorum)
	}
	if l := b.elect(4); l.st.Role != raft.Leader {
		t.Errorf("s4 is %v", l.st.Role)
	}
	if b.violation != nil {
		t.Error(b.violation)
	}
}

func TestChapter4AConfigurationIsInForceFromTheMomentItIsInTheLog(t *testing.T) {
	b := newBenchWith(2, 0)
	n := b.elect(1)
	b.change(n, ids(1), nil)
	b.config(t, n, "s1")
	if n.st.ConfigIndex != 2 || n.st.Commit != 1 {
		t.Fatalf("entry %d, commit %d", n.st.ConfigIndex, n.st.Commit)
	}
	b.flush(n) // its own disk is the majority
	if n.st.Commit != 2 {
		t.Errorf("commit %d", n.st.Commit)
	}
}

func TestChapter4ARemovedEntryTakesItsConfigurationAway(t *testing.T) {
	b, n := holding(3, nil, 1)
	c := raft.Config{Voters: ids(1, 2, 3, 4)}
	b.give(n, 2, &raft.AppendEntries{Term: 1, PrevIndex: 1, PrevTerm: 1, Entries: []raft.Entry{
		{Term: 1, Index: 2, Kind: raft.EntryConfig, Data: c.AppendTo(nil)},
	}})
	b.config(t, n, "s1 s2 s3 s4")
	clone := n.m.Clone()
	d := raft.Config{Voters: ids(1, 2)}
	b.give(n, 3, &raft.AppendEntries{Term: 2, PrevIndex: 1, PrevTerm: 1, Entries: []raft.Entry{
		{Term: 2, Index: 2, Kind: raft.EntryConfig, Data: d.AppendTo(nil)},
	}})
	b.config(t, n, "s1 s2")
	b.give(n, 3, &raft.AppendEntries{Term: 3, PrevIndex: 1, PrevTerm: 1, Entries: entries(2, 3)})
	b.config(t, n, "s1 s2 s3")
	var st raft.Status
	clone.Inspect(&st)
	if st.Config.String() != "s1 s2 s3 s4" {
		t.Errorf("an earlier clone uses %v", &st.Config)
	}
}

func TestChapter4OneChangeAtATimeAndOnlyOnceATermHasCommitted(t *testing.T) {
	b := plain(5)
	n := lead(b)
	b.outcome(t, b.change(n, ids(1, 2, 3, 4), nil), raft.Busy, 1)
	b.settle()
	h := b.change(n, ids(1, 2, 3, 4), nil)
	b.outcome(t, b.change(n, ids(1, 2, 3), nil), raft.Busy, 1)
	b.settle()
	b.done(t, h)
	h = b.change(n, ids(1, 2, 3), nil)
	b.settle()
	b.done(t, h)
}

func TestChapter4ChangesThatCannotBe(t *testing.T) {
	b := newBenchWith(3, 2)
	b.outcome(t, b.change(b.nodes[0], ids(1, 2), nil), raft.NotLeader, raft.None)
	n := b.elect(1)
	for _, c := range []struct {
		voters, learners []raft.ID
		want             raft.Outcome
	}{
		{nil, nil, raft.Invalid},
		{ids(2, 1), nil, raft.Invalid},
		{ids(1, 1), nil, raft.Invalid},
		{ids(0, 1), nil, raft.Invalid},
		{ids(1, 2, 3), ids(3), raft.Invalid},
		{ids(1, 2, 3, 4), nil, raft.Invalid}, // s4 is no learner
		{ids(1, 2, 3), nil, raft.Done},       // nothing to change
	} {
		b.outcome(t, b.change(n, c.voters, c.learners), c.want, 1)
	}
	b.transfer(n, 2)
	b.outcome(t, b.change(n, ids(1, 2), nil), raft.Busy, 1)
}

func TestDissertation421ALearnerThatLagsIsNotPromoted(t *testing.T) {
	b := newBenchWith(3, 1)
	n := b.elect(1)
	b.change(n, ids(1, 2, 3), ids(4))
	b.group = 1 << 4 // s4 hears nothing
	b.propose(n, 100)
	b.settle()
	b.outcome(t, b.change(n, ids(1, 2, 3, 4), nil), raft.Busy, 1)
	b.group = 0
	b.beat(n)
	h := b.change(n, ids(1, 2, 3, 4), nil)
	b.settle()
	b.done(t, h)
}

func TestDissertation421ALearnerNeitherStandsNorCounts(t *testing.T) {
	b := newBenchWith(3, 1)
	n := b.elect(1)
	b.change(n, ids(1, 2, 3), ids(4))
	b.beat(n)
	b.crash(b.nodes[1], 0)
	b.crash(b.nodes[2], 0)
	b.propose(n, 1)
	b.settle()
	h := b.read(n, false)
	b.settle()
	b.waits(t, h)
	if n.st.Commit != 2 {
		t.Errorf("committed %d with a learner for a majority", n.st.Commit)
	}
	b.forget()
	if n.st.Role != raft.Follower {
		t.Errorf("with a learner alone s1 is still %v", n.st.Role)
	}
	learner := b.nodes[3]
	b.fire(learner, raft.TimerElection)
	if len(learner.out.Sends) != 0 || election(learner) != "timer restarted" {
		t.Errorf("the learner wants %+v", learner.out)
	}
	b.give(learner, 1, &raft.TimeoutNow{Term: learner.st.Term})
	if learner.st.Role != raft.Follower {
		t.Errorf("asked to take over, the learner is %v", learner.st.Role)
	}
	b.outcome(t, b.transfer(b.elect(1), 4), raft.NotLeader, raft.None)
}

func TestSection6JointConsensusTakesTwoEntriesAndBothMajorities(t *testing.T) {
	b := newBenchWith(3, 3)
	n := b.elect(1)
	b.change(n, ids(1, 2, 3), ids(4, 5, 6))
	b.beat(n)
	h := b.change(n, ids(4, 5, 6), nil)
	b.config(t, n, "s1 s2 s3 and s4 s5 s6")
	at := n.last()
	b.flush(n)
	for _, c := range []struct {
		from   raft.ID
		commit raft.Index
	}{
		{2, at - 1}, // a majority of the old
		{3, at - 1},
		{4, at - 1},
		{5, at}, // and of the new
	} {
		b.give(n, c.from, &raft.AppendEntriesReply{Term: 1, Success: true, Index: at})
		if n.st.Commit != c.commit {
			t.Errorf("after the answer of %v the commit index is %d, want %d", c.from, n.st.Commit, c.commit)
		}
	}
	// The joint configuration is committed: the leader goes on to the new one.
	b.config(t, n, "s4 s5 s6")
	if n.last() != at+1 || n.st.Role != raft.Leader || len(b.answers[h]) != 1 {
		t.Errorf("last index %d, it is %v, answers %+v", n.last(), n.st.Role, b.answers[h])
	}
	b.settle()
	b.done(t, h)
	if n.st.Role != raft.Follower {
		t.Errorf("s1, which was removed, is %v", n.st.Role)
	}
	if l := b.elect(5); l.st.Role != raft.Leader || l.st.Quorum != 2 {
		t.Errorf("s5 is %v, quorum %d", l.st.Role, l.st.Quorum)
	}
	b.propose(b.nodes[4], 1)
	b.settle()
	if b.violation != nil || b.nodes[4].st.Commit != b.nodes[4].last() {
		t.Errorf("commit %d of %d, %v", b.nodes[4].st.Commit, b.nodes[4].last(), b.violation)
	}
}

func TestSection6AnElectionInJointConsensusTakesBothMajorities(t *testing.T) {
	b := newBenchWith(3, 3)
	for _, n := range b.nodes {
		c := raft.Config{Voters: ids(4, 5, 6), Outgoing: ids(1, 2, 3)}
		n.log = []raft.Entry{{Term: 1, Index: 1, Kind: raft.EntryConfig, Data: c.AppendTo(nil)}}
		n.state.Term = 1
		b.start(n)
	}
	b.forget()
	n := stand(b)
	if got := len(polls(n)); got != 5 {
		t.Fatalf("it asks %d servers", got)
	}
	for _, c := range []struct {
		from raft.ID
		want raft.Role
	}{{2, raft.Follower}, {3, raft.Follower}, {4, raft.Follower}, {6, raft.Candidate}} {
		b.give(n, c.from, &raft.PreVoteReply{Term: 1, Asked: 1, Granted: true})
		if n.st.Role != c.want {
			t.Errorf("after the pre-vote of %v it is %v, want %v", c.from, n.st.Role, c.want)
		}
	}
	b.settle()
	if n.st.Role != raft.Follower || n.st.Config.String() != "s4 s5 s6" {
		t.Errorf("the new leader brings the change to its end: it is %v of %v", n.st.Role, &n.st.Config)
	}
}

func TestSection6ALeaderThatIsCutOffWithTheOldMajorityCannotCommit(t *testing.T) {
	for cut := range 6 { // after so many messages
		b := newBenchWith(3, 2)
		n := b.elect(1)
		b.change(n, ids(1, 2, 3), ids(4, 5))
		b.beat(n)
		b.change(n, ids(3, 4, 5), nil)
		for range cut {
			if len(b.net) > 0 {
				b.deliver(0, false)
			}
			for _, n := range b.nodes {
				b.flush(n)
			}
		}
		b.group = 1<<1 | 1<<2 // s1 and s2 on one side
		b.settle()
		for id := raft.ID(3); id <= 5; id++ {
			b.elect(id)
		}
		for _, n := range b.nodes {
			if n.st.Role == raft.Leader {
				b.propose(n, 1)
			}
		}
		b.settle()
		b.group = 0
		if !b.heal() || b.violation != nil {
			t.Errorf("cut after %d messages: %v", cut, b.violation)
		}
	}
}

func TestDissertation422ARemovedServerDoesNotDisrupt(t *testing.T) {
	for _, off := range [][]string{nil, {"pre-vote"}, {"pre-vote", "leader-stickiness"}} {
		b := newBench(4, off...)
		n := b.elect(1)
		h := b.change(n, ids(1, 2, 3), nil)
		b.settle()
		b.done(t, h)
		removed := b.nodes[3]
		term := n.st.Term
		for range 5 { // it hears nothing any more
			b.fire(removed, raft.TimerElection)
			b.settle()
			b.beat(n)
		}
		disrupted := n.st.Term != term || n.st.Role != raft.Leader
		if disrupted != (len(off) == 2) {
			t.Errorf("without %v: s1 is %v in term %d", off, n.st.Role, n.st.Term)
		}
	}
}

// Who may not stand and hears from no leader any more, a learner that is cut off or a
// server that was removed, must not name the one that it knew for ever: that one may be
// down by the time a client asks.
func TestWhoMayNotStandForgetsALeaderThatItDoesNotHear(t *testing.T) {
	b := newBench(4)
	n := b.elect(1)
	h := b.change(n, ids(1, 2, 3), ids(4))
	b.settle()
	b.done(t, h)
	b.beat(n)
	learner := b.nodes[3]
	for _, want := range []raft.ID{1, raft.None} {
		h := b.propose(learner, 1)[0]
		if a := b.answers[h][0]; a.Outcome != raft.NotLeader || a.Leader != want {
			t.Errorf("%v, ask %v; want %v", a.Outcome, a.Leader, want)
		}
		b.fire(learner, raft.TimerElection)
	}
	if learner.st.Role != raft.Follower || learner.st.Term != n.st.Term {
		t.Errorf("it is %v in term %d", learner.st.Role, learner.st.Term)
	}
}

// Section 4.2.2 of the dissertation, Figure 4.6: only the removed server can bring
// the change to its end.
func TestDissertation422ARemovedServerStandsAsLongAsItIsNeeded(t *testing.T) {
	b := newBench(2)
	n := b.elect(1)
	b.change(n, ids(2), nil)
	b.flush(n)
	b.net = nil
	b.crash(n, 0)
	b.start(n)
	b.elect(2)
	if b.nodes[1].st.Role == raft.Leader {
		t.Fatal("s2 leads without the entry")
	}
	b.elect(1)
	b.beat(n)
	if b.nodes[1].st.Commit < 2 || n.st.Role != raft.Follower {
		t.Errorf("s2 committed %d, s1 is %v", b.nodes[1].st.Commit, n.st.Role)
	}
	b.fire(n, raft.TimerElection)
	if l := b.elect(2); l.st.Role != raft.Leader {
		t.Errorf("s2 is %v", l.st.Role)
	}
	if b.violation != nil {
		t.Error(b.violation)
	}
}

func TestSection7ASnapshotHoldsTheConfiguration(t *testing.T) {
	b := newBenchWith(3, 2)
	n := b.elect(1)
	b.change(n, ids(1, 2, 3), ids(4))
	b.beat(n)
	b.change(n, ids(1, 2, 3, 4), nil)
	b.beat(n)
	b.compact(n, n.applied)
	b.flush(n)
	if got := n.snap.Config.String(); got != "s1 s2 s3 s4" {
		t.Fatalf("the snapshot holds the configuration %s", got)
	}
	b.crash(n, 0)
	b.start(n)
	b.config(t, n, "s1 s2 s3 s4")
	n = b.elect(1)
	h := b.change(n, ids(1, 2, 3, 4), ids(5))
	b.beat(n)
	b.done(t, h)
	joins := b.nodes[4]
	b.config(t, joins, "s1 s2 s3 s4 + s5")
	if joins.st.Snapshot.Index == 0 || joins.applied != n.applied {
		t.Errorf("s5 has a snapshot of %d and applied %d of %d", joins.st.Snapshot.Index, joins.applied, n.applied)
	}
	if b.violation != nil {
		t.Error(b.violation)
	}
}

func TestAChangeIsLostWithItsLeader(t *testing.T) {
	b := newBench(3)
	n := b.elect(1)
	h := b.change(n, ids(1, 2), nil)
	b.give(n, 2, &raft.AppendEntries{Term: 2})
	if a := b.answers[h]; len(a) != 2 || a[1].Outcome != raft.Lost || a[1].Leader != 2 {
		t.Errorf("answers %+v", a)
	}
}

func TestAServerThatIsNoMemberWaits(t *testing.T) {
	b := newBenchWith(3, 1)
	n := b.nodes[3]
	for range 3 {
		b.fire(n, raft.TimerElection)
		if len(n.out.Sends)+len(n.out.Saves) != 0 || n.st.Role != raft.Follower || n.st.Term != 0 {
			t.Fatalf("it is %v in term %d and wants %+v", n.st.Role, n.st.Term, n.out)
		}
	}
	if got := fmt.Sprint(n.st.Config.Voters, n.st.Quorum); got != "[s1 s2 s3] 2" {
		t.Errorf("voters and quorum %s", got)
	}
}
