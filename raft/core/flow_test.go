package core_test

import (
	"bytes"
	"fmt"
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
