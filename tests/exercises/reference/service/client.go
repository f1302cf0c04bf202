package service

import (
	"fmt"
	"slices"

	"raftarium/kv"
	"raftarium/raft"
)

// Client is the door by which this client enters a world.
func Client() kv.ClientImplementation {
	return kv.ClientImplementation{Name: "reference", New: func() kv.Client { return new(client) }}
}

// client has one operation at a time, and asks until somebody answers.
type client struct {
	id      kv.ClientID
	servers []raft.ID // never written
	timing  kv.ClientTiming

	busy    bool
	op      kv.Op
	seq     uint64 // the number of op, the same for all its tries
	try     uint32
	guess   int  // whom it asks, by position in servers
	resting bool // after a refusal, until its timer runs out
}

// Step takes one event.
func (c *client) Step(ev kv.ClientEvent, out *kv.ClientEffects) {
	switch ev := ev.(type) {
	case *kv.ClientStart:
		*c = client{id: ev.ID, servers: slices.Clone(ev.Servers), timing: ev.Timing}
		c.guess = int(c.id) % max(len(c.servers), 1)
	case *kv.Invoke:
		c.busy, c.op, c.try = true, ev.Op, 0
		c.seq++
		c.ask(out)
	case *kv.ClientTimerFired:
		if !c.busy {
			return
		}
		if !c.resting { // no answer came
			c.guess = (c.guess + 1) % len(c.servers)
		}
		c.ask(out)
	case *kv.ClientDeliver:
		c.reply(ev.From, ev.Reply, out)
	case *kv.SetServers:
		if len(ev.Servers) > 0 {
			c.servers = slices.Clone(ev.Servers)
			c.guess %= len(c.servers)
		}
	}
}

// ask sends the operation to the server that the client believes in.
func (c *client) ask(out *kv.ClientEffects) {
	c.try++
	c.resting = false
	out.Send(c.servers[c.guess], kv.Request{Command: kv.Command{Client: c.id, Seq: c.seq, Op: c.op}, Try: c.try})
	out.Timers = append(out.Timers, kv.ClientTimer{Min: c.timing.Timeout, Max: c.timing.Timeout * 5 / 4})
}

// reply takes an answer, unless it is to an operation of before.
func (c *client) reply(from raft.ID, r *kv.Reply, out *kv.ClientEffects) {
	if !c.busy || r.Seq != c.seq {
		return
	}
	if r.Status == kv.OK {
		c.busy, c.resting = false, false
		c.guess = max(slices.Index(c.servers, from), 0)
		out.Timers = append(out.Timers, kv.ClientTimer{Cancel: true})
		out.Done = append(out.Done, kv.Result{Seq: c.seq, Value: r.Value, Index: r.Index, Tries: c.try})
		return
	}
	if c.resting || from != c.servers[c.guess] {
		return
	}
	// Whoever was refused rests a little, so that two servers that take each other
	// for the leader do not keep it running.
	if i := slices.Index(c.servers, r.Leader); r.Status == kv.NotLeader && i >= 0 {
		c.guess = i
	} else if r.Status == kv.NotLeader {
		c.guess = (c.guess + 1) % len(c.servers)
	}
	c.resting = true
	out.Timers = append(out.Timers, kv.ClientTimer{Min: c.timing.Backoff, Max: c.timing.Backoff * 5 / 4})
}

// Clone returns a client that goes its own way from here on.
func (c *client) Clone() kv.Client {
	d := *c
	return &d
}

// AppendState appends all that matters for later steps.
func (c *client) AppendState(b []byte) []byte {
	return fmt.Appendf(b, "%d %v %v %v %q %d %d %d %v", c.id, c.servers, c.timing, c.busy, c.op, c.seq, c.try, c.guess, c.resting)
}

// Inspect says what the client does.
func (c *client) Inspect(st *kv.ClientStatus) {
	*st = kv.ClientStatus{ID: c.id, Busy: c.busy, Op: c.op, Seq: c.seq, Try: c.try, Server: c.servers[c.guess], Resting: c.resting}
}
