package paint

import (
	"math"

	"raftarium/viz/draw"
)

// pathPoint is a point of an outline in device pixels with its normal, which
// points outwards (for a line, to its left) and is longer than one at corners, so
// that moving every point along it moves every side by the same distance.
type pathPoint struct {
	x, y, nx, ny float32
}

// quarters[n] is a quarter of the unit circle in n steps, from 12 o'clock
// clockwise, without its end.
var quarters = func() (q [maxQuarter + 1][]draw.Point) {
	for n := 1; n <= maxQuarter; n++ {
		q[n] = make([]draw.Point, n)
		for i := range n {
			s, c := math.Sincos(math.Pi / 2 * float64(i) / float64(n))
			q[n][i] = draw.Point{X: float32(s), Y: -float32(c)}
		}
	}
	return q
}()

const maxQuarter = 48

// swell[n] is by how much a polygon of 4n corners has to be larger than the
// circle around it to have the circle's area: without it small dots look thin.
var swell = func() (s [maxQuarter + 1]float32) {
	for n := 1; n <= maxQuarter; n++ {
		a := math.Pi / 2 / float64(n)
		s[n] = float32(math.Sqrt(a / math.Sin(a)))
	}
	return s
}()

// stepsFor[r] is how many steps a quarter of a circle with a radius of r pixels
// needs so that none is seen.
var stepsFor = func() (steps [256]int) {
	for r := range steps {
		const deviation = 0.08 // pixels
		n := math.Pi / 4 / math.Acos(1-deviation/math.Max(float64(r), 1))
		steps[r] = min(max(int(math.Round(n)), 2), maxQuarter)
	}
	return steps
}()

func quarterSteps(r float32) int { return stepsFor[min(max(int(r+0.5), 0), len(stepsFor)-1)] }

// circlePath sets the path to a circle.
func (b *builder) circlePath(x, y, r float32) {
	b.path = b.path[:0]
	n := quarterSteps(r)
	q := quarters[n]
	r *= swell[n]
	for _, p := range q {
		b.path = append(b.path, pathPoint{x + p.X*r, y + p.Y*r, p.X, p.Y})
	}
	for _, p := range q {
		b.path = append(b.path, pathPoint{x - p.Y*r, y + p.X*r, -p.Y, p.X})
	}
	for _, p := range q {
		b.path = append(b.path, pathPoint{x - p.X*r, y - p.Y*r, -p.X, -p.Y})
	}
	for _, p := range q {
		b.path = append(b.path, pathPoint{x + p.Y*r, y - p.X*r, p.Y, -p.X})
	}
}

// arcPath sets the path to a part of a circle, in turns from 12 o'clock.
func (b *builder) arcPath(x, y, r, from, to float32) {
	b.path = b.path[:0]
	n := max(int(math.Ceil(float64(to-from)*4*float64(quarterSteps(r)))), 1)
	s, c := math.Sincos(2 * math.Pi * float64(from))
	ds, dc := math.Sincos(2 * math.Pi * float64(to-from) / float64(n))
	for range n + 1 {
		nx, ny := float32(s), -float32(c)
		b.path = append(b.path, pathPoint{x + nx*r, y + ny*r, nx, ny})
		s, c = s*dc+c*ds, c*dc-s*ds
	}
}

// roundRect sets the path to a rectangle with round corners, clockwise.
func (b *builder) roundRect(d device, r float32) {
	b.path = b.path[:0]
	if r == 0 {
		// Three points at each corner, so that dashes on the sides end squarely.
		b.path = append(b.path,
			pathPoint{d.x1, d.y0, 0, -1}, pathPoint{d.x1, d.y0, 1, -1}, pathPoint{d.x1, d.y0, 1, 0},
			pathPoint{d.x1, d.y1, 1, 0}, pathPoint{d.x1, d.y1, 1, 1}, pathPoint{d.x1, d.y1, 0, 1},
			pathPoint{d.x0, d.y1, 0, 1}, pathPoint{d.x0, d.y1, -1, 1}, pathPoint{d.x0, d.y1, -1, 0},
			pathPoint{d.x0, d.y0, -1, 0}, pathPoint{d.x0, d.y0, -1, -1}, pathPoint{d.x0, d.y0, 0, -1})
		return
	}
	q := quarters[quarterSteps(r)]
	x0, y0, x1, y1 := d.x0+r, d.y0+r, d.x1-r, d.y1-r
	for _, p := range q {
		b.path = append(b.path, pathPoint{x1 + p.X*r, y0 + p.Y*r, p.X, p.Y})
	}
	b.path = append(b.path, pathPoint{d.x1, y0, 1, 0})
	for _, p := range q {
		b.path = append(b.path, pathPoint{x1 - p.Y*r, y1 + p.X*r, -p.Y, p.X})
	}
	b.path = append(b.path, pathPoint{x1, d.y1, 0, 1})
	for _, p := range q {
		b.path = append(b.path, pathPoint{x0 - p.X*r, y1 - p.Y*r, -p.X, -p.Y})
	}
	b.path = append(b.path, pathPoint{d.x0, y1, -1, 0})
	for _, p := range q {
		b.path = append(b.path, pathPoint{x0 + p.Y*r, y0 - p.X*r, p.Y, -p.X})
	}
	b.path = append(b.path, pathPoint{x0, d.y0, 0, -1})
}

// unit is the direction from (x0,y0) to (x1,y1), and whether they differ.
func unit(x0, y0, x1, y1 float32) (dx, dy float32, ok bool) {
	dx, dy = x1-x0, y1-y0
	n := float32(math.Sqrt(float64(dx*dx + dy*dy)))
	if n < 1e-4 {
		return 0, 0, false
	}
	return dx / n, dy / n, true
}

// miter is the normal at a corner between two sides with normals m and n, not
// longer than most.
func miter(mx, my, nx, ny, most float32) (float32, float32) {
	x, y := mx+nx, my+ny
	// |m+n|² = 2+2cos; the miter is (m+n)/(1+cos).
	k := (x*x + y*y) / 2
	if k < 1e-3 {
		return nx, ny
	}
	x, y = x/k, y/k
	if l := x*x + y*y; l > most*most {
		f := most / float32(math.Sqrt(float64(l)))
		x, y = x*f, y*f
	}
	return x, y
}

// polygonPath sets the path to a polygon with normals outwards. It reports
// whether there is anything to see.
func (b *builder) polygonPath(points []draw.Point) bool {
	b.path = b.path[:0]
	area := float32(0)
	box := device{1e9, 1e9, -1e9, -1e9}
	for _, p := range points {
		x, y := b.px(p)
		if n := len(b.path); n > 0 {
			if _, _, ok := unit(b.path[n-1].x, b.path[n-1].y, x, y); !ok {
				continue
			}
			area += b.path[n-1].x*y - x*b.path[n-1].y
		}
		b.path = append(b.path, pathPoint{x: x, y: y})
		box = device{min(box.x0, x), min(box.y0, y), max(box.x1, x), max(box.y1, y)}
	}
	n := len(b.path)
	if n > 1 {
		if _, _, ok := unit(b.path[n-1].x, b.path[n-1].y, b.path[0].x, b.path[0].y); !ok {
			n--
			b.path = b.path[:n]
		}
	}
	if n < 3 || b.hidden(box) {
		return false
	}
	area += b.path[n-1].x*b.path[0].y - b.path[0].x*b.path[n-1].y
	sign := float32(1)
	if area < 0 {
		sign = -1
	}
	// First every point holds the normal of the side that follows it.
	for i := range n {
		p, q := &b.path[i], &b.path[(i+1)%n]
		dx, dy, _ := unit(p.x, p.y, q.x, q.y)
		p.nx, p.ny = dy*sign, -dx*sign
	}
	mx, my := b.path[n-1].nx, b.path[n-1].ny
	for i := range n {
		p := &b.path[i]
		nx, ny := p.nx, p.ny
		p.nx, p.ny = miter(mx, my, nx, ny, 3)
		mx, my = nx, ny
	}
	return true
}

// linePath sets the path to a line through the points with normals to its left.
// A sharp corner is cut off, or with round rounded. It reports whether there is
// anything to see.
func (b *builder) linePath(points []draw.Point, s strokeStyle) bool {
	b.path, b.dash = b.path[:0], b.dash[:0]
	box := device{1e9, 1e9, -1e9, -1e9}
	for _, p := range points {
		x, y := b.px(p)
		if n := len(b.dash); n > 0 {
			if _, _, ok := unit(b.dash[n-1].x, b.dash[n-1].y, x, y); !ok {
				continue
			}
		}
		b.dash = append(b.dash, pathPoint{x: x, y: y})
		box = device{min(box.x0, x), min(box.y0, y), max(box.x1, x), max(box.y1, y)}
	}
	n := len(b.dash)
	reach := max(8*b.scale, s.width) // at a corner up to twice half the width
	if n < 2 || b.hidden(device{box.x0 - reach, box.y0 - reach, box.x1 + reach, box.y1 + reach}) {
		return false
	}
	for i := range n {
		p, q := &b.dash[i], &b.dash[(i+1)%n]
		dx, dy, _ := unit(p.x, p.y, q.x, q.y)
		p.nx, p.ny = dy, -dx
	}
	if !s.closed {
		b.dash[n-1].nx, b.dash[n-1].ny = b.dash[n-2].nx, b.dash[n-2].ny
	}
	for i := range n {
		p := b.dash[i]
		m := b.dash[(i+n-1)%n]
		cos := m.nx*p.nx + m.ny*p.ny
		switch {
		case !s.closed && (i == 0 || i == n-1):
			b.path = append(b.path, p)
		case s.round && cos < 0.9:
			b.joinRound(p, m.nx, m.ny)
		case cos < -0.1:
			b.path = append(b.path, pathPoint{p.x, p.y, m.nx, m.ny}, p)
		case s.dash > 0 && cos < 0.95:
			// Dashes on the sides are to end squarely.
			x, y := miter(m.nx, m.ny, p.nx, p.ny, 2)
			b.path = append(b.path, pathPoint{p.x, p.y, m.nx, m.ny}, pathPoint{p.x, p.y, x, y}, p)
		default:
			p.nx, p.ny = miter(m.nx, m.ny, p.nx, p.ny, 2)
			b.path = append(b.path, p)
		}
	}
	return true
}

// joinRound turns from the normal m to that of p in steps at p's place.
func (b *builder) joinRound(p pathPoint, mx, my float32) {
	angle := math.Atan2(float64(mx*p.ny-my*p.nx), float64(mx*p.nx+my*p.ny))
	n := max(int(math.Ceil(math.Abs(angle)/0.4)), 1)
	for i := range n + 1 {
		s, c := math.Sincos(angle * float64(i) / float64(n))
		nx, ny := mx*float32(c)-my*float32(s), mx*float32(s)+my*float32(c)
		b.path = append(b.path, pathPoint{p.x, p.y, nx, ny})
	}
}
