package core_test

import (
	"fmt"
	"testing"

	"raftarium/raft"
)

// The tests of this file are named after the sections of the paper whose
// statements they hold the servers to.

// sends are the messages of a server's last step, of one type.
func sends[M raft.Message](n *node) []raft.Send {
	var list []raft.Send
	for _, s := range n.out.Sends {
		if _, ok := s.Msg.(M); ok {
			list = append(list, s)
		}
	}
	return list
}

// terms is the terms of a log, for short.
func terms(log []raft.Entry) string {
	s := ""
	for _, e := range log {
		s += fmt.Sprint(e.Term)
	}
	return s
}

func TestSection51AServerTakesOverAHigherTermAndFollows(t *testing.T) {
	messages := map[string]raft.Message{
		"RequestVote":        &raft.RequestVote{Term: 7},
		"RequestVoteReply":   &raft.RequestVoteReply{Term: 7},
		"AppendEntries":      &raft.AppendEntries{Term: 7},
		"AppendEntriesReply": &raft.AppendEntriesReply{Term: 7},
	}
	roles := map[raft.Role]func(b *bench) *node{
		raft.Follower:  func(b *bench) *node { return b.nodes[0] },
		raft.Candidate: stand,
		raft.Leader:    lead,
	}
	for role, become := range roles {
		for name, m := range messages {
			b := plain(3)
			n := become(b)
			if n.st.Role != role {
				t.Fatalf("the server is %v, want %v", n.st.Role, role)
			}
			b.give(n, 3, m)
			if n.st.Role != raft.Follower || n.st.Term != 7 {
				t.Errorf("a %v that gets a %s of term 7 is %v in term %d", role, name, n.st.Role, n.st.Term)
			}
			if !n.timers[raft.TimerElection] || n.timers[raft.TimerHeartbeat] {
				t.Errorf("a %v that stepped down has timers %v", role, n.timers)
			}
		}
	}
}

func TestSection51RequestsOfAnOldTermAreRefusedWithTheNewOne(t *testing.T) {
	b, n := holding(3, nil, 4)
	b.give(n, 3, &raft.RequestVote{Term: 3, LastIndex: 9, LastTerm: 9})
	if m := n.out.Sends[0].Msg.(*raft.RequestVoteReply); m.Granted || m.Term != 4 {
		t.Errorf("a vote request of an old term got %+v", m)
	}
	b.give(n, 3, &raft.AppendEntries{Term: 3, PrevIndex: 1, PrevTerm: 4})
	if m := n.out.Sends[0].Msg.(*raft.AppendEntriesReply); m.Success || m.Term != 4 || m.Index != 1 {
		t.Errorf("AppendEntries of an old term got %+v", m)
	}
	if n.st.Leader != 2 {
		t.Errorf("the leader is now %v", n.st.Leader)
	}
}

func TestSection52AServerStartsAsAFollowerAndWaits(t *testing.T) {
	b := plain(3)
	n := b.nodes[0]
	if n.st.Role != raft.Follower || n.st.Term != 0 || n.st.Leader != raft.None {
		t.Errorf("status %+v", n.st)
	}
	want := raft.Timer{Key: raft.TimerElection, Min: raft.DefaultTiming.ElectionMin, Max: raft.DefaultTiming.ElectionMax}
	if len(n.out.Timers) != 1 || n.out.Timers[0] != want {
		t.Errorf("timers %+v, want %+v", n.out.Timers, want)
	}
}

func TestSection52ACandidateAsksAllForTheirVoteAfterItsOwnIsSaved(t *testing.T) {
	b, n := holding(5, nil, 1, 2)
	b.fire(n, raft.TimerElection)
	if len(n.out.Saves) != 1 || n.out.Saves[0].State != (raft.HardState{Term: 3, Vote: 1}) || n.out.Saves[0].From != 0 {
		t.Fatalf("saves %+v", n.out.Saves)
	}
	requests := sends[*raft.RequestVote](n)
	for i, s := range requests {
		want := raft.RequestVote{Term: 3, LastIndex: 2, LastTerm: 2}
		if got := *s.Msg.(*raft.RequestVote); got != want || s.To != raft.ID(i+2) || s.After != n.out.Saves[0].Seq {
			t.Errorf("to %v after %d: %+v, want %+v", s.To, s.After, got, want)
		}
	}
	if len(requests) != 4 || len(b.net) != 1 { // in the bag is but the reply to s2
		t.Errorf("%d requests, %d messages left early", len(requests), len(b.net)-1)
	}
	if election(n) != "timer restarted" {
		t.Error("the election timer was not restarted")
	}
}

func TestSection52AMajorityOfVotesMakesALeader(t *testing.T) {
	for size := 1; size <= raft.MaxServers; size++ {
		b := plain(size)
		n := stand(b)
		votes := 1
		for id := raft.ID(2); int(id) <= size && n.st.Role == raft.Candidate; id++ {
			b.give(n, id, &raft.RequestVoteReply{Term: 1, Granted: true})
			b.give(n, id, &raft.RequestVoteReply{Term: 1, Granted: true}) // repeated by the network
			votes++
		}
		if n.st.Role != raft.Leader || votes != size/2+1 {
			t.Errorf("%d servers: after %d votes the candidate is %v", size, votes, n.st.Role)
		}
	}
}

func TestSection52AVoteIsForOneCandidateAndCanBeRepeated(t *testing.T) {
	b := plain(3)
	n := b.nodes[0]
	b.give(n, 2, &raft.RequestVote{Term: 1})
	if answer(n) != "granted" || n.out.Sends[0].After != 1 || n.out.Saves[0].State != (raft.HardState{Term: 1, Vote: 2}) {
		t.Errorf("first request: %+v", n.out)
	}
	b.give(n, 3, &raft.RequestVote{Term: 1})
	if answer(n) != "refused" || len(n.out.Saves) != 0 {
		t.Errorf("another candidate: %+v", n.out)
	}
	b.give(n, 2, &raft.RequestVote{Term: 1})
	if answer(n) != "granted" || len(n.out.Saves) != 0 || n.out.Sends[0].After != 1 {
		t.Errorf("the same again, its Save still under way: %+v", n.out)
	}
	b.flush(n)
	b.give(n, 2, &raft.RequestVote{Term: 1})
	if answer(n) != "granted" || n.out.Sends[0].After != 0 {
		t.Errorf("the same again, its Save done: %+v", n.out)
	}
}

func TestSection52ACandidateYieldsToTheLeaderOfItsTerm(t *testing.T) {
	b := plain(3)
	n := stand(b)
	b.give(n, 2, &raft.AppendEntries{Term: 1})
	if n.st.Role != raft.Follower || n.st.Leader != 2 || n.st.Vote != 1 {
		t.Errorf("the candidate is %v of %v, its vote is for %v", n.st.Role, n.st.Leader, n.st.Vote)
	}
	b.give(n, 3, &raft.RequestVoteReply{Term: 1, Granted: true})
	if n.st.Role != raft.Follower {
		t.Errorf("a late vote made it %v", n.st.Role)
	}
}

func TestSection52ASplitVoteIsFollowedByAnotherElection(t *testing.T) {
	b := plain(4)
	for _, id := range []raft.ID{1, 2} {
		n := b.nodes[id-1]
		b.fire(n, raft.TimerElection)
		b.flush(n)
	}
	first := b.nodes[2]
	b.give(first, 1, &raft.RequestVote{Term: 1})
	second := b.nodes[3]
	b.give(second, 2, &raft.RequestVote{Term: 1})
	b.settle()
	if b.leader() != nil {
		t.Fatalf("%v leads with half the votes", b.leader().id)
	}
	if n := b.elect(1); n.st.Role != raft.Leader || n.st.Term != 2 {
		t.Errorf("s1 is %v in term %d", n.st.Role, n.st.Term)
	}
}

func TestSection52ALeaderIsHeardFromEachHeartbeat(t *testing.T) {
	b := plain(5)
	n := b.elect(1)
	b.fire(n, raft.TimerHeartbeat)
	beats := sends[*raft.AppendEntries](n)
	if len(beats) != 4 {
		t.Fatalf("%d heartbeats", len(beats))
	}
	for _, s := range beats {
		if m := s.Msg.(*raft.AppendEntries); len(m.Entries) != 0 || m.PrevIndex != 1 || m.PrevTerm != 1 || m.Commit != 1 {
			t.Errorf("to %v: %+v", s.To, m)
		}
	}
	want := raft.Timer{Key: raft.TimerHeartbeat, Min: raft.DefaultTiming.Heartbeat, Max: raft.DefaultTiming.Heartbeat}
	if len(n.out.Timers) != 1 || n.out.Timers[0] != want {
		t.Errorf("timers %+v, want %+v", n.out.Timers, want)
	}
	if n.timers[raft.TimerElection] {
		t.Error("a leader waits for an election timeout")
	}
}

func TestSection52TheElectionTimerIsRestartedByTheLeaderAndByAGrantOnly(t *testing.T) {
	b, n := holding(5, nil, 1)
	for _, c := range []struct {
		what string
		from raft.ID
		m    raft.Message
		want string
	}{
		{"heartbeat", 2, &raft.AppendEntries{Term: 1, PrevIndex: 1, PrevTerm: 1}, "timer restarted"},
		{"AppendEntries that does not match", 2, &raft.AppendEntries{Term: 1, PrevIndex: 5, PrevTerm: 1}, "timer restarted"},
		{"AppendEntries of an old term", 3, &raft.AppendEntries{Term: 0}, "timer runs on"},
		{"vote refused", 3, &raft.RequestVote{Term: 2}, "timer runs on"},
		{"vote granted", 4, &raft.RequestVote{Term: 3, LastIndex: 1, LastTerm: 1}, "timer restarted"},
		{"higher term in a reply", 4, &raft.AppendEntriesReply{Term: 4}, "timer runs on"},
	} {
		b.give(n, c.from, c.m)
		if got := election(n); got != c.want {
			t.Errorf("%s: the %s", c.what, got)
		}
	}
}
