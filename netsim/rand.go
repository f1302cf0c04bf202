package netsim

import "math/bits"

// Draws are not taken from a stream but computed: each is a hash of the seed and
// of what it is for. One message more, or one client more, therefore changes the
// fate of no other, and a forked future differs only by what was changed.

// Domain keeps draws for different purposes apart.
type Domain uint64

// The domains of this package's own draws, and those left to its users.
const (
	domainMessage Domain = iota + 1
	domainTimer
	// DomainUser is the first domain free for users of the package.
	DomainUser Domain = 1 << 16
)

// Draw returns 64 uniform bits, a function of its arguments alone and the same on
// every platform.
func Draw(seed uint64, d Domain, a, b, c uint64) uint64 {
	return d.base(seed).draw(a, b, c)
}

// base is the part of a draw that depends on seed and domain only: whoever draws
// often from one domain keeps it.
type base uint64

func (d Domain) base(seed uint64) base {
	return base(Mix(seed^0x9e3779b97f4a7c15, uint64(d)*0xd6e8feb86659fd93))
}

func (h base) draw(a, b, c uint64) uint64 { return h.key(a, b).draw(c) }

// key is the part of a draw that depends on all but its last word.
type key uint64

func (h base) key(a, b uint64) key {
	x := Mix(uint64(h)^a, 0xa0761d6478bd642f)
	return key(Mix(x^b, 0xe7037ed1a0b428db))
}

func (k key) draw(c uint64) uint64 { return Mix(uint64(k)^c, 0x8ebc6af09c88c6e3) }

// Mix folds two words into one: the two halves of a 128-bit product, and a final
// avalanche so that a zero factor loses nothing.
func Mix(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a^0x2d358dccaa6c78a5, b^0x8bb84b93962eacc9)
	x := hi ^ lo ^ a
	x ^= x >> 32
	x *= 0xd6e8feb86659fd93
	return x ^ x>>29
}

// Below maps 64 uniform bits into 0 to n-1. n must not be 0.
func Below(u, n uint64) uint64 {
	hi, _ := bits.Mul64(u, n)
	return hi
}

// Hit reports whether 64 uniform bits fall within the ratio.
func (r Ratio) Hit(u uint64) bool { return Below(u, uint64(Always)) < uint64(r) }

// Fold mixes a word into a digest, at a fraction of the cost of [Mix]. For each digest it
// is one to one in the word.
func Fold(h, word uint64) uint64 {
	h = (h ^ word) * 0x9e3779b97f4a7c15
	return h ^ h>>32
}

// Digest hashes bytes: the digest of a payload is that of its canonical encoding.
func Digest(b []byte) uint64 {
	h := uint64(len(b)) * 0x9e3779b97f4a7c15
	if len(b) < 8 {
		if len(b) > 0 {
			var w uint64
			for i, c := range b {
				w |= uint64(c) << (8 * i)
			}
			h = Fold(h, w)
		}
		return h
	}
	// What is left at the end is read with some of what comes before it, which is
	// shifted out: all at once, not byte by byte.
	last, left := word(b[len(b)-8:]), len(b)%8
	for len(b) >= 16 {
		h = Fold(Fold(h, word(b)), word(b[8:]))
		b = b[16:]
	}
	if len(b) >= 8 {
		h = Fold(h, word(b))
	}
	if left > 0 {
		h = Fold(h, last>>(64-8*left))
	}
	return h
}

// word reads eight bytes, the lowest first.
func word(b []byte) uint64 {
	_ = b[7]
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
		uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
}
