package ui

import (
	"unicode/utf8"

	"raftarium/viz/draw"
	"raftarium/viz/text"
)

// capitals is where Heading takes its letters from, so that it need not build
// strings.
const capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

// Heading draws a panel's heading in spaced capitals, its middle at p.Y, and adds
// it to the tree as text. It returns its width.
func (c *Context) Heading(p draw.Point, label string) float32 {
	size := c.Size(SizeSmall)
	x := p.X
	for rest := label; rest != ""; {
		r, n := utf8.DecodeRuneInString(rest)
		s := rest[:n]
		rest = rest[n:]
		if r >= 'a' && r <= 'z' {
			s = capitals[r-'a' : r-'a'+1]
		}
		c.List.Text(draw.Point{X: x, Y: p.Y}, s, draw.SansBold, size, draw.Left, c.Theme.Dim)
		x += text.Width(draw.SansBold, size, s) + size*0.09
	}
	c.add(Node{Role: RoleText, ID: "heading/" + label, Label: label,
		Rect: draw.Rect{X: p.X, Y: p.Y - size*0.7, W: x - p.X, H: size * 1.4}})
	return x - p.X
}

// FoldHeading draws the heading of a section that can be folded away, from p on, with
// a chevron at the right of the label, and adds r to the tree as the button for it.
func (c *Context) FoldHeading(r draw.Rect, p draw.Point, b Button) {
	if c.Hover == b.ID {
		c.List.Rect(r, buttonRadius, c.Theme.Raised)
	}
	w := c.Heading(p, b.Label)
	b.Icon.Draw(c.List, draw.Point{X: p.X + w + c.Size(9), Y: p.Y}, c.Size(10), c.Theme.Dim)
	c.ring(b.ID, r, buttonRadius)
	c.add(Node{ID: b.ID, Role: RoleButton, Label: b.Label, Value: b.Value, Rect: r, Focusable: true, Selected: b.Selected})
}

// Panel fills a panel and adds it to the tree as a group.
func (c *Context) Panel(r draw.Rect, id, label string) {
	c.List.Rect(r, 0, c.Theme.Panel)
	c.add(Node{ID: id, Role: RoleGroup, Label: label, Rect: r})
}

// Badge is a verdict or a state in a pill.
type Badge struct {
	ID    string
	Label string
	Value string // more, for those who cannot see
	Icon  draw.Icon
	Color draw.Color // of outline, icon and text; 0 is Dim
	// Button makes it pressable.
	Button bool
	Key    string
}

// BadgeWidth is how wide the badge is.
func (c *Context) BadgeWidth(b Badge) float32 {
	w := c.Width(draw.Sans, SizeBody, b.Label) + 2*11
	if b.Icon != draw.NoIcon {
		w += c.Size(12) + iconGap
	}
	return w
}

// Badge draws a badge that fills r and adds it as a status or button.
func (c *Context) Badge(r draw.Rect, b Badge) {
	col := b.Color
	if col == 0 {
		col = c.Theme.Dim
	}
	fill := c.Theme.Panel.Mix(col, 0.08)
	if b.Button {
		fill = c.Surface(b.ID, fill, false)
	}
	c.List.Box(r, buttonRadius, fill, col, 1)
	col = c.Theme.Readable(col, fill)
	y := r.Y + r.H/2
	x, end := r.X+11, r.X+r.W-11
	if b.Icon != draw.NoIcon {
		s := c.Size(12)
		b.Icon.Draw(c.List, draw.Point{X: x + s/2, Y: y}, s, col)
		x += s + iconGap
	}
	c.Text(draw.Point{X: x, Y: y}, b.Label, draw.Sans, SizeBody, draw.Left, max(end-x, 1), col)
	role := RoleStatus
	if b.Button {
		role = RoleButton
		c.ring(b.ID, r, buttonRadius)
	}
	c.add(Node{ID: b.ID, Role: role, Label: b.Label, Value: b.Value, Rect: r, Focusable: b.Button, Key: b.Key})
}

// Label draws text and adds it to the tree, as RoleStatus if live. It returns the
// text's rectangle.
func (c *Context) Label(p draw.Point, id, s string, f draw.Font, size float32, a draw.Align, col draw.Color, live bool) draw.Rect {
	w, h := c.Width(f, size, s), c.Size(size)*1.4
	r := draw.Rect{X: p.X, Y: p.Y - h/2, W: w, H: h}
	switch a {
	case draw.Center:
		r.X -= w / 2
	case draw.Right:
		r.X -= w
	}
	c.Text(p, s, f, size, a, 0, col)
	role := RoleText
	if live {
		role = RoleStatus
	}
	c.add(Node{ID: id, Role: role, Label: s, Rect: r})
	return r
}
