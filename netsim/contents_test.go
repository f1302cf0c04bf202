package netsim_test

import (
	"testing"

	"raftarium/netsim"
)

func TestContentsAreKnownByTheirMemory(t *testing.T) {
	var c netsim.Contents
	a, b := []byte("one command"), []byte("two command")
	first := c.Digest(5, a)
	if again := c.Digest(5, a); again != first {
		t.Errorf("the same data has digests %x and %x", first, again)
	}
	if other := c.Digest(5, b); other == first {
		t.Errorf("another entry at the same index has the same digest %x", other)
	}
	if short := c.Digest(5, a[:3]); short == first {
		t.Errorf("the beginning of the data has the digest of all of it, %x", short)
	}
	if back := c.Digest(5, a); back != first {
		t.Errorf("the data has another digest when it comes again: %x, not %x", back, first)
	}
}
