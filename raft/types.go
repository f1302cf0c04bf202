package raft

import (
	"fmt"
	"math/bits"
	"strconv"
	"time"
)

// ID names a server. Servers are numbered from 1; [None] is no server.
type ID uint16

// None is the ID that no server has: nobody voted for, leader unknown.
const None ID = 0

// MaxServers is the largest cluster that the contract speaks of.
const MaxServers = 25

// String is the name that people use, "s1" for ID 1, and "nobody" for [None].
func (id ID) String() string {
	if id == None {
		return "nobody"
	}
	return "s" + strconv.Itoa(int(id))
}

// Term is a logical clock that numbers elections (section 5.1). It starts at 0,
// before the first election.
type Term uint64

// Index is a position in the log. The first entry has index 1; 0 is the position
// before it.
type Index uint64

// EntryKind says what an entry is for.
type EntryKind uint8

const (
	// EntryCommand carries a command of the service in Data.
	EntryCommand EntryKind = iota
	// EntryNoOp is the empty entry with which a leader opens its term, so that
	// entries of earlier terms can commit (section 8).
	EntryNoOp
	// EntryConfig changes who belongs to the cluster: Data is a [Config] by its
	// AppendTo. It is nothing to the service.
	EntryConfig
)

// String returns "command", "no-op" or "configuration".
func (k EntryKind) String() string {
	switch k {
	case EntryCommand:
		return "command"
	case EntryNoOp:
		return "no-op"
	case EntryConfig:
		return "configuration"
	}
	return fmt.Sprintf("EntryKind(%d)", uint8(k))
}

// Entry is one entry of the log (section 5.3). Entries are values that are
// shared freely: Data is never written after the entry was made, by anybody.
type Entry struct {
	Term  Term
	Index Index
	Kind  EntryKind
	Data  []byte
}

// Size is how many bytes the canonical encoding of the entry takes.
func (e *Entry) Size() int {
	n := uint64(len(e.Data))
	return varintSize(uint64(e.Term)) + varintSize(uint64(e.Index)) + 1 + varintSize(n) + len(e.Data)
}

// varintSize is how many bytes a number takes, at seven bits a byte.
func varintSize(v uint64) int { return (bits.Len64(v|1) + 6) / 7 }

// Snapshot is the service's state after the entry at Index, and stands for all of
// the log up to there (section 7). It is a value that is shared freely: neither it
// nor its Data is written again after it was made.
type Snapshot struct {
	Index  Index
	Term   Term   // of the entry at Index
	Config Config // as of Index; with no voters, that of [Start]
	Data   []byte // the service's, opaque to the node
}

// HardState is what Figure 2 calls persistent state, apart from the log.
type HardState struct {
	Term Term // latest term that the server has seen
	Vote ID   // candidate that got this server's vote in Term, or None
}

// Timing is what a machine may know of time: lengths, never the time itself.
type Timing struct {
	// Heartbeat is the time between two rounds of AppendEntries of an idle leader.
	Heartbeat time.Duration
	// ElectionMin and ElectionMax bound the election timeout; the world draws
	// within them (section 5.2), both ends included.
	ElectionMin, ElectionMax time.Duration
	// Lease is how long a leader may count on its followers' loyalty from the moment
	// at which it asked them for a sign of it (dissertation, 6.4.1). 0 stands for
	// nine tenths of ElectionMin, which is safe as long as no clock runs a tenth
	// faster than another.
	Lease time.Duration
}

// DefaultTiming is for links of up to some 10 ms: the paper's 150-300 ms election
// timeout and heartbeats of 50 ms.
var DefaultTiming = Timing{
	Heartbeat:   50 * time.Millisecond,
	ElectionMin: 150 * time.Millisecond,
	ElectionMax: 300 * time.Millisecond,
}

// Limits bound what a machine sends and takes on, in bytes of [Entry.Data] and of
// snapshots. Each that is 0 stands for that of [DefaultLimits]. A machine may have
// limits of its own instead.
type Limits struct {
	// Batch bounds the entries of one AppendEntries. A single entry may be larger.
	Batch int
	// Uncommitted bounds what a leader has taken and not committed yet. Proposals
	// beyond it are answered with [Busy]; with nothing uncommitted, one of any size
	// is taken.
	Uncommitted int
	// Chunk is how much of a snapshot one message carries. A machine may send more at a
	// time of one that would take very many.
	Chunk int
}

// DefaultLimits suit commands of up to some KiB.
var DefaultLimits = Limits{Batch: 256 << 10, Uncommitted: 16 << 20, Chunk: 64 << 10}

// OrDefault returns the limits with each that is 0 or less replaced by that of
// [DefaultLimits].
func (l Limits) OrDefault() Limits {
	if l.Batch <= 0 {
		l.Batch = DefaultLimits.Batch
	}
	if l.Uncommitted <= 0 {
		l.Uncommitted = DefaultLimits.Uncommitted
	}
	if l.Chunk <= 0 {
		l.Chunk = DefaultLimits.Chunk
	}
	return l
}

// Quorum is the least number of servers that is a majority of n.
func Quorum(n int) int { return n/2 + 1 }
