package paint

import (
	"math"

	"raftarium/viz/draw"
)

// fill fills the path, which its middle can see all of, with a fringe of one
// pixel across its edge; without it if the edge is going to be hidden.
func (b *builder) fill(c color, hidden bool) {
	n := len(b.path)
	if n < 3 {
		return
	}
	if hidden {
		first := uint32(len(b.v))
		for k := range b.path {
			b.vert(b.path[k].x, b.path[k].y, c)
		}
		for k := uint32(2); k < uint32(n); k++ {
			b.i = append(b.i, first, first+k-1, first+k)
		}
		return
	}
	// The edge from inside and from outside, corner by corner, and the middle.
	at := b.room(2*n + 1)
	v := b.v[at : at+2*n+1 : at+2*n+1]
	var mx, my float32
	for k := range b.path {
		p := &b.path[k]
		mx, my = mx+p.x, my+p.y
		place(&v[2*k], p.x-p.nx/2, p.y-p.ny/2, c.r, c.g, c.b, c.a)
		place(&v[2*k+1], p.x+p.nx/2, p.y+p.ny/2, 0, 0, 0, 0)
	}
	place(&v[2*n], mx/float32(n), my/float32(n), c.r, c.g, c.b, c.a)
	first, center := uint32(at), uint32(at+2*n)
	prev := first + uint32(2*(n-1))
	for k := range uint32(n) {
		at := first + 2*k
		b.i = append(b.i, center, prev, at, prev, prev+1, at, prev+1, at+1, at)
		prev = at
	}
}

// strokeStyle is how a path is stroked; lengths in device pixels.
type strokeStyle struct {
	color     color
	width     float32
	dash, gap float32
	closed    bool // the path's end joins its start
	round     bool // ends are round
	snapped   bool // straight parts along the grid already end between pixels
}

// stroke strokes the path.
func (b *builder) stroke(s strokeStyle) {
	if s.dash <= 0 || s.gap <= 0 {
		b.strip(b.path, s, s.closed)
		return
	}
	b.dashes(s)
}

// dashes cuts the path into dashes and strokes them. On a closed path the pattern
// is stretched a little so that it comes out even.
func (b *builder) dashes(s strokeStyle) {
	path := b.path
	n := len(path)
	sides := n - 1
	if s.closed {
		sides = n
	}
	total := float32(0)
	for k := range sides {
		p, q := &path[k], &path[(k+1)%n]
		total += hypot(q.x-p.x, q.y-p.y)
	}
	period := s.dash + s.gap
	// More dashes than that are a blur, and a denial of service.
	if total <= 0 || total/period > 4096 {
		return
	}
	if s.closed {
		k := max(round(total/period), 1)
		f := total / k / period
		s.dash, period = s.dash*f, period*f
	}
	if n == 2 && s.width <= 1 && !s.snapped && !s.round && s.dash > 1 {
		b.thinDashes(&path[0], &path[1], total, period, &s)
		return
	}
	b.dash = b.dash[:0]
	on, left := true, s.dash
	b.dash = append(b.dash, path[0])
	for k := range sides {
		p, q := path[k], path[(k+1)%n]
		length := hypot(q.x-p.x, q.y-p.y)
		if length == 0 {
			if on {
				b.dash = append(b.dash, q)
			}
			continue
		}
		// Along a side that is not part of a curve both ends have its own normal.
		for at := float32(0); ; {
			if length-at < left {
				left -= length - at
				if on {
					b.dash = append(b.dash, q)
				}
				break
			}
			at += left
			m := between(p, q, at/length)
			if on {
				b.dash = append(b.dash, m)
				b.strip(b.dash, s, false)
				b.dash = b.dash[:0]
				left = period - s.dash
			} else {
				b.dash = append(b.dash[:0], m)
				left = s.dash
			}
			on = !on
		}
	}
	if on && len(b.dash) > 1 {
		b.strip(b.dash, s, false)
	}
}

// thinDashes strokes the dashes of a straight hairline: there are hundreds on
// stage, the links, so theirs is a short way. Each is a solid middle line with a
// fringe to its sides and a tip at its ends.
func (b *builder) thinDashes(p, q *pathPoint, total, period float32, s *strokeStyle) {
	dx, dy := (q.x-p.x)/total, (q.y-p.y)/total
	nx, ny := p.nx, p.ny
	c := s.color.fade(s.width)
	for at := float32(0); at < total; at += period {
		end := min(at+s.dash, total)
		if end-at <= 1 {
			break
		}
		n := b.room(8)
		v := b.v[n : n+8 : n+8]
		for k := range v {
			v[k].SrcX, v[k].SrcY = whiteUV, whiteUV
			v[k].ColorR, v[k].ColorG, v[k].ColorB, v[k].ColorA = 0, 0, 0, 0
		}
		// A third of a pixel, for a tip has a third of its length's ink.
		x0, y0 := p.x+dx*(at+1.0/3), p.y+dy*(at+1.0/3)
		x1, y1 := p.x+dx*(end-1.0/3), p.y+dy*(end-1.0/3)
		v[0].DstX, v[0].DstY = x0-dx, y0-dy
		v[1].DstX, v[1].DstY = x0+nx, y0+ny
		v[2].DstX, v[2].DstY = x0, y0
		v[3].DstX, v[3].DstY = x0-nx, y0-ny
		v[4].DstX, v[4].DstY = x1+nx, y1+ny
		v[5].DstX, v[5].DstY = x1, y1
		v[6].DstX, v[6].DstY = x1-nx, y1-ny
		v[7].DstX, v[7].DstY = x1+dx, y1+dy
		for _, k := range [2]int{2, 5} {
			v[k].ColorR, v[k].ColorG, v[k].ColorB, v[k].ColorA = c.r, c.g, c.b, c.a
		}
		f := uint32(n)
		b.i = append(b.i, f, f+1, f+2, f, f+2, f+3,
			f+1, f+2, f+4, f+4, f+2, f+5, f+2, f+3, f+5, f+5, f+3, f+6,
			f+4, f+5, f+7, f+5, f+6, f+7)
	}
}

// segment strokes a straight line: signs on messages, hatching, links, of which there
// are hundreds, so theirs is a short way too. It is a solid quadrilateral, half a pixel
// less than the line to all sides, with a fringe around it. It reports whether it did;
// what is shorter than a pixel is left to strip.
func (b *builder) segment(from, to draw.Point, s strokeStyle) bool {
	x0, y0 := b.px(from)
	x1, y1 := b.px(to)
	dx, dy, ok := unit(x0, y0, x1, y1)
	if !ok || (x1-x0)*dx+(y1-y0)*dy < 1 {
		return false
	}
	in, out, c := s.width/2-0.5, s.width/2+0.5, s.color
	if s.width <= 1 {
		in, out, c = 0, 1, c.fade(s.width)
	}
	if b.hidden(device{min(x0, x1) - out, min(y0, y1) - out, max(x0, x1) + out, max(y0, y1) + out}) {
		return true
	}
	at := b.room(8)
	v := b.v[at : at+8 : at+8]
	ix, iy, ox, oy, ex, ey := dy*in, -dx*in, dy*out, -dx*out, dx/2, dy/2
	place(&v[0], x0+ex+ix, y0+ey+iy, c.r, c.g, c.b, c.a)
	place(&v[1], x1-ex+ix, y1-ey+iy, c.r, c.g, c.b, c.a)
	place(&v[2], x1-ex-ix, y1-ey-iy, c.r, c.g, c.b, c.a)
	place(&v[3], x0+ex-ix, y0+ey-iy, c.r, c.g, c.b, c.a)
	place(&v[4], x0-ex+ox, y0-ey+oy, 0, 0, 0, 0)
	place(&v[5], x1+ex+ox, y1+ey+oy, 0, 0, 0, 0)
	place(&v[6], x1+ex-ox, y1+ey-oy, 0, 0, 0, 0)
	place(&v[7], x0-ex-ox, y0-ey-oy, 0, 0, 0, 0)
	f := uint32(at)
	if in > 0 {
		b.i = append(b.i, f, f+1, f+2, f, f+2, f+3)
	}
	b.i = append(b.i,
		f, f+4, f+1, f+1, f+4, f+5, f+1, f+5, f+2, f+2, f+5, f+6,
		f+2, f+6, f+3, f+3, f+6, f+7, f+3, f+7, f, f, f+7, f+4)
	return true
}

func hypot(x, y float32) float32 { return float32(math.Sqrt(float64(x*x + y*y))) }

// between is the point f of the way from p to q.
func between(p, q pathPoint, f float32) pathPoint {
	return pathPoint{p.x + (q.x-p.x)*f, p.y + (q.y-p.y)*f, p.nx + (q.nx-p.nx)*f, p.ny + (q.ny-p.ny)*f}
}

// profile is a cut across a stroke: how far to the sides its vertices lie and how
// opaque they are.
type profile struct {
	n     int
	off   [4]float32
	alpha [4]float32
}

func (s *strokeStyle) profile(path []pathPoint) profile {
	h := s.width / 2
	switch {
	case s.snapped && straight(path):
		return profile{n: 2, off: [4]float32{h, -h}, alpha: [4]float32{1, 1}}
	case s.width <= 1:
		return profile{n: 3, off: [4]float32{1, 0, -1}, alpha: [4]float32{0, s.width, 0}}
	}
	return profile{n: 4, off: [4]float32{h + 0.5, h - 0.5, 0.5 - h, -h - 0.5}, alpha: [4]float32{0, 1, 1, 0}}
}

// straight reports whether the path runs along the grid.
func straight(path []pathPoint) bool {
	a := &path[0]
	if len(path) < 2 || a.nx != 0 && a.ny != 0 {
		return false
	}
	for k := range path[1:] {
		if p := &path[k+1]; p.nx != a.nx || p.ny != a.ny {
			return false
		}
	}
	return true
}

// strip strokes a path without dashes.
func (b *builder) strip(path []pathPoint, s strokeStyle, closed bool) {
	n := len(path)
	if n < 2 {
		return
	}
	pr := s.profile(path)
	if closed {
		first := b.cut(&path[0], 0, 0, &pr, s.color, 1)
		prev := first
		for k := 1; k < n; k++ {
			at := b.cut(&path[k], 0, 0, &pr, s.color, 1)
			b.join(prev, at, &pr)
			prev = at
		}
		b.join(prev, first, &pr)
		return
	}
	p, q := &path[0], &path[n-1]
	sx, sy, _ := unit(p.x, p.y, path[1].x, path[1].y)
	ex, ey, _ := unit(path[n-2].x, path[n-2].y, q.x, q.y)
	if sx == 0 && sy == 0 {
		sx, sy = -p.ny, p.nx
	}
	if ex == 0 && ey == 0 {
		ex, ey = -q.ny, q.nx
	}
	// Ends are smoothed half a pixel outwards and half a pixel inwards; the middle
	// of a dash shorter than that is as faint as it is short.
	soft, faint := float32(0.5), float32(1)
	if n == 2 {
		if d := hypot(q.x-p.x, q.y-p.y); d < 1 {
			soft, faint = d/2, d
		}
	}
	if s.round {
		soft = 0
	}
	prev := uint32(0)
	if !s.round {
		prev = b.cut(p, sx*soft, sy*soft, &pr, s.color, faint)
		b.flatEnd(p, -sx, -sy, prev, &pr)
	} else {
		b.roundEnd(p, -sx, -sy, s)
		prev = b.cut(p, 0, 0, &pr, s.color, 1)
	}
	for k := 1; k < n-1; k++ {
		at := b.cut(&path[k], 0, 0, &pr, s.color, 1)
		b.join(prev, at, &pr)
		prev = at
	}
	at := b.cut(q, -ex*soft, -ey*soft, &pr, s.color, faint)
	b.join(prev, at, &pr)
	if s.round {
		b.roundEnd(q, ex, ey, s)
		return
	}
	b.flatEnd(q, ex, ey, at, &pr)
}

// flatEnd smooths a stroke's end half a pixel beyond p towards (dx, dy). The
// corners of the fringe are left out.
func (b *builder) flatEnd(p *pathPoint, dx, dy float32, cut uint32, pr *profile) {
	x, y := p.x+dx/2, p.y+dy/2
	if pr.n == 3 {
		tip := b.vert(x, y, color{})
		b.i = append(b.i, cut, cut+1, tip, cut+1, cut+2, tip)
		return
	}
	// The outermost opaque vertices.
	first, last := uint32(0), uint32(1)
	if pr.n == 4 {
		first, last = 1, 2
	}
	o, z := pr.off[first], pr.off[last]
	e := b.vert(x+p.nx*o, y+p.ny*o, color{})
	f := b.vert(x+p.nx*z, y+p.ny*z, color{})
	b.i = append(b.i, cut+first, cut+last, e, e, cut+last, f)
	if pr.n == 4 {
		b.i = append(b.i, cut, cut+1, e, cut+2, cut+3, f)
	}
}

// cut appends the vertices across a stroke at p, moved by (dx, dy), and returns
// the first of them.
func (b *builder) cut(p *pathPoint, dx, dy float32, pr *profile, c color, opacity float32) uint32 {
	at := uint32(len(b.v))
	for k := range pr.n {
		o := pr.off[k]
		b.vert(p.x+p.nx*o+dx, p.y+p.ny*o+dy, c.fade(pr.alpha[k]*opacity))
	}
	return at
}

// join fills between two cuts.
func (b *builder) join(p, q uint32, pr *profile) {
	for k := range uint32(pr.n - 1) {
		b.i = append(b.i, p+k, p+k+1, q+k, q+k, p+k+1, q+k+1)
	}
}

// roundEnd closes a stroke at p with half a disc towards (dx, dy).
func (b *builder) roundEnd(p *pathPoint, dx, dy float32, s strokeStyle) {
	h, alpha := s.width/2, float32(1)
	if h < 0.5 {
		h, alpha = 0.5, s.width
	}
	c := s.color.fade(alpha)
	steps := 2 * quarterSteps(h)
	center := b.vert(p.x, p.y, c)
	// From the normal over the end's direction to the other side.
	for k := range steps + 1 {
		sin, cos := math.Sincos(math.Pi * float64(k) / float64(steps))
		x, y := p.nx*float32(cos)+dx*float32(sin), p.ny*float32(cos)+dy*float32(sin)
		at := b.vert(p.x+x*(h-0.5), p.y+y*(h-0.5), c)
		b.vert(p.x+x*(h+0.5), p.y+y*(h+0.5), color{})
		if k > 0 {
			b.i = append(b.i, center, at-2, at, at-2, at-1, at, at-1, at+1, at)
		}
	}
}
