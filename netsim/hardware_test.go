package netsim

import (
	"testing"
	"time"
)

func TestADriftIsReadAndWritten(t *testing.T) {
	for text, want := range map[string]Drift{
		"+10%": 100_000, "-0.5%": -5000, "0%": 0, "0": 0, "25%": 250_000, "-90%": MinDrift, "+900%": MaxDrift, "+0.0001%": 1,
	} {
		d, err := ParseDrift(text)
		if err != nil || d != want {
			t.Errorf("%q is %d, %v; want %d", text, d, err, want)
			continue
		}
		if again, err := ParseDrift(d.String()); err != nil || again != d {
			t.Errorf("%q is written %q, which is %d, %v", text, d, again, err)
		}
	}
	for _, text := range []string{"", "10", "%", "+%", "-91%", "901%", "1.23456%", "a%", "--1%", "+-1%", "99999999999%"} {
		if d, err := ParseDrift(text); err == nil {
			t.Errorf("%q is taken for %v", text, d)
		}
	}
}

func TestAFastClockCountsInLessTime(t *testing.T) {
	for d, want := range map[Drift]time.Duration{0: time.Second, 1_000_000: 500 * time.Millisecond, -500_000: 2 * time.Second} {
		if got := d.True(time.Second); got != want {
			t.Errorf("a clock that is %v off counts 1s in %v, want %v", d, got, want)
		}
	}
	if got := MaxDrift.True(1); got != 1 {
		t.Errorf("a nanosecond takes %v", got)
	}
	if got := MinDrift.True(time.Duration(never)); got != time.Duration(never) {
		t.Errorf("for ever takes %v", got)
	}
}

// fired runs a world to its end and returns when timers of the node ran out.
func fired(s *Sim, n NodeID) (times []Time) {
	var ev Event
	for s.Next(Time(time.Hour), &ev) {
		if ev.Kind == Timer && ev.Node == n {
			times = append(times, s.Now())
		}
	}
	return times
}

func TestTimersRunByTheClockOfTheirNode(t *testing.T) {
	s := New(1, 2, Network{})
	s.SetClock(1, 1_000_000)
	for n := NodeID(1); n <= 2; n++ {
		s.SetTimer(n, 0, Exactly(100*time.Millisecond), 0)
	}
	c := s.Clone()
	if a, b := fired(s, 1), fired(c, 2); len(a) != 1 || a[0] != Time(50*time.Millisecond) || len(b) != 1 || b[0] != Time(100*time.Millisecond) {
		t.Errorf("twice as fast: %v; true: %v", a, b)
	}
}

func TestAClockThatChangesTakesRunningTimersWithIt(t *testing.T) {
	for drift, want := range map[Drift]time.Duration{
		1_000_000: 70 * time.Millisecond, -500_000: 160 * time.Millisecond,
	} {
		s := New(1, 1, Network{})
		s.SetTimer(1, 0, Exactly(100*time.Millisecond), 0)
		s.AdvanceTo(Time(40 * time.Millisecond))
		s.SetClock(1, drift)
		if left, _, ok := s.TimerLeft(1, 0); !ok || left != want-40*time.Millisecond {
			t.Errorf("%v off, %v is left, want %v", drift, left, want-40*time.Millisecond)
		}
		if got := fired(s.Clone(), 1); len(got) != 1 || got[0] != Time(want) {
			t.Errorf("%v off after 40ms, a timer of 100ms ran out at %v, want %v", drift, got, want)
		}
		// And back again: as if nothing had been.
		s.SetClock(1, 0)
		if got := fired(s, 1); len(got) != 1 || got[0] != Time(100*time.Millisecond) {
			t.Errorf("true again, it ran out at %v", got)
		}
	}
}

func TestEachDiskHasATimeOfItsOwnUntilAllAreReset(t *testing.T) {
	s := New(1, 2, Network{Disk: time.Millisecond})
	s.SetDisk(1, 20*time.Millisecond)
	s.Crash(1) // the disk is as it was
	if a, b, most := s.DiskTime(1), s.DiskTime(2), s.MaxDisk(); a != 20*time.Millisecond || b != time.Millisecond || most != a {
		t.Errorf("disks take %v and %v, at most %v", a, b, most)
	}
	s.Write(1, 1, 0)
	var ev Event
	if !s.Next(Time(time.Second), &ev) || ev.Kind != Written || s.Now() != Time(20*time.Millisecond) {
		t.Errorf("%v at %v", ev.Kind, s.Now())
	}
	s.ResetDisks()
	if got := s.DiskTime(1); got != time.Millisecond {
		t.Errorf("after the reset: %v", got)
	}
}

func TestOnAFullDiskWritesWaitInOrder(t *testing.T) {
	s := New(1, 1, Network{Disk: 10 * time.Millisecond})
	var ev Event
	s.Write(1, 1, 0)
	s.SetFull(1, true)
	s.Write(1, 2, 0)
	if !s.Next(Time(time.Second), &ev) || ev.Key != 1 {
		t.Fatalf("the write under way has its room, but %+v", ev)
	}
	s.Write(1, 3, 0)
	if s.Next(Time(time.Second), &ev) {
		t.Fatalf("a full disk writes: %+v", ev)
	}
	full := s.AppendState(nil)
	s.AdvanceTo(Time(time.Second))
	s.SetFull(1, false)
	if string(full) == string(s.AppendState(nil)) {
		t.Error("whether the disk is full is not part of the state")
	}
	if seq, busy := s.Writing(1); seq != 3 || !busy {
		t.Errorf("with room it writes up to %d, %t", seq, busy)
	}
	if !s.Next(Time(2*time.Second), &ev) || ev.Key != 3 || s.Now() != Time(1010*time.Millisecond) {
		t.Errorf("%+v at %v", ev, s.Now())
	}

	// A crash forgets what waits and makes no room.
	s.SetFull(1, true)
	s.Write(1, 4, 0)
	s.Crash(1)
	s.Write(1, 1, 0)
	if !s.Full(1) || s.Next(Time(time.Hour), &ev) {
		t.Errorf("after a crash: full %t, %+v", s.Full(1), ev)
	}
	s.SetFull(1, false)
	if !s.Next(Time(time.Hour), &ev) || ev.Key != 1 {
		t.Errorf("after the crash it writes %+v", ev)
	}
}
