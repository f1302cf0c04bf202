package netsim

import "slices"

// echoes counts how often the same message was sent over the same link at the present
// instant, so that each has a fate of its own. It is a hash table in which whatever is
// of an earlier instant counts as free: it is never cleared, and it is as large as the
// most that was ever sent at one instant asks for.
type echoes struct {
	slots []echo // a power of two of them
}

// echo is a message by what its fate is drawn from, but for the instant and its
// number. A slot is free unless past is the instant after the present one.
type echo struct {
	key   uint64
	past  Time // one after the instant of sending, so that a new slot is free
	times uint64
}

const (
	// fewEchoes is room for what a world usually sends at one instant.
	fewEchoes = 32
	// echoReach is how many slots there are for a key, from its own place on.
	echoReach = 8
)

func newEchoes() echoes { return echoes{make([]echo, fewEchoes)} }

// count notes that a message is sent now, and returns how often that was done before
// at this instant. Nothing leaves a slot within an instant, so a key whose own place
// is free is nowhere else.
func (e *echoes) count(key uint64, now Time) uint64 {
	if slot := &e.slots[key&uint64(len(e.slots)-1)]; slot.past != now+1 {
		slot.key, slot.past, slot.times = key, now+1, 1
		return 0
	}
	return e.search(key, now)
}

// search is count for a key whose own place is taken.
func (e *echoes) search(key uint64, now Time) uint64 {
	slot := e.slot(key, now)
	for slot == nil {
		e.grow(now)
		slot = e.slot(key, now)
	}
	if slot.past != now+1 {
		*slot = echo{key: key, past: now + 1}
	}
	slot.times++
	return slot.times - 1
}

// slot is the slot of a key, or a free one for it, or nil if there is none.
func (e *echoes) slot(key uint64, now Time) *echo {
	for i := range uint64(echoReach) {
		if s := &e.slots[(key+i)&uint64(len(e.slots)-1)]; s.past != now+1 || s.key == key {
			return s
		}
	}
	return nil
}

// grow makes more slots.
func (e *echoes) grow(now Time) {
	old := *e
	for size := 2 * len(old.slots); !e.refill(&old, now, size); size *= 2 {
	}
}

// refill puts what is of the present instant into so many new slots. It reports
// whether there was room.
func (e *echoes) refill(old *echoes, now Time, size int) bool {
	e.slots = make([]echo, size)
	for _, s := range old.slots {
		if s.past != now+1 {
			continue
		}
		slot := e.slot(s.key, now)
		if slot == nil {
			return false
		}
		*slot = s
	}
	return true
}

// clone returns a copy, and one of the first size if there is nothing of the present
// instant.
func (e *echoes) clone(now Time) echoes {
	if !slices.ContainsFunc(e.slots, func(s echo) bool { return s.past == now+1 }) {
		return newEchoes()
	}
	return echoes{slices.Clone(e.slots)}
}
