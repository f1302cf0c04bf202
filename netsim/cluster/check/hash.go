package check

import (
	"encoding/binary"
	"math/bits"

	"raftarium/raft"
)

// The hashes are the judge's own: the same on every platform, made of 64-bit
// additions, multiplications and shifts, and not meant to withstand somebody who
// looks for collisions.

const (
	mulA = 0x9e3779b97f4a7c15
	mulB = 0xbf58476d1ce4e5b9
	// rootChain is the chain hash of the empty log.
	rootChain = 0x6a09e667f3bcc909
)

// fold mixes w into h. The result depends on the order.
func fold(h, w uint64) uint64 {
	h = (bits.RotateLeft64(h, 23) ^ w) * mulA
	return h ^ h>>29
}

// seal spreads the last word folded over all bits.
func seal(h uint64) uint64 {
	h = (h ^ h>>30) * mulB
	return h ^ h>>31
}

// hashBytes is for bytes that are complete: the last word may overlap the one
// before, which the length makes up for.
func hashBytes(b []byte) uint64 {
	h, n := uint64(len(b))*mulB, len(b)
	switch {
	case n >= 8:
		last := binary.LittleEndian.Uint64(b[n-8:])
		for len(b) > 8 {
			h = fold(h, binary.LittleEndian.Uint64(b))
			b = b[8:]
		}
		h = fold(h, last)
	case n >= 4:
		h = fold(h, uint64(binary.LittleEndian.Uint32(b))|uint64(binary.LittleEndian.Uint32(b[n-4:]))<<32)
	case n > 0:
		h = fold(h, uint64(b[0])|uint64(b[n/2])<<8|uint64(b[n-1])<<16)
	}
	return h
}

// hashEntry covers everything in an entry. data is the hash of its Data.
func hashEntry(e *raft.Entry, data uint64) uint64 {
	h := fold(data, uint64(e.Term))
	h = fold(h, uint64(e.Index))
	return fold(h, uint64(e.Kind))
}

// link extends the chain hash of a log by an entry's hash: logs with equal chain
// hashes at an index are taken to be equal up to there.
func link(chain, entry uint64) uint64 { return seal(fold(chain, entry)) }

// value stands for a string of bytes that can grow at its end: what it costs to
// append does not depend on how long it is. Full words are folded, the bytes of
// the last, incomplete one wait in tail.
type value struct {
	hash uint64
	tail uint64
	n    uint64
}

// digest stands for a finished value; equal digests are taken for equal values.
type digest struct {
	hash uint64
	n    uint64
}

func (v value) digest() digest {
	return digest{seal(fold(fold(v.hash, v.tail), v.n)), v.n}
}

func (v *value) write(b []byte) {
	k := v.n & 7
	v.n += uint64(len(b))
	if k != 0 {
		for len(b) > 0 && k < 8 {
			v.tail |= uint64(b[0]) << (8 * k)
			b = b[1:]
			k++
		}
		if k < 8 {
			return
		}
		v.hash, v.tail = fold(v.hash, v.tail), 0
	}
	h := v.hash
	for len(b) >= 8 {
		h = fold(h, binary.LittleEndian.Uint64(b))
		b = b[8:]
	}
	v.hash = h
	for i, c := range b {
		v.tail |= uint64(c) << (8 * i)
	}
}

// writeString is write without the conversion's copy.
func (v *value) writeString(s string) {
	var buf [64]byte
	for len(s) > 0 {
		n := copy(buf[:], s)
		v.write(buf[:n])
		s = s[n:]
	}
}

func valueOf(s string) value {
	var v value
	v.writeString(s)
	return v
}
