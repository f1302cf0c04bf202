package kv

import (
	"encoding/binary"

	"raftarium/raft"
)

// Request is what a client sends to a server, once for each try. It is immutable
// from the moment at which it is sent.
type Request struct {
	Command
	Try uint32 // 1 for the first try of this operation, and so on
}

// Status is what became of a try.
type Status uint8

const (
	// OK: the operation took effect, by this try or an earlier one.
	OK Status = iota
	// NotLeader: definitely not done by this try. Leader is a hint where to ask.
	NotLeader
	// Lost: this try's entry lost its place in the log, or the server its
	// leadership. The operation may or may not have happened; the client has to
	// try again, under the same sequence number.
	Lost
	// Expired: the session of the operation is not in the table any more, by the order
	// of the log. This try did nothing; whether an earlier one took effect nobody can
	// tell any more, and to ask under another session might do it twice.
	Expired
	// Busy: definitely not done by this try. The server leads, and has as much to commit
	// as it takes on at a time; later it may take it.
	Busy
)

// String returns "ok", "not leader", "lost", "expired" or "busy".
func (s Status) String() string {
	switch s {
	case OK:
		return "ok"
	case NotLeader:
		return "not leader"
	case Lost:
		return "lost"
	case Expired:
		return "expired"
	case Busy:
		return "busy"
	}
	return "unknown status"
}

// Reply answers a Request. It is immutable from the moment at which it is sent.
type Reply struct {
	Client ClientID
	Seq    uint64
	Status Status
	Leader raft.ID // with NotLeader: who leads, as far as known
	// Value is the result of a Get. It is immutable: it may share memory with the
	// store's own, append-only, value.
	Value []byte
	// Index is, with OK, the log position that gave the answer: that of the
	// operation's entry or, for a Get that did without one, the last that the state
	// had applied which was read. It is 0 if neither is known. To a Register it is the
	// new session.
	Index raft.Index
	// By is how a Get was answered: with ReadsByLease, under a lease indeed.
	By Reads
	// Duplicate says that the operation had taken effect before: before the entry
	// at Index, which the session table therefore did not apply again, or, where a
	// repeated request was answered at once, before that request; Index is then the
	// entry by which it took effect.
	Duplicate bool
}

// AppendTo appends the canonical encoding: the command's, then the try.
func (r *Request) AppendTo(b []byte) []byte {
	return binary.AppendUvarint(r.Command.AppendTo(b), uint64(r.Try))
}

// AppendTo appends the canonical encoding, the fields in their order, the last two
// as one.
func (r *Reply) AppendTo(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(r.Client))
	b = binary.AppendUvarint(b, r.Seq)
	b = append(b, byte(r.Status))
	b = binary.AppendUvarint(b, uint64(r.Leader))
	b = binary.AppendUvarint(b, uint64(len(r.Value)))
	b = append(b, r.Value...)
	b = binary.AppendUvarint(b, uint64(r.Index))
	flags := byte(r.By) << 1
	if r.Duplicate {
		flags |= 1
	}
	return append(b, flags)
}
