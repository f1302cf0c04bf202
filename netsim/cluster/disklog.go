package cluster

import (
	"bytes"
	"iter"
	"slices"

	"raftarium/raft"
)

// chunkLength is how many entries a chunk of a disk's log holds.
const chunkLength = 512

// diskLog is a log on disk, in chunks that never move: where a log that only grows is
// one slice, to move it costs more than all else that is done with it. Disks of one
// world share what they hold alike, since they hold nearly the same. What was written
// is never written over.
type diskLog struct {
	base   raft.Index // of the snapshot before it
	n      int
	chunks []*diskChunk // of this log alone, the chunks are not
}

// diskChunk holds the entries of indexes that follow a multiple of chunkLength, one by one.
type diskChunk struct {
	shelf   *shelf // of the world that may write behind n
	number  raft.Index
	from, n int // places that are written: those before from are not
	entries []raft.Entry
}

// shelf is what the disks of a world have written last, for others to share.
type shelf struct{ chunks [4]*diskChunk }

// forget drops what snapshots stand for up to index i. Who still writes there goes on
// alone.
func (sh *shelf) forget(i raft.Index) {
	for k, c := range sh.chunks {
		if c != nil && (c.number+1)*chunkLength <= i {
			sh.chunks[k] = nil
		}
	}
}

// chunk is one with entries of a number for a log that goes on at place k in it: one
// that is written up to there at least, or a new one.
func (sh *shelf) chunk(number raft.Index, k int) *diskChunk {
	if c := sh.chunks[number%raft.Index(len(sh.chunks))]; c != nil && c.number == number && c.from <= k && k <= c.n {
		return c
	}
	return sh.add(&diskChunk{number: number, from: k, n: k})
}

func (sh *shelf) add(c *diskChunk) *diskChunk {
	c.shelf, c.entries = sh, make([]raft.Entry, chunkLength)
	sh.chunks[c.number%raft.Index(len(sh.chunks))] = c
	return c
}

// fork is a chunk of its own for a log that holds c in the places from lo up to k.
func (sh *shelf) fork(c *diskChunk, lo, k int) *diskChunk {
	own := sh.add(&diskChunk{number: c.number, from: lo, n: k})
	copy(own.entries[lo:k], c.entries[lo:k])
	return own
}

func (l *diskLog) len() int { return l.n }

// append adds copies of the entries at the end, which the shelf keeps.
func (l *diskLog) append(sh *shelf, entries []raft.Entry) {
	for i := range entries {
		e := &entries[i]
		at := l.base + raft.Index(l.n)
		k := int(at % chunkLength)
		if k == 0 || l.n == 0 {
			l.chunks = append(l.chunks, sh.chunk(at/chunkLength, k))
		}
		c := l.chunks[len(l.chunks)-1]
		if c.shelf != sh || k != c.n {
			if c.shelf == sh && k < c.n && same(&c.entries[k], e) {
				l.n++
				continue
			}
			c = sh.fork(c, int((max(at-raft.Index(k), l.base))%chunkLength), k)
			l.chunks[len(l.chunks)-1] = c
		}
		c.entries[k] = *e
		c.n++
		l.n++
	}
}

// same reports whether two entries are equal.
func same(a, b *raft.Entry) bool {
	return a.Term == b.Term && a.Index == b.Index && a.Kind == b.Kind && bytes.Equal(a.Data, b.Data)
}

// truncate leaves the first n entries.
func (l *diskLog) truncate(n int) {
	if n >= l.n {
		return
	}
	l.n = n
	l.chunks = l.chunks[:l.place(n+chunkLength-1)]
	if n == 0 {
		l.chunks = nil
	}
}

// place is where the entry with n before it has its chunk.
func (l *diskLog) place(n int) int {
	return int((l.base+raft.Index(n))/chunkLength - l.base/chunkLength)
}

// from is a log of the entries behind the first n, without the chunks before them: the
// one in which it begins stays whole.
func (l *diskLog) from(n int) diskLog {
	if n >= l.n {
		return diskLog{base: l.base + raft.Index(n)}
	}
	return diskLog{l.base + raft.Index(n), l.n - n, slices.Clone(l.chunks[l.place(n):])}
}

// clone returns a log of the same entries, for another world.
func (l *diskLog) clone() diskLog { return diskLog{l.base, l.n, slices.Clone(l.chunks)} }

// at is the entry with n before it.
func (l *diskLog) at(n int) *raft.Entry {
	return &l.chunks[l.place(n)].entries[(l.base+raft.Index(n))%chunkLength]
}

// each yields the entries in order.
func (l *diskLog) each() iter.Seq[*raft.Entry] {
	return func(yield func(*raft.Entry) bool) {
		for n := range l.n {
			if !yield(l.at(n)) {
				return
			}
		}
	}
}

// all is all entries in a slice without spare room, nil if there are none. It is not
// written to.
func (l *diskLog) all() []raft.Entry {
	if l.n == 0 {
		return nil
	}
	all := make([]raft.Entry, 0, l.n)
	for e := range l.each() {
		all = append(all, *e)
	}
	return all
}
