//go:build no_membership

package node

import (
	"fmt"
	"slices"

	"raftarium/raft"
)

// members are the servers of the cluster. Who they are is settled at the start: that
// it may change is exercise 9.
type members struct {
	servers []raft.ID // by increasing ID; never written
}

// found takes over the first configuration.
func (n *node) found(servers []raft.ID) { n.servers = slices.Clone(servers) }

// others are all servers but this one.
func (n *node) others() []raft.ID {
	return slices.DeleteFunc(slices.Clone(n.servers), func(id raft.ID) bool { return id == n.id })
}

// mayStand reports whether the server has a say at all.
func (n *node) mayStand() bool { return slices.Contains(n.servers, n.id) }

// majority reports whether more than half of the servers do.
func (n *node) majority(do func(raft.ID) bool) bool {
	count := 0
	for _, id := range n.servers {
		if do(id) {
			count++
		}
	}
	return count >= raft.Quorum(len(n.servers))
}

func (n *node) configChanged()                               {}
func (n *node) configAt(raft.Index) raft.Config              { return raft.Config{} }
func (n *node) change(*raft.ChangeMembership, *raft.Effects) {}
func (n *node) changeCommitted(*raft.Effects)                {}
func (n *node) changeLost(raft.ID, *raft.Effects)            {}

func (m members) clone() members               { return m }
func (m *members) appendState(b []byte) []byte { return fmt.Appendf(b, "%v|", m.servers) }
func (m *members) inspect(st *raft.Status)     { st.Quorum = raft.Quorum(len(m.servers)) }
