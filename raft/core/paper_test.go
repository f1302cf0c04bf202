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
			b := newBench(3)
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
	b := newBench(3)
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
		b := newBench(size)
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
	b := newBench(3)
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
	b := newBench(3)
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
	b := newBench(4)
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
	b := newBench(5)
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

func TestSection53AnEntryIsCommittedOnceAMajorityStoresIt(t *testing.T) {
	for _, size := range []int{1, 2, 3, 4, 5, 9, raft.MaxServers} {
		b := newBench(size)
		n := lead(b)
		b.flush(n)
		copies := 1
		for id := raft.ID(2); int(id) <= size && n.st.Commit == 0; id++ {
			b.give(n, id, &raft.AppendEntriesReply{Term: 1, Success: true, Index: 1})
			copies++
		}
		if n.st.Commit != 1 || n.applied != 1 || copies != size/2+1 {
			t.Errorf("%d servers: after %d copies commit is %d, applied %d", size, copies, n.st.Commit, n.applied)
		}
	}
}

func TestSection53AClusterOfOneCommitsOnceItsDiskHasTheEntry(t *testing.T) {
	b := newBench(1)
	n := b.nodes[0]
	b.fire(n, raft.TimerElection)
	if n.st.Role != raft.Candidate {
		t.Fatalf("with its vote not saved the server is %v", n.st.Role)
	}
	b.flush(n)
	if n.st.Role != raft.Leader || n.st.Commit != 1 {
		t.Fatalf("the server is %v with commit %d", n.st.Role, n.st.Commit)
	}
	b.propose(n, 2)
	if n.st.Commit != 1 {
		t.Errorf("committed up to %d before the disk wrote", n.st.Commit)
	}
	b.flush(n)
	if n.st.Commit != 3 || n.applied != 3 {
		t.Errorf("commit %d, applied %d", n.st.Commit, n.applied)
	}
}

func TestSection53ProposalsOfAnEventShareOneSaveAndOneRoundOfMessages(t *testing.T) {
	b := newBench(5)
	n := b.elect(1)
	b.propose(n, 10)
	if len(n.out.Saves) != 1 || n.out.Saves[0].From != 2 || len(n.out.Saves[0].Entries) != 10 {
		t.Errorf("saves %+v", n.out.Saves)
	}
	if len(n.out.Sends) != 4 {
		t.Errorf("%d messages", len(n.out.Sends))
	}
	for _, s := range n.out.Sends {
		// Figure 2's leader may send while its own disk writes (dissertation, 10.2.1).
		if m := s.Msg.(*raft.AppendEntries); len(m.Entries) != 10 || s.After != 0 {
			t.Errorf("to %v after Save %d: %d entries", s.To, s.After, len(m.Entries))
		}
	}
	for k, a := range n.out.Answers {
		if a.Outcome != raft.Accepted || a.Index != raft.Index(k+2) || a.Term != 1 {
			t.Errorf("answer %d: %+v", k, a)
		}
	}
	b.step(n, &raft.Propose{})
	if len(n.out.Saves)+len(n.out.Sends)+len(n.out.Answers) != 0 {
		t.Errorf("no proposals at all lead to %+v", n.out)
	}
}

func TestSection53EntriesWaitWhenTooManyAppendsAreUnderWayAndThenTravelTogether(t *testing.T) {
	b := newBench(2)
	n := b.elect(1)
	for range 20 {
		b.propose(n, 1)
	}
	if len(b.net) != 8 || n.st.Peers[0].InFlight != 8 {
		t.Fatalf("%d messages under way, status %+v", len(b.net), n.st.Peers[0])
	}
	follower := b.nodes[1]
	b.deliver(0, false)
	b.flush(follower)
	b.deliver(len(b.net)-1, false)
	rest := sends[*raft.AppendEntries](n)
	if len(rest) != 1 || len(rest[0].Msg.(*raft.AppendEntries).Entries) != 12 {
		t.Errorf("after one reply: %+v", rest)
	}
	b.settle()
	if n.st.Commit != 21 {
		t.Errorf("commit %d, want 21", n.st.Commit)
	}
}

func TestSection53LostAppendsAreFoundByTheNextHeartbeat(t *testing.T) {
	for lost := range 9 {
		b := newBench(3)
		n := b.elect(1)
		for range 8 {
			b.propose(n, 1)
		}
		if lost < 8 {
			b.net = append(b.net[:2*lost:2*lost], b.net[2*lost+2:]...)
		} else {
			b.net = nil
		}
		b.settle()
		b.fire(n, raft.TimerHeartbeat)
		b.settle()
		if n.st.Commit != 9 {
			t.Errorf("append %d lost: commit %d after the heartbeat", lost, n.st.Commit)
		}
		b.fire(n, raft.TimerHeartbeat)
		b.settle()
		for _, f := range b.nodes {
			if f.applied != 9 {
				t.Errorf("append %d lost: %v applied %d", lost, f.id, f.applied)
			}
		}
	}
}

func TestSection53LostRepliesAreMadeUpForByTheNextHeartbeat(t *testing.T) {
	b := newBench(2)
	n := b.elect(1)
	for range 12 {
		b.propose(n, 1)
	}
	for range 8 {
		b.deliver(0, false)
	}
	b.flush(b.nodes[1])
	b.net = nil
	b.fire(n, raft.TimerHeartbeat)
	b.settle()
	if n.st.Commit != 13 {
		t.Errorf("commit %d, want 13", n.st.Commit)
	}
}

func TestSection53FollowersLearnTheCommitIndexWithTheNextMessage(t *testing.T) {
	b := newBench(3)
	n := b.elect(1)
	b.propose(n, 1)
	b.settle()
	if n.st.Commit != 2 || b.nodes[1].st.Commit != 1 {
		t.Fatalf("commit is %d at the leader and %d at s2", n.st.Commit, b.nodes[1].st.Commit)
	}
	b.fire(n, raft.TimerHeartbeat)
	b.settle()
	for _, f := range b.nodes {
		if f.st.Commit != 2 || f.applied != 2 {
			t.Errorf("%v has commit %d and applied %d", f.id, f.st.Commit, f.applied)
		}
	}
}

func TestSection53AFollowerAcknowledgesWhatIsDurableAndNoMore(t *testing.T) {
	b := newBench(3)
	n := b.nodes[0]
	m := &raft.AppendEntries{Term: 1, Entries: entries(1, 1, 1)}
	b.give(n, 2, m)
	if n.out.Sends[0].After != 1 || len(b.net) != 0 {
		t.Errorf("the reply waits for Save %d, %d messages left", n.out.Sends[0].After, len(b.net))
	}
	b.give(n, 2, &raft.AppendEntries{Term: 1, PrevIndex: 2, PrevTerm: 1, Entries: entries(3, 1)})
	if n.out.Sends[0].After != 2 {
		t.Errorf("further entries: the reply waits for Save %d", n.out.Sends[0].After)
	}
	b.give(n, 2, m)
	if len(n.out.Saves) != 0 || n.out.Sends[0].After != 1 {
		t.Errorf("the same again, its Save under way: saves %+v, the reply waits for %d", n.out.Saves, n.out.Sends[0].After)
	}
	if r := n.out.Sends[0].Msg.(*raft.AppendEntriesReply); !r.Success || r.Index != 2 {
		t.Errorf("the same again: %+v", r)
	}
	b.written(n)
	b.give(n, 2, m)
	if n.out.Sends[0].After != 0 {
		t.Errorf("the same again, its Save done: the reply waits for %d", n.out.Sends[0].After)
	}
	b.give(n, 2, &raft.AppendEntries{Term: 1, PrevIndex: 3, PrevTerm: 1})
	if n.out.Sends[0].After != 2 {
		t.Errorf("a heartbeat behind entries under way: the reply waits for %d", n.out.Sends[0].After)
	}
}

// In both of the following tests the server learns of term 2 before it gets entries
// of it, so that no Save of the term stands in for that of the entries.

func TestSection53EntriesThatReplaceOthersAreAcknowledgedAfterTheirOwnSave(t *testing.T) {
	b := newBench(3)
	n := b.nodes[0]
	b.give(n, 2, &raft.AppendEntries{Term: 1, Entries: entries(1, 1, 1, 1)}) // Save 1
	b.give(n, 3, &raft.RequestVote{Term: 2})                                 // Save 2
	replace := &raft.AppendEntries{Term: 2, PrevIndex: 1, PrevTerm: 1, Entries: entries(2, 2)}
	b.give(n, 3, replace)
	if s := n.out.Saves[0]; s.Seq != 3 || s.From != 2 || len(s.Entries) != 1 || s.State.Term != 2 {
		t.Errorf("save %+v", s)
	}
	for done := range 3 {
		if after := n.out.Sends[0].After; after != 3 {
			t.Errorf("with %d Saves done the reply waits for Save %d, want 3", done, after)
		}
		b.written(n)
		b.give(n, 3, replace)
	}
	if after := n.out.Sends[0].After; after != 0 {
		t.Errorf("with all Saves done the reply waits for Save %d", after)
	}
}

func TestSection53ADurableEntryThatWasReplacedVouchesForNothing(t *testing.T) {
	b, n := holding(3, nil, 1, 1, 1)
	b.give(n, 3, &raft.RequestVote{Term: 2})
	b.flush(n)
	b.give(n, 3, &raft.AppendEntries{Term: 2, PrevIndex: 1, PrevTerm: 1, Entries: entries(2, 2)})
	if n.out.Sends[0].After != 3 {
		t.Errorf("the reply waits for Save %d, want 3", n.out.Sends[0].After)
	}
	b.give(n, 3, &raft.AppendEntries{Term: 2, PrevIndex: 2, PrevTerm: 2})
	if n.out.Sends[0].After != 3 {
		t.Errorf("the reply to a heartbeat behind it waits for Save %d, want 3", n.out.Sends[0].After)
	}
}

func TestSection53ALateRefusalChangesNothing(t *testing.T) {
	b := newBench(3)
	n := lead(b)
	b.give(n, 2, &raft.AppendEntriesReply{Term: 1, Success: true, Index: 1})
	b.propose(n, 1)
	b.propose(n, 1)
	before := string(n.m.AppendState(nil))
	for _, m := range []*raft.AppendEntriesReply{
		{Term: 1, Index: 1, ConflictIndex: 1}, // acknowledged since
		{Term: 1, Index: 4, ConflictIndex: 1}, // never asked
		{Term: 0, Index: 2, ConflictIndex: 1}, // of an earlier term
	} {
		b.give(n, 2, m)
		if string(n.m.AppendState(nil)) != before || len(n.out.Sends) != 0 {
			t.Errorf("after %+v: %+v", m, n.st.Peers[0])
		}
	}
	// In a probe one place is in question, and a refusal answers it once.
	refusal := &raft.AppendEntriesReply{Term: 1, Index: 2, ConflictIndex: 2}
	b.give(n, 2, refusal)
	if got := n.st.Peers[0]; got.Next != 2 || got.InFlight != 1 || len(n.out.Sends) != 1 {
		t.Fatalf("after a true refusal: %+v", got)
	}
	for _, again := range []raft.Index{2, 3} {
		b.give(n, 2, &raft.AppendEntriesReply{Term: 1, Index: again, ConflictIndex: 2})
		if got := n.st.Peers[0]; got.Next != 2 || len(n.out.Sends) != 0 {
			t.Errorf("after a refusal at %d that the probe does not ask for: %+v", again, got)
		}
	}
}

func TestSection53AReplyThatVouchesForMoreThanTheLeaderHasIsIgnored(t *testing.T) {
	b := newBench(3)
	n := lead(b)
	b.flush(n)
	b.give(n, 2, &raft.AppendEntriesReply{Term: 1, Success: true, Index: 2})
	if got := n.st.Peers[0]; got.Match != 0 || n.st.Commit != 0 {
		t.Errorf("commit %d, %+v", n.st.Commit, got)
	}
}

// While a probe waits for its answer, nothing else is sent. A refusal at another
// place than the probe's is about what was sent before.
func TestSection53AProbeTakesOneRefusalAtItsOwnPlace(t *testing.T) {
	b, n := holding(3, nil, 1, 1, 1, 1, 1, 1)
	lead(b)
	b.give(n, 2, &raft.AppendEntriesReply{Term: 2, Index: 6, ConflictIndex: 5})
	if got := n.st.Peers[0]; got.Next != 5 || got.InFlight != 1 {
		t.Fatalf("after the first refusal: %+v", got)
	}
	for _, stale := range []raft.Index{6, 5, 3, 2} {
		b.give(n, 2, &raft.AppendEntriesReply{Term: 2, Index: stale, ConflictIndex: 1})
		if got := n.st.Peers[0]; got.Next != 5 || len(n.out.Sends) != 0 {
			t.Errorf("after a refusal at %d: %+v", stale, got)
		}
	}
	b.give(n, 2, &raft.AppendEntriesReply{Term: 2, Index: 4, ConflictIndex: 2})
	if got := n.st.Peers[0]; got.Next != 2 || got.InFlight != 1 {
		t.Errorf("after the probe's refusal: %+v", got)
	}
}

func TestSection53AReplyFreesTheAppendsThatItCovers(t *testing.T) {
	b := newBench(3)
	n := lead(b)
	b.give(n, 2, &raft.AppendEntriesReply{Term: 1, Success: true, Index: 1})
	for range 6 {
		b.propose(n, 1) // indices 2 to 7
	}
	for _, c := range []struct {
		index    raft.Index
		inFlight int
	}{{3, 4}, {2, 4}, {3, 4}, {6, 1}, {7, 0}} {
		b.give(n, 2, &raft.AppendEntriesReply{Term: 1, Success: true, Index: c.index})
		if got := n.st.Peers[0]; got.InFlight != c.inFlight || got.Next != 8 {
			t.Errorf("after a reply for %d: %+v, want %d in flight", c.index, got, c.inFlight)
		}
	}
}

// The logs of Figure 7, and the leader's at its top.
func TestSection53AllLogsOfFigure7AreBroughtInLine(t *testing.T) {
	leader := []raft.Term{1, 1, 1, 4, 4, 5, 5, 6, 6, 6}
	for name, follower := range map[string][]raft.Term{
		"a": {1, 1, 1, 4, 4, 5, 5, 6, 6},
		"b": {1, 1, 1, 4},
		"c": {1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6},
		"d": {1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7},
		"e": {1, 1, 1, 4, 4, 4, 4},
		"f": {1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3},
	} {
		for _, off := range [][]string{nil, {"fast-backup"}} {
			t.Run(fmt.Sprint(name, off), func(t *testing.T) {
				b := newBench(3, off...)
				for i, log := range [][]raft.Term{leader, follower, leader[:3]} {
					n := b.nodes[i]
					n.log, n.state = entries(1, log...), raft.HardState{Term: 7}
					b.start(n)
				}
				n := b.nodes[0]
				b.fire(n, raft.TimerElection)
				b.flush(n)
				b.net = nil
				b.give(n, 3, &raft.RequestVoteReply{Term: 8, Granted: true})
				b.settle()
				if got, want := terms(b.nodes[1].st.Log), terms(n.st.Log); got != want {
					t.Errorf("the follower's log has terms %s, the leader's %s", got, want)
				}
				if b.violation != nil {
					t.Error(b.violation)
				}
			})
		}
	}
}

func TestSection53ARefusalSkipsAWholeTerm(t *testing.T) {
	b, n := holding(3, nil, 1, 1, 2, 2, 2, 3)
	for _, c := range []struct {
		prev  raft.Index
		term  raft.Term
		wants raft.AppendEntriesReply
	}{
		{9, 4, raft.AppendEntriesReply{Term: 4, Index: 9, ConflictIndex: 7}},
		{5, 4, raft.AppendEntriesReply{Term: 4, Index: 5, ConflictTerm: 2, ConflictIndex: 3}},
		{2, 4, raft.AppendEntriesReply{Term: 4, Index: 2, ConflictTerm: 1, ConflictIndex: 1}},
	} {
		b.give(n, 2, &raft.AppendEntries{Term: 4, PrevIndex: c.prev, PrevTerm: c.term})
		if got := *n.out.Sends[0].Msg.(*raft.AppendEntriesReply); got != c.wants {
			t.Errorf("prev %d of term %d: %+v, want %+v", c.prev, c.term, got, c.wants)
		}
	}
}

func TestSection53ALeaderNeverOverwritesItsOwnLog(t *testing.T) {
	b, n := holding(3, nil, 1, 1, 1)
	lead(b)
	b.propose(n, 2)
	want := terms(n.st.Log)
	b.give(n, 2, &raft.AppendEntriesReply{Term: 2, Index: 3, ConflictIndex: 1})
	b.give(n, 3, &raft.AppendEntries{Term: 1, Entries: entries(1, 1)})
	if got := terms(n.st.Log); got != want {
		t.Errorf("the log's terms went from %s to %s", want, got)
	}
}

func TestSection54ACommittedEntryIsInTheLogOfEachLaterLeader(t *testing.T) {
	b := newBench(5)
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
	b := newBench(5, off...)
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
		b := newBench(3, off...)
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
	b := newBench(3)
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
	b := newBench(3)
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
	b := newBench(3)
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
	b := newBench(3)
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
