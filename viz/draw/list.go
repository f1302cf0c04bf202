// Package draw is the picture as data: a List of rounded rectangles, arcs, lines,
// polygons and text, in device-independent points. It knows nothing of
// Ebitengine. Painters (Ebitengine's batch, SVG) read a List; layout code and
// tests only ever write and read one.
package draw

// Color is a colour as 0xRRGGBBAA, not premultiplied. The zero Color is
// transparent and draws nothing.
type Color uint32

// RGB returns the opaque colour 0xRRGGBB.
func RGB(c uint32) Color { return Color(c<<8 | 0xff) }

// Fade returns c with its alpha multiplied by a, from 0 to 1.
func (c Color) Fade(a float32) Color {
	return c&^0xff | Color(float32(c&0xff)*min(max(a, 0), 1)+0.5)
}

// Mix returns the colour that is t of the way from c to d, t from 0 to 1.
func (c Color) Mix(d Color, t float32) Color {
	t = min(max(t, 0), 1)
	var out Color
	for s := 0; s < 32; s += 8 {
		a, b := float32(c>>s&0xff), float32(d>>s&0xff)
		out |= Color(a+(b-a)*t+0.5) & 0xff << s
	}
	return out
}

// Point is a place, x to the right and y down, in points.
type Point struct{ X, Y float32 }

// Rect is a rectangle from its top left corner.
type Rect struct{ X, Y, W, H float32 }

// Contains reports whether p lies in r; the right and bottom edges do not.
func (r Rect) Contains(p Point) bool {
	return p.X >= r.X && p.X < r.X+r.W && p.Y >= r.Y && p.Y < r.Y+r.H
}

// Inset returns r made smaller by d on every side; never less than empty.
func (r Rect) Inset(d float32) Rect {
	return Rect{r.X + d, r.Y + d, max(r.W-2*d, 0), max(r.H-2*d, 0)}
}

// Center is the middle of r.
func (r Rect) Center() Point { return Point{r.X + r.W/2, r.Y + r.H/2} }

// Empty reports whether nothing fits into r.
func (r Rect) Empty() bool { return r.W <= 0 || r.H <= 0 }

// Intersect returns what r and s share, or an empty Rect.
func (r Rect) Intersect(s Rect) Rect {
	x0, y0 := max(r.X, s.X), max(r.Y, s.Y)
	x1, y1 := min(r.X+r.W, s.X+s.W), min(r.Y+r.H, s.Y+s.H)
	if x1 <= x0 || y1 <= y0 {
		return Rect{}
	}
	return Rect{x0, y0, x1 - x0, y1 - y0}
}

// Font is one of the embedded faces.
type Font uint8

// The faces: Go's own fonts.
const (
	Sans Font = iota
	SansBold
	Mono
	MonoBold
)

// Align places text horizontally against its point.
type Align uint8

// The alignments.
const (
	Left Align = iota
	Center
	Right
)

// Op says what a Cmd draws.
type Op uint8

// The operations. Which fields of Cmd each reads stands behind it.
const (
	OpRect    Op = iota + 1 // Rect, Radius, Fill; Stroke and Width; Dash, Gap
	OpCircle                // Center, Radius, Fill; Stroke and Width; Dash, Gap
	OpArc                   // Center, Radius, From, To, Stroke, Width; Dash, Gap
	OpLine                  // Points[0..n], Stroke, Width; Dash, Gap; Round; closed if the last point is the first
	OpPolygon               // Points[0..n], convex or at least star-shaped around the mean of its points, Fill
	OpText                  // Center is the anchor on the text's vertical middle; Text, Font, Size, Align, Fill
	OpClip                  // Rect: what follows is clipped to it, until the next OpClip; an empty Rect ends clipping
)

// Cmd is one thing to draw. Strokes are centred on the outline.
type Cmd struct {
	Op           Op
	Font         Font
	Align        Align
	Fill, Stroke Color
	Rect         Rect
	Center       Point
	Radius       float32
	Width        float32 // of the stroke
	Dash, Gap    float32 // lengths along the stroke; Dash 0 is solid
	Round        bool    // a line's or an arc's ends are round and reach half the width further
	From, To     float32 // of an arc, in turns clockwise from 12 o'clock, From < To
	Size         float32 // of text, in points
	Text         string
	first, n     int // of Points
}

// List is a picture, in painting order. It is reused: Reset it and draw again.
// Every method appends one Cmd.
type List struct {
	Cmds   []Cmd
	points []Point
}

// Reset empties the list and keeps its memory.
func (l *List) Reset() { l.Cmds, l.points = l.Cmds[:0], l.points[:0] }

// Points returns the points of a line or polygon of this list.
func (l *List) Points(c *Cmd) []Point { return l.points[c.first : c.first+c.n] }

// Rect fills a rectangle with round corners.
func (l *List) Rect(r Rect, radius float32, fill Color) {
	l.Cmds = append(l.Cmds, Cmd{Op: OpRect, Rect: r, Radius: radius, Fill: fill})
}

// Box fills and outlines a rectangle with round corners.
func (l *List) Box(r Rect, radius float32, fill, stroke Color, width float32) {
	l.Cmds = append(l.Cmds, Cmd{Op: OpRect, Rect: r, Radius: radius, Fill: fill, Stroke: stroke, Width: width})
}

// DashedBox is Box with a dashed outline.
func (l *List) DashedBox(r Rect, radius float32, fill, stroke Color, width, dash, gap float32) {
	l.Cmds = append(l.Cmds, Cmd{Op: OpRect, Rect: r, Radius: radius, Fill: fill, Stroke: stroke, Width: width, Dash: dash, Gap: gap})
}

// Circle fills and outlines a circle.
func (l *List) Circle(c Point, radius float32, fill, stroke Color, width float32) {
	l.Cmds = append(l.Cmds, Cmd{Op: OpCircle, Center: c, Radius: radius, Fill: fill, Stroke: stroke, Width: width})
}

// DashedCircle is Circle with a dashed outline.
func (l *List) DashedCircle(c Point, radius float32, fill, stroke Color, width, dash, gap float32) {
	l.Cmds = append(l.Cmds, Cmd{Op: OpCircle, Center: c, Radius: radius, Fill: fill, Stroke: stroke, Width: width, Dash: dash, Gap: gap})
}

// Arc strokes a part of a circle, from and to in turns clockwise from 12 o'clock.
func (l *List) Arc(c Point, radius, from, to float32, stroke Color, width float32) {
	l.Cmds = append(l.Cmds, Cmd{Op: OpArc, Center: c, Radius: radius, From: from, To: to, Stroke: stroke, Width: width})
}

// Line strokes a line through the points.
func (l *List) Line(stroke Color, width float32, points ...Point) {
	l.DashedLine(stroke, width, 0, 0, points...)
}

// DashedLine strokes a dashed line through the points.
func (l *List) DashedLine(stroke Color, width, dash, gap float32, points ...Point) {
	first := len(l.points)
	l.points = append(l.points, points...)
	l.Cmds = append(l.Cmds, Cmd{Op: OpLine, Stroke: stroke, Width: width, Dash: dash, Gap: gap, first: first, n: len(points)})
}

// RoundLine strokes a line through the points with round ends.
func (l *List) RoundLine(stroke Color, width float32, points ...Point) {
	l.Line(stroke, width, points...)
	l.Cmds[len(l.Cmds)-1].Round = true
}

// RoundArc is Arc with round ends.
func (l *List) RoundArc(c Point, radius, from, to float32, stroke Color, width float32) {
	l.Arc(c, radius, from, to, stroke, width)
	l.Cmds[len(l.Cmds)-1].Round = true
}

// DashedArc is Arc, dashed.
func (l *List) DashedArc(c Point, radius, from, to float32, stroke Color, width, dash, gap float32) {
	l.Arc(c, radius, from, to, stroke, width)
	cmd := &l.Cmds[len(l.Cmds)-1]
	cmd.Dash, cmd.Gap = dash, gap
}

// Polygon fills a polygon that is convex, or star-shaped around the mean of its
// points.
func (l *List) Polygon(fill Color, points ...Point) {
	first := len(l.points)
	l.points = append(l.points, points...)
	l.Cmds = append(l.Cmds, Cmd{Op: OpPolygon, Fill: fill, first: first, n: len(points)})
}

// Text draws one line of text, anchored at p: horizontally by align, vertically
// in the middle of its capital letters.
func (l *List) Text(p Point, s string, f Font, size float32, align Align, fill Color) {
	l.Cmds = append(l.Cmds, Cmd{Op: OpText, Center: p, Text: s, Font: f, Size: size, Align: align, Fill: fill})
}

// Clip limits what follows to r, until the next Clip; an empty r ends it.
func (l *List) Clip(r Rect) { l.Cmds = append(l.Cmds, Cmd{Op: OpClip, Rect: r}) }
