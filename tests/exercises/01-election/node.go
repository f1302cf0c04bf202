package main

import (
	"fmt"
	"slices"

	"raftarium/raft"
)

// Node is the door by which your Raft enters the world. The name is shown by the
// interface.
func Node() raft.Implementation {
	return raft.Implementation{Name: "mine", New: func() raft.Machine { return new(node) }}
}

// node is a server. What it needs to know beside this is for you to say: its role,
// its term, whom it voted for, who voted for it, who leads.
type node struct {
	id      raft.ID
	servers []raft.ID // all of them, this one too; never written
	timing  raft.Timing
}

// Step takes one event, and writes what it wants done into out.
func (n *node) Step(ev raft.Event, out *raft.Effects) {
	switch ev := ev.(type) {
	case *raft.Start:
		*n = node{id: ev.ID, servers: slices.Clone(ev.Servers), timing: ev.Timing}
		// Nobody will ever wake this server: it has set no timer.

	case *raft.TimerFired:
		// TimerElection: stand for election. TimerHeartbeat: tell all who leads.

	case *raft.Deliver:
		// A newer term comes first, whatever the message is.
		switch ev.Msg.(type) {
		case *raft.RequestVote:
		case *raft.RequestVoteReply:
		case *raft.AppendEntries:
		case *raft.AppendEntriesReply:
		}
	}
}

// Clone returns a node that behaves the same from here on and shares nothing with
// this one that either will write. Once node has slices that you write to, or maps,
// copy them here.
func (n *node) Clone() raft.Machine {
	c := *n
	return &c
}

// AppendState appends all that matters for later steps: equal bytes, equal future.
func (n *node) AppendState(b []byte) []byte {
	return fmt.Appendf(b, "%d %v %v", n.id, n.servers, n.timing)
}

// Inspect says what the node is, for the stage and for tests: its role, its term, its
// vote, and who leads.
func (n *node) Inspect(st *raft.Status) {
	st.Reset()
	st.ID = n.id
	st.Quorum = raft.Quorum(len(n.servers))
}
