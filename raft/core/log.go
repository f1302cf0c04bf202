package core

import (
	"slices"
	"sort"

	"raftarium/raft"
)

// maxIndex is beyond what any log reaches.
const maxIndex raft.Index = 1 << 62

// entryLog is the log behind a snapshot, which stands for all up to base. The entry
// with index i stands at entries[i-base-1].
//
// Messages, Saves, Applies and clones point into the same memory. So an element is
// written once and never again: whoever else sees the slice sees it with its
// capacity cut to its length, and so does the log itself after a truncation, which
// makes the next append move to new memory instead of overwriting the old.
type entryLog struct {
	base     raft.Index
	baseTerm raft.Term // of the entry at base, 0 with base 0
	entries  []raft.Entry
}

// newLog takes over entries behind base for reading. What does not follow without a
// gap is left out.
func newLog(base raft.Index, term raft.Term, entries []raft.Entry) entryLog {
	n := 0
	for n < len(entries) && entries[n].Index == base+raft.Index(n+1) {
		n++
	}
	return entryLog{base, term, entries[:n:n]}
}

// last is the index of the last entry, 0 if there never was one.
func (l *entryLog) last() raft.Index { return l.base + raft.Index(len(l.entries)) }

// term is the term of the entry at i, and 0 where that is not known.
func (l *entryLog) term(i raft.Index) raft.Term {
	if i-l.base-1 < raft.Index(len(l.entries)) { // what is below wraps around and is refused too
		return l.entries[i-l.base-1].Term
	}
	if i == l.base {
		return l.baseTerm
	}
	return 0
}

// between is the entries from lo to hi, both included, for others to keep. lo is
// behind base, hi at most last; it is empty if hi < lo.
func (l *entryLog) between(lo, hi raft.Index) []raft.Entry {
	if hi < lo {
		return nil
	}
	return l.entries[lo-l.base-1 : hi-l.base : hi-l.base]
}

// compact forgets the entries up to i, which is at most last. The others move, so
// that the memory before them can go.
func (l *entryLog) compact(i raft.Index) {
	term := l.term(i)
	*l = entryLog{i, term, slices.Clone(l.between(i+1, l.last()))}
}

// append adds entries at the end.
func (l *entryLog) append(e ...raft.Entry) {
	if len(l.entries)+len(e) > cap(l.entries) {
		l.grow(len(e))
	}
	if len(e) == 1 {
		l.entries = append(l.entries, e[0])
		return
	}
	l.entries = append(l.entries, e...)
}

// next adds an entry at the end, to be filled in at once.
func (l *entryLog) next() *raft.Entry {
	n := len(l.entries)
	if n == cap(l.entries) {
		l.grow(1)
	}
	l.entries = l.entries[:n+1]
	return &l.entries[n]
}

// grow makes room for k more. A log in memory only grows, and moving it is the
// largest cost of a commit: it becomes four times as long, and twice once it is long,
// where the built-in append adds a quarter.
func (l *entryLog) grow(k int) {
	factor := 4
	if len(l.entries) >= 1<<16 {
		factor = 2
	}
	grown := make([]raft.Entry, len(l.entries), max(len(l.entries)+k, factor*len(l.entries), 16))
	copy(grown, l.entries)
	l.entries = grown
}

// truncate removes the entries at from and above.
func (l *entryLog) truncate(from raft.Index) {
	l.entries = l.entries[: from-l.base-1 : from-l.base-1]
}

// holds reports whether the log has an entry at i, and it is of that term.
func (l *entryLog) holds(i raft.Index, term raft.Term) bool {
	return i >= l.base && i <= l.last() && l.term(i) == term
}

// firstOfTerm is the first index whose term is at least t; terms never fall along
// a log.
func (l *entryLog) firstOfTerm(t raft.Term) raft.Index {
	return l.base + raft.Index(sort.Search(len(l.entries), func(k int) bool { return l.entries[k].Term >= t })) + 1
}

// lastOfTerm is the last index that is known to have term t, 0 if there is none.
func (l *entryLog) lastOfTerm(t raft.Term) raft.Index {
	i := l.base + raft.Index(sort.Search(len(l.entries), func(k int) bool { return l.entries[k].Term > t }))
	if i == 0 || l.term(i) != t {
		return 0
	}
	return i
}

// bytesOf is how much the commands of these entries take.
func bytesOf(entries []raft.Entry) int {
	sum := 0
	for i := range entries {
		sum += len(entries[i].Data)
	}
	return sum
}

// clone returns a log of the same entries. The first of the two that appends
// beyond what both see does so in memory of its own.
func (l *entryLog) clone() entryLog { return entryLog{l.base, l.baseTerm, slices.Clip(l.entries)} }
