package server

import (
	"encoding/binary"

	"raftarium/kv"
	"raftarium/raft"
)

// view is a command that was read where it stands: key and value share the
// memory of the entry, which nobody writes.
type view struct {
	client     kv.ClientID
	seq        uint64
	kind       kv.Kind
	session    raft.Index
	lowest     uint64
	key, value []byte
}

// read makes v the command that b encodes. It accepts exactly what
// kv.DecodeCommand accepts, and leaves no garbage; on false v is worthless.
func (v *view) read(b []byte) bool { return v.readPlain(b) || v.readAny(b) }

// readPlain is read for what commands nearly always are: of a client below 128, with a
// sequence number of two bytes at most and a key and a value that are short. Each
// server reads each command, so it is done in one go. It may write to v and report false.
func (v *view) readPlain(b []byte) bool {
	if len(b) < 6 || b[0]|b[2] >= 0x80 {
		return false
	}
	seq, n := uint64(b[1]), 2
	if seq >= 0x80 {
		seq, n = seq&0x7f|uint64(b[2])<<7, 3
		if b[2] == 0 {
			return false
		}
	}
	kind, key := kv.Kind(b[n]), n+2
	value := key + int(b[n+1]) + 1
	if value > len(b) || kind-kv.Get > kv.Expire-kv.Get || int(b[value-1]) != len(b)-value || len(b) >= 0x80 {
		return false
	}
	v.client, v.seq, v.kind, v.session, v.lowest = kv.ClientID(b[0]), seq, kind, 0, 0
	v.key, v.value = b[key:value-1:value-1], b[value:len(b):len(b)]
	return true
}

// readAny is read for all others.
func (v *view) readAny(b []byte) bool {
	client, b, ok := uvarint(b)
	if !ok || client > 1<<32-1 {
		return false
	}
	v.client = kv.ClientID(client)
	if v.seq, b, ok = uvarint(b); !ok || len(b) == 0 {
		return false
	}
	v.session, v.lowest = 0, 0
	v.kind, b = kv.Kind(b[0]), b[1:]
	if v.kind < kv.Get || v.kind > kv.Expire {
		if b, ok = v.readSession(b); !ok {
			return false
		}
	}
	if v.key, b, ok = take(b); !ok {
		return false
	}
	v.value, b, ok = take(b)
	return ok && len(b) == 0
}

// readSession reads what stands between the kind and the key of a command that says
// more than most.
func (v *view) readSession(b []byte) (rest []byte, ok bool) {
	v.kind -= kv.InSession // of another kind it makes one that is none
	if v.kind < kv.Get || v.kind > kv.Expire {
		return b, false
	}
	session, b, ok := uvarint(b)
	if !ok {
		return b, false
	}
	v.session = raft.Index(session)
	v.lowest, b, ok = uvarint(b)
	return b, ok && session|v.lowest != 0
}

func uvarint(b []byte) (v uint64, rest []byte, ok bool) {
	if len(b) > 0 && b[0] < 0x80 {
		return uint64(b[0]), b[1:], true
	}
	v, n := binary.Uvarint(b)
	if n <= 0 || b[n-1] == 0 {
		return 0, b, false
	}
	return v, b[n:], true
}

func take(b []byte) (s, rest []byte, ok bool) {
	n, b, ok := uvarint(b)
	if !ok || n > uint64(len(b)) {
		return nil, b, false
	}
	return b[:n:n], b[n:], true
}
