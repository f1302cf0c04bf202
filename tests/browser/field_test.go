package browser

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// watchFocus notes during which event the page's input got the focus: a phone shows its
// keyboard only within a gesture.
const watchFocus = `(() => {
	window.focusedDuring = [];
	const focus = HTMLElement.prototype.focus;
	HTMLInputElement.prototype.focus = function (...a) {
		const event = window.event;
		focus.apply(this, a);
		window.focusedDuring.push(event ? event.type : 'no event');
	};
	return true;
})()`

// typed is what the page's input is like.
type typed struct {
	Active, Hidden bool
	Value, Mode    string
	Label          string
	Y, H           float64
	During         string // the event in which it got the focus last
	Canvas         bool   // the canvas has the focus
}

func (r *rig) typed() (v typed) {
	r.t.Helper()
	v, err := Eval[typed](r.Page, `(() => {
		const e = document.getElementById('typed');
		const box = e.getBoundingClientRect();
		return {Active: document.activeElement === e, Hidden: e.hidden, Value: e.value, Mode: e.inputMode,
			Label: e.getAttribute('aria-label') || '', Y: box.y, H: box.height,
			During: window.focusedDuring.at(-1) || '', Canvas: document.activeElement.tagName === 'CANVAS'};
	})()`)
	r.ok(err)
	return v
}

// phoneKeyboard: a phone shows its keyboard where there is something to type.
func phoneKeyboard(t *testing.T, r *rig) {
	leader := r.leader()
	_, err := Eval[bool](r.Page, watchFocus)
	r.ok(err)
	follower := leader%5 + 1
	gone := func() {
		t.Helper()
		r.until("the input is gone and the canvas has the focus", func() bool { v := r.typed(); return v.Hidden && v.Canvas })
	}

	r.tap("drawer/more")
	if v := r.typed(); v.Active || !v.Hidden {
		t.Errorf("the input is there before a field is: %+v", v)
	}
	r.tap("button/command")
	if v := r.typed(); !v.Active || v.During != "touchend" || v.Mode != "text" {
		t.Fatalf("after a tap the input is %+v", v)
	}
	field := r.node("field")
	if v := r.typed(); v.Label != "Type an action" || v.Y < field.Y-2 || v.Y > field.Y+2 || v.H < field.H-2 {
		t.Errorf("the input %+v does not lie over the field %+v", v, field)
	}
	r.ok(r.Key("x", kb.Backspace, "c", "r", "a", "s", "h", " ", "s", "6"))
	r.until("what was typed is in the field", func() bool {
		text, err := Eval[string](r.Page, `document.querySelector('[data-id="field"]').getAttribute('aria-label')`)
		r.ok(err)
		return text == "Type an action, crash s6"
	})
	// A mistake keeps the keyboard. The caret goes where the finger puts it.
	r.ok(r.Key("\r"))
	r.labelled("status", "")
	if v := r.typed(); !v.Active || v.Value != "crash s6" {
		t.Fatalf("after a mistake the input is %+v", v)
	}
	r.ok(r.Key(kb.ArrowLeft, string(rune('0'+follower)), kb.Delete, "\r"))
	r.state("the server is down", func(s State) bool { return !s.Servers[follower-1].Up })
	gone()
	// The canvas takes keys again.
	r.ok(r.Key("r"))
	r.state("the server is up", func(s State) bool { return s.Servers[follower-1].Up })

	r.tap("button/seed")
	r.until("the input holds the seed", func() bool { v := r.typed(); return v.Active && v.Value == "7" && v.Mode == "numeric" })
	// Put away by the phone, the keyboard comes back with a tap on the field.
	_, err = Eval[bool](r.Page, `document.getElementById('typed').blur(), true`)
	r.ok(err)
	gone()
	r.tap("field")
	if v := r.typed(); !v.Active || v.Value != "7" {
		t.Errorf("after a tap on the field the input is %+v", v)
	}
	r.ok(r.Key("3"))
	r.tap("dialog/ok")
	r.state("a run with the seed", func(s State) bool { return s.Seed == 73 })
	gone()

	r.tap("button/seed")
	r.until("the input has the focus", func() bool { return r.typed().Active })
	r.ok(r.Key("9", kb.Escape))
	gone()
	if s, err := r.State(); err != nil || s.Seed != 73 {
		t.Errorf("after Escape the seed is %d (%v)", s.Seed, err)
	}
	// A finger that moves on asks for nothing, and one that rested gets nothing.
	x, y := r.node("button/seed").center()
	r.ok(r.Touch("touchStart", x, y))
	r.ok(r.Frames(90))
	r.ok(r.Touch("touchEnd"))
	gone()
	r.ok(r.Touch("touchStart", x, y))
	r.ok(r.Touch("touchMove", x, y-40))
	r.ok(r.Touch("touchEnd"))
	if v := r.typed(); v.Active {
		t.Errorf("after a drag the input is %+v", v)
	}
}

// deskKeyboard: with a mouse and keys the canvas keeps the focus.
func deskKeyboard(t *testing.T, r *rig) {
	r.leader()
	_, err := Eval[bool](r.Page, watchFocus)
	r.ok(err)
	r.ok(r.Key("/"))
	r.node("field")
	if v := r.typed(); !v.Hidden || !v.Canvas {
		t.Errorf("the input is %+v", v)
	}
	r.ok(r.Key("h", "e", "a", "l", "\x1b"))
	r.until("the field is gone", func() bool {
		v, err := Eval[bool](r.Page, `!document.querySelector('[data-id="field"]')`)
		r.ok(err)
		return v
	})
	r.ok(r.Key("e"))
	x, y := r.node("field").center()
	r.ok(r.Click(x, y))
	if v := r.typed(); !v.Hidden || !v.Canvas {
		t.Errorf("the input is %+v", v)
	}
	r.ok(r.Key("3", "\r"))
	r.state("a run with the seed", func(s State) bool { return s.Seed == 73 })
}
