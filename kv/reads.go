package kv

// Reads is how a server answers a Get (section 8; dissertation, 6.4). A server whose
// consensus node knows no [raft.Read] gets no answer from it unless by the log: its
// clients then try again elsewhere, in vain.
type Reads uint8

const (
	// ReadsByLog: a Get takes its place in the log, like any other operation.
	ReadsByLog Reads = iota
	// ReadsByIndex: the leader makes sure by a round of heartbeats that it still
	// leads, and then reads its state as of its commit index or later.
	ReadsByIndex
	// ReadsByLease: the leader reads its state at once while it holds a lease, which
	// is right as long as clocks run alike within a bound, and by index otherwise.
	ReadsByLease
)

var readsNames = [...]string{"log", "index", "lease"}

// String returns "log", "index" or "lease".
func (r Reads) String() string {
	if int(r) < len(readsNames) {
		return readsNames[r]
	}
	return "unknown way to read"
}

// ParseReads reads what [Reads.String] wrote.
func ParseReads(s string) (r Reads, ok bool) {
	for i, name := range readsNames {
		if s == name {
			return Reads(i), true
		}
	}
	return ReadsByLog, false
}
