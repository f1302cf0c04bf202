package check

import (
	"cmp"
	"fmt"
	"slices"
	"sort"

	"raftarium/kv"
	"raftarium/netsim"
	"raftarium/raft"
)

// Exactly once (section 8; dissertation 6.3): each server performs each Put and
// Append of a client at most once from a start on, in the client's order; what it
// passes over as a duplicate it has performed before; and what a client was told
// to be done is performed. Which operation a command belongs to follows from the
// requests that the client sends between invocation and return, so that an
// operation that goes by two sequence numbers is recognised as one. A Get may be
// performed again: that changes nothing.
//
// What servers report as performed is held against the operations; what they
// really did shows when their stores are held against the judge's own model.
//
// What it cannot see: a server that performs something else than it reports,
// until its store is compared; and commands that it cannot decode.

// client is what the judge knows of a client.
type client struct {
	operations uint32 // invoked so far; they are numbered from 1
	// ops are those that are outstanding and, where there is room, the last ones that
	// were: as many as the window is wide, in no order.
	ops   []operation
	seqs  table[sequence] // in increasing order of seq
	taken doneSet         // what the model performed
	// reached is, for each operation in order, the index that holds its first
	// command: what a state as of some index has performed.
	reached table[reached]
	arrived doneSet // the operations in reached
	missed  []missed
}

// operation is an operation that was invoked.
type operation struct {
	number  uint32
	kind    kv.Kind
	open    bool // it has not returned
	stopped bool // and its client left
	// asked: the client sent a request for it, the last one under seq; command is the
	// hash of its encoded command, and session what it was asked for under.
	asked   bool
	seq     uint64
	command uint64
	session raft.Index
	key     int
	value   string
	call    uint64
	callAt  netsim.Time
	// first is a read's key at the invocation; seen is what it was when commands
	// of this read were applied.
	first digest
	seen  [3]digest
	seens uint8
}

// reached says that a command of an operation stands at an index, and none of it
// before; nor, where a client has one operation outstanding, of a later one.
type reached struct {
	at     int
	number uint32
}

// sequence says to which operation a sequence number belongs.
type sequence struct {
	seq    uint64
	number uint32
}

// missed is a write that returned and had not been applied anywhere.
type missed struct {
	number uint32
	op     kv.Op
	at     netsim.Time
	event  netsim.EventID
}

func (c *client) clone() client {
	d := *c
	d.ops = append([]operation(nil), c.ops...)
	d.taken, d.arrived = c.taken.clone(), c.arrived.clone()
	d.seqs = c.seqs.clone()
	d.reached = c.reached.clone()
	d.missed = append([]missed(nil), c.missed...)
	return d
}

// late says whether operation number had returned too early, and strikes it.
func (c *client) late(number uint32) bool {
	for k := range c.missed {
		if c.missed[k].number == number {
			c.missed = append(c.missed[:k], c.missed[k+1:]...)
			return true
		}
	}
	return false
}

// numberOf is the operation that a sequence number belongs to, or 0.
func (c *client) numberOf(seq uint64) uint32 {
	n := c.seqs.n
	if n == 0 {
		return 0
	}
	if last := c.seqs.ref(n - 1); last.seq <= seq {
		if last.seq == seq {
			return last.number
		}
		return 0
	}
	if n > 1 {
		// What followers perform is mostly the operation before the current one.
		if s := c.seqs.ref(n - 2); s.seq == seq {
			return s.number
		}
	}
	// A server that starts performs all again from its log: numbers mostly go up by one.
	if k := seq - c.seqs.ref(0).seq; k < uint64(n) && c.seqs.ref(int(k)).seq == seq {
		return c.seqs.ref(int(k)).number
	}
	if k, ok := c.find(seq); ok {
		return c.seqs.ref(k).number
	}
	return 0
}

func (c *client) find(seq uint64) (int, bool) {
	return sort.Find(c.seqs.n, func(k int) int { return cmp.Compare(seq, c.seqs.ref(k).seq) })
}

// name gives a new sequence number to an operation.
func (c *client) name(seq uint64, number uint32) {
	at := c.seqs.n
	if at > 0 && c.seqs.ref(at-1).seq > seq {
		at, _ = c.find(seq)
	}
	c.seqs.add(sequence{seq, number})
	for k := c.seqs.n - 1; k > at; k-- {
		c.seqs.set(k, c.seqs.get(k-1))
		c.seqs.set(k-1, sequence{seq, number})
	}
}

// asks says whether op is what an operation asks for.
func (j *Judge) asks(o *operation, op *kv.Op) bool {
	return op.Kind == o.kind && op.Value == o.value && op.Key == j.model.keys[o.key].name
}

// asked is an operation as it was asked for.
func (j *Judge) asked(o *operation) kv.Op {
	return kv.Op{Kind: o.kind, Key: j.model.keys[o.key].name, Value: o.value}
}

// numbered is one of the last operations by its number, or nil.
func (c *client) numbered(number uint32) *operation {
	for k := range c.ops {
		if o := &c.ops[k]; o.number == number {
			return o
		}
	}
	return nil
}

// last is the last operation that was invoked.
func (c *client) last() *operation { return c.numbered(c.operations) }

// open says whether an operation is outstanding.
func (c *client) open() bool {
	return slices.ContainsFunc(c.ops, func(o operation) bool { return o.open })
}

// meant finds the outstanding operation that a new sequence number is for: the oldest
// that asks for this and was not asked for, or else for which it is one more.
func (j *Judge) meant(c *client, op *kv.Op) (found *operation) {
	for k := range c.ops {
		o := &c.ops[k]
		switch {
		case !o.open || !j.asks(o, op):
		case found == nil, !o.asked && found.asked, o.asked == found.asked && o.number < found.number:
			found = o
		}
	}
	return found
}

// Requested tells that a request leaves a client.
func (j *Judge) Requested(id kv.ClientID, to raft.ID, r *kv.Request) {
	c := j.client(id)
	if c == nil || r == nil {
		return
	}
	if len(c.ops) == 1 && r.Client == id && j.isFirst(c, r) {
		o := &c.ops[0]
		c.seqs.add(sequence{r.Seq, o.number})
		j.requested(o, r)
		return
	}
	j.requestedAgain(c, id, to, r)
}

// isFirst reports whether a request is the first one for the only operation of a client,
// under a new sequence number, as most are.
func (j *Judge) isFirst(c *client, r *kv.Request) bool {
	o, n := &c.ops[0], c.seqs.n
	return o.open && !o.asked && (n == 0 || c.seqs.ref(n-1).seq < r.Seq) && j.asks(o, &r.Op)
}

// requested takes down by which command an operation is asked for.
func (j *Judge) requested(o *operation, r *kv.Request) {
	j.scratch = r.Command.AppendTo(j.scratch[:0])
	o.asked, o.seq, o.session, o.command = true, r.Seq, r.Session, hashBytes(j.scratch)
}

// requestedAgain is Requested for any request.
func (j *Judge) requestedAgain(c *client, id kv.ClientID, to raft.ID, r *kv.Request) {
	if r.Client == id && c.operations > 0 {
		if r.Op.Kind == kv.Register {
			return // no operation of a user: it changes no value
		}
		for k := range c.ops {
			if o := &c.ops[k]; o.asked && o.seq == r.Seq && j.asks(o, &r.Op) {
				return
			}
		}
	}
	j.requestedOddly(c, id, to, r)
}

// requestedOddly is requestedAgain for what does not just ask once more.
func (j *Judge) requestedOddly(c *client, id kv.ClientID, to raft.ID, r *kv.Request) {
	if r.Client != id {
		j.fail(Contract, raft.None, "%v sent a request in the name of %v", id, r.Client)
		return
	}
	if c.operations == 0 {
		j.fail(Contract, raft.None, "%v sent a request to %v before it was asked for anything", id, to)
		return
	}
	if r.Op.Kind == kv.Register {
		return // no operation of a user: it changes no value
	}
	for k := range c.ops {
		if o := &c.ops[k]; o.asked && o.seq == r.Seq {
			if !j.asks(o, &r.Op) {
				j.fail(ExactlyOnce, raft.None, "%v sent %q under sequence number %d, which stands for %q", id, r.Op, r.Seq, j.asked(o))
			}
			return
		}
	}
	number := c.numberOf(r.Seq)
	o := c.numbered(number)
	if number == 0 {
		o = j.meant(c, &r.Op)
	}
	switch {
	case number != 0 && o == nil:
		if again := j.meant(c, &r.Op); again != nil {
			j.fail(ExactlyOnce, raft.None, "%v uses sequence number %d of its operation %d again for operation %d", id, r.Seq, number, again.number)
		}
		return
	case number == 0 && !c.open():
		j.fail(Contract, raft.None, "%v sent a new request, sequence number %d, with no operation outstanding", id, r.Seq)
		return
	case o == nil || !j.asks(o, &r.Op):
		if o == nil {
			o = c.last()
		}
		j.fail(ExactlyOnce, raft.None, "%v sent %q, but it was asked for %q", id, r.Op, j.asked(o))
		return
	case number == 0:
		c.name(r.Seq, o.number)
	}
	j.requested(o, r)
}

// Performed tells what a server's service says that applying a command did.
func (j *Judge) Performed(id raft.ID, p *kv.Performed) {
	s := j.server(id)
	if s == nil || p == nil {
		return
	}
	if p.Client < 1 || uint64(p.Client) > uint64(len(j.clients)) || j.clients[p.Client-1].operations == 0 {
		return // a command that no client of this run sent: nothing to count
	}
	if j.cfg.Sessions > 0 && !j.inSession(id, p) || p.Kind == kv.Register || p.Kind == kv.Expire {
		return
	}
	c := &j.clients[p.Client-1]
	number := c.numberOf(p.Seq)
	if number != 0 && !p.Duplicate && int(p.Client) <= len(s.performed) && number == s.performed[p.Client-1].max+1 {
		s.performed[p.Client-1].max = number // the next one, as mostly
		return
	}
	j.performedOther(id, s, c, number, p)
}

// performedOther judges a command that was performed and is not the one that comes next.
func (j *Judge) performedOther(id raft.ID, s *server, c *client, number uint32, p *kv.Performed) {
	if number == 0 {
		j.fail(ExactlyOnce, id, "%v performed, at index %d, a command of %v with sequence number %d, which it never sent", id, p.Index, p.Client, p.Seq)
		return
	}
	for int(p.Client) > len(s.performed) {
		s.performed = append(s.performed, doneSet{})
	}
	done := &s.performed[p.Client-1]
	kind := p.Kind
	if o := c.numbered(number); o != nil {
		kind = o.kind
	}
	switch {
	case p.Duplicate && !done.has(number):
		j.fail(ExactlyOnce, id, "%v passed over operation %d of %v at index %d as a duplicate, but it never performed it", id, number, p.Client, p.Index)
	case p.Duplicate:
	case !done.has(number):
		done.add(number, j.cfg.Window > 1)
	case kind == kv.Get:
	case number == done.max || j.cfg.Window > 1:
		j.againstCommand(c, number, j.fail(ExactlyOnce, id, "%v performed operation %d of %v (%v) again at index %d", id, number, p.Client, kind, p.Index))
	default:
		j.againstCommand(c, done.max, j.fail(ExactlyOnce, id, "%v performed operation %d of %v (%v) at index %d, after operation %d", id, number, p.Client, kind, p.Index, done.max))
	}
}

// againstCommand says that a violation is at odds with the first command of an operation,
// if that has been applied.
func (j *Judge) againstCommand(c *client, number uint32, v *Violation) {
	if v == nil {
		return
	}
	for k := range c.reached.n {
		if r := c.reached.ref(k); r.number == number {
			v.against(j.since.get(r.at-1), "%v was the first to apply the entry at index %d, which holds operation %d", j.appliedFirst(r.at).by, r.at, number)
		}
	}
}

// Store holds the store of a server against the model. It does so only if the
// server has applied exactly what the model has performed, and costs as much as
// the store is large.
func (j *Judge) Store(id raft.ID, st *kv.ServerStatus) {
	if s := j.server(id); s == nil || st == nil || !s.up ||
		st.Applied != raft.Index(j.committed.n) || s.applied != st.Applied || j.model.blind || j.model.skewed {
		return
	}
	filled := 0
	for k := range st.Keys {
		kv := &st.Keys[k]
		if len(kv.Value) == 0 {
			continue
		}
		filled++
		at, ok := j.model.names[kv.Key]
		if !ok {
			j.fail(ExactlyOnce, id, "%v holds a value of %d bytes for key %q at index %d, which nobody wrote", id, len(kv.Value), kv.Key, st.Applied)
			continue
		}
		got, want := j.digest(at, kv.Value), j.model.keys[at].val.digest()
		if got != want {
			j.fail(ExactlyOnce, id, "%v holds a value of %d bytes for key %q at index %d; performing each operation of the log once gives another one, of %d bytes",
				id, got.n, kv.Key, st.Applied, want.n)
		}
	}
	for k := range j.model.keys {
		if j.model.keys[k].val.n > 0 {
			filled--
		}
	}
	if filled < 0 {
		j.fail(ExactlyOnce, id, "%v lacks %d keys at index %d that the operations of its log wrote", id, -filled, st.Applied)
	}
}

// lost lists what was acknowledged and never applied anywhere, as violations.
func (j *Judge) lost(vs []Violation) []Violation {
	if j.model.blind {
		return vs
	}
	for k := range j.clients {
		for _, m := range j.clients[k].missed {
			if len(vs) >= MaxViolations {
				return vs
			}
			vs = append(vs, Violation{
				Property: ExactlyOnce, At: m.at, Event: m.event,
				Text: fmt.Sprintf("%v was told that %s is done, but no server ever applied it", named(kv.ClientID(k+1)), quoted(m.op)),
			})
		}
	}
	return vs
}
