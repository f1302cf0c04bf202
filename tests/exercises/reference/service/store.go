package service

import (
	"encoding/binary"
	"errors"
	"slices"
	"strings"
)

// store is the keys with their values. A map would do as well, as long as nobody
// ranges over it: its order is another one each time.
type store struct {
	cells []cell // by increasing key
}

type cell struct {
	key   string
	value []byte // replaced, and never written
}

func (s *store) find(key string) (int, bool) {
	return slices.BinarySearchFunc(s.cells, key, func(c cell, key string) int { return strings.Compare(c.key, key) })
}

// get is the value of a key, nil if it has none.
func (s *store) get(key string) []byte {
	if i, ok := s.find(key); ok {
		return s.cells[i].value
	}
	return nil
}

// put sets the value of a key.
func (s *store) put(key string, value []byte) {
	i, ok := s.find(key)
	if !ok {
		s.cells = slices.Insert(s.cells, i, cell{key: key})
	}
	s.cells[i].value = value
}

func (s store) clone() store { return store{slices.Clone(s.cells)} }

func (s *store) appendState(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(len(s.cells)))
	for _, c := range s.cells {
		b = append(binary.AppendUvarint(b, uint64(len(c.key))), c.key...)
		b = append(binary.AppendUvarint(b, uint64(len(c.value))), c.value...)
	}
	return b
}

var errShort = errors.New("it ends early")

// number reads what AppendUvarint wrote.
func number(b []byte) (uint64, []byte, error) {
	v, n := binary.Uvarint(b)
	if n <= 0 {
		return 0, b, errShort
	}
	return v, b[n:], nil
}

// text reads bytes with their length in front.
func text(b []byte) ([]byte, []byte, error) {
	n, b, err := number(b)
	if err != nil || n > uint64(len(b)) {
		return nil, b, errShort
	}
	return slices.Clip(b[:n]), b[n:], nil
}

// readStore reads what appendState wrote, and returns what stands behind it.
func readStore(b []byte) (s store, rest []byte, err error) {
	n, b, err := number(b)
	for ; n > 0 && err == nil; n-- {
		var key, value []byte
		if key, b, err = text(b); err == nil {
			value, b, err = text(b)
			s.cells = append(s.cells, cell{string(key), value})
		}
	}
	return s, b, err
}
