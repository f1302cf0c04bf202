// Package client is the machine at a client's side: it has one operation
// outstanding, or a window of them, guesses which server leads, and tries until an
// answer comes (section 8; dissertation 6.2 and 6.3).
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

	seq   uint64 // the last number given out; 0 before the first
	guess int    // position in servers of the next try's server
	first call   // the only one, unless the window is wider
	more  []call // the others of the window

	// Where sessions are registered:
	registers bool
	session   raft.Index // 0 is none
	register  call       // busy while a session is asked for
}

// call is an operation with what is done about it. Each has its own timer.
type call struct {
	busy    bool
	resting bool // waiting out a refusal; else, if busy and asked, waiting for an answer
	refused bool // that refusal said Busy
	op      kv.Op
	seq     uint64     // of op
	session raft.Index // under which it is asked for
	try     uint32     // 0: not asked for yet
	asked   raft.ID    // whom the current try went to
	hops    int        // hints followed since the client last waited
	rests   int        // how often in a row it was refused as Busy
}

// maxHops is how many hints in a row are followed at once. Two servers that take
// each other for the leader would otherwise keep a client running between them as
// fast as the network goes.
const maxHops = 3

// Step takes one event. See [kv.Client].
func (c *machine) Step(ev kv.ClientEvent, out *kv.ClientEffects) {
	switch ev := ev.(type) {
	case *kv.ClientStart:
		c.start(ev)
	case *kv.Invoke:
		c.invoke(ev.Op, out)
	case *kv.ClientDeliver:
		c.reply(ev.From, ev.Reply, out)
	case *kv.ClientTimerFired:
		if k := c.call(ev.Key); k != nil && k.busy && k.try > 0 {
			c.fired(k, out)
		}
	case *kv.SetServers:
		c.know(ev.Servers)
	case *kv.SetRules:
		c.rules = without(ev.Without)
	}
}

// start begins a client's life.
func (c *machine) start(ev *kv.ClientStart) {
	*c = machine{
		id: ev.ID, servers: slices.Clone(ev.Servers), timing: ev.Timing, rules: without(ev.Without),
		registers: ev.Sessions,
	}
	if ev.Window > 1 {
		c.more = make([]call, ev.Window-1)
	}
	// Clients start at different servers, and so also learn of dead ones apart.
	if n := len(c.servers); n > 0 && c.id > 0 {
		c.guess = int((uint64(c.id) - 1) % uint64(n))
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

// call returns the call that a timer belongs to.
func (c *machine) call(key int) *call {
	switch {
	case key == 0:
		return &c.first
	case key > 0 && key <= len(c.more):
		return &c.more[key-1]
	case key == len(c.more)+1:
		return &c.register
	}
	return nil
}

// key is the number of a call's timer.
func (c *machine) key(k *call) int {
	for i := range c.more {
		if k == &c.more[i] {
			return i + 1
		}
	}
	if k == &c.register {
		return len(c.more) + 1
	}
	return 0
}

// invoke begins an operation, if there is room for one.
func (c *machine) invoke(op kv.Op, out *kv.ClientEffects) {
	k := &c.first
	for i := 0; k.busy; i++ {
		if i == len(c.more) {
			return
		}
		k = &c.more[i]
	}
	if c.registers && c.session == 0 {
		c.enroll(out)
	}
	c.seq++
	*k = call{busy: true, op: op, seq: c.seq, asked: k.asked}
	c.begin(k, out)
}

// enroll asks for a session, unless that is under way.
func (c *machine) enroll(out *kv.ClientEffects) {
	if !c.register.busy {
		c.seq++
		c.register = call{busy: true, op: kv.Op{Kind: kv.Register}, seq: c.seq}
		c.ask(&c.register, out)
	}
}

// begin asks for an operation for the first time, under the session that there is, or
// leaves it until there is one.
func (c *machine) begin(k *call, out *kv.ClientEffects) {
	if k.session = c.session; !c.registers || c.session != 0 {
		c.ask(k, out)
	}
}

// fired takes it that no answer comes any more, or that a rest is over.
func (c *machine) fired(k *call, out *kv.ClientEffects) {
	k.hops = 0
	// Whoever is Busy leads, and is asked again, unless that goes on and on.
	if !k.resting || !k.refused || c.backoff(k) >= c.timing.Timeout {
		k.rests = 0
		c.moveOn()
	}
	c.retry(k, out)
}

// ask sends the next try to the server that the client believes in.
func (c *machine) ask(k *call, out *kv.ClientEffects) {
	k.try++
	k.resting, k.refused = false, false
	if len(c.servers) > 0 {
		k.asked = c.servers[c.guess]
		r := out.NewRequest(k.asked)
		r.Client, r.Seq, r.Session, r.Lowest, r.Try = c.id, k.seq, k.session, c.lowest(k), k.try
		r.Op.Kind, r.Op.Key, r.Op.Value = k.op.Kind, k.op.Key, k.op.Value
	}
	c.wait(k, c.timing.Timeout, out)
}

// lowest is the lowest number that the client waits for: all below are answered, or
// given up. It is 0 where that goes without saying.
func (c *machine) lowest(k *call) uint64 {
	if len(c.more) == 0 {
		return 0
	}
	lowest := k.seq
	if c.first.busy {
		lowest = min(lowest, c.first.seq)
	}
	for i := range c.more {
		if m := &c.more[i]; m.busy {
			lowest = min(lowest, m.seq)
		}
	}
	return lowest
}

// retry asks again, for the same operation and therefore by the same number.
func (c *machine) retry(k *call, out *kv.ClientEffects) {
	if !c.rules.on(oneSequenceNumber) {
		c.seq++
		k.seq = c.seq
	}
	c.ask(k, out)
}

// wait sets a call's timer to d and up to a quarter more, so that clients that were
// refused together do not come back together.
func (c *machine) wait(k *call, d time.Duration, out *kv.ClientEffects) {
	out.Timers = append(out.Timers, kv.ClientTimer{Key: c.key(k), Min: d, Max: d + d/4})
}

// moveOn turns to the next server.
func (c *machine) moveOn() {
	if n := len(c.servers); n > 0 && c.rules.on(retryElsewhere) {
		c.guess = (c.guess + 1) % n
	}
}

// answered finds the call that a reply answers, or returns nil.
func (c *machine) answered(r *kv.Reply) *call {
	switch {
	case r.Client != c.id:
		return nil
	case c.first.busy && c.first.seq == r.Seq:
		return &c.first
	case c.register.busy && c.register.seq == r.Seq:
		return &c.register
	}
	for i := range c.more {
		if k := &c.more[i]; k.busy && k.seq == r.Seq {
			return k
		}
	}
	return nil
}

// reply takes an answer. That an operation is done, or its session ended, counts
// whoever says it and whenever; a refusal counts only from the server that is being
// asked.
func (c *machine) reply(from raft.ID, r *kv.Reply, out *kv.ClientEffects) {
	k := c.answered(r)
	switch {
	case k == nil || k.try == 0:
		return
	case r.Status == kv.OK && k == &c.register:
		c.enrolled(from, r, out)
		return
	case r.Status == kv.OK:
		c.done(k, from, kv.Result{Seq: k.seq, Value: r.Value, Index: r.Index, Tries: k.try}, out)
		return
	case r.Status == kv.Expired && c.registers:
		c.expired(k, from, out)
		return
	case k.resting || from != k.asked:
		return
	}
	if r.Status == kv.NotLeader && r.Leader != from && k.hops < maxHops && c.follow(r.Leader) {
		k.hops++
		c.retry(k, out)
		return
	}
	k.resting, k.refused = true, r.Status == kv.Busy
	if !k.refused {
		k.rests = 0
		c.wait(k, c.timing.Backoff, out)
		return
	}
	k.rests++
	c.wait(k, c.backoff(k), out)
}

// backoff is how long a client rests that is told to come later: longer each time, up
// to the time that it would wait for an answer.
func (c *machine) backoff(k *call) time.Duration {
	return max(min(c.timing.Backoff<<min(max(k.rests-1, 0), 16), c.timing.Timeout), c.timing.Backoff)
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
	if c.guess < len(c.servers) && c.servers[c.guess] == id {
		return true
	}
	at, found := slices.BinarySearch(c.servers, id)
	if found {
		c.guess = at
	}
	return found
}

// done reports an operation as finished. Who could answer is asked first next
// time.
func (c *machine) done(k *call, from raft.ID, r kv.Result, out *kv.ClientEffects) {
	c.over(k, from, out)
	out.Done = append(out.Done, r)
}

func (c *machine) over(k *call, from raft.ID, out *kv.ClientEffects) {
	k.busy, k.resting, k.refused = false, false, false
	c.believe(from)
	out.Timers = append(out.Timers, kv.ClientTimer{Key: c.key(k), Cancel: true})
}

// enrolled takes a new session, and begins what waited for it.
func (c *machine) enrolled(from raft.ID, r *kv.Reply, out *kv.ClientEffects) {
	c.over(&c.register, from, out)
	c.session = r.Index
	for key := range len(c.more) + 1 {
		if k := c.call(key); k.busy && k.try == 0 {
			c.begin(k, out)
		}
	}
}

// expired takes it that an operation's session has ended. An earlier try may have
// taken effect, or may not: nobody can tell any more, and under another session it
// might take effect twice. So it is given up, and the user told. What else is
// outstanding under that session goes on until it is told the same, and the next
// operation registers anew.
func (c *machine) expired(k *call, from raft.ID, out *kv.ClientEffects) {
	if k.session == c.session {
		c.session = 0
	}
	if c.rules.on(giveUpExpired) {
		c.done(k, from, kv.Result{Seq: k.seq, Tries: k.try, Expired: true}, out)
		return
	}
	if c.session == 0 {
		out.Timers = append(out.Timers, kv.ClientTimer{Key: c.key(k), Cancel: true})
		k.try, k.resting, k.refused = 0, false, false
		c.enroll(out)
	} else {
		k.session = c.session
		c.retry(k, out)
	}
}
