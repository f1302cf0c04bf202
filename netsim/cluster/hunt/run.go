package hunt

import (
	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/check"
	"raftarium/netsim/cluster/script"
)

// Result is what came of a run.
type Result struct {
	Seed     uint64
	Verdict  check.Verdict
	Events   uint64
	Messages uint64
	Digest   uint64 // of all that happened
}

// Failed says whether something was violated. That linearizability was not decided
// is no failure.
func (r *Result) Failed() bool { return !r.Verdict.OK() }

// First is the violation that was seen first; ok is false if there is none.
func (r *Result) First() (v check.Violation, ok bool) {
	if len(r.Verdict.Violations) == 0 {
		return v, false
	}
	return r.Verdict.Violations[0], true
}

// Properties are those that were violated, each once, in the order in which that
// was seen.
func (r *Result) Properties() []check.Property {
	var list []check.Property
	seen := map[check.Property]bool{}
	for i := range r.Verdict.Violations {
		if p := r.Verdict.Violations[i].Property; !seen[p] {
			seen[p] = true
			list = append(list, p)
		}
	}
	return list
}

// Run makes a run to its end, as `raftarium run` does, and judges it. An error
// means that there is no such run.
func Run(code cluster.Code, sc *script.Scenario) (Result, error) {
	s, err := cluster.Open(code, sc, cluster.Options{Trace: -1})
	if err != nil {
		return Result{}, err
	}
	for end := netsim.Time(sc.Config.For); !s.AdvanceTo(end); {
	}
	return Result{
		Seed: sc.Config.Seed, Verdict: s.Final(), Events: uint64(s.Events()),
		Messages: s.Stats().Messages, Digest: s.Digest(),
	}, nil
}
