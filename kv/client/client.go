// Package client is the machine at a client's side: it has one operation
// outstanding, guesses which server leads, and tries until an answer comes
// (section 8; dissertation 6.2 and 6.3).
package client

import (
	"slices"
	"time"

	"raftarium/kv"
	"raftarium/raft"
)

// Implementation is the door by which this client enters the world.
func Implementation() kv.ClientImplementation {
	return kv.ClientImplementation{Name: "raftarium", New: New, Rules: Rules()}
}

// New makes a client machine that has not been started.
func New() kv.Client { return new(machine) }

type machine struct {
	id      kv.ClientID
	servers []raft.ID // its elements are never written, so that clones share them
	timing  kv.ClientTiming
	rules   ruleSet

	busy    bool
	resting bool // waiting out a refusal; else, if busy, waiting for an answer
	op      kv.Op
	seq     uint64 // of op; 0 before the first
	try     uint32
	guess   int     // position in servers of the next try's server
	asked   raft.ID // whom the current try went to
	hops    int     // hints followed since the client last waited
}

// maxHops is how many hints in a row are followed at once. Two servers that take
// each other for the leader would otherwise keep a client running between them as
// fast as the network goes.
const maxHops = 3

// Step takes one event. See [kv.Client].
func (c *machine) Step(ev kv.ClientEvent, out *kv.ClientEffects) {
	switch ev := ev.(type) {
	case *kv.ClientStart:
		*c = machine{
			id: ev.ID, servers: slices.Clone(ev.Servers), timing: ev.Timing, rules: without(ev.Without),
		}
		// Clients start at different servers, and so also learn of dead ones apart.
		if n := len(c.servers); n > 0 && c.id > 0 {
			c.guess = int((uint64(c.id) - 1) % uint64(n))
		}
	case *kv.Invoke:
		if !c.busy {
			c.busy, c.op, c.try, c.hops = true, ev.Op, 0, 0
			c.seq++
			c.ask(out)
		}
	case *kv.ClientDeliver:
		c.reply(ev.From, ev.Reply, out)
	case *kv.ClientTimerFired:
		if c.busy {
			c.hops = 0
			c.moveOn()
			c.retry(out)
		}
	case *kv.SetServers:
		c.know(ev.Servers)
	case *kv.SetRules:
		c.rules = without(ev.Without)
	}
}

// know takes other servers than before for those that may be asked. The guess stays
// with its server or, where that has left, goes to one in its place.
func (c *machine) know(servers []raft.ID) {
	guess := raft.None
	if c.guess < len(c.servers) {
		guess = c.servers[c.guess]
	}
	c.servers = slices.Clone(servers)
	c.guess, _ = slices.BinarySearch(c.servers, guess)
	if c.guess == len(c.servers) {
		c.guess = 0
	}
}

// ask sends the next try to the server that the client believes in.
func (c *machine) ask(out *kv.ClientEffects) {
	c.try++
	c.resting = false
	if len(c.servers) > 0 {
		c.asked = c.servers[c.guess]
		out.Send(c.asked, kv.Request{
			Command: kv.Command{Client: c.id, Seq: c.seq, Op: c.op}, Try: c.try,
		})
	}
	c.wait(c.timing.Timeout, out)
}

// retry asks again, for the same operation and therefore by the same number.
func (c *machine) retry(out *kv.ClientEffects) {
	if !c.rules.on(oneSequenceNumber) {
		c.seq++
	}
	c.ask(out)
}

// wait sets the timer to d and up to a quarter more, so that clients that were
// refused together do not come back together.
func (c *machine) wait(d time.Duration, out *kv.ClientEffects) {
	out.Timers = append(out.Timers, kv.ClientTimer{Min: d, Max: d + d/4})
}

// moveOn turns to the next server.
func (c *machine) moveOn() {
	if n := len(c.servers); n > 0 && c.rules.on(retryElsewhere) {
		c.guess = (c.guess + 1) % n
	}
}

// reply takes an answer. That an operation is done counts whoever says it and
// whenever; a refusal counts only from the server that is being asked.
func (c *machine) reply(from raft.ID, r *kv.Reply, out *kv.ClientEffects) {
	if !c.busy || r.Client != c.id || r.Seq != c.seq {
		return
	}
	if r.Status == kv.OK {
		c.done(from, r, out)
		return
	}
	if c.resting || from != c.asked {
		return
	}
	if r.Status == kv.NotLeader && r.Leader != from && c.hops < maxHops && c.follow(r.Leader) {
		c.hops++
		c.retry(out)
		return
	}
	c.resting = true
	c.wait(c.timing.Backoff, out)
}

// follow makes the server that a hint names the next to be asked. It returns
// false where the hint is of no use.
func (c *machine) follow(leader raft.ID) bool {
	if leader == raft.None || !c.rules.on(leaderHint) {
		return false
	}
	return c.believe(leader)
}

// believe makes a server the client's guess, if it is one that the client may ask.
func (c *machine) believe(id raft.ID) bool {
	at, found := slices.BinarySearch(c.servers, id)
	if found {
		c.guess = at
	}
	return found
}

// done reports the operation as finished. Who could answer is asked first next
// time.
func (c *machine) done(from raft.ID, r *kv.Reply, out *kv.ClientEffects) {
	c.busy, c.resting = false, false
	c.believe(from)
	out.Timers = append(out.Timers, kv.ClientTimer{Cancel: true})
	out.Done = append(out.Done, kv.Result{Seq: c.seq, Value: r.Value, Index: r.Index, Tries: c.try})
}
