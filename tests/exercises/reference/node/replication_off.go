//go:build no_replication

package node

import "raftarium/raft"

// replication is exercise 2. Without it the log stays empty, and a leader says no
// more than that it leads.
type replication struct{}

func (n *node) last() raft.Index                     { return 0 }
func (n *node) termAt(raft.Index) raft.Term          { return 0 }
func (n *node) beginTerm()                           {}
func (n *node) apply(*raft.Effects)                  {}
func (n *node) advanceCommit()                       {}
func (n *node) proposalsLost(raft.ID, *raft.Effects) {}

// heartbeat tells everybody who leads, and asks to be woken for the next time.
func (n *node) heartbeat(out *raft.Effects) {
	if n.role != raft.Leader {
		return
	}
	n.setHeartbeatTimer(out)
	for _, id := range n.others() {
		out.SendAppendEntries(id, 0, raft.AppendEntries{Term: n.term})
	}
}

// appendEntries takes a sign of life of a leader.
func (n *node) appendEntries(from raft.ID, m *raft.AppendEntries, out *raft.Effects) {
	if m.Term == n.term {
		n.follow(m.Term, from, out)
		n.resetElectionTimer(out)
	}
	out.SendAppendEntriesReply(from, 0, raft.AppendEntriesReply{Term: n.term, Success: m.Term == n.term})
}

// appendEntriesReply has nothing to tell: a newer term was noticed before.
func (n *node) appendEntriesReply(raft.ID, *raft.AppendEntriesReply, *raft.Effects) {}

// propose refuses: there is no log to put a command into.
func (n *node) propose(proposals []raft.Proposal, out *raft.Effects) {
	for _, p := range proposals {
		out.Answers = append(out.Answers, raft.Answer{Handle: p.Handle, Outcome: raft.NotLeader, Leader: n.leader})
	}
}

func (r replication) clone() replication           { return r }
func (r *replication) appendState(b []byte) []byte { return b }
func (r *replication) inspect(*raft.Status)        {}
