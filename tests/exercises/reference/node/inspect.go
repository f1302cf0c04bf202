package node

import (
	"fmt"
	"slices"

	"raftarium/raft"
)

// Clone returns a node that goes its own way from here on.
func (n *node) Clone() raft.Machine {
	c := *n
	c.votes = slices.Clone(n.votes)
	c.members = n.members.clone()
	c.replication = n.replication.clone()
	c.persistence = n.persistence.clone()
	c.snapshots = n.snapshots.clone()
	c.reads = n.reads.clone()
	return &c
}

// AppendState appends all that matters for later steps.
func (n *node) AppendState(b []byte) []byte {
	b = fmt.Appendf(b, "%d %v %d %d %d %d %v|", n.id, n.timing, n.term, n.vote, n.role, n.leader, n.votes)
	b = n.members.appendState(b)
	b = n.replication.appendState(b)
	b = n.persistence.appendState(b)
	b = n.snapshots.appendState(b)
	return n.reads.appendState(b)
}

// Inspect says what the server is.
func (n *node) Inspect(st *raft.Status) {
	st.Reset()
	st.ID, st.Role, st.Term, st.Vote, st.Leader = n.id, n.role, n.term, n.vote, n.leader
	st.Votes = append(st.Votes, n.votes...)
	st.First = n.first()
	n.members.inspect(st)
	n.replication.inspect(st)
	n.persistence.inspect(st)
	n.snapshots.inspect(st)
	n.reads.inspect(st)
}
