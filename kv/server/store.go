package server

import (
	"encoding/binary"
	"slices"

	"raftarium/kv"
)

// store is the plain key-value store: deterministic, and ignorant of clients,
// sessions and logs.
//
// A value is a buffer that is only ever appended to or replaced, so that a view
// of it, limited in capacity to its length, never changes. Exactly one store may
// write the room behind a value, the one that allocated it: a clone starts with
// limited views and copies a value when it first appends to it. The keys and the
// values that come in are immutable too (they stand in a log entry), so that a
// Put keeps what it is given.
type store struct {
	cells []cell  // in the order in which the keys came
	order []int32 // positions in cells, by increasing key
}

type cell struct {
	key   string
	value []byte
}

// find returns where key stands in order, or would stand.
func (s *store) find(key []byte) (at int, found bool) {
	lo, hi := 0, len(s.order)
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if s.cells[s.order[mid]].key < string(key) {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo, lo < len(s.order) && s.cells[s.order[lo]].key == string(key)
}

// get returns the value of key, nil if it has none. The result is immutable.
func (s *store) get(key []byte) []byte {
	at, found := s.find(key)
	if !found {
		return nil
	}
	return limited(s.cells[s.order[at]].value)
}

// put sets the value of key. It keeps value, which must be immutable.
func (s *store) put(key, value []byte) {
	s.at(key).value = limited(value)
}

// append appends to the value of key, at a cost proportional to value alone on
// average. It may keep value, which must be immutable.
func (s *store) append(key, value []byte) {
	c := s.at(key)
	if len(c.value) == 0 {
		c.value = limited(value)
		return
	}
	c.value = append(c.value, value...)
}

// at returns the cell of key, a new one if need be.
func (s *store) at(key []byte) *cell {
	at, found := s.find(key)
	if !found {
		s.order = slices.Insert(s.order, at, int32(len(s.cells)))
		s.cells = append(s.cells, cell{key: string(key)})
	}
	return &s.cells[s.order[at]]
}

func (s *store) clone() store {
	c := store{cells: slices.Clone(s.cells), order: slices.Clone(s.order)}
	for i := range c.cells {
		c.cells[i].value = limited(c.cells[i].value)
	}
	return c
}

// appendState appends the number of keys, then each with its value, sorted.
func (s *store) appendState(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(len(s.order)))
	for _, i := range s.order {
		c := &s.cells[i]
		b = binary.AppendUvarint(b, uint64(len(c.key)))
		b = append(b, c.key...)
		b = binary.AppendUvarint(b, uint64(len(c.value)))
		b = append(b, c.value...)
	}
	return b
}

// inspect appends each key with its value, sorted.
func (s *store) inspect(to []kv.KeyValue) []kv.KeyValue {
	for _, i := range s.order {
		c := &s.cells[i]
		to = append(to, kv.KeyValue{Key: c.key, Value: limited(c.value)})
	}
	return to
}

// limited is b with no room behind it, so that an append to it must copy.
func limited(b []byte) []byte { return b[:len(b):len(b)] }
