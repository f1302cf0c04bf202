package ui

import (
	"raftarium/viz/draw"
	"raftarium/viz/text"
)

// kind is how a button stands out.
type kind uint8

// The kinds of button.
const (
	normal  kind = iota
	Primary      // what to do next: filled with the accent
	Danger       // cuts and destroys
	Quiet        // no surface of its own until the pointer is on it
	Link         // Quiet in the colour of the accent: Undo in a toast
)

// Button is what a button shows. The zero values of all but ID and Label are
// good.
type Button struct {
	ID    string // of its node: "button/crash"
	Label string // what it does; with IconOnly only for those who cannot see
	Value string // its state for those who cannot see: "1/20 of real time"
	Key   string // the keyboard shortcut, drawn as a cap at the right
	Icon  draw.Icon
	// IconAfter puts the icon behind the label, as in a menu's chevron, IconEnd at the
	// right end, where those of buttons below each other stand in line.
	IconAfter, IconEnd, IconOnly bool
	Kind                         kind
	Centered                     bool
	Selected, Disabled           bool
	// Armed fills it: what it stands for is at hand now, which is more than chosen.
	Armed bool
}

const (
	buttonRadius = 6
	buttonPad    = 11
	iconGap      = 6
)

// colors are a button's surface, outline and text.
func (b *Button) colors(c *Context) (fill, line, ink draw.Color) {
	t := c.Theme
	fill, line, ink = t.Raised, t.Line, t.Text
	switch b.Kind {
	case Primary:
		fill, line, ink = t.Accent, 0, t.OnAccent
	case Danger:
		line, ink = t.Danger, t.Danger
	case Quiet:
		fill, line = 0, 0
	case Link:
		fill, line, ink = 0, 0, t.Accent
	}
	if b.Disabled {
		return t.Panel, t.Line, t.Dim
	}
	over := c.Pressed == b.ID || c.Hover == b.ID
	switch {
	case b.filled():
		fill, line, ink = c.primarySurface(b.ID), 0, t.OnAccent
	case fill != 0:
		fill = c.Surface(b.ID, fill, false)
	case over:
		fill = t.Raised
	}
	if over && b.Kind == normal && !b.Armed {
		line = line.Mix(t.Dim, 0.5)
	}
	if over && !b.filled() {
		ink = t.Readable(ink, fill)
	}
	return fill, line, ink
}

// filled says that its surface is the accent.
func (b *Button) filled() bool { return b.Kind == Primary || b.Armed }

func (b *Button) font() draw.Font {
	if b.Kind == Primary {
		return draw.SansBold
	}
	return draw.Sans
}

func (b *Button) iconSize(c *Context) float32 { return c.Size(12) }

// ButtonWidth is how wide a button is that shows all of b.
func (c *Context) ButtonWidth(b Button) float32 {
	if b.IconOnly {
		return c.ControlHeight()
	}
	w := 2*buttonPad + c.Width(b.font(), SizeBody, b.Label)
	if b.Icon != draw.NoIcon {
		w += b.iconSize(c) + iconGap
	}
	if b.Key != "" {
		w += c.KeyCapWidth(b.Key) + iconGap
	}
	return w
}

// Button draws a button and adds its node.
func (c *Context) Button(r draw.Rect, b Button) {
	fill, line, ink := b.colors(c)
	if b.Selected && fill == 0 {
		fill = c.Theme.Raised
	}
	t := c.Theme
	switch {
	case b.Selected && !b.filled():
		c.List.Box(r, buttonRadius, fill, t.Accent, 2)
	case line != 0:
		c.List.Box(r, buttonRadius, fill, line, 1)
	default:
		c.List.Rect(r, buttonRadius, fill)
	}
	c.buttonLabel(r, b, ink)
	c.ring(b.ID, r, buttonRadius)
	c.add(Node{ID: b.ID, Role: RoleButton, Label: b.Label, Value: b.Value, Rect: r,
		Focusable: !b.Disabled, Disabled: b.Disabled, Selected: b.Selected || b.Armed, Key: b.Key})
}

// buttonLabel lays out icon, label and key cap.
func (c *Context) buttonLabel(r draw.Rect, b Button, ink draw.Color) {
	y := r.Y + r.H/2
	size := b.iconSize(c)
	if b.IconOnly {
		b.Icon.Draw(c.List, r.Center(), c.Size(14), ink)
		return
	}
	x, end := r.X+buttonPad, r.X+r.W-buttonPad
	if b.Key != "" && r.W > 3*buttonPad+c.KeyCapWidth(b.Key)+c.Size(20) {
		end = r.X + r.W - 8
		edge, dim := c.capColors()
		if b.filled() && !b.Disabled {
			edge, dim = ink.Fade(0.45), ink
		}
		end -= c.keyCap(draw.Point{X: end, Y: y}, b.Key, edge, dim) + iconGap
	}
	if b.Icon != draw.NoIcon {
		end -= size + iconGap
	}
	label := text.Truncate(b.font(), c.Size(SizeBody), b.Label, end-x)
	w := text.Width(b.font(), c.Size(SizeBody), label)
	if b.Centered {
		x += max((end-x-w)/2, 0)
	}
	if b.Icon != draw.NoIcon && !b.IconAfter && !b.IconEnd {
		b.Icon.Draw(c.List, draw.Point{X: x + size/2, Y: y}, size, ink)
		x += size + iconGap
	}
	c.List.Text(draw.Point{X: x, Y: y}, label, b.font(), c.Size(SizeBody), draw.Left, ink)
	switch {
	case b.Icon == draw.NoIcon:
	case b.IconEnd:
		b.Icon.Draw(c.List, draw.Point{X: end + iconGap + size/2, Y: y}, size, ink)
	case b.IconAfter:
		b.Icon.Draw(c.List, draw.Point{X: x + w + iconGap + size/2, Y: y}, size, ink)
	}
}

// KeyCapWidth is how wide the cap of a key is.
func (c *Context) KeyCapWidth(key string) float32 {
	return max(c.Width(draw.Sans, sizeTiny, key)+c.Size(10), c.Size(18))
}

// KeyCap draws a key's cap that ends at right, with right.Y its middle, and
// returns its width.
func (c *Context) KeyCap(right draw.Point, key string) float32 {
	edge, ink := c.capColors()
	return c.keyCap(right, key, edge, ink)
}

// capColors are the outline and the letter of a key's cap; the letter is readable
// on every surface of a button.
func (c *Context) capColors() (edge, ink draw.Color) {
	return c.Theme.Dim.Fade(0.4), c.Theme.Dim.Mix(c.Theme.Text, 0.35)
}

func (c *Context) keyCap(right draw.Point, key string, edge, ink draw.Color) float32 {
	w, h := c.KeyCapWidth(key), c.Size(16)
	r := draw.Rect{X: right.X - w, Y: right.Y - h/2, W: w, H: h}
	c.List.Box(r, 3, 0, edge, 1)
	c.List.Text(r.Center(), key, draw.Sans, c.Size(sizeTiny), draw.Center, ink)
	return w
}
