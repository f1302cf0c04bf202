package cluster

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"

	"raftarium/kv"
	"raftarium/netsim"
	"raftarium/netsim/cluster/check"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
)

// client is a client machine and the user behind it.
type client struct {
	id      kv.ClientID
	node    netsim.NodeID
	m       kv.Client
	open    []opened                 // operations outstanding, oldest first
	queue   []kv.Op                  // waiting their turn
	ops     uint64                   // made by the workload so far
	values  string                   // of the valuesAtOnce operations before number valued
	ends    [valuesAtOnce + 1]uint16 // of each of them in values, with a 0 in front
	valued  uint64
	done    int
	last    kv.Result
	lastOp  kv.Op
	swallow uint64 // number of the last operation of which a repetition was swallowed
	failed  string // why the machine was stopped, "" if it was not
}

// opened is an operation that a client machine was asked for and has not finished.
type opened struct {
	op    kv.Op
	seq   uint64 // of its last request; 0 before the first
	since netsim.Time
}

// requested takes down for which operation a request is. Which that is the machine
// need not say, so it is the one of that number, or the oldest without one that asks
// for the same, or any that does.
func (c *client) requested(r *kv.Request) *opened {
	var found *opened
	for i := range c.open {
		o := &c.open[i]
		if o.seq == r.Seq {
			return o
		}
		if o.op == r.Op && (found == nil || found.seq != 0 && o.seq == 0) {
			found = o
		}
	}
	if found != nil {
		found.seq = r.Seq
	}
	return found
}

// finished takes out the operation that a result is of, and says if there is none.
func (c *client) finished(seq uint64, window int) (o opened, ok bool) {
	for i := range c.open {
		if o = c.open[i]; o.seq == seq || window == 1 {
			c.open = slices.Delete(c.open, i, i+1)
			return o, true
		}
	}
	return o, false
}

// clone returns a copy, and what the machine did wrong if it cannot be cloned.
func (c *client) clone() (d client, failure string) {
	d = *c
	d.queue = slices.Clone(c.queue)
	d.open = slices.Clone(c.open)
	if c.failed != "" {
		return d, ""
	}
	d.m = nil
	return d, try("Clone", func() { d.m = c.m.Clone() })
}

// appendState appends all of the client that affects later steps.
func (c *client) appendState(b []byte) []byte {
	if c.failed != "" {
		return binary.AppendUvarint(b, 0)
	}
	b = framed(binary.AppendUvarint(b, 1), c.m)
	b = binary.AppendUvarint(b, c.ops)
	b = binary.AppendUvarint(b, uint64(len(c.queue)))
	for _, op := range c.queue {
		b = (&kv.Command{Op: op}).AppendTo(b)
	}
	b = binary.AppendUvarint(b, uint64(len(c.open)))
	for i := range c.open {
		b = (&kv.Command{Op: c.open[i].op, Seq: c.open[i].seq}).AppendTo(b)
	}
	return b
}

// domainWorkload keeps the workload's draws apart from all others.
const domainWorkload = netsim.DomainUser

func (w *World) client(n netsim.NodeID) *client { return &w.clients[n-script.MaxServers-1] }

// setClients lets n clients take part. A client that leaves finishes what it has
// begun and keeps its session: when it comes back, it is the same client.
func (w *World) setClients(n int) {
	for len(w.clients) < n {
		id := kv.ClientID(len(w.clients) + 1)
		w.clients = append(w.clients, client{id: id, node: clientNode(id)})
		w.startClient(&w.clients[id-1])
	}
	for i := n; i < len(w.clients); i++ {
		w.clients[i].queue = nil
	}
	w.active = n
	w.wakeClients()
}

func (w *World) startClient(c *client) {
	defer w.rescueClient(c)
	c.m = w.code.Client.New()
	w.stepClient(c, &kv.ClientStart{
		ID: c.id, Servers: w.serverIDs(), Timing: kv.DefaultClientTiming, Without: w.off(),
		Sessions: w.cfg.Sessions > 0, Window: w.window(),
	})
}

// window is how many operations a client has outstanding at most.
func (w *World) window() int { return max(w.cfg.Window, 1) }

// failClient stops a client whose machine broke the contract: a finding about the
// machine, not a crash of the program. What it had begun stays unanswered.
func (w *World) failClient(c *client, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	w.judge.Report(check.Violation{
		Property: check.Contract, At: w.sim.Now(), Event: w.event, Text: fmt.Sprintf("C%d: %s", c.id, text),
	})
	c.failed, c.m, c.queue = text, nil, nil
	w.sim.Crash(c.node)
	w.notes.add(w, NoteOther, raft.None, 0, "C%d stops: %s", c.id, text)
	w.judgeCalm()
}

func (w *World) rescueClient(c *client) {
	if r := recover(); r != nil {
		w.failClient(c, "%s", panicked(r))
	}
}

// wakeClients lets idle clients begin what there is to do.
func (w *World) wakeClients() {
	for i := range w.clients[:w.active] {
		w.wake(&w.clients[i])
	}
}

// invoke has a client begin an operation, at once or when its turn comes.
func (w *World) invoke(c *client, op kv.Op) {
	c.queue = append(c.queue, op)
	w.wake(c)
}

// wake is idle for what is done from outside.
func (w *World) wake(c *client) {
	defer w.rescueClient(c)
	w.idle(c)
}

// idleRounds bounds how many operations a client may finish within one event.
const idleRounds = 1000

// idle begins the next operations of a client, as many as it may have outstanding.
// Whoever calls it rescues the client.
func (w *World) idle(c *client) {
	for round := 0; len(c.open) < w.window() && c.failed == ""; round++ {
		if round == idleRounds {
			w.failClient(c, "finishes operations without end within one event")
			return
		}
		queued := len(c.queue) > 0
		if !queued && (w.load.Workload == script.NoWorkload || w.load.Workload == "" || int(c.id) > w.active) {
			return
		}
		c.open = append(c.open, opened{since: w.sim.Now()})
		o := &c.open[len(c.open)-1]
		if queued {
			o.op = c.queue[0]
			c.queue = slices.Delete(c.queue, 0, 1)
		} else {
			w.nextOp(c, &o.op)
		}
		w.judge.Invoked(c.id, o.op)
		w.evInvoke.Op = o.op
		w.stepClient(c, &w.evInvoke)
	}
}

// nextOp makes the client's next operation, of the workload, in op. Every value that is
// written is written once only, so that a reader can tell who wrote what it sees.
func (w *World) nextOp(c *client, op *kv.Op) {
	c.ops++
	u := netsim.Draw(w.cfg.Seed, domainWorkload, uint64(c.id), c.ops, 0)
	op.Kind = kv.Append
	op.Key = KeyName(int(netsim.Below(netsim.Mix(u, 1), uint64(max(w.load.Keys, 1)))))
	if w.load.Workload == script.Mixed {
		op.Kind = kv.Get + kv.Kind(netsim.Below(netsim.Mix(u, 2), 3))
	}
	if op.Kind != kv.Get {
		if c.ops >= c.valued {
			c.makeValues()
		}
		k := valuesAtOnce - (c.valued - c.ops)
		op.Value = c.values[c.ends[k]:c.ends[k+1]]
	}
}

// valuesAtOnce is for how many operations values are made at a time: they share an
// allocation.
const valuesAtOnce = 64

// makeValues makes the values of the client's operations from this one on.
func (c *client) makeValues() {
	c.valued = c.ops + valuesAtOnce
	b := make([]byte, 0, valuesAtOnce*16)
	for i := range uint64(valuesAtOnce) {
		b = strconv.AppendUint(b, uint64(c.id), 10)
		b = append(b, '.')
		b = strconv.AppendUint(b, c.ops+i, 10)
		b = append(b, ' ')
		c.ends[i+1] = uint16(len(b))
	}
	c.values = string(b)
}

// KeyName is the name of the workload's i-th key, from 0: x, y, z, a to w, and
// then k26, k27 and so on.
func KeyName(i int) string {
	const letters = "xyzabcdefghijklmnopqrstuvw"
	if i < len(letters) {
		return letters[i : i+1]
	}
	return "k" + strconv.Itoa(i)
}

// runClient is takeClient for what is done from outside.
func (w *World) runClient(c *client, ev kv.ClientEvent) {
	defer w.rescueClient(c)
	w.takeClient(c, ev)
}

// takeClient lets a client machine take an event and begin its next operation if
// that ended one. Whoever calls it rescues the client.
func (w *World) takeClient(c *client, ev kv.ClientEvent) {
	if c.failed == "" {
		w.stepClient(c, ev)
		w.idle(c)
	}
}

func (w *World) stepClient(c *client, ev kv.ClientEvent) {
	out := &w.cout
	out.Reset()
	if w.compares() {
		w.stepClientTwin(c, ev, out)
	} else {
		c.m.Step(ev, out)
	}
	for i := range out.Timers {
		switch t := &out.Timers[i]; {
		case t.Key < 0 || t.Key > w.window() || !t.Cancel && (t.Min < 0 || t.Max < t.Min || t.Max < minTimer):
			w.refuseClientTimer(c, t)
			return
		case t.Cancel:
			w.sim.CancelTimer(c.node, t.Key)
		default:
			w.sim.SetTimer(c.node, t.Key, netsim.Range{Min: t.Min, Max: t.Max}, w.event)
		}
	}
	for i := range out.Sends {
		snd := &out.Sends[i]
		if snd.Req == nil || snd.To == raft.None || int(snd.To) > len(w.servers) {
			continue // a client that asks nobody: its own loss
		}
		if snd.Req.Try > 1 {
			w.stats.Retries++
		}
		c.requested(snd.Req)
		if w.notes.on {
			w.noteRequest(c, snd)
		}
		w.judge.Requested(c.id, snd.To, snd.Req)
		w.sim.Send(c.node, serverNode(snd.To), snd.Req, digestRequest(snd.Req), w.event)
	}
	for i := 0; i < len(out.Done) && c.failed == ""; i++ {
		w.finish(c, &out.Done[i])
	}
}

// refuseClientTimer stops a client for a timer that cannot be.
//
//go:noinline
func (w *World) refuseClientTimer(c *client, t *kv.ClientTimer) {
	if t.Key < 0 || t.Key > w.window() {
		w.failClient(c, "asks for its timer %d: they are numbered from 0 to its window, %d", t.Key, w.window())
		return
	}
	w.failClient(c, "asks for a timer within %v..%v: the first must not be negative, nor the second less than it or than %v",
		t.Min, t.Max, minTimer)
}

func (w *World) finish(c *client, r *kv.Result) {
	o, ok := c.finished(r.Seq, w.window())
	if !ok {
		w.failClient(c, "finishes an operation that nobody asked for")
		return
	}
	c.done++
	c.last = *r
	c.lastOp = o.op
	switch {
	case r.Expired:
		w.stats.Expired++
	case o.op.Kind == kv.Get:
		w.stats.Gets++
	case o.op.Kind == kv.Put:
		w.stats.Puts++
	default:
		w.stats.Appends++
	}
	w.judge.Returned(c.id, r)
	if w.notes.on {
		w.noteDone(c, r)
	}
	if w.opt.Completions {
		w.completed = append(w.completed, Completion{Client: c.id, Op: o.op, Result: *r, Invoked: o.since, At: w.sim.Now()})
	}
}

// knows reports whether there is a client of that number. A foreign machine may
// name any, also one that an int of 32 bits does not hold.
func (w *World) knows(id kv.ClientID) bool { return id >= 1 && uint64(id) <= uint64(len(w.clients)) }

// TakeCompleted returns the operations that finished since the last call, with
// Options.Completions. The slice is valid until the world goes on.
func (w *World) TakeCompleted() []Completion {
	done := w.completed
	w.completed = w.completed[:0]
	return done
}

// Busy reports whether a client has an operation outstanding or waiting.
func (w *World) Busy(id kv.ClientID) bool {
	if !w.knows(id) {
		return false
	}
	c := &w.clients[id-1]
	return len(c.open) > 0 || len(c.queue) > 0
}
