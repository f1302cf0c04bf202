package core_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"raftarium/raft"
)

// Dissertation, section 10.2: how much is under way at a time.

// proposeBytes asks a server to take a command of so many bytes.
func (b *bench) proposeBytes(n *node, size int) raft.Outcome {
	b.handle++
	b.step(n, &raft.Propose{Proposals: []raft.Proposal{{Handle: b.handle, Data: bytes.Repeat([]byte("x"), size)}}})
	return b.answers[b.handle][0].Outcome
}

func TestDissertation1022ABatchIsBoundedInBytes(t *testing.T) {
	for _, c := range []struct {
		sizes []int
		want  string
	}{
		{[]int{4, 4, 4, 4, 4}, "[2 2 1]"},
		{[]int{10, 1, 10, 1}, "[1 1 1 1]"},
		{[]int{50, 1, 9, 1}, "[1 2 1]"}, // one that is larger goes alone
		{[]int{0, 0, 0, 0}, "[4]"},
	} {
		b := limited(raft.Limits{Batch: 10})
		n := b.elect(1)
		var ev raft.Propose
		for _, size := range c.sizes {
			b.handle++
			ev.Proposals = append(ev.Proposals, raft.Proposal{Handle: b.handle, Data: make([]byte, size)})
		}
		b.step(n, &ev)
		var got []int
		for _, s := range sends[*raft.AppendEntries](n) {
			if s.To == 2 {
				got = append(got, len(s.Msg.(*raft.AppendEntries).Entries))
			}
		}
		if fmt.Sprint(got) != c.want {
			t.Errorf("commands of %v bytes travel by %v, want %s", c.sizes, got, c.want)
		}
		b.settle()
		if want := raft.Index(len(c.sizes) + 1); n.st.Commit != want {
			t.Errorf("commit %d, want %d", n.st.Commit, want)
		}
	}
}

func TestDissertation1022AFewEntriesWaitForTheAppendThatIsUnderWay(t *testing.T) {
	b := plain(3)
	n := b.elect(1)
	for range 5 {
		b.propose(n, 1)
	}
	if len(b.net) != 2 {
		t.Fatalf("%d messages under way, want one to each follower", len(b.net))
	}
	b.deliver(0, false)
	b.flush(b.nodes[1])
	b.deliver(len(b.net)-1, false)
	got := sends[*raft.AppendEntries](n)
	if len(got) != 1 || len(got[0].Msg.(*raft.AppendEntries).Entries) != 4 {
		t.Errorf("after the answer: %+v", got)
	}
	b.settle()
	if n.st.Commit != 6 {
		t.Errorf("commit %d, want 6", n.st.Commit)
	}
}

func TestDissertation1022AFullLoadDoesNotWait(t *testing.T) {
	for _, c := range []struct {
		what          string
		number, bytes int
		want          int // appends under way to a follower
	}{
		{"63 entries", 63, 1, 1},
		{"64 entries", 64, 1, 2},
		{"as many bytes as an append takes", 10, 10, 1},
		{"more bytes", 10, 11, 3},
	} {
		b := limited(raft.Limits{Batch: 100})
		n := b.elect(1)
		b.propose(n, 1)
		for range c.number {
			b.proposeBytes(n, c.bytes)
		}
		if got := n.st.Peers[0].InFlight; got != c.want {
			t.Errorf("%s: %d appends under way, want %d", c.what, got, c.want)
		}
		b.settle()
		if want := raft.Index(c.number + 2); n.st.Commit != want {
			t.Errorf("%s: commit %d, want %d", c.what, n.st.Commit, want)
		}
	}
}

func TestWhatGathersIsFoundByTheHeartbeatThoughTheAppendWasLost(t *testing.T) {
	b := plain(3)
	n := b.elect(1)
	b.propose(n, 1)
	b.net = nil
	for range 3 {
		b.propose(n, 1)
	}
	b.settle()
	if n.st.Commit != 1 {
		t.Fatalf("commit %d before the heartbeat", n.st.Commit)
	}
	b.fire(n, raft.TimerHeartbeat)
	b.settle()
	if n.st.Commit != 5 {
		t.Errorf("commit %d after the heartbeat, want 5", n.st.Commit)
	}
}

func TestWhoTakesOverGetsWhatGathersFirst(t *testing.T) {
	b := plain(3)
	n := b.elect(1)
	for range 4 {
		b.propose(n, 1)
	}
	b.step(n, &raft.TransferLeadership{Handle: 1, To: 2})
	b.settle()
	if got := b.nodes[1].st; got.Role != raft.Leader || got.Commit != 6 {
		t.Errorf("s2 is %v with commit %d, want a leader with 6", got.Role, got.Commit)
	}
}

func TestALeaderThatCannotCommitRefusesProposalsBeyondItsLimit(t *testing.T) {
	b := limited(raft.Limits{Uncommitted: 10})
	n := b.elect(1)
	if got := b.proposeBytes(n, 99); got != raft.Accepted {
		t.Errorf("a large command, with nothing uncommitted, is %v", got)
	}
	if got := b.proposeBytes(n, 1); got != raft.Busy || len(n.out.Saves)+len(n.out.Sends) != 0 {
		t.Errorf("a command beyond the limit is %v and leads to %+v", got, n.out)
	}
	if got := b.proposeBytes(n, 0); got != raft.Busy {
		t.Errorf("an empty command beyond the limit is %v", got)
	}
	b.settle()
	if n.st.Uncommitted != 0 {
		t.Errorf("with all committed, %d bytes are not", n.st.Uncommitted)
	}
	for k, want := range []raft.Outcome{raft.Accepted, raft.Accepted, raft.Busy} {
		if got := b.proposeBytes(n, 5); got != want {
			t.Errorf("command %d is %v, want %v", k, got, want)
		}
	}
	if n.st.Uncommitted != 10 {
		t.Errorf("%d bytes are uncommitted, want 10", n.st.Uncommitted)
	}
}

func TestANewLeaderCountsWhatItFoundUncommitted(t *testing.T) {
	b := limited(raft.Limits{Uncommitted: 10})
	n := b.nodes[0]
	n.log, n.state = entries(1, 1, 1, 1), raft.HardState{Term: 1} // of three bytes each
	b.start(n)
	b.forget()
	b.fire(n, raft.TimerElection)
	b.give(n, 2, &raft.PreVoteReply{Term: 1, Asked: 1, Granted: true})
	b.flush(n)
	b.give(n, 2, &raft.RequestVoteReply{Term: 2, Granted: true})
	if n.st.Role != raft.Leader || n.st.Uncommitted != 9 {
		t.Errorf("the %v has %d bytes uncommitted, want 9", n.st.Role, n.st.Uncommitted)
	}
	b.settle()
	if n.st.Uncommitted != 0 || n.st.Commit != 4 {
		t.Errorf("commit %d, %d bytes uncommitted", n.st.Commit, n.st.Uncommitted)
	}
}

func TestAConfigurationCountsAsUncommittedUntilItIsCommitted(t *testing.T) {
	b := newBenchWith(3, 1)
	n := b.elect(1)
	b.settle()
	b.change(n, ids(1, 2, 3), ids(4))
	if n.st.Uncommitted == 0 {
		t.Error("while the change is not committed, nothing is uncommitted")
	}
	b.beat(n)
	if n.st.Uncommitted != 0 {
		t.Errorf("with all committed, %d bytes are not", n.st.Uncommitted)
	}
}

func TestWhatWaitsForFollowersWaitsForTheOwnDiskToo(t *testing.T) {
	b := plain(3)
	n := b.elect(1)
	b.propose(n, 1) // travels
	b.flush(n)
	for range 5 {
		b.propose(n, 1)
	}
	if len(n.saves) != 0 {
		t.Fatalf("%d saves though nothing has left since: %+v", len(n.saves), n.saves)
	}
	b.deliver(0, false)
	b.flush(b.nodes[1])
	b.deliver(len(b.net)-1, false)
	if len(n.saves) != 1 || len(n.saves[0].Entries) != 5 {
		t.Errorf("once an append leaves: %+v, want one save of five entries", n.saves)
	}
	b.settle()
	if n.st.Commit != 7 {
		t.Errorf("commit %d, want 7", n.st.Commit)
	}
}

func TestAHeartbeatWritesWhatWaits(t *testing.T) {
	b := plain(3)
	n := b.elect(1)
	b.propose(n, 1)
	b.net = nil // lost
	b.flush(n)
	b.propose(n, 1)
	b.fire(n, raft.TimerHeartbeat)
	if len(n.saves) != 1 || len(n.saves[0].Entries) != 1 {
		t.Errorf("after the heartbeat: %+v, want one save of one entry", n.saves)
	}
}

func TestALeaderThatStepsDownWritesWhatWaits(t *testing.T) {
	b := plain(3)
	n := b.elect(1)
	b.propose(n, 1)
	b.flush(n)
	b.propose(n, 1)
	b.step(n, &raft.Deliver{From: 2, Msg: &raft.AppendEntriesReply{Term: n.st.Term + 1}})
	if n.st.Role != raft.Follower || len(n.saves) != 1 || len(n.saves[0].Entries) != 1 {
		t.Errorf("%v with %+v, want a follower with one save of one entry", n.st.Role, n.saves)
	}
}

// Its followers cannot hinder it: a learner that is cut off makes nothing wait.
func TestALeaderThatIsAMajorityByItselfWritesAtOnce(t *testing.T) {
	b := newBenchWith(1, 1, plainRules...)
	n := b.elect(1)
	b.change(n, []raft.ID{1}, []raft.ID{2})
	b.settle()
	for k := range 3 {
		b.propose(n, 1)
		b.flush(n)
		if want := n.log[len(n.log)-1].Index; n.st.Commit != want {
			t.Errorf("after %d proposals, with nothing delivered: commit %d of %d", k+1, n.st.Commit, want)
		}
	}
}

func TestAFollowerCountsWhatItWroteQuietlyOnceItLeads(t *testing.T) {
	b := plain(3)
	n := b.elect(1)
	b.propose(n, 1)
	b.settle()
	b.propose(n, 1)
	b.deliver(0, false) // s2 has it, nobody else
	follower := b.nodes[1]
	for _, s := range follower.saves {
		if !s.Quiet {
			t.Errorf("a follower waits for %+v", s)
		}
	}
	b.flush(follower)
	b.group = 1 << 1 // s1 is cut off
	b.net = nil
	b.fire(follower, raft.TimerElection)
	b.settle()
	if follower.st.Role != raft.Leader || follower.st.Commit != 4 {
		t.Errorf("s2 is %v with commit %d, want a leader with 4", follower.st.Role, follower.st.Commit)
	}
}

func TestHeartbeatsFillSilence(t *testing.T) {
	again := func(n *node) bool {
		return slices.ContainsFunc(n.out.Timers, func(t raft.Timer) bool { return t.Key == raft.TimerHeartbeat && !t.Cancel })
	}
	b := plain(3)
	n := b.elect(1)
	b.settle()
	b.propose(n, 1)
	if !again(n) {
		t.Errorf("all were sent something, and the wait does not begin anew: %+v", n.out.Timers)
	}
	b.propose(n, 1)
	if again(n) {
		t.Errorf("nobody was sent anything, and the wait begins anew: %+v", n.out.Timers)
	}
	b.settle()
	b.read(n, true) // from now on heartbeats extend leases
	b.settle()
	b.propose(n, 1)
	if again(n) {
		t.Errorf("leases run, and the heartbeat is put off: %+v", n.out.Timers)
	}
}
