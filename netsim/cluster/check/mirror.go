package check

import "raftarium/raft"

// mirror is the log of a server as chain hashes: one for each entry behind a
// snapshot, which stands for what was committed up to base. Its cost does not depend
// on how much a snapshot stands for.
type mirror struct {
	base int
	tail table[uint64] // of the entries behind index off, which is at most base
	off  int
}

// len is the index of the last entry.
func (m *mirror) len() int { return max(m.base, m.off+m.tail.n) }

// cover puts a snapshot in the place of all up to index n. What the log has behind
// that stays, unless the log began behind it.
func (m *mirror) cover(n int) {
	if n < m.base || n > m.len() {
		*m = mirror{base: n, off: n}
		return
	}
	m.base = n
}

// reach is cover for a log that will be compared, entry by entry: a snapshot that
// is older than the last known lets the log begin anew.
func (m *mirror) reach(n int) {
	if n != m.base {
		m.cover(n)
	}
}

// cut shortens the log to n entries.
func (m *mirror) cut(n int) {
	if n < m.base {
		*m = mirror{base: n, off: n}
		return
	}
	m.tail.cut(n - m.off)
}

// shareCommitted lets logs share what they hold of what is committed, once there is a
// chunk more of that: nearly all of all logs. It looks at the chunk before that too, for
// those that lag.
func (j *Judge) shareCommitted() {
	last := j.committed.n>>chunkBits - 1
	for k := max(last-1, 0); k <= last; k++ {
		for i := range j.servers {
			s := &j.servers[i]
			for _, m := range [...]*mirror{&s.asked, &s.durable} {
				if skip := m.off >> chunkBits; m.off&(chunkLen-1) == 0 && k >= skip {
					share(&m.tail, k-skip, &j.committed, k)
				}
			}
		}
	}
}

func (m *mirror) clone() mirror { return mirror{m.base, m.tail.clone(), m.off} }

// chain is the chain hash of a log up to index at, which is at most its length.
func (j *Judge) chain(m *mirror, at int) uint64 {
	if at <= m.base {
		return j.chainOf(at)
	}
	return m.tail.get(at - 1 - m.off)
}

// chainOf is the chain hash of what is committed up to index at, 0 if that is more
// than was applied anywhere.
func (j *Judge) chainOf(at int) uint64 {
	switch {
	case at == 0:
		return rootChain
	case at > j.committed.n:
		return 0
	}
	return j.committed.get(at - 1)
}

// maxIndex is beyond what any run reaches.
const maxIndex = 1 << 30

// saneIndex is the index that a snapshot says, as far as it can be one.
func (j *Judge) saneIndex(i raft.Index) int { return int(min(i, maxIndex)) }
