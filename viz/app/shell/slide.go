package shell

import (
	"strings"

	"raftarium/viz/ui"
)

// A drag of a slider is one action: the value at which it is let go. While time passes
// it takes effect earlier, where the hand rests. That is then an action of its own, since
// what happens meanwhile follows from it.

// heldSlider is a slider that is held and has not taken effect.
type heldSlider struct {
	id    string
	value int64
	rest  int // ticks for which it has stood there
}

// restTicks is how long a hand rests that looks what a value does.
const restTicks = 15

// slideTo sets a slider to where the pointer is.
func (s *Shell) slideTo(n *ui.Node, x float32) {
	sl := slider(strings.TrimPrefix(n.ID, "slider/"))
	if sl == nil {
		return
	}
	v := sl.at(ui.SliderValue(n, x))
	change := sl.set(&s.model, v)
	if _, action := change.(act); action || sl.late {
		if s.held == nil || s.held.id != sl.ID || s.held.value != v {
			s.held = &heldSlider{id: sl.ID, value: v}
		}
		return
	}
	if v != sl.now(&s.model) {
		s.Apply(change)
	}
}

// slideRest counts for how long a slider is held in one place.
func (s *Shell) slideRest() {
	if s.held == nil || !s.playing && s.seek == nil {
		return
	}
	if s.held.rest++; s.held.rest == restTicks {
		s.slide(s.held)
	}
}

// slide lets a slider that is held take effect, unless it is let go for that.
func (s *Shell) slide(h *heldSlider) {
	if sl := slider(h.id); !sl.late && h.value != sl.now(&s.model) {
		s.Apply(sl.set(&s.model, h.value))
	}
}

// slideEnd lets a slider go.
func (s *Shell) slideEnd(n *ui.Node) {
	sl, h := slider(strings.TrimPrefix(n.ID, "slider/")), s.held
	s.held = nil
	switch {
	case sl == nil || h == nil || h.id != sl.ID:
	case sl.late:
		s.Apply(sl.set(&s.model, h.value))
	default:
		s.slide(h)
	}
}
