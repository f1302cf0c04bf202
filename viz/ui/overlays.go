package ui

import (
	"math"
	"strings"

	"raftarium/viz/draw"
	"raftarium/viz/text"
)

// MenuItem is a line of a menu.
type MenuItem struct {
	ID, Label string
	Key       string
	Icon      draw.Icon
	// Separator draws a line above the item.
	Separator                  bool
	Danger, Disabled, Selected bool
}

// Menu is a list of actions or choices that pops up.
type Menu struct {
	ID    string
	Label string // what they are the actions of: "S2", drawn as its heading
	Items []MenuItem
}

const (
	menuPad  = 5
	menuSide = 10
)

func (c *Context) menuItemHeight() float32 {
	if c.Touch {
		return max(TouchLeast, c.Size(28))
	}
	return c.Size(28)
}

// MenuSize is how large a menu is.
func (c *Context) MenuSize(m Menu) (w, h float32) {
	h = 2 * menuPad
	if m.Label != "" {
		h += c.Size(26)
		w = c.Width(draw.SansBold, SizeSmall, m.Label) * 1.15
	}
	for i := range m.Items {
		it := &m.Items[i]
		iw := c.Width(draw.Sans, SizeBody, it.Label)
		if it.Icon != draw.NoIcon || it.Selected {
			iw += c.Size(12) + 8
		}
		if it.Key != "" {
			iw += c.KeyCapWidth(it.Key) + 24
		}
		w = max(w, iw)
		h += c.menuItemHeight()
		if it.Separator {
			h += 9
		}
	}
	return max(w+2*menuPad+2*menuSide, 140), h
}

// popup moves a box of the size w, h that wants its top left corner at p into
// bounds, to a whole point.
func popup(bounds draw.Rect, p draw.Point, w, h float32) draw.Rect {
	x := max(floor(min(p.X, bounds.X+bounds.W-w)), bounds.X)
	y := max(floor(min(p.Y, bounds.Y+bounds.H-h)), bounds.Y)
	return draw.Rect{X: x, Y: y, W: w, H: h}
}

func floor(v float32) float32 { return float32(math.Floor(float64(v))) }

// shadow darkens what lies around a floating box.
func (c *Context) shadow(r draw.Rect, radius float32) {
	a := float32(0.055)
	if c.Theme.Name == "light" {
		a = 0.014
	}
	black := draw.RGB(0).Fade(a)
	for i := float32(1); i <= 8; i++ {
		s := r.Inset(-i * 1.25)
		s.Y += 3
		c.List.Rect(s, radius+i*1.25, black)
	}
}

// float draws the surface of something that floats above the rest.
func (c *Context) float(r draw.Rect, radius float32) {
	c.shadow(r, radius)
	c.List.Box(r, radius, c.Theme.Panel, c.Theme.Line, 1)
}

// Menu draws a menu that wants its top left corner at p, within bounds, adds its
// node and its items', and returns where it lies. Where it is too high for bounds, as
// on a phone on its side, it has two columns.
func (c *Context) Menu(bounds draw.Rect, p draw.Point, m Menu) draw.Rect {
	t := c.Theme
	w, h := c.MenuSize(m)
	rowH, column := c.menuItemHeight(), w-2*menuPad
	rows := len(m.Items)
	if h > bounds.H && 2*column+2*menuPad <= bounds.W {
		rows = (rows + 1) / 2
		h -= float32(len(m.Items)-rows) * rowH
		w += column
	}
	r := popup(bounds, p, w, h)
	c.float(r, 8)
	c.add(Node{ID: m.ID, Role: RoleMenu, Label: m.Label, Rect: r})
	y := r.Y + menuPad
	if m.Label != "" {
		c.Heading(draw.Point{X: r.X + menuPad + menuSide, Y: y + c.Size(12)}, m.Label)
		y += c.Size(26)
	}
	x, top := r.X+menuPad, y
	for i := range m.Items {
		it := &m.Items[i]
		if i > 0 && i == rows {
			x, y = x+column, top
		}
		if it.Separator && rows == len(m.Items) {
			c.List.Line(t.Line, 1, draw.Point{X: r.X + 1, Y: y + 4.5}, draw.Point{X: r.X + r.W - 1, Y: y + 4.5})
			y += 9
		}
		row := draw.Rect{X: x, Y: y, W: column, H: rowH}
		c.menuItem(row, it)
		y += rowH
	}
	return r
}

func (c *Context) menuItem(row draw.Rect, it *MenuItem) {
	t := c.Theme
	ink := t.Text
	switch {
	case it.Disabled:
		ink = t.Dim
	case it.Danger:
		ink = t.Danger
	}
	if !it.Disabled && (c.Hover == it.ID || c.Focus == it.ID || c.Pressed == it.ID) {
		c.List.Rect(row, 5, t.Raised)
	}
	y := row.Y + row.H/2
	x, end := row.X+menuSide, row.X+row.W-menuSide
	icon := it.Icon
	if it.Selected && icon == draw.NoIcon {
		icon = draw.IconCheck
	}
	if icon != draw.NoIcon {
		s := c.Size(12)
		icon.Draw(c.List, draw.Point{X: x + s/2, Y: y}, s, ink)
		x += s + 8
	}
	if it.Key != "" {
		end -= c.KeyCap(draw.Point{X: end, Y: y}, it.Key) + 8
	}
	c.Text(draw.Point{X: x, Y: y}, it.Label, draw.Sans, SizeBody, draw.Left, max(end-x, 1), ink)
	if c.FocusVisible && c.Focus == it.ID {
		c.List.Box(row, 5, 0, t.Accent, 2)
	}
	c.add(Node{ID: it.ID, Role: RoleMenuItem, Label: it.Label, Rect: row, Focusable: !it.Disabled,
		Disabled: it.Disabled, Selected: it.Selected, Key: it.Key})
}

// Toast says what an action did.
type Toast struct {
	ID   string
	Text string
	// More stands on a line of its own below Text, if that needs one line only.
	More   string
	Icon   draw.Icon
	Color  draw.Color // of a bar at its left and of its icon; 0 is the accent
	Action Button     // with an ID, a button such as Undo
	// Fill makes it as wide as there is room.
	Fill bool
	// Compact makes it as wide as there is room, with smaller text on up to three lines.
	Compact bool
	// Shown is from 0 (not yet) to 1: how far it has come up.
	Shown float32
}

// ToastWidth is how wide a toast is that says its text in one line.
func (c *Context) ToastWidth(t Toast) float32 {
	w := max(c.Width(draw.Sans, SizeBody, t.Text), c.Width(draw.Sans, SizeSmall+1, t.More)) + 34
	if t.Icon != draw.NoIcon {
		w += c.Size(12) + 8
	}
	if t.Action.ID != "" {
		w += c.ButtonWidth(t.Action) + 6
	}
	return w
}

// compactLines is how many lines a compact toast has at most.
const compactLines = 3

// ToastFits says whether a compact toast says all of its text in bounds of that width.
func (c *Context) ToastFits(width float32, t Toast) bool {
	var room [8]string
	w := width - 2*compactMargin - compactLeft - compactRight
	if t.Icon != draw.NoIcon {
		w -= c.Size(12) + 8
	}
	if t.Action.ID != "" {
		w -= c.ButtonWidth(t.Action)
	}
	return w >= c.Size(60) && len(text.AppendWrap(room[:0], draw.Sans, c.Size(SizeSmall+1), t.Text, w)) <= compactLines
}

// The margins of a compact toast, around it and left and right of its text.
const (
	compactMargin = 4
	compactLeft   = 14
	compactRight  = 6
)

// Toast draws a toast in the middle of the bottom of bounds, adds its node and
// returns where it lies. A text takes two lines where one is too short.
func (c *Context) Toast(bounds draw.Rect, t Toast) draw.Rect {
	col := t.Color
	if col == 0 {
		col = c.Theme.Accent
	}
	h := max(c.ControlHeight(), c.Size(36)) + 6
	action := float32(0)
	if t.Action.ID != "" {
		action = c.ButtonWidth(t.Action)
	}
	w, left, right := bounds.W-16, float32(18), float32(14)
	switch {
	case t.Compact:
		w, left, right = bounds.W-2*compactMargin, compactLeft, compactRight
	case !t.Fill:
		w = min(c.ToastWidth(t), w)
	}
	shown := min(max(t.Shown, 0), 1)
	rise := (1 - shown) * 16
	if c.ReducedMotion {
		rise = 0
	}
	r := draw.Rect{X: bounds.X + (bounds.W-w)/2, Y: bounds.Y + bounds.H - h - 14 + rise, W: w, H: h}
	c.float(r, 8)
	c.List.Rect(draw.Rect{X: r.X + 6, Y: r.Y + 8, W: 3, H: h - 16}, 1.5, col)
	x, end := r.X+left, r.X+r.W-right
	y := r.Y + h/2
	c.add(Node{ID: t.ID, Role: RoleStatus, Label: t.Text, Value: t.More, Rect: r})
	if action > 0 {
		end = r.X + r.W - min(right, 6) - action
		bh := c.ControlHeight()
		c.Button(draw.Rect{X: end, Y: y - bh/2, W: action, H: bh}, t.Action)
		if !t.Compact {
			end -= 8
		}
	}
	if t.Icon != draw.NoIcon {
		s := c.Size(12)
		t.Icon.Draw(c.List, draw.Point{X: x + s/2, Y: y}, s, col)
		x += s + 8
	}
	c.toastText(draw.Point{X: x, Y: y}, max(end-x, 1), t)
	return r
}

// toastText writes what a toast says with its middle at the height of p.
func (c *Context) toastText(p draw.Point, width float32, t Toast) {
	var room [8]string
	if t.Compact {
		c.compactText(p, width, t)
		return
	}
	lines := text.AppendWrap(room[:0], draw.Sans, c.Size(SizeBody), t.Text, width)
	line := func(dy float32, s string, size float32, ink draw.Color) {
		c.Text(draw.Point{X: p.X, Y: p.Y + c.Size(dy)}, s, draw.Sans, size, draw.Left, width, ink)
	}
	switch {
	case len(lines) > 1:
		line(-8, lines[0], SizeBody, c.Theme.Text)
		line(8, strings.TrimLeft(t.Text[len(lines[0]):], " "), SizeBody, c.Theme.Text)
	case t.More != "":
		line(-8, t.Text, SizeBody, c.Theme.Text)
		line(9, t.More, SizeSmall+1, c.Theme.Dim)
	default:
		line(0, t.Text, SizeBody, c.Theme.Text)
	}
}

// compactText writes what a compact toast says.
func (c *Context) compactText(p draw.Point, width float32, t Toast) {
	var room [8]string
	lines, high := text.AppendWrap(room[:0], draw.Sans, c.Size(SizeSmall+1), t.Text, width), c.Size(15)
	texts := len(lines)
	if t.More != "" && texts == 1 && c.Width(draw.Sans, SizeSmall, t.More) <= width {
		lines = append(lines, t.More)
	}
	p.Y -= float32(len(lines)-1) * high / 2
	for i, line := range lines {
		if i < texts {
			c.Text(p, line, draw.Sans, SizeSmall+1, draw.Left, width, c.Theme.Text)
		} else {
			c.Text(p, line, draw.Sans, SizeSmall, draw.Left, width, c.Theme.Dim)
		}
		p.Y += high
	}
}

// Tooltip draws a note of one or a few lines beside what it is about: below
// anchor, or above it where there is no room. It is no node: what it says belongs
// into the anchor's Value.
func (c *Context) Tooltip(bounds, anchor draw.Rect, s, key string) draw.Rect {
	size := c.Size(12)
	const widest = 280
	w, lines := float32(0), 0
	eachLine(s, size, widest, func(line string) {
		w = max(w, text.Width(draw.Sans, size, line))
		lines++
	})
	extra := float32(0)
	if key != "" {
		extra = c.KeyCapWidth(key) + 8
	}
	lh := text.LineHeight(size)
	w, h := floor(w+17+extra), floor(float32(lines)*lh+11)
	p := draw.Point{X: anchor.Center().X - w/2, Y: anchor.Y + anchor.H + 6}
	if p.Y+h > bounds.Y+bounds.H {
		p.Y = anchor.Y - h - 6
	}
	r := popup(bounds, p, w, h)
	c.float(r, 5)
	y := r.Y + 5 + lh/2
	if key != "" {
		c.KeyCap(draw.Point{X: r.X + r.W - 8, Y: y}, key)
	}
	eachLine(s, size, widest, func(line string) {
		c.List.Text(draw.Point{X: r.X + 8, Y: y}, line, draw.Sans, size, draw.Left, c.Theme.Text)
		y += lh
	})
	return r
}

// eachLine wraps s and visits its lines.
func eachLine(s string, size, width float32, visit func(string)) {
	var room [8]string
	for _, line := range text.AppendWrap(room[:0], draw.Sans, size, s, width) {
		visit(line)
	}
}

// Paragraph wraps s to the width of r from its top, draws it and returns how high
// it is. It adds nothing to the tree.
func (c *Context) Paragraph(r draw.Rect, s string, f draw.Font, size float32, col draw.Color) float32 {
	var room [16]string
	px := c.Size(size)
	lh := text.LineHeight(px)
	y := r.Y + lh/2
	for _, line := range text.AppendWrap(room[:0], f, px, s, r.W) {
		c.List.Text(draw.Point{X: r.X, Y: y}, line, f, px, draw.Left, col)
		y += lh
	}
	return y - lh/2 - r.Y
}

// ParagraphHeight is how high Paragraph draws s.
func (c *Context) ParagraphHeight(width float32, s string, f draw.Font, size float32) float32 {
	var room [16]string
	px := c.Size(size)
	return float32(len(text.AppendWrap(room[:0], f, px, s, width))) * text.LineHeight(px)
}

// Dialog darkens bounds, draws a frame of the size w, h in its middle with a
// title and a button that closes it (its node is id + "/close"), and returns the
// room inside. Its node comes before all that is added afterwards.
func (c *Context) Dialog(bounds draw.Rect, id, title string, w, h float32) draw.Rect {
	return c.DialogAt(bounds, 0.5, id, title, w, h)
}

// DialogAt is Dialog with the frame elsewhere: down is from 0, at the top, to 1.
func (c *Context) DialogAt(bounds draw.Rect, down float32, id, title string, w, h float32) draw.Rect {
	t := c.Theme
	w, h = min(w, bounds.W-16), min(h, bounds.H-16)
	c.List.Rect(bounds, 0, draw.RGB(0).Fade(0.5))
	r := draw.Rect{X: bounds.X + (bounds.W-w)/2, Y: bounds.Y + (bounds.H-h)*down, W: w, H: h}
	c.float(r, 10)
	// What lies behind must not be hit: the backdrop is a node as well.
	c.add(Node{ID: id + "/backdrop", Role: RoleImage, Label: "", Rect: bounds})
	c.add(Node{ID: id, Role: RoleDialog, Label: title, Rect: r})
	head := max(c.ControlHeight(), c.Size(32)) + 12
	c.Text(draw.Point{X: r.X + 18, Y: r.Y + head/2}, title, draw.SansBold, SizeTitle, draw.Left, max(w-36-c.ControlHeight(), 1), t.Text)
	s := c.ControlHeight()
	c.Button(draw.Rect{X: r.X + w - s - 8, Y: r.Y + (head-s)/2, W: s, H: s},
		Button{ID: id + "/close", Label: "Close", Key: "Escape", Icon: draw.IconCross, IconOnly: true, Kind: Quiet})
	c.List.Line(t.Line, 1, draw.Point{X: r.X + 1, Y: r.Y + head}, draw.Point{X: r.X + w - 1, Y: r.Y + head})
	return draw.Rect{X: r.X + 18, Y: r.Y + head + 12, W: w - 36, H: h - head - 24}
}

// ScrollArea is a list whose rows are laid out only where they can be seen.
type ScrollArea struct {
	ID, Label string
	Offset    float32   // how far it is scrolled, in points
	Heights   []float32 // of the rows; the caller's
}

// Height is that of all rows together.
func (s *ScrollArea) Height() float32 {
	total := float32(0)
	for _, h := range s.Heights {
		total += h
	}
	return total
}

// Scroll lays out the rows of a list that are in view: row draws row i in its
// rectangle. It returns the largest sensible offset.
func (c *Context) Scroll(r draw.Rect, s ScrollArea, row func(i int, r draw.Rect)) float32 {
	c.add(Node{ID: s.ID, Role: RoleGroup, Label: s.Label, Rect: r})
	if r.Empty() {
		return 0
	}
	height, w := s.Height(), r.W
	if height > r.H {
		w -= 10
	}
	return c.ScrollContent(r, height, s.Offset, func(y float32) {
		for i, h := range s.Heights {
			if y < r.Y+r.H && y+h > r.Y {
				row(i, draw.Rect{X: r.X, Y: y, W: w, H: h})
			}
			y += h
		}
	})
}

// ScrollContent clips to r for content of any height, calls body with its top
// moved up by offset, and draws the bar. It returns the largest sensible offset.
func (c *Context) ScrollContent(r draw.Rect, height, offset float32, body func(top float32)) float32 {
	most := max(height-r.H, 0)
	off := min(max(offset, 0), most)
	old := c.Clip(r)
	body(r.Y - off)
	c.scrollEdges(r, off, most)
	c.scrollBar(r, off, height)
	c.Unclip(old)
	return most
}

// scrollEdges fades what goes on beyond an edge, with a chevron that points there.
func (c *Context) scrollEdges(r draw.Rect, off, most float32) {
	if off > 1 {
		c.scrollEdge(r, r.Y, 1, draw.IconChevronUp)
	}
	if off < most-1 {
		c.scrollEdge(r, r.Y+r.H, -1, draw.IconChevronDown)
	}
}

// scrollEdge is the edge at y; in is 1 if the content lies below it, -1 if above.
func (c *Context) scrollEdge(r draw.Rect, y, in float32, icon draw.Icon) {
	const band, bands = 7, 4
	for i := range bands {
		top := y + in*float32(i)*band
		if in < 0 {
			top -= band
		}
		c.List.Rect(draw.Rect{X: r.X, Y: top, W: r.W - 8, H: band}, 0, c.Theme.Panel.Fade(1-0.24*float32(i)))
	}
	icon.Draw(c.List, draw.Point{X: r.X + r.W/2, Y: y + in*8}, c.Size(14), c.Theme.Text)
}

func (c *Context) scrollBar(r draw.Rect, off, total float32) {
	if total <= r.H || r.Empty() {
		return
	}
	h := max(r.H*r.H/total, 24)
	y := r.Y + (r.H-h)*off/(total-r.H)
	c.List.Rect(draw.Rect{X: r.X + r.W - 6, Y: y + 2, W: 4, H: max(h-4, 4)}, 2, c.Theme.Dim.Fade(0.6))
}
