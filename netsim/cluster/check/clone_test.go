package check_test

import (
	"testing"

	"raftarium/netsim/cluster/check"
	"raftarium/raft"
)

// TestACloneKeepsTheSnapshotsThatWereMade: the original hears late of a snapshot of an
// index between those that it knows. What its clone knows must not move.
func TestACloneKeepsTheSnapshotsThatWereMade(t *testing.T) {
	j := check.New(check.Config{Servers: 3})
	apply := func(id raft.ID, from, to raft.Index) {
		for i := from; i <= to; i++ {
			j.Applied(id, []raft.Entry{{Term: 1, Index: i}})
		}
	}
	at := raft.Index(0)
	for _, i := range []raft.Index{2, 4, 6, 8, 12} { // in an array of 8
		apply(1, at+1, i)
		j.Compacted(1, i, []byte("state"))
		at = i
	}
	apply(2, 1, 3) // lags
	c := j.Clone()
	j.Compacted(2, 3, []byte("state"))
	known := len(c.Violations())
	c.Installed(3, &raft.Snapshot{Index: 12, Term: 1, Data: []byte("state"), Config: raft.Config{Voters: []raft.ID{1, 2, 3}}})
	for _, v := range c.Violations()[known:] {
		t.Error("the clone accuses:", v.Text)
	}
}
