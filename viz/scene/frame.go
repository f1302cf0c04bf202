// Package scene turns a picture of a cluster (cluster.View) into a drawing
// (draw.List) and a tree of roles (ui.Tree): the stage with servers, links,
// messages and clients, the log grid, the keys, the inspector, the narration,
// the timeline and the verdict.
//
// Everything here is a function of what it is given: a view, an area, options
// and a theme. There is no input, no state, no clock and no window, so that all
// of it is tested without a display. A [Scratch] holds memory for reuse and
// texts that were made before; it changes what a frame costs, never what it shows.
package scene

import (
	"time"

	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/viz/draw"
	"raftarium/viz/text"
	"raftarium/viz/ui"
)

// Options say how to show things, for all parts of the scene.
type Options struct {
	// Theme is the palette; nil is ui.Dark.
	Theme *ui.Theme
	// Type scales all text and what is sized by it; 0 is 1.
	Type float32
	// Narrow asks for the layout of a phone in portrait, Touch for hit areas of
	// at least 44 points instead of 24.
	Narrow, Touch bool
	// Selected is inspected and ringed, Hover is under the pointer and lit.
	Selected, Hover Thing
	// Event is the newest event of what is selected: at a server or client, of a lost
	// message, or with which a log entry came; zero for none.
	Event netsim.Record
	// Labels writes at messages what they say, where there is room. Leave it off
	// when time runs so fast that nobody could read them.
	Labels bool
	// Fade is the virtual time for which a lost message stays visible; 0 is 300 ms.
	Fade time.Duration
	// Ring says where on the ring servers stand while it re-forms; those that it does
	// not name, all as a rule, have even shares.
	Ring []Turn
	// Hint is one line at the foot of the stage that says what can be done, "" for none.
	Hint string
}

// Frame is one picture in the making. Fill in the exported fields and call the
// methods for the parts that are to be shown, each with its area; they append to
// List and Tree. A Frame is used once.
type Frame struct {
	View    *cluster.View
	Options Options
	List    *draw.List
	Tree    *ui.Tree
	// Scratch is reused from frame to frame by the caller; nil makes a new one.
	Scratch *Scratch
}

// Scratch is memory that frames share, one after another. The zero Scratch is
// ready for use; it must not be copied.
type Scratch struct {
	texts    texts
	kept     texts // of sayings, apart, so that they do not hold on to other texts
	sayings  map[uint64]*said
	fresh    []said // not handed out yet
	geometry Geometry
	taken    []draw.Rect
	ways     []way
	points   []draw.Point
	more     []draw.Point
	groups   []int
	cuts     cutTable
	borders  []draw.Point
	bordered []int
	untold   []borderText
	labels   []label
	spots    []spot
	cells    map[*byte]string
	lines    []string
	rows     []row
	links    *linkNames
}

func (f *Frame) scratch() *Scratch {
	if f.Scratch == nil {
		f.Scratch = new(Scratch)
	}
	return f.Scratch
}

func (f *Frame) theme() *ui.Theme {
	if f.Options.Theme == nil {
		return &ui.Dark
	}
	return f.Options.Theme
}

// ink is the colour of a term for thin shapes: on a light background the bright
// ones are darkened, so that a yellow ring can be seen. What is filled keeps the
// pure colour.
func (f *Frame) ink(c draw.Color) draw.Color {
	th := f.theme()
	if luma(th.Background) < 0.5 {
		return c
	}
	return c.Mix(th.Text&^0xff|c&0xff, max(luma(c)-0.48, 0)*0.75)
}

// luma is how bright a colour looks, from 0 to 1.
func luma(c draw.Color) float32 {
	return (0.2126*float32(c>>24) + 0.7152*float32(c>>16&0xff) + 0.0722*float32(c>>8&0xff)) / 255
}

// pt scales a length by the size of type.
func (f *Frame) pt(x float32) float32 { return f.Options.pt(x) }

func (o *Options) pt(x float32) float32 {
	if o.Type > 0 {
		return x * o.Type
	}
	return x
}

// hit is the least side of a hit area.
func (o *Options) hit() float32 {
	if o.Touch {
		return 44
	}
	return 24
}

// The sizes of type at scale 1.
const (
	sizeBody  = 13
	sizeLabel = 11
	sizeNote  = 12
	sizeSmall = 10
)

// text writes one line at p; size is at scale 1.
func (f *Frame) text(p draw.Point, s string, font draw.Font, size float32, align draw.Align, c draw.Color) {
	if s != "" {
		f.List.Text(p, s, font, f.pt(size), align, c)
	}
}

// width is that of s in points; size is at scale 1.
func (f *Frame) width(s string, font draw.Font, size float32) float32 {
	return text.Width(font, f.pt(size), s)
}

// textRect is the room that a line of text takes, anchored as List.Text does.
func (f *Frame) textRect(p draw.Point, w, size float32, align draw.Align) draw.Rect {
	h := f.pt(size) * 1.25
	switch align {
	case draw.Center:
		p.X -= w / 2
	case draw.Right:
		p.X -= w
	}
	return draw.Rect{X: p.X, Y: p.Y - h/2, W: w, H: h}
}

// fit cuts s at its end, behind a word if it can, so that it is at most w wide, and says
// so with an ellipsis.
func (f *Frame) fit(s string, font draw.Font, size, w float32) string {
	size = f.pt(size)
	if n, _ := text.Fit(font, size, s, w); n == len(s) {
		return s
	}
	n, _ := text.Fit(font, size, s, w-text.Advance(font, size, '…'))
	if n == 0 {
		return ""
	}
	return f.scratch().texts.begin().str(s[:text.WordEnd(s, n)]).str(text.Ellipsis).end()
}

// fitEnds cuts s in its middle so that it is at most w wide: names that begin
// alike tend to differ at the end.
func (f *Frame) fitEnds(s string, font draw.Font, size, w float32) string {
	if f.width(s, font, size) <= w {
		return s
	}
	end := tail(s, 4)
	begin, _ := text.Fit(font, f.pt(size), s, w-f.width(end, font, size)-text.Advance(font, f.pt(size), '…'))
	if begin == 0 || begin+len(end) >= len(s) {
		return f.fit(s, font, size, w)
	}
	return f.scratch().texts.begin().str(s[:begin]).str(text.Ellipsis).str(end).end()
}

// head writes the heading of a panel, in small capitals' place.
func (f *Frame) head(p draw.Point, s string) {
	f.text(p, s, draw.SansBold, sizeLabel, draw.Left, f.theme().Dim)
}

// take marks room as taken, for what is placed later.
func (s *Scratch) take(r draw.Rect) { s.taken = append(s.taken, r) }

// way is a line on the stage that texts keep off.
type way struct{ a, b draw.Point }

// keep has texts that are placed later keep off a line.
func (s *Scratch) keep(line ...draw.Point) {
	for i := 1; i < len(line); i++ {
		s.ways = append(s.ways, way{line[i-1], line[i]})
	}
}

// freeAround says that nothing has taken any of r, nor comes within d of it.
func (s *Scratch) freeAround(r draw.Rect, d float32) bool {
	return s.free(inset(r, -d))
}

// free says that nothing has taken any of r, and that no line runs through it.
func (s *Scratch) free(r draw.Rect) bool {
	for _, t := range s.taken {
		if r.X < t.X+t.W && t.X < r.X+r.W && r.Y < t.Y+t.H && t.Y < r.Y+r.H {
			return false
		}
	}
	for _, w := range s.ways {
		if touches(r, w.a, w.b) {
			return false
		}
	}
	return true
}

// inside says that r lies in area.
func inside(r, area draw.Rect) bool {
	return r.X >= area.X && r.Y >= area.Y && r.X+r.W <= area.X+area.W && r.Y+r.H <= area.Y+area.H
}

// around is the square of the given side, at least, with its middle at p, kept
// inside area.
func around(p draw.Point, side float32, area draw.Rect) draw.Rect {
	r := draw.Rect{X: p.X - side/2, Y: p.Y - side/2, W: side, H: side}
	r.X = min(max(r.X, area.X), max(area.X+area.W-side, area.X))
	r.Y = min(max(r.Y, area.Y), max(area.Y+area.H-side, area.Y))
	return r
}
