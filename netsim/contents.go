package netsim

// Contents remembers the digests of data that is immutable: it knows data by its memory.
// So the same bytes, which many messages and logs share, are digested once. What is
// written in spite of that keeps its old digest here.
type Contents struct {
	known []content // contentsKept of them, once there is one
}

type content struct {
	data   *byte
	length int
	digest uint64
}

// contentsKept is a power of two, more than there is in use at a time, but where somebody
// catches up.
const contentsKept = 256

// Digest is [Digest] of data. The place, say the index of an entry, should differ for
// data that is in use at the same time, and be the same for the same data.
func (c *Contents) Digest(place uint64, data []byte) uint64 {
	if len(data) == 0 {
		return 0
	}
	if c.known == nil {
		c.known = make([]content, contentsKept)
	}
	k := &c.known[place&(contentsKept-1)]
	if k.data != &data[0] || k.length != len(data) {
		k.data, k.length, k.digest = &data[0], len(data), Digest(data)
	}
	return k.digest
}
