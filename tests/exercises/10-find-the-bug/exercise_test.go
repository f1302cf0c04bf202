package main

import (
	"strings"
	"testing"

	"raftarium/netsim/cluster/bug"
	"raftarium/tests/exercises/10-find-the-bug/exam"
	"raftarium/tests/exercises/10-find-the-bug/judge"
	"raftarium/tests/exercises/internal/trial"
	"raftarium/tests/exercises/lab"
)

// right are the right answers.
func right(t *testing.T) map[string]bug.Answer {
	t.Helper()
	code, all := judge.Code(), map[string]bug.Answer{}
	for i := range code.Bugs {
		s, err := bug.Solve(code, &code.Bugs[i])
		if err != nil {
			t.Fatal(err)
		}
		all[code.Bugs[i].Name] = bug.Answer{Property: s.Violation.Property, Event: s.First.ID, Rule: s.Rule.Name}
	}
	return all
}

func TestTheRightAnswersHaveFullPoints(t *testing.T) {
	e := exam.Exercise(right(t), judge.Judge{})
	e.Run(judge.Code(), lab.Options{}, nil, func(res lab.Result) {
		if !res.Passed {
			t.Errorf("%s: %s", res.Name, res.Reason)
		}
	})
}

func TestTheSkeletonHasNoPoints(t *testing.T) {
	trial.Skeleton(t, exam.Exercise(given(), judge.Judge{}), judge.Code())
}

func TestTheSkeletonAsksForEachBug(t *testing.T) {
	names := judge.Judge{}.Bugs()
	for _, name := range names {
		if _, ok := answers[name]; !ok {
			t.Errorf("the skeleton does not ask for %s", name)
		}
	}
	if len(answers) != len(names) {
		t.Errorf("the skeleton has %d answers, for %d bugs", len(answers), len(names))
	}
}

// What is not right loses its points, and says so with a scenario that shows it.
func TestWrongPartsLoseTheirPoints(t *testing.T) {
	name := judge.Judge{}.Bugs()[0]
	whole := right(t)[name]
	for _, c := range []struct {
		change func(*bug.Answer)
		points int
		says   string
	}{
		{func(a *bug.Answer) { a.Property = "progress" }, bug.Points - bug.PointsProperty, "the property is not right"},
		{func(a *bug.Answer) { a.Property = "log-matching" }, bug.Points - bug.PointsProperty, `did you mean "log matching"?`},
		{func(a *bug.Answer) { a.Event = 1 }, bug.Points - bug.PointsEvent, "the event is not right"},
		{func(a *bug.Answer) { a.Rule = "batching" }, bug.Points - bug.PointsRule, "the rule is not right"},
		{func(a *bug.Answer) { a.Rule = "batchin" }, bug.Points - bug.PointsRule, `did you mean "batching"?`},
		{func(a *bug.Answer) { *a = bug.Answer{} }, 0, "nothing was answered"},
	} {
		a := whole
		c.change(&a)
		e := exam.Exercise(map[string]bug.Answer{name: a}, judge.Judge{})
		res := e.Run(judge.Code(), lab.Options{Only: []string{name}}, nil, nil)[0]
		if res.Passed || res.Points != c.points || !strings.Contains(res.Reason, c.says) {
			t.Errorf("%+v: %d points, %q; want %d, %q", a, res.Points, res.Reason, c.points, c.says)
		}
		if !strings.Contains(res.Scenario, "bug "+name+"\n") || res.At == "" {
			t.Errorf("the scenario to show is %q at %q", res.Scenario, res.At)
		}
		code := judge.Code()
		if b, _ := code.Bug(name); strings.Contains(res.Reason, b.Rule) {
			t.Errorf("the reason gives the rule away: %s", res.Reason)
		}
	}
}
