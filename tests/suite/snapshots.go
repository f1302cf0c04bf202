package suite

import (
	"fmt"

	"raftarium/netsim/cluster"
)

// logsAreShort holds the log of each server that is up against twice the limit, once
// the servers have had time to compact it.
func (r *run) logsAreShort() error {
	if r.test.Snapshot == 0 {
		return nil
	}
	var v cluster.View
	r.s.View(&v)
	for i := range v.Servers {
		s := &v.Servers[i]
		bytes := 0
		for k := range s.Raft.Log {
			bytes += s.Raft.Log[k].Size()
		}
		if most := 2 * r.test.Snapshot; s.Up && bytes > most {
			return fmt.Errorf("the log of %s takes %d bytes, more than %d: twice the limit at which it is compacted", s.ID, bytes, most)
		}
	}
	return nil
}
