package netsim

import (
	"cmp"
	"encoding/binary"
	"math"
	"slices"
	"time"
)

// MaxNodes is the number of endpoints that a Sim can have.
const MaxNodes = 127

// Kind says what happens.
type Kind uint8

// The kinds of events.
const (
	Delivery Kind = iota + 1 // a message arrives at Node from Peer
	Lost                     // a message to Node from Peer is lost, at this moment
	Timer                    // the timer Key of Node ran out
	Written                  // Node's disk has made all writes up to Key durable
)

// String names the kind for traces.
func (k Kind) String() string {
	return [...]string{"none", "delivery", "lost", "timer", "written", "other"}[min(k, Written+1)]
}

// Event is something that happens now.
type Event struct {
	Kind    Kind
	Node    NodeID
	Peer    NodeID        // of a message: the sender
	Key     uint64        // of a timer: its key; of Written: the sequence number
	Cause   EventID       // during which it was sent, set, written or asked for
	Digest  uint64        // of a message
	Payload any           // of a message
	Sent    Time          // of a message
	Number  EventID       // of a message
	Waited  time.Duration // of a timer: what it had been set for
	// Of a message: see Flight.
	due, lostAt Time
	why         Loss
	copy        bool
}

// Lose makes a delivery a loss.
func (ev *Event) Lose(why Loss, at Time) { ev.Kind, ev.why, ev.lostAt = Lost, why, at }

// Why says why a message was lost.
func (ev *Event) Why() Loss { return ev.why }

// Flight is the way of the message that arrived or was lost.
func (ev *Event) Flight() Flight {
	return Flight{
		Number: ev.Number, From: ev.Peer, To: ev.Node, Sent: ev.Sent, Due: ev.due,
		Lost: ev.why, LostAt: ev.lostAt, Copy: ev.copy, Cause: ev.Cause, Payload: ev.Payload,
	}
}

// Sim is the world of endpoints. It must not be copied: use Clone.
type Sim struct {
	seed     uint64
	fates    base // of draws for messages
	timing   base // and for timers
	now      Time
	net      Network
	queue    queue
	nodes    []node
	cuts     []Cut
	cutRows  [][2]uint64
	slow     []slowLink
	echoes   echoes
	messages EventID
}

// node is what the Sim keeps of an endpoint.
type node struct {
	epoch  uint32 // counts crashes: events of an earlier life are void
	paused bool
	timers []timer
	held   []item // what arrived while paused
	disk   disk

	hardware hardware
}

// timer is kept lazily: setting it again usually just moves its deadline, and the
// one reference in the queue, when it comes up too early, goes back in.
type timer struct {
	armed    bool
	deadline Time
	total    time.Duration
	queuedAt Time   // of the valid reference in the queue; beyond all time if none
	gen      uint32 // of that reference
	sets     uint64
	cause    EventID
}

// disk writes one batch at a time: what is asked for during a write goes into the
// next one.
type disk struct {
	busy             bool
	writing, pending uint64 // last sequence numbers
	cause            EventID
}

const never Time = math.MaxInt64

// horizon is the last time at which anything happens, some 146 years from the
// start. A timer that would run out later never does, so that time cannot
// overflow.
const horizon Time = math.MaxInt64 / 2

// New makes a world with room for nodes 1 to nodes, at most MaxNodes. No method may
// be given a node beyond.
func New(seed uint64, nodes int, net Network) *Sim {
	nodes = min(nodes, MaxNodes)
	return &Sim{
		seed: seed, fates: domainMessage.base(seed), timing: domainTimer.base(seed),
		net: net, nodes: make([]node, nodes+1), cutRows: make([][2]uint64, nodes+1),
		queue: newQueue(), echoes: newEchoes(),
	}
}

// Now is the virtual time.
func (s *Sim) Now() Time { return s.now }

// Seed is what every draw is made from.
func (s *Sim) Seed() uint64 { return s.seed }

// Messages is the number of messages put on their way so far, copies included.
func (s *Sim) Messages() EventID { return s.messages }

// Pending is about how much is to come: messages, timers and writes, with those that
// were taken back and are not forgotten yet.
func (s *Sim) Pending() int { return s.queue.len() }

// Clone returns a world that goes on in the same way and shares nothing with
// this one but payloads, which are immutable.
func (s *Sim) Clone() *Sim {
	c := *s
	c.queue = s.queue.clone()
	c.nodes = slices.Clone(s.nodes)
	for i := range c.nodes {
		c.nodes[i].timers = slices.Clone(c.nodes[i].timers)
		c.nodes[i].held = slices.Clone(c.nodes[i].held)
	}
	c.cuts = slices.Clone(s.cuts)
	c.cutRows = slices.Clone(s.cutRows)
	c.slow = slices.Clone(s.slow)
	c.echoes = s.echoes.clone(s.now)
	return &c
}

// SetTimer sets a timer of a node, replacing the one of that key, to run out
// after a time drawn from the range, which must not be negative, by the node's
// clock. One that is longer than 146 years never runs out.
func (s *Sim) SetTimer(n NodeID, key int, r Range, cause EventID) {
	nd := &s.nodes[n]
	for len(nd.timers) <= key {
		nd.timers = append(nd.timers, timer{queuedAt: never})
	}
	t := &nd.timers[key]
	t.sets++
	t.total = r.Min
	if r.Max > r.Min {
		t.total = r.at(s.timing.draw(uint64(n)<<8|uint64(key), uint64(nd.epoch), t.sets))
	}
	if nd.hardware.clock != 0 {
		t.total = nd.hardware.clock.True(t.total)
	}
	t.deadline = never
	if Time(t.total) <= horizon-s.now {
		t.deadline = s.now + Time(t.total)
	}
	t.armed, t.cause = true, cause
	if t.deadline < t.queuedAt {
		s.queueTimer(n, key, t)
	}
}

// queueTimer makes the timer's deadline the place of its one valid reference. A
// timer that never runs out has none.
func (s *Sim) queueTimer(n NodeID, key int, t *timer) {
	t.gen++
	if t.deadline > horizon {
		t.queuedAt = never
		return
	}
	t.queuedAt = t.deadline
	i, it := s.queue.place()
	it.kind, it.node, it.key, it.epoch, it.gen, it.at = Timer, n, int32(key), s.nodes[n].epoch, t.gen, t.deadline
	s.queue.enter(i, it)
}

// CancelTimer stops a timer; one that does not run is left alone.
func (s *Sim) CancelTimer(n NodeID, key int) {
	if nd := &s.nodes[n]; key < len(nd.timers) {
		nd.timers[key].armed = false
	}
}

// TimerLeft returns how long a timer still runs and how long it was set for.
func (s *Sim) TimerLeft(n NodeID, key int) (left, total time.Duration, running bool) {
	nd := &s.nodes[n]
	if key >= len(nd.timers) || !nd.timers[key].armed {
		return 0, 0, false
	}
	t := &nd.timers[key]
	return max(t.deadline.Sub(s.now), 0), t.total, true
}

// Expire makes a timer that runs run out now. It reports whether it ran.
func (s *Sim) Expire(n NodeID, key int) bool {
	nd := &s.nodes[n]
	if key >= len(nd.timers) || !nd.timers[key].armed {
		return false
	}
	t := &nd.timers[key]
	// What it waited for is shorter than what it was set for.
	t.total -= max(t.deadline.Sub(s.now), 0)
	t.deadline = s.now
	s.queueTimer(n, key, t)
	return true
}

// Write asks the disk of a node to make all writes up to seq durable. Writes
// asked for while one is under way are written together after it.
func (s *Sim) Write(n NodeID, seq uint64, cause EventID) {
	d := &s.nodes[n].disk
	d.pending, d.cause = seq, cause
	if !d.busy && !s.nodes[n].hardware.full {
		s.startWrite(n)
	}
}

func (s *Sim) startWrite(n NodeID) {
	nd := &s.nodes[n]
	nd.disk.busy, nd.disk.writing = true, nd.disk.pending
	i, it := s.queue.place()
	it.kind, it.node, it.number, it.epoch = Written, n, EventID(nd.disk.writing), nd.epoch
	it.at, it.cause = s.now+Time(s.DiskTime(n)), nd.disk.cause
	s.queue.enter(i, it)
}

// Crash ends the present life of a node: its timers, its unfinished writes and
// what it held back while paused are gone. Messages on their way stay.
func (s *Sim) Crash(n NodeID) {
	nd := &s.nodes[n]
	nd.epoch++
	nd.paused = false
	for i := range nd.timers {
		nd.timers[i] = timer{queuedAt: never, sets: nd.timers[i].sets, gen: nd.timers[i].gen}
	}
	nd.held = nil
	nd.disk = disk{}
}

// Pause freezes a node: messages and timers that come up wait.
func (s *Sim) Pause(n NodeID) { s.nodes[n].paused = true }

// Paused reports whether a node is frozen.
func (s *Sim) Paused(n NodeID) bool { return s.nodes[n].paused }

// Resume undoes Pause: what waited happens now, in the order in which it came up.
func (s *Sim) Resume(n NodeID) {
	nd := &s.nodes[n]
	nd.paused = false
	for _, it := range nd.held {
		it.at = s.now
		s.queue.push(it)
	}
	nd.held = nil
}

// Next makes the next thing happen, if it is due by limit, and moves time to it.
// ev is overwritten. Written events come up for paused nodes too: a disk does not
// stop with its process.
func (s *Sim) Next(limit Time, ev *Event) bool {
	i, ok := s.settle(limit)
	if !ok {
		return false
	}
	s.queue.pop()
	it := &s.queue.slab[i]
	s.now = it.at
	s.happen(it, ev)
	s.queue.release(i)
	return true
}

// settle clears away all before the next event that is none: what is void, timers
// that were moved, what a paused node has to wait for. It returns the place of
// the event, which is still in the queue, and false if none is due by limit.
func (s *Sim) settle(limit Time) (uint32, bool) {
	q := &s.queue
	for r := q.least(); r.at <= limit && r.tail != lastRef.tail; r = q.least() {
		i := r.place()
		// Most are messages to somebody who takes them.
		if it := &q.slab[i]; it.kind == Delivery && it.live && !s.nodes[it.node].paused || !s.skip(i, it) {
			return i, true
		}
	}
	return 0, false
}

// skip clears the first item away if it is no event.
func (s *Sim) skip(i uint32, it *item) bool {
	void := !it.live || s.void(it)
	moved := !void && it.kind == Timer && s.nodes[it.node].timers[it.key].deadline > it.at
	if !void && !moved && !s.waits(it) {
		return false
	}
	n, key := it.node, int(it.key)
	switch {
	case void:
		s.forget(it)
	case !moved:
		s.nodes[n].held = append(s.nodes[n].held, *it)
	}
	s.queue.pop()
	s.queue.release(i)
	if moved {
		s.queueTimer(n, key, &s.nodes[n].timers[key])
	}
	return true
}

// waits reports whether an item has to wait for its node to be resumed.
func (s *Sim) waits(it *item) bool {
	return s.nodes[it.node].paused && it.kind != Lost && it.kind != Written
}

// void reports whether an item belongs to a life, or a setting of a timer, that
// is over.
func (s *Sim) void(it *item) bool {
	switch it.kind {
	case Written:
		return it.epoch != s.nodes[it.node].epoch
	case Timer:
		nd := &s.nodes[it.node]
		if it.epoch != nd.epoch {
			return true
		}
		t := &nd.timers[it.key]
		return it.gen != t.gen || !t.armed
	}
	return false
}

// forget notes that the reference to a timer that does not run leaves the queue.
func (s *Sim) forget(it *item) {
	if nd := &s.nodes[it.node]; it.kind == Timer && it.epoch == nd.epoch && it.gen == nd.timers[it.key].gen {
		nd.timers[it.key].queuedAt = never
	}
}

// happen turns an item into the event and settles the books.
func (s *Sim) happen(it *item, ev *Event) {
	ev.Kind, ev.Node, ev.Peer, ev.Cause = it.kind, it.node, it.peer, it.cause
	ev.Digest, ev.Payload = it.digest, it.payload
	if it.kind <= Lost {
		ev.Key, ev.Sent, ev.Number = 0, it.sent, it.number
		ev.due, ev.lostAt, ev.why, ev.copy = it.due, it.at, it.why, it.copy
		return
	}
	ev.Sent, ev.Number, ev.why = 0, 0, NotLost
	if it.kind == Timer {
		t := &s.nodes[it.node].timers[it.key]
		t.armed, t.queuedAt = false, never
		ev.Key, ev.Cause, ev.Waited = uint64(it.key), t.cause, t.total
		return
	}
	ev.Key = uint64(it.number)
	d := &s.nodes[it.node].disk
	d.busy = false
	if d.pending > d.writing && !s.nodes[it.node].hardware.full {
		s.startWrite(it.node)
	}
}

// Peek returns when the next thing may happen. It may be early, never late: a
// timer that was moved shows at its old time.
func (s *Sim) Peek() (Time, bool) {
	r := s.queue.least()
	return r.at, r.tail != lastRef.tail
}

// AdvanceTo moves time on to t without an event; where one comes before t, only
// up to that one. Afterwards the world is the same in whichever steps it was led
// there.
func (s *Sim) AdvanceTo(t Time) {
	if i, ok := s.settle(t); ok {
		t = s.queue.slab[i].at
	}
	s.now = max(s.now, t)
}

// Choice is something that may happen next, when the order is chosen and not
// given by time.
type Choice struct {
	Kind   Kind
	Node   NodeID
	Peer   NodeID
	Key    uint64
	Digest uint64
	place  uint32
}

// Choices appends all that may happen next to buf, ordered by what it is, so that
// the list does not depend on how the world came to be where it is.
func (s *Sim) Choices(buf []Choice) []Choice {
	first := len(buf)
	for i := range s.queue.slab {
		it := &s.queue.slab[i]
		if !it.live || s.void(it) || s.waits(it) {
			continue
		}
		buf = append(buf, it.choice(uint32(i)))
	}
	slices.SortStableFunc(buf[first:], compareChoice)
	return buf
}

func (it *item) choice(place uint32) Choice {
	c := Choice{Kind: it.kind, Node: it.node, Peer: it.peer, Digest: it.digest, place: place}
	switch it.kind {
	case Timer:
		c.Key = uint64(it.key)
	case Written:
		c.Key = uint64(it.number)
	}
	return c
}

func compareChoice(a, b Choice) int {
	return cmp.Or(
		cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Node, b.Node), cmp.Compare(a.Peer, b.Peer),
		cmp.Compare(a.Key, b.Key), cmp.Compare(a.Digest, b.Digest),
	)
}

// Take makes a choice happen now, without moving time. The choice must come from
// Choices on this very state.
func (s *Sim) Take(c Choice, ev *Event) {
	it := s.queue.slab[c.place]
	s.queue.slab[c.place].live = false
	s.queue.slab[c.place].payload = nil
	s.happen(&it, ev)
}

// AppendState appends the canonical bytes of what may happen next, whatever the
// time and the numbers of events: what is on its way, which timers run, what is
// being written, who is paused, whose disk is full, which links are cut. It leaves out how long
// things take, and so also by what draw a message would be lost or doubled.
func (s *Sim) AppendState(b []byte) []byte {
	// What waits for a paused node counts as on its way, whether it has come up or
	// not: after Resume it may happen in any order.
	var all []Choice
	for i := range s.queue.slab {
		if it := &s.queue.slab[i]; it.live && !s.void(it) {
			all = append(all, it.choice(0))
		}
	}
	for i := range s.nodes {
		for j := range s.nodes[i].held {
			if it := &s.nodes[i].held[j]; !s.void(it) {
				all = append(all, it.choice(0))
			}
		}
	}
	slices.SortFunc(all, compareChoice)
	b = binary.AppendUvarint(b, uint64(len(all)))
	for _, c := range all {
		b = append(b, byte(c.Kind), byte(c.Node), byte(c.Peer))
		if c.Kind == Timer {
			b = binary.AppendUvarint(b, c.Key)
		}
		b = binary.LittleEndian.AppendUint64(b, c.Digest)
	}
	for i := range s.nodes {
		n := &s.nodes[i]
		b = append(b, boolByte(n.paused)|boolByte(n.hardware.full)<<1, boolByte(n.disk.pending > n.disk.writing))
	}
	b = binary.AppendUvarint(b, uint64(len(s.cuts)))
	for _, c := range s.cuts {
		b = append(b, byte(c.From), byte(c.To))
	}
	return b
}

func boolByte(v bool) byte { return byte(one(v)) }
