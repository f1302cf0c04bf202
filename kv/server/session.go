package server

import (
	"cmp"
	"encoding/binary"
	"slices"

	"raftarium/kv"
	"raftarium/raft"
)

// sessions is the layer around the store that makes each Put and Append take
// effect exactly once (section 8; dissertation 6.3). A client has one operation
// outstanding and counts its operations, so that one number for each client says
// it all: what the number reaches has been done, or given up.
type sessions struct {
	list []session // by increasing client
}

type session struct {
	client kv.ClientID
	seq    uint64     // its last operation that took effect
	index  raft.Index // the entry by which it did
}

// verdict is what the session table says of an operation.
type verdict uint8

const (
	fresh    verdict = iota // not seen yet
	repeated                // the client's last operation, which took effect already
	stale                   // older than that: nobody waits for its answer any more
)

func (t *sessions) find(client kv.ClientID) (at int, found bool) {
	// Clients are numbered from 1, and mostly all of them are there.
	if at = int(client) - 1; at >= 0 && at < len(t.list) && t.list[at].client == client {
		return at, true
	}
	return slices.BinarySearchFunc(t.list, client, func(s session, c kv.ClientID) int {
		return cmp.Compare(s.client, c)
	})
}

// judge says what is known of an operation and, if it is repeated, which entry
// performed it.
func (t *sessions) judge(rules ruleSet, client kv.ClientID, seq uint64) (verdict, raft.Index) {
	if !rules.on(sessionTable) {
		return fresh, 0
	}
	at, found := t.find(client)
	switch {
	case !found || seq > t.list[at].seq:
		return fresh, 0
	case seq == t.list[at].seq:
		return repeated, t.list[at].index
	}
	return stale, 0
}

// record notes that an operation took effect at index. The table is kept while
// its rule is off, so that the rule can be switched on again.
func (t *sessions) record(client kv.ClientID, seq uint64, index raft.Index) {
	at, found := t.find(client)
	if !found {
		t.list = slices.Insert(t.list, at, session{client: client, seq: seq, index: index})
	} else if s := &t.list[at]; seq > s.seq {
		s.seq, s.index = seq, index
	}
}

func (t *sessions) clone() sessions { return sessions{list: slices.Clone(t.list)} }

func (t *sessions) appendState(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(len(t.list)))
	for i := range t.list {
		s := &t.list[i]
		b = binary.AppendUvarint(b, uint64(s.client))
		b = binary.AppendUvarint(b, s.seq)
		b = binary.AppendUvarint(b, uint64(s.index))
	}
	return b
}

func (t *sessions) inspect(to []kv.Session) []kv.Session {
	for i := range t.list {
		to = append(to, kv.Session{Client: t.list[i].client, Seq: t.list[i].seq})
	}
	return to
}
