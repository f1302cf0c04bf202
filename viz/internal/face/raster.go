package face

import (
	"image"
	"image/draw"
	"math"

	"golang.org/x/image/vector"
)

// Rasterizer turns glyphs into masks of coverage. It reuses its memory and is
// not safe for concurrent use. Its zero value is ready.
type Rasterizer struct {
	points []contourPoint
	r      vector.Rasterizer
	mask   image.Alpha
}

// overshoot is how far round letters reach beyond flat ones, in thousandths of an
// em; at the sizes of a screen that only blurs their edge.
const overshoot = 18

// CapPixels is the height of capital letters, as Mask draws them, in whole
// pixels.
func (m *Face) CapPixels(px float32) int {
	return max(int(m.CapHeight*px+0.5), 1)
}

// Mask draws a glyph at px pixels per em, shifted to the right by shift of a
// pixel. The origin of the pen lies at -left, -top of the mask, which is valid
// until the next call; it is empty for a blank. Heights are fitted to the grid:
// baseline, x-height and capitals end on whole pixels, which keeps small text
// crisp, while widths stay as they are measured.
func (z *Rasterizer) Mask(m *Face, px float32, g Glyph, shift float32) (mask *image.Alpha, left, top int) {
	z.mask = image.Alpha{Pix: z.mask.Pix[:0]}
	z.points = m.font.contours(z.points[:0], g, 0, 0, 0)
	if len(z.points) == 0 {
		return &z.mask, 0, 0
	}
	fit := newFitter(m, px)
	minX, minY := float32(math.Inf(1)), float32(math.Inf(1))
	maxX, maxY := float32(math.Inf(-1)), float32(math.Inf(-1))
	for _, p := range z.points {
		x, y := fit.x(p)+shift, fit.y(p)
		minX, maxX, minY, maxY = min(minX, x), max(maxX, x), min(minY, y), max(maxY, y)
	}
	left, top = int(math.Floor(float64(minX))), int(math.Floor(float64(minY)))
	w, h := int(math.Ceil(float64(maxX)))-left, int(math.Ceil(float64(maxY)))-top
	if w <= 0 || h <= 0 {
		return &z.mask, 0, 0
	}
	z.r.Reset(w, h)
	z.r.DrawOp = draw.Src
	dx, dy := shift-float32(left), -float32(top)
	for at := 0; at < len(z.points); {
		end := at
		for end < len(z.points)-1 && !z.points[end].end {
			end++
		}
		z.contour(z.points[at:end+1], &fit, dx, dy)
		at = end + 1
	}
	if n := w * h; cap(z.mask.Pix) < n {
		z.mask.Pix = make([]byte, n)
	} else {
		z.mask.Pix = z.mask.Pix[:n]
	}
	z.mask.Stride, z.mask.Rect = w, image.Rect(0, 0, w, h)
	z.r.Draw(&z.mask, z.mask.Rect, image.Opaque, image.Point{})
	return &z.mask, left, top
}

// contour adds one closed curve. Between two control points lies, unsaid, a point
// on the curve in their middle.
func (z *Rasterizer) contour(ps []contourPoint, fit *fitter, dx, dy float32) {
	at := func(i int) (x, y float32, on bool) {
		p := ps[i%len(ps)]
		return fit.x(p) + dx, fit.y(p) + dy, p.on
	}
	x0, y0, on := at(0)
	first := 1
	if !on {
		lx, ly, lastOn := at(len(ps) - 1)
		if lastOn {
			x0, y0 = lx, ly
		} else {
			x0, y0 = (x0+lx)/2, (y0+ly)/2
		}
		first = 0
	}
	z.r.MoveTo(x0, y0)
	for i := first; i < first+len(ps); i++ {
		x, y, on := at(i)
		if on {
			z.r.LineTo(x, y)
			continue
		}
		nx, ny, nextOn := at(i + 1)
		if i+1 >= first+len(ps) {
			nx, ny, nextOn = x0, y0, true
		}
		if !nextOn {
			nx, ny = (x+nx)/2, (y+ny)/2
		}
		z.r.QuadTo(x, y, nx, ny)
		if nextOn {
			i++
		}
	}
	z.r.ClosePath()
}

// fitter maps the font's units to pixels, y downwards: heights piece by piece
// between those lines that shall end on whole pixels.
type fitter struct {
	scale float32
	knots [8]struct{ from, to float32 }
}

func newFitter(m *Face, px float32) fitter {
	em := float32(m.font.unitsPerEm)
	s := px / em
	over := em * overshoot / 1000
	xh, cp := float32(m.font.xHeight), float32(m.font.capHeight)
	round := func(v float32) float32 { return float32(math.Round(float64(v))) }
	fx, fc := max(round(xh*s), 1), max(round(cp*s), 1)
	f := fitter{scale: s}
	f.knots[0].from, f.knots[0].to = -em, -em*s
	f.knots[1].from, f.knots[1].to = -3*over, -3*over*s
	f.knots[2].from, f.knots[2].to = -over, 0
	f.knots[3].from, f.knots[3].to = 0, 0
	f.knots[4].from, f.knots[4].to = xh, fx
	f.knots[5].from, f.knots[5].to = xh+over, fx
	f.knots[6].from, f.knots[6].to = cp, fc
	f.knots[7].from, f.knots[7].to = cp+over, fc
	if px > 48 {
		// Large type shows its true form.
		for i := range f.knots {
			f.knots[i].to = f.knots[i].from * s
		}
	}
	return f
}

func (f *fitter) x(p contourPoint) float32 { return float32(p.x) * f.scale }

func (f *fitter) y(p contourPoint) float32 {
	y := float32(p.y)
	last := f.knots[len(f.knots)-1]
	if y >= last.from {
		return -(last.to + (y-last.from)*f.scale)
	}
	for i := len(f.knots) - 2; i >= 0; i-- {
		if a, b := f.knots[i], f.knots[i+1]; y >= a.from {
			return -(a.to + (y-a.from)*(b.to-a.to)/(b.from-a.from))
		}
	}
	return -y * f.scale
}
