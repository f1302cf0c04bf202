package ui

import "raftarium/viz/draw"

// Input is what happened in one tick, whatever device it came from.
type Input struct {
	// Pointer is where the mouse or the finger is; Over is false while there is
	// neither.
	Pointer draw.Point
	Over    bool
	// Down is true while the main button or a finger is held; Pressed and Released
	// in the tick in which that began and ended, which may be the same tick.
	Down, Pressed, Released bool
	// Start is where the press began that is going on or has just ended.
	Start draw.Point
	// Dragging is true from the tick in which a press has moved further than a hand
	// trembles, until and including the tick of its end.
	Dragging bool
	// Click is a press that ended where it began; Double the second one in a row.
	Click, Double bool
	// Menu asks for the actions of what is under the pointer: the right button went
	// down or a finger has rested for half a second.
	Menu bool
	// Cancelled ends a press without effect: a second finger came down.
	Cancelled bool
	// Touch tells that the pointer is a finger: nothing hovers.
	Touch bool
	// Wheel is how far to scroll, in points, down and to the right positive.
	Wheel draw.Point
	// Keys went down in this tick, or repeat. Runes were typed.
	Keys  []Key
	Runes []rune
}

// Key is a key that went down. Names are the browser's codes without "Key" and
// "Digit": "A", "1", "Space", "Enter", "Escape", "Tab", "Backspace", "Delete",
// "Home", "End", "ArrowLeft", "BracketLeft", "Slash", "F1".
type Key struct {
	Name             string
	Shift, Ctrl, Alt bool // Ctrl is also the Command key
	Repeat           bool
}

// KeyPressed reports whether the key went down alone, without a modifier and not as
// a repetition.
func (in *Input) KeyPressed(name string) bool {
	for _, k := range in.Keys {
		if k == (Key{Name: name}) {
			return true
		}
	}
	return false
}

// Finger is one touch.
type Finger struct {
	ID  int
	At  draw.Point
	End bool // it left in this tick; it may also have come in it
}

// Devices is what the devices say in one tick: levels and edges, for a click may
// begin and end within a tick.
type Devices struct {
	Mouse                          draw.Point
	MouseOver                      bool
	Left, LeftPressed, LeftRelease bool
	RightPressed                   bool
	Fingers                        []Finger
	Wheel                          draw.Point
	Keys                           []Key
	Runes                          []rune
}

const (
	slop           = 6  // points a press may tremble
	longPressTicks = 30 // half a second
	doubleTicks    = 24
)

// Tracker turns Devices into Input tick by tick. Its zero value is ready.
type Tracker struct {
	tick       int
	down       bool
	finger     int // its ID + 1, 0 for the mouse
	start, at  draw.Point
	began      int
	moved      bool // further than slop
	spent      bool // a long press or a cancel took its effect
	waitLift   bool // ignore fingers until all are up
	lastClick  int
	lastAt     draw.Point
	hasClicked bool
}

// Step is called once in each tick. The Input shares the slices of d.
func (t *Tracker) Step(d Devices) Input {
	t.tick++
	in := Input{Wheel: d.Wheel, Keys: d.Keys, Runes: d.Runes, Pointer: d.Mouse, Over: d.MouseOver}
	if len(d.Fingers) > 0 || t.finger != 0 || t.waitLift {
		t.touch(d.Fingers, &in)
	} else {
		t.mouse(d, &in)
	}
	return in
}

func (t *Tracker) mouse(d Devices, in *Input) {
	in.Menu = d.RightPressed
	if d.LeftPressed && !t.down {
		t.press(d.Mouse, 0, in)
	}
	if !t.down {
		return
	}
	t.move(d.Mouse, in)
	if d.LeftRelease || !d.Left {
		t.release(in)
	}
}

func (t *Tracker) touch(fs []Finger, in *Input) {
	in.Touch = true
	in.Pointer, in.Over = t.at, t.down
	if len(fs) == 0 {
		t.waitLift = false
		if t.down {
			t.release(in)
		}
		t.finger = 0
		return
	}
	if len(fs) > 1 && !t.waitLift {
		t.waitLift = true
		if t.down {
			in.Cancelled, in.Released = true, true
			in.Start, in.Dragging = t.start, t.moved
			t.down, t.finger = false, 0
		}
	}
	if t.waitLift {
		return
	}
	f := fs[0]
	if !t.down {
		t.press(f.At, f.ID+1, in)
	}
	t.move(f.At, in)
	in.Over = true
	if !t.moved && !t.spent && t.tick-t.began >= longPressTicks {
		t.spent, in.Menu = true, true
	}
	if f.End {
		t.release(in)
		t.finger = 0
	}
}

func (t *Tracker) press(p draw.Point, finger int, in *Input) {
	t.down, t.finger, t.start, t.at, t.began = true, finger, p, p, t.tick
	t.moved, t.spent = false, false
	in.Pressed = true
}

func (t *Tracker) move(p draw.Point, in *Input) {
	t.at = p
	if !near(p, t.start) {
		t.moved = true
	}
	in.Pointer, in.Start, in.Down = p, t.start, true
	in.Dragging = t.moved && !t.spent
}

func (t *Tracker) release(in *Input) {
	t.down = false
	in.Pointer, in.Start = t.at, t.start
	in.Down, in.Released = false, true
	in.Dragging = t.moved && !t.spent
	if t.moved || t.spent {
		return
	}
	in.Click = true
	if t.hasClicked && t.tick-t.lastClick <= doubleTicks && near(t.at, t.lastAt) {
		in.Double, t.hasClicked = true, false
		return
	}
	t.hasClicked, t.lastClick, t.lastAt = true, t.tick, t.at
}

func near(a, b draw.Point) bool {
	dx, dy := a.X-b.X, a.Y-b.Y
	return dx*dx+dy*dy <= slop*slop
}
