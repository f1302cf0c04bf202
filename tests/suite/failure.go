package suite

import (
	"fmt"
	"strings"

	"raftarium/netsim/cluster/check"
	"raftarium/netsim/cluster/script"
)

// Failure is a test that failed, with all that is needed to see it fail again.
type Failure struct {
	Test       *Test
	Seed       uint64
	Why        error
	Violations []check.Violation // that the judge saw, if any
	// Scenario is the run up to the failure, every action at its exact place.
	Scenario *script.Scenario
}

// Replay is the command that makes the failure again: the test of this name in the
// package that is being tested.
func (f *Failure) Replay() string {
	return fmt.Sprintf("go test %s -run '^%s$' -seed %d -seeds 1 -v", here(), f.Test.Name, f.Seed)
}

// Unwrap returns what was wrong.
func (f *Failure) Unwrap() error { return f.Why }

// Error says what was wrong, what the judge saw, and how to see it again.
func (f *Failure) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, seed %d: %v", f.Test.What, f.Seed, f.Why)
	for _, v := range f.Violations {
		fmt.Fprintf(&b, "\n  at %v, event %d: %s: %s", v.At, v.Event, v.Property, v.Text)
	}
	return b.String()
}
