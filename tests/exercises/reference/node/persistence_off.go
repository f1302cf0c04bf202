//go:build no_persistence

package node

import "raftarium/raft"

// persistence is exercise 3. Without it a server begins anew after each crash, and
// waits for no disk.
type persistence struct{}

func (n *node) restore(*raft.Start, *raft.Effects) {}
func (n *node) stateChanged()                      {}
func (n *node) logChanged(raft.Index)              {}
func (n *node) save(*raft.Effects)                 {}
func (n *node) saved(raft.SaveSeq, *raft.Effects)  {}
func (n *node) isDurable(raft.Index) bool          { return true }
func (n *node) votedForSelf(out *raft.Effects)     { n.votedFor(n.id, out) }
func (p persistence) clone() persistence           { return p }
func (p *persistence) appendState(b []byte) []byte { return b }
func (p *persistence) inspect(*raft.Status)        {}
