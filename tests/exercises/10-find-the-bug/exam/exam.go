// Package exam is the tests of exercise 10: one for each seeded bug.
package exam

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"raftarium/netsim/cluster/bug"
	"raftarium/netsim/cluster/script"
	"raftarium/tests/exercises/lab"
)

// Judge knows what is wrong, or, in a module for students, what can be answered at all.
type Judge interface {
	// Bugs are the names of the seeded bugs, in order.
	Bugs() []string
	// Mark says what an answer to one of them is worth; why says what is not right, ""
	// if all is. With it come the scenario of the bug, and when its violation shows.
	Mark(name string, a bug.Answer) (points int, why string, sc *script.Scenario, at string, err error)
}

// Exercise is exercise 10, with somebody's answers by the name of the bug.
func Exercise(answers map[string]bug.Answer, judge Judge) lab.Exercise {
	e := lab.Exercise{Number: 10, Name: "10-find-the-bug", Title: "Find the bug"}
	var unknown []string
	for _, name := range slices.Sorted(maps.Keys(answers)) {
		if !slices.Contains(judge.Bugs(), name) {
			unknown = append(unknown, strconv.Quote(name))
		}
	}
	for _, name := range judge.Bugs() {
		e.Tests = append(e.Tests, lab.Test{
			Name: name, Points: bug.Points, Seeds: 1,
			What: "the violated property, the first wrong event and the missing rule are named",
			Play: func(*lab.Run) error {
				points, why, sc, at, err := judge.Mark(name, answers[name])
				if err != nil || why == "" {
					return err
				}
				if answers[name] == (bug.Answer{}) && len(unknown) > 0 {
					why += "; no bug has the name " + strings.Join(unknown, ", nor ") + ", under which there is an answer"
				}
				return &lab.Finding{Points: points, Reason: why, Scenario: sc, At: at}
			},
		})
	}
	return e
}
