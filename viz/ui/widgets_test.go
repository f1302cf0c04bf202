package ui

import (
	"slices"
	"strings"
	"testing"

	"raftarium/viz/draw"
	"raftarium/viz/text"
)

func newContext() (*Context, *draw.List, *Tree) {
	var l draw.List
	var tree Tree
	c := &Context{Theme: &Dark}
	c.Begin(&l, &tree)
	return c, &l, &tree
}

func texts(l *draw.List) (s []string) {
	for i := range l.Cmds {
		if l.Cmds[i].Op == draw.OpText {
			s = append(s, l.Cmds[i].Text)
		}
	}
	return s
}

func TestEveryWidgetHasARoleALabelAndAPlace(t *testing.T) {
	c, _, tree := newContext()
	drawAll(c, func(s string) string { return s })
	seen := map[string]bool{}
	for _, n := range tree.Nodes {
		if n.ID == "" || n.Role == "" || n.Label == "" || n.Rect.Empty() {
			t.Errorf("incomplete node %+v", n)
		}
		if seen[n.ID] {
			t.Errorf("the ID %q is given twice", n.ID)
		}
		seen[n.ID] = true
		if n.Disabled && n.Focusable {
			t.Errorf("%s is disabled and takes the focus", n.ID)
		}
		if r := text.Missing(n.Label + n.Value + n.Key); len(r) > 0 {
			t.Errorf("%s says what no face can draw: %q", n.ID, r)
		}
	}
	if n := tree.Find("slider"); n == nil || n.Role != RoleSlider || n.Max != 100 || n.Now != 5 || n.Value != "5 %" {
		t.Errorf("the slider's node is %+v", n)
	}
	if n := tree.Find("switch"); n == nil || n.Role != RoleSwitch || !n.Selected || n.Value != "on" || n.Key != "M" {
		t.Errorf("the switch's node is %+v", n)
	}
	if n := tree.Find("tab/a"); n == nil || n.Role != RoleTab || !n.Selected || tree.Find("tab/b").Selected {
		t.Errorf("the tab's node is %+v", n)
	}
}

func TestWidgetsDoNotAllocate(t *testing.T) {
	c, l, tree := newContext()
	key := func(s string) string { return s }
	heights := slices.Repeat([]float32{20}, 50)
	frame := func() {
		l.Reset()
		tree.Reset()
		c.Begin(l, tree)
		c.Button(draw.Rect{W: 200, H: 32}, Button{ID: "button/a", Label: "Crash", Key: "C", Icon: draw.IconPlay})
		c.Slider(draw.Rect{W: 200, H: 24}, Slider{ID: key("slider"), Label: "Loss", Value: "5 %", Max: 100, Now: 5})
		c.Switch(draw.Rect{W: 200, H: 24}, Switch{ID: "switch", Label: "Sound", On: true})
		c.Tabs(draw.Rect{W: 200, H: 24}, "a", Tab{ID: "a", Label: "Cluster"}, Tab{ID: "b", Label: "Keys"})
		c.Badge(draw.Rect{W: 100, H: 24}, Badge{ID: "badge", Label: "safe"})
		c.Paragraph(draw.Rect{W: 100, H: 24}, "a text of a few lines that wraps", draw.Sans, SizeBody, c.Theme.Text)
		c.Tooltip(draw.Rect{W: 500, H: 500}, draw.Rect{X: 50, Y: 50, W: 10, H: 10}, "What it does", "T")
		c.Scroll(draw.Rect{W: 100, H: 100}, ScrollArea{ID: "list", Label: "List", Heights: heights}, func(i int, r draw.Rect) {
			c.Text(draw.Point{X: r.X, Y: r.Y}, "row", draw.Sans, SizeBody, draw.Left, r.W, c.Theme.Text)
		})
	}
	frame()
	if n := testing.AllocsPerRun(50, frame); n != 0 {
		t.Errorf("%v allocations in a frame", n)
	}
}

func TestButtonShowsItsLabelInFullAtItsOwnWidth(t *testing.T) {
	for _, typ := range []float32{1, 1.5} {
		for _, b := range []Button{{Label: "Slice the network", Key: "P"}, {Label: "Pause", Icon: draw.IconPause, Kind: Primary},
			{Label: "Free play", Icon: draw.IconChevronDown, IconAfter: true}, {Label: "1/20×"}} {
			c, l, _ := newContext()
			c.Type = typ
			b.ID = "button/x"
			c.Button(draw.Rect{W: c.ButtonWidth(b), H: 32}, b)
			if got := texts(l); !strings.Contains(strings.Join(got, "|"), b.Label) {
				t.Errorf("at type %v %q became %q", typ, b.Label, got)
			}
		}
	}
}

func TestNarrowButtonShortensItsLabelAndKeepsItsName(t *testing.T) {
	c, l, tree := newContext()
	c.Button(draw.Rect{W: 70, H: 32}, Button{ID: "button/x", Label: "Heal everything", Key: "H"})
	if got := texts(l); len(got) == 0 || !strings.HasSuffix(got[len(got)-1], "…") {
		t.Errorf("texts %q", got)
	}
	if tree.Nodes[0].Label != "Heal everything" {
		t.Errorf("the name is %q", tree.Nodes[0].Label)
	}
}

func TestTouchMakesTargetsLarge(t *testing.T) {
	c, _, tree := newContext()
	c.Touch = true
	if c.ControlHeight() < TouchLeast || c.RowHeight() < TouchLeast {
		t.Errorf("controls %v, rows %v", c.ControlHeight(), c.RowHeight())
	}
	c.Menu(draw.Rect{W: 500, H: 500}, draw.Point{}, Menu{ID: "m", Items: []MenuItem{{ID: "m/a", Label: "A"}}})
	if n := tree.Find("m/a"); n.Rect.H < TouchLeast {
		t.Errorf("a menu's item is %v high", n.Rect.H)
	}
	if w := c.ButtonWidth(Button{Label: "?", Icon: draw.IconCross, IconOnly: true}); w < TouchLeast {
		t.Errorf("an icon's button is %v wide", w)
	}
}

func TestSliderIsDraggedToWhereItIsDrawn(t *testing.T) {
	c, l, tree := newContext()
	c.Slider(draw.Rect{X: 20, Y: 10, W: 240, H: 24}, Slider{ID: "s", Label: "Loss", Value: "30", Min: 10, Max: 110, Now: 35})
	n := tree.Find("s")
	var knob draw.Point
	for i := range l.Cmds {
		if l.Cmds[i].Op == draw.OpCircle {
			knob = l.Cmds[i].Center
		}
	}
	if got := SliderValue(n, knob.X); got < 34.9 || got > 35.1 {
		t.Errorf("at its knob the slider is worth %v, want 35", got)
	}
	if SliderValue(n, -1000) != 10 || SliderValue(n, 1000) != 110 {
		t.Error("the ends are not the ends")
	}
	if got := SliderValue(&Node{Min: 3, Max: 4}, 5); got != 3 {
		t.Errorf("a slider without width is worth %v", got)
	}
}

func TestMenusAndToastsStayInTheirBounds(t *testing.T) {
	bounds := draw.Rect{X: 10, Y: 10, W: 300, H: 300}
	items := []MenuItem{{ID: "a", Label: "Crash"}, {ID: "b", Label: "Pause", Key: "Z", Separator: true}}
	for _, p := range []draw.Point{{X: 0, Y: 0}, {X: 300, Y: 305}, {X: 150, Y: 150}} {
		c, _, tree := newContext()
		r := c.Menu(bounds, p, Menu{ID: "m", Label: "S2", Items: items})
		if r.Intersect(bounds) != r {
			t.Errorf("a menu at %v lies at %v", p, r)
		}
		for _, it := range items {
			if n := tree.Find(it.ID); n.Rect.Intersect(r) != n.Rect || tree.At(n.Rect.Center()).ID != it.ID {
				t.Errorf("the item %s lies at %v in %v", it.ID, n.Rect, r)
			}
		}
	}
	c, l, _ := newContext()
	toast := Toast{ID: "t", Shown: 1, Text: "A long text about what an action has done to servers",
		Action: Button{ID: "undo", Label: "Undo"}}
	r := c.Toast(bounds, toast)
	if r.Intersect(bounds) != r {
		t.Errorf("the toast lies at %v", r)
	}
	if got := strings.Join(texts(l), "|"); got != "Undo|A long text about what an action|has done to servers" {
		t.Errorf("the toast says %q", got)
	}
	l.Reset()
	toast.Text += " and to whatever else there may have been"
	c.Toast(bounds, toast)
	if got := strings.Join(texts(l), "|"); !strings.HasSuffix(got, "has done to servers and to…") {
		t.Errorf("a longer toast says %q", got)
	}
	l.Reset()
	short := Toast{ID: "t", Shown: 1, Text: "Every link is mended", More: "heal"}
	if r, got := c.Toast(bounds, short), strings.Join(texts(l), "|"); got != "Every link is mended|heal" || r.W > 200 {
		t.Errorf("a toast with a line is %v wide and says %q", r.W, got)
	}
	if short.Fill = true; c.Toast(bounds, short).W != bounds.W-16 {
		t.Error("a toast does not fill its room")
	}
	tip := c.Tooltip(bounds, draw.Rect{X: 290, Y: 290, W: 20, H: 20}, "What it does", "")
	if tip.Intersect(bounds) != tip || tip.Y > 290 {
		t.Errorf("the tooltip lies at %v", tip)
	}
}

func TestDialogHidesWhatLiesBehind(t *testing.T) {
	c, _, tree := newContext()
	bounds := draw.Rect{W: 800, H: 600}
	c.Button(draw.Rect{X: 10, Y: 10, W: 80, H: 32}, Button{ID: "behind", Label: "Behind"})
	inner := c.Dialog(bounds, "help", "Keys", 400, 300)
	c.Button(draw.Rect{X: inner.X, Y: inner.Y, W: 80, H: 32}, Button{ID: "inside", Label: "Inside"})
	if got := tree.At(draw.Point{X: 20, Y: 20}); got.ID == "behind" {
		t.Error("a click beside the dialog reaches what lies behind")
	}
	if got := tree.At(draw.Point{X: inner.X + 5, Y: inner.Y + 5}); got.ID != "inside" {
		t.Errorf("a click inside reaches %s", got.ID)
	}
	if got := NextFocus(tree, "", FocusNext); got != "help/close" {
		t.Errorf("the focus goes to %q", got)
	}
	if got := NextFocus(tree, "help/close", FocusNext); got != "inside" {
		t.Errorf("then to %q", got)
	}
	if got := NextFocus(tree, "inside", FocusNext); got != "help/close" {
		t.Errorf("and then out of the dialog, to %q", got)
	}
}

func TestScrollLaysOutOnlyWhatIsSeen(t *testing.T) {
	c, _, tree := newContext()
	box := draw.Rect{X: 5, Y: 50, W: 100, H: 95}
	var rows []int
	c.Scroll(box, ScrollArea{ID: "list", Label: "List", Heights: slices.Repeat([]float32{20}, 5000), Offset: 1010}, func(i int, r draw.Rect) {
		rows = append(rows, i)
		c.Button(r, Button{ID: string(rune('a' + i - 50)), Label: "row"})
	})
	if len(rows) != 6 || rows[0] != 50 {
		t.Errorf("rows %v, want 50 to 55", rows)
	}
	for _, n := range tree.Nodes {
		if n.Rect.Intersect(box) != n.Rect {
			t.Errorf("%s can be hit at %v, outside of the list", n.ID, n.Rect)
		}
	}
	rows = rows[:0]
	var ends []float32
	most := c.Scroll(box, ScrollArea{ID: "end", Label: "List", Heights: []float32{60, 20, 80, 10}, Offset: 1e6}, func(i int, r draw.Rect) {
		rows, ends = append(rows, i), append(ends, r.Y+r.H)
	})
	if most != 75 || !slices.Equal(rows, []int{1, 2, 3}) || !slices.Equal(ends, []float32{55, 135, 145}) {
		t.Errorf("at its end, %v, the list shows %v, which end at %v", most, rows, ends)
	}
	if !c.clip.Empty() {
		t.Error("clipping did not end")
	}
}

func TestFocusRingAndCaretFollowTheFocus(t *testing.T) {
	strokes := func(visible bool, focus string) int {
		c, l, _ := newContext()
		c.Focus, c.FocusVisible = focus, visible
		c.Button(draw.Rect{W: 100, H: 32}, Button{ID: "b", Label: "B"})
		return len(l.Cmds)
	}
	if strokes(true, "b") != strokes(false, "b")+1 || strokes(true, "x") != strokes(false, "b") {
		t.Error("the ring is not drawn exactly when the keyboard's focus is there")
	}
	c, l, _ := newContext()
	f := TextField{ID: "f", Label: "Key", Text: "abc", Caret: 99}
	c.TextField(draw.Rect{W: 100, H: 32}, f)
	without := len(l.Cmds)
	l.Reset()
	c.Focus = "f"
	c.TextField(draw.Rect{W: 100, H: 32}, f)
	if len(l.Cmds) != without+1 {
		t.Error("no caret in the field that has the focus")
	}
	l.Reset()
	c.Tick = 30
	c.TextField(draw.Rect{W: 100, H: 32}, f)
	if len(l.Cmds) != without {
		t.Error("the caret does not blink")
	}
	l.Reset()
	c.ReducedMotion = true
	c.TextField(draw.Rect{W: 100, H: 32}, f)
	if len(l.Cmds) != without+1 {
		t.Error("the caret blinks in spite of reduced motion")
	}
}

func TestHeadingKeepsItsNameAndSurvivesOddText(t *testing.T) {
	c, l, tree := newContext()
	w := c.Heading(draw.Point{}, "Server S2 · \xff leader")
	if w <= 0 || tree.Nodes[0].Label != "Server S2 · \xff leader" {
		t.Errorf("width %v, node %+v", w, tree.Nodes[0])
	}
	if got := strings.Join(texts(l), ""); !strings.HasPrefix(got, "SERVER S2 · ") || !strings.HasSuffix(got, "LEADER") {
		t.Errorf("it reads %q", got)
	}
}

// A tool that is armed does not look like a choice that was made.
func TestAnArmedButtonIsFilled(t *testing.T) {
	c, l, tree := newContext()
	r := draw.Rect{W: 100, H: 32}
	surface := func(b Button) draw.Color {
		l.Reset()
		c.Button(r, b)
		return l.Cmds[0].Fill
	}
	chosen, armed := surface(Button{ID: "a", Label: "A", Selected: true}), surface(Button{ID: "b", Label: "B", Armed: true})
	if armed != c.Theme.Accent || chosen == armed {
		t.Errorf("armed %v, chosen %v", armed, chosen)
	}
	if n := tree.Find("b"); !n.Selected {
		t.Error("the tree does not say that it is armed")
	}
}
