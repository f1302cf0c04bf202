package shell

import (
	"strings"
	"testing"

	"raftarium/netsim"
	"raftarium/viz/draw"
)

// held is a slider whose knob is held by the mouse.
type held struct {
	r *rig
	x func(part float32) draw.Point
}

func (r *rig) hold(id string, part float32) *held {
	n := *r.node(id)
	h := &held{r, func(part float32) draw.Point {
		return draw.Point{X: n.Rect.X + 8 + (n.Rect.W-16)*part, Y: n.Rect.Center().Y}
	}}
	r.move(h.x(part))
	r.do(mouse(h.x(part), true, true, false))
	return h
}

// to moves the knob and lets it rest for some ticks.
func (h *held) to(part float32, ticks int) {
	for range max(ticks, 1) {
		h.r.do(mouse(h.x(part), true, false, false))
	}
}

func (h *held) release(part float32) {
	h.r.do(mouse(h.x(part), false, false, true))
	h.r.tick(1)
}

// A drag is one action, its last value: what it passes on its way is none.
func TestADragOfASliderIsOneAction(t *testing.T) {
	r := open(t, wide).lead()
	h := r.hold("slider/loss", 0.1)
	for _, part := range []float32{0.2, 0.3, 0.4, 0.6, 0.8, 1} {
		h.to(part, 3)
	}
	if v := r.node("slider/loss").Value; v != "100 %" {
		t.Errorf("while it is held the slider says %s", v)
	}
	r.did()
	h.release(1)
	r.did("loss 100%")
	if !strings.Contains(r.toast.Line, "loss 100%") {
		t.Errorf("the toast says %+v", r.toast)
	}

	// While time passes, it takes effect where the hand rests.
	r = open(t, wide).lead()
	r.playing = true
	h = r.hold("slider/loss", 0.1)
	h.to(0.3, 3)
	r.did()
	h.to(1, restTicks+2)
	if r.view.Network.Loss != netsim.Percent(100) {
		t.Errorf("where the hand rests the loss is %v", r.view.Network.Loss)
	}
	h.to(1, restTicks+2)
	h.release(1)
	r.did("loss 100%")
	r.click("toast/undo")
	r.did("loss 100%", "loss 0%")

	// A click on the track is a drag, too; where it was already it is none.
	r = open(t, wide).lead()
	r.hold("slider/clients", 1).release(1)
	r.did("clients 9")
	r.hold("slider/clients", 1).release(1)
	r.did("clients 9")

	// What is no action follows the hand.
	h = r.hold("slider/fire", 1)
	if r.fireN != 9 {
		t.Errorf("while its slider is held at the end, %d are fired", r.fireN)
	}
	h.release(1)
}

func TestASliderThatASecondFingerCancelsStaysWhereItWas(t *testing.T) {
	for _, id := range []string{"slider/servers", "slider/loss"} {
		r := open(t, wide).lead()
		was, world := r.node(id).Value, r.world
		h := r.hold(id, 1)
		r.drop()
		r.do(mouse(h.x(1), true, false, false))
		r.do(mouse(h.x(1), false, false, true))
		r.tick(1)
		if got := r.node(id).Value; got != was || r.world != world || len(r.lines()) != 0 {
			t.Errorf("%s: after it was cancelled it says %s, was %s; did %q", id, got, was, r.lines())
		}
	}
}

// What starts a new run says the header line that makes it.
func TestWhatStartsANewRunSaysItsLine(t *testing.T) {
	for line, do := range map[string]func(r *rig){
		"servers 3":      func(r *rig) { r.Apply(SetServers{3}) },
		"seed 7":         func(r *rig) { r.Apply(newSeed{7}) },
		"seed 42":        func(r *rig) { r.key("Home") },
		"snapshot 50000": func(r *rig) { r.hold("slider/snapshot", 1).release(1) },
	} {
		r := open(t, wide).lead()
		r.Apply(fold{"settings"})
		r.tick(3)
		do(r)
		r.tick(1)
		if r.toast == nil || r.toast.Line != line || r.toast.swap == nil {
			t.Errorf("%s: the toast is %+v", line, r.toast)
			continue
		}
		if text := r.node("toast").Label; strings.Count(text, line) != 1 {
			t.Errorf("%s: the toast says %q", line, text)
		}
	}
}

func TestSlidersFindTheirStops(t *testing.T) {
	for i := range sliders {
		s := &sliders[i]
		for j, v := range s.stops {
			if s.place(v) != float64(j) || s.at(float64(j)) != v {
				t.Errorf("%s: the stop %d is not at its place", s.ID, v)
			}
			if j > 0 && (s.stops[j-1] >= v || s.step(v, -1) != s.stops[j-1] || s.step(s.stops[j-1], 1) != v) {
				t.Errorf("%s: the stops around %d are out of order", s.ID, v)
			}
		}
		between := (s.stops[0] + s.stops[1]) / 2
		if between != s.stops[0] && (s.step(between, 1) != s.stops[1] || s.step(between, -1) != s.stops[0]) {
			t.Errorf("%s: a value between two stops does not step to them", s.ID)
		}
	}
}
