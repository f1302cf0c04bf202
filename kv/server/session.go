package server

import (
	"cmp"
	"encoding/binary"
	"slices"

	"raftarium/kv"
	"raftarium/raft"
)

// sessions is the layer around the store that makes each Put and Append take
// effect exactly once (section 8; dissertation 6.3). Where a client has one operation
// outstanding, one number for each client says it all: what the number reaches has
// been done, or given up. Where it has several, the table keeps what was done above
// the lowest number that the client waits for, too.
//
// With a limit, sessions are registered, and the log says which one ends.
type sessions struct {
	limit int       // how many there are at most; 0: clients do not register
	list  []session // by increasing key
}

type session struct {
	// key is the index of the entry that registered the session, or the client where
	// clients do not register.
	key    uint64
	client kv.ClientID
	seq    uint64     // highest operation that took effect, 0 for none
	index  raft.Index // the entry by which it did
	// used is the last entry that used the session, with a limit.
	used raft.Index
	// lowest is the lowest operation that the client waits for, 0 if it has only one
	// outstanding. kept are those from there on that took effect, without seq, by
	// increasing number.
	lowest uint64
	kept   []answer
}

// answer is what the table keeps of an operation that took effect. The values of Gets
// are not kept: one that is asked for again is read again, while its client waits.
type answer struct {
	seq   uint64
	index raft.Index
}

// verdict is what the session table says of an operation.
type verdict uint8

const (
	fresh    verdict = iota // not seen yet
	repeated                // took effect already, and the client may wait for the answer
	stale                   // older than that: nobody waits for its answer any more
)

// keyOf is by what the table knows the session of a command.
func (t *sessions) keyOf(client kv.ClientID, session raft.Index) uint64 {
	if t.limit > 0 {
		return uint64(session)
	}
	return uint64(client)
}

func (t *sessions) find(key uint64) (at int, found bool) {
	// Clients are numbered from 1, and mostly all of them are there.
	if at = int(key) - 1; at >= 0 && at < len(t.list) && t.list[at].key == key {
		return at, true
	}
	return slices.BinarySearchFunc(t.list, key, func(s session, k uint64) int {
		return cmp.Compare(s.key, k)
	})
}

// judge says what is known of an operation and, if it is repeated, which entry
// performed it.
func (t *sessions) judge(rules ruleSet, key, seq uint64) (verdict, raft.Index) {
	if !rules.on(sessionTable) {
		return fresh, 0
	}
	at, found := t.find(key)
	switch {
	case !found || seq > t.list[at].seq:
		return fresh, 0
	case seq == t.list[at].seq:
		return repeated, t.list[at].index
	case seq < t.list[at].lowest || t.list[at].lowest == 0:
		return stale, 0
	}
	kept := t.list[at].kept
	if k, found := findAnswer(kept, seq); found {
		return repeated, kept[k].index
	}
	return fresh, 0
}

func findAnswer(kept []answer, seq uint64) (at int, found bool) {
	return slices.BinarySearchFunc(kept, seq, func(a answer, seq uint64) int { return cmp.Compare(a.seq, seq) })
}

// record notes that an operation took effect at index. The table is kept while
// its rule is off, so that the rule can be switched on again.
func (t *sessions) record(rules ruleSet, c *view, index raft.Index) {
	key := t.keyOf(c.client, c.session)
	at, found := t.find(key)
	switch {
	case !found && t.limit > 0:
	case !found:
		t.list = slices.Insert(t.list, at, session{key: key, client: c.client, seq: c.seq, index: index, lowest: c.lowest})
	case c.lowest != 0 || t.list[at].lowest != 0:
		t.list[at].keep(rules, c, index)
	default:
		if s := &t.list[at]; c.seq > s.seq {
			s.seq, s.index = c.seq, index
		}
	}
}

// keep is record for a client that has several operations outstanding.
func (s *session) keep(rules ruleSet, c *view, index raft.Index) {
	lowest := c.lowest
	if lowest == 0 {
		lowest = c.seq
	}
	s.lowest = max(s.lowest, lowest)
	switch at, found := findAnswer(s.kept, c.seq); {
	case c.seq == s.seq || found:
	case c.seq > s.seq:
		if s.seq > 0 {
			s.kept = append(s.kept, answer{s.seq, s.index})
		}
		s.seq, s.index = c.seq, index
	default:
		s.kept = slices.Insert(s.kept, at, answer{c.seq, index})
	}
	answered, _ := findAnswer(s.kept, s.lowest)
	if !rules.on(keepAnswers) {
		answered = len(s.kept)
	}
	s.kept = slices.Delete(s.kept, 0, answered)
}

// open begins the session that the entry at index registers. It ends the one that was
// used least recently if there would be too many, and returns that.
func (t *sessions) open(client kv.ClientID, index raft.Index) (ended session) {
	if len(t.list) > 0 && len(t.list) >= t.limit {
		oldest := 0
		for i := range t.list {
			if t.list[i].used < t.list[oldest].used {
				oldest = i
			}
		}
		ended = t.list[oldest]
		t.list = slices.Delete(t.list, oldest, oldest+1)
	}
	if at, found := t.find(uint64(index)); !found {
		t.list = slices.Insert(t.list, at, session{key: uint64(index), client: client, used: index})
	}
	return ended
}

// end ends a session, and returns it if there was one.
func (t *sessions) end(session raft.Index) (ended session) {
	if at, found := t.find(uint64(session)); found {
		ended = t.list[at]
		t.list = slices.Delete(t.list, at, at+1)
	}
	return ended
}

// use notes that the session of a command was used at an index, and returns false if
// there is no such session. Who uses it is the log: what a server sees of requests,
// and what a clock says, differs from server to server, and they would not end the
// same session.
func (t *sessions) use(rules ruleSet, by usage, session raft.Index, index raft.Index) bool {
	at, found := t.find(uint64(session))
	if found && (by == byEntry) == rules.on(expireThroughLog) {
		t.list[at].used = index
	}
	return found
}

// usage is what a session is used by.
type usage uint8

const (
	byEntry   usage = iota // of the log
	byRequest              // to this server
)

func (t *sessions) clone() sessions {
	c := sessions{limit: t.limit, list: slices.Clone(t.list)}
	for i := range c.list {
		c.list[i].kept = slices.Clone(c.list[i].kept)
	}
	return c
}

// plain reports whether one number for each client says all of the table.
func (t *sessions) plain() bool {
	return !slices.ContainsFunc(t.list, func(s session) bool {
		return s.lowest != 0 || s.used != 0 || s.key != uint64(s.client)
	})
}

// appendState appends the table: in full, or, if it is plain, in short.
func (t *sessions) appendState(b []byte) []byte {
	plain := t.plain()
	b = binary.AppendUvarint(b, uint64(len(t.list)))
	for i := range t.list {
		s := &t.list[i]
		b = binary.AppendUvarint(b, s.key)
		b = binary.AppendUvarint(b, s.seq)
		b = binary.AppendUvarint(b, uint64(s.index))
		if plain {
			continue
		}
		b = binary.AppendUvarint(b, uint64(s.client))
		b = binary.AppendUvarint(b, uint64(s.used))
		b = binary.AppendUvarint(b, s.lowest)
		b = binary.AppendUvarint(b, uint64(len(s.kept)))
		for _, a := range s.kept {
			b = binary.AppendUvarint(b, a.seq)
			b = binary.AppendUvarint(b, uint64(a.index))
		}
	}
	return b
}

// inspect appends the sessions to a list, reusing the memory of what stands behind it.
func (t *sessions) inspect(to []kv.Session) []kv.Session {
	for i := range t.list {
		s := &t.list[i]
		var kept []uint64
		if n := len(to); n < cap(to) {
			kept = to[:n+1][n].Kept[:0]
		}
		for _, a := range s.kept {
			kept = append(kept, a.seq)
		}
		one := kv.Session{Client: s.client, Seq: s.seq, Used: s.used, Lowest: s.lowest, Kept: kept}
		if t.limit > 0 {
			one.ID = raft.Index(s.key)
		}
		to = append(to, one)
	}
	return to
}
