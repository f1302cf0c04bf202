//go:build !no_backup

package node

import "raftarium/raft"

// conflict is what a follower says of a log that parts from its leader's at i or
// before: the term that it has there and the first index of that term, or where its
// log ends (end of §5.3).
func (n *node) conflict(i raft.Index) (raft.Term, raft.Index) {
	if i > n.last() {
		return 0, n.last() + 1
	}
	term := n.termAt(i)
	for i > n.first() && n.termAt(i-1) == term {
		i--
	}
	return term, i
}

// backUp is the next index that a leader tries after a refusal: behind its own last
// entry of the follower's term, if it has one of that term, else where the
// follower's term begins.
func (n *node) backUp(next raft.Index, m *raft.AppendEntriesReply) raft.Index {
	to := min(m.ConflictIndex, next-1)
	if m.ConflictTerm != 0 {
		for i := next - 1; i >= n.first() && i >= to && n.termAt(i) >= m.ConflictTerm; i-- {
			if n.termAt(i) == m.ConflictTerm {
				return min(i+1, next-1)
			}
		}
	}
	return max(to, 1)
}
