// Package bug finds out what is wrong in the run of a seeded bug (cluster.Bug), and
// grades what somebody thinks that it is: the property that is violated, the first
// event at which a machine went wrong, and the rule that is missing.
//
// Nothing here is typed by hand. The first wrong event is found by stepping beside
// every machine a twin in the same state that has the rule.
package bug

import (
	"fmt"
	"slices"
	"strings"

	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/check"
	"raftarium/netsim/cluster/hunt"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
)

// Solution is what is wrong in the run of a bug.
type Solution struct {
	// Violation is the first of the run.
	Violation check.Violation
	Rule      raft.Rule // that is missing
	// First is the first event at which a machine did what it would not have done
	// with the rule. If the chain of causes of the violation has such an event, it is
	// the first of those, and Caused is true. Otherwise it is the first of the run: a
	// stall has no single cause.
	First  netsim.Record
	Caused bool
	// Chain is the chain of causes of the violation, the first cause first, up to the
	// event during which it showed.
	Chain []netsim.Record
	// Wrong are all events, up to the violation, at which a machine did what it would
	// not have done with the rule.
	Wrong []netsim.EventID

	bug    *cluster.Bug
	digest uint64
	trace  *cluster.Session
}

// traced is how many events of a run are kept: more than the run of a bug has.
const traced = 1 << 20

// Scenario reads the scenario of a bug.
func Scenario(code cluster.Code, b *cluster.Bug) (*script.Scenario, error) {
	sc, err := script.Parse(strings.NewReader(b.Scenario), b.Name)
	if err == nil {
		err = sc.Check(code.Known())
	}
	if err != nil {
		return nil, fmt.Errorf("the scenario of the bug %s: %w", b.Name, err)
	}
	if sc.Config.Bug != b.Name {
		return nil, fmt.Errorf("the scenario of the bug %s has no line `bug %s`", b.Name, b.Name)
	}
	return sc, nil
}

// Solve makes the run of a bug and finds out what is wrong in it.
func Solve(code cluster.Code, b *cluster.Bug) (*Solution, error) {
	sc, err := Scenario(code, b)
	if err != nil {
		return nil, err
	}
	s := Solution{bug: b}
	rules := code.Rules()
	if at := slices.IndexFunc(rules, func(r raft.Rule) bool { return r.Name == b.Rule }); at >= 0 {
		s.Rule = rules[at]
	}
	if s.trace, err = cluster.Open(code, sc, cluster.Options{Trace: traced, Twins: true}); err != nil {
		return nil, fmt.Errorf("the bug %s: %w", b.Name, err)
	}
	list := toViolation(s.trace, netsim.Time(sc.Config.For))
	if len(list) == 0 {
		return nil, fmt.Errorf("the scenario of the bug %s violates nothing", b.Name)
	}
	s.Violation, s.digest = list[0], s.trace.Digest()
	s.Chain = s.trace.Causes(s.Violation.Event, traced)
	for _, id := range s.trace.Departures() {
		if id <= s.Violation.Event {
			s.Wrong = append(s.Wrong, id)
		}
	}
	if len(s.Wrong) == 0 {
		return nil, fmt.Errorf("in the scenario of the bug %s nobody does what the rule forbids", b.Name)
	}
	s.choose()
	return &s, nil
}

// toViolation makes a run up to its first violation, or to its end.
func toViolation(s *cluster.Session, end netsim.Time) []check.Violation {
	if !s.AdvanceTo(end) {
		return s.Judge().Violations()
	}
	return s.Final().Violations
}

// choose picks the first wrong event.
func (s *Solution) choose() {
	if !stall(s.Violation.Property) {
		for i := range s.Chain {
			if _, wrong := slices.BinarySearch(s.Wrong, s.Chain[i].ID); wrong {
				s.First, s.Caused = s.Chain[i], true
				return
			}
		}
	}
	s.First = s.event(s.Wrong[0])
}

// stall says that what is violated is that something happens at all.
func stall(p check.Property) bool { return p == check.Progress || p == check.ChangeEnds }

// event is the record of an event of the run.
func (s *Solution) event(id netsim.EventID) netsim.Record {
	if r, ok := s.trace.Trace(id); ok {
		return *r
	}
	return netsim.Record{ID: id} // cannot be: the trace holds the whole run
}

// Holds reports whether the same scenario violates nothing without the bug.
func (s *Solution) Holds(code cluster.Code) (bool, error) {
	sc, err := Scenario(code, s.bug)
	if err != nil {
		return false, err
	}
	sc.Config.Bug = ""
	r, err := hunt.Run(code, sc)
	return err == nil && !r.Failed(), err
}

// Line is an event as a line of a list: its number, its time, what happened, and which
// event caused it, if one did.
func Line(r *netsim.Record) string {
	line := fmt.Sprintf("event %d, %v: %s", r.ID, r.At, cluster.Describe(r))
	if r.Cause != 0 {
		line += fmt.Sprintf(" (caused by event %d)", r.Cause)
	}
	return line
}
