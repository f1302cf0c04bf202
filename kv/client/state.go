package client

import (
	"encoding/binary"

	"raftarium/kv"
)

// Clone returns a machine that behaves the same from here on. See [kv.Client].
func (c *machine) Clone() kv.Client {
	d := *c
	return &d
}

// AppendState appends the canonical bytes of the machine: the fields in their
// order, numbers as varints, lists and strings with their length in front.
func (c *machine) AppendState(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(c.id))
	b = binary.AppendUvarint(b, uint64(len(c.servers)))
	for _, id := range c.servers {
		b = binary.AppendUvarint(b, uint64(id))
	}
	b = binary.AppendVarint(b, int64(c.timing.Timeout))
	b = binary.AppendVarint(b, int64(c.timing.Backoff))
	b = append(b, byte(c.rules), flag(c.busy), flag(c.resting), byte(c.op.Kind))
	b = appendString(b, c.op.Key)
	b = appendString(b, c.op.Value)
	b = binary.AppendUvarint(b, c.seq)
	b = binary.AppendUvarint(b, uint64(c.try))
	b = binary.AppendUvarint(b, uint64(c.guess))
	b = binary.AppendUvarint(b, uint64(c.asked))
	return binary.AppendUvarint(b, uint64(c.hops))
}

func appendString(b []byte, s string) []byte {
	b = binary.AppendUvarint(b, uint64(len(s)))
	return append(b, s...)
}

func flag(v bool) byte {
	if v {
		return 1
	}
	return 0
}

// Inspect overwrites *st. See [kv.Client].
func (c *machine) Inspect(st *kv.ClientStatus) {
	*st = kv.ClientStatus{
		ID: c.id, Busy: c.busy, Op: c.op, Seq: c.seq, Try: c.try, Server: c.asked, Resting: c.resting,
	}
}
