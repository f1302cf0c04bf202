package main

import (
	"fmt"

	"raftarium/kv"
	"raftarium/raft"
)

// Server is the door by which your service enters the world.
func Server() kv.ServerImplementation {
	return kv.ServerImplementation{Name: "mine", New: func() kv.Server { return new(server) }}
}

// server is the service's half of a server: it sits on a Raft node, proposes what
// clients ask for, applies what the log says, and answers. What it needs to know
// beside this is for you to say: the keys and their values, and who waits for what.
type server struct {
	id      raft.ID
	applied raft.Index
}

// Step takes one event, and writes what it wants done into out.
func (s *server) Step(ev kv.ServerEvent, out *kv.ServerEffects) {
	switch ev := ev.(type) {
	case *kv.ServerStart:
		*s = server{id: ev.ID}
	case *kv.ServerDeliver:
		// A client's request: propose its command, under a handle.
	case *kv.Answered:
		// What the node says of a proposal: accepted at an index, or not.
	case *kv.Applied:
		// Committed entries, in order: carry them out, and answer who waits for them.
		s.applied = ev.Entries[len(ev.Entries)-1].Index
	case *kv.Restored:
		// The state that Compacts offered, here or at another server.
	}
}

// Clone returns a server that behaves the same from here on and shares nothing with
// this one that either will write.
func (s *server) Clone() kv.Server {
	c := *s
	return &c
}

// AppendState appends all that matters for later steps.
func (s *server) AppendState(b []byte) []byte { return fmt.Appendf(b, "%d %d", s.id, s.applied) }

// Inspect says what the server holds, for the stage and for tests.
func (s *server) Inspect(st *kv.ServerStatus) {
	st.Reset()
	st.Applied = s.applied
}
