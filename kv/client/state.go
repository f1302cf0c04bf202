package client

import (
	"cmp"
	"encoding/binary"
	"slices"

	"raftarium/kv"
	"raftarium/raft"
)

// Clone returns a machine that behaves the same from here on. See [kv.Client].
func (c *machine) Clone() kv.Client {
	d := *c
	d.more = slices.Clone(c.more)
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
	b = append(b, byte(c.rules), flag(c.registers))
	b = binary.AppendUvarint(b, c.seq)
	b = binary.AppendUvarint(b, uint64(c.guess))
	b = c.first.appendState(b)
	b = binary.AppendUvarint(b, uint64(len(c.more)))
	for i := range c.more {
		b = c.more[i].appendState(b)
	}
	if c.registers {
		b = binary.AppendUvarint(b, uint64(c.session))
		b = c.register.appendState(b)
	}
	return b
}

func (k *call) appendState(b []byte) []byte {
	b = append(b, flag(k.busy), flag(k.resting), flag(k.refused), byte(k.op.Kind))
	b = appendString(b, k.op.Key)
	b = appendString(b, k.op.Value)
	b = binary.AppendUvarint(b, k.seq)
	b = binary.AppendUvarint(b, uint64(k.session))
	b = binary.AppendUvarint(b, uint64(k.try))
	b = binary.AppendUvarint(b, uint64(k.asked))
	b = binary.AppendUvarint(b, uint64(k.hops))
	return binary.AppendUvarint(b, uint64(k.rests))
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
	list := st.Outstanding[:0]
	for key := range len(c.more) + 1 {
		if k := c.call(key); k.busy {
			list = append(list, k.status())
		}
	}
	slices.SortFunc(list, func(a, b kv.Outstanding) int { return cmp.Compare(a.Seq, b.Seq) })
	*st = kv.ClientStatus{ID: c.id, Session: c.session, Window: len(c.more) + 1, Outstanding: list}
	if c.register.busy {
		st.Registration = c.register.status()
	}
	now := c.first.status() // the last one, of a client that has one at a time
	if len(list) > 0 {
		now = list[0]
	}
	st.Busy, st.Op, st.Seq, st.Try = len(list) > 0, now.Op, now.Seq, now.Try
	st.Server, st.Resting, st.Refused = now.Server, now.Resting, now.Refused
}

func (k *call) status() kv.Outstanding {
	st := kv.Outstanding{
		Op: k.op, Seq: k.seq, Try: k.try, Server: k.asked, Session: k.session, Resting: k.resting, Refused: k.refused,
	}
	if k.busy && k.try == 0 {
		st.Server = raft.None
	}
	return st
}
