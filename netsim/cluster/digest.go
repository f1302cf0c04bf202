package cluster

import (
	"raftarium/kv"
	"raftarium/netsim"
	"raftarium/raft"
)

// The digest of a message stands for its contents: equal messages have equal digests,
// and others, but for one in 2^64, do not. The few types that are nearly all of the
// traffic are folded field by field, the others by way of their encoding.

// fold mixes a word into a digest. For each digest it is one to one in the word.
func fold(h, word uint64) uint64 {
	h = (h ^ word) * 0x9e3779b97f4a7c15
	return h ^ h>>32
}

// What each type's digest begins with.
const (
	foldAppend uint64 = iota + 1
	foldAppendReply
	foldRequest
	foldReply
)

// digestOf is the digest of a payload, from its contents as they are now.
func (w *World) digestOf(payload any) uint64 {
	switch m := payload.(type) {
	case *raft.AppendEntries:
		h := digestAppend(m)
		for i := range m.Entries {
			h = foldEntry(h, &m.Entries[i], netsim.Digest(m.Entries[i].Data))
		}
		return h
	case *kv.Request:
		return digestRequest(m)
	case *kv.Reply:
		return digestReply(m)
	case raft.Message:
		return w.digestMessage(m)
	}
	return 0
}

// digestMessage is the digest of a message that a server sends. It knows the contents of
// entries that it has seen before.
func (w *World) digestMessage(m raft.Message) uint64 {
	switch m := m.(type) {
	case *raft.AppendEntries:
		h := digestAppend(m)
		for i := range m.Entries {
			e := &m.Entries[i]
			h = foldEntry(h, e, w.contents.of(e.Index, e.Data))
		}
		return h
	case *raft.AppendEntriesReply:
		h := fold(foldAppendReply, uint64(m.Term)<<1|bit(m.Success))
		h = fold(fold(h, uint64(m.Index)), m.Round)
		return fold(fold(h, uint64(m.ConflictTerm)), uint64(m.ConflictIndex))
	}
	w.buf = m.AppendTo(w.buf[:0])
	return netsim.Digest(w.buf)
}

// digestAppend is the digest of an AppendEntries without its entries.
func digestAppend(m *raft.AppendEntries) uint64 {
	h := fold(fold(foldAppend, uint64(m.Term)), uint64(m.PrevIndex))
	h = fold(fold(h, uint64(m.PrevTerm)), uint64(m.Commit))
	return fold(fold(h, m.Round), uint64(len(m.Entries)))
}

// foldEntry mixes an entry into a digest, given that of its data.
func foldEntry(h uint64, e *raft.Entry, data uint64) uint64 {
	return fold(fold(fold(h, uint64(e.Term)<<2^uint64(e.Kind)), uint64(e.Index)), data)
}

func digestRequest(m *kv.Request) uint64 {
	h := fold(fold(foldRequest, uint64(m.Client)), m.Seq)
	h = fold(fold(h, uint64(m.Session)), m.Lowest)
	h = fold(h, uint64(m.Try)<<8|uint64(m.Op.Kind))
	return foldString(foldString(h, m.Op.Key), m.Op.Value)
}

func digestReply(m *kv.Reply) uint64 {
	h := fold(fold(foldReply, uint64(m.Client)), m.Seq)
	h = fold(h, uint64(m.Leader)<<24|uint64(m.Status)<<16|uint64(m.By)<<8|bit(m.Duplicate))
	return fold(fold(h, uint64(m.Index)), netsim.Digest(m.Value))
}

// foldString mixes a string into a digest, its length included.
func foldString(h uint64, s string) uint64 {
	word := uint64(len(s))
	for i := range len(s) {
		if i&7 == 7 {
			h, word = fold(h, word), 0
		}
		word = word<<8 | uint64(s[i])
	}
	return fold(h, word)
}

func bit(v bool) uint64 {
	if v {
		return 1
	}
	return 0
}

// contents remembers digests of entries' data, which is the same memory in all the
// messages that carry an entry, and never written again.
type contents struct {
	known []content // contentsKept of them, once there is one
}

type content struct {
	data   *byte
	length int
	digest uint64
}

// contentsKept is a power of two, more than travels at a time, but for a server that
// catches up.
const contentsKept = 256

// of is the digest of the data of an entry.
func (c *contents) of(index raft.Index, data []byte) uint64 {
	if len(data) == 0 {
		return 0
	}
	if c.known == nil {
		c.known = make([]content, contentsKept)
	}
	k := &c.known[index&(contentsKept-1)]
	if k.data != &data[0] || k.length != len(data) {
		k.data, k.length, k.digest = &data[0], len(data), netsim.Digest(data)
	}
	return k.digest
}
