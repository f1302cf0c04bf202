package core

import (
	"iter"
	"slices"
	"sort"

	"raftarium/raft"
)

// maxIndex is beyond what any log reaches.
const maxIndex raft.Index = 1 << 62

// entryLog is the log behind a snapshot, which stands for all up to base.
//
// It consists of pieces, which never move: in a log that is one slice, to move it is
// the largest cost of a commit. A leader writes its entries into pieces of its own. A
// follower takes over the memory in which entries came, and while they come from one
// leader in order, they extend the last piece.
//
// Messages, Saves, Applies and clones point into the same memory. So an element is
// written once and never again, and only the log that made a piece writes behind the
// end of it: no clone, and not itself once it was cut.
type entryLog struct {
	base     raft.Index
	baseTerm raft.Term // of the entry at base, 0 with base 0
	older    []piece   // before tail; none is empty
	tail     piece     // not empty unless the log is
	own      bool      // the room behind tail is this log's to write
	joined   []raft.Entry
}

// piece is a stretch of the log that stands in one piece of memory.
type piece struct {
	before  raft.Index // of entries[0]: the index before it
	entries []raft.Entry
}

// end is the last index of a piece.
func (p *piece) end() raft.Index { return p.before + raft.Index(len(p.entries)) }

// from is the entries of a piece from index i on, which is in it.
func (p *piece) from(i raft.Index) []raft.Entry { return p.entries[i-p.before-1:] }

// A piece that a leader makes has room for twice as many entries as the one that it
// filled before, within these bounds.
const (
	leastPiece = 32
	mostPiece  = 512
)

// newLog is a log of entries behind base, in memory of its own, of which parts can go. What
// does not follow without a gap is left out.
func newLog(base raft.Index, term raft.Term, entries []raft.Entry) entryLog {
	n := 0
	for n < len(entries) && entries[n].Index == base+raft.Index(n+1) {
		n++
	}
	l := entryLog{base: base, baseTerm: term, tail: piece{before: base}}
	for part := range slices.Chunk(entries[:n], mostPiece) {
		l.begin(slices.Clone(part))
	}
	return l
}

// last is the index of the last entry, 0 if there never was one.
func (l *entryLog) last() raft.Index { return l.tail.end() }

// len is how many entries there are.
func (l *entryLog) len() int { return int(l.last() - l.base) }

// term is the term of the entry at i, and 0 where that is not known.
func (l *entryLog) term(i raft.Index) raft.Term {
	if k := i - l.tail.before - 1; k < raft.Index(len(l.tail.entries)) { // what is below wraps around
		return l.tail.entries[k].Term
	}
	return l.earlierTerm(i)
}

func (l *entryLog) earlierTerm(i raft.Index) raft.Term {
	if i == l.base {
		return l.baseTerm
	}
	if i < l.base || i > l.last() {
		return 0
	}
	return l.piece(i).from(i)[0].Term
}

// piece is the one in which the entry at i stands, which the log has.
func (l *entryLog) piece(i raft.Index) *piece {
	if i > l.tail.before {
		return &l.tail
	}
	return &l.older[sort.Search(len(l.older), func(k int) bool { return l.older[k].end() >= i })]
}

// between is the entries from lo to hi, both included, for others to keep. lo is
// behind base, hi at most last; it is empty if hi < lo.
func (l *entryLog) between(lo, hi raft.Index) []raft.Entry { return slices.Clip(l.toSend(lo, hi)) }

// toSend is between for a follower of this kind. The slice has room behind its end,
// by which the follower knows whether what comes next stands right behind it; nobody
// writes there but the log that has it to write.
func (l *entryLog) toSend(lo, hi raft.Index) []raft.Entry {
	if hi < lo {
		return nil
	}
	if lo > l.tail.before {
		return l.tail.entries[lo-l.tail.before-1 : hi-l.tail.before]
	}
	return l.join(lo, hi)
}

// join is toSend for what does not stand in the last piece.
func (l *entryLog) join(lo, hi raft.Index) []raft.Entry {
	n := int(hi - lo + 1)
	if part := l.piece(lo).from(lo); n <= len(part) {
		return part[:n]
	}
	joined := make([]raft.Entry, 0, n)
	for len(joined) < n {
		part := l.piece(lo).from(lo)
		part = part[:min(len(part), n-len(joined))]
		joined = append(joined, part...)
		lo += raft.Index(len(part))
	}
	return joined
}

// stretches yields the entries in order, by pieces.
func (l *entryLog) stretches() iter.Seq[[]raft.Entry] {
	return func(yield func([]raft.Entry) bool) {
		for i := range l.older {
			if !yield(l.older[i].entries) {
				return
			}
		}
		yield(l.tail.entries)
	}
}

// whole is all entries in one slice, for others to look at. What it had to put together
// for that it keeps, so that the next time costs no more than what is new.
func (l *entryLog) whole() []raft.Entry {
	if len(l.older) == 0 {
		return slices.Clip(l.tail.entries)
	}
	if next := l.base + 1 + raft.Index(len(l.joined)); next <= l.last() {
		l.joined = append(l.joined, l.between(next, l.last())...)
	}
	return slices.Clip(l.joined)
}

// compact forgets the entries up to i, which are all where the log ends before that.
func (l *entryLog) compact(i raft.Index) {
	if i >= l.last() {
		*l = newLog(i, l.term(i), nil)
		return
	}
	gone := sort.Search(len(l.older), func(k int) bool { return l.older[k].end() > i })
	l.base, l.baseTerm, l.joined = i, l.term(i), nil
	l.older = slices.Clone(l.older[gone:]) // clones see what it was
	if len(l.older) > 0 {
		l.older[0].forget(i)
	} else {
		l.tail.forget(i)
	}
}

// forget leaves the entries behind i. The memory of those before goes with the piece.
func (p *piece) forget(i raft.Index) {
	if i > p.before {
		*p = piece{i, p.from(i + 1)}
	}
}

// append adds entries at the end, which others may see too.
func (l *entryLog) append(e ...raft.Entry) {
	if len(e) == 0 {
		return
	}
	t := l.tail.entries
	if n := len(t); n > 0 && n+len(e) <= cap(t) && &t[:n+1][n] == &e[0] {
		l.tail.entries = t[:n+len(e)] // they stand behind what is here
		return
	}
	l.begin(e)
	l.own = false
}

// begin makes entries the last piece.
func (l *entryLog) begin(entries []raft.Entry) {
	before := l.last()
	if len(l.tail.entries) > 0 {
		l.older = append(l.older, l.tail)
	}
	l.tail = piece{before, entries}
}

// next adds an entry at the end, to be filled in at once.
func (l *entryLog) next() *raft.Entry {
	n := len(l.tail.entries)
	if room := cap(l.tail.entries); !l.own || n == room {
		size := leastPiece
		if l.own {
			size = min(max(2*room, leastPiece), mostPiece)
		}
		l.begin(make([]raft.Entry, 0, size))
		l.own, n = true, 0
	}
	l.tail.entries = l.tail.entries[:n+1]
	return &l.tail.entries[n]
}

// truncate removes the entries at from and above; from is behind base.
func (l *entryLog) truncate(from raft.Index) {
	l.own = false
	if from > l.last() {
		return
	}
	for from <= l.tail.before+1 && len(l.older) > 0 {
		k := len(l.older) - 1
		l.tail = l.older[k]
		l.older = l.older[:k:k] // clones see what stood behind
	}
	l.tail.entries = l.tail.entries[:from-l.tail.before-1]
	if keep := int(from - l.base - 1); keep < len(l.joined) {
		l.joined = l.joined[:keep:keep]
	}
}

// holds reports whether the log has an entry at i, and it is of that term.
func (l *entryLog) holds(i raft.Index, term raft.Term) bool {
	return i >= l.base && i <= l.last() && l.term(i) == term
}

// firstOfTerm is the first index whose term is at least t.
func (l *entryLog) firstOfTerm(t raft.Term) raft.Index {
	return l.search(func(term raft.Term) bool { return term >= t })
}

// lastOfTerm is the last index that is known to have term t, 0 if there is none.
func (l *entryLog) lastOfTerm(t raft.Term) raft.Index {
	i := l.search(func(term raft.Term) bool { return term > t }) - 1
	if i == 0 || l.term(i) != t {
		return 0
	}
	return i
}

// search is the first index whose term is late, and the one behind the log if none is.
// Terms do not fall along a log, unless a rule is off: then what is found follows from
// the entries all the same, and not from how they are stored.
func (l *entryLog) search(late func(raft.Term) bool) raft.Index {
	first := l.base + 1
	return first + raft.Index(sort.Search(l.len(), func(k int) bool { return late(l.term(first + raft.Index(k))) }))
}

// bytesOf is how much the commands of these entries take.
func bytesOf(entries []raft.Entry) int {
	sum := 0
	for i := range entries {
		sum += len(entries[i].Data)
	}
	return sum
}

// clone returns a log of the same entries, which writes in memory of its own.
func (l *entryLog) clone() entryLog {
	c := *l
	c.older, c.joined = slices.Clip(l.older), slices.Clip(l.joined)
	c.own = false
	return c
}
