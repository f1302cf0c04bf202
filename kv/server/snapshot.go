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
	if s.log.limit == 0 {
		return
	}
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
	snapshotFormat = 1 // the first byte
	checksumSize   = 4 // at the end
)

// appendSnapshot appends the state: the format, the store, the sessions, and a
// checksum of these. Equal states have equal bytes.
func (s *machine) appendSnapshot(b []byte) []byte {
	at := len(b)
	b = append(b, snapshotFormat)
	b = s.store.appendState(b)
	if s.rules.on(sessionsInSnapshot) {
		b = s.sessions.appendState(b)
	} else {
		b = new(sessions).appendState(b)
	}
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
	if body[0] != snapshotFormat {
		return store{}, sessions{}, fmt.Errorf("snapshot: it is of format %d, this server reads format %d", body[0], snapshotFormat)
	}
	st, rest, err := readStore(body[1:])
	if err != nil {
		return store{}, sessions{}, err
	}
	ss, rest, err := readSessions(rest)
	if err != nil {
		return store{}, sessions{}, err
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

// readSessions reads what sessions.appendState wrote.
func readSessions(b []byte) (t sessions, rest []byte, err error) {
	n, b, err := readCount(b, "sessions", 3)
	if err != nil {
		return t, b, err
	}
	t.list = make([]session, n)
	for i := range t.list {
		var fields [3]uint64
		for k := range fields {
			var ok bool
			if fields[k], b, ok = uvarint(b); !ok {
				return t, b, fmt.Errorf("snapshot: session %d of %d is not three canonical numbers", i+1, n)
			}
		}
		if fields[0] > 1<<32-1 {
			return t, b, errors.New("snapshot: a session's client does not fit into 32 bits")
		}
		t.list[i] = session{client: kv.ClientID(fields[0]), seq: fields[1], index: raft.Index(fields[2])}
		if i > 0 && t.list[i].client <= t.list[i-1].client {
			return t, b, fmt.Errorf("snapshot: the session of %v stands behind that of %v: they come by increasing client", t.list[i].client, t.list[i-1].client)
		}
	}
	return t, b, nil
}
