package cluster_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/script"
)

// replay writes the journal of a run, reads it and makes the run again.
func replay(t testing.TB, s *cluster.Session) *cluster.Session {
	t.Helper()
	var file bytes.Buffer
	if _, err := s.Scenario().WriteTo(&file); err != nil {
		t.Fatal(err)
	}
	text := file.String()
	sc, err := script.Parse(&file, "journal")
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	again, err := cluster.Open(ours(), sc, cluster.Options{})
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	for !again.AdvanceTo(s.Now()) {
	}
	return again
}

func same(t testing.TB, what string, a, b *cluster.Session) {
	t.Helper()
	if a.Digest() != b.Digest() || a.Events() != b.Events() || a.Now() != b.Now() || !bytes.Equal(a.AppendState(nil), b.AppendState(nil)) {
		t.Errorf("%s: event %d at %v, digest %x; want event %d at %v, digest %x",
			what, b.Events(), b.Now(), b.Digest(), a.Events(), a.Now(), a.Digest())
	}
}

func TestAJournalMakesTheRunAgain(t *testing.T) {
	lines := []string{
		"crash leader", "pause s1", "append c1 x hello", "partition s1 s2 | s3 s4 s5", "resume all", "timeout all", "restart all",
		"fire 3 k", "pause s3 s4", "loss 20%", "cut c1 s1", "resume all", "heal", "clients 7", "append c7 x last", "clients 2",
		"latency s1 s2 30ms", "without election-restriction", "pause all", "disk 3ms", "resume all", "with election-restriction",
		"crash all", "restart all", "loss 0%", "latency 1ms..3ms", "note done",
	}
	// By hand after as many steps, or as much time, as the seed says.
	for seed := uint64(1); seed <= 30; seed++ {
		s := open(t, config(func(c *script.Config) {
			c.Seed, c.For = seed, 10*time.Second
			c.Reorder, c.Duplicate = netsim.Percent(10), netsim.Percent(10)
			if seed%3 == 0 {
				c.Faults = []script.Fault{script.FaultCrash, script.FaultPartition, script.FaultPause}
			}
			if seed%2 == 0 {
				c.Loss = netsim.Percent(3)
			}
		}), cluster.Options{}, script.Step{Action: script.Note{Text: "first"}}, script.Step{Action: script.Note{Text: "second"}},
			script.Step{At: ms(300), Action: script.Fire{N: 2}}, script.Step{At: ms(300), Action: script.Fire{N: 2}})
		for i, line := range lines {
			u := netsim.Draw(seed, netsim.DomainUser, uint64(i), 0, 0)
			if u%2 == 0 {
				for range 1 + u>>8%97 {
					s.Step()
				}
			} else {
				s.AdvanceTo(s.Now() + netsim.Time(u>>8%uint64(400*time.Millisecond)))
			}
			if _, err := s.Do(line); err != nil {
				t.Logf("seed %d: %s: %v", seed, line, err) // a fault was first
			}
		}
		pass(s, 9500)
		again := replay(t, s)
		same(t, fmt.Sprint("seed ", seed), s, again)
		if len(again.Skipped()) != 0 {
			t.Errorf("seed %d: skipped %v", seed, again.Skipped())
		}
		// The journal of the replay is the same journal.
		if a, b := s.Scenario(), again.Scenario(); len(a.Steps) != len(b.Steps) {
			t.Errorf("seed %d: the journal has %d steps, that of its replay %d", seed, len(a.Steps), len(b.Steps))
		}
	}
}

func TestAJournalKnowsTheOrderWithinAnInstant(t *testing.T) {
	// What reaches a paused server waits; resumed at the same instant, or a moment
	// later, it happens then.
	for after := range 40 {
		s := open(t, config(func(c *script.Config) {
			if after%2 == 1 {
				c.Latency, c.Disk = netsim.Exactly(5*time.Millisecond), 0 // much happens at one instant
			}
		}), cluster.Options{})
		pass(s, 500)
		do(t, s, "pause s1", "pause s2")
		for range after {
			s.Step()
		}
		do(t, s, "resume s1", "append c1 x a")
		s.Advance(time.Duration(after) * 100 * time.Microsecond)
		do(t, s, "resume s2", "timeout all", "append c2 x b")
		pass(s, 1000)
		same(t, fmt.Sprint("after ", after), s, replay(t, s))
	}
}

func TestARunThatIsHealedFromLossReplays(t *testing.T) {
	s := open(t, config(func(c *script.Config) { c.Loss = netsim.Percent(5) }), cluster.Options{})
	pass(s, 3000)
	do(t, s, "append c1 x before")
	early := replay(t, s)
	pass(s, 10_000)
	do(t, s, "append c1 x after")
	pass(s, 10_500)
	same(t, "the whole", s, replay(t, s))
	// What was written down before the healing is healed when its time comes.
	pass(early, 10_500)
	var v cluster.View
	if early.View(&v); v.Network.Loss != 0 {
		t.Error("the loss goes on")
	}
}

// A run that is saved before its end has the steps to come written out, while its
// configuration asks for the same ones.
func TestWhatASavedRunWasStillToDoIsDoneOnce(t *testing.T) {
	s := open(t, config(func(c *script.Config) { c.Loss = netsim.Percent(5) }), cluster.Options{})
	pass(s, 3000)
	sc := s.Scenario()
	sc.Steps = append(sc.Steps, s.Ahead()...)
	again, err := cluster.Open(ours(), sc, cluster.Options{})
	if err != nil {
		t.Fatal(err)
	}
	pass(s, 10_000)
	pass(again, 10_000)
	same(t, "the whole", s, again)
}

func TestAFinderOfViolationsStopsAndGoesOnWithoutHarm(t *testing.T) {
	cfg := config(func(c *script.Config) {
		c.Without = []string{"majority-to-commit", "majority-to-win"}
		c.Faults = []script.Fault{script.FaultPartition}
	})
	s := open(t, cfg, cluster.Options{})
	stops := 0
	for !s.AdvanceTo(ms(9000)) {
		stops++
		do(t, s, "note stopped")
	}
	if stops == 0 {
		t.Fatal("nothing was found")
	}
	same(t, "after stops", s, replay(t, s))
}

func TestAStepThatIsOutOfPlaceDoesNotTurnTimeBack(t *testing.T) {
	// A journal of another run: the events come earlier than their times say, or
	// later.
	for _, event := range []netsim.EventID{5, 1 << 40} {
		var last netsim.Time
		s, err := cluster.Open(ours(), &script.Scenario{Config: config(nil), Steps: []script.Step{
			{At: ms(700), Event: event, Action: script.Note{Text: "here"}},
		}}, cluster.Options{Observe: func(r *netsim.Record) {
			if r.At < last {
				t.Fatalf("event %d at %v comes after %v", r.ID, r.At, last)
			}
			last = r.At
		}})
		if err != nil {
			t.Fatal(err)
		}
		pass(s, 1500)
		j := s.Scenario().Steps
		if len(j) != 1 || event == 5 && j[0].At >= ms(700) || event != 5 && j[0].At != ms(700) {
			t.Errorf("event %d: %+v", event, j)
		}
		same(t, "the corrected journal", s, replay(t, s))
	}
}

func TestStepsOfOneTimeKeepTheirOrder(t *testing.T) {
	var steps []script.Step
	for _, at := range []int{0, 0, 100, 100, 100} {
		steps = append(steps, script.Step{At: ms(at), Action: script.Note{Text: fmt.Sprint(len(steps))}})
	}
	s := open(t, config(nil), cluster.Options{}, steps...)
	pass(s, 200)
	var got []string
	for i, st := range s.Scenario().Steps {
		got = append(got, st.Action.String())
		if st.At != steps[i].At || st.Event == 0 {
			t.Errorf("step %d is written down as %v", i, st)
		}
	}
	if want := []string{"note 0", "note 1", "note 2", "note 3", "note 4"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	same(t, "replayed", s, replay(t, s))
}

func TestAStepThatDoesNotFitIsSkippedAndSaid(t *testing.T) {
	s := open(t, config(nil), cluster.Options{},
		script.Step{At: ms(10), Action: script.Crash{Servers: script.Target{Leader: true}}},
		script.Step{At: ms(10), Action: script.Note{Text: "still here"}})
	pass(s, 100)
	if sk := s.Skipped(); len(sk) != 1 || !strings.Contains(sk[0].Err.Error(), "there is no leader") {
		t.Errorf("skipped %+v", sk)
	}
	if len(s.Scenario().Steps) != 1 || len(s.Ahead()) != 0 {
		t.Errorf("done %v, ahead %v", s.Scenario().Steps, s.Ahead())
	}
}
