//go:build !no_replication

package node

import (
	"slices"

	"raftarium/raft"
)

// last is the index of the last entry.
func (n *node) last() raft.Index { return n.first() + raft.Index(len(n.log)) - 1 }

// termAt is the term of the entry at i, 0 for index 0.
func (n *node) termAt(i raft.Index) raft.Term {
	if i < n.first() {
		return n.termBefore()
	}
	return n.log[i-n.first()].Term
}

// from are the entries from index i on. Nobody may append to the slice.
func (n *node) from(i raft.Index) []raft.Entry { return slices.Clip(n.log[i-n.first():]) }

// put appends entries.
func (n *node) put(entries ...raft.Entry) {
	n.logChanged(n.last() + 1)
	n.log = append(n.log, entries...)
	n.configChanged()
}

// truncate removes the entries from index i on. Messages and clones still see them:
// the next append must not write over them, and so gets no room behind the rest.
func (n *node) truncate(i raft.Index) {
	n.logChanged(i)
	n.log = slices.Clip(n.log[:i-n.first()])
	n.configChanged()
}
