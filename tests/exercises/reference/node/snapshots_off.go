//go:build no_snapshots

package node

import "raftarium/raft"

// snapshots is exercise 5. Without it the log begins at index 1 and is kept for ever.
type snapshots struct{}

func (n *node) first() raft.Index                                             { return 1 }
func (n *node) termBefore() raft.Term                                         { return 0 }
func (n *node) restoreSnapshot(*raft.Snapshot, *raft.Effects)                 {}
func (n *node) compact(*raft.Compact)                                         {}
func (n *node) unsavedSnapshot() *raft.Snapshot                               { return nil }
func (n *node) sendSnapshot(raft.ID, *raft.Effects)                           {}
func (n *node) installSnapshot(raft.ID, *raft.InstallSnapshot, *raft.Effects) {}
func (s snapshots) clone() snapshots                                          { return s }
func (s *snapshots) appendState(b []byte) []byte                              { return b }
func (s *snapshots) inspect(*raft.Status)                                     {}
