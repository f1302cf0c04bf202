package core_test

import (
	"testing"
	"time"

	"raftarium/raft"
)

// Section 8 of the paper and 6.4 of the dissertation: reads without the log.

// served checks that a read was answered once, from an index.
func (b *bench) served(t *testing.T, h raft.Handle, index raft.Index) {
	t.Helper()
	if a := b.answers[h]; len(a) != 1 || a[0].Outcome != raft.Done || a[0].Index != index {
		t.Errorf("answers %+v, want one: done, from index %d", a, index)
	}
}

func (b *bench) waits(t *testing.T, h raft.Handle) {
	t.Helper()
	if a := b.answers[h]; len(a) != 0 {
		t.Errorf("answered too early: %+v", a)
	}
}

func TestSection8AReadWaitsForARoundOfHeartbeats(t *testing.T) {
	b := newBench(5)
	n := b.elect(1)
	b.propose(n, 2)
	b.settle()
	h := b.read(n, false)
	if s := sends[*raft.AppendEntries](n); len(s) != 4 || len(n.out.Saves) != 0 || n.st.Reads != 1 {
		t.Fatalf("%d heartbeats, saves %+v, %d reads", len(s), n.out.Saves, n.st.Reads)
	}
	round := sends[*raft.AppendEntries](n)[0].Msg.(*raft.AppendEntries).Round
	b.give(n, 2, &raft.AppendEntriesReply{Term: 1, Success: true, Index: 3, Round: round})
	b.give(n, 2, &raft.AppendEntriesReply{Term: 1, Success: true, Index: 3, Round: round}) // the same again
	b.give(n, 3, &raft.AppendEntriesReply{Term: 1, Success: true, Index: 3, Round: round - 1})
	b.give(n, 4, &raft.AppendEntriesReply{Term: 0, Success: true, Index: 3, Round: round})
	b.give(n, 5, &raft.AppendEntriesReply{Term: 1, Success: true, Index: 3, Round: round + 1}) // never asked
	b.waits(t, h)
	b.give(n, 3, &raft.AppendEntriesReply{Term: 1, Index: 3, Round: round}) // a refusal shows loyalty too
	b.served(t, h, 3)
}

func TestSection8ReadsThatComeDuringARoundShareTheNext(t *testing.T) {
	b := newBench(3)
	n := b.elect(1)
	first := b.read(n, false)
	var late []raft.Handle
	for range 10 {
		late = append(late, b.read(n, false))
		if len(n.out.Sends) != 0 {
			t.Fatalf("a round of its own: %+v", n.out.Sends)
		}
	}
	round := b.net[0].msg.(*raft.AppendEntries).Round
	b.give(n, 2, &raft.AppendEntriesReply{Term: 1, Success: true, Index: 1, Round: round})
	b.served(t, first, 1)
	if s := sends[*raft.AppendEntries](n); len(s) != 2 || s[0].Msg.(*raft.AppendEntries).Round != round+1 {
		t.Fatalf("the next round: %+v", n.out.Sends)
	}
	for _, h := range late {
		b.waits(t, h)
	}
	b.settle()
	for _, h := range late {
		b.served(t, h, 1)
	}
}

func TestSection8ALostRoundIsMadeUpForByTheNextHeartbeat(t *testing.T) {
	b := newBench(3)
	n := b.elect(1)
	h := b.read(n, false)
	late := b.read(n, false)
	b.net = nil
	b.fire(n, raft.TimerHeartbeat)
	b.settle()
	b.served(t, h, 1)
	b.served(t, late, 1)
}

func TestSection8ANewLeadersReadsWaitForAllThatItFoundInItsLog(t *testing.T) {
	b, n := holding(3, nil, 1, 1, 1)
	lead(b)
	h := b.read(n, false)
	b.settle()
	b.served(t, h, 3)
	b.propose(n, 1)
	b.settle()
	h = b.read(n, false)
	b.settle()
	b.served(t, h, n.st.Commit)
}

func TestSection8ALeaderThatWasDeposedUnawaresReadsNothing(t *testing.T) {
	b := newBench(3)
	old := b.elect(1)
	h := b.read(old, false)
	b.net = nil
	for _, id := range []raft.ID{2, 3} {
		b.give(old, id, &raft.AppendEntriesReply{Term: 2, Round: 1})
	}
	if a := b.answers[h]; len(a) != 1 || a[0].Outcome != raft.Lost || old.st.Reads != 0 {
		t.Errorf("answers %+v", a)
	}
	h = b.read(old, false)
	if a := b.answers[h]; len(a) != 1 || a[0].Outcome != raft.NotLeader {
		t.Errorf("answers %+v", a)
	}
}

func TestSection8AClusterOfOneReadsAtOnce(t *testing.T) {
	b := newBench(1)
	n := b.elect(1)
	b.served(t, b.read(n, false), 1)
	b.served(t, b.read(n, true), 1)
}

func TestSection8ADeposedLeadersRoundsDoNotCountInItsNextTerm(t *testing.T) {
	b := plain(3)
	n := b.elect(1)
	for range 5 {
		b.fire(n, raft.TimerHeartbeat)
	}
	b.give(n, 2, &raft.RequestVoteReply{Term: 2})
	lead(b)
	h := b.read(n, false)
	b.give(n, 2, &raft.AppendEntriesReply{Term: 1, Success: true, Index: 1, Round: 1})
	b.waits(t, h)
}

// leaseTimers are the leases that a server's last step began to measure.
func leaseTimers(n *node) []raft.Timer {
	var list []raft.Timer
	for _, t := range n.out.Timers {
		if (t.Key == raft.TimerLeaseA || t.Key == raft.TimerLeaseB) && !t.Cancel {
			list = append(list, t)
		}
	}
	return list
}

func TestDissertation641ALeaseAnswersAtOnceUntilItEnds(t *testing.T) {
	b := newBench(3)
	n := b.elect(1)
	h := b.read(n, true) // the first finds no lease
	if timers := leaseTimers(n); len(timers) != 1 || timers[0].Min != 135*time.Millisecond || timers[0].Max != timers[0].Min {
		t.Fatalf("timers %+v", timers)
	}
	b.waits(t, h)
	b.settle()
	b.served(t, h, 1)
	h = b.read(n, true)
	b.served(t, h, 1)
	if len(n.out.Sends) != 0 || !n.st.Lease {
		t.Errorf("a read by lease sends %+v", n.out.Sends)
	}
	b.waits(t, b.read(n, false)) // who does not trust clocks gets a round
	b.settle()
	b.fire(n, raft.TimerLeaseA)
	b.fire(n, raft.TimerLeaseB)
	if n.st.Lease {
		t.Error("the lease never ends")
	}
	b.waits(t, b.read(n, true))
}

func TestDissertation641ALeaseCountsFromTheTimeOfSending(t *testing.T) {
	b := newBench(3)
	n := b.elect(1)
	h := b.read(n, true)
	b.fire(n, raft.TimerLeaseA) // it ends before the answers come
	b.settle()
	b.served(t, h, 1)
	if n.st.Lease {
		t.Error("late answers made a lease")
	}
}

func TestDissertation641HeartbeatsRenewALease(t *testing.T) {
	b := newBench(3)
	n := b.elect(1)
	b.read(n, true)
	b.settle()
	for beat := range 6 {
		b.fire(n, raft.TimerHeartbeat)
		if len(leaseTimers(n)) != 1 {
			t.Fatalf("heartbeat %d: timers %+v", beat, n.out.Timers)
		}
		b.settle()
		// Whichever of the two is the older may end now.
		key := raft.TimerLeaseA + raft.TimerKey(beat%2)
		b.fire(n, key)
		if !n.st.Lease {
			t.Fatalf("heartbeat %d: there is no lease", beat)
		}
	}
}

func TestDissertation641ALeaseThatWaitsForAnswersIsConfirmedByLaterRoundsToo(t *testing.T) {
	b := newBench(3)
	n := b.elect(1)
	b.read(n, true)
	b.net = nil // lost
	b.fire(n, raft.TimerHeartbeat)
	if len(leaseTimers(n)) != 0 {
		t.Fatalf("the lease that waits was replaced: %+v", n.out.Timers)
	}
	b.settle()
	if !n.st.Lease {
		t.Error("the answers to the second round made no lease of the first")
	}
}

func TestDissertation641ATransferEndsTheLeaseForGood(t *testing.T) {
	b := newBench(3)
	n := b.elect(1)
	b.read(n, true)
	b.settle()
	b.transfer(n, 2)
	b.net = nil // the request is delayed
	b.fire(n, raft.TimerTransfer)
	b.fire(n, raft.TimerHeartbeat)
	b.settle()
	h := b.read(n, true)
	b.waits(t, h)
	b.settle()
	b.served(t, h, 1)
	if n.st.Lease {
		t.Error("there is a lease, though the request to stand may still arrive")
	}
}

// usurp lets s5, which heard nothing of it, try to take over while s1 holds a lease,
// and then s1 answer a read. It returns s1's answers.
func usurp(t *testing.T, prepare func(b *bench, n *node), off ...string) *bench {
	b := newBench(5, off...)
	n := b.elect(1)
	b.group = 1 << 5 // s5 is cut off
	b.read(n, true)
	b.settle()
	if !n.st.Lease {
		t.Fatal("there is no lease")
	}
	prepare(b, n)
	b.group = 1 << 1 // now s1 is, and knows nothing of what follows
	rival := b.nodes[4]
	b.fire(rival, raft.TimerElection)
	b.settle()
	if rival.st.Role == raft.Leader {
		b.propose(rival, 1)
		b.settle()
	}
	b.read(n, true)
	return b
}

func TestDissertation641NoLeaderIsElectedDuringALease(t *testing.T) {
	restart := func(b *bench, _ *node) {
		for _, n := range b.nodes[1:4] {
			b.crash(n, 0)
			b.start(n)
		}
	}
	handOver := func(b *bench, n *node) {
		b.group = 0
		b.read(n, true)
		b.settle()
		b.transfer(n, 5)
		b.settleOnly(5)
	}
	for _, c := range []struct {
		rule    string
		prepare func(b *bench, n *node)
	}{
		{"abstain-after-restart", restart},
		{"transfer-ends-lease", handOver},
	} {
		if b := usurp(t, c.prepare); b.violation != nil {
			t.Errorf("with all rules: %v", b.violation)
		}
		if b := usurp(t, c.prepare, c.rule); b.violation == nil {
			t.Errorf("without %s nothing is violated", c.rule)
		}
	}
}

func TestDissertation641WithoutStickinessThereAreNoLeases(t *testing.T) {
	b := newBench(3, "leader-stickiness")
	n := b.elect(1)
	b.read(n, true)
	b.settle()
	h := b.read(n, true)
	b.waits(t, h)
	b.settle()
	b.served(t, h, 1)
	b.step(n, &raft.SetRules{})
	if !n.st.Lease {
		t.Error("switched on again, the rule brings no lease: followers kept track of their leader all the time")
	}
	b.step(n, &raft.SetRules{Without: []string{"leader-stickiness"}})
	if n.st.Lease {
		t.Error("switched off, the rule leaves the lease that rests on it")
	}
}
