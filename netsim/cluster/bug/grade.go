package bug

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/check"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
)

// Answer is what somebody thinks is wrong. A part that is zero was left out.
type Answer struct {
	Property check.Property
	Event    netsim.EventID
	Rule     string
}

// The points of the parts of an answer. An event that is wrong, or in the chain
// between the first wrong one and the violation, is worth half.
const (
	PointsProperty = 1
	PointsEvent    = 2
	PointsRule     = 1
	Points         = PointsProperty + PointsEvent + PointsRule
)

// Part is what a part of an answer is worth.
type Part struct {
	Right  bool `json:"right"`
	Points int  `json:"points"`
	Of     int  `json:"of"`
	// Hint helps whoever is not right, without giving the answer away.
	Hint string `json:"hint,omitempty"`
}

// Marks is what an answer is worth.
type Marks struct {
	Property Part `json:"property"`
	Event    Part `json:"event"`
	Rule     Part `json:"rule"`
}

// Points is the sum of the parts.
func (m *Marks) Points() int { return m.Property.Points + m.Event.Points + m.Rule.Points }

// Why says what is not right, part by part, "" if all is.
func (m *Marks) Why() string {
	var wrong []string
	for _, p := range []struct {
		name string
		*Part
	}{{"the property", &m.Property}, {"the event", &m.Event}, {"the rule", &m.Rule}} {
		switch {
		case p.Right:
		case p.Points > 0:
			wrong = append(wrong, p.name+" is nearly right: "+p.Hint)
		default:
			wrong = append(wrong, p.name+" is not right: "+p.Hint)
		}
	}
	return strings.Join(wrong, "; ")
}

// Full reports whether all is right.
func (m *Marks) Full() bool { return m.Points() == Points }

// Check says what in an answer cannot be: a property or a rule that there is none of.
// Parts that were left out are fine.
func (a *Answer) Check(rules []raft.Rule) error {
	var names []string
	for _, r := range rules {
		names = append(names, r.Name)
	}
	return errors.Join(checkProperty(a.Property), checkRule(a.Rule, names))
}

func checkProperty(p check.Property) error {
	all := check.Properties()
	if p == "" || slices.Contains(all, p) {
		return nil
	}
	names := make([]string, len(all))
	for i, q := range all {
		names[i] = string(q)
	}
	if near := script.Nearest(string(p), names); near != "" {
		return fmt.Errorf("property: found %q, but no property has that name; did you mean %q?", p, near)
	}
	return fmt.Errorf("property: found %q, but no property has that name; there are %s", p, strings.Join(names, ", "))
}

func checkRule(rule string, names []string) error {
	if rule == "" || slices.Contains(names, rule) {
		return nil
	}
	if near := script.Nearest(rule, names); near != "" {
		return fmt.Errorf("rule: found %q, but no rule has that name; did you mean %q?", rule, near)
	}
	return fmt.Errorf("rule: found %q, but no rule has that name; the command `rules` lists them", rule)
}

// Grade says what an answer is worth, part by part: one that cannot be costs no other.
// The code is that with which the bug was solved.
func (s *Solution) Grade(code cluster.Code, a Answer) (Marks, error) {
	m := Marks{Property: Part{Of: PointsProperty}, Event: Part{Of: PointsEvent}, Rule: Part{Of: PointsRule}}
	s.gradeProperty(&m.Property, a.Property)
	s.gradeEvent(&m.Event, a.Event)
	return m, s.gradeRule(&m.Rule, code, a.Rule)
}

func (p *Part) right() { p.Right, p.Points = true, p.Of }

func (s *Solution) gradeProperty(p *Part, given check.Property) {
	switch given {
	case s.Violation.Property:
		p.right()
	case "":
		p.Hint = "no property was named: run the scenario, and see what the checkers say first"
	default:
		if err := checkProperty(given); err != nil {
			p.Hint = strings.TrimPrefix(err.Error(), "property: ")
			return
		}
		p.Hint = fmt.Sprintf("nothing in this run violated %s before something else was: run the scenario, and see what the checkers say first", given)
	}
}

func (s *Solution) gradeEvent(p *Part, given netsim.EventID) {
	at := slices.IndexFunc(s.Chain, func(r netsim.Record) bool { return r.ID == given })
	_, wrong := slices.BinarySearch(s.Wrong, given)
	late := given > s.First.ID
	switch {
	case given == s.First.ID:
		p.right()
	case given == 0:
		p.Hint = "no event was named: follow the causes of the violation back, and ask of each event whether Raft does that"
	case given > s.Violation.Event:
		p.Hint = fmt.Sprintf("that is after the violation, which shows in event %d", s.Violation.Event)
	case late && (wrong || s.Caused && at >= 0):
		p.Points = p.Of / 2
		p.Hint = "something had gone wrong before: look earlier"
		if s.Caused {
			p.Hint = "something had gone wrong before: look earlier in the chain of causes"
		}
	case s.Caused && at < 0:
		p.Hint = "that did not lead to the violation: it is not in its chain of causes"
	case s.Caused:
		p.Hint = "there everybody still did what Raft does: look later in the chain of causes"
	case late:
		p.Hint = "there nobody did anything wrong, but somebody had before"
	default:
		p.Hint = "there everybody still did what Raft does: look later"
	}
}

func (s *Solution) gradeRule(p *Part, code cluster.Code, given string) error {
	switch given {
	case s.Rule.Name:
		p.right()
		return nil
	case "":
		p.Hint = "no rule was named: the command `rules` lists them, with what each defends"
		return nil
	}
	if err := checkRule(given, code.RuleNames()); err != nil {
		p.Hint = strings.TrimPrefix(err.Error(), "rule: ")
		return nil
	}
	sc, err := Scenario(code, s.bug)
	if err != nil {
		return err
	}
	sc.Config.Bug = ""
	if !slices.Contains(sc.Config.Without, given) {
		sc.Config.Without = append(slices.Clone(sc.Config.Without), given)
	}
	other, err := cluster.Open(code, sc, cluster.Options{Trace: -1})
	if err != nil {
		return err
	}
	list := toViolation(other, netsim.Time(sc.Config.For))
	switch {
	case len(list) == 0:
		p.Hint = fmt.Sprintf("without %s this scenario goes another way, and nothing is violated", given)
	case other.Digest() == s.digest && list[0] == s.Violation:
		p.right() // nothing in the run tells the two apart
	case list[0].Property == s.Violation.Property:
		p.Hint = fmt.Sprintf("without %s the same property breaks, but another way: in event %d", given, list[0].Event)
	default:
		p.Hint = fmt.Sprintf("without %s this scenario violates %s", given, list[0].Property)
	}
	return nil
}
