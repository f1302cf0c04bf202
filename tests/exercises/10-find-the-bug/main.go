// Command 10-find-the-bug grades what you wrote in answers.go. See README.md.
package main

import (
	"raftarium/netsim"
	"raftarium/netsim/cluster/bug"
	"raftarium/netsim/cluster/check"
	"raftarium/tests/exercises/10-find-the-bug/exam"
	"raftarium/tests/exercises/10-find-the-bug/judge"
	"raftarium/tests/exercises/course"
)

// answer is what you think is wrong in the run of a bug.
type answer struct {
	property string // that is violated first, as the checkers name it
	event    uint64 // the number of the first event at which somebody went wrong
	rule     string // that is missing
}

// given are the answers as the exam takes them.
func given() map[string]bug.Answer {
	all := map[string]bug.Answer{}
	for name, a := range answers {
		all[name] = bug.Answer{Property: check.Property(a.property), Event: netsim.EventID(a.event), Rule: a.rule}
	}
	return all
}

func main() { course.Main(exam.Exercise(given(), judge.Judge{}), judge.Code()) }
