package catalog

import (
	"testing"

	"raftarium/netsim/cluster"
	"raftarium/tests/exercises/lab"
	"raftarium/tests/exercises/plain"
	"raftarium/tests/exercises/reference/node"
)

// Where a course hands out no service, a right Raft must have full points all the same.
func TestThePlainServiceServesTheExercisesOnRaft(t *testing.T) {
	code := cluster.Code{Raft: node.Node(), Server: plain.Server(), Client: plain.Client()}
	for _, e := range All() {
		if e.Number == 6 || e.Number == 7 || e.Number == 10 {
			continue // on a Raft that is given, or none
		}
		e.Run(code, lab.Options{}, nil, func(res lab.Result) {
			if !res.Passed {
				t.Errorf("%s, %s, seed %d: %s", e.Name, res.Name, res.Seed, res.Reason)
			}
		})
	}
}
