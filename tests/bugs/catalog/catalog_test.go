package catalog

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"raftarium/kv/client"
	"raftarium/kv/server"
	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/bug"
	"raftarium/netsim/cluster/check"
	"raftarium/netsim/cluster/hunt"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
	"raftarium/raft/core"
)

func code() cluster.Code {
	return cluster.Code{Raft: core.Implementation(), Server: server.Implementation(), Client: client.Implementation(), Bugs: Bugs()}
}

func TestThereAreManyBugsOfManyRules(t *testing.T) {
	all, rules, names := Entries(), map[string]bool{}, map[string]bool{}
	code := code()
	for _, e := range all {
		if names[e.Name] {
			t.Errorf("%s is there twice", e.Name)
		}
		names[e.Name], rules[e.Rule] = true, true
		if !slices.Contains(code.RuleNames(), e.Rule) {
			t.Errorf("%s: there is no rule %s", e.Name, e.Rule)
		}
		if !slices.Contains(check.Properties(), e.Property) {
			t.Errorf("%s: there is no property %q", e.Name, e.Property)
		}
		if n := len(strings.Fields(e.Noticed)); n < 20 || n > 80 {
			t.Errorf("what was noticed of %s has %d words", e.Name, n)
		}
	}
	if len(all) < 25 || len(rules) < 25 {
		t.Errorf("%d bugs of %d rules, want 25", len(all), len(rules))
	}
	if len(Bugs()) != len(all) {
		t.Errorf("%d of %d bugs have a scenario; `go run ./tests/bugs` makes them", len(Bugs()), len(all))
	}
}

// Nothing that whoever looks for a bug may see names its rule.
func TestNothingNamesTheRule(t *testing.T) {
	code := code()
	for i := range code.Bugs {
		b := &code.Bugs[i]
		for _, rule := range code.RuleNames() {
			if strings.Contains(b.Noticed, rule) || rule == b.Rule && strings.Contains(b.Scenario, rule) {
				t.Errorf("%s names the rule %s", b.Name, rule)
			}
		}
		sc := scenario(t, code, b)
		s, err := cluster.Open(code, sc, cluster.Options{Narrate: true, Observe: func(r *netsim.Record) {
			if strings.Contains(cluster.Describe(r), b.Rule) {
				t.Errorf("%s: event %d names %s", b.Name, r.ID, b.Rule)
			}
		}})
		if err != nil {
			t.Fatal(err)
		}
		var v cluster.View
		told := 0
		for end := netsim.Time(sc.Config.For); ; {
			done := s.AdvanceTo(end)
			s.View(&v)
			if v.Bug != b.Name || slices.Contains(v.Without, b.Rule) {
				t.Errorf("%s: the view says %q, without %v", b.Name, v.Bug, v.Without)
			}
			for k := range v.Servers {
				if slices.Contains(v.Servers[k].Raft.Without, b.Rule) {
					t.Errorf("%s: the status of %s names %s", b.Name, v.Servers[k].ID, b.Rule)
				}
			}
			var notes []cluster.Note
			if notes, told = s.Notes(told); slices.ContainsFunc(notes, func(n cluster.Note) bool { return strings.Contains(n.Text, b.Rule) }) {
				t.Errorf("%s: what is told names %s", b.Name, b.Rule)
			}
			if done {
				break
			}
		}
		var journal bytes.Buffer
		if _, err := s.Scenario().WriteTo(&journal); err != nil || strings.Contains(journal.String(), b.Rule) || !strings.Contains(journal.String(), "bug "+b.Name) {
			t.Errorf("%s: the journal is\n%s%v", b.Name, journal.String(), err)
		}
	}
}

func scenario(t *testing.T, code cluster.Code, b *cluster.Bug) *script.Scenario {
	t.Helper()
	sc, err := bug.Scenario(code, b)
	if err != nil {
		t.Fatal(err)
	}
	return sc
}

// property is the property that a bug is about.
func property(name string) check.Property {
	for _, e := range entries {
		if e.Name == name {
			return e.Property
		}
	}
	return ""
}

func TestEachBugBreaksItsPropertyAloneAndHoldsWithTheRule(t *testing.T) {
	code := code()
	for i := range code.Bugs {
		b := &code.Bugs[i]
		sc := scenario(t, code, b)
		r, err := hunt.Run(code, sc)
		if err != nil {
			t.Fatal(err)
		}
		if got := r.Properties(); len(got) != 1 || got[0] != property(b.Name) {
			t.Errorf("%s violates %q, not %s alone", b.Name, got, property(b.Name))
		}
		s, err := bug.Solve(code, b)
		if err != nil {
			t.Error(err)
			continue
		}
		if holds, err := s.Holds(code); err != nil || !holds {
			t.Errorf("%s violates something with the rule on: %v", b.Name, err)
		}
	}
}

func TestOnlyTheWholeAnswerHasAllPoints(t *testing.T) {
	code := code()
	for i := range code.Bugs {
		b := &code.Bugs[i]
		s, err := bug.Solve(code, b)
		if err != nil {
			t.Error(err)
			continue
		}
		if s.First.ID == 0 || s.First.ID > s.Violation.Event || s.Rule.Name != b.Rule {
			t.Errorf("%s: first wrong in event %d, violated in %d, rule %q", b.Name, s.First.ID, s.Violation.Event, s.Rule.Name)
		}
		right := bug.Answer{Property: property(b.Name), Event: s.First.ID, Rule: b.Rule}
		if m := grade(t, s, code, right); !m.Full() {
			t.Errorf("%s: the right answer has %d points: %+v", b.Name, m.Points(), m)
		}
		if m := grade(t, s, code, bug.Answer{}); m.Points() != 0 || m.Property.Hint == "" || m.Event.Hint == "" || m.Rule.Hint == "" {
			t.Errorf("%s: no answer has %d points: %+v", b.Name, m.Points(), m)
		}
		wrong := right
		wrong.Property = check.CommitMonotonic
		if m := grade(t, s, code, wrong); m.Property.Right || m.Property.Points != 0 || m.Property.Hint == "" || !m.Event.Right || !m.Rule.Right {
			t.Errorf("%s with a wrong property: %+v", b.Name, m)
		}
		for _, id := range []netsim.EventID{s.First.ID - 1, s.First.ID + 1, s.Violation.Event, s.Violation.Event + 1} {
			wrong = right
			if wrong.Event = id; id == s.First.ID {
				continue
			}
			if m := grade(t, s, code, wrong); m.Event.Right || m.Event.Points > bug.PointsEvent/2 || id < s.First.ID && m.Event.Points > 0 || m.Event.Hint == "" {
				t.Errorf("%s with event %d, not %d: %+v", b.Name, id, s.First.ID, m.Event)
			}
		}
		wrong = right
		wrong.Rule = "batching" // what it is for is in no bug's property
		if m := grade(t, s, code, wrong); m.Rule.Right || m.Rule.Points != 0 || m.Rule.Hint == "" || strings.Contains(m.Rule.Hint, b.Rule) {
			t.Errorf("%s with a wrong rule: %+v", b.Name, m.Rule)
		}
	}
}

func grade(t *testing.T, s *bug.Solution, code cluster.Code, a bug.Answer) bug.Marks {
	t.Helper()
	m, err := s.Grade(code, a)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Behind the first wrong event, what is in the chain is worth half.
func TestWhatLiesBetweenIsWorthHalf(t *testing.T) {
	code, between := code(), 0
	for i := range code.Bugs {
		s, err := bug.Solve(code, &code.Bugs[i])
		if err != nil || !s.Caused {
			continue
		}
		for k := range s.Chain {
			id := s.Chain[k].ID
			m := grade(t, s, code, bug.Answer{Event: id})
			switch {
			case id < s.First.ID && m.Event.Points != 0, id > s.First.ID && m.Event.Points != bug.PointsEvent/2:
				t.Errorf("%s: event %d of the chain has %d points; the first wrong one is %d", code.Bugs[i].Name, id, m.Event.Points, s.First.ID)
			case id > s.First.ID:
				between++
			}
		}
	}
	if between < 10 {
		t.Errorf("only %d events lie between", between)
	}
}

// What is wrong follows from the scenario alone: again, over a clone, and over the
// journal. And looking for it changes nothing.
func TestARunWithABugIsDeterministic(t *testing.T) {
	code := code()
	for i := range code.Bugs {
		b := &code.Bugs[i]
		sc := scenario(t, code, b)
		end := netsim.Time(sc.Config.For)
		open := func(sc *script.Scenario, twins bool) *cluster.Session {
			s, err := cluster.Open(code, sc, cluster.Options{Trace: -1, Twins: twins})
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
		through := func(s *cluster.Session) uint64 {
			for !s.AdvanceTo(end) {
			}
			return s.Digest()
		}
		first := open(sc, true)
		first.AdvanceTo(end / 2)
		clone := first.Clone()
		want, got := through(first), through(clone)
		if got != want || !slices.Equal(first.Departures(), clone.Departures()) {
			t.Errorf("%s: a clone has digest %016x and departures %v, not %016x and %v", b.Name, got, clone.Departures(), want, first.Departures())
		}
		if got := through(open(sc, false)); got != want {
			t.Errorf("%s: without twins the digest is %016x, with them %016x", b.Name, got, want)
		}
		again := open(first.Scenario(), true)
		if got := through(again); got != want || !slices.Equal(first.Departures(), again.Departures()) {
			t.Errorf("%s: the journal has digest %016x and departures %v", b.Name, got, again.Departures())
		}
	}
}

// Who switches rules in such a run neither mends the bug nor learns of it.
func TestSwitchesDoNotReachTheBug(t *testing.T) {
	code := code()
	b := &code.Bugs[0]
	sc := scenario(t, code, b)
	sc.Steps = append([]script.Step{{Action: script.With{Rules: []string{b.Rule}}}}, sc.Steps...)
	s, err := cluster.Open(code, sc, cluster.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if s.AdvanceTo(netsim.Time(sc.Config.For)) {
		t.Error("with the switch of the rule on nothing is violated")
	}
}

func TestABugThatThereIsNotIsRefused(t *testing.T) {
	code := code()
	name := code.Bugs[0].Name
	for _, c := range []struct {
		cut  func(*cluster.Code)
		name string
		want string
	}{
		{func(*cluster.Code) {}, name + "x", "did you mean `" + name + "`?"},
		{func(*cluster.Code) {}, "nothing-like-it", "there are anchovy, barbel, "},
		{func(c *cluster.Code) { c.Bugs = nil }, name, "has no seeded bugs"},
		{func(c *cluster.Code) { c.Raft.Rules = []raft.Rule{}; c.Server.Rules = nil; c.Client.Rules = nil }, name, "lacks the rule"},
	} {
		cfg := script.DefaultConfig()
		cfg.Bug = c.name
		other := code
		c.cut(&other)
		if _, err := cluster.New(other, cfg, cluster.Options{}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}
