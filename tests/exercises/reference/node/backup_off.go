//go:build no_backup

package node

import "raftarium/raft"

// conflict is exercise 4. Without it a follower says no more than no.
func (n *node) conflict(raft.Index) (raft.Term, raft.Index) { return 0, 0 }

// backUp is the next index that a leader tries after a refusal: one earlier.
func (n *node) backUp(next raft.Index, _ *raft.AppendEntriesReply) raft.Index { return next - 1 }
