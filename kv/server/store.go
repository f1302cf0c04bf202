package server

import (
	"cmp"
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
	index []int32 // where keys stand in cells: see at
	room  []byte  // for the values that are made next: see grow
}

type cell struct {
	key   string
	value []byte
}

// at is the position of key in cells, -1 if it is not there. The index is a hash table:
// from the slot of a key's hash on, up to an empty one, positions plus 1.
func (s *store) at(key []byte) int {
	if len(s.index) < 2*len(s.cells) {
		s.reindex()
	}
	if len(s.index) == 0 {
		return -1
	}
	mask := uint32(len(s.index) - 1)
	for slot := hashOf(key) & mask; ; slot = (slot + 1) & mask {
		i := int(s.index[slot]) - 1
		if i < 0 || s.cells[i].key == string(key) {
			return i
		}
	}
}

// reindex makes the index anew, with room for as many keys again.
func (s *store) reindex() {
	size := 64
	for size < 4*len(s.cells) {
		size *= 2
	}
	s.index = make([]int32, size)
	for i := range s.cells {
		s.note(i)
	}
}

// note puts a cell into the index, which has room.
func (s *store) note(i int) {
	mask := uint32(len(s.index) - 1)
	slot := hashOf([]byte(s.cells[i].key)) & mask
	for s.index[slot] != 0 {
		slot = (slot + 1) & mask
	}
	s.index[slot] = int32(i) + 1
}

// hashOf is FNV-1a of the end of a key, with which most keys differ.
func hashOf(key []byte) uint32 {
	h := uint32(2166136261)
	for _, c := range key[max(0, len(key)-16):] {
		h = (h ^ uint32(c)) * 16777619
	}
	return h ^ h>>15
}

// get returns the value of key, nil if it has none. The result is immutable.
func (s *store) get(key []byte) []byte {
	i := s.at(key)
	if i < 0 {
		return nil
	}
	return limited(s.cells[i].value)
}

// put sets the value of key. It keeps value, which must be immutable.
func (s *store) put(key, value []byte) {
	s.cell(key).value = limited(value)
}

// append appends to the value of key, at a cost proportional to value alone on
// average. It may keep value, which must be immutable.
func (s *store) append(key, value []byte) {
	c := s.cell(key)
	if len(c.value) == 0 {
		c.value = limited(value)
		return
	}
	if len(c.value)+len(value) > cap(c.value) {
		s.grow(c, len(value))
	}
	c.value = append(c.value, value...)
}

// roomSize is how much room for short values is allocated at a time, and shortValue how
// much of it one of them takes at most.
const (
	roomSize   = 4096
	shortValue = 256
)

// grow moves a value to where it has room for n more bytes, and for as much again. Short
// ones share an allocation.
func (s *store) grow(c *cell, n int) {
	size := 2 * (len(c.value) + n)
	if size > shortValue {
		c.value = slices.Grow(c.value, n)
		return
	}
	from := len(s.room)
	if from+size > cap(s.room) {
		s.room, from = make([]byte, 0, roomSize), 0
	}
	s.room = s.room[:from+size]
	c.value = append(s.room[from:from:from+size], c.value...)
}

// cell returns the cell of key, a new one if need be.
func (s *store) cell(key []byte) *cell {
	i := s.at(key)
	if i < 0 {
		i = len(s.cells)
		at, _ := slices.BinarySearchFunc(s.order, string(key), func(k int32, key string) int {
			return cmp.Compare(s.cells[k].key, key)
		})
		s.order = slices.Insert(s.order, at, int32(i))
		s.cells = append(s.cells, cell{key: string(key)})
		if 2*len(s.cells) <= len(s.index) {
			s.note(i)
		}
	}
	return &s.cells[i]
}

func (s *store) clone() store {
	c := store{cells: slices.Clone(s.cells), order: slices.Clone(s.order), index: slices.Clone(s.index)}
	for i := range c.cells {
		c.cells[i].value = limited(c.cells[i].value)
	}
	return c
}

// appendState appends the number of keys, then each with its value, sorted.
func (s *store) appendState(b []byte) []byte {
	size := binary.MaxVarintLen64
	for i := range s.cells {
		size += 2*binary.MaxVarintLen32 + len(s.cells[i].key) + len(s.cells[i].value)
	}
	b = slices.Grow(b, size)
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
