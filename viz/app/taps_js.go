package app

import (
	"syscall/js"

	"raftarium/viz/draw"
	"raftarium/viz/ui"
)

// quickTaps catches touches that begin and end between two ticks. Ebitengine knows
// only the touches of the moment, so that on a slow device it never hears of them.
type quickTaps struct {
	began map[int]*touch
	taps  []draw.Point // begun and ended since the last tick
	last  []ui.Finger  // to be lifted in this tick
	count int
}

// touch is a finger that is down; seen says that a tick has come meanwhile, so
// that Ebitengine reports it.
type touch struct {
	at   draw.Point
	seen bool
}

// firstQuickFinger is beyond the numbers that browsers give to touches.
const firstQuickFinger = 1 << 40

func (q *quickTaps) listen() {
	q.began = map[int]*touch{}
	each := func(event js.Value, do func(id int, at draw.Point)) {
		changed := event.Get("changedTouches")
		for i := range changed.Length() {
			t := changed.Index(i)
			at := draw.Point{X: float32(t.Get("clientX").Float()), Y: float32(t.Get("clientY").Float())}
			do(t.Get("identifier").Int(), at)
		}
	}
	on := func(name string, do func(id int, at draw.Point)) {
		js.Global().Call("addEventListener", name, js.FuncOf(func(_ js.Value, args []js.Value) any {
			each(args[0], do)
			return nil
		}), map[string]any{"passive": true, "capture": true})
	}
	on("touchstart", func(id int, at draw.Point) {
		q.began[id] = &touch{at: at}
	})
	on("touchend", func(id int, at draw.Point) {
		if t := q.began[id]; t != nil && !t.seen {
			q.taps = append(q.taps, at)
		}
		delete(q.began, id)
	})
	on("touchcancel", func(id int, _ draw.Point) {
		delete(q.began, id)
	})
}

// fingers appends what Ebitengine missed: each tap goes down in one tick and up in
// the next. zoom is how much larger than usual everything is drawn.
func (q *quickTaps) fingers(dst []ui.Finger, zoom float32) []ui.Finger {
	if q.began == nil {
		q.listen()
	}
	for _, t := range q.began {
		t.seen = true
	}
	for _, f := range q.last {
		f.End = true
		dst = append(dst, f)
	}
	q.last = q.last[:0]
	for _, at := range q.taps {
		q.count++
		f := ui.Finger{ID: firstQuickFinger + q.count, At: draw.Point{X: at.X / zoom, Y: at.Y / zoom}}
		q.last = append(q.last, f)
		dst = append(dst, f)
	}
	q.taps = q.taps[:0]
	return dst
}
