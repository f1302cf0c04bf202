package raft

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// The encoding is canonical: one byte of kind, then each field in the order of
// the type as a minimal unsigned varint, booleans as 0 or 1, byte strings and
// lists with their length in front. A message has one encoding and an encoding
// one message, so that equal digests mean equal messages.

// AppendTo appends the canonical encoding.
func (m *RequestVote) AppendTo(b []byte) []byte {
	b = append(b, byte(KindRequestVote))
	b = binary.AppendUvarint(b, uint64(m.Term))
	b = binary.AppendUvarint(b, uint64(m.LastIndex))
	b = binary.AppendUvarint(b, uint64(m.LastTerm))
	return appendBool(b, m.Transfer)
}

// AppendTo appends the canonical encoding.
func (m *RequestVoteReply) AppendTo(b []byte) []byte {
	b = append(b, byte(KindRequestVoteReply))
	b = binary.AppendUvarint(b, uint64(m.Term))
	return appendBool(b, m.Granted)
}

// AppendTo appends the canonical encoding.
func (m *AppendEntries) AppendTo(b []byte) []byte {
	b = append(b, byte(KindAppendEntries))
	b = binary.AppendUvarint(b, uint64(m.Term))
	b = binary.AppendUvarint(b, uint64(m.PrevIndex))
	b = binary.AppendUvarint(b, uint64(m.PrevTerm))
	b = binary.AppendUvarint(b, uint64(m.Commit))
	b = binary.AppendUvarint(b, m.Round)
	b = binary.AppendUvarint(b, uint64(len(m.Entries)))
	for i := range m.Entries {
		b = m.Entries[i].AppendTo(b)
	}
	return b
}

// AppendTo appends the canonical encoding.
func (m *AppendEntriesReply) AppendTo(b []byte) []byte {
	b = append(b, byte(KindAppendEntriesReply))
	b = binary.AppendUvarint(b, uint64(m.Term))
	b = appendBool(b, m.Success)
	b = binary.AppendUvarint(b, uint64(m.Index))
	b = binary.AppendUvarint(b, uint64(m.ConflictTerm))
	b = binary.AppendUvarint(b, uint64(m.ConflictIndex))
	return binary.AppendUvarint(b, m.Round)
}

// AppendTo appends the canonical encoding.
func (m *PreVote) AppendTo(b []byte) []byte {
	b = append(b, byte(KindPreVote))
	b = binary.AppendUvarint(b, uint64(m.Term))
	b = binary.AppendUvarint(b, uint64(m.LastIndex))
	return binary.AppendUvarint(b, uint64(m.LastTerm))
}

// AppendTo appends the canonical encoding.
func (m *PreVoteReply) AppendTo(b []byte) []byte {
	b = append(b, byte(KindPreVoteReply))
	b = binary.AppendUvarint(b, uint64(m.Term))
	b = binary.AppendUvarint(b, uint64(m.Asked))
	return appendBool(b, m.Granted)
}

// AppendTo appends the canonical encoding.
func (m *TimeoutNow) AppendTo(b []byte) []byte {
	return binary.AppendUvarint(append(b, byte(KindTimeoutNow)), uint64(m.Term))
}

// AppendTo appends the canonical encoding.
func (m *InstallSnapshot) AppendTo(b []byte) []byte {
	b = append(b, byte(KindInstallSnapshot))
	b = binary.AppendUvarint(b, uint64(m.Term))
	b = binary.AppendUvarint(b, uint64(m.LastIndex))
	b = binary.AppendUvarint(b, uint64(m.LastTerm))
	b = m.Config.AppendTo(b)
	b = binary.AppendUvarint(b, m.Size)
	b = binary.AppendUvarint(b, m.Offset)
	b = binary.AppendUvarint(b, uint64(len(m.Data)))
	return append(b, m.Data...)
}

// AppendTo appends the canonical encoding.
func (m *InstallSnapshotReply) AppendTo(b []byte) []byte {
	b = append(b, byte(KindInstallSnapshotReply))
	b = binary.AppendUvarint(b, uint64(m.Term))
	b = binary.AppendUvarint(b, uint64(m.LastIndex))
	b = binary.AppendUvarint(b, m.Offset)
	return binary.AppendUvarint(b, m.Have)
}

// AppendTo appends the canonical encoding of the entry.
func (e *Entry) AppendTo(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(e.Term))
	b = binary.AppendUvarint(b, uint64(e.Index))
	b = append(b, byte(e.Kind))
	b = binary.AppendUvarint(b, uint64(len(e.Data)))
	return append(b, e.Data...)
}

func appendBool(b []byte, v bool) []byte {
	if v {
		return append(b, 1)
	}
	return append(b, 0)
}

// DecodeMessage reads a message that AppendTo wrote. It refuses anything else,
// trailing bytes and longer-than-needed numbers included, with an error that
// names the field and the offset. The message shares no memory with b.
func DecodeMessage(b []byte) (Message, error) {
	d := decoder{buf: b}
	var m Message
	switch kind := MessageKind(d.byte("kind")); kind {
	case KindRequestVote:
		m = &RequestVote{
			Term:      Term(d.uvarint("term")),
			LastIndex: Index(d.uvarint("last index")),
			LastTerm:  Term(d.uvarint("last term")),
			Transfer:  d.bool("transfer"),
		}
	case KindRequestVoteReply:
		m = &RequestVoteReply{Term: Term(d.uvarint("term")), Granted: d.bool("granted")}
	case KindAppendEntries:
		a := &AppendEntries{
			Term:      Term(d.uvarint("term")),
			PrevIndex: Index(d.uvarint("previous index")),
			PrevTerm:  Term(d.uvarint("previous term")),
			Commit:    Index(d.uvarint("commit index")),
			Round:     d.uvarint("round"),
		}
		n := d.uvarint("number of entries")
		// An entry takes four bytes at least: a length that cannot be true is
		// refused before it costs memory.
		if d.err == nil && n > uint64(len(d.buf)-d.at)/4 {
			d.fail("number of entries", "is more than the message can hold")
		}
		for i := uint64(0); i < n && d.err == nil; i++ {
			a.Entries = append(a.Entries, d.entry())
		}
		m = a
	case KindAppendEntriesReply:
		m = &AppendEntriesReply{
			Term:          Term(d.uvarint("term")),
			Success:       d.bool("success"),
			Index:         Index(d.uvarint("index")),
			ConflictTerm:  Term(d.uvarint("conflict term")),
			ConflictIndex: Index(d.uvarint("conflict index")),
			Round:         d.uvarint("round"),
		}
	case KindPreVote:
		m = &PreVote{
			Term:      Term(d.uvarint("term")),
			LastIndex: Index(d.uvarint("last index")),
			LastTerm:  Term(d.uvarint("last term")),
		}
	case KindPreVoteReply:
		m = &PreVoteReply{
			Term:    Term(d.uvarint("term")),
			Asked:   Term(d.uvarint("asked term")),
			Granted: d.bool("granted"),
		}
	case KindTimeoutNow:
		m = &TimeoutNow{Term: Term(d.uvarint("term"))}
	case KindInstallSnapshot:
		m = &InstallSnapshot{
			Term:      Term(d.uvarint("term")),
			LastIndex: Index(d.uvarint("last index")),
			LastTerm:  Term(d.uvarint("last term")),
			Config:    d.config(),
			Size:      d.uvarint("size"),
			Offset:    d.uvarint("offset"),
			Data:      d.bytes("data"),
		}
	case KindInstallSnapshotReply:
		m = &InstallSnapshotReply{
			Term:      Term(d.uvarint("term")),
			LastIndex: Index(d.uvarint("last index")),
			Offset:    d.uvarint("offset"),
			Have:      d.uvarint("bytes held"),
		}
	default:
		d.fail("kind", fmt.Sprintf("%d is none that is known", uint8(kind)))
	}
	d.end()
	if d.err != nil {
		return nil, d.err
	}
	return m, nil
}

var errTruncated = errors.New("the message ends early")

// decoder reads fields one after another and keeps the first error.
type decoder struct {
	buf   []byte
	at    int // where the next field starts
	field int // where the last one started
	err   error
}

func (d *decoder) fail(field, why string) {
	if d.err == nil {
		d.err = fmt.Errorf("message: %s at byte %d: %s", field, d.field, why)
	}
}

// end refuses what is left over.
func (d *decoder) end() {
	if d.err == nil && d.at != len(d.buf) {
		d.field = d.at
		d.fail("end", fmt.Sprintf("%d bytes are left over", len(d.buf)-d.at))
	}
}

func (d *decoder) byte(field string) byte {
	if d.err != nil {
		return 0
	}
	d.field = d.at
	if d.at >= len(d.buf) {
		d.err = fmt.Errorf("message: %s at byte %d: %w", field, d.at, errTruncated)
		return 0
	}
	d.at++
	return d.buf[d.at-1]
}

func (d *decoder) bool(field string) bool {
	v := d.byte(field)
	if v > 1 {
		d.fail(field, "is neither 0 nor 1")
	}
	return v == 1
}

func (d *decoder) uvarint(field string) uint64 {
	if d.err != nil {
		return 0
	}
	d.field = d.at
	v, n := binary.Uvarint(d.buf[d.at:])
	switch {
	case n == 0:
		d.err = fmt.Errorf("message: %s at byte %d: %w", field, d.at, errTruncated)
		return 0
	case n < 0:
		d.fail(field, "does not fit into 64 bits")
		return 0
	case n > 1 && d.buf[d.at+n-1] == 0:
		d.fail(field, "is longer than it needs to be")
		return 0
	}
	d.at += n
	return v
}

func (d *decoder) entry() Entry {
	e := Entry{Term: Term(d.uvarint("entry's term")), Index: Index(d.uvarint("entry's index"))}
	e.Kind = EntryKind(d.byte("entry's kind"))
	if e.Kind > EntryConfig {
		d.fail("entry's kind", fmt.Sprintf("%d is none that is known", uint8(e.Kind)))
	}
	e.Data = d.bytes("entry's length")
	return e
}

// bytes reads a byte string with its length in front; an empty one is nil.
func (d *decoder) bytes(field string) []byte {
	n := d.uvarint(field)
	if d.err == nil && n > uint64(len(d.buf)-d.at) {
		d.fail(field, "is more than the message can hold")
	}
	if d.err != nil || n == 0 {
		return nil
	}
	d.at += int(n)
	return append([]byte(nil), d.buf[d.at-int(n):d.at]...)
}
