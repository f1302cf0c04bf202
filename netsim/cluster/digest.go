package cluster

import (
	"raftarium/kv"
	"raftarium/netsim"
	"raftarium/raft"
)

// The digest of a message stands for its contents: equal messages have equal digests,
// and others, but for one in 2^64, do not. The few types that are nearly all of the
// traffic are folded field by field, the others by way of their encoding.

// What each type's digest begins with.
const (
	foldAppend uint64 = iota + 1
	foldAppendReply
	foldRequest
	foldReply
)

// digestOf is the digest of a payload.
func (w *World) digestOf(payload any) uint64 {
	switch m := payload.(type) {
	case *kv.Request:
		return digestRequest(m)
	case *kv.Reply:
		return digestReply(m)
	case raft.Message:
		return w.digestMessage(m)
	}
	return 0
}

// digestMessage is digestOf for what servers say to each other.
func (w *World) digestMessage(m raft.Message) uint64 {
	switch m := m.(type) {
	case *raft.AppendEntries:
		return digestAppend(m)
	case *raft.AppendEntriesReply:
		h := netsim.Fold(foldAppendReply, uint64(m.Term)<<1|bit(m.Success))
		h = netsim.Fold(netsim.Fold(h, uint64(m.Index)), m.Round)
		return netsim.Fold(netsim.Fold(h, uint64(m.ConflictTerm)), uint64(m.ConflictIndex))
	}
	w.buf = m.AppendTo(w.buf[:0])
	return netsim.Digest(w.buf)
}

// digestToSend is digestMessage for a message that leaves now. The same append often goes
// to several servers; that it is the same follows from where it stands, as messages are
// never written again.
func (w *World) digestToSend(m raft.Message) uint64 {
	a, ok := m.(*raft.AppendEntries)
	if !ok {
		return w.digestMessage(m)
	}
	if a != w.said {
		w.said, w.saidHash = a, digestAppend(a)
	}
	return w.saidHash
}

func digestAppend(m *raft.AppendEntries) uint64 {
	h := netsim.Fold(netsim.Fold(foldAppend, uint64(m.Term)), uint64(m.PrevIndex))
	h = netsim.Fold(netsim.Fold(h, uint64(m.PrevTerm)), uint64(m.Commit))
	h = netsim.Fold(netsim.Fold(h, m.Round), uint64(len(m.Entries)))
	for i := range m.Entries {
		e := &m.Entries[i]
		h = netsim.Fold(netsim.Fold(h, uint64(e.Term)<<2^uint64(e.Kind)), uint64(e.Index))
		h = netsim.Fold(h, netsim.Digest(e.Data))
	}
	return h
}

func digestRequest(m *kv.Request) uint64 {
	h := netsim.Fold(netsim.Fold(foldRequest, uint64(m.Client)), m.Seq)
	h = netsim.Fold(netsim.Fold(h, uint64(m.Session)), m.Lowest)
	h = netsim.Fold(h, uint64(m.Try)<<8|uint64(m.Op.Kind))
	return foldString(foldString(h, m.Op.Key), m.Op.Value)
}

func digestReply(m *kv.Reply) uint64 {
	h := netsim.Fold(netsim.Fold(foldReply, uint64(m.Client)), m.Seq)
	h = netsim.Fold(h, uint64(m.Leader)<<24|uint64(m.Status)<<16|uint64(m.By)<<8|bit(m.Duplicate))
	return netsim.Fold(netsim.Fold(h, uint64(m.Index)), netsim.Digest(m.Value))
}

// foldString mixes a string into a digest, its length included.
func foldString(h uint64, s string) uint64 {
	word := uint64(len(s))
	for i := range len(s) {
		if i&7 == 7 {
			h, word = netsim.Fold(h, word), 0
		}
		word = word<<8 | uint64(s[i])
	}
	return netsim.Fold(h, word)
}

func bit(v bool) uint64 {
	if v {
		return 1
	}
	return 0
}
