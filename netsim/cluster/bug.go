package cluster

import (
	"fmt"
	"slices"

	"raftarium/netsim"
)

// Bug is a rule that a run goes without and does not name: the journal, the view and
// all that is told of the run say the name of the bug only.
type Bug struct {
	// Name is what `bug NAME` in a scenario asks for. It does not tell the rule.
	Name string
	// Noticed is what somebody who runs the service saw, in a few sentences.
	Noticed string
	// Scenario is the text of a scenario with a line `bug NAME` that shows it.
	Scenario string
	// Rule is the rule that is off.
	Rule string
}

// ruleOf is the rule that a bug takes off, "" for no bug. That the name is one of
// Bugs, Config.Check has made sure of.
func (c *Code) ruleOf(bug string) (string, error) {
	b, ok := c.Bug(bug)
	if !ok {
		return "", nil
	}
	if !slices.Contains(c.RuleNames(), b.Rule) {
		return "", fmt.Errorf("bug: %s lacks the rule that the bug %q takes off", c.Raft.Name, bug)
	}
	return b.Rule, nil
}

// Bug is the bug of a name.
func (c *Code) Bug(name string) (*Bug, bool) {
	for i := range c.Bugs {
		if c.Bugs[i].Name == name {
			return &c.Bugs[i], true
		}
	}
	return nil, false
}

// off are the rules that machines go without: those that everybody may know, and the
// one that the bug takes off.
func (w *World) off() []string {
	if w.hidden == "" {
		return w.without
	}
	return append(slices.Clip(w.without), w.hidden)
}

// Departures are the events, in order, at which a machine did what it would not have
// done in the same state with the rule that the bug takes off. They are found with
// Options.Twins. The slice is read-only.
func (w *World) Departures() []netsim.EventID { return w.parted }

// Difference is that a rule which is off would have made one in an event: a machine in
// the same state that has it would have done something else.
type Difference struct {
	Event netsim.EventID
	Rule  string
}

// Differences are the differences, by event, that were found with Options.Compare. The
// slice is read-only.
func (w *World) Differences() []Difference { return w.differ }

// depart notes that a machine parted during this event from its twin with a rule.
func (w *World) depart(rule string) {
	if rule == w.hidden {
		if n := len(w.parted); n == 0 || w.parted[n-1] != w.event {
			w.parted = append(w.parted, w.event)
		}
		return
	}
	if d := (Difference{w.event, rule}); !slices.Contains(w.differ[max(0, len(w.differ)-len(w.without)):], d) {
		w.differ = append(w.differ, d)
	}
}
