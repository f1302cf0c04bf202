package core

import "raftarium/raft"

// Who has heard from whom lately. Both sides of a leader's hold on its cluster are
// measured by timers: a follower does not help to depose a leader that it hears
// from, and a leader that hears from no quorum resigns.

// hearLeader notes that a message of the current leader came in.
func (n *Node) hearLeader(out *raft.Effects) {
	n.heard = true
	setTimer(out, exactly(raft.TimerStickiness, n.timing.ElectionMin))
}

// sticks: "if a server receives a RequestVote request within the minimum election
// timeout of hearing from a current leader, it does not update its term or grant
// its vote" (dissertation, 4.2.3). A leader hears from itself all the time.
func (n *Node) sticks() bool {
	return (n.heard || n.role == raft.Leader) && n.loyal()
}

// loyal reports whether servers stick to their leader at all.
func (n *Node) loyal() bool { return n.on(leaderStickiness) }

// abstain: a server cannot know what it heard before it crashed. It behaves as if
// a leader had been heard just then, unless it never took part in anything.
func (n *Node) abstain(out *raft.Effects) {
	if n.term > 0 && n.on(abstainAfterRestart) {
		n.hearLeader(out)
	}
}

// answered notes that a follower answered in this leader's term.
func (n *Node) answered(from int, term raft.Term, round uint64, out *raft.Effects) {
	if term != n.term {
		return
	}
	p := &n.peers[from]
	p.active = true
	if round > p.round && round <= n.reading.round {
		p.round = round
		n.confirmRounds(out)
	}
}

// askQuorum: "a leader steps down if an election timeout elapses without a
// successful round of heartbeats to a majority of its cluster" (dissertation, 6.2).
// Its clients then look for another.
func (n *Node) askQuorum(out *raft.Effects) {
	active := uint32(1) << n.self
	for i := range n.peers {
		if n.peers[i].active {
			active |= 1 << i
			n.peers[i].active = false
		}
	}
	if !n.isQuorum(active) && n.on(checkQuorum) {
		n.becomeFollower(raft.None, out)
		return
	}
	n.setQuorumTimer(out)
}

func (n *Node) setQuorumTimer(out *raft.Effects) {
	setTimer(out, exactly(raft.TimerQuorum, n.timing.ElectionMax))
}
