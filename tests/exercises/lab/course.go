package lab

import (
	"errors"
	"fmt"
	"time"

	"raftarium/tests/suite"
)

// Course is a test of the well-known course, as package suite has it. It judges
// everything, whatever the exercise counts.
func Course(points int, name, what string) Test {
	return Test{
		Name: name, What: what, Points: points, Seeds: 1,
		Play: func(r *Run) error {
			t, ok := suite.Named(name)
			if !ok {
				return fmt.Errorf("package suite has no test %s", name)
			}
			_, err := t.Run(r.Code, r.Config().Seed)
			if f, ok := errors.AsType[*suite.Failure](err); ok {
				return &courseFailure{f}
			}
			return err
		},
	}
}

// courseFailure is a failure with a run of its own.
type courseFailure struct{ *suite.Failure }

// Error says what was wrong, or what the judge saw first.
func (f *courseFailure) Error() string {
	if len(f.Violations) > 0 {
		return (&violation{Violation: f.Violations[0]}).Error()
	}
	return fmt.Sprintf("at %v, %v", f.Scenario.Config.For.Round(time.Millisecond), f.Why)
}

// Unwrap returns what was wrong.
func (f *courseFailure) Unwrap() error { return f.Failure }
