package core

import "raftarium/raft"

// Pre-vote (dissertation, 9.6): who has waited long enough for a leader first asks
// around whether it could win. So a server that was cut off does not come back with
// a higher term, which would depose a leader that serves everybody else.

// startPreVote asks all others whether they would vote for this server. The term
// stays as it is.
func (n *Node) startPreVote(out *raft.Effects) {
	n.leader, n.preVotes = raft.None, 1<<n.self
	n.setElectionTimer(out)
	for i, to := range n.servers {
		if i != n.self && n.hasSay(i) {
			out.Send(to, n.afterState(), &raft.PreVote{
				Term: n.term, LastIndex: n.log.last(), LastTerm: n.log.term(n.log.last()),
			})
		}
	}
	n.countPreVotes(out)
}

// handlePreVote says yes to whom it could give its vote in the term after the
// sender's: none is given away in a term that is still to come.
func (n *Node) handlePreVote(from raft.ID, m *raft.PreVote, out *raft.Effects) {
	out.Send(from, n.afterState(), &raft.PreVoteReply{
		Term: n.term, Asked: m.Term, Granted: m.Term >= n.term && n.isUpToDate(m.LastIndex, m.LastTerm),
	})
}

// handlePreVoteReply counts an answer to the question that is still open.
func (n *Node) handlePreVoteReply(from int, m *raft.PreVoteReply, out *raft.Effects) {
	if n.preVotes == 0 || !m.Granted || m.Asked != n.term {
		return
	}
	n.preVotes |= 1 << from
	n.countPreVotes(out)
}

func (n *Node) countPreVotes(out *raft.Effects) {
	if n.wins(n.preVotes) {
		n.startElection(false, out)
	}
}
