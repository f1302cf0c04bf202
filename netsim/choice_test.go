package netsim

import (
	"reflect"
	"slices"
	"testing"
	"time"
)

func TestLookingAtChoicesChangesNothing(t *testing.T) {
	run := func(look bool) []Event {
		s := New(1, 2, calm(Exactly(5)))
		s.SetTimer(1, 0, Exactly(5), 0)
		s.CancelTimer(1, 0)
		if look {
			s.Choices(nil)
			s.AppendState(nil)
		}
		s.SetTimer(1, 0, Exactly(10), 0)
		s.SetTimer(2, 0, Exactly(10), 0)
		return drain(s, far)
	}
	a, b := run(false), run(true)
	if len(a) != 2 || len(b) != 2 || a[0].Node != b[0].Node {
		t.Errorf("%+v\n%+v", a, b)
	}
}

func TestTheDiskOfAPausedNodeIsAmongTheChoices(t *testing.T) {
	s := New(1, 2, calm(Exactly(5)))
	s.Write(1, 1, 0)
	s.Send(2, 1, nil, 77, 0)
	s.Pause(1)
	if c := s.Choices(nil); len(c) != 1 || c[0].Kind != Written {
		t.Errorf("%+v", c)
	}
}

func TestStateBytesTellWhatMatters(t *testing.T) {
	seen := map[string]string{}
	for name, prepare := range map[string]func(*Sim){
		"nothing":             func(s *Sim) {},
		"a message":           func(s *Sim) { s.Send(1, 2, nil, 77, 0) },
		"another message":     func(s *Sim) { s.Send(1, 2, nil, 78, 0) },
		"two of them":         func(s *Sim) { s.Send(1, 2, nil, 77, 0); s.Send(1, 2, nil, 77, 0) },
		"paused, on its way":  func(s *Sim) { s.Send(1, 2, nil, 77, 0); s.Pause(2) },
		"paused":              func(s *Sim) { s.Pause(2) },
		"a timer":             func(s *Sim) { s.SetTimer(1, 0, Exactly(5), 0) },
		"another timer":       func(s *Sim) { s.SetTimer(1, 1, Exactly(5), 0) },
		"a write":             func(s *Sim) { s.Write(1, 1, 0) },
		"two writes":          func(s *Sim) { s.Write(1, 1, 0); s.Write(1, 2, 0) },
		"a cut":               func(s *Sim) { s.Cut(1, 2, true) },
		"a cut the other way": func(s *Sim) { s.Cut(2, 1, true) },
	} {
		s := New(1, 2, calm(Exactly(5)))
		prepare(s)
		b := string(s.AppendState(nil))
		if other, ok := seen[b]; ok {
			t.Errorf("%s looks like %s", name, other)
		}
		seen[b] = name
		// What does not matter: the time, and whether a message that waits for a
		// paused node has come up yet.
		if s.AdvanceTo(4); string(s.AppendState(nil)) != b {
			t.Errorf("%s looks different a moment later", name)
		}
		if name == "paused, on its way" {
			if s.AdvanceTo(100); string(s.AppendState(nil)) != b {
				t.Errorf("%s looks different when it has come up", name)
			}
		}
	}
}

func TestACloneGoesOnAloneAndAlike(t *testing.T) {
	s := New(4, 4, Network{Latency: Range{0, 5 * time.Millisecond}, Loss: Percent(20), Duplicate: Percent(20), Disk: time.Millisecond})
	play := func(s *Sim, n int) (h uint64) {
		var ev Event
		for i := 0; i < n && s.Next(far, &ev); i++ {
			h = Mix(Mix(h, uint64(s.Now())), ev.Digest^uint64(ev.Node)^uint64(ev.Kind)<<8)
			switch ev.Kind {
			case Timer:
				s.SetTimer(ev.Node, 0, Range{1e6, 5e6}, 0)
				s.Send(ev.Node, ev.Node%4+1, "m", h, 0)
				s.Write(ev.Node, uint64(i), 0)
			}
		}
		return h
	}
	for n := range NodeID(4) {
		s.SetTimer(n+1, 0, Range{1e6, 5e6}, 0)
	}
	play(s, 500)
	s.Cut(1, 2, true)
	s.SetLatency(2, 3, Exactly(time.Millisecond))
	s.Pause(4)
	c := s.Clone()
	state := s.AppendState(nil)
	c.Cut(2, 3, true)
	c.Crash(3)
	play(c, 500)
	if !slices.Equal(state, s.AppendState(nil)) {
		t.Fatal("running the clone moved the original")
	}
	c, d := s.Clone(), s.Clone()
	if play(c, 2000) != play(d, 2000) || play(s, 2000) == 0 {
		t.Error("two clones went different ways")
	}
}

func TestAnyChoiceCanBeMadeToHappenNow(t *testing.T) {
	s := New(1, 3, calm(Range{time.Millisecond, 9 * time.Millisecond}))
	s.Send(1, 2, "a", 1, 0)
	s.Send(1, 3, "b", 2, 0)
	s.SetTimer(2, 0, Exactly(time.Second), 0)
	s.Write(3, 1, 0)
	choices := s.Choices(nil)
	if len(choices) != 4 {
		t.Fatalf("%d choices", len(choices))
	}
	var ev Event
	seen := map[Kind]int{}
	for len(choices) > 0 {
		s.Take(choices[len(choices)-1], &ev)
		seen[ev.Kind]++
		if s.Now() != 0 {
			t.Fatal("a choice moved time")
		}
		choices = s.Choices(nil)
	}
	if !reflect.DeepEqual(seen, map[Kind]int{Delivery: 2, Timer: 1, Written: 1}) {
		t.Errorf("happened: %v", seen)
	}
	if all := drain(s, far); len(all) != 0 {
		t.Errorf("something happened twice: %+v", all)
	}
}
