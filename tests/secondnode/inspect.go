package secondnode

import (
	"fmt"
	"slices"

	"raftarium/raft"
)

// Clone returns a node that goes its own way from here on.
func (n *node) Clone() raft.Machine {
	c := *n
	// The original may append behind what both hold; the copy must not.
	c.log = slices.Clip(n.log)
	c.savedBy = slices.Clone(n.savedBy)
	c.votes = slices.Clone(n.votes)
	c.next, c.match = slices.Clone(n.next), slices.Clone(n.match)
	c.waiting = slices.Clone(n.waiting)
	return &c
}

// AppendState appends all that matters for later steps, as text.
func (n *node) AppendState(b []byte) []byte {
	b = fmt.Appendf(b, "%d %v %v %v %d %d %d %d %v %v %v %d %d %v %v|", n.id, n.servers, n.timing, n.state,
		n.role, n.leader, n.commit, n.applied, n.votes, n.next, n.match, n.saves, n.durable, n.savedBy, n.waiting)
	for i := range n.log {
		b = n.log[i].AppendTo(b)
	}
	return b
}

// Inspect says what the server is.
func (n *node) Inspect(st *raft.Status) {
	st.Reset()
	st.ID, st.Role, st.Term, st.Vote, st.Leader = n.id, n.role, n.state.Term, n.state.Vote, n.leader
	st.Commit, st.Applied, st.Log = n.commit, n.applied, n.log
	st.Quorum = n.quorum()
	st.LastSave, st.DurableSave = n.saves, n.durable
	for i, id := range n.servers {
		switch {
		case n.role == raft.Candidate && n.votes[i]:
			st.Votes = append(st.Votes, id)
		case n.role == raft.Leader && id != n.id:
			st.Peers = append(st.Peers, raft.PeerStatus{ID: id, Match: n.match[i], Next: n.next[i]})
		}
	}
}
