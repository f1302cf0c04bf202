package netsim

// queue orders what is to come by (time, sequence number) in a 4-ary heap of
// 16-byte references into a slab. A push or pop moves references only, and once
// the slab has grown to the run's needs nothing is allocated.
type queue struct {
	heap []ref // with as many behind the last as make its group of four whole: see pad
	slab []item
	free []uint32
	seq  uint64
}

// pad is how many references that come after all others end the heap, so that pop finds
// four in each group.
const pad = 4

// lastRef comes after all others.
var lastRef = ref{never, 1<<64 - 1}

// len is how many items are in the queue, with those that were taken out of it early.
func (q *queue) len() int { return max(len(q.heap)-pad, 0) }

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
	q.up(ref{it.at, q.seq<<indexBits | uint64(i)})
}

// push is place and enter for an item that is there already.
func (q *queue) push(it item) {
	i, place := q.place()
	*place = it
	q.enter(i, place)
}

func (q *queue) up(r ref) {
	if len(q.heap) == 0 {
		q.heap = append(q.heap, lastRef, lastRef, lastRef, lastRef)
	}
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
}

// first is the place of the first item.
func (q *queue) first() uint32 { return uint32(q.heap[0].tail & (1<<indexBits - 1)) }

// pop takes the first item out and returns its place, which stays readable until
// release.
func (q *queue) pop() uint32 {
	h := q.heap
	first := q.first()
	n := len(h) - pad - 1
	last := h[n]
	h[n] = lastRef
	q.heap = h[:n+pad]
	if n == 0 {
		return first
	}
	i := 0
	for c := 1; c < n; c = 4*i + 1 {
		// Which of four is the first cannot be foretold, and so there is no branch
		// here: a processor would guess wrong, and WebAssembly, as Go compiles to
		// it, goes through a table for each.
		four := (*[4]ref)(h[c:])
		a, b := four[1].before(&four[0]), 2|four[3].before(&four[2])
		m := int(a ^ (a^b)&-four[b&3].before(&four[a&3]))
		if four[m].before(&last) == 0 {
			break
		}
		h[i] = four[m]
		i = c + m
	}
	h[i] = last
	return first
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
	return queue{
		heap: append([]ref(nil), q.heap...),
		slab: append([]item(nil), q.slab...),
		free: append([]uint32(nil), q.free...),
		seq:  q.seq,
	}
}
