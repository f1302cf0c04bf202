package check

import "testing"

// TestASharedChunkIsCopiedBeforeItIsWritten lets one table take the chunks of another, and
// then go its own way.
func TestASharedChunkIsCopiedBeforeItIsWritten(t *testing.T) {
	var a, b table[uint64]
	for i := range uint64(3 * chunkLen) {
		a.add(i)
		b.add(i)
	}
	b.set(chunkLen, 7)
	for k := range 3 {
		share(&b, k, &a, k)
	}
	if b.chunks[0].at != a.chunks[0].at || b.chunks[1].at == a.chunks[1].at || b.chunks[2].at != a.chunks[2].at {
		t.Error("chunks that are equal are to be one, and others not")
	}
	b.cut(10)
	for range 2 * chunkLen {
		b.add(1000)
	}
	for i := range a.n {
		if a.get(i) != uint64(i) {
			t.Fatalf("element %d of the other table became %d", i, a.get(i))
		}
		want := uint64(1000)
		if i < 10 {
			want = uint64(i)
		}
		if i < b.n && b.get(i) != want {
			t.Fatalf("element %d is %d, want %d", i, b.get(i), want)
		}
	}
}

// TestWhatACloneReadsIsNoSpareMemory: a chunk that is exchanged for another table's is used
// again for what is added next, which a clone that still reads it must not see.
func TestWhatACloneReadsIsNoSpareMemory(t *testing.T) {
	var a, b table[uint64]
	for i := range uint64(3 * chunkLen) {
		a.add(i)
		b.add(i)
	}
	c := b.clone()
	for k := range 3 {
		share(&b, k, &a, k)
		for range chunkLen {
			b.add(999)
		}
	}
	for i := range c.n {
		if got := c.get(i); got != uint64(i) {
			t.Fatalf("element %d of the clone is %d", i, got)
		}
	}
}
