// Package lab runs the tests of exercises on somebody's machines, in virtual time,
// and says what each is worth and what was wrong.
//
// It knows the contracts and the world, and nothing of any algorithm. A test is
// played on several seeds and is a pure function of the code and the seed. What it
// did stands in the journal of its run, so that a failure comes with a scenario that
// shows it again.
//
// What runs a student's code runs in a process of its own ([Supervise]): code that
// hangs, exits, prints without end or eats memory costs the test during which it
// does, and no other.
package lab

import (
	"raftarium/netsim/cluster/check"
	"raftarium/netsim/cluster/script"
)

// Exercise is an exercise with its tests.
type Exercise struct {
	Number int
	Name   string // of its folder: "01-election"
	Title  string // "Leader election"
	// Judged are the properties that a run may not violate; what the others say does
	// not count yet. A broken machine contract always counts.
	Judged []check.Property
	// Partly says that the program of the exercise, its stage and its hunt count no
	// others either: what is to be written in it cannot keep them yet.
	Partly bool
	Tests  []Test
}

// Test is one thing that the machines of an exercise must do.
type Test struct {
	Name    string // within the exercise: "one-leader"
	What    string // what must hold, in a sentence
	Section string // where the paper says so: "§5.2"
	Points  int
	// Seeds is how many seeds the test is played on, 0 for [DefaultSeeds].
	Seeds int
	// Config changes what a run is: three servers, no clients, links of 1 to 10 ms.
	Config func(*script.Config)
	// Ledger has what the nodes answer to proposals written down, for [Run.Owed].
	Ledger bool
	// Play does what is to be done to the run and says what was wrong.
	Play func(*Run) error
}

// DefaultSeeds is on how many seeds a test is played unless it says otherwise.
const DefaultSeeds = 3

// Of is how many points there are in all.
func (e *Exercise) Of() int {
	n := 0
	for i := range e.Tests {
		n += e.Tests[i].Points
	}
	return n
}

// Result is what became of a test.
type Result struct {
	Name    string `json:"name"`
	What    string `json:"what"`
	Section string `json:"section,omitempty"`
	// Points is what was reached: all or nothing, unless a [Finding] says otherwise.
	Points int  `json:"points"`
	Of     int  `json:"of"`
	Passed bool `json:"passed"`
	// Reason is, of a test that failed, what was wrong, in a sentence.
	Reason string `json:"reason,omitempty"`
	// Seed is the seed with which it failed, the lowest that was tried.
	Seed uint64 `json:"seed,omitempty"`
	// Replay is the command that shows the failure on the stage.
	Replay string `json:"replay,omitempty"`
	// Scenario is the run that failed, made as small as it could be in a short time, or
	// whole, where only the test knows that it is wrong; At is when it fails, as --at takes it.
	Scenario string `json:"scenario,omitempty"`
	At       string `json:"at,omitempty"`
	// Small says what is seen in the scenario, where it was made smaller and shows
	// another moment, other servers, than Reason names; "" where it is the same run.
	Small string `json:"small,omitempty"`
}

// Finding is the error of a test that is not about the run that it was given: it may
// be worth some of the points, and may have a scenario of its own to show.
type Finding struct {
	Points   int // less than those of the test
	Reason   string
	Scenario *script.Scenario // nil for none
	At       string           // when to look, as --at takes it
}

// Error is what is not right.
func (f *Finding) Error() string { return f.Reason }

// failed is the result of a test that failed.
func (t *Test) failed(seed uint64, reason string) Result {
	return Result{Name: t.Name, What: t.What, Section: t.Section, Of: t.Points, Reason: reason, Seed: seed}
}

// passed is the result of a test that passed.
func (t *Test) passed() Result {
	return Result{Name: t.Name, What: t.What, Section: t.Section, Points: t.Points, Of: t.Points, Passed: true}
}

// Unplayed are the results of all tests where none could be played, for a reason.
func (e *Exercise) Unplayed(why string) []Result {
	var all []Result
	for i := range e.Tests {
		all = append(all, e.Tests[i].failed(0, why))
	}
	return all
}
