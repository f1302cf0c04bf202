package handout

import (
	"bytes"
	"fmt"
	"path"
	"slices"
	"strings"
	"text/template"

	"raftarium/cmd/raftarium/internal/cli"
	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/bug"
	"raftarium/raft"
	"raftarium/tests/exercises/10-find-the-bug/judge"
)

// bugsNumber is the exercise about seeded bugs.
const bugsNumber = 10

// judgeFile knows the answers to it.
const judgeFile = "tests/exercises/10-find-the-bug/judge/judge.go"

// bugs writes what students are given of the seeded bugs, which cannot run where the
// algorithm is not: of each what was noticed, its scenario, and its trace up to the
// violation. And what can be answered, without what is right.
func (w *writer) bugs(exercise string) {
	code := judge.Code()
	rules := code.Rules()
	slices.SortFunc(rules, func(a, b raft.Rule) int { return strings.Compare(a.Name, b.Name) })
	var text strings.Builder
	for _, r := range rules {
		fmt.Fprintf(&text, "%s (%s)\n    %s\n", r.Name, r.Section, r.Summary)
	}
	folder := path.Join("tests/exercises", exercise)
	w.write(path.Join(folder, "rules.txt"), []byte(text.String()))
	for i := range code.Bugs {
		w.bug(path.Join(folder, "bugs", code.Bugs[i].Name), code, &code.Bugs[i])
	}
	w.template(judgeFile, handedJudge, struct {
		Bugs  []cluster.Bug
		Rules []raft.Rule
	}{code.Bugs, rules})
	w.template(path.Join(folder, "exercise_test.go"), answersTest, nil)
}

// bug writes the folder of one bug.
func (w *writer) bug(folder string, code cluster.Code, b *cluster.Bug) {
	solved, err := bug.Solve(code, b)
	if err != nil {
		w.err = append(w.err, err)
		return
	}
	sc, err := bug.Scenario(code, b)
	if err != nil {
		w.err = append(w.err, err)
		return
	}
	v := &solved.Violation
	var plain, lines bytes.Buffer
	trace := cli.NewTrace(&lines)
	s, err := cluster.Open(code, sc, cluster.Options{Trace: -1, Observe: func(r *netsim.Record) {
		if r.ID > v.Event {
			return // a stall is known only later
		}
		trace.Write(r)
		fmt.Fprintln(&plain, bug.Line(r))
	}})
	if err != nil {
		w.err = append(w.err, fmt.Errorf("the bug %s: %w", b.Name, err))
		return
	}
	s.AdvanceTo(netsim.Time(sc.Config.For))
	if err := trace.Flush(); err != nil {
		w.err = append(w.err, err)
		return
	}
	noticed := fmt.Sprintf("# %s\n\n%s\n\nThe checkers saw it in event %d, at %v, where the trace ends.\n", b.Name, b.Noticed, v.Event, v.At)
	w.write(path.Join(folder, "README.md"), []byte(noticed))
	w.write(path.Join(folder, "scenario.txt"), []byte(b.Scenario))
	w.write(path.Join(folder, "trace.txt"), plain.Bytes())
	w.write(path.Join(folder, "trace.jsonl"), lines.Bytes())
}

var handedJudge = template.Must(template.New("judge").Parse(`// Package judge knows which bugs there are, and what can be answered. What is right
// your course knows.
package judge

import (
	"fmt"

	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/bug"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
)

// Judge is exam.Judge.
type Judge struct{}

// Code is none: the bugs are in a Raft that is not handed out.
func Code() cluster.Code { return cluster.Code{} }

// Bugs are the names of the bugs, in order.
func (Judge) Bugs() []string {
	return []string{ {{- range .Bugs}}
		"{{.Name}}",{{end}}
	}
}

// rules are those that there are.
var rules = []raft.Rule{ {{- range .Rules}}
	{Name: "{{.Name}}"},{{end}}
}

// Mark says of an answer what cannot be, or that your course grades it.
func (Judge) Mark(name string, a bug.Answer) (points int, why string, sc *script.Scenario, at string, err error) {
	if a == (bug.Answer{}) {
		return 0, "nothing was answered", nil, "", nil
	}
	if err := a.Check(rules); err != nil {
		return 0, err.Error(), nil, "", nil
	}
	return 0, fmt.Sprintf("property %q, event %d, rule %q: your course grades that", a.Property, a.Event, a.Rule), nil, "", nil
}
`))

var answersTest = template.Must(template.New("answers").Parse(`package main

import (
	"strings"
	"testing"

	"raftarium/tests/exercises/10-find-the-bug/judge"
)

// TestExercise looks whether what you answered can be at all. Your course grades it.
func TestExercise(t *testing.T) {
	for name, a := range given() {
		_, why, _, _, err := judge.Judge{}.Mark(name, a)
		if err != nil || strings.Contains(why, "found ") {
			t.Errorf("%s: %s%v", name, why, err)
		}
	}
}
`))
