package paint

import (
	"math"
	"slices"

	"github.com/hajimehoshi/ebiten/v2"

	"raftarium/viz/draw"
	"raftarium/viz/internal/face"
)

// device is a rectangle in device pixels, from its corners.
type device struct{ x0, y0, x1, y1 float32 }

// color is premultiplied, from 0 to 1.
type color struct{ r, g, b, a float32 }

var opaque = color{1, 1, 1, 1}

func premultiply(c draw.Color) color {
	a := float32(c&0xff) / 255
	f := a / 255
	return color{float32(c>>24&0xff) * f, float32(c>>16&0xff) * f, float32(c>>8&0xff) * f, a}
}

func (c color) fade(f float32) color { return color{c.r * f, c.g * f, c.b * f, c.a * f} }

// builder turns a list into triangles. It knows no screen and keeps its memory.
type builder struct {
	v []ebiten.Vertex
	i []uint32

	scale   float32
	view    device // what can be seen at all
	clip    device
	clipped bool
	reach   device // what is being drawn lies in there, but for a fringe
	atlas   *atlas

	path  []pathPoint
	dash  []pathPoint
	spare []uint32
}

// build replaces the triangles by those of l. The list's origin is the view's
// top left corner.
func (b *builder) build(l *draw.List, scale float32, view device, a *atlas) {
	b.v, b.i = b.v[:0], b.i[:0]
	b.scale, b.view, b.clip, b.clipped, b.atlas = scale, view, view, false, a
	for k := range l.Cmds {
		c := &l.Cmds[k]
		v0, i0 := len(b.v), len(b.i)
		b.reach = everywhere
		switch c.Op {
		case draw.OpRect:
			b.rect(c)
		case draw.OpCircle:
			b.circle(c)
		case draw.OpArc:
			b.arc(c)
		case draw.OpLine:
			b.line(c, l.Points(c))
		case draw.OpPolygon:
			b.polygon(c, l.Points(c))
		case draw.OpText:
			b.text(c)
		case draw.OpClip:
			b.setClip(c.Rect)
		}
		if b.clipped && len(b.i) > i0 && !b.inside() {
			b.clipFrom(v0, i0)
		}
	}
}

// px turns a place into device pixels.
func (b *builder) px(p draw.Point) (x, y float32) {
	return b.view.x0 + p.X*b.scale, b.view.y0 + p.Y*b.scale
}

func round(v float32) float32 { return float32(math.Floor(float64(v) + 0.5)) }

// pixels is the width of a stroke along the pixel grid: whole, at least one.
func (b *builder) pixels(width float32) float32 { return max(round(width*b.scale), 1) }

// snap moves a coordinate so that a stroke of w pixels around it, or with w 0 an
// edge on it, ends between pixels.
func snap(v, w float32) float32 { return round(v-w/2) + w/2 }

func (b *builder) setClip(r draw.Rect) {
	b.clipped = !r.Empty()
	if !b.clipped {
		return
	}
	x0, y0 := b.px(draw.Point{X: r.X, Y: r.Y})
	x1, y1 := b.px(draw.Point{X: r.X + r.W, Y: r.Y + r.H})
	b.clip = device{max(round(x0), b.view.x0), max(round(y0), b.view.y0), min(round(x1), b.view.x1), min(round(y1), b.view.y1)}
}

// everywhere is what something may reach that nobody measured.
var everywhere = device{-1e9, -1e9, 1e9, 1e9}

// inside reports whether what was drawn lies inside the clip rectangle, as far as
// that is known without a look at its vertices.
func (b *builder) inside() bool {
	const fringe = 2
	r, c := &b.reach, &b.clip
	return r.x0-fringe >= c.x0 && r.y0-fringe >= c.y0 && r.x1+fringe <= c.x1 && r.y1+fringe <= c.y1
}

// hidden reports whether nothing of the rectangle can be seen. What is drawn then
// reaches no further than it.
func (b *builder) hidden(d device) bool {
	b.reach = d
	c := &b.view
	if b.clipped {
		c = &b.clip
	}
	return d.x1 < c.x0 || d.x0 > c.x1 || d.y1 < c.y0 || d.y0 > c.y1
}

// room appends n vertices and returns the first. They are to be written in place,
// for this is where the time of a frame goes: what they hold is an earlier
// frame's, but for the custom fields, which are never set.
func (b *builder) room(n int) int {
	at := len(b.v)
	if at+n > cap(b.v) {
		b.v = slices.Grow(b.v, n)
	}
	b.v = b.v[:at+n]
	return at
}

// place writes a vertex of the white square.
func place(v *ebiten.Vertex, x, y, r, g, b, a float32) {
	v.DstX, v.DstY, v.SrcX, v.SrcY = x, y, whiteUV, whiteUV
	v.ColorR, v.ColorG, v.ColorB, v.ColorA = r, g, b, a
}

// vert appends a vertex of the white square and returns its index.
func (b *builder) vert(x, y float32, c color) uint32 {
	n := b.room(1)
	place(&b.v[n], x, y, c.r, c.g, c.b, c.a)
	return uint32(n)
}

// quad appends a rectangle without a fringe.
func (b *builder) quad(d device, c color) {
	at := b.room(4)
	v := b.v[at : at+4 : at+4]
	place(&v[0], d.x0, d.y0, c.r, c.g, c.b, c.a)
	place(&v[1], d.x1, d.y0, c.r, c.g, c.b, c.a)
	place(&v[2], d.x1, d.y1, c.r, c.g, c.b, c.a)
	place(&v[3], d.x0, d.y1, c.r, c.g, c.b, c.a)
	n := uint32(at)
	b.i = append(b.i, n, n+1, n+2, n, n+2, n+3)
}

// hides reports whether the outline of c hides the edge of what it fills.
func hides(c *draw.Cmd) bool { return c.Stroke&0xff == 0xff && c.Width > 0 && c.Dash <= 0 }

func (b *builder) rect(c *draw.Cmd) {
	stroked := c.Stroke&0xff != 0 && c.Width > 0
	w := float32(0)
	if stroked {
		w = b.pixels(c.Width)
	}
	x0, y0 := b.px(draw.Point{X: c.Rect.X, Y: c.Rect.Y})
	x1, y1 := b.px(draw.Point{X: c.Rect.X + c.Rect.W, Y: c.Rect.Y + c.Rect.H})
	if c.Rect.Empty() || b.hidden(device{x0 - w, y0 - w, x1 + w, y1 + w}) {
		return
	}
	d := device{snap(x0, w), snap(y0, w), snap(x1, w), snap(y1, w)}
	// What is there is seen.
	d.x1, d.y1 = max(d.x1, d.x0+1), max(d.y1, d.y0+1)
	radius := min(c.Radius*b.scale, (d.x1-d.x0)/2, (d.y1-d.y0)/2)
	if radius < 0.5 {
		radius = 0
	}
	if c.Fill&0xff != 0 {
		fill := premultiply(c.Fill)
		if radius == 0 {
			b.quad(d, fill)
		} else {
			b.rectFill(d, radius, fill, hides(c))
		}
	}
	if !stroked {
		return
	}
	stroke := premultiply(c.Stroke)
	if radius == 0 && c.Dash <= 0 {
		h := w / 2
		b.quad(device{d.x0 - h, d.y0 - h, d.x1 + h, d.y0 + h}, stroke)
		b.quad(device{d.x0 - h, d.y1 - h, d.x1 + h, d.y1 + h}, stroke)
		b.quad(device{d.x0 - h, d.y0 + h, d.x0 + h, d.y1 - h}, stroke)
		b.quad(device{d.x1 - h, d.y0 + h, d.x1 + h, d.y1 - h}, stroke)
		return
	}
	b.rectStroke(d, radius, strokeStyle{color: stroke, width: w, dash: c.Dash * b.scale, gap: c.Gap * b.scale, closed: true, snapped: true})
}

// whole splits a coordinate into whole pixels and the rest.
func whole(v float32) (pixels, rest float32) {
	pixels = float32(math.Floor(float64(v)))
	return pixels, v - pixels
}

func (b *builder) rectFill(d device, radius float32, c color, hidden bool) {
	if w, h := d.x1-d.x0, d.y1-d.y0; w <= spriteSide && h <= spriteSide {
		x, fx := whole(d.x0)
		y, fy := whole(d.y0)
		if s := b.atlas.sprite(&spriteKey{kind: rectFill, hidden: hidden, fx: fx, fy: fy, w: w, h: h, r: radius}); s != nil {
			if !s.known {
				v0, i0 := len(b.v), len(b.i)
				b.roundRect(device{fx, fy, fx + w, fy + h}, radius)
				b.fill(opaque, hidden)
				b.keep(s, v0, i0)
			}
			if s.known {
				b.stamp(&s.glyph, x, y, c)
				return
			}
		}
	}
	b.roundRect(d, radius)
	b.fill(c, hidden)
}

func (b *builder) rectStroke(d device, radius float32, st strokeStyle) {
	if w, h := d.x1-d.x0, d.y1-d.y0; w <= spriteSide && h <= spriteSide {
		x, fx := whole(d.x0)
		y, fy := whole(d.y0)
		if s := b.atlas.sprite(&spriteKey{kind: rectStroke, fx: fx, fy: fy, w: w, h: h, r: radius, stroke: st.width, dash: st.dash, gap: st.gap}); s != nil {
			if !s.known {
				v0, i0 := len(b.v), len(b.i)
				b.roundRect(device{fx, fy, fx + w, fy + h}, radius)
				own := st
				own.color = opaque
				b.stroke(own)
				b.keep(s, v0, i0)
			}
			if s.known {
				b.stamp(&s.glyph, x, y, st.color)
				return
			}
		}
	}
	b.roundRect(d, radius)
	b.stroke(st)
}

func (b *builder) circle(c *draw.Cmd) {
	x, y := b.px(c.Center)
	r, w := c.Radius*b.scale, c.Width*b.scale
	reach := r + w/2 + 1
	if r <= 0 || b.hidden(device{x - reach, y - reach, x + reach, y + reach}) {
		return
	}
	stroked := c.Stroke&0xff != 0 && w > 0
	if c.Fill&0xff != 0 {
		b.disc(x, y, r, premultiply(c.Fill), hides(c) && w >= 1)
	}
	switch {
	case !stroked:
	case w/2 >= r:
		b.disc(x, y, r+w/2, premultiply(c.Stroke), false)
	default:
		b.ring(x, y, r, strokeStyle{color: premultiply(c.Stroke), width: w, dash: c.Dash * b.scale, gap: c.Gap * b.scale, closed: true})
	}
}

// shifted places a small circle's centre on the nearest of shifts places between
// two pixels, both ways, which the eye cannot tell apart.
func shifted(v float32) (pixels, rest float32) {
	return whole(float32(math.Floor(float64(v)*shifts+0.5)) / shifts)
}

func (b *builder) disc(x, y, r float32, c color, hidden bool) {
	if 2*r <= spriteSide {
		px, fx := shifted(x)
		py, fy := shifted(y)
		if s := b.atlas.sprite(&spriteKey{kind: circleFill, hidden: hidden, fx: fx, fy: fy, r: r}); s != nil {
			if !s.known {
				v0, i0 := len(b.v), len(b.i)
				b.circlePath(fx, fy, r)
				b.fill(opaque, hidden)
				b.keep(s, v0, i0)
			}
			if s.known {
				b.stamp(&s.glyph, px, py, c)
				return
			}
		}
	}
	b.circlePath(x, y, r)
	b.fill(c, hidden)
}

func (b *builder) ring(x, y, r float32, st strokeStyle) {
	if 2*r+st.width <= spriteSide {
		px, fx := shifted(x)
		py, fy := shifted(y)
		if s := b.atlas.sprite(&spriteKey{kind: circleStroke, fx: fx, fy: fy, r: r, stroke: st.width, dash: st.dash, gap: st.gap}); s != nil {
			if !s.known {
				v0, i0 := len(b.v), len(b.i)
				b.circlePath(fx, fy, r)
				own := st
				own.color = opaque
				b.stroke(own)
				b.keep(s, v0, i0)
			}
			if s.known {
				b.stamp(&s.glyph, px, py, st.color)
				return
			}
		}
	}
	b.circlePath(x, y, r)
	b.stroke(st)
}

func (b *builder) arc(c *draw.Cmd) {
	x, y := b.px(c.Center)
	r, w := c.Radius*b.scale, c.Width*b.scale
	reach := r + w/2 + 1
	if r <= 0 || w <= 0 || c.To <= c.From || c.Stroke&0xff == 0 || b.hidden(device{x - reach, y - reach, x + reach, y + reach}) {
		return
	}
	s := strokeStyle{color: premultiply(c.Stroke), width: min(w, 2*r), dash: c.Dash * b.scale, gap: c.Gap * b.scale, round: c.Round}
	if c.To-c.From >= 1 {
		s.closed = true
		b.circlePath(x, y, r)
	} else {
		b.arcPath(x, y, r, c.From, c.To)
	}
	b.stroke(s)
}

func (b *builder) line(c *draw.Cmd, points []draw.Point) {
	if len(points) < 2 || c.Width <= 0 || c.Stroke&0xff == 0 {
		return
	}
	s := strokeStyle{color: premultiply(c.Stroke), width: c.Width * b.scale, dash: c.Dash * b.scale, gap: c.Gap * b.scale, round: c.Round}
	if len(points) == 2 && !c.Round {
		p, q := points[0], points[1]
		if p.X == q.X || p.Y == q.Y {
			b.gridLine(p, q, s)
			return
		}
		if s.dash <= 0 && b.segment(p, q, s) {
			return
		}
	}
	s.closed = len(points) > 3 && points[0] == points[len(points)-1]
	if s.closed {
		points = points[:len(points)-1]
	}
	if b.linePath(points, s) {
		b.stroke(s)
	}
}

// gridLine strokes a horizontal or vertical line without blurring its sides.
func (b *builder) gridLine(p, q draw.Point, s strokeStyle) {
	w := max(round(s.width), 1)
	x0, y0 := b.px(p)
	x1, y1 := b.px(q)
	if p.X == q.X {
		x0 = snap(x0, w)
		x1 = x0
		if s.dash <= 0 {
			y0, y1 = round(min(y0, y1)), round(max(y0, y1))
		}
	} else {
		y0 = snap(y0, w)
		y1 = y0
		if s.dash <= 0 {
			x0, x1 = round(min(x0, x1)), round(max(x0, x1))
		}
	}
	if b.hidden(device{min(x0, x1) - w, min(y0, y1) - w, max(x0, x1) + w, max(y0, y1) + w}) {
		return
	}
	h := w / 2
	switch {
	case s.dash > 0:
		s.width, s.snapped = w, true
		b.path = b.path[:0]
		d := float32(math.Hypot(float64(x1-x0), float64(y1-y0)))
		if d == 0 {
			return
		}
		nx, ny := (y1-y0)/d, -(x1-x0)/d
		b.path = append(b.path, pathPoint{x: x0, y: y0, nx: nx, ny: ny}, pathPoint{x: x1, y: y1, nx: nx, ny: ny})
		b.stroke(s)
	case x0 == x1:
		b.quad(device{x0 - h, y0, x0 + h, max(y1, y0+1)}, s.color)
	default:
		b.quad(device{x0, y0 - h, max(x1, x0+1), y0 + h}, s.color)
	}
}

func (b *builder) polygon(c *draw.Cmd, points []draw.Point) {
	if len(points) < 3 || c.Fill&0xff == 0 || !b.polygonPath(points) {
		return
	}
	b.fill(premultiply(c.Fill), false)
}

func (b *builder) text(c *draw.Cmd) {
	px := c.Size * b.scale
	if c.Text == "" || px < 1 || c.Fill&0xff == 0 {
		return
	}
	x, y := b.px(c.Center)
	if b.hidden(device{everywhere.x0, y - px, everywhere.x1, y + px}) {
		return
	}
	switch c.Align {
	case draw.Center:
		x -= face.Of(uint8(c.Font)).Width(c.Text) * px / 2
	case draw.Right:
		x -= face.Of(uint8(c.Font)).Width(c.Text) * px
	}
	col := premultiply(c.Fill)
	a := b.atlas
	g := a.face(c.Font, px)
	// The baseline lies on the grid, half the capitals below the middle.
	base := round(y + g.cap/2)
	b.reach.x0 = x - px // no letter reaches further back than it is high
	for _, r := range c.Text {
		at := math.Floor(float64(x)*shifts+0.5) / shifts
		pixels := math.Floor(at)
		e := a.glyph(g, r, int((at-pixels)*shifts))
		x += g.face.Advance(r) * px
		if e.w == 0 {
			continue
		}
		b.stamp(e, float32(pixels), base, col)
	}
	b.reach.x1 = x + px
}
