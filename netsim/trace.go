package netsim

// Record is what a trace keeps of an event.
type Record struct {
	ID    EventID
	Cause EventID // the event that sent, set or asked for what happened; 0 for none
	At    Time
	Kind  Kind
	Why   Loss // of a lost message
	Node  NodeID
	Peer  NodeID
	Key   uint64
	// Payload is the message, or what the user of the trace says happened.
	Payload any
	// Sent is, for a message, when it was sent, and Number its number.
	Sent   Time
	Number EventID
}

// Trace keeps the newest records, so that its memory is bounded however long a
// run is.
type Trace struct {
	ring  []Record
	next  EventID // ID of the next record
	limit int
}

// maxTrace is some 16 million records.
const maxTrace = 1 << 24

// NewTrace makes a trace of at most limit records, rounded up to a power of two and
// at most 2^24.
func NewTrace(limit int) Trace {
	size := 1
	for size < min(limit, maxTrace) {
		size *= 2
	}
	return Trace{limit: size, next: 1}
}

// Add appends a record, whose ID must be the next one.
func (t *Trace) Add(r *Record) { *t.Next() = *r }

// Next makes room for the next record and returns it, for the caller to write all of
// it: it may hold what an old record held. The pointer is valid until the next one.
func (t *Trace) Next() *Record {
	i := int(t.next-1) & (t.limit - 1)
	t.next++
	if i == len(t.ring) {
		t.grow()
	}
	return &t.ring[i]
}

// grow makes the ring longer by one. Its memory grows in large steps: to move it is
// most of the cost.
func (t *Trace) grow() {
	n := len(t.ring)
	if n == cap(t.ring) {
		ring := make([]Record, n, min(max(256, 4*n), t.limit))
		copy(ring, t.ring)
		t.ring = ring
	}
	t.ring = t.ring[:n+1]
}

// Get returns the record of an event, if it is still kept. The pointer is valid
// until the next Add.
func (t *Trace) Get(id EventID) (*Record, bool) {
	if id == 0 || id >= t.next || t.next-id > EventID(len(t.ring)) {
		return nil, false
	}
	return &t.ring[int(id-1)&(t.limit-1)], true
}

// Last is the ID of the newest record, 0 if there is none.
func (t *Trace) Last() EventID { return t.next - 1 }

// First is the ID of the oldest record that is kept.
func (t *Trace) First() EventID { return t.next - EventID(len(t.ring)) }

// Clone returns a copy that shares nothing with t.
func (t *Trace) Clone() Trace {
	c := *t
	c.ring = append(make([]Record, 0, len(t.ring)), t.ring...)
	return c
}
