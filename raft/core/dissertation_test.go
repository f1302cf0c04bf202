package core_test

import (
	"testing"

	"raftarium/raft"
)

// The tests of this file are named after the sections of the dissertation.

// polls are the questions that a server asked in its last step.
func polls(n *node) []raft.Send { return sends[*raft.PreVote](n) }

func TestDissertation96AServerAsksAroundBeforeItStands(t *testing.T) {
	b := newBench(3)
	n := b.nodes[0]
	b.fire(n, raft.TimerElection)
	if n.st.Role != raft.Follower || n.st.Term != 0 || len(n.out.Saves) != 0 || len(polls(n)) != 2 || election(n) != "timer restarted" {
		t.Fatalf("%+v wants %+v", n.st, n.out)
	}
	if len(n.st.PreVotes) != 1 || n.st.PreVotes[0] != 1 {
		t.Errorf("pre-votes %v", n.st.PreVotes)
	}
	b.give(n, 2, &raft.PreVoteReply{Granted: true})
	if n.st.Role != raft.Candidate || n.st.Term != 1 || len(n.st.PreVotes) != 0 {
		t.Errorf("with a majority of pre-votes it is %+v", n.st)
	}
}

func TestDissertation96OnlyAnswersToTheOpenQuestionCount(t *testing.T) {
	for what, m := range map[string]*raft.PreVoteReply{
		"a refusal":                   {Term: 4, Asked: 4},
		"an answer of an older term":  {Term: 4, Asked: 3, Granted: true},
		"an answer of a term to come": {Term: 4, Asked: 5, Granted: true},
	} {
		b, n := holding(3, nil, 4)
		b.step(n, &raft.SetRules{})
		b.fire(n, raft.TimerElection)
		b.give(n, 3, m)
		if n.st.Role != raft.Follower || n.st.Term != 4 {
			t.Errorf("after %s: %v in term %d", what, n.st.Role, n.st.Term)
		}
	}
	b, n := holding(3, nil, 4)
	b.step(n, &raft.SetRules{})
	b.give(n, 3, &raft.PreVoteReply{Term: 4, Asked: 4, Granted: true})
	if n.st.Role != raft.Follower {
		t.Error("an answer that nothing had been asked for made it stand")
	}
}

func TestDissertation96ToBeAskedChangesNothing(t *testing.T) {
	b, n := holding(3, nil, 2, 3)
	b.step(n, &raft.SetRules{})
	b.fire(n, raft.TimerStickiness)
	before := string(n.m.AppendState(nil))
	for _, c := range []struct {
		what    string
		m       raft.PreVote
		granted bool
	}{
		{"equal", raft.PreVote{Term: 3, LastIndex: 2, LastTerm: 3}, true},
		{"a higher term", raft.PreVote{Term: 9, LastIndex: 2, LastTerm: 3}, true},
		{"an older term", raft.PreVote{Term: 2, LastIndex: 9, LastTerm: 9}, false},
		{"a shorter log", raft.PreVote{Term: 9, LastIndex: 1, LastTerm: 3}, false},
		{"an older log", raft.PreVote{Term: 9, LastIndex: 9, LastTerm: 2}, false},
	} {
		b.give(n, 3, &c.m)
		want := raft.PreVoteReply{Term: 3, Asked: c.m.Term, Granted: c.granted}
		if got := *n.out.Sends[0].Msg.(*raft.PreVoteReply); got != want {
			t.Errorf("%s: %+v, want %+v", c.what, got, want)
		}
		if string(n.m.AppendState(nil)) != before || len(n.out.Saves)+len(n.out.Timers) != 0 {
			t.Errorf("%s: the server changed: %+v", c.what, n.out)
		}
	}
}

func TestDissertation96ARefusalTellsAHigherTerm(t *testing.T) {
	b := newBench(3)
	n := b.nodes[0]
	b.fire(n, raft.TimerElection)
	b.give(n, 2, &raft.PreVoteReply{Term: 7})
	if n.st.Term != 7 || len(n.st.PreVotes) != 0 {
		t.Errorf("status %+v", n.st)
	}
}

func TestDissertation96AClusterOfOneNeedsToAskNobody(t *testing.T) {
	b := newBench(1)
	if n := b.elect(1); n.st.Role != raft.Leader {
		t.Errorf("the server is %v", n.st.Role)
	}
}

func TestDissertation96AServerThatWasCutOffDeposesNobodyWhenItReturns(t *testing.T) {
	for _, off := range [][]string{nil, {"pre-vote"}} {
		b := newBench(5, off...)
		n := b.elect(1)
		away := b.nodes[4]
		for range 10 { // it times out again and again, and nobody hears it
			b.fire(away, raft.TimerStickiness)
			b.fire(away, raft.TimerElection)
			b.flush(away)
			b.net = nil
		}
		b.fire(away, raft.TimerElection)
		b.settle()
		for range 3 {
			b.fire(n, raft.TimerHeartbeat)
			b.settle()
		}
		if off == nil && (n.st.Role != raft.Leader || n.st.Term != 1 || away.st.Leader != 1) {
			t.Errorf("s1 is %v in term %d", n.st.Role, n.st.Term)
		}
		if off != nil && n.st.Role == raft.Leader && n.st.Term == 1 {
			t.Error("without pre-vote the leader kept its place: this test shows nothing")
		}
	}
}

func TestDissertation423WhoHearsFromALeaderIgnoresRequestsForVotes(t *testing.T) {
	requests := []raft.Message{
		&raft.RequestVote{Term: 9, LastIndex: 9, LastTerm: 9},
		&raft.PreVote{Term: 9, LastIndex: 9, LastTerm: 9},
	}
	b := newBench(3)
	leader := b.elect(1)
	for _, n := range []*node{leader, b.nodes[1]} {
		for _, m := range requests {
			b.give(n, 3, m)
			if n.st.Term != 1 || len(n.out.Sends)+len(n.out.Saves)+len(n.out.Timers) != 0 || !n.st.Sticky {
				t.Errorf("%v, which hears from s1, answers %v: term %d, %+v", n.id, m.Kind(), n.st.Term, n.out)
			}
		}
	}
	n := b.nodes[1]
	b.fire(n, raft.TimerStickiness)
	b.give(n, 3, requests[0])
	if n.st.Term != 9 || answer(n) != "granted" || n.st.Sticky {
		t.Errorf("a minimum election timeout later: term %d, %s", n.st.Term, answer(n))
	}
}

func TestDissertation423EachMessageOfTheLeaderIsHeardForTheMinimumElectionTimeout(t *testing.T) {
	b, n := holding(3, nil, 1)
	want := raft.Timer{Key: raft.TimerStickiness, Min: raft.DefaultTiming.ElectionMin, Max: raft.DefaultTiming.ElectionMin}
	for _, m := range []raft.Message{
		&raft.AppendEntries{Term: 1, PrevIndex: 1, PrevTerm: 1},
		&raft.AppendEntries{Term: 1, PrevIndex: 7, PrevTerm: 1},
	} {
		b.give(n, 2, m)
		found := false
		for _, timer := range n.out.Timers {
			found = found || timer == want
		}
		if !found {
			t.Errorf("%+v: timers %+v", m, n.out.Timers)
		}
	}
	b.give(n, 3, &raft.AppendEntries{Term: 0})
	if len(n.out.Timers) != 0 {
		t.Errorf("a leader of an old term is taken for one: %+v", n.out.Timers)
	}
}

func TestDissertation62ALeaderThatHearsFromNoQuorumResigns(t *testing.T) {
	b := newBench(5)
	n := b.elect(1)
	want := raft.Timer{Key: raft.TimerQuorum, Min: raft.DefaultTiming.ElectionMax, Max: raft.DefaultTiming.ElectionMax}
	b.fire(n, raft.TimerQuorum) // all have answered until now
	if n.st.Role != raft.Leader || len(n.out.Timers) != 1 || n.out.Timers[0] != want {
		t.Fatalf("it is %v, timers %+v", n.st.Role, n.out.Timers)
	}
	// A refusal is an answer too; one of an earlier term is none.
	b.give(n, 2, &raft.AppendEntriesReply{Term: 1, Index: 9})
	b.give(n, 3, &raft.AppendEntriesReply{Term: 1, Success: true, Index: 1})
	b.give(n, 4, &raft.AppendEntriesReply{Term: 0, Success: true, Index: 1})
	for _, p := range n.st.Peers {
		if p.Active != (p.ID <= 3) {
			t.Errorf("%+v", p)
		}
	}
	b.fire(n, raft.TimerQuorum)
	if n.st.Role != raft.Leader {
		t.Fatal("with two of four others it resigned")
	}
	b.give(n, 2, &raft.AppendEntriesReply{Term: 1, Success: true, Index: 1})
	open := b.propose(n, 1)[0]
	b.fire(n, raft.TimerQuorum)
	if n.st.Role != raft.Follower || n.st.Term != 1 || n.st.Leader != raft.None {
		t.Errorf("with one of four others it is %v of %v in term %d", n.st.Role, n.st.Leader, n.st.Term)
	}
	if a := b.answers[open]; len(a) != 2 || a[1].Outcome != raft.Lost {
		t.Errorf("its open proposal was answered %+v", a)
	}
	if n.timers[raft.TimerHeartbeat] || n.timers[raft.TimerQuorum] || !n.timers[raft.TimerElection] {
		t.Errorf("timers %v", n.timers)
	}
}

func TestDissertation641ARestartedServerAbstains(t *testing.T) {
	b := newBench(3)
	n := b.nodes[0]
	if n.st.Sticky {
		t.Error("a server that never took part in anything abstains")
	}
	b.give(n, 2, &raft.RequestVote{Term: 1})
	b.flush(n)
	b.crash(n, 0)
	b.start(n)
	b.give(n, 2, &raft.RequestVote{Term: 2})
	if n.st.Term != 1 || len(n.out.Sends) != 0 || !n.st.Sticky {
		t.Errorf("term %d, %+v", n.st.Term, n.out)
	}
	b.fire(n, raft.TimerStickiness)
	b.give(n, 2, &raft.RequestVote{Term: 2})
	if answer(n) != "granted" {
		t.Errorf("a minimum election timeout later: %s", answer(n))
	}
}
