package check

const (
	chunkBits = 7
	chunkLen  = 1 << chunkBits
)

// table is a list that clones in a time that is small beside its length: clones
// share chunks until one of them writes there.
type table[T any] struct {
	chunks []tableChunk[T]
	n      int
}

type tableChunk[T any] struct {
	at     *[chunkLen]T
	shared bool // another table may read it: copy before writing
}

func (t *table[T]) get(i int) T { return t.chunks[i>>chunkBits].at[i&(chunkLen-1)] }

func (t *table[T]) ref(i int) *T { return &t.chunks[i>>chunkBits].at[i&(chunkLen-1)] }

func (t *table[T]) set(i int, x T) {
	c := &t.chunks[i>>chunkBits]
	if c.shared {
		own := *c.at
		c.at, c.shared = &own, false
	}
	c.at[i&(chunkLen-1)] = x
}

func (t *table[T]) add(x T) {
	if t.n>>chunkBits == len(t.chunks) {
		t.chunks = append(t.chunks, tableChunk[T]{at: new([chunkLen]T)})
	}
	t.n++
	t.set(t.n-1, x)
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
