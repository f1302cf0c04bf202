package main

import (
	"fmt"

	"raftarium/kv"
	"raftarium/raft"
)

// Client is the door by which your client enters the world.
func Client() kv.ClientImplementation {
	return kv.ClientImplementation{Name: "mine", New: func() kv.Client { return new(client) }}
}

// client has one operation at a time. It does not know who leads.
type client struct {
	id      kv.ClientID
	servers []raft.ID // whom it may ask; never written
	timing  kv.ClientTiming
}

// Step takes one event, and writes what it wants done into out.
func (c *client) Step(ev kv.ClientEvent, out *kv.ClientEffects) {
	switch ev := ev.(type) {
	case *kv.ClientStart:
		*c = client{id: ev.ID, servers: ev.Servers, timing: ev.Timing}
	case *kv.Invoke:
		// An operation begins: send a request, and set the timer.
	case *kv.ClientDeliver:
		// An answer. Once it is OK: out.Done, and the timer is cancelled.
	case *kv.ClientTimerFired:
		// No answer came.
	}
}

// Clone returns a client that behaves the same from here on.
func (c *client) Clone() kv.Client {
	d := *c
	return &d
}

// AppendState appends all that matters for later steps.
func (c *client) AppendState(b []byte) []byte {
	return fmt.Appendf(b, "%d %v %v", c.id, c.servers, c.timing)
}

// Inspect says what the client does.
func (c *client) Inspect(st *kv.ClientStatus) { *st = kv.ClientStatus{ID: c.id} }
