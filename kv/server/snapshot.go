package server

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"

	"raftarium/kv"
	"raftarium/raft"
)

// Snapshots (section 7): the state that the log led to stands for the log. It is the
// store together with the sessions, without which an operation that is tried again
// would take effect again.

// log is how long the log is that the server sits on, as far as it was applied.
type log struct {
	limit int // in bytes; 0 is none
	bytes int // since the last snapshot
}

// compact counts entries that were applied, and asks for a compaction once they are
// too many.
func (s *machine) compact(entries []raft.Entry, out *kv.ServerEffects) {
	for i := range entries {
		s.log.bytes += entries[i].Size()
	}
	if s.log.bytes >= s.log.limit {
		s.log.bytes = 0
		out.Compacts = append(out.Compacts, raft.Compact{Index: s.applied, State: s.appendSnapshot(nil)})
	}
}

// restore takes over the state of a snapshot, or leaves all as it is if that cannot
// be read.
func (s *machine) restore(ev *kv.Restored, out *kv.ServerEffects) {
	st, ss, err := readSnapshot(ev.State)
	if err != nil {
		out.Refused = err.Error()
		return
	}
	ss.limit = s.sessions.limit
	s.store, s.sessions, s.applied = st, ss, ev.Index
	s.log.bytes = 0
	// What became of those whose place lies in the snapshot only the sessions know:
	// the clients ask again and are told.
	n := 0
	for ; n < len(s.waiting) && s.waiting[n].index <= ev.Index; n++ {
		out.Reply(s.waiting[n].lost())
	}
	s.waiting = append([]waiter(nil), s.waiting[n:]...)
}

const (
	// The first byte. A table that one number for each client says all of is written in
	// short, so that a snapshot of few clients stays small.
	shortSessions = 1
	fullSessions  = 2
	checksumSize  = 4 // at the end
)

// appendSnapshot appends the state: the format, the store, the sessions, and a
// checksum of these. Equal states have equal bytes.
func (s *machine) appendSnapshot(b []byte) []byte {
	at, table := len(b), &s.sessions
	if !s.rules.on(sessionsInSnapshot) {
		table = new(sessions)
	}
	if table.plain() {
		b = append(b, shortSessions)
	} else {
		b = append(b, fullSessions)
	}
	b = s.store.appendState(b)
	b = table.appendState(b)
	return binary.LittleEndian.AppendUint32(b, crc32.ChecksumIEEE(b[at:]))
}

// readSnapshot reads what appendSnapshot wrote, and refuses anything else with an
// error that names what is wrong. The result shares the memory of b for reading.
func readSnapshot(b []byte) (store, sessions, error) {
	if len(b) <= checksumSize {
		return store{}, sessions{}, fmt.Errorf("snapshot: %d bytes are too few to be one", len(b))
	}
	body := b[:len(b)-checksumSize]
	if got, want := crc32.ChecksumIEEE(body), binary.LittleEndian.Uint32(b[len(body):]); got != want {
		return store{}, sessions{}, fmt.Errorf("snapshot: the checksum of its %d bytes is %08x, it says %08x: it is damaged", len(body), got, want)
	}
	if body[0] != shortSessions && body[0] != fullSessions {
		return store{}, sessions{}, fmt.Errorf("snapshot: it is of format %d, this server reads formats %d and %d", body[0], shortSessions, fullSessions)
	}
	st, rest, err := readStore(body[1:])
	if err != nil {
		return store{}, sessions{}, err
	}
	ss, rest, err := readSessions(rest, body[0] == fullSessions)
	if err != nil {
		return store{}, sessions{}, err
	}
	if body[0] == fullSessions && ss.plain() {
		return store{}, sessions{}, errors.New("snapshot: its sessions are written in full, though they fit the short form")
	}
	if len(rest) > 0 {
		return store{}, sessions{}, fmt.Errorf("snapshot: %d bytes are left over", len(rest))
	}
	return st, ss, nil
}

// readCount reads how many of something follow, each at least least bytes long.
func readCount(b []byte, of string, least uint64) (uint64, []byte, error) {
	n, b, ok := uvarint(b)
	if !ok {
		return 0, b, fmt.Errorf("snapshot: the number of %s is not a canonical number", of)
	}
	if n > uint64(len(b))/least {
		return 0, b, fmt.Errorf("snapshot: %d %s are more than %d bytes can hold", n, of, len(b))
	}
	return n, b, nil
}

// readStore reads what store.appendState wrote.
func readStore(b []byte) (s store, rest []byte, err error) {
	n, b, err := readCount(b, "keys", 2)
	if err != nil {
		return s, b, err
	}
	s.cells, s.order = make([]cell, n), make([]int32, n)
	for i := range s.cells {
		key, more, ok := take(b)
		if !ok {
			return s, b, fmt.Errorf("snapshot: key %d of %d is cut short", i+1, n)
		}
		value, more, ok := take(more)
		if !ok {
			return s, b, fmt.Errorf("snapshot: the value of key %q is cut short", key)
		}
		b = more
		s.cells[i], s.order[i] = cell{key: string(key), value: value}, int32(i)
		if i > 0 && s.cells[i].key <= s.cells[i-1].key {
			return s, b, fmt.Errorf("snapshot: key %q stands behind %q: keys come in increasing order", key, s.cells[i-1].key)
		}
	}
	return s, b, nil
}

// readSessions reads what sessions.appendState wrote, in full or in short.
func readSessions(b []byte, full bool) (t sessions, rest []byte, err error) {
	fields := 3
	if full {
		fields = 7
	}
	n, b, err := readCount(b, "sessions", uint64(fields))
	if err != nil {
		return t, b, err
	}
	t.list = make([]session, n)
	for i := range t.list {
		var f [7]uint64
		for k := range f[:fields] {
			var ok bool
			if f[k], b, ok = uvarint(b); !ok {
				return t, b, fmt.Errorf("snapshot: session %d of %d is not %d canonical numbers", i+1, n, fields)
			}
		}
		if !full {
			f[3] = f[0]
		}
		if f[3] > 1<<32-1 {
			return t, b, errors.New("snapshot: a session's client does not fit into 32 bits")
		}
		s := session{
			key: f[0], client: kv.ClientID(f[3]), seq: f[1], index: raft.Index(f[2]), used: raft.Index(f[4]), lowest: f[5],
		}
		if i > 0 && s.key <= t.list[i-1].key {
			return t, b, fmt.Errorf("snapshot: session %d stands behind session %d: they come in increasing order", s.key, t.list[i-1].key)
		}
		if s.kept, b, err = readAnswers(b, f[6], &s); err != nil {
			return t, b, err
		}
		t.list[i] = s
	}
	return t, b, nil
}

// readAnswers reads the n answers that a session keeps.
func readAnswers(b []byte, n uint64, s *session) (kept []answer, rest []byte, err error) {
	if n > uint64(len(b))/2 {
		return nil, b, fmt.Errorf("snapshot: %d answers of session %d are more than %d bytes can hold", n, s.key, len(b))
	}
	for range n {
		var a answer
		var index uint64
		var ok bool
		if a.seq, b, ok = uvarint(b); ok {
			index, b, ok = uvarint(b)
		}
		if !ok {
			return nil, b, fmt.Errorf("snapshot: an answer of session %d is not two canonical numbers", s.key)
		}
		a.index = raft.Index(index)
		if a.seq < s.lowest || a.seq >= s.seq || len(kept) > 0 && a.seq <= kept[len(kept)-1].seq {
			return nil, b, fmt.Errorf("snapshot: answer %d of session %d stands out of order: they go up from %d to below %d", a.seq, s.key, s.lowest, s.seq)
		}
		kept = append(kept, a)
	}
	return kept, b, nil
}
