package secondnode

import (
	"slices"

	"raftarium/raft"
)

// stand starts an election (rules for candidates, Figure 2).
func (n *node) stand(out *raft.Effects) {
	if n.role == raft.Leader {
		return
	}
	n.role, n.leader = raft.Candidate, raft.None
	n.state, n.changed = raft.HardState{Term: n.state.Term + 1, Vote: n.id}, true
	n.votes = make([]bool, len(n.servers))
	n.resetElectionTimer(out)
	for _, id := range n.servers {
		if id != n.id {
			out.SendRequestVote(id, 0, raft.RequestVote{Term: n.state.Term, LastIndex: n.last(), LastTerm: n.termAt(n.last())})
		}
	}
}

// saved counts the own vote, now that it is on disk. Until then a server that is
// alone in its cluster could crash and lead the same term again.
func (n *node) saved(seq raft.SaveSeq, out *raft.Effects) {
	n.durable = seq
	if n.role == raft.Candidate && n.durable == n.saves {
		n.vote(n.id, out)
	}
	n.advanceCommit()
}

// requestVote is the receiver's side of RequestVote (Figure 2).
func (n *node) requestVote(from raft.ID, m *raft.RequestVote, out *raft.Effects) {
	// "At least as up-to-date as receiver's log" (§5.4.1).
	lastTerm := n.termAt(n.last())
	upToDate := m.LastTerm > lastTerm || m.LastTerm == lastTerm && m.LastIndex >= n.last()
	granted := m.Term == n.state.Term && (n.state.Vote == raft.None || n.state.Vote == from) && upToDate
	if granted {
		if n.state.Vote != from {
			n.state.Vote, n.changed = from, true
		}
		n.resetElectionTimer(out)
	}
	out.SendRequestVoteReply(from, 0, raft.RequestVoteReply{Term: n.state.Term, Granted: granted})
}

func (n *node) requestVoteReply(from raft.ID, m *raft.RequestVoteReply, out *raft.Effects) {
	if n.role == raft.Candidate && m.Term == n.state.Term && m.Granted {
		n.vote(from, out)
	}
}

// vote counts a vote of this term, and makes the candidate leader if it has the
// votes of a majority.
func (n *node) vote(from raft.ID, out *raft.Effects) {
	n.votes[slices.Index(n.servers, from)] = true
	count := 0
	for _, v := range n.votes {
		if v {
			count++
		}
	}
	if count < n.quorum() {
		return
	}
	n.role, n.leader = raft.Leader, n.id
	n.next = make([]raft.Index, len(n.servers))
	n.match = make([]raft.Index, len(n.servers))
	for i := range n.next {
		n.next[i] = n.last() + 1
	}
	out.Timers = append(out.Timers, raft.Timer{Key: raft.TimerElection, Cancel: true})
	// An entry of the own term, with which earlier ones can commit (§8).
	n.add(raft.EntryNoOp, nil)
	n.heartbeat(out)
}
