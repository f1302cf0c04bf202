package core_test

import (
	"bytes"
	"fmt"
	"testing"

	"raftarium/raft"
)

// Section 7: log compaction.

// committed is a server that holds and applied so many entries of term 1.
func committed(b *bench, count int) *node {
	n := b.nodes[0]
	var terms []raft.Term
	for range count {
		terms = append(terms, 1)
	}
	b.give(n, 2, &raft.AppendEntries{Term: 1, Entries: entries(1, terms...), Commit: raft.Index(count)})
	b.flush(n)
	return n
}

func TestSection7ASnapshotStandsForTheLogUpToItsIndex(t *testing.T) {
	b := newBench(3)
	n := committed(b, 5)
	b.compact(n, 3)
	if len(n.out.Saves) != 1 || n.out.Saves[0].From != 0 || n.out.Saves[0].State.Term != 1 {
		t.Fatalf("saves %+v", n.out.Saves)
	}
	s := n.out.Saves[0].Snapshot
	if s == nil || s.Index != 3 || s.Term != 1 || string(s.Data) != b.states[3] {
		t.Errorf("the snapshot is %+v", s)
	}
	if n.st.First != 4 || len(n.st.Log) != 2 || n.st.Snapshot.Index != 3 || n.st.Commit != 5 {
		t.Errorf("status %+v", n.st)
	}
	b.flush(n)
	if len(n.log) != 2 || n.log[0].Index != 4 {
		t.Errorf("on disk are the entries %v", n.log)
	}
	before := n.m.AppendState(nil)
	for _, i := range []raft.Index{0, 2, 3, 6, 1 << 63} { // too late, or not applied
		b.step(n, &raft.Compact{Index: i, State: []byte("wrong")})
		if !bytes.Equal(n.m.AppendState(nil), before) || len(n.out.Saves) != 0 {
			t.Errorf("at index %d: %+v", i, n.out)
		}
	}
}

func TestSection7ARestartedServerGoesOnBehindItsSnapshot(t *testing.T) {
	b := newBench(3)
	n := committed(b, 5)
	b.compact(n, 3)
	b.flush(n)
	b.crash(n, 0)
	b.start(n)
	if n.applied != 3 || n.st.Commit != 3 || n.st.Applied != 3 || n.last() != 5 || n.st.First != 4 {
		t.Errorf("applied %d, status %+v", n.applied, n.st)
	}
	b.give(n, 2, &raft.AppendEntries{Term: 1, PrevIndex: 5, PrevTerm: 1, Commit: 5})
	if n.applied != 5 || b.violation != nil {
		t.Errorf("applied %d, %v", n.applied, b.violation)
	}
}

func TestSection7ACrashBetweenAnyTwoSavesKeepsLogAndSnapshotTogether(t *testing.T) {
	for survive := range 6 {
		b := newBench(3)
		n := committed(b, 2)
		b.give(n, 2, &raft.AppendEntries{Term: 1, PrevIndex: 2, PrevTerm: 1, Entries: entries(3, 1, 1), Commit: 4})
		b.compact(n, 4)
		b.give(n, 2, &raft.AppendEntries{Term: 1, PrevIndex: 4, PrevTerm: 1, Entries: entries(5, 1), Commit: 5})
		b.compact(n, 5)
		b.crash(n, min(survive, len(n.saves)))
		b.start(n)
		if b.violation != nil {
			t.Errorf("%d Saves survive: %v", survive, b.violation)
		}
		if n.applied != n.base() || n.last() < 2 {
			t.Errorf("%d Saves survive: applied %d, last %d, snapshot of %d", survive, n.applied, n.last(), n.base())
		}
	}
}

func TestSection7AFollowerThatIsFarBehindGetsTheSnapshotInChunks(t *testing.T) {
	b := newBench(3)
	n := b.elect(1)
	b.crash(b.nodes[2], 0)
	b.propose(n, 3)
	b.settle()
	b.compact(n, 4)
	b.flush(n)
	b.propose(n, 2)
	b.settle()
	far := b.nodes[2]
	far.log = nil // it has lost its disk, say
	b.start(far)
	b.fire(n, raft.TimerHeartbeat)
	sizes := ""
	for len(b.net) > 0 {
		e := b.net[0]
		b.deliver(0, false)
		for _, n := range b.nodes {
			b.flush(n)
		}
		if m, ok := e.msg.(*raft.InstallSnapshot); ok {
			sizes += fmt.Sprintf("%d ", len(m.Data))
			if p := n.st.Peers[1]; far.applied == 0 && (p.State != raft.PeerSnapshot || p.Snapshot.Index != 4 || p.Sent != int(m.Offset)) {
				t.Errorf("s1 sees s3 as %+v", p)
			}
			if far.applied == 0 && far.st.Have != int(m.Offset)+len(m.Data) {
				t.Errorf("s3 has %d bytes after a chunk at %d", far.st.Have, m.Offset)
			}
		}
	}
	want := ""
	for left := len(b.states[4]); left > 0; left -= 16 {
		want += fmt.Sprintf("%d ", min(left, 16))
	}
	if sizes != want {
		t.Errorf("chunks of %s bytes, want %s", sizes, want)
	}
	b.fire(n, raft.TimerHeartbeat)
	b.settle()
	if far.applied != 6 || n.st.Peers[1].State != raft.PeerReplicate || n.st.Peers[1].Match != 6 || far.st.Snapshot.Index != 4 {
		t.Errorf("s3 applied %d, s1 sees it as %+v", far.applied, n.st.Peers[1])
	}
	if b.violation != nil {
		t.Error(b.violation)
	}
}

// sendingASnapshot makes s1 begin to send a snapshot of index 4 to s3, and returns with its
// first chunk in the bag.
func sendingASnapshot(t *testing.T) (b *bench, leader, far *node) {
	t.Helper()
	b = newBench(3)
	b.crash(b.nodes[2], 0)
	leader, far = b.elect(1), b.nodes[2]
	b.propose(leader, 3)
	b.settle()
	b.fire(leader, raft.TimerHeartbeat)
	b.settle()
	for _, n := range b.nodes[:2] {
		b.compact(n, 4)
		b.flush(n)
	}
	b.start(far)
	b.fire(leader, raft.TimerHeartbeat) // finds that s3 is behind
	for leader.st.Peers[1].State != raft.PeerSnapshot && len(b.net) > 0 {
		b.deliver(0, false)
		b.flush(far)
	}
	b.net = nil
	b.fire(leader, raft.TimerHeartbeat)
	for i := len(b.net) - 1; i >= 0; i-- {
		if _, chunk := b.net[i].msg.(*raft.InstallSnapshot); !chunk {
			b.net = append(b.net[:i], b.net[i+1:]...)
		}
	}
	if len(b.net) != 1 || leader.st.Peers[1].State != raft.PeerSnapshot {
		t.Fatalf("under way is %+v", b.net)
	}
	return b, leader, far
}

func TestSection7ASnapshotSurvivesLossDuplicationAndReordering(t *testing.T) {
	b, leader, far := sendingASnapshot(t)
	var seen []envelope
	for round := 0; far.applied == 0; round++ {
		if round > 200 {
			t.Fatal("it never arrives")
		}
		switch {
		case len(b.net) == 0: // all was lost
			b.fire(leader, raft.TimerHeartbeat)
		case round%5 == 2:
			b.net = b.net[1:]
		case round%7 == 3 && len(seen) > 1: // something old comes again
			b.net = append(b.net, seen[len(seen)/2])
			b.deliver(len(b.net)-1, false)
		default:
			seen = append(seen, b.net[len(b.net)-1])
			b.deliver(len(b.net)-1, round%3 == 0)
		}
		b.flush(far)
	}
	if far.applied != 4 || b.violation != nil {
		t.Errorf("applied %d, %v", far.applied, b.violation)
	}
}

func TestSection7AFollowerThatRestartsGetsTheSnapshotAnew(t *testing.T) {
	b, leader, far := sendingASnapshot(t)
	for range 4 {
		b.deliver(0, false)
	}
	if far.st.Have != 32 || leader.st.Peers[1].Sent != 32 {
		t.Fatalf("s3 has %d bytes, s1 thinks %d", far.st.Have, leader.st.Peers[1].Sent)
	}
	b.crash(far, 0)
	b.start(far)
	b.deliver(0, false)
	b.settle()
	if far.applied != 4 || b.violation != nil {
		t.Errorf("applied %d, %v", far.applied, b.violation)
	}
}

func TestSection7ANewLeaderSendsASnapshotOfItsOwn(t *testing.T) {
	b, _, far := sendingASnapshot(t)
	for range 4 {
		b.deliver(0, false)
	}
	late := b.net
	b.net = nil
	b.crash(b.nodes[0], 0)
	n := b.elect(2)
	if n.st.Role != raft.Leader {
		t.Fatalf("s2 is %v", n.st.Role)
	}
	b.net = append(b.net, late...) // of the old leader
	for range 3 {
		b.fire(n, raft.TimerHeartbeat)
		b.settle()
	}
	if far.applied != n.applied || n.applied < 5 || b.violation != nil {
		t.Errorf("s3 applied %d of %d, %v", far.applied, n.applied, b.violation)
	}
}

func TestSection7ASnapshotOnItsWayIsNotReplacedByANewerOne(t *testing.T) {
	b, leader, far := sendingASnapshot(t)
	b.deliver(0, false)
	b.deliver(0, false)
	net := b.net
	b.net = nil
	b.propose(leader, 1)
	b.flush(leader)
	for _, e := range b.net {
		if e.to == 2 {
			b.step(b.nodes[1], &raft.Deliver{From: 1, Msg: e.msg})
			b.flush(b.nodes[1])
		}
	}
	b.give(leader, 2, &raft.AppendEntriesReply{Term: 1, Success: true, Index: 5})
	b.compact(leader, 5)
	b.flush(leader)
	b.net = net
	if p := leader.st.Peers[1]; p.Snapshot.Index != 4 || p.Sent != 16 || leader.st.Snapshot.Index != 5 {
		t.Fatalf("s1 has a snapshot of %d and sends %+v", leader.st.Snapshot.Index, p)
	}
	b.settle()
	if far.applied != 5 || b.violation != nil {
		t.Errorf("applied %d, %v", far.applied, b.violation)
	}
}

func TestSection7AFollowerThatWaitsForASnapshotConfirmsReads(t *testing.T) {
	b, leader, far := sendingASnapshot(t)
	b.net = nil
	b.crash(b.nodes[1], 0)
	h := b.read(leader, false)
	for i := len(b.net) - 1; i >= 0; i-- { // the chunks are lost
		if _, chunk := b.net[i].msg.(*raft.InstallSnapshot); chunk {
			b.net = append(b.net[:i], b.net[i+1:]...)
		}
	}
	for len(b.net) > 0 && len(b.answers[h]) == 0 {
		b.deliver(0, false)
	}
	b.served(t, h, 4)
	if far.applied != 0 || leader.st.Peers[1].State != raft.PeerSnapshot {
		t.Errorf("s3 applied %d, s1 sees it as %+v", far.applied, leader.st.Peers[1])
	}
}

func TestSection7ALateAppendBehindASnapshotIsAcknowledged(t *testing.T) {
	b := newBench(3)
	n := committed(b, 5)
	b.compact(n, 4)
	b.flush(n)
	for _, c := range []struct {
		prev  raft.Index
		terms []raft.Term
		last  raft.Index
	}{
		{0, []raft.Term{1, 1}, 2},
		{2, []raft.Term{1, 1, 1, 1}, 6},
		{4, nil, 4},
		{3, nil, 3},
	} {
		b.give(n, 2, &raft.AppendEntries{Term: 1, PrevIndex: c.prev, PrevTerm: 1, Entries: entries(c.prev+1, c.terms...)})
		m, ok := n.out.Sends[0].Msg.(*raft.AppendEntriesReply)
		if !ok || !m.Success || m.Index != c.last {
			t.Errorf("behind %d: %+v", c.prev, n.out.Sends[0].Msg)
		}
	}
	if n.last() != 6 || b.violation != nil {
		t.Errorf("last index %d, %v", n.last(), b.violation)
	}
}

func TestSection7ASnapshotReplacesALogThatDisagrees(t *testing.T) {
	b, n := holding(3, nil, 1, 1, 1, 1, 1, 1)
	b.states = append(b.states, "a", "b", "c", "d")
	b.give(n, 3, &raft.InstallSnapshot{Term: 2, LastIndex: 4, LastTerm: 2, Size: 1, Data: []byte("d")})
	if n.st.First != 5 || len(n.st.Log) != 0 || n.st.Commit != 4 || n.applied != 4 {
		t.Errorf("applied %d, status %+v", n.applied, n.st)
	}
	if s := n.out.Saves; len(s) != 1 || s[0].From != 5 || len(s[0].Entries) != 0 || s[0].Snapshot.Index != 4 || n.out.Sends[0].After != s[0].Seq {
		t.Errorf("saves %+v, the reply waits for %d", s, n.out.Sends[0].After)
	}
	b.flush(n)
	if len(n.log) != 0 || n.base() != 4 {
		t.Errorf("on disk: a snapshot of %d and %v", n.base(), n.log)
	}
	if m := b.net[len(b.net)-1].msg.(*raft.AppendEntriesReply); !m.Success || m.Index != 4 {
		t.Errorf("the reply is %+v", m)
	}
}

// The latest configuration of the log is in force, committed or not (section 6): what
// stays behind a snapshot may hold one.
func TestSection7AConfigurationBehindTheSnapshotStaysInForce(t *testing.T) {
	b := newBench(3)
	n := b.nodes[0]
	log := entries(1, 1, 1, 1, 1)
	c := raft.Config{Voters: ids(1, 2, 3), Learners: ids(4)}
	log[2].Kind, log[2].Data = raft.EntryConfig, c.AppendTo(nil)
	b.give(n, 2, &raft.AppendEntries{Term: 1, Entries: log})
	b.states = append(b.states, "a", "b")
	b.give(n, 2, &raft.InstallSnapshot{
		Term: 1, LastIndex: 2, LastTerm: 1, Config: raft.Config{Voters: ids(1, 2, 3)}, Size: 1, Data: []byte("b"),
	})
	if n.st.First != 3 || n.st.Last() != 4 {
		t.Fatalf("the log goes from %d to %d", n.st.First, n.st.Last())
	}
	if n.st.ConfigIndex != 3 || n.st.Config.String() != c.String() {
		t.Errorf("in force is %s of entry %d, want %s of 3", &n.st.Config, n.st.ConfigIndex, &c)
	}
	if b.violation != nil {
		t.Error(b.violation)
	}
}

// A follower is down while so many appends to it get lost that no more may be under
// way, and the leader forgets them all. No heartbeat can tell then what the follower
// lacks. The same with one append that others wait for.
func TestSection7AFollowerWithAFullWindowGetsASnapshot(t *testing.T) {
	fullWindow(t, 1)
	fullWindow(t, 8, "gather-small-appends")
}

func fullWindow(t *testing.T, window int, off ...string) {
	t.Helper()
	b := newBench(3, off...)
	n, far := b.elect(1), b.nodes[2]
	b.settle()
	b.crash(far, 0)
	for range 20 {
		b.propose(n, 1)
		b.settle()
	}
	if p := n.st.Peers[1]; p.State != raft.PeerReplicate || p.InFlight != window || p.Next > n.st.Commit {
		t.Fatalf("s1 sees s3 as %+v", p)
	}
	b.compact(n, n.st.Commit)
	b.flush(n)
	b.propose(n, 1)
	b.settle()
	b.start(far)
	for range 10 {
		b.fire(n, raft.TimerHeartbeat)
		b.settle()
	}
	if far.applied != n.st.Commit || n.st.Peers[1].State != raft.PeerReplicate {
		t.Errorf("s3 applied %d of %d, s1 sees it as %+v", far.applied, n.st.Commit, n.st.Peers[1])
	}
	if b.violation != nil {
		t.Error(b.violation)
	}
}

// The limit of the bench is 16 bytes a chunk.
func TestALargeSnapshotTakesABoundedNumberOfChunks(t *testing.T) {
	for size, want := range map[int]int{10: 10, 17: 16, 64 * 16: 16, 64*16 + 1: 17, 100_000: 1563} {
		b := newBench(3)
		n := b.elect(1)
		b.crash(b.nodes[2], 0)
		b.propose(n, 3)
		b.settle()
		b.step(n, &raft.Compact{Index: 4, State: make([]byte, size)})
		b.flush(n)
		far := b.nodes[2]
		far.log = nil // it has lost its disk, say
		b.start(far)
		b.fire(n, raft.TimerHeartbeat)
		got := -1
		for len(b.net) > 0 && got < 0 {
			if m, ok := b.net[0].msg.(*raft.InstallSnapshot); ok {
				got = len(m.Data)
				continue
			}
			b.deliver(0, false)
			for _, n := range b.nodes {
				b.flush(n)
			}
		}
		if got != want {
			t.Errorf("of %d bytes the first chunk has %d, want %d", size, got, want)
		}
	}
}
