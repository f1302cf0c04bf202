package lab_test

import (
	"strings"
	"testing"
	"time"

	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
	"raftarium/tests/exercises/lab"
	"raftarium/tests/exercises/reference/node"
	"raftarium/tests/exercises/reference/service"
)

// A run in which something did not come in time is handed out small, and shows the
// same: of a machine that is wrong, and not of one that is right.
func TestARunInWhichSomethingDidNotComeIsMadeSmall(t *testing.T) {
	code := cluster.Code{
		Raft: raft.Implementation{Name: "spoilt", New: func() raft.Machine {
			// It hands over nothing behind index 9.
			return &spoilt{Machine: node.Node().New(), step: func(_ *spoilt, _ raft.Event, out *raft.Effects) {
				for i := range out.Applies {
					entries := out.Applies[i].Entries
					for k := range entries {
						if entries[k].Index > 9 {
							out.Applies[i].Entries = entries[:k]
							break
						}
					}
				}
			}}
		}},
		Server: service.Server(), Client: service.Client(),
	}
	const patience = 2 * time.Second
	e := lab.Exercise{Name: "x", Judged: lab.Elections, Tests: []lab.Test{{
		Name: "long", Points: 1, Config: func(c *script.Config) { c.Servers, c.Clients = 5, 3 },
		Play: func(r *lab.Run) error {
			for _, line := range []string{"isolate s1", "isolate s2 s3", "cut c1 s5", "isolate s4", "isolate s5", "isolate s1 s2"} {
				if err := r.DoAll(line, "append c2 y b"); err != nil {
					return err
				}
				if err := r.Ask(1, patience, "append", "x a"); err != nil {
					return err
				}
				if err := r.Do("heal"); err != nil {
					return err
				}
				if err := r.Answered(patience); err != nil {
					return err
				}
			}
			return nil
		},
	}}}
	whole := e.Run(code, lab.Options{Seeds: []uint64{5}, Whole: true}, nil, nil)[0]
	small := e.Run(code, lab.Options{Seeds: []uint64{5}}, nil, nil)[0]
	if small.Passed || small.Reason != whole.Reason || !strings.Contains(small.Reason, "every client should have its answer") {
		t.Fatalf("%+v", small)
	}
	t.Logf("of\n%s\nis left\n%s", whole.Scenario, small.Scenario)
	if n, of := strings.Count(small.Scenario, "\nat "), strings.Count(whole.Scenario, "\nat "); n > of*2/3 {
		t.Errorf("%d of %d steps are left", n, of)
	}
	if n := waiting(t, code, small); n == 0 {
		t.Errorf("nobody waits at %s of\n%s", small.At, small.Scenario)
	}
	code.Raft = node.Node()
	if n := waiting(t, code, small); n != 0 {
		t.Errorf("with the right machine %d clients wait at %s of\n%s", n, small.At, small.Scenario)
	}
}

// waiting is how many clients wait in the scenario of a result, at its time.
func waiting(t *testing.T, code cluster.Code, res lab.Result) (n int) {
	t.Helper()
	sc, err := script.Parse(strings.NewReader(res.Scenario), "small")
	if err != nil {
		t.Fatal(err)
	}
	at, err := netsim.ParseDuration(res.At)
	if err != nil {
		t.Fatal(err)
	}
	s, err := cluster.Open(code, sc, cluster.Options{Trace: -1})
	if err != nil {
		t.Fatal(err)
	}
	for s.Now().Duration() < at {
		s.AdvanceTo(netsim.Time(at))
	}
	var v cluster.View
	s.View(&v)
	for i := range v.Clients {
		if s.Busy(v.Clients[i].ID) {
			n++
		}
	}
	return n
}
