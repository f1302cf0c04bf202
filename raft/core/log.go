package core

import (
	"slices"
	"sort"

	"raftarium/raft"
)

// entryLog is the log. The entry with index i stands at entries[i-1].
//
// Messages, Saves, Applies and clones point into the same memory. So an element is
// written once and never again: whoever else sees the slice sees it with its
// capacity cut to its length, and so does the log itself after a truncation, which
// makes the next append move to new memory instead of overwriting the old.
type entryLog struct{ entries []raft.Entry }

// newLog takes over entries for reading. What does not follow from index 1
// without a gap is left out.
func newLog(entries []raft.Entry) entryLog {
	n := 0
	for n < len(entries) && entries[n].Index == raft.Index(n+1) {
		n++
	}
	return entryLog{entries[:n:n]}
}

// last is the index of the last entry, 0 if there is none.
func (l *entryLog) last() raft.Index { return raft.Index(len(l.entries)) }

// term is the term of the entry at i, and 0 where there is none.
func (l *entryLog) term(i raft.Index) raft.Term {
	if i-1 < raft.Index(len(l.entries)) { // i == 0 wraps around and is refused too
		return l.entries[i-1].Term
	}
	return 0
}

// between is the entries from lo to hi, both included, for others to keep. lo is
// at least 1, hi at most last; it is empty if hi < lo.
func (l *entryLog) between(lo, hi raft.Index) []raft.Entry {
	if hi < lo {
		return nil
	}
	return l.entries[lo-1 : hi : hi]
}

// append adds entries at the end. A log in memory only grows, and moving it is the
// largest cost of a commit: it doubles, where the built-in append adds a quarter.
func (l *entryLog) append(e ...raft.Entry) {
	if need := len(l.entries) + len(e); need > cap(l.entries) {
		grown := make([]raft.Entry, len(l.entries), max(need, 2*len(l.entries), 16))
		copy(grown, l.entries)
		l.entries = grown
	}
	l.entries = append(l.entries, e...)
}

// truncate removes the entries at from and above.
func (l *entryLog) truncate(from raft.Index) {
	l.entries = l.entries[: from-1 : from-1]
}

// present is how many of the entries, from the first on, the log already holds:
// the same term at the same index.
func (l *entryLog) present(entries []raft.Entry) int {
	for k := range entries {
		if i := entries[k].Index; i > l.last() || l.term(i) != entries[k].Term {
			return k
		}
	}
	return len(entries)
}

// firstOfTerm is the first index whose term is at least t; terms never fall along
// a log.
func (l *entryLog) firstOfTerm(t raft.Term) raft.Index {
	return raft.Index(sort.Search(len(l.entries), func(k int) bool { return l.entries[k].Term >= t })) + 1
}

// lastOfTerm is the last index with term t, 0 if there is none.
func (l *entryLog) lastOfTerm(t raft.Term) raft.Index {
	i := raft.Index(sort.Search(len(l.entries), func(k int) bool { return l.entries[k].Term > t }))
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
func (l *entryLog) clone() entryLog { return entryLog{slices.Clip(l.entries)} }
