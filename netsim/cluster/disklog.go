package cluster

import (
	"slices"

	"raftarium/raft"
)

// chunkLength is how many entries a chunk of a disk's log holds.
const chunkLength = 1024

// diskLog is a log on disk, in chunks that never move: where a log that only grows is
// one slice, to move it costs more than all else that is done with it. All chunks but
// the last are full. What was written is never written over, because clones see it too.
type diskLog struct {
	chunks [][]raft.Entry
}

func (l *diskLog) len() int {
	if len(l.chunks) == 0 {
		return 0
	}
	last := len(l.chunks) - 1
	return last*chunkLength + len(l.chunks[last])
}

// append adds copies of the entries at the end.
func (l *diskLog) append(entries []raft.Entry) {
	for len(entries) > 0 {
		last := len(l.chunks) - 1
		if last < 0 || len(l.chunks[last]) == chunkLength {
			l.chunks = append(l.chunks, make([]raft.Entry, 0, chunkLength))
			last++
		}
		chunk := l.chunks[last]
		if cap(chunk) < chunkLength { // somebody else appends behind it
			chunk = append(make([]raft.Entry, 0, chunkLength), chunk...)
		}
		k := min(len(entries), chunkLength-len(chunk))
		l.chunks[last] = append(chunk, entries[:k]...)
		entries = entries[k:]
	}
}

// truncate leaves the first n entries.
func (l *diskLog) truncate(n int) {
	if n >= l.len() {
		return
	}
	whole, rest := n/chunkLength, n%chunkLength
	if rest == 0 {
		l.chunks = slices.Clip(l.chunks[:whole])
		return
	}
	l.chunks = slices.Clone(l.chunks[:whole+1])
	l.chunks[whole] = l.chunks[whole][:rest:rest]
}

// from is a log of the entries behind the first n, in memory of its own, so that what
// is before can go.
func (l *diskLog) from(n int) (rest diskLog) {
	for i, chunk := range l.chunks[n/chunkLength:] {
		if i == 0 {
			chunk = chunk[n%chunkLength:]
		}
		rest.append(chunk)
	}
	return rest
}

// clone returns a log of the same entries. Both may be appended to.
func (l *diskLog) clone() diskLog {
	c := diskLog{slices.Clone(l.chunks)}
	if last := len(c.chunks) - 1; last >= 0 {
		c.chunks[last] = slices.Clip(c.chunks[last])
	}
	return c
}

// at is the entry with n before it.
func (l *diskLog) at(n int) *raft.Entry { return &l.chunks[n/chunkLength][n%chunkLength] }

// all is all entries in a slice without spare room, nil if there are none. It may share
// its memory with the log, and is not written to.
func (l *diskLog) all() []raft.Entry {
	if len(l.chunks) == 1 {
		return slices.Clip(l.chunks[0])
	}
	return slices.Clip(slices.Concat(l.chunks...))
}
