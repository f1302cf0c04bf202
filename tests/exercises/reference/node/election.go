package node

import (
	"slices"

	"raftarium/raft"
)

// stand starts an election (rules for candidates, Figure 2).
func (n *node) stand(out *raft.Effects) {
	if n.role == raft.Leader || !n.mayStand() {
		return
	}
	n.role, n.leader = raft.Candidate, raft.None
	n.term, n.vote, n.votes = n.term+1, n.id, nil
	n.stateChanged()
	n.resetElectionTimer(out)
	for _, id := range n.others() {
		out.SendRequestVote(id, 0, raft.RequestVote{Term: n.term, LastIndex: n.last(), LastTerm: n.termAt(n.last())})
	}
	n.votedForSelf(out)
}

// requestVote is the receiver's side of RequestVote (Figure 2).
func (n *node) requestVote(from raft.ID, m *raft.RequestVote, out *raft.Effects) {
	// "At least as up-to-date as receiver's log" (§5.4.1).
	lastTerm := n.termAt(n.last())
	upToDate := m.LastTerm > lastTerm || m.LastTerm == lastTerm && m.LastIndex >= n.last()
	granted := m.Term == n.term && upToDate && (n.vote == raft.None || n.vote == from)
	if granted {
		if n.vote != from {
			n.vote = from
			n.stateChanged()
		}
		n.resetElectionTimer(out)
	}
	out.SendRequestVoteReply(from, 0, raft.RequestVoteReply{Term: n.term, Granted: granted})
}

// requestVoteReply is the candidate's side.
func (n *node) requestVoteReply(from raft.ID, m *raft.RequestVoteReply, out *raft.Effects) {
	if n.role == raft.Candidate && m.Term == n.term && m.Granted {
		n.votedFor(from, out)
	}
}

// votedFor counts a vote of this term, and makes the candidate leader once it has
// those of a majority.
func (n *node) votedFor(from raft.ID, out *raft.Effects) {
	if slices.Contains(n.votes, from) {
		return
	}
	n.votes = append(n.votes, from)
	if !n.majority(agrees(n.votes)) {
		return
	}
	n.role, n.leader, n.votes = raft.Leader, n.id, nil
	out.Timers = append(out.Timers, raft.Timer{Key: raft.TimerElection, Cancel: true})
	n.beginTerm()
	n.heartbeat(out)
}
