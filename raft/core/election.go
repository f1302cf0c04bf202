package core

import "raftarium/raft"

// electionTimeout: no leader was heard from for an election timeout, or the votes
// were split (Figure 2, rules for followers and candidates).
func (n *Node) electionTimeout(out *raft.Effects) {
	if !n.mayStand() {
		// It waits to be heard from again, and names nobody meanwhile: a leader that has
		// removed it may be long gone.
		n.leader = raft.None
		n.setElectionTimer(out)
		return
	}
	if n.role == raft.Candidate && !n.on(retryElection) {
		n.setElectionTimer(out)
		return
	}
	if n.on(preVote) {
		n.startPreVote(out)
	} else {
		n.startElection(false, out)
	}
}

// startElection (§5.2): "increment currentTerm, vote for self, reset election
// timer, send RequestVote RPCs to all other servers". transfer tells that the leader
// asked for it.
func (n *Node) startElection(transfer bool, out *raft.Effects) {
	n.term++
	n.role, n.leader = raft.Candidate, raft.None
	n.vote, n.votes, n.preVotes = n.id, 1<<n.self, 0
	n.setElectionTimer(out)
	n.save(out)
	for i, to := range n.servers {
		if i != n.self && n.hasSay(i) {
			out.SendRequestVote(to, n.afterState(), raft.RequestVote{
				Term: n.term, LastIndex: n.log.last(), LastTerm: n.log.term(n.log.last()), Transfer: transfer,
			})
		}
	}
	n.countVotes(out)
}

// handleRequestVote is the receiver of Figure 2: "Reply false if term <
// currentTerm. If votedFor is null or candidateId, and candidate's log is at least
// as up-to-date as receiver's log, grant vote."
func (n *Node) handleRequestVote(candidate raft.ID, m *raft.RequestVote, out *raft.Effects) {
	grant := m.Term == n.term && n.mayVoteFor(candidate) && n.isUpToDate(m.LastIndex, m.LastTerm)
	if grant {
		n.vote, n.preVotes = candidate, 0
	}
	// A leader has no election timer, whatever it votes.
	if (grant || !n.on(resetTimerOnlyOnGrant)) && n.role != raft.Leader {
		n.setElectionTimer(out)
	}
	n.save(out)
	out.SendRequestVoteReply(candidate, n.afterState(), raft.RequestVoteReply{Term: n.term, Granted: grant})
}

// mayVoteFor: one vote in a term, first come, first served (§5.2).
func (n *Node) mayVoteFor(candidate raft.ID) bool {
	if n.vote == raft.None || n.vote == candidate {
		return true
	}
	return !n.on(oneVotePerTerm)
}

// isUpToDate is the election restriction (§5.4.1): a leader must have all
// committed entries, and with a majority of votes it has, if no voter's log is
// more up to date. "If the logs have last entries with different terms, then the
// log with the later term is more up-to-date. If the logs end with the same term,
// then whichever log is longer is more up-to-date."
func (n *Node) isUpToDate(index raft.Index, term raft.Term) bool {
	if !n.on(electionRestriction) {
		return true
	}
	last := n.log.last()
	if own := n.log.term(last); term != own && n.on(compareLastTerms) {
		return term > own
	}
	return index >= last
}

// handleRequestVoteReply counts a vote.
func (n *Node) handleRequestVoteReply(from int, m *raft.RequestVoteReply, out *raft.Effects) {
	if n.role != raft.Candidate || !m.Granted {
		return
	}
	if m.Term != n.term && n.on(votesCountForTheirTerm) {
		return
	}
	n.votes |= 1 << from
	n.countVotes(out)
}

// countVotes: "If votes received from majority of servers: become leader." The own
// vote is a vote like others: it counts once it is durable.
func (n *Node) countVotes(out *raft.Effects) {
	if n.afterState() == 0 && n.wins(n.votes) {
		n.becomeLeader(out)
	}
}

// becomeLeader (§5.2, §5.3): all next indices start just behind the leader's log,
// and the others hear of it at once.
func (n *Node) becomeLeader(out *raft.Effects) {
	n.reading.start = n.log.last()
	n.uncommitted = bytesOf(n.log.between(n.commit+1, n.log.last()))
	n.role, n.leader, n.votes, n.preVotes, n.filled = raft.Leader, n.id, 0, 0, 0
	setTimer(out, raft.Timer{Key: raft.TimerElection, Cancel: true})
	for i := range n.peers {
		n.peers[i] = progress{next: n.log.last() + 1}
	}
	n.setQuorumTimer(out)
	if !n.on(leaderNoop) {
		n.heartbeat(out)
		return
	}
	n.add(raft.EntryNoOp, nil)
	n.disk.dirty = true
	n.setHeartbeatTimer(out)
	n.appended(out)
}
