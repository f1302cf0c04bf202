package shell

import (
	"strings"
	"testing"
	"time"

	"raftarium/netsim"
)

// The world keeps the newest notes only; what a jump goes over is on the timeline all
// the same.
func TestTheTimelineShowsWhatAJumpGoesOver(t *testing.T) {
	const end = netsim.Time(20 * time.Second)
	jumps := map[string]func(r *rig){
		"GoTo": func(r *rig) { r.Apply(GoTo{At: end, Hold: true}) },
		"Pass": func(r *rig) {
			if err := r.Pass(end.Duration()); err != nil {
				r.t.Error(err)
			}
		},
	}
	for name, jump := range jumps {
		r := open(t, wide)
		if err := r.Do("load append 1"); err != nil {
			t.Fatal(err)
		}
		jump(r)
		r.tick(1)
		if r.view.Now != end || r.noted <= 4096 {
			t.Fatalf("%s ended at %v, over %d notes: the test needs more", name, r.view.Now, r.noted)
		}
		n := r.tree.Find("timeline")
		if n == nil || strings.Contains(n.Value, ", 0 terms") {
			t.Errorf("after %s the timeline says %+v", name, n)
		}
	}
}

func TestMoreThanADayAtOnceIsRefused(t *testing.T) {
	r := open(t, wide)
	err := r.Pass(24*time.Hour + 1)
	if err == nil || !strings.Contains(err.Error(), "24h") || r.world.Now() != 0 {
		t.Errorf("a day and more: %v, and it is %v", err, r.world.Now())
	}
}

// There is nobody to crash before somebody leads.
func TestTheTourCrashesNobodyBeforeSomebodyLeads(t *testing.T) {
	r := openWith(t, wide, Options{})
	if n := r.tree.Find("tour/do"); n == nil || !n.Disabled {
		t.Fatalf("nobody leads, and the button is %+v", n)
	}
	r.click("tour/do")
	if r.toast != nil {
		t.Errorf("the toast says %+v", r.toast)
	}
	r.lead()
	if n := r.tree.Find("tour/do"); n == nil || n.Disabled {
		t.Errorf("somebody leads, and the button is %+v", n)
	}
}
