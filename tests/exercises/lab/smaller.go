package lab

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"raftarium/kv"
	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/check"
	"raftarium/netsim/cluster/hunt"
	"raftarium/netsim/cluster/script"
)

// Bounds of the search for smaller runs, in events: of one test, and of all tests of
// an exercise.
const (
	testEffort  hunt.Effort = 300_000
	totalEffort hunt.Effort = 1_000_000
)

// smaller makes a run that failed small, as far as a little effort goes: one that
// violates what counts, and one in which something did not come in time. What else may
// be wrong, only the test itself can say, which did the steps: those runs are as they
// were.
func (r *Run) smaller(err error, sc *script.Scenario, at time.Duration, left *hunt.Effort) (*script.Scenario, time.Duration) {
	judge := r.judge(err, sc)
	if judge == nil {
		return sc, at
	}
	// What small runs do not need is left to those of other tests.
	end := *left - min(testEffort, *left)
	wrong := func(sc *script.Scenario) (netsim.Time, uint64, bool) {
		at, events, wrong := judge(sc)
		*left -= min(hunt.Effort(events)+1000, *left)
		return at, events, wrong
	}
	// Journals place what was done among the events; what is left out moves those.
	plain := &script.Scenario{Config: sc.Config, Steps: slices.Clone(sc.Steps)}
	for i := range plain.Steps {
		plain.Steps[i].Event = 0
	}
	for _, try := range []*script.Scenario{plain, sc} {
		if *left <= end {
			break
		}
		if m, err := hunt.MinimizeFor(try, wrong, *left-end, nil); err == nil {
			return m.Scenario, m.First.At.Duration()
		}
	}
	return sc, at
}

// instead says what is violated in a run that was made smaller, where the sentence is
// another one than that of the run that it was made of; "" for nothing to say.
func (r *Run) instead(err error, sc *script.Scenario) string {
	v, ok := errors.AsType[*violation](err)
	if !ok {
		return ""
	}
	s, openErr := cluster.Open(r.Code, sc, cluster.Options{Trace: -1, Completions: true, VerifyMessages: true})
	if openErr != nil {
		return ""
	}
	r.Session, r.seen = s, 0
	now := r.Wait(sc.Config.For)
	if now == nil {
		now = r.End()
	}
	if small, ok := errors.AsType[*violation](now); ok && small.Error() != v.Error() {
		return small.Error()
	}
	return ""
}

// judge judges whether smaller runs fail for the same reason, or is nil if only the
// test can.
//
// What did not come in time must not come in the same conditions, with the same people
// up and connected: a run in which nothing can come, because somebody is cut off,
// would be small and say nothing.
func (r *Run) judge(err error, sc *script.Scenario) hunt.Judge {
	var fails func(sc *script.Scenario) (at netsim.Time, ok bool)
	if f, ok := errors.AsType[*courseFailure](err); ok && len(f.Violations) > 0 {
		err, r.judged = &violation{Violation: f.Violations[0]}, check.Properties()
	}
	if v, ok := errors.AsType[*violation](err); ok {
		fails = func(sc *script.Scenario) (netsim.Time, bool) { return r.breaks(v.Property, sc) }
	} else if l, ok := errors.AsType[*late](err); ok && l.again != nil {
		conditions, value := r.conditions(), written(sc, l.key)
		fails = func(sc *script.Scenario) (netsim.Time, bool) {
			if l.key != "" && written(sc, l.key) != value {
				return 0, false
			}
			at, ok := r.stillLate(l, sc)
			return at, ok && r.conditions() == conditions
		}
	} else {
		return nil
	}
	return func(sc *script.Scenario) (at netsim.Time, events uint64, wrong bool) {
		s, err := cluster.Open(r.Code, sc, cluster.Options{Trace: -1, Completions: true, VerifyMessages: true})
		if err != nil {
			return 0, 0, false
		}
		// The conditions of tests look at their run: so it becomes this one.
		r.Session, r.seen = s, 0
		at, wrong = fails(sc)
		return at, uint64(r.Events()), wrong
	}
}

// breaks lets a run go on to its end and reports whether, and when, a property is the
// first to be violated of those that count.
func (r *Run) breaks(p check.Property, sc *script.Scenario) (at netsim.Time, ok bool) {
	err := r.Wait(sc.Config.For)
	if err == nil {
		err = r.End()
	}
	v, ok := errors.AsType[*violation](err)
	if !ok || v.Property != p {
		return 0, false
	}
	return v.At, true
}

// stillLate lets a run go on for as long as it was waited for after its last step, and
// reports whether and when that was in vain.
func (r *Run) stillLate(l *late, sc *script.Scenario) (at netsim.Time, ok bool) {
	start, end := netsim.Time(0), netsim.Time(sc.Config.For)
	if n := len(sc.Steps); n > 0 {
		start = sc.Steps[n-1].At
	}
	if start.Add(l.within) > end || r.Wait(start.Duration()) != nil {
		return 0, false
	}
	for since := start; ; {
		switch {
		case l.again() == "":
			since = r.Now().Add(beat)
		case r.Now() >= since.Add(l.within):
			return r.Now(), true
		}
		if r.Now() >= end || r.Wait(min(beat, time.Duration(end-r.Now()))) != nil {
			return 0, false
		}
	}
}

// conditions are what servers and clients find themselves in, as a text to compare.
func (r *Run) conditions() string {
	v := r.See()
	var b strings.Builder
	for i := range v.Servers {
		fmt.Fprintf(&b, "%v %t %t\n", v.Servers[i].ID, v.Servers[i].Up, v.Servers[i].Paused)
	}
	n := &v.Network
	fmt.Fprintf(&b, "%v %v %v %v %v %v\n", n.Latency, n.Loss, n.Duplicate, n.Reorder, n.Detour, n.Disk)
	for _, c := range n.Cuts {
		fmt.Fprintf(&b, "%v %v\n", c.From, c.To)
	}
	fmt.Fprintf(&b, "%v %v %v %v", v.Config, v.Load, v.Reads, v.Active)
	return b.String()
}

// written is what clients were asked to write at a key, as a text to compare: of Puts
// the last one, and all Appends behind it.
func written(sc *script.Scenario, key string) string {
	var b strings.Builder
	for i := range sc.Steps {
		switch a := sc.Steps[i].Action.(type) {
		case script.Do:
			if a.Op.Key != key || a.Op.Kind == kv.Get {
				continue
			}
			if a.Op.Kind == kv.Put {
				b.Reset()
			}
			b.WriteString(a.Op.Value)
		case script.Fire, script.Load:
			fmt.Fprintln(&b, a)
		}
	}
	return b.String()
}
