package netsim

import (
	"math"
	"slices"
	"testing"
	"time"
)

func TestATimerFiresOnceAtItsLastSetting(t *testing.T) {
	s := New(1, 2, calm(Exactly(time.Millisecond)))
	var ev Event
	s.SetTimer(1, 0, Exactly(10*time.Millisecond), 1)
	s.AdvanceTo(Time(5 * time.Millisecond))
	s.SetTimer(1, 0, Exactly(10*time.Millisecond), 2) // later: moved
	s.SetTimer(1, 1, Exactly(2*time.Millisecond), 3)
	s.SetTimer(2, 0, Exactly(20*time.Millisecond), 4)
	s.SetTimer(2, 0, Exactly(1*time.Millisecond), 5) // earlier: replaced
	type firing struct {
		at    time.Duration
		node  NodeID
		key   uint64
		cause EventID
	}
	var got []firing
	for s.Next(far, &ev) {
		got = append(got, firing{s.Now().Duration(), ev.Node, ev.Key, ev.Cause})
	}
	want := []firing{{6 * time.Millisecond, 2, 0, 5}, {7 * time.Millisecond, 1, 1, 3}, {15 * time.Millisecond, 1, 0, 2}}
	if !slices.Equal(got, want) {
		t.Errorf("fired %v, want %v", got, want)
	}
}

func TestACancelledTimerDoesNotFireAndCanBeSetAgain(t *testing.T) {
	s := New(1, 1, calm(Exactly(time.Millisecond)))
	s.SetTimer(1, 0, Exactly(5*time.Millisecond), 0)
	s.CancelTimer(1, 0)
	if all := drain(s, far); len(all) != 0 {
		t.Fatalf("%+v", all)
	}
	s.SetTimer(1, 0, Exactly(5*time.Millisecond), 0)
	s.CancelTimer(1, 0)
	s.SetTimer(1, 0, Exactly(50*time.Millisecond), 9)
	if all := drain(s, far); len(all) != 1 || all[0].Cause != 9 {
		t.Fatalf("%+v", all)
	}
	s.CancelTimer(1, 7) // one that never was
}

func TestExpireLetsARunningTimerRunOutNow(t *testing.T) {
	s := New(1, 1, calm(Exactly(time.Millisecond)))
	if s.Expire(1, 0) {
		t.Error("no timer runs yet")
	}
	s.SetTimer(1, 0, Exactly(time.Second), 0)
	if !s.Expire(1, 0) {
		t.Error("the timer runs")
	}
	if all := drain(s, far); len(all) != 1 || s.Now() != 0 {
		t.Errorf("%+v at %v", all, s.Now())
	}
}

func TestATimerThatExpiresSaysHowLongItWaited(t *testing.T) {
	s := New(1, 1, calm(Exactly(time.Millisecond)))
	s.SetTimer(1, 0, Exactly(time.Second), 0)
	s.AdvanceTo(Time(300 * time.Millisecond))
	s.Expire(1, 0)
	if all := drain(s, far); len(all) != 1 || all[0].Waited != 300*time.Millisecond {
		t.Errorf("%+v", all)
	}
}

func TestATimerBeyondAllTimeNeverRunsOut(t *testing.T) {
	s := New(1, 1, calm(Exactly(time.Millisecond)))
	s.AdvanceTo(Time(time.Hour))
	s.SetTimer(1, 0, Exactly(time.Minute), 0)
	s.SetTimer(1, 0, Exactly(math.MaxInt64), 0)
	s.SetTimer(1, 1, Range{Min: 0, Max: math.MaxInt64}, 0)
	s.SetTimer(1, 2, Exactly(time.Second), 0)
	if all := drain(s, far); len(all) != 1 || all[0].Key != 2 || s.Now() != Time(time.Hour+time.Second) {
		t.Errorf("%+v at %v", all, s.Now())
	}
	if _, _, running := s.TimerLeft(1, 0); !running {
		t.Error("it runs all the same")
	}
	s.SetTimer(1, 0, Exactly(time.Second), 0)
	if all := drain(s, far); len(all) != 1 || all[0].Key != 0 {
		t.Errorf("set again, it gives %+v", all)
	}
}

func TestTimeDoesNotGoBackForWhatCameUpDuringAPause(t *testing.T) {
	// In one go, or step by step: what waits for the paused node happens at the
	// time of its resumption.
	for _, steps := range [][]Time{{6}, {5, 6}, {1, 2, 3, 4, 5, 6}} {
		s := New(1, 2, calm(Exactly(5)))
		s.Send(1, 2, nil, 77, 0)
		s.SetTimer(2, 0, Exactly(3), 0)
		s.Pause(2)
		for _, at := range steps {
			s.AdvanceTo(at)
		}
		s.Resume(2)
		all := drain(s, far)
		if len(all) != 2 || all[0].Kind != Timer || all[1].Kind != Delivery || s.Now() != 6 {
			t.Errorf("steps %v: %+v at %v", steps, all, s.Now())
		}
	}
}

func TestAdvanceToStopsAtAnEvent(t *testing.T) {
	s := New(1, 2, calm(Exactly(5)))
	s.Send(1, 2, nil, 77, 0)
	s.SetTimer(2, 0, Exactly(2), 0)
	s.SetTimer(2, 0, Exactly(8), 0) // moved: nothing happens at 2
	s.AdvanceTo(100)
	if s.Now() != 5 {
		t.Errorf("it is %v", s.Now())
	}
	if all := drain(s, far); len(all) != 2 || s.Now() != 8 {
		t.Errorf("%+v at %v", all, s.Now())
	}
}

func TestWhatWaitsForAPausedNodeHappensInOrderOnResume(t *testing.T) {
	s := New(1, 2, calm(Exactly(time.Millisecond)))
	s.SetTimer(1, 1, Exactly(3*time.Millisecond), 0)
	s.SetTimer(1, 0, Exactly(2*time.Millisecond), 0)
	s.Send(2, 1, "first", 1, 0)
	s.Pause(1)
	s.Write(1, 1, 0)
	// The disk goes on without its process.
	if all := drain(s, Time(time.Second)); len(all) != 1 || all[0].Kind != Written {
		t.Fatalf("while paused: %+v", all)
	}
	s.AdvanceTo(Time(time.Second))
	s.Resume(1)
	all := drain(s, far)
	if len(all) != 3 || all[0].Payload != "first" || all[1].Key != 0 || all[2].Key != 1 || s.Now() != Time(time.Second) {
		t.Errorf("on resume: %+v at %v", all, s.Now())
	}
}
