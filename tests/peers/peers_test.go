package peers

import "testing"

// cluster is a group of servers with an elected leader.
type cluster interface {
	// commit puts commands through, so many events of so many proposals each, and
	// returns how many were applied at the leader.
	commit(events, each int) (int, error)
	// entries is the length of the log.
	entries() int
}

// contender is somebody's Raft.
type contender struct {
	name string
	new  func(size, bytes int) (cluster, error)
}

var (
	ours = contender{"raftarium", newOurs}
	etcd = contender{"etcd", newEtcd}
)

// shape is a way in which commands arrive.
type shape struct {
	name         string
	events, each int
	commits      int // in a turn of the comparison: enough for some hundredths of a second
}

var shapes = []shape{
	{"one at a time", 1, 1, 1 << 14},
	{"64 in flight", 64, 1, 1 << 14},
	{"64 in one message", 1, 64, 1 << 16},
}

// longest is how long a log may grow before a new cluster takes over: a run then
// measures commits, and not the memory that an endless log takes.
const longest = 1 << 16

// runner commits and renews its cluster.
type runner struct {
	contender contender
	size      int
	bytes     int // of a command
	cluster   cluster
}

// renew makes a new cluster if there is none, or its log became long.
func (r *runner) renew(tb testing.TB) {
	if r.cluster != nil && r.cluster.entries() < longest {
		return
	}
	var err error
	if r.cluster, err = r.contender.new(r.size, r.bytes); err != nil {
		tb.Fatal(err)
	}
}

// run commits once in a shape.
func (r *runner) run(tb testing.TB, s shape) {
	got, err := r.cluster.commit(s.events, s.each)
	if err != nil {
		tb.Fatal(err)
	}
	if want := s.events * s.each; got != want {
		tb.Fatalf("%s with %d servers, %s: %d of %d commands were applied", r.contender.name, r.size, s.name, got, want)
	}
}
