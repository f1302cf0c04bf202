package cluster

import (
	"slices"
	"time"

	"raftarium/kv"
	"raftarium/netsim"
	"raftarium/netsim/cluster/check"
	"raftarium/netsim/cluster/script"
)

// Session is a world with its journal: what it is, what was done to it and after
// how many events. Steps that a scenario or a schedule brings are done when their
// time comes; what a person does in between is written down at its exact place.
type Session struct {
	*World
	journal []script.Step
	ahead   []script.Step // steps of the scenario that are still to come
	skipped []Skipped
	random  []script.Step // those that no scenario has, but the schedule of faults
}

// Skipped is a step of a scenario that could not be done when its time came.
type Skipped struct {
	Step script.Step
	Err  error
	// Random says that it is one of the random faults (see Schedule), which know
	// nothing of who left and who leads.
	Random bool
}

// Open makes the world of a scenario, whose steps will be done in their time.
// With Config.Faults, random faults are added to them (see Schedule).
func Open(code Code, sc *script.Scenario, opt Options) (*Session, error) {
	if err := sc.Check(code.Known()); err != nil {
		return nil, err
	}
	w, err := New(code, sc.Config, opt)
	if err != nil {
		return nil, err
	}
	// A run that was saved has what its schedule did, and what it was still to do:
	// once is enough.
	scheduled := slices.DeleteFunc(Schedule(sc.Config), func(st script.Step) bool {
		return contains(sc.Steps, st)
	})
	steps := append(slices.Clone(sc.Steps), scheduled...)
	slices.SortStableFunc(steps, func(a, b script.Step) int {
		switch {
		case a.At < b.At:
			return -1
		case a.At > b.At:
			return 1
		}
		return 0
	})
	return &Session{World: w, ahead: steps, random: scheduled}, nil
}

// contains reports whether steps have one that does the same at the same time.
func contains(steps []script.Step, st script.Step) bool {
	return slices.ContainsFunc(steps, func(one script.Step) bool {
		return one.At == st.At && one.Action.String() == st.Action.String()
	})
}

// Clone returns a session that goes on in the same way, apart from this one.
func (s *Session) Clone() *Session {
	return &Session{
		World: s.World.Clone(), journal: slices.Clone(s.journal), ahead: s.ahead, skipped: slices.Clone(s.skipped),
		random: s.random,
	}
}

// Do performs an action line now and writes it down. It returns a sentence that
// says what was done, or an error that says what would fit; then nothing changed.
func (s *Session) Do(line string) (string, error) {
	a, err := script.ParseAction(line)
	if err != nil {
		return "", err
	}
	return s.Act(a)
}

// Act is Do for an action that was parsed before.
func (s *Session) Act(a script.Action) (string, error) {
	place := script.Step{At: s.Now(), Event: s.Events(), Action: a}
	text, err := s.World.Act(a)
	if err == nil {
		s.journal = append(s.journal, place)
	}
	return text, err
}

// Scenario is what was done so far, as a scenario that makes this run again:
// the configuration as it was at the start, and every action at its exact place.
// Steps that have not happened yet are not in it.
func (s *Session) Scenario() *script.Scenario {
	cfg := s.cfg
	// The faults stand in the journal, as the actions that they were.
	cfg.Faults = nil
	return &script.Scenario{Config: cfg, Steps: slices.Clone(s.journal)}
}

// Ahead are the steps that are still to come.
func (s *Session) Ahead() []script.Step { return s.ahead }

// Skipped are the steps that could not be done when their time came.
func (s *Session) Skipped() []Skipped { return s.skipped }

// due reports whether the next step of the scenario comes before the next event.
func (s *Session) due(limit netsim.Time) bool {
	if len(s.ahead) == 0 || s.ahead[0].At > limit {
		return false
	}
	st := &s.ahead[0]
	if st.Event != 0 && s.Events() >= st.Event {
		return true
	}
	next, ok := s.World.NextAt()
	if st.Event != 0 {
		return !ok || next > st.At
	}
	return !ok || next >= st.At
}

// Step makes the next thing happen, an event or a step of the scenario, and
// reports whether there was one.
func (s *Session) Step() bool { return s.step(never) }

func (s *Session) step(limit netsim.Time) bool {
	if len(s.ahead) == 0 {
		return s.World.Step(limit)
	}
	for {
		if !s.due(limit) {
			l := limit
			// A timer that was moved shows early in NextAt: do not run past the step.
			if len(s.ahead) > 0 && s.ahead[0].At <= limit {
				l = s.ahead[0].At
				if s.ahead[0].Event == 0 {
					l--
				}
			}
			if s.World.Step(l) {
				return true
			}
			if l == limit || len(s.ahead) == 0 || s.ahead[0].At > limit {
				return false
			}
		}
		st := s.ahead[0]
		s.ahead = s.ahead[1:]
		s.sim.AdvanceTo(st.At)
		if _, err := s.Act(st.Action); err != nil {
			s.skipped = append(s.skipped, Skipped{Step: st, Err: err, Random: contains(s.random, st)})
			continue
		}
		return true
	}
}

// AdvanceTo runs until the time t. It stops early, after the event during which a
// checker fired, and reports whether t was reached.
func (s *Session) AdvanceTo(t netsim.Time) bool { return s.AdvanceWithin(t, endless) }

// endless is more events than any run has.
const endless = ^netsim.EventID(0) >> 1

// AdvanceWithin is AdvanceTo for those who want to look up now and then: it stops early
// after so many events, too. Much may happen in no time at all.
func (s *Session) AdvanceWithin(t netsim.Time, events netsim.EventID) bool {
	before, last := len(s.judge.Violations()), s.event+events
	for more := true; more; {
		if len(s.ahead) == 0 {
			more = !s.World.run(t, before, last)
		} else {
			more = s.step(t)
		}
		if len(s.judge.Violations()) > before || more && s.event >= last {
			return false
		}
	}
	s.sim.AdvanceTo(t)
	return true
}

// Advance runs for d, as AdvanceTo does.
func (s *Session) Advance(d time.Duration) bool { return s.AdvanceTo(s.Now().Add(d)) }

// Final ends the judgement: every checker, porcupine included. The session may go
// on afterwards.
func (s *Session) Final() check.Verdict {
	// A stall that lasts to the end counts once the judge knows where the end is.
	s.judge.At(s.Now(), s.Events())
	s.World.reportStores()
	v := s.judge.Final()
	// Where messages and disks fit the timeouts, the judge has seen it already.
	if v.Judges(check.Progress) && (v.Progress == check.Unknown || v.Progress == check.Yes && !s.World.timely()) {
		if still, is := s.World.stalled(); is {
			v.Progress = check.No
			v.Violations = append(slices.Clip(v.Violations), check.Violation{
				Property: check.Progress, At: s.Now(), Event: s.Events(), Text: s.World.stillness(still),
			})
		}
	}
	if v.Progress == check.Yes && s.World.heldUp() {
		v.Progress = check.Unknown
	}
	return v
}

// reportStores shows the judge what the servers hold.
func (w *World) reportStores() {
	for i := range w.servers {
		s := &w.servers[i]
		if !s.up {
			continue
		}
		var st kv.ServerStatus
		if failure := try("Inspect", func() { s.kv.Inspect(&st) }); failure != "" {
			w.fail(s, "%s", failure)
			continue
		}
		w.judge.Store(s.id, &st)
	}
	w.noticeViolations()
}
