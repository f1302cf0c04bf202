package check

const (
	chunkBits = 7
	chunkLen  = 1 << chunkBits
	// aheadMost is how many chunks are allocated at once in a long table.
	aheadMost = 16
)

// table is a list that clones in a time that is small beside its length: clones
// share chunks until one of them writes there.
type table[T any] struct {
	chunks []tableChunk[T]
	n      int
	ahead  [][chunkLen]T // for the chunks that come next; no other table sees them
	spare  *[chunkLen]T  // likewise, before those
}

type tableChunk[T any] struct {
	at     *[chunkLen]T
	shared bool // another table may read it: copy before writing
}

func (t *table[T]) get(i int) T { return t.chunks[i>>chunkBits].at[i&(chunkLen-1)] }

func (t *table[T]) ref(i int) *T { return &t.chunks[i>>chunkBits].at[i&(chunkLen-1)] }

func (t *table[T]) set(i int, x T) { *t.own(i) = x }

func (t *table[T]) add(x T) { *t.next() = x }

// next adds an element that may hold anything and returns it, to be filled in.
func (t *table[T]) next() *T {
	i := t.n
	if i>>chunkBits == len(t.chunks) || t.chunks[i>>chunkBits].shared {
		t.room()
	}
	t.n++
	return &t.chunks[i>>chunkBits].at[i&(chunkLen-1)]
}

// room makes sure that there is a place for the next element that no other table sees.
func (t *table[T]) room() {
	if t.n>>chunkBits == len(t.chunks) && t.spare != nil {
		t.chunks = append(t.chunks, tableChunk[T]{at: t.spare})
		t.spare = nil
	} else if t.n>>chunkBits == len(t.chunks) {
		if len(t.ahead) == 0 {
			t.ahead = make([][chunkLen]T, max(1, min(len(t.chunks)/4, aheadMost)))
		}
		t.chunks = append(t.chunks, tableChunk[T]{at: &t.ahead[0]})
		t.ahead = t.ahead[1:]
	}
	t.own(t.n)
}

// own is the place of an element, to be written: no other table sees it.
func (t *table[T]) own(i int) *T {
	c := &t.chunks[i>>chunkBits]
	if c.shared {
		c.copy()
	}
	return &c.at[i&(chunkLen-1)]
}

func (c *tableChunk[T]) copy() {
	own := *c.at
	c.at, c.shared = &own, false
}

// share makes chunk k of a table that of another, if both are full there and hold the same,
// and keeps the memory for a chunk to come.
func share[T comparable](t *table[T], k int, of *table[T], ofK int) {
	if (k+1)*chunkLen > t.n || (ofK+1)*chunkLen > of.n {
		return
	}
	c, kept := &t.chunks[k], &of.chunks[ofK]
	if c.shared || c.at == kept.at || *c.at != *kept.at {
		return
	}
	t.spare = c.at
	kept.shared = true
	*c = *kept
}

// cut shortens the table to n elements.
func (t *table[T]) cut(n int) { t.n = min(n, t.n) }

// clone marks all chunks as shared on both sides.
func (t *table[T]) clone() table[T] {
	c := table[T]{n: t.n, chunks: make([]tableChunk[T], (t.n+chunkLen-1)>>chunkBits)}
	for i := range t.chunks {
		t.chunks[i].shared = true
	}
	copy(c.chunks, t.chunks)
	return c
}
