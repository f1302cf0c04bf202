package shell

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"raftarium/netsim"
	"raftarium/netsim/cluster/script"
)

// The world keeps the newest notes only; what a jump goes over is on the timeline all
// the same.
func TestTheTimelineShowsWhatAJumpGoesOver(t *testing.T) {
	const end = netsim.Time(20 * time.Second)
	jumps := map[string]func(r *rig){
		"GoTo": func(r *rig) { r.goTo(end) },
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

// busy is a cluster in which so much happens that a day of it fits no memory.
func busy(t *testing.T) *script.Scenario {
	t.Helper()
	sc, err := script.Parse(strings.NewReader("servers 3\nclients 100\nlatency 100us\ndisk 0\nfor 0\n"), "busy")
	if err != nil {
		t.Fatal(err)
	}
	return sc
}

func TestTimePassesByEventsWhereMuchHappens(t *testing.T) {
	r := openWith(t, wide, Options{Scenario: busy(t)})
	const most = 20_000
	ended := r.passTo(netsim.Time(24*time.Hour), most)
	if got := r.world.Events(); ended || got < most || got > most+most/2 {
		t.Errorf("%d events later it is %v, and that is the end: %v; want about %d", got, r.world.Now().Duration(), ended, most)
	}
	if r.view.Now != r.world.Now() {
		t.Errorf("it is %v, and the picture says %v", r.world.Now(), r.view.Now)
	}
	// Where it was called for time, it ends at exactly that.
	if at := r.world.Now().Add(time.Millisecond + 1); !r.passTo(at, most) || r.world.Now() != at {
		t.Errorf("it is %v, want %v", r.world.Now(), at)
	}
}

func TestADayOfTooMuchSaysHowFarItCame(t *testing.T) {
	r := openWith(t, wide, Options{Scenario: busy(t)})
	err := r.pass(24*time.Hour, 20_000) // Pass takes more of them, and longer
	now := r.world.Now().Duration()
	if err == nil || !strings.Contains(err.Error(), now.String()) || now == 0 {
		t.Errorf("at %v, after %d events: %v", now, r.world.Events(), err)
	}
}

// A window that opens at a time is there from the start, and can be stopped.
func TestAGoToCanBeStopped(t *testing.T) {
	r := openWith(t, wide, Options{Scenario: busy(t)})
	r.Apply(GoTo{At: netsim.Time(24 * time.Hour), Hold: true})
	if r.world.Now() != 0 {
		t.Fatalf("it is %v before the first tick", r.world.Now())
	}
	r.tick(60)
	if now := r.world.Now(); !r.Arriving() || now == 0 || r.host.run != "" {
		t.Errorf("after 60 ticks it is %v, on the way: %v; the host was told %q", now, r.Arriving(), r.host.run)
	}
	if r.toast == nil || !strings.Contains(r.toast.Text, "Space") {
		t.Errorf("the toast says %+v", r.toast)
	}
	r.key("Space")
	now := r.world.Now()
	r.tick(60)
	if r.Arriving() || r.world.Now() != now || r.host.at != now.Duration() {
		t.Errorf("stopped at %v, it is %v, and the host was told %v", now, r.world.Now(), r.host.at)
	}
}

func TestAGoToEndsWhereTooMuchHappens(t *testing.T) {
	r := openWith(t, wide, Options{Scenario: busy(t)})
	r.Apply(GoTo{At: netsim.Time(24 * time.Hour)})
	r.seek.stop = 30_000
	for n := 0; r.Arriving() && n < 100; n++ {
		r.tick(1)
	}
	if r.Arriving() || r.playing || r.toast == nil || !strings.Contains(r.toast.Text, r.world.Now().Duration().String()) {
		t.Errorf("at %v, on the way: %v, the toast says %+v", r.world.Now(), r.Arriving(), r.toast)
	}
}

func TestWhatIsNoDurationIsToldWhatWouldBe(t *testing.T) {
	r := open(t, wide)
	for _, tt := range []struct {
		err   error
		found string
	}{
		{r.Advance("soon"), `"soon"`}, {r.Advance("-1s"), `"-1s"`}, {r.Advance(""), `""`},
		{r.Advance(strings.Repeat("x", 1e6)), `xx…"`}, {r.AdvanceBy(math.NaN()), "NaN"}, {r.AdvanceBy(-1), "-1"},
		{r.AdvanceBy(math.Inf(1)), "+Inf"}, {r.AdvanceBy(1e18), "1e+18"},
	} {
		text := fmt.Sprint(tt.err)
		if !strings.Contains(text, tt.found) || !strings.Contains(text, `"1.5s"`) || !strings.Contains(text, "86400000000000") || len(text) > 200 {
			t.Errorf("want %s and what would be right in %.300s", tt.found, text)
		}
	}
	if r.world.Now() != 0 {
		t.Errorf("time went on to %v", r.world.Now())
	}
	if err := r.AdvanceBy(1.5e9); err != nil || r.world.Now() != 1.5e9 {
		t.Errorf("%v, and it is %v", err, r.world.Now())
	}
}

// The address of a page may hold a run with a mistake in it, to be mended.
func TestTheHostKeepsARunThatWasNotOpenedUntilSomethingIsDone(t *testing.T) {
	for name, act := range map[string]func(*rig){
		"an action":        func(r *rig) { _ = r.Do("crash s1") },
		"another seed":     func(r *rig) { r.Apply(newSeed{7}) },
		"another scenario": func(r *rig) { r.Apply(Open{"x", "servers 3\n"}) },
	} {
		h := new(memory)
		s, err := New(Options{Code: code, Host: h})
		if err != nil {
			t.Fatal(err)
		}
		s.KeepRun()
		r := &rig{Shell: s, t: t, host: h, size: wide}
		r.tick(120) // time passes
		if h.run != "" {
			t.Fatalf("the host was told\n%s", h.run)
		}
		act(r)
		r.tick(60)
		if h.run == "" {
			t.Errorf("%s, and the host was not told", name)
		}
	}
}

func TestTheHostKeepsARunThatCannotStart(t *testing.T) {
	r := openWith(t, wide, Options{Scenario: fourServers("no-such-rule")})
	r.playing = true
	r.tick(120)
	if r.dialog == noDialog || r.host.run != "" {
		t.Errorf("dialog %v, and the host was told\n%s", r.dialog, r.host.run)
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
