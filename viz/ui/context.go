package ui

import (
	"raftarium/viz/draw"
	"raftarium/viz/text"
)

// Sizes of type in points, before Context.Type.
const (
	sizeTiny  = 10 // key caps
	SizeSmall = 11 // headings, notes
	SizeBody  = 13
	SizeTitle = 16
)

// Context is what widgets draw with for the length of one frame. Widgets keep no
// state: all of it is here or in their arguments.
type Context struct {
	List  *draw.List
	Tree  *Tree
	Theme *Theme
	// Pointer is where the mouse or finger is.
	Pointer draw.Point
	// Hover, Focus and Pressed are the IDs of the nodes under the pointer, with the
	// keyboard's focus, and held down; "" is none. The focus ring is drawn only
	// while FocusVisible, that is after a key rather than a click.
	Hover, Focus, Pressed string
	FocusVisible          bool
	// Type scales all text, 1 (or 0) being the usual; more for a projector.
	Type float32
	// Touch makes every target at least TouchLeast high.
	Touch bool
	// ReducedMotion asks for no blinking and no sliding.
	ReducedMotion bool
	// Tick counts ticks of 1/60 s, for the caret.
	Tick uint64

	clip draw.Rect
}

// Begin points the context at a frame's list and tree and forgets the clip of the
// last one.
func (c *Context) Begin(l *draw.List, t *Tree) { c.List, c.Tree, c.clip = l, t, draw.Rect{} }

// Size is a size of type with the scale of type applied.
func (c *Context) Size(s float32) float32 {
	if c.Type > 0 {
		return s * c.Type
	}
	return s
}

// TouchLeast is how large a target for a finger is at least, in points.
const TouchLeast = 44

// ControlHeight is how high a button or field is to be: 32 points, more for touch.
func (c *Context) ControlHeight() float32 {
	if c.Touch {
		return max(TouchLeast, c.Size(32))
	}
	return c.Size(32)
}

// RowHeight is how high a slider or switch is to be: 24 points, more for touch.
func (c *Context) RowHeight() float32 {
	if c.Touch {
		return max(TouchLeast, c.Size(24))
	}
	return c.Size(24)
}

// Width measures text at a size before the scale of type.
func (c *Context) Width(f draw.Font, size float32, s string) float32 {
	return text.Width(f, c.Size(size), s)
}

// Text draws text, shortened to width if that is more than 0, and adds nothing to
// the tree.
func (c *Context) Text(p draw.Point, s string, f draw.Font, size float32, a draw.Align, width float32, col draw.Color) {
	size = c.Size(size)
	if width > 0 {
		s = text.Truncate(f, size, s, width)
	}
	c.List.Text(p, s, f, size, a, col)
}

// Clip narrows drawing, and the rectangles of nodes that widgets add, to r
// within the present clip, and returns the present clip for Unclip.
func (c *Context) Clip(r draw.Rect) draw.Rect {
	old := c.clip
	if !old.Empty() {
		r = r.Intersect(old)
	}
	if r.Empty() {
		// An empty rectangle would end clipping; one far away hides everything.
		r = draw.Rect{X: -1e6, Y: -1e6, W: 1, H: 1}
	}
	c.clip = r
	c.List.Clip(r)
	return old
}

// Unclip returns to what Clip returned.
func (c *Context) Unclip(old draw.Rect) {
	c.clip = old
	c.List.Clip(old)
}

// add puts a widget's node into the tree, as far as it is visible.
func (c *Context) add(n Node) {
	if !c.clip.Empty() {
		n.Rect = n.Rect.Intersect(c.clip)
	}
	c.Tree.Add(n)
}

// ring draws the keyboard's focus around r if id has it.
func (c *Context) ring(id string, r draw.Rect, radius float32) {
	if c.FocusVisible && id != "" && c.Focus == id {
		c.List.Box(r.Inset(-3), radius+3, 0, c.Theme.Accent, 2)
	}
}

// Surface is base as it looks under the pointer or held down.
func (c *Context) Surface(id string, base draw.Color, disabled bool) draw.Color {
	switch {
	case disabled || id == "":
		return base
	case c.Pressed == id:
		return base.Mix(c.Theme.Text, 0.12)
	case c.Hover == id:
		return base.Mix(c.Theme.Text, 0.06)
	}
	return base
}

// primarySurface is the accent as it looks under the pointer or held down: it
// moves away from the text on it, so that that stays readable.
func (c *Context) primarySurface(id string) draw.Color {
	t := c.Theme
	away := draw.RGB(0xffffff)
	if luminance(t.OnAccent) > luminance(t.Accent) {
		away = draw.RGB(0)
	}
	switch id {
	case c.Pressed:
		return t.Accent.Mix(away, 0.2)
	case c.Hover:
		return t.Accent.Mix(away, 0.1)
	}
	return t.Accent
}
