package main

import (
	"fmt"
	"slices"

	"raftarium/raft"
)

// Node is the door by which this Raft enters the world. The name is shown by the
// interface: make it yours.
func Node() raft.Implementation {
	return raft.Implementation{Name: "hello", New: func() raft.Machine { return new(node) }}
}

// node is the smallest Raft that is right: one for a cluster of one server. It
// stands, votes for itself, and what it has on its own disk is committed. It shows
// every part of the contract that the next three exercises need, but messages.
type node struct {
	id      raft.ID
	servers []raft.ID
	timing  raft.Timing

	state   raft.HardState // term and vote
	log     []raft.Entry   // log[0] has index 1
	role    raft.Role
	commit  raft.Index
	applied raft.Index

	saves  raft.SaveSeq // the last Save asked for
	onDisk raft.Index   // the last entry that is durable
	saving []saving     // Saves under way
}

// saving is a Save under way: once it is durable, so is the log up to last.
type saving struct {
	seq  raft.SaveSeq
	last raft.Index
}

// Step takes one event, and writes what it wants done into out.
func (n *node) Step(ev raft.Event, out *raft.Effects) {
	switch ev := ev.(type) {
	case *raft.Start: // the first event, and again after each crash
		*n = node{
			id: ev.ID, servers: slices.Clone(ev.Servers), timing: ev.Timing,
			// What the disk held. Nobody may write to the entries; Clip makes an append
			// move to memory of its own.
			state: ev.State, log: slices.Clip(ev.Log), onDisk: raft.Index(len(ev.Log)),
		}
		// A machine reads no clock: it asks to be woken, within a range.
		out.Timers = append(out.Timers, raft.Timer{Key: raft.TimerElection, Min: n.timing.ElectionMin, Max: n.timing.ElectionMax})

	case *raft.TimerFired: // stand for election
		if len(n.servers) > 1 {
			return // nobody to ask yet: that is exercise 1
		}
		n.role = raft.Candidate
		n.state = raft.HardState{Term: n.state.Term + 1, Vote: n.id}
		n.save(0, out)

	case *raft.Saved: // all Saves up to ev.Seq are durable
		for len(n.saving) > 0 && n.saving[0].seq <= ev.Seq {
			n.onDisk = n.saving[0].last
			n.saving = n.saving[1:]
		}
		if n.role == raft.Candidate && ev.Seq == n.saves {
			// The vote for itself is on disk, and it is a majority of one. A leader
			// opens its term with an entry of its own (§8).
			n.role = raft.Leader
			n.put(raft.EntryNoOp, nil)
			n.save(n.last(), out)
		}
		if n.role == raft.Leader && n.onDisk > n.commit {
			n.commit = n.onDisk
			out.Applies = append(out.Applies, raft.Apply{Entries: slices.Clip(n.log[n.applied:n.commit])})
			n.applied = n.commit
		}

	case *raft.Propose: // commands for the log
		first := n.last() + 1
		for _, p := range ev.Proposals {
			a := raft.Answer{Handle: p.Handle, Outcome: raft.NotLeader}
			if n.role == raft.Leader {
				n.put(raft.EntryCommand, p.Data)
				a = raft.Answer{Handle: p.Handle, Outcome: raft.Accepted, Index: n.last(), Term: n.state.Term}
			}
			out.Answers = append(out.Answers, a)
		}
		if n.role == raft.Leader {
			n.save(first, out)
		}
	}
}

// put appends an entry to the log, in memory.
func (n *node) put(kind raft.EntryKind, data []byte) {
	n.log = append(n.log, raft.Entry{Term: n.state.Term, Index: n.last() + 1, Kind: kind, Data: data})
}

// save asks for a durable write of term, vote, and the log from an index on; 0 is
// none of it. Saves are numbered 1, 2, 3.
func (n *node) save(from raft.Index, out *raft.Effects) {
	n.saves++
	s := raft.Save{Seq: n.saves, State: n.state, From: from}
	if from > 0 {
		s.Entries = slices.Clip(n.log[from-1:])
	}
	out.Saves = append(out.Saves, s)
	n.saving = append(n.saving, saving{n.saves, n.last()})
}

func (n *node) last() raft.Index { return raft.Index(len(n.log)) }

// Clone returns a node that behaves the same from here on and shares nothing with
// this one that either will write.
func (n *node) Clone() raft.Machine {
	c := *n
	c.log = slices.Clip(n.log) // entries are never written, so the room behind is all
	c.saving = slices.Clone(n.saving)
	return &c
}

// AppendState appends all that matters for later steps: equal bytes, equal future.
func (n *node) AppendState(b []byte) []byte {
	b = fmt.Appendf(b, "%d %v %v %v %d %d %d %d %d %v|", n.id, n.servers, n.timing, n.state, n.role, n.commit, n.applied, n.saves, n.onDisk, n.saving)
	for i := range n.log {
		b = n.log[i].AppendTo(b)
	}
	return b
}

// Inspect says what the node is, for the stage and for tests.
func (n *node) Inspect(st *raft.Status) {
	st.Reset()
	st.ID, st.Role, st.Term, st.Vote = n.id, n.role, n.state.Term, n.state.Vote
	if n.role == raft.Leader {
		st.Leader = n.id
	}
	st.Log, st.Commit, st.Applied, st.LastSave = n.log, n.commit, n.applied, n.saves
	st.Quorum = raft.Quorum(len(n.servers))
}
