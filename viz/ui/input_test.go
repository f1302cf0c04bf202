package ui

import (
	"testing"

	"raftarium/viz/draw"
)

func pt(x, y float32) draw.Point { return draw.Point{X: x, Y: y} }

func TestMouseClickDragAndDoubleClick(t *testing.T) {
	var tr Tracker
	in := tr.Step(Devices{Mouse: pt(5, 5), MouseOver: true, Left: true, LeftPressed: true})
	if !in.Pressed || !in.Down || in.Click || in.Start != pt(5, 5) {
		t.Fatalf("press: %+v", in)
	}
	in = tr.Step(Devices{Mouse: pt(6, 7), MouseOver: true, LeftRelease: true})
	if !in.Click || !in.Released || in.Down || in.Double || in.Dragging {
		t.Fatalf("click: %+v", in)
	}
	tr.Step(Devices{Mouse: pt(6, 7), Left: true, LeftPressed: true})
	if in = tr.Step(Devices{Mouse: pt(6, 7), LeftRelease: true}); !in.Click || !in.Double {
		t.Fatalf("double click: %+v", in)
	}
	tr.Step(Devices{Mouse: pt(6, 7), Left: true, LeftPressed: true})
	if in = tr.Step(Devices{Mouse: pt(6, 7), LeftRelease: true}); in.Double {
		t.Fatal("a third click is a double click")
	}
	tr.Step(Devices{Mouse: pt(0, 0), Left: true, LeftPressed: true})
	if in = tr.Step(Devices{Mouse: pt(3, 3), Left: true}); in.Dragging {
		t.Fatal("a tremble is a drag")
	}
	if in = tr.Step(Devices{Mouse: pt(30, 3), Left: true}); !in.Dragging || in.Start != pt(0, 0) || in.Pointer != pt(30, 3) {
		t.Fatalf("drag: %+v", in)
	}
	if in = tr.Step(Devices{Mouse: pt(1, 1), LeftRelease: true}); !in.Dragging || !in.Released || in.Click {
		t.Fatalf("end of a drag where it began: %+v", in)
	}
}

func TestTapShorterThanATickIsAClick(t *testing.T) {
	var tr Tracker
	if in := tr.Step(Devices{Mouse: pt(5, 5), LeftPressed: true, LeftRelease: true}); !in.Pressed || !in.Released || !in.Click || in.Down {
		t.Errorf("mouse: %+v", in)
	}
	tr = Tracker{}
	in := tr.Step(Devices{Fingers: []Finger{{ID: 3, At: pt(9, 9), End: true}}})
	if !in.Pressed || !in.Released || !in.Click || !in.Touch || in.Pointer != pt(9, 9) {
		t.Errorf("finger: %+v", in)
	}
	if in = tr.Step(Devices{}); in.Released || in.Touch {
		t.Errorf("afterwards: %+v", in)
	}
}

func TestRestingFingerOpensTheMenuAndDoesNotClick(t *testing.T) {
	var tr Tracker
	hold := Devices{Fingers: []Finger{{ID: 0, At: pt(50, 50)}}}
	menus, at := 0, 0
	for i := range 60 {
		if in := tr.Step(hold); in.Menu {
			menus++
			at = i
		}
	}
	if menus != 1 || at != longPressTicks {
		t.Errorf("%d menus, the last after %d ticks; want one after %d", menus, at, longPressTicks)
	}
	if in := tr.Step(Devices{}); in.Click || !in.Released {
		t.Errorf("lifting the finger: %+v", in)
	}
	tr = Tracker{}
	for i := range 60 {
		hold.Fingers[0].At = pt(50+float32(i), 50)
		if in := tr.Step(hold); in.Menu {
			t.Fatal("a moving finger opens the menu")
		}
	}
}

func TestMouseHeldStillIsNoLongPress(t *testing.T) {
	var tr Tracker
	tr.Step(Devices{Left: true, LeftPressed: true})
	for range 60 {
		if in := tr.Step(Devices{Left: true}); in.Menu {
			t.Fatal("the left button opens the menu")
		}
	}
	if in := tr.Step(Devices{RightPressed: true, Left: true}); !in.Menu {
		t.Error("the right button does not")
	}
}

func TestSecondFingerCancelsAndIsIgnored(t *testing.T) {
	var tr Tracker
	one := Finger{ID: 1, At: pt(5, 5)}
	tr.Step(Devices{Fingers: []Finger{one}})
	in := tr.Step(Devices{Fingers: []Finger{one, {ID: 2, At: pt(80, 80)}}})
	if !in.Cancelled || in.Click || in.Down {
		t.Fatalf("second finger: %+v", in)
	}
	for range 3 {
		if in = tr.Step(Devices{Fingers: []Finger{one}}); in.Pressed || in.Click || in.Released {
			t.Fatalf("the first finger goes on: %+v", in)
		}
	}
	tr.Step(Devices{})
	if in = tr.Step(Devices{Fingers: []Finger{one}}); !in.Pressed {
		t.Error("a new finger does not press")
	}
}

func TestKeysAreExact(t *testing.T) {
	in := Input{Keys: []Key{{Name: "Z", Ctrl: true}, {Name: "A"}, {Name: "ArrowRight", Repeat: true}}}
	if in.KeyPressed("Z") || !in.KeyPressed("A") || in.KeyPressed("ArrowRight") || in.KeyPressed("B") {
		t.Error("a modifier or a repetition is taken for the key alone")
	}
}

// page is two panels with two columns of buttons each, a disabled one, and a
// loose node.
func page() *Tree {
	var tree Tree
	for p, name := range []string{"a", "b"} {
		x := float32(p) * 200
		tree.Add(Node{ID: "panel/" + name, Role: RoleGroup, Rect: draw.Rect{X: x, W: 190, H: 190}})
		for i := range 4 {
			tree.Add(Node{ID: name + string(rune('1'+i)), Role: RoleButton, Focusable: true,
				Rect: draw.Rect{X: x + 10 + float32(i%2)*90, Y: 10 + float32(i/2)*50, W: 80, H: 30}})
		}
	}
	tree.Find("a2").Disabled = true
	tree.Add(Node{ID: "loose", Role: RoleButton, Focusable: true, Rect: draw.Rect{X: 500, Y: 500, W: 50, H: 30}})
	return &tree
}

func TestTabGoesFromPanelToPanel(t *testing.T) {
	tree := page()
	got := ""
	for i, want := range []string{"a1", "b1", "loose", "a1"} {
		if got = NextFocus(tree, got, FocusNext); got != want {
			t.Fatalf("step %d goes to %q, want %q", i, got, want)
		}
	}
	got = ""
	for i, want := range []string{"loose", "b1", "a1", "loose"} {
		if got = NextFocus(tree, got, FocusPrev); got != want {
			t.Fatalf("step %d back goes to %q, want %q", i, got, want)
		}
	}
	if got := NextFocus(tree, "gone", FocusNext); got != "a1" {
		t.Errorf("after a node that is gone comes %q", got)
	}
	if got := NextFocus(&Tree{}, "", FocusNext); got != "" {
		t.Errorf("nothing to focus, and %q has it", got)
	}
}

func TestArrowsMoveWithinThePanel(t *testing.T) {
	tree := page()
	for _, c := range []struct {
		from string
		dir  Dir
		want string
	}{
		{"b1", FocusRight, "b2"}, {"b2", FocusDown, "b4"}, {"b4", FocusLeft, "b3"}, {"b3", FocusUp, "b1"},
		{"b2", FocusRight, "b2"}, {"b1", FocusLeft, "b1"}, // the panel's edge
		{"a1", FocusDown, "a3"}, {"a4", FocusUp, "a1"}, // past the disabled a2
	} {
		if got := NextFocus(tree, c.from, c.dir); got != c.want {
			t.Errorf("from %s in direction %d to %q, want %q", c.from, c.dir, got, c.want)
		}
	}
}

func TestMenuKeepsTheFocus(t *testing.T) {
	c, _, tree := newContext()
	c.Button(draw.Rect{W: 80, H: 32}, Button{ID: "behind", Label: "Behind"})
	c.Menu(draw.Rect{W: 500, H: 500}, pt(100, 100), Menu{ID: "m", Items: []MenuItem{
		{ID: "m/a", Label: "A"}, {ID: "m/b", Label: "B", Disabled: true}, {ID: "m/c", Label: "C"}}})
	got := NextFocus(tree, "behind", FocusDown)
	if got != "m/a" {
		t.Fatalf("the menu opens with the focus on %q", got)
	}
	if got = NextFocus(tree, got, FocusDown); got != "m/c" {
		t.Errorf("down goes to %q", got)
	}
	if got = NextFocus(tree, got, FocusNext); got != "m/a" {
		t.Errorf("tab goes to %q", got)
	}
}
