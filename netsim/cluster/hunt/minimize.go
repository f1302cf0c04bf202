package hunt

import (
	"fmt"
	"slices"
	"time"

	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/check"
	"raftarium/netsim/cluster/script"
)

// Effort bounds a search for a smaller run: how many events it may make happen. It
// is not a time, so that the result does not depend on the machine.
type Effort uint64

// DefaultEffort takes some ten seconds.
const DefaultEffort Effort = 12_000_000

// Minimal is a failing run that was made small.
type Minimal struct {
	Scenario *script.Scenario
	// First is its first violation, of the property that was asked for.
	First check.Violation
	// Runs is how many runs were tried, Exhausted whether the effort ended before
	// nothing more could be left out.
	Runs      int
	Exhausted bool
}

// Minimize makes a failing run smaller, as long as the property stays the first
// one that is violated: it leaves out faults, servers, clients and time, and makes
// the network and the times simpler. What is left is at plain times and can be
// replayed from a file. tell, if not nil, hears of every smaller run that is found
// and every few runs in between, and ends the search by returning false.
//
// An error means that the run as it is given does not violate the property first.
func Minimize(code cluster.Code, sc *script.Scenario, property check.Property, effort Effort, tell func(Minimal) bool) (Minimal, error) {
	m, ok := minimize(sc, func(sc *script.Scenario) (check.Violation, uint64, bool) {
		first, events, ok := firstViolation(code, sc)
		return first, events, ok && first.Property == property
	}, effort, tell)
	if !ok {
		return m, fmt.Errorf("the run of seed %d does not violate %s first", sc.Config.Seed, property)
	}
	return m, nil
}

// Judge makes a run and says whether it still is wrong as it was: when that shows, and
// how many events it took. What stands in a scenario must not be changed.
type Judge func(sc *script.Scenario) (at netsim.Time, events uint64, wrong bool)

// MinimizeFor is Minimize for runs that are wrong in another way than that they violate
// a property: wrong is the judge of that. Of First only At has a meaning.
func MinimizeFor(sc *script.Scenario, wrong Judge, effort Effort, tell func(Minimal) bool) (Minimal, error) {
	m, ok := minimize(sc, func(sc *script.Scenario) (check.Violation, uint64, bool) {
		at, events, ok := wrong(sc)
		return check.Violation{At: at}, events, ok
	}, effort, tell)
	if !ok {
		return m, fmt.Errorf("the run of seed %d is not wrong when it is made again", sc.Config.Seed)
	}
	return m, nil
}

// minimize makes a run smaller as long as fails says so; it reports whether it failed
// at all.
func minimize(sc *script.Scenario, fails func(*script.Scenario) (check.Violation, uint64, bool), effort Effort, tell func(Minimal) bool) (Minimal, bool) {
	m := minimizer{fails: fails, left: int64(effort), tell: tell}
	m.best.Scenario = clone(sc)
	if !m.try(m.best.Scenario) {
		return m.best, false
	}
	m.shorten()
	m.tail()
	for before := -1; before != m.size() && m.left > 0; {
		before = m.size()
		m.shorten()
		m.dropSteps()
		m.fewerClients()
		m.fewerServers()
		m.simplerNetwork()
		m.fewerNames()
		m.sooner()
		m.roundTimes()
	}
	m.best.Exhausted = m.left <= 0
	return m.best, true
}

// minimizer is a search under way: best is the smallest run that was found.
type minimizer struct {
	// fails makes a run up to what is wrong with it, and says how many events it took.
	fails func(*script.Scenario) (check.Violation, uint64, bool)
	left  int64 // events
	best  Minimal
	tell  func(Minimal) bool
}

// clone copies a scenario so that its steps and configuration can be changed.
func clone(sc *script.Scenario) *script.Scenario {
	c := &script.Scenario{Config: sc.Config, Steps: slices.Clone(sc.Steps)}
	c.Config.Without = slices.Clone(sc.Config.Without)
	return c
}

// size is what shall shrink, in one number: whoever replaces it by a smaller one
// comes to an end.
func (m *minimizer) size() int {
	cfg := &m.best.Scenario.Config
	n := 100*len(m.best.Scenario.Steps) + 1000*cfg.Servers + 1000*cfg.Clients + int(cfg.For/(100*time.Millisecond))
	for i := range m.best.Scenario.Steps {
		n += len(m.best.Scenario.Steps[i].String())
	}
	return n
}

// try makes a run up to what is wrong with it. If that is what is looked for, the run
// is the best so far.
func (m *minimizer) try(sc *script.Scenario) bool {
	first, events, ok := m.fails(sc)
	m.left -= int64(events) + 1000
	m.best.Runs++
	if ok {
		m.best.Scenario, m.best.First = sc, first
	}
	if m.tell != nil && (ok || m.best.Runs%16 == 0) && !m.tell(m.best) {
		m.left = 0
	}
	return ok
}

// firstViolation makes a run until something is violated, or to its end.
func firstViolation(code cluster.Code, sc *script.Scenario) (v check.Violation, events uint64, ok bool) {
	s, err := cluster.Open(code, sc, cluster.Options{Trace: -1})
	if err != nil {
		return v, 0, false // a simplification went too far
	}
	var list []check.Violation
	if !s.AdvanceTo(netsim.Time(sc.Config.For)) {
		list = s.Judge().Violations()
	} else {
		list = s.Final().Violations
	}
	if len(list) > 0 {
		v = list[0]
	}
	return v, uint64(s.Events()), len(list) > 0
}

// change tries the best run with a change.
func (m *minimizer) change(f func(*script.Scenario)) bool {
	if m.left <= 0 {
		return false
	}
	sc := clone(m.best.Scenario)
	f(sc)
	return m.try(sc)
}

// reseeds is how many other seeds are tried with a change after which the run's
// own seed does no longer do.
const reseeds = 12

// changeSeed is change, but the run may get another seed: what one seed does with
// five clients, another may do with two.
func (m *minimizer) changeSeed(f func(*script.Scenario)) bool {
	if m.change(f) {
		return true
	}
	for seed := range uint64(reseeds) {
		if m.change(func(sc *script.Scenario) { f(sc); sc.Config.Seed = seed + 1 }) {
			return true
		}
	}
	return false
}

// tail keeps the last few steps only, and the time that they take, and lets other
// seeds try what comes of them: of many faults most have led nowhere. What is
// set at the start, such as the rules that are off, stays as it is.
func (m *minimizer) tail() {
	first := 0
	for _, st := range m.best.Scenario.Steps {
		if st.At > 0 {
			break
		}
		first++
	}
	for _, keep := range []int{0, 1, 2, 4, 8, 12, 16, 24, 32, 48} {
		n := len(m.best.Scenario.Steps)
		if keep+first >= n {
			return
		}
		if m.changeSeed(func(sc *script.Scenario) {
			last := sc.Steps[n-keep:]
			sc.Steps = append(sc.Steps[:first], last...)
			if keep == 0 {
				return
			}
			// The first leader has to be elected.
			last = sc.Steps[first:]
			by := max(last[0].At-netsim.Time(2*sc.Config.Timing.ElectionMax), 0)
			for i := range last {
				last[i].At -= by
			}
			sc.Config.For -= by.Duration()
		}) {
			m.shorten()
			return
		}
	}
}

// shorten ends the run soon after the violation.
func (m *minimizer) shorten() {
	at := m.best.First.At.Duration()
	for _, unit := range []time.Duration{time.Second, 100 * time.Millisecond, 10 * time.Millisecond, time.Millisecond} {
		end := at.Truncate(unit) + unit
		if end >= m.best.Scenario.Config.For {
			continue
		}
		m.change(func(sc *script.Scenario) {
			sc.Config.For = end
			sc.Steps = slices.DeleteFunc(sc.Steps, func(st script.Step) bool { return st.At.Duration() >= end })
		})
	}
}

// fewSteps is how many steps make a run in which each is worth other seeds.
const fewSteps = 50

// dropSteps is delta debugging over the steps: it leaves out ever smaller parts of
// them, until no single one can be left out.
func (m *minimizer) dropSteps() {
	for size := (len(m.best.Scenario.Steps) + 1) / 2; size > 0; {
		dropped := false
		// From the end: what comes late matters to fewer things.
		for end := len(m.best.Scenario.Steps); end > 0 && m.left > 0; {
			from := max(end-size, 0)
			try := m.change
			if len(m.best.Scenario.Steps) <= fewSteps {
				try = m.changeSeed
			}
			if try(func(sc *script.Scenario) { sc.Steps = slices.Delete(sc.Steps, from, end) }) {
				dropped = true
				m.shorten()
			}
			end = min(from, len(m.best.Scenario.Steps))
		}
		if size = min(size, len(m.best.Scenario.Steps)); size == 1 && dropped {
			continue
		}
		size /= 2
	}
}

func (m *minimizer) fewerClients() {
	for n := range m.best.Scenario.Config.Clients {
		if m.changeSeed(func(sc *script.Scenario) { withClients(sc, n) }) {
			m.shorten()
			return
		}
	}
}

func (m *minimizer) fewerServers() {
	for n := 2; n < m.best.Scenario.Config.Servers; n++ {
		if m.changeSeed(func(sc *script.Scenario) { withServers(sc, n) }) {
			m.shorten()
			return
		}
	}
}

// simplerNetwork sets what is configured to what a run has unless told otherwise,
// or to nothing.
func (m *minimizer) simplerNetwork() {
	d := script.DefaultConfig()
	for _, simpler := range []struct {
		name, value string
	}{
		{"loss", "0%"}, {"duplicate", "0%"}, {"reorder", "0%"}, {"latency", "1ms"}, {"latency", d.Value("latency")}, {"disk", d.Value("disk")},
		// Value says nothing of what is off: here are the words for it.
		{"snapshot", "none"}, {"sessions", "implicit"}, {"window", "1"}, {"uncommitted", "default"}, {"reads", "log"},
		{"keys", "1"}, {"workload", string(script.Appends)}, {"heartbeat", d.Value("heartbeat")}, {"election", d.Value("election")},
	} {
		next := m.best.Scenario.Config
		now := next.Value(simpler.name)
		if simpler.name == "latency" && now == "1ms" {
			continue
		}
		// What does not go with the rest, such as a heartbeat longer than the timeout, stays.
		if next.Set(simpler.name, simpler.value) != nil || next.Value(simpler.name) == now {
			continue
		}
		if m.changeSeed(func(sc *script.Scenario) { _ = sc.Config.Set(simpler.name, simpler.value) }) {
			m.shorten()
		}
	}
}

// fewerNames leaves servers and clients out of what steps name.
func (m *minimizer) fewerNames() {
	for i := 0; i < len(m.best.Scenario.Steps); i++ {
		for _, a := range smaller(m.best.Scenario.Steps[i].Action) {
			if m.change(func(sc *script.Scenario) { sc.Steps[i].Action = a }) {
				i-- // and again
				break
			}
		}
	}
}

// sooner takes time out from before steps.
func (m *minimizer) sooner() {
	for i := 0; i < len(m.best.Scenario.Steps); i++ {
		steps := m.best.Scenario.Steps
		gap := steps[i].At
		if i > 0 {
			gap -= steps[i-1].At
		}
		if gap < netsim.Time(100*time.Millisecond) {
			continue
		}
		for _, by := range []netsim.Time{gap, gap * 9 / 10, gap / 2} {
			if m.changeSeed(func(sc *script.Scenario) {
				for k := i; k < len(sc.Steps); k++ {
					sc.Steps[k].At -= by
				}
			}) {
				m.shorten()
				break
			}
		}
	}
}

// roundTimes moves steps to rounder times.
func (m *minimizer) roundTimes() {
	for _, unit := range []netsim.Time{netsim.Time(100 * time.Millisecond), netsim.Time(10 * time.Millisecond), netsim.Time(time.Millisecond), netsim.Time(100 * time.Microsecond)} {
		rough := func(st script.Step) bool { return st.At%unit != 0 }
		if !slices.ContainsFunc(m.best.Scenario.Steps, rough) {
			return
		}
		round := func(sc *script.Scenario, from, to int) {
			for i := from; i < to; i++ {
				at := (sc.Steps[i].At + unit/2) / unit * unit
				if i > 0 {
					at = max(at, sc.Steps[i-1].At)
				}
				if i+1 < len(sc.Steps) {
					at = min(at, sc.Steps[i+1].At)
				}
				sc.Steps[i].At = at
			}
		}
		n := len(m.best.Scenario.Steps)
		if m.changeSeed(func(sc *script.Scenario) { round(sc, 0, n) }) {
			m.shorten()
			return
		}
		for i := range n {
			if i < len(m.best.Scenario.Steps) && rough(m.best.Scenario.Steps[i]) {
				m.change(func(sc *script.Scenario) { round(sc, i, i+1) })
			}
		}
	}
}
