package netsim

// queue orders what is to come by (time, sequence number): 16-byte references into a
// slab, so that only these move, and once the slab has grown to the run's needs nothing
// is allocated. Much comes in the order in which it was asked for, over links of one
// latency and on disks of one speed: it waits in lanes, first in, first out. All else
// is in a 4-ary heap.
type queue struct {
	first [1 + lanes]ref // of the heap and of each lane; lastRef where there is none
	from  int            // whose is the first of all: see least
	heap  []ref          // with as many behind the last as make its group of four whole: see pad
	lanes [lanes]lane
	slab  []item
	free  []uint32
	seq   uint64
}

// lanes is how many lanes there are: one for disks, two for messages.
const lanes = 3

// lane is a list of references that only grow.
type lane struct {
	refs []ref
	head int  // those before it are gone
	last Time // of the last of refs, 0 if there is none
}

// pad is how many references that come after all others end the heap, so that pop finds
// four in each group.
const pad = 4

// lastRef comes after all others.
var lastRef = ref{never, 1<<64 - 1}

func newQueue() queue {
	return queue{first: [1 + lanes]ref{lastRef, lastRef, lastRef, lastRef}, heap: []ref{lastRef, lastRef, lastRef, lastRef}}
}

// len is how many items are in the queue, with those that were taken out of it early.
func (q *queue) len() int {
	n := len(q.heap) - pad
	for i := range q.lanes {
		n += len(q.lanes[i].refs) - q.lanes[i].head
	}
	return n
}

// ref orders an item: tail is the sequence number above indexBits bits of the
// item's place in the slab.
type ref struct {
	at   Time
	tail uint64
}

// indexBits bounds what may be pending at once to some 16 million, and leaves
// 2^40 sequence numbers.
const indexBits = 24

func (a ref) less(b ref) bool { return a.at < b.at || a.at == b.at && a.tail < b.tail }

// item is something to come.
type item struct {
	kind    Kind
	why     Loss
	copy    bool
	live    bool // in use; false marks a free place or one that was taken out
	node    NodeID
	peer    NodeID
	key     int32
	epoch   uint32
	gen     uint32
	number  EventID // of a message
	cause   EventID
	sent    Time
	at      Time
	due     Time // when a lost message would have arrived
	digest  uint64
	payload any
}

// place takes a place for an item, which is zero but for what [queue.release] leaves
// of an earlier one: see there. The pointer is good until the next place is taken.
func (q *queue) place() (uint32, *item) {
	if n := len(q.free); n > 0 {
		i := q.free[n-1]
		q.free = q.free[:n-1]
		return i, &q.slab[i]
	}
	q.slab = append(q.slab, item{})
	i := uint32(len(q.slab) - 1)
	return i, &q.slab[i]
}

// enter puts the item at a place in its order.
func (q *queue) enter(i uint32, it *item) {
	it.live = true
	q.seq++
	r := ref{it.at, q.seq<<indexBits | uint64(i)}
	switch {
	case it.kind == Delivery && r.at >= q.lanes[1].last:
		q.line(1, r)
	case it.kind == Delivery && r.at >= q.lanes[2].last:
		q.line(2, r)
	case it.kind == Written && r.at >= q.lanes[0].last:
		q.line(0, r)
	default:
		q.up(r)
	}
}

// push is place and enter for an item that is there already.
func (q *queue) push(it item) {
	i, place := q.place()
	*place = it
	q.enter(i, place)
}

// line puts a reference at the end of a lane, after whose last it comes.
func (q *queue) line(k int, r ref) {
	l := &q.lanes[k]
	if len(l.refs) == 0 {
		q.first[1+k] = r
	} else if len(l.refs) == cap(l.refs) && l.head > len(l.refs)/2 {
		l.refs = l.refs[:copy(l.refs, l.refs[l.head:])]
		l.head = 0
	}
	l.refs = append(l.refs, r)
	l.last = r.at
}

// up puts a reference into the heap.
func (q *queue) up(r ref) {
	q.heap = append(q.heap, lastRef)
	h, i := q.heap, len(q.heap)-pad-1
	for i > 0 {
		p := (i - 1) / 4
		if !r.less(h[p]) {
			break
		}
		h[i] = h[p]
		i = p
	}
	h[i] = r
	q.first[0] = h[0]
}

// least is the first reference of all, lastRef if there is none.
func (q *queue) least() *ref {
	q.from = leastOf(&q.first)
	return &q.first[q.from]
}

// place is the item's place in the slab.
func (a *ref) place() uint32 { return uint32(a.tail & (1<<indexBits - 1)) }

// pop takes out what least returned last. Its item stays readable until release.
func (q *queue) pop() {
	if q.from == 0 {
		q.popHeap()
		return
	}
	l := &q.lanes[q.from-1]
	l.head++
	if l.head < len(l.refs) {
		q.first[q.from] = l.refs[l.head]
		return
	}
	l.refs, l.head, l.last = l.refs[:0], 0, 0
	q.first[q.from] = lastRef
}

// popHeap takes the first of the heap out.
func (q *queue) popHeap() {
	h := q.heap
	n := len(h) - pad - 1
	last := h[n]
	h[n] = lastRef
	q.heap = h[:n+pad]
	i := 0
	for c := 1; c < n; c = 4*i + 1 {
		four := (*[4]ref)(h[c:])
		m := leastOf(four)
		if four[m].before(&last) == 0 {
			break
		}
		h[i] = four[m]
		i = c + m
	}
	if n > 0 {
		h[i] = last
	}
	q.first[0] = h[0]
}

// leastOf is which of four is the first. That cannot be foretold, and so there is no
// branch here: a processor would guess wrong, and WebAssembly, as Go compiles to it,
// goes through a table for each.
func leastOf(four *[4]ref) int {
	a, b := four[1].before(&four[0]), 2|four[3].before(&four[2])
	return int(a ^ (a^b)&-four[b&3].before(&four[a&3]))
}

// before is less as a number, 1 or 0.
func (a *ref) before(b *ref) uint64 {
	return one(a.at < b.at) | one(a.at == b.at)&one(a.tail < b.tail)
}

func one(v bool) uint64 {
	if v {
		return 1
	}
	return 0
}

// release gives a place back. What only a message has is zero in a free place;
// all else is written by whoever takes it, if he needs it.
func (q *queue) release(i uint32) {
	it := &q.slab[i]
	it.live, it.peer, it.digest, it.payload = false, 0, 0, nil
	q.free = append(q.free, i)
}

func (q *queue) clone() queue {
	c := *q
	c.heap = append([]ref(nil), q.heap...)
	c.slab = append([]item(nil), q.slab...)
	c.free = append([]uint32(nil), q.free...)
	for i := range c.lanes {
		l := &c.lanes[i]
		l.refs, l.head = append([]ref(nil), l.refs[l.head:]...), 0
	}
	return c
}
