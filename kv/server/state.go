package server

import (
	"encoding/binary"
	"slices"

	"raftarium/kv"
)

// Clone returns a machine that behaves the same from here on. See [kv.Server].
func (s *machine) Clone() kv.Server {
	c := *s
	c.store = s.store.clone()
	c.sessions = s.sessions.clone()
	c.proposed = slices.Clone(s.proposed)
	c.waiting = slices.Clone(s.waiting)
	c.reading.list = slices.Clone(s.reading.list)
	c.chunk = nil // the room in it is the original's
	return &c
}

// AppendState appends the canonical bytes of the machine: the fields in their
// order, numbers as varints, lists and strings with their length in front.
func (s *machine) AppendState(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(s.id))
	b = append(b, byte(s.rules), byte(s.rules>>8))
	b = binary.AppendUvarint(b, uint64(s.applied))
	b = s.store.appendState(b)
	b = s.sessions.appendState(binary.AppendUvarint(b, uint64(s.sessions.limit)))
	b = binary.AppendUvarint(b, uint64(s.handle))
	b = appendWaiters(b, s.proposed)
	b = appendWaiters(b, s.waiting)
	if s.log.limit > 0 {
		b = binary.AppendUvarint(b, uint64(s.log.limit))
		b = binary.AppendUvarint(b, uint64(s.log.bytes))
	}
	return s.reading.appendState(b)
}

func appendWaiters(b []byte, list []waiter) []byte {
	b = binary.AppendUvarint(b, uint64(len(list)))
	for i := range list {
		w := &list[i]
		b = binary.AppendUvarint(b, uint64(w.handle))
		b = binary.AppendUvarint(b, uint64(w.client))
		b = append(b, byte(w.kind))
		b = binary.AppendUvarint(b, w.seq)
		b = binary.AppendUvarint(b, uint64(len(w.key)))
		b = append(b, w.key...)
		b = binary.AppendUvarint(b, uint64(w.index))
		b = binary.AppendUvarint(b, uint64(w.term))
	}
	return b
}

// Inspect overwrites *st. See [kv.Server].
func (s *machine) Inspect(st *kv.ServerStatus) {
	st.Reset()
	st.Applied = s.applied
	st.LogBytes, st.LogLimit = s.log.bytes, s.log.limit
	st.Keys = s.store.inspect(st.Keys)
	st.Sessions, st.SessionLimit = s.sessions.inspect(st.Sessions), s.sessions.limit
	for i := range s.waiting {
		w := &s.waiting[i]
		st.Waiting = append(st.Waiting, kv.Waiter{Client: w.client, Seq: w.seq, Index: w.index, Term: w.term})
	}
	st.Reads = s.reading.by
	for i := range s.reading.list {
		r := &s.reading.list[i]
		st.Reading = append(st.Reading, kv.Reader{Client: r.client, Seq: r.seq, Key: r.key, Confirmed: r.confirmed, Index: r.index})
	}
}
