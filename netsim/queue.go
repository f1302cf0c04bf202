package netsim

// queue orders what is to come by (time, sequence number) in a 4-ary heap of
// 16-byte references into a slab. A push or pop moves references only, and once
// the slab has grown to the run's needs nothing is allocated.
type queue struct {
	heap []ref
	slab []item
	free []uint32
	seq  uint64
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

func (q *queue) push(it item) uint32 {
	var i uint32
	if n := len(q.free); n > 0 {
		i = q.free[n-1]
		q.free = q.free[:n-1]
	} else {
		q.slab = append(q.slab, item{})
		i = uint32(len(q.slab) - 1)
	}
	it.live = true
	q.slab[i] = it
	q.seq++
	q.up(ref{it.at, q.seq<<indexBits | uint64(i)})
	return i
}

func (q *queue) up(r ref) {
	q.heap = append(q.heap, r)
	h, i := q.heap, len(q.heap)-1
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
	last := h[len(h)-1]
	h = h[:len(h)-1]
	q.heap = h
	n := len(h)
	if n == 0 {
		return first
	}
	i := 0
	for {
		c := 4*i + 1
		if c >= n {
			break
		}
		m := c
		for k, end := c+1, min(c+4, n); k < end; k++ {
			if h[k].less(h[m]) {
				m = k
			}
		}
		if !h[m].less(last) {
			break
		}
		h[i] = h[m]
		i = m
	}
	h[i] = last
	return first
}

func (q *queue) release(i uint32) {
	q.slab[i] = item{}
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
