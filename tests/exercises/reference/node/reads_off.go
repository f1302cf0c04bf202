//go:build no_reads

package node

import "raftarium/raft"

// reads are exercise 8. Without them every query is an entry of the log.
type reads struct{}

func (n *node) round() uint64                        { return 0 }
func (n *node) read(*raft.Read, *raft.Effects)       {}
func (n *node) heard(raft.ID, uint64, *raft.Effects) {}
func (n *node) committed(*raft.Effects)              {}
func (n *node) readsLost(raft.ID, *raft.Effects)     {}
func (r reads) clone() reads                         { return r }
func (r *reads) appendState(b []byte) []byte         { return b }
func (r *reads) inspect(*raft.Status)                {}
