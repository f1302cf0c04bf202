package scene

import (
	"testing"
	"time"

	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/raft"
	"raftarium/viz/draw"
	"raftarium/viz/ui"
)

func TestTimelineRemembersFaultsAndStaysSmall(t *testing.T) {
	var tl Timeline
	f := newFake(3, 0, 0)
	for i := range 5000 {
		f.v.Now = 20 * ms * (1 + 2*netsim.Time(i))
		f.v.Network.Cuts = nil
		f.server(2).Up = true
		tl.Observe(&f.v)
		f.cut(f.v.Now, []int{1}, []int{2})
		f.server(2).Up = i%3 > 0
		tl.Observe(&f.v)
		tl.Add(cluster.Note{At: f.v.Now, Kind: cluster.NoteElection, Term: raft.Term(i + 1)})
		tl.Add(cluster.Note{At: f.v.Now + ms, Kind: cluster.NoteLeader, Term: raft.Term(i + 1), Server: 1})
		tl.Add(cluster.Note{At: f.v.Now, Kind: cluster.NoteAction})
		tl.Add(cluster.Note{At: f.v.Now, Kind: cluster.NoteViolation})
		for k, at := range tl.open {
			if at > 0 && (tl.faults[at-1].kind != faultKind(k) || tl.faults[at-1].to != f.v.Now) {
				t.Fatalf("round %d: the open fault of kind %d is %+v", i, k, tl.faults[at-1])
			}
		}
	}
	if len(tl.bands) > mostBands || len(tl.faults) > mostFaults || len(tl.marks) > mostMarks || len(tl.violations) > mostViolations {
		t.Errorf("%d bands, %d faults, %d marks, %d violations", len(tl.bands), len(tl.faults), len(tl.marks), len(tl.violations))
	}
	if last := tl.bands[len(tl.bands)-1]; last.term != 5000 || last.leader != 1 {
		t.Errorf("the last band is %+v", last)
	}
	for i := 1; i < len(tl.bands); i++ {
		if tl.bands[i].from <= tl.bands[i-1].from || tl.bands[i].term <= tl.bands[i-1].term {
			t.Fatalf("bands %d and %d are out of order", i-1, i)
		}
	}
	tl.Reset()
	if len(tl.bands)+len(tl.faults)+len(tl.marks)+len(tl.violations)+tl.terms+tl.faultCount > 0 || tl.open != [faultKinds]int{} {
		t.Error("Reset leaves something")
	}
}

func TestTimelineOfOneFault(t *testing.T) {
	var tl Timeline
	f := newFake(3, 0, 1000*ms)
	tl.Observe(&f.v)
	f.cut(1100*ms, []int{1}, []int{2, 3})
	f.v.Now = 1150 * ms
	tl.Observe(&f.v)
	f.v.Now = 1400 * ms
	tl.Observe(&f.v)
	f.v.Network.Cuts = nil
	f.v.Now = 1600 * ms
	tl.Observe(&f.v)
	if len(tl.faults) != 1 || tl.faults[0] != (fault{faultCut, 1100 * ms, 1400 * ms}) {
		t.Errorf("faults are %+v", tl.faults)
	}
}

func TestTimeStripIsRoundAndInvertible(t *testing.T) {
	for _, now := range []time.Duration{0, time.Millisecond, 1999 * time.Millisecond, 2 * time.Second, 61 * time.Second, 3 * time.Hour} {
		f := newFake(3, 0, 0)
		f.v.Now = f.v.Now.Add(now)
		fr := &Frame{View: &f.v, List: new(draw.List), Tree: new(ui.Tree)}
		s := fr.Timeline(draw.Rect{X: 10, W: 800, H: 66}, new(Timeline))
		if s.End.Duration() <= now || leading(s.End.Duration()) != 1 && leading(s.End.Duration()) != 2 && leading(s.End.Duration()) != 5 {
			t.Errorf("at %v the strip ends at %v", now, s.End)
		}
		if got := s.TimeAt(s.X(f.v.Now)); (got - f.v.Now).Duration().Abs() > s.End.Duration()/1000 {
			t.Errorf("%v is found as %v", f.v.Now, got)
		}
		if n := len(textsOf(fr.List)); n < 3 || n > 30 {
			t.Errorf("at %v there are %d ticks", now, n)
		}
	}
}
