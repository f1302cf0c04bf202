package lab

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/script"
)

// Unsound says that a machine is no deterministic automaton, or that its Clone lies.
type Unsound struct {
	text string
	// kind is what it looks like, and so where to look.
	kind Symptom
}

// Symptom is what an unsound machine shows.
type Symptom int

const (
	RunsPart   Symptom = iota // it does not do the same when told the same
	ClonesPart                // a clone and its original differ, or disturb each other
	StateHides                // AppendState leaves something out
)

// Error says what differed, and what usually makes it differ.
func (u *Unsound) Error() string { return u.text }

func unsound(format string, args ...any) error {
	u := &Unsound{text: fmt.Sprintf(format, args...), kind: StateHides}
	switch {
	case strings.Contains(u.text, breaksClones):
		u.kind = ClonesPart
	case strings.Contains(u.text, breaksRuns):
		u.kind = RunsPart
	}
	return u
}

// What breaks a machine, for those who meet it first.
const (
	breaksRuns = "A machine must do the same whenever it is told the same. What breaks that: " +
		"ranging over a map (its order changes), reading a clock (time.Now), drawing random numbers, " +
		"starting goroutines, and package variables that machines share"
	breaksClones = "A clone must behave the same and share nothing that either will write. What breaks that: " +
		"a slice or map that is copied by assignment (use slices.Clone and maps.Clone), a slice with room behind it " +
		"to which both append (use slices.Clip), pointers, package variables, and fields that Clone forgets"
)

// Sound is the test of the machines' contract: the same run twice gives the same
// run, a clone made in the midst of it goes on in the same way, and neither disturbs
// the other. trouble are action lines, each done 300 ms after the one before.
func Sound(points int, config func(*script.Config), trouble ...string) Test {
	return Test{
		Name: "deterministic", Points: points, Config: config,
		What: "two runs of a seed are the same, and so is a clone's; messages stay as they were sent",
		Play: func(r *Run) error { return sound(r, trouble) },
	}
}

// step is how often the runs are compared.
const step = 100 * time.Millisecond

func sound(r *Run, trouble []string) error {
	var found verdict
	again, err := cluster.Open(watch(r.Code, &found), &script.Scenario{Config: r.Config()}, cluster.Options{Trace: -1, VerifyMessages: true})
	if err != nil {
		return err
	}
	// The second run is made with other garbage and, of maps, another order.
	var clone *cluster.Session
	for i := range 3*len(trouble) + 6 {
		if i%3 == 2 && i/3 < len(trouble) {
			_, err1 := r.Session.Do(trouble[i/3])
			_, err2 := again.Do(trouble[i/3])
			if (err1 == nil) != (err2 == nil) {
				return runsDiffer(r, again)
			}
			if clone != nil {
				if _, err3 := clone.Do(trouble[i/3]); (err1 == nil) != (err3 == nil) {
					return cloneDiffers(r)
				}
			}
		}
		if err := r.Wait(step); err != nil {
			return err
		}
		for end := r.Now(); again.Now() < end; {
			again.AdvanceTo(end)
		}
		if found.err != nil {
			return fmt.Errorf("by %v, %w", r.Now(), found.err)
		}
		if r.Digest() != again.Digest() || !bytes.Equal(r.AppendState(nil), again.AppendState(nil)) {
			return runsDiffer(r, again)
		}
		if clone != nil {
			before := r.AppendState(nil)
			for end := r.Now(); clone.Now() < end; {
				clone.AdvanceTo(end)
			}
			if !bytes.Equal(before, r.AppendState(nil)) {
				return unsound("what a clone did changed the machine that it was made of, by %v. %s", r.Now(), breaksClones)
			}
			if clone.Digest() != r.Digest() || !bytes.Equal(clone.AppendState(nil), before) {
				return cloneDiffers(r)
			}
		}
		if i%3 == 1 {
			before := r.AppendState(nil)
			clone = r.Clone()
			if !bytes.Equal(clone.AppendState(nil), before) {
				return unsound("a clone made at %v has not the state of its original: AppendState gives other bytes. %s", r.Now(), breaksClones)
			}
			if !bytes.Equal(before, r.AppendState(nil)) {
				return unsound("AppendState gives other bytes each time at %v, though nothing happened in between. %s", r.Now(), breaksRuns)
			}
		}
	}
	if st := r.Stats(); st.Elections == 0 {
		return fmt.Errorf("nothing happened that could differ: in %v nobody stood for election", r.Now())
	} else if r.Config().Clients > 0 && st.Puts+st.Appends+st.Gets == 0 {
		return fmt.Errorf("nothing happened that could differ: in %v no client got an answer", r.Now())
	}
	return nil
}

func runsDiffer(r *Run, again *cluster.Session) error {
	what := "do not do the same"
	if r.Digest() == again.Digest() {
		what = "say different things of their state (AppendState)"
	}
	return unsound("two runs of the same seed %s by %v. %s", what, r.Now(), breaksRuns)
}

func cloneDiffers(r *Run) error {
	return unsound("a clone and its original, told the same, had done different things by %v. %s", r.Now(), breaksClones)
}
