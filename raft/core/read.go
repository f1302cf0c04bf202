package core

import (
	"time"

	"raftarium/raft"
)

// Reads without the log (§8; dissertation, 6.4). A leader that answers from its own
// state must be sure of two things: that it knows what is committed, and that nobody
// leads in its place.

// reading is what reads wait for at a leader. Rounds count its heartbeats.
type reading struct {
	start     raft.Index // last index when it was elected
	round     uint64     // the last that began
	confirmed uint64     // the last that a majority answered
	waiting   queue[read]

	// The rounds whose leases run, 0 for none; a lease holds once its round is
	// confirmed. They are measured from the first read by lease on.
	leases  [2]uint64
	leasing bool
	ended   bool // no lease in this term any more
}

// read waits for a round that begins after it came.
type read struct {
	handle raft.Handle
	index  raft.Index
	round  uint64
}

func (n *Node) read(ev *raft.Read, out *raft.Effects) {
	if n.role != raft.Leader {
		out.Answers = append(out.Answers, raft.Answer{Handle: ev.Handle, Outcome: raft.NotLeader, Leader: n.leader})
		return
	}
	r := &n.reading
	_, leased := n.lease()
	leased = leased && ev.Lease
	if leased || !n.on(confirmBeforeRead) {
		n.serve(ev.Handle, n.readIndex(), leased, out)
		return
	}
	r.leasing = r.leasing || ev.Lease
	// With a round under way the read shares the next one with all that come by
	// then; it begins as soon as this one is confirmed.
	underWay := len(r.waiting.live()) > 0
	r.waiting.push(read{handle: ev.Handle, index: n.readIndex(), round: r.round + 1})
	if !underWay {
		n.heartbeat(out)
	}
}

// readIndex is the index that holds all that is committed by now. What a leader
// found in its log when it was elected may be committed without its knowing: "the
// leader must have the latest information on which entries are committed" (§8).
func (n *Node) readIndex() raft.Index {
	if n.on(readFromOwnTerm) {
		return max(n.commit, n.reading.start)
	}
	return n.commit
}

func (n *Node) serve(handle raft.Handle, index raft.Index, lease bool, out *raft.Effects) {
	out.Answers = append(out.Answers, raft.Answer{
		Handle: handle, Outcome: raft.Done, Index: index, Term: n.term, Leader: n.id, Lease: lease,
	})
}

// beginRound counts the heartbeats that are about to leave.
func (n *Node) beginRound(out *raft.Effects) {
	n.reading.round++
	if n.reading.leasing {
		n.measureLease(out)
	}
}

// confirmRounds: "the leader must check whether it has been deposed before
// processing a read-only request: exchange heartbeat messages with a majority of
// the cluster" (§8).
func (n *Node) confirmRounds(out *raft.Effects) {
	r := &n.reading
	var rounds [maxPlaces]uint64
	for i := range n.peers {
		rounds[i] = n.peers[i].round
	}
	rounds[n.self] = r.round
	confirmed := n.agreed(rounds[:len(n.peers)], r.confirmed, true)
	if confirmed == r.confirmed {
		return
	}
	n.extendLease(confirmed, out)
	r.confirmed = confirmed
	served := 0
	for _, q := range r.waiting.live() {
		if q.round > confirmed {
			break
		}
		n.serve(q.handle, q.index, false, out)
		served++
	}
	r.waiting.drop(served)
	if served > 0 && len(r.waiting.live()) > 0 && r.waiting.live()[0].round > r.round {
		n.heartbeat(out)
	}
}

// endReads tells who waits that this server leads no longer.
func (n *Node) endReads(leader raft.ID, out *raft.Effects) {
	for _, q := range n.reading.waiting.live() {
		out.Answers = append(out.Answers, raft.Answer{Handle: q.handle, Outcome: raft.Lost, Leader: leader})
	}
	if n.reading.leasing {
		setTimer(out, raft.Timer{Key: raft.TimerLeaseA, Cancel: true})
		setTimer(out, raft.Timer{Key: raft.TimerLeaseB, Cancel: true})
	}
	n.reading = reading{}
}

// Leases (dissertation, 6.4.1): who answered a heartbeat votes for nobody else for
// the minimum election timeout. "Once the leader's heartbeats were acknowledged by a
// majority of the cluster, the leader would extend its lease to start + election
// timeout / clock drift bound", where start is when they left.

// measureLease starts a timer for the round that begins, in place of the older of
// the two, unless the newer still waits for its confirmation: an answer to a later
// round confirms that too.
func (n *Node) measureLease(out *raft.Effects) {
	r := &n.reading
	older := 0
	if r.leases[1] < r.leases[0] {
		older = 1
	}
	if r.leases[1-older] > r.confirmed {
		return
	}
	r.leases[older] = r.round
	n.setLeaseTimer(older, out)
}

func (n *Node) setLeaseTimer(i int, out *raft.Effects) {
	setTimer(out, exactly(raft.TimerLeaseA+raft.TimerKey(i), n.leaseLength()))
}

func (n *Node) leaseLength() time.Duration {
	if !n.on(leaseShorterThanTimeout) {
		return n.timing.ElectionMax
	}
	if n.timing.Lease > 0 {
		return n.timing.Lease
	}
	return n.timing.ElectionMin - n.timing.ElectionMin/10
}

// lease reports whether a majority would elect nobody else just now, and which timer
// ends that. Where servers stick to no leader there are no leases.
func (n *Node) lease() (ends raft.TimerKey, held bool) {
	best := uint64(0)
	if !n.reading.leasing || !n.loyal() {
		return ends, false
	}
	for i, round := range n.reading.leases {
		if round > best && round <= n.reading.confirmed && !n.reading.ended {
			best, ends = round, raft.TimerLeaseA+raft.TimerKey(i)
		}
	}
	return ends, best != 0
}

// extendLease takes note that the rounds up to confirmed were answered. Their leases
// have been running since they began.
func (n *Node) extendLease(confirmed uint64, out *raft.Effects) {
	for i, round := range n.reading.leases {
		if round > n.reading.confirmed && round <= confirmed && !n.on(leaseFromSending) {
			n.setLeaseTimer(i, out)
		}
	}
}

// endLease: a server that is asked to take over need not wait for any timeout, and
// the request may reach it at any time from now on.
func (n *Node) endLease() {
	if n.on(transferEndsLease) {
		n.reading.ended = true
	}
}
