package core_test

import (
	"testing"

	"raftarium/raft"
)

// Dissertation, section 3.10: leadership transfer.

func (b *bench) outcome(t *testing.T, h raft.Handle, want raft.Outcome, leader raft.ID) {
	t.Helper()
	a := b.answers[h]
	if len(a) != 1 || a[0].Outcome != want || a[0].Leader != leader {
		t.Errorf("answers %+v, want one: %v, %v", a, want, leader)
	}
}

func TestDissertation310LeadershipGoesToTheServerThatWasNamed(t *testing.T) {
	b := newBench(5)
	n := b.elect(1)
	b.propose(n, 3)
	h := b.transfer(n, 4)
	if n.st.Transferee != 4 || len(b.answers[h]) != 0 {
		t.Fatalf("transferee %v, answers %v", n.st.Transferee, b.answers[h])
	}
	b.settle()
	b.outcome(t, h, raft.Done, 4)
	if l := b.leader(); l.id != 4 || l.st.Term != 2 || n.st.Role != raft.Follower || n.timers[raft.TimerTransfer] {
		t.Errorf("%v leads term %d, s1 is %v", l.id, l.st.Term, n.st.Role)
	}
	b.propose(b.nodes[3], 1)
	b.settle()
	if got := b.nodes[3].st.Commit; got != 6 {
		t.Errorf("commit %d, want 6", got)
	}
}

func TestDissertation310TheTransfereeFirstGetsAllOfTheLog(t *testing.T) {
	b := newBench(3)
	n := b.elect(1)
	b.propose(n, 1)
	b.transfer(n, 3)
	if len(sends[*raft.TimeoutNow](n)) != 0 {
		t.Fatal("it may stand with a log that lacks an entry")
	}
	b.give(n, 2, &raft.AppendEntriesReply{Term: 1, Success: true, Index: 2})
	if len(sends[*raft.TimeoutNow](n)) != 0 {
		t.Fatal("it may stand because another has all of the log")
	}
	b.give(n, 3, &raft.AppendEntriesReply{Term: 1, Success: true, Index: 2})
	if s := sends[*raft.TimeoutNow](n); len(s) != 1 || s[0].To != 3 {
		t.Errorf("it has all of the log, and is sent %+v", s)
	}
	b.give(n, 3, &raft.AppendEntriesReply{Term: 1, Success: true, Index: 2})
	if s := sends[*raft.TimeoutNow](n); len(s) != 0 {
		t.Errorf("the same reply again: %+v", s)
	}
}

func TestDissertation310WithNobodyNamedTheLongestLogTakesOver(t *testing.T) {
	b := newBench(5)
	n := b.elect(1)
	b.propose(n, 1)
	b.give(n, 3, &raft.AppendEntriesReply{Term: 1, Success: true, Index: 2})
	b.transfer(n, raft.None)
	if n.st.Transferee != 3 {
		t.Errorf("transferee %v, want s3", n.st.Transferee)
	}
}

func TestDissertation310ALeaderThatHandsOverTakesNoProposals(t *testing.T) {
	b := newBench(3)
	n := b.elect(1)
	b.crash(b.nodes[1], 0)
	h := b.transfer(n, 2)
	b.outcome(t, b.propose(n, 1)[0], raft.Busy, 2)
	b.outcome(t, b.transfer(n, 3), raft.Busy, 2)
	b.fire(n, raft.TimerTransfer)
	b.outcome(t, h, raft.Aborted, 1)
	b.outcome(t, b.propose(n, 1)[0], raft.Accepted, raft.None)
	if n.st.Role != raft.Leader || n.st.Transferee != raft.None {
		t.Errorf("it is %v, transferee %v", n.st.Role, n.st.Transferee)
	}
}

func TestDissertation310WhatWasLostIsSentAgainWithTheHeartbeat(t *testing.T) {
	b := newBench(3)
	n := b.elect(1)
	h := b.transfer(n, 2)
	b.net = nil
	b.fire(n, raft.TimerHeartbeat)
	b.settle()
	b.outcome(t, h, raft.Done, 2)
	if b.leader().id != 2 {
		t.Errorf("%v leads", b.leader().id)
	}
}

func TestDissertation310TransfersThatCannotBe(t *testing.T) {
	b := newBench(3)
	b.outcome(t, b.transfer(b.nodes[0], 2), raft.NotLeader, raft.None)
	n := b.elect(1)
	b.outcome(t, b.transfer(b.nodes[1], 2), raft.NotLeader, 1)
	b.outcome(t, b.transfer(n, 9), raft.Invalid, 1)
	b.outcome(t, b.transfer(n, 1), raft.Done, 1)
	one := newBench(1)
	one.outcome(t, one.transfer(one.elect(1), raft.None), raft.Invalid, 1)
}

func TestDissertation310AnotherElectionEndsTheTransfer(t *testing.T) {
	for _, c := range []struct {
		leader raft.ID
		want   raft.Outcome
	}{{2, raft.Done}, {3, raft.Lost}} {
		b := newBench(3)
		n := b.elect(1)
		h := b.transfer(n, 2)
		b.give(n, c.leader, &raft.AppendEntries{Term: 2})
		b.outcome(t, h, c.want, c.leader)
	}
}

func TestDissertation310TheTransfereeNeedsNoLeaveOfThoseWhoHearTheLeader(t *testing.T) {
	b := newBench(3)
	b.elect(1)
	n := b.nodes[1]
	b.give(n, 1, &raft.TimeoutNow{Term: 1})
	requests := sends[*raft.RequestVote](n)
	if n.st.Role != raft.Candidate || n.st.Term != 2 || len(requests) != 2 || !requests[0].Msg.(*raft.RequestVote).Transfer {
		t.Fatalf("%v in term %d sends %+v", n.st.Role, n.st.Term, requests)
	}
	b.give(b.nodes[2], 2, requests[1].Msg)
	if answer(b.nodes[2]) != "granted" {
		t.Errorf("s3, which hears from s1, %s", answer(b.nodes[2]))
	}
	// The next election is one like any other.
	b.fire(n, raft.TimerElection)
	if len(polls(n)) != 2 {
		t.Errorf("after its election came to nothing it sends %+v", n.out.Sends)
	}
}

func TestDissertation310AnOldRequestToTakeOverIsIgnored(t *testing.T) {
	b, n := holding(3, nil, 2)
	b.give(n, 2, &raft.TimeoutNow{Term: 1})
	if n.st.Role != raft.Follower || n.st.Term != 2 || len(n.out.Sends) != 0 {
		t.Errorf("%v in term %d sends %+v", n.st.Role, n.st.Term, n.out.Sends)
	}
}
