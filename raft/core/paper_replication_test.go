package core_test

import (
	"fmt"
	"testing"

	"raftarium/raft"
)

// Section 5.3: log replication.

func TestSection53AnEntryIsCommittedOnceAMajorityStoresIt(t *testing.T) {
	for _, size := range []int{1, 2, 3, 4, 5, 9, raft.MaxServers} {
		b := plain(size)
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
	b := plain(1)
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
	b := plain(5)
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
	b := plain(2, "gather-small-appends")
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
		b := plain(3, "gather-small-appends")
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
	b := plain(2, "gather-small-appends")
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
	b := plain(3)
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
	b := plain(3)
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
	b := plain(3)
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
	// It need not know that the last one is durable: then the reply leaves at once.
	if after := n.out.Sends[0].After; after > n.done {
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
	b := plain(3)
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
	b := plain(3)
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
	b := plain(3, "gather-small-appends")
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
				b := plain(3, off...)
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
