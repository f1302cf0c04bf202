package shell

import (
	"slices"
	"strings"
	"testing"
	"time"

	"raftarium/netsim/cluster/check"
	"raftarium/netsim/cluster/hunt"
	"raftarium/netsim/cluster/lesson"
	"raftarium/raft"
	"raftarium/viz/draw"
)

// watch opens the lesson of a rule by its button.
func watch(t *testing.T, rule string) *rig {
	t.Helper()
	r := openWith(t, wide, Options{Lesson: lesson.For})
	r.Apply(SetTour{})
	if rule == "election-restriction" { // the first of the list
		r.key("M")
		r.click("watch/" + rule)
	} else {
		r.Apply(watchRule{rule})
	}
	r.tick(1)
	if r.lesson == nil || r.lesson.rule.Name != rule || r.dialog != noDialog {
		t.Fatalf("lesson %+v, dialog %v, toast %+v", r.lesson, r.dialog, r.toast)
	}
	return r
}

// through lets the lesson play to its end.
func (r *rig) through() {
	r.t.Helper()
	r.Apply(setSpeed{fastest})
	for range 2000 {
		if !r.playing {
			return
		}
		r.tick(1)
	}
	r.t.Fatalf("the lesson has no end; it is at %v of %v", r.view.Now, r.lesson.end)
}

func TestALessonBreaksWithoutItsRuleAndHoldsWithIt(t *testing.T) {
	for _, rule := range lesson.Names() {
		r := watch(t, rule)
		if !r.lessonOff() {
			t.Errorf("%s is on", rule)
		}
		r.through()
		if v := r.broken(); v == nil || !r.alarm {
			t.Errorf("without %s nothing breaks", rule)
		}
		// Something else may break a moment before.
		if all, err := hunt.Run(code, r.lesson.sc); err != nil || !slices.Contains(all.Properties(), check.Property(r.lesson.rule.Defends)) {
			t.Errorf("without %s: %v (%v), want %s", rule, all.Properties(), err, r.lesson.rule.Defends)
		}
		if text, _ := r.lessonState(); !strings.HasPrefix(text, "It broke") {
			t.Errorf("without %s the card says %q", rule, text)
		}
		// A phone tells of it as well, also of what only the end finds.
		r.size = phone
		r.tick(2)
		r.node("violation")
		r.node("lesson/switch")
		r.size = wide
		r.tick(2)
		r.Apply(setSpeed{slowest})
		r.click("lesson/switch")
		if r.lesson == nil || r.lessonOff() || !r.playing || r.alarm {
			t.Fatalf("%s: lesson %+v, off %v, playing %v", rule, r.lesson, r.lessonOff(), r.playing)
		}
		r.through()
		if text, held := r.lessonState(); !held || r.alarm {
			t.Errorf("with %s the card says %q", rule, text)
		}
	}
}

func TestALessonBeginsSoonBeforeSomethingBreaks(t *testing.T) {
	r := watch(t, "election-restriction")
	from := r.view.Now
	r.through()
	if after := r.view.Now.Sub(from); after < 50*time.Millisecond || after > 400*time.Millisecond {
		t.Errorf("it breaks %v after the lesson begins", after)
	}
}

func TestALessonCanBeClosedAndSeenFromTheStart(t *testing.T) {
	r := watch(t, "election-restriction")
	r.key("Home")
	if r.lesson == nil || r.view.Now > r.lesson.from || !r.lessonOff() {
		t.Errorf("at %v, lesson %+v", r.view.Now, r.lesson)
	}
	r.through()
	r.click("violation")
	r.tick(1)
	r.click("lesson/end")
	if r.lesson != nil || r.tree.Find("lesson") != nil {
		t.Error("the card stays")
	}
	if len(r.view.Without) == 0 {
		t.Error("the run is gone with its card")
	}
	r.Apply(watchRule{"no-such-rule"})
	if r.toast == nil || !r.toast.Bad {
		t.Errorf("toast %+v", r.toast)
	}
}

func TestEveryRuleOfSafetyAndLivenessHasALesson(t *testing.T) {
	left := lesson.Names()
	for _, rule := range code.Rules() {
		at := slices.Index(left, rule.Name)
		if at >= 0 {
			left = slices.Delete(left, at, at+1)
		} else if rule.Kind != raft.Cost {
			t.Errorf("%s has none: go run ./tests/lessons %s", rule.Name, rule.Name)
		}
	}
	if len(left) > 0 {
		t.Errorf("there are lessons about %v, which are no rules", left)
	}
}

// The card of a lesson has room for all that it says, on a projector too.
func TestTheCardOfALessonHidesNothing(t *testing.T) {
	for _, size := range []draw.Point{wide, {X: 900, Y: 562}, {X: 1000, Y: 600}, phone} {
		r := openWith(t, size, Options{Lesson: lesson.For})
		r.Apply(SetTour{})
		r.Apply(watchRule{Name: "election-restriction"})
		r.Apply(switchLesson{})
		r.tick(1)
		r.through()
		state, button := r.node("lesson/state").Rect, r.node("lesson/switch").Rect
		if state.Y+state.H > button.Y {
			t.Errorf("%v: the button at %v covers the text at %v", size, button, state)
		}
	}
}
