package main

import "raftarium/raft"

// Node is the door by which your Raft enters the world.
//
// This file is the skeleton. Exercises build upon each other: replace it by what you
// wrote in 08-reads, or by the reference for it, and go on from there:
//
//	go run ./tests/exercises/09-membership start
func Node() raft.Implementation {
	return raft.Implementation{Name: "mine", New: func() raft.Machine { return skeleton{} }}
}

// skeleton is a machine that only says what is missing.
type skeleton struct{}

// Step says what is missing.
func (skeleton) Step(raft.Event, *raft.Effects) {
	panic("09-membership/node.go is still the skeleton: begin with `go run ./tests/exercises/09-membership start`")
}

// Clone returns the skeleton.
func (skeleton) Clone() raft.Machine { return skeleton{} }

// AppendState appends nothing.
func (skeleton) AppendState(b []byte) []byte { return b }

// Inspect says nothing.
func (skeleton) Inspect(st *raft.Status) { st.Reset() }
