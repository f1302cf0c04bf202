package ui

import (
	"raftarium/viz/draw"
	"raftarium/viz/text"
)

// Slider is what a slider shows: the label at the left, the track, the value at
// the right.
type Slider struct {
	ID    string // "slider/loss"
	Label string
	Value string // with its unit: "5 %"
	// Min, Max and Now place the knob; a logarithmic slider passes logarithms.
	Min, Max, Now float64
	Disabled      bool
	// LabelWidth and ValueWidth line up a column of sliders; 0 is 72 and 56 points.
	LabelWidth, ValueWidth float32
}

const knobRadius = 7

// fraction is where the knob stands, from 0 to 1.
func (s *Slider) fraction() float32 {
	if s.Max <= s.Min {
		return 0
	}
	return float32(min(max((s.Now-s.Min)/(s.Max-s.Min), 0), 1))
}

// Slider draws a slider in the row r and adds its node, whose rectangle is the
// track's with room for the knob: SliderValue turns a pointer into a value.
func (c *Context) Slider(r draw.Rect, s Slider) {
	t := c.Theme
	labelW, valueW := s.LabelWidth, s.ValueWidth
	if labelW == 0 {
		labelW = c.Size(72)
	}
	if valueW == 0 {
		valueW = c.Size(56)
	}
	y := r.Y + r.H/2
	ink, filled, knob := t.Text, t.Accent, t.Text
	if s.Disabled {
		ink, filled, knob = t.Dim, t.Down, t.Down
	}
	c.Text(draw.Point{X: r.X, Y: y}, s.Label, draw.Sans, SizeBody, draw.Left, labelW-4, t.Dim)
	c.Text(draw.Point{X: r.X + r.W, Y: y}, s.Value, draw.Sans, SizeBody, draw.Right, valueW, ink)
	hit := draw.Rect{X: r.X + labelW, Y: r.Y, W: max(r.W-labelW-valueW, 4*knobRadius), H: r.H}
	x0, x1 := hit.X+knobRadius, hit.X+hit.W-knobRadius
	x := x0 + (x1-x0)*s.fraction()
	c.List.Rect(draw.Rect{X: x0, Y: y - 2, W: x1 - x0, H: 4}, 2, t.Line)
	if x > x0 {
		c.List.Rect(draw.Rect{X: x0, Y: y - 2, W: x - x0, H: 4}, 2, filled)
	}
	if !s.Disabled && (c.Hover == s.ID || c.Pressed == s.ID) {
		c.List.Circle(draw.Point{X: x, Y: y}, knobRadius+4, t.Accent.Fade(0.25), 0, 0)
	}
	c.List.Circle(draw.Point{X: x, Y: y}, knobRadius, knob, 0, 0)
	if c.FocusVisible && c.Focus == s.ID {
		c.List.Circle(draw.Point{X: x, Y: y}, knobRadius+3, 0, t.Accent, 2)
	}
	c.add(Node{ID: s.ID, Role: RoleSlider, Label: s.Label, Value: s.Value, Rect: hit,
		Focusable: !s.Disabled, Disabled: s.Disabled, Min: s.Min, Max: s.Max, Now: s.Now})
}

// SliderValue is the value of a slider's node when its knob is dragged to x.
func SliderValue(n *Node, x float32) float64 {
	w := n.Rect.W - 2*knobRadius
	if w <= 0 {
		return n.Min
	}
	f := float64(min(max((x-n.Rect.X-knobRadius)/w, 0), 1))
	return n.Min + f*(n.Max-n.Min)
}

// Switch is something that is on or off.
type Switch struct {
	ID, Label    string
	Key          string
	On, Disabled bool
}

// Switch draws a label at the left and a switch at the right of r and adds its
// node.
func (c *Context) Switch(r draw.Rect, s Switch) {
	t := c.Theme
	h := c.Size(18)
	w := h * 1.75
	y := r.Y + r.H/2
	track := draw.Rect{X: r.X + r.W - w, Y: y - h/2, W: w, H: h}
	fill, knob, x := t.Raised, t.Dim, track.X+h/2
	edge := t.Dim
	if s.On {
		fill, edge, knob, x = t.Accent, t.Accent, t.OnAccent, track.X+w-h/2
	}
	if s.Disabled {
		fill, edge, knob = t.Panel, t.Line, t.Down
	}
	end := track.X - iconGap
	if s.Key != "" {
		end -= c.KeyCap(draw.Point{X: end, Y: y}, s.Key) + iconGap
	}
	ink := t.Text
	if s.Disabled {
		ink = t.Dim
	}
	c.Text(draw.Point{X: r.X, Y: y}, s.Label, draw.Sans, SizeBody, draw.Left, max(end-r.X, 1), ink)
	c.List.Box(track, h/2, c.Surface(s.ID, fill, s.Disabled || s.On), edge, 1)
	c.List.Circle(draw.Point{X: x, Y: y}, h/2-3.5, knob, 0, 0)
	c.ring(s.ID, track, h/2)
	value := "off"
	if s.On {
		value = "on"
	}
	c.add(Node{ID: s.ID, Role: RoleSwitch, Label: s.Label, Value: value, Rect: r,
		Focusable: !s.Disabled, Disabled: s.Disabled, Selected: s.On, Key: s.Key})
}

// Tab is one of several views.
type Tab struct{ ID, Label, Key string }

// Tabs draws tabs from the left of r, the one with the ID selected being raised,
// adds their nodes and returns how wide they are. A finger may miss what is drawn a
// little, above and below.
func (c *Context) Tabs(r draw.Rect, selected string, tabs ...Tab) float32 {
	t := c.Theme
	x := r.X
	for _, tab := range tabs {
		w := c.Width(draw.Sans, SizeBody, tab.Label) + 2*12
		box := draw.Rect{X: x, Y: r.Y, W: w, H: r.H}
		ink := t.Dim
		switch {
		case tab.ID == selected:
			c.List.Rect(box, 5, t.Raised)
			ink = t.Text
		case c.Hover == tab.ID:
			c.List.Rect(box, 5, t.Raised.Fade(0.5))
			ink = t.Text
		}
		c.Text(box.Center(), tab.Label, draw.Sans, SizeBody, draw.Center, 0, ink)
		c.ring(tab.ID, box, 5)
		if c.Touch && box.H < TouchLeast {
			box.Y, box.H = box.Y-(TouchLeast-box.H)/2, TouchLeast
		}
		c.add(Node{ID: tab.ID, Role: RoleTab, Label: tab.Label, Rect: box, Focusable: true,
			Selected: tab.ID == selected, Key: tab.Key})
		x += w + 4
	}
	return x - r.X
}

// TextField is a line of text that is being edited.
type TextField struct {
	ID, Label   string
	Text        string
	Caret       int // in bytes of Text
	Placeholder string
	Error       string // what is wrong with it, "" if nothing
	Mono        bool
	Disabled    bool
}

// TextField draws a field and adds its node. Long text is shifted so that the
// caret can be seen. The caret is drawn while the field has the focus.
func (c *Context) TextField(r draw.Rect, f TextField) {
	t := c.Theme
	font, size := draw.Sans, c.Size(SizeBody)
	if f.Mono {
		font = draw.Mono
	}
	edge, width := t.Line, float32(1)
	focused := c.Focus == f.ID
	switch {
	case f.Error != "":
		edge = t.Danger
	case focused:
		edge, width = t.Accent, 2
	}
	c.List.Box(r, buttonRadius, t.Background, edge, width)
	inner := draw.Rect{X: r.X + 9, Y: r.Y + 2, W: max(r.W-18, 1), H: max(r.H-4, 1)}
	old := c.Clip(draw.Rect{X: inner.X - 1, Y: inner.Y, W: inner.W + 2, H: inner.H})
	y := r.Y + r.H/2
	caret := min(max(f.Caret, 0), len(f.Text))
	before := text.Width(font, size, f.Text[:caret])
	x := inner.X - max(before-inner.W+2, 0)
	ink := t.Text
	if f.Disabled {
		ink = t.Dim
	}
	if f.Text == "" {
		c.List.Text(draw.Point{X: inner.X, Y: y}, f.Placeholder, font, size, draw.Left, t.Dim)
	} else {
		c.List.Text(draw.Point{X: x, Y: y}, f.Text, font, size, draw.Left, ink)
	}
	if focused && !f.Disabled && (c.ReducedMotion || c.Tick/30%2 == 0) {
		c.List.Rect(draw.Rect{X: x + before, Y: y - size*0.6, W: 1.5, H: size * 1.2}, 0, t.Text)
	}
	c.Unclip(old)
	value := f.Text
	if f.Error != "" {
		value += " (" + f.Error + ")"
	}
	c.add(Node{ID: f.ID, Role: RoleTextBox, Label: f.Label, Value: value, Rect: r,
		Focusable: !f.Disabled, Disabled: f.Disabled})
}
