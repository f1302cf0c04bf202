// Bugs makes the scenarios of the catalogue of seeded bugs: for each a run that
// violates the property that it is about, and nothing else, and that holds with the
// rule on. A scenario that still does stays as it is.
//
//	go run ./tests/bugs [-seeds N] [-tries N] [-again] [NAME...]
//
// Run it at the top of the checkout.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"raftarium/kv/client"
	"raftarium/kv/server"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/bug"
	"raftarium/netsim/cluster/hunt"
	"raftarium/netsim/cluster/lesson"
	"raftarium/netsim/cluster/script"
	"raftarium/raft/core"
	"raftarium/tests/bugs/catalog"
)

// firstSeed is not where the lessons begin: what they show shall answer nothing here.
const firstSeed = 1_000_001

var dir = filepath.Join("tests", "bugs", "catalog")

func main() {
	m := maker{}
	flag.Uint64Var(&m.seeds, "seeds", 1500, "how many seeds to try for a bug")
	flag.IntVar(&m.tries, "tries", 3, "of how many runs to take the best")
	flag.Uint64Var(&m.effort, "effort", 4_000_000, "how many events the search for a smaller run may make happen")
	flag.BoolVar(&m.again, "again", false, "make scenarios anew that are good")
	flag.Parse()
	m.code = cluster.Code{Raft: core.Implementation(), Server: server.Implementation(), Client: client.Implementation()}
	missing := 0
	for _, e := range catalog.Entries() {
		if flag.NArg() > 0 && !slices.Contains(flag.Args(), e.Name) {
			continue
		}
		what, err := m.make(e)
		if err != nil {
			missing++
			what = err.Error()
		}
		fmt.Printf("%-10s %s\n", e.Name, what)
	}
	if missing > 0 {
		fmt.Fprintf(os.Stderr, "bugs: %d have no scenario\n", missing)
		os.Exit(1)
	}
}

type maker struct {
	code  cluster.Code
	seeds uint64
	tries int
	again bool
	// effort bounds the search for a smaller scenario; see [hunt.Minimize].
	effort uint64
}

// make sees to it that a bug has a good scenario, and says what it is like.
func (m *maker) make(e catalog.Entry) (string, error) {
	file := filepath.Join(dir, e.Name+catalog.Suffix)
	if text, err := os.ReadFile(file); err == nil && !m.again {
		if s, err := m.shows(e, string(text)); err == nil {
			return "as it is: " + about(string(text), s), nil
		}
	}
	text, s, err := m.find(e)
	if err != nil {
		return "", err
	}
	return about(text, s), os.WriteFile(file, []byte(text), 0o644)
}

func about(text string, s *bug.Solution) string {
	where := "by itself"
	if s.Caused {
		where = "in the chain"
	}
	return fmt.Sprintf("%d lines, violation in event %d, wrong first in %d (%s, %d in all)",
		strings.Count(text, "\n"), s.Violation.Event, s.First.ID, where, len(s.Wrong))
}

// shows checks that a scenario is fit to be given: it violates what it should, and
// nothing once the rule is on.
func (m *maker) shows(e catalog.Entry, text string) (*bug.Solution, error) {
	b := cluster.Bug{Name: e.Name, Rule: e.Rule, Scenario: text}
	code := m.code
	code.Bugs = []cluster.Bug{b}
	s, err := bug.Solve(code, &b)
	if err != nil {
		return nil, err
	}
	sc, err := bug.Scenario(code, &b)
	if err != nil {
		return nil, err
	}
	r, err := hunt.Run(code, sc)
	if err != nil {
		return nil, err
	}
	if got := r.Properties(); len(got) != 1 || got[0] != e.Property {
		return nil, fmt.Errorf("it violates %q, not %s alone", got, e.Property)
	}
	holds, err := s.Holds(code)
	if err == nil && !holds {
		err = errors.New("it violates something without the bug too")
	}
	if lessonText, ok := lesson.For(e.Rule); ok && sameSteps(lessonText, text) {
		err = errors.Join(err, errors.New("it is the lesson about the rule"))
	}
	return s, err
}

// sameSteps reports whether two scenarios do the same things.
func sameSteps(a, b string) bool {
	_, a, _ = strings.Cut(a, "\n\n")
	_, b, _ = strings.Cut(b, "\n\n")
	return a == b && a != ""
}

// A scenario of so many lines can be read at a glance.
const short = 32

// cost is what a scenario should have little of: lines and events, and most of all a
// first wrong event that no chain leads to, or that is the violation itself.
func cost(text string, s *bug.Solution) int {
	n := strings.Count(text, "\n") + int(s.Violation.Event)/200
	if !s.Caused {
		n += 200 + 10*min(len(s.Wrong), 20)
	}
	if s.First.ID == s.Violation.Event {
		n += 100
	}
	return n
}

// find hunts for runs that violate the property first, and makes them small: runs in
// which nothing but the bug is off, if there are any.
func (m *maker) find(e catalog.Entry) (string, *bug.Solution, error) {
	o := hunt.Default(m.code)
	o.Without = []string{e.Rule}
	spared := o.Spared
	o.Spared = nil
	text, s, err := m.findAmong(e, o, m.seeds/5)
	if err != nil {
		o.Spared = spared
		text, s, err = m.findAmong(e, o, m.seeds)
	}
	return text, s, err
}

// findAmong is find among the runs of a hunt, so many of them.
func (m *maker) findAmong(e catalog.Entry, o hunt.Options, seeds uint64) (best string, solved *bug.Solution, err error) {
	tried, why := 0, errors.New("no seed shows it")
	for seed := uint64(firstSeed); seed < firstSeed+seeds && tried < m.tries; seed++ {
		sc := hunt.Scenario(o, seed)
		r, err := hunt.Run(m.code, sc)
		if err != nil {
			return "", nil, err
		}
		if v, ok := r.First(); !ok || v.Property != e.Property {
			continue
		}
		small, err := hunt.Minimize(m.code, sc, e.Property, hunt.Effort(m.effort), func(hunt.Minimal) bool { return true })
		if err != nil {
			continue
		}
		text, err := write(e, small.Scenario)
		if err != nil {
			return "", nil, err
		}
		s, err := m.shows(e, text)
		if err != nil {
			why = err
			continue
		}
		if best == "" || cost(text, s) < cost(best, solved) {
			best, solved = text, s
		}
		if tried++; cost(best, solved) <= short {
			break
		}
	}
	if best == "" {
		return "", nil, why
	}
	return best, solved, nil
}

// write is the text of a scenario with the bug in the place of its rule.
func write(e catalog.Entry, sc *script.Scenario) (string, error) {
	sc.Config.Without, sc.Config.Bug = nil, e.Name
	var b strings.Builder
	_, err := sc.WriteTo(&b)
	return b.String(), err
}
