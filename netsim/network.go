package netsim

import (
	"slices"
	"time"
)

// Network is what holds for every link, unless a link has a latency of its own.
type Network struct {
	Latency   Range
	Loss      Ratio // of each message
	Duplicate Ratio // of messages of which a second copy arrives
	// Reorder is the ratio of messages that take a detour of one to four times
	// the longest latency, so that later ones overtake them.
	Reorder Ratio
	// Detour, if it is not empty, is how long the detours of Reorder take instead.
	Detour Range
	// Disk is the time of a durable write, on disks that have none of their own.
	Disk time.Duration
}

// Loss says why a message did not arrive.
type Loss uint8

// The ways to lose a message.
const (
	NotLost      Loss = iota
	LostRandomly      // by the link's loss ratio
	LostCut           // the link was cut
	LostDropped       // somebody dropped it
	LostDown          // the receiver was down
)

// String returns "loss", "cut", "dropped" or "down", and "" for NotLost.
func (l Loss) String() string {
	return [...]string{"", "loss", "cut", "dropped", "down"}[l]
}

// Cut is a directed link that is cut, and since when.
type Cut struct {
	From, To NodeID
	Since    Time
}

// slowLink is a link with a latency of its own.
type slowLink struct {
	from, to NodeID
	latency  Range
}

func compareCut(a, b Cut) int {
	if a.From != b.From {
		return int(a.From - b.From)
	}
	return int(a.To - b.To)
}

// IsCut reports whether messages from one node to the other are lost.
func (s *Sim) IsCut(from, to NodeID) bool {
	return len(s.cuts) > 0 && s.cutRows[from][to>>6]>>(to&63)&1 != 0
}

// Cut cuts the directed link, or mends it. What is on its way over a link that is
// being cut is lost where it is.
func (s *Sim) Cut(from, to NodeID, cut bool) {
	if s.IsCut(from, to) == cut {
		return
	}
	s.cutRows[from][to>>6] ^= 1 << (to & 63)
	c := Cut{From: from, To: to, Since: s.now}
	i, _ := slices.BinarySearchFunc(s.cuts, c, compareCut)
	if !cut {
		s.cuts = slices.Delete(s.cuts, i, i+1)
		return
	}
	s.cuts = slices.Insert(s.cuts, i, c)
	for j := range s.queue.slab {
		if it := &s.queue.slab[j]; it.live && it.kind == Delivery && it.peer == from && it.node == to {
			s.lose(uint32(j), LostCut)
		}
	}
}

// Cuts returns the links that are cut, ordered by From and To. The slice is the
// Sim's own and valid until the next Cut.
func (s *Sim) Cuts() []Cut { return s.cuts }

// MendAll mends every link.
func (s *Sim) MendAll() {
	for _, c := range s.cuts {
		s.cutRows[c.From][c.To>>6] = 0
	}
	s.cuts = s.cuts[:0]
}

// SetLatency gives the directed link a latency of its own.
func (s *Sim) SetLatency(from, to NodeID, r Range) {
	for i := range s.slow {
		if l := &s.slow[i]; l.from == from && l.to == to {
			l.latency = r
			return
		}
	}
	s.slow = append(s.slow, slowLink{from, to, r})
}

// SetNetwork replaces what holds for every link. Links lose the latencies of
// their own if it changes the general one.
func (s *Sim) SetNetwork(n Network) {
	if n.Latency != s.net.Latency {
		s.slow = s.slow[:0]
	}
	s.net = n
}

// Network returns what holds for every link.
func (s *Sim) Network() Network { return s.net }

// MaxLatency is the longest latency of any link, with the detours of
// [Network.Detour], but without the usual ones.
func (s *Sim) MaxLatency() time.Duration {
	most := s.net.Latency.Max
	for i := range s.slow {
		most = max(most, s.slow[i].latency.Max)
	}
	if s.net.Reorder > 0 {
		most += s.net.Detour.Max
	}
	return most
}

func (s *Sim) latency(from, to NodeID) Range {
	for i := range s.slow {
		if l := &s.slow[i]; l.from == from && l.to == to {
			return l.latency
		}
	}
	return s.net.Latency
}

// Send puts a message on its way and returns its number; a second copy has one of
// its own. The digest must stand for the payload, equal for equal ones: the
// message's fate is drawn from the seed, the link, the digest and the time, and of
// equal messages sent over one link at one time, from their number.
// The payload is shared, never copied, and must not be written from now on.
//
//go:noinline
func (s *Sim) Send(from, to NodeID, payload any, digest uint64, cause EventID) EventID {
	s.messages++
	number := s.messages
	lat := s.latency(from, to)
	i, it := s.queue.place()
	it.kind, it.why, it.copy = Delivery, NotLost, false
	it.node, it.peer, it.number, it.cause = to, from, number, cause
	it.sent, it.digest, it.payload = s.now, digest, payload
	if smooth := s.smooth(); smooth && lat.Max <= lat.Min {
		it.due = s.now + Time(lat.Min) // there is nothing to draw
	} else {
		fate := s.fate(from, to, digest)
		if !smooth {
			s.suffer(i, it, lat, fate)
			return number
		}
		it.due = s.now + Time(lat.at(fate))
	}
	it.at = it.due
	s.queue.enter(i, it)
	return number
}

// fate draws what happens to a message that is sent now.
func (s *Sim) fate(from, to NodeID, digest uint64) uint64 {
	key := s.fates.key(uint64(from)<<32|uint64(to), digest)
	return key.draw(uint64(s.now)<<8 + s.echoes.count(uint64(key), s.now))
}

// smooth reports whether nothing can happen to a message but that it arrives.
func (s *Sim) smooth() bool {
	return len(s.cuts) == 0 && s.net.Loss|s.net.Duplicate|s.net.Reorder == 0
}

// suffer puts a message that is sent on its way through a network that is not smooth.
func (s *Sim) suffer(i uint32, it *item, lat Range, fate uint64) {
	it.due = s.now + Time(s.travel(lat, fate))
	it.at = it.due
	switch {
	case s.IsCut(it.peer, it.node):
		it.kind, it.why = Lost, LostCut
		it.at = s.now + (it.due-s.now)/2
	case s.net.Loss > 0 && s.net.Loss.Hit(Mix(fate, 1)):
		// Lost somewhere between a fifth and four fifths of the way.
		it.kind, it.why = Lost, LostRandomly
		way := uint64(it.due - s.now)
		it.at = s.now + Time(way/5+Below(Mix(fate, 2), way*3/5+1))
	}
	s.queue.enter(i, it)
	if s.net.Duplicate > 0 && it.kind == Delivery && s.net.Duplicate.Hit(Mix(fate, 3)) {
		second := *it
		s.messages++
		second.number, second.copy = s.messages, true
		second.due = s.now + Time(s.travel(lat, Mix(fate, 4)))
		second.at = second.due
		s.queue.push(second)
	}
}

func (s *Sim) travel(lat Range, fate uint64) time.Duration {
	d := lat.at(fate)
	if s.net.Reorder > 0 && s.net.Reorder.Hit(Mix(fate, 5)) {
		detour := s.net.Detour
		if detour == (Range{}) {
			detour.Min = max(lat.Max, time.Millisecond)
			detour.Max = 4 * detour.Min
		}
		d += detour.at(Mix(fate, 6))
	}
	return d
}

// lose turns a message on its way into a lost one, here and now.
func (s *Sim) lose(i uint32, why Loss) {
	it := s.queue.slab[i]
	// The old reference stays in the heap and finds a dead item.
	s.queue.slab[i].live = false
	s.queue.slab[i].payload = nil
	it.kind, it.why, it.at = Lost, why, s.now
	s.queue.push(it)
}

// Drop loses a message that is on its way. It reports whether there was one of
// that number.
func (s *Sim) Drop(number EventID) bool {
	for i := range s.queue.slab {
		if it := &s.queue.slab[i]; it.live && it.kind == Delivery && it.number == number {
			s.lose(uint32(i), LostDropped)
			return true
		}
	}
	return false
}

// Flight is a message on its way.
type Flight struct {
	Number    EventID
	From, To  NodeID
	Sent, Due Time
	// Lost says how it will be lost at LostAt, which nobody inside the world knows.
	Lost    Loss
	LostAt  Time
	Copy    bool
	Cause   EventID // the event during which it was sent
	Payload any
}

// Flights yields the messages on their way, in no order. The Sim must not be changed
// before the loop has ended: InFlight makes a list that stays.
func (s *Sim) Flights(yield func(Flight) bool) {
	for i := range s.queue.slab {
		it := &s.queue.slab[i]
		if it.live && (it.kind == Delivery || it.kind == Lost) && !yield(it.flight()) {
			return
		}
	}
}

// InFlight appends the messages on their way to buf, by increasing number.
func (s *Sim) InFlight(buf []Flight) []Flight {
	first := len(buf)
	for f := range s.Flights {
		buf = append(buf, f)
	}
	slices.SortFunc(buf[first:], func(a, b Flight) int {
		if a.Number < b.Number {
			return -1
		}
		return 1
	})
	return buf
}

func (it *item) flight() Flight {
	return Flight{
		Number: it.number, From: it.peer, To: it.node, Sent: it.sent, Due: it.due,
		Lost: it.why, LostAt: it.at, Copy: it.copy, Cause: it.cause, Payload: it.payload,
	}
}

// InTransit reports whether a message of that number is on its way and may still
// arrive.
func (s *Sim) InTransit(number EventID) bool {
	for i := range s.queue.slab {
		if it := &s.queue.slab[i]; it.live && it.kind == Delivery && it.number == number {
			return true
		}
	}
	return false
}
