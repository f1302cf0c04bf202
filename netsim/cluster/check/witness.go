package check

import (
	"raftarium/kv"
	"raftarium/netsim"
	"raftarium/raft"
)

// The witness is the cheap half of linearizability: it proposes one order of the
// operations and accepts what fits. The order is that in which commands were
// applied first, each operation once. It is sound, because an operation is
// accepted only if it has a point between its invocation and its return at which
// the model, taken through all points in their order, gives the result that the
// client got:
//
//   - a write: its command was applied for the first time while it was
//     outstanding;
//   - a read: it returned what its key held at the invocation, at the return, or
//     when one of its own commands was applied while it was outstanding; where Gets
//     do without the log, what its key held at any time in between. Reads change
//     nothing, so that their points may be chosen freely.
//
// A write that never returns has its point, if it was applied, after its
// invocation, and is left out otherwise. Keys are independent (linearizability is
// local), so one operation that does not fit opens the witness for its key only.
//
// What it cannot see: other orders. What it does not accept may still be
// linearizable; a search decides, see linear.go.

// longResult is from how many bytes on a result is hashed from where the last one
// of its key ended, if it begins at the same address. Results are immutable and
// grow in place, so that is the same value; short ones are hashed in full anyway.
const longResult = 4096

// digest hashes the bytes of a value of a key.
func (j *Judge) digest(key int, b []byte) digest {
	var v value
	if len(b) < longResult {
		v.write(b)
		return v.digest()
	}
	k := &j.model.keys[key]
	if k.start == &b[0] && k.seen.n <= uint64(len(b)) {
		v = k.seen
	}
	v.write(b[v.n:])
	k.start, k.seen = &b[0], v
	return v.digest()
}

// Invoked tells that a client begins an operation.
func (j *Judge) Invoked(id kv.ClientID, op kv.Op) {
	c := j.client(id)
	if c == nil {
		return
	}
	o := c.room(j.cfg.Window)
	if o.open || op.Kind < kv.Get || op.Kind > kv.Append {
		j.invokedOddly(id, o, op)
	}
	j.tick++
	j.operations++
	c.operations++
	key := j.model.key(op.Key)
	*o = operation{number: c.operations, kind: op.Kind, open: true, key: key, value: op.Value, call: j.tick, callAt: j.now}
	if op.Kind == kv.Get {
		o.first = j.model.keys[key].val.digest()
	}
	j.opened()
}

// invokedOddly judges an invocation for which there is no room, or of no operation.
func (j *Judge) invokedOddly(id kv.ClientID, o *operation, op kv.Op) {
	if o.open {
		if !o.stopped {
			j.fail(Contract, raft.None, "%v was asked for %q while %q is outstanding", id, op, j.asked(o))
		}
		j.leaveOpen(id, o)
	}
	if op.Kind < kv.Get || op.Kind > kv.Append {
		j.fail(Contract, raft.None, "%v was asked for an operation of unknown kind %d", id, op.Kind)
	}
}

// room is where one more operation of a client is taken down: in place of one that has
// returned, or, if there is none and the window is full, of the oldest.
func (c *client) room(window int) *operation {
	var oldest *operation
	for k := range c.ops {
		o := &c.ops[k]
		if !o.open {
			return o
		}
		if oldest == nil || o.number < oldest.number {
			oldest = o
		}
	}
	if len(c.ops) < window {
		c.ops = append(c.ops, operation{})
		return &c.ops[len(c.ops)-1]
	}
	return oldest
}

// returned finds the operation that a result belongs to, or returns nil.
func (j *Judge) returned(c *client, r *kv.Result) *operation {
	for k := range c.ops {
		if o := &c.ops[k]; o.open && (j.cfg.Window == 1 || o.number == c.numberOf(r.Seq)) {
			return o
		}
	}
	return nil
}

// ReadsWithoutLog tells that from now on Gets may be answered without a command that
// is applied: the server that answers has applied less, or more, than others.
func (j *Judge) ReadsWithoutLog() {
	if j.model.versions == nil {
		j.model.versions = make([]version, versionsKept)
	}
}

// saw takes down what a read found when a command of it was applied.
func (o *operation) saw(d digest) {
	if int(o.seens) == len(o.seen) {
		o.seen[o.seens-1] = d
		return
	}
	o.seen[o.seens] = d
	o.seens++
}

// Returned tells that a client finished its operation.
func (j *Judge) Returned(id kv.ClientID, r *kv.Result) {
	c := j.client(id)
	if c == nil || r == nil {
		return
	}
	o := j.returned(c, r)
	if o == nil {
		j.fail(Contract, raft.None, "%v reported a result with no operation outstanding", id)
		return
	}
	if r.Expired {
		j.expired(id, o)
		return
	}
	j.tick++
	var out digest
	stale := false
	if o.kind == kv.Get {
		out = j.digest(o.key, r.Value)
		ok := out == o.first || out == j.model.keys[o.key].val.digest()
		for k := 0; k < int(o.seens) && !ok; k++ {
			ok = out == o.seen[k]
		}
		ok = ok || j.model.held(o.key, out, o.call)
		stale = !ok && j.model.versions != nil
		if !ok {
			j.reject(o.key)
		}
	} else if !c.taken.has(o.number) {
		j.notApplied(id, c, o)
	}
	o.open = false
	if j.cfg.KeepHistory {
		rec := j.history.next() // whose memory is new: the history only grows
		rec.client, rec.number, rec.kind, rec.key, rec.value = id, o.number, o.kind, int32(o.key), o.value
		rec.call, rec.ret, rec.callAt, rec.retAt, rec.event = o.call, j.tick, o.callAt, j.now, j.event
		rec.out = out
		if o.kind == kv.Get {
			rec.preview(r.Value)
		}
		if stale && !j.notLinear {
			j.searchNow(o.key)
		}
	}
	if !o.stopped {
		j.advanced()
		j.closed()
	}
}

// notApplied takes it that a write returned which no server has applied.
func (j *Judge) notApplied(id kv.ClientID, c *client, o *operation) {
	c.missed = append(c.missed, missed{o.number, j.asked(o), j.now, j.event})
	j.reject(o.key)
	if !j.model.blind {
		j.fail(AckDurable, raft.None, "%v was told that %s is done, but no server has applied it", id, quoted(j.asked(o)))
	}
}

// expired takes it that a client gave an operation up because its session has ended:
// it may or may not have happened, and stays open for good.
func (j *Judge) expired(id kv.ClientID, o *operation) {
	if j.cfg.Sessions == 0 || j.sessions.has(o.session) {
		j.fail(Contract, raft.None, "%v reported that the session of %s has expired, but it has not", id, quoted(j.asked(o)))
	}
	o.open = false
	j.leaveOpen(id, o)
	if !o.stopped {
		j.advanced()
	}
}

// Stopped tells that a client leaves. Its outstanding operations stay open.
func (j *Judge) Stopped(id kv.ClientID) {
	c := j.client(id)
	if c == nil {
		return
	}
	for k := range c.ops {
		if o := &c.ops[k]; o.open && !o.stopped {
			o.stopped = true
			j.closed()
		}
	}
}

// leaveOpen takes down an operation that will not return.
func (j *Judge) leaveOpen(id kv.ClientID, o *operation) {
	if j.cfg.KeepHistory {
		j.history.add(pendingRecord(id, o))
	}
	if !o.stopped {
		j.closed()
	}
}

func pendingRecord(id kv.ClientID, o *operation) record {
	return record{
		client: id, number: o.number, kind: o.kind, key: int32(o.key), value: o.value,
		call: o.call, ret: unending, callAt: o.callAt, retAt: never,
	}
}

// reject opens the witness for a key.
func (j *Judge) reject(key int) {
	if k := &j.model.keys[key]; !k.open {
		k.open = true
		j.model.openKeys++
	}
}

// record is an operation of the history.
type record struct {
	client kv.ClientID
	number uint32
	key    int32
	kind   kv.Kind
	tails  uint8 // how many bytes of tail are used
	value  string
	// call and ret are ticks of the judge: the order in which things happened.
	call, ret     uint64
	callAt, retAt netsim.Time
	event         netsim.EventID // of the return
	out           digest         // of a read
	tail          [24]byte       // the end of a read's result
}

// unending is the ret of an operation that did not return.
const unending = 1<<63 - 1

func (r *record) pending() bool { return r.ret == unending }

func (r *record) preview(b []byte) {
	if len(b) > len(r.tail) {
		b = b[len(b)-len(r.tail):]
	}
	r.tails = uint8(copy(r.tail[:], b))
}
