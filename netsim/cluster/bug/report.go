package bug

import (
	"fmt"

	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/check"
)

// Report is what somebody who answered is told, by the command and by the interface.
// As JSON it is what `raftarium bug answer --json` prints.
type Report struct {
	Bug    string `json:"bug"`
	Points int    `json:"points"`
	Of     int    `json:"of"`
	Marks
	// Solution is there once all is right, or if it was asked for.
	Solution *Explanation `json:"solution,omitempty"`

	answer Answer
}

// Explanation is a bug, explained.
type Explanation struct {
	Property  check.Property `json:"property"`
	Violation string         `json:"violation"`
	In        netsim.EventID `json:"violation_event"`
	Event     netsim.EventID `json:"event"`
	Happened  string         `json:"happened"`
	Caused    bool           `json:"in_chain"`
	Rule      string         `json:"rule"`
	Section   string         `json:"section"`
	Summary   string         `json:"summary"`
	Holds     bool           `json:"holds_with_the_rule"`
}

// Mark grades an answer, and explains the bug if all of it is right or explain is true.
// The answer is to have passed Answer.Check. An error says that the run of the bug cannot
// be made, or violates nothing.
func Mark(code cluster.Code, b *cluster.Bug, a Answer, explain bool) (*Report, error) {
	sol, err := Solve(code, b)
	if err != nil {
		return nil, err
	}
	r := &Report{Bug: b.Name, Of: Points, answer: a}
	if r.Marks, err = sol.Grade(code, a); err != nil {
		return nil, err
	}
	r.Points = r.Marks.Points()
	if !explain && !r.Full() {
		return r, nil
	}
	holds, err := sol.Holds(code)
	if err != nil {
		return nil, err
	}
	r.Solution = &Explanation{
		Property: sol.Violation.Property, Violation: sol.Violation.Text, In: sol.Violation.Event,
		Event: sol.First.ID, Happened: cluster.Describe(&sol.First), Caused: sol.Caused,
		Rule: sol.Rule.Name, Section: sol.Rule.Section, Summary: sol.Rule.Summary, Holds: holds,
	}
	return r, nil
}

// Told is a paragraph of a report; Indent is how far it is moved to the right, in
// characters. An empty text is an empty line.
type Told struct {
	Text   string
	Indent int
}

// Words are what a person reads: each part of the answer with its points and a hint, the
// sum, and the explanation if there is one.
func (r *Report) Words() []Told {
	var out []Told
	say := func(indent int, format string, args ...any) {
		out = append(out, Told{fmt.Sprintf(format, args...), indent})
	}
	part := func(name, given string, p *Part) {
		mark := "right"
		switch {
		case p.Right:
		case p.Points > 0:
			mark = "nearly"
		default:
			mark = "not right"
		}
		if given == "" {
			given = "-"
		}
		say(0, "%-9s  %d/%d  %s: %s", name, p.Points, p.Of, given, mark)
		if p.Hint != "" {
			say(16, "%s", p.Hint)
		}
	}
	event := ""
	if r.answer.Event != 0 {
		event = fmt.Sprint(r.answer.Event)
	}
	part("property", string(r.answer.Property), &r.Property)
	part("event", event, &r.Event)
	part("rule", r.answer.Rule, &r.Rule)
	say(0, "%d of %d points", r.Points, r.Of)
	s := r.Solution
	if s == nil {
		return out
	}
	say(0, "")
	say(0, "violated: %s, in event %d", s.Property, s.In)
	say(4, "%s", s.Violation)
	where := "the first wrong event of its chain of causes"
	if !s.Caused {
		where = "the first wrong event of the run"
	}
	say(0, "%s: %d", where, s.Event)
	say(4, "%s", s.Happened)
	say(0, "missing: %s, %s", s.Rule, s.Section)
	say(4, "%s", s.Summary)
	if s.Holds {
		say(0, "With the rule on, the same scenario violates nothing.")
	} else {
		say(0, "With the rule on, the same scenario violates something else.")
	}
	return out
}
