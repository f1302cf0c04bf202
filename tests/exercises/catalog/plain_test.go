package catalog

import (
	"strings"
	"testing"

	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/check"
	"raftarium/netsim/cluster/script"
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

// Two clients may write the same text, and one may write it twice.
func TestThePlainServiceTellsWritesOfOneTextApart(t *testing.T) {
	sc, err := script.Parse(strings.NewReader(`servers 1
clients 2
workload none
for 2s
at 1s append c1 x a
at 1.2s append c2 x a
at 1.4s append c2 x a
at 1.6s put c1 x ""
at 1.7s append c2 x b
at 1.8s put c1 x ""
`), "")
	if err != nil {
		t.Fatal(err)
	}
	s, err := cluster.Open(cluster.Code{Raft: node.Node(), Server: plain.Server(), Client: plain.Client()}, sc, cluster.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for !s.AdvanceTo(netsim.Time(sc.Config.For)) {
	}
	v := s.Final()
	if len(v.Violations) > 0 || v.Linearizable != check.Yes {
		t.Errorf("the verdict is %+v", v)
	}
}
