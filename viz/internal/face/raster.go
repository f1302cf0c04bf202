package face

import (
	"image"
	"image/draw"
	"math"

	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// Rasterizer turns glyphs into masks of coverage. It reuses its memory and is
// not safe for concurrent use. Its zero value is ready.
type Rasterizer struct {
	buf  sfnt.Buffer
	r    vector.Rasterizer
	mask image.Alpha
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
	segments := m.font.segments(&z.buf, g)
	if len(segments) == 0 {
		return &z.mask, 0, 0
	}
	fit := newFitter(m, px)
	minX, minY := float32(math.Inf(1)), float32(math.Inf(1))
	maxX, maxY := float32(math.Inf(-1)), float32(math.Inf(-1))
	for i := range segments {
		for _, p := range segments[i].Args[:args(segments[i].Op)] {
			x, y := fit.x(p)+shift, fit.y(p)
			minX, maxX, minY, maxY = min(minX, x), max(maxX, x), min(minY, y), max(maxY, y)
		}
	}
	left, top = int(math.Floor(float64(minX))), int(math.Floor(float64(minY)))
	w, h := int(math.Ceil(float64(maxX)))-left, int(math.Ceil(float64(maxY)))-top
	if w <= 0 || h <= 0 {
		return &z.mask, 0, 0
	}
	z.r.Reset(w, h)
	z.r.DrawOp = draw.Src
	z.trace(segments, &fit, shift-float32(left), -float32(top))
	if n := w * h; cap(z.mask.Pix) < n {
		z.mask.Pix = make([]byte, n)
	} else {
		z.mask.Pix = z.mask.Pix[:n]
	}
	z.mask.Stride, z.mask.Rect = w, image.Rect(0, 0, w, h)
	z.r.Draw(&z.mask, z.mask.Rect, image.Opaque, image.Point{})
	return &z.mask, left, top
}

// trace hands the outline, moved by dx and dy, to the rasterizer.
func (z *Rasterizer) trace(segments sfnt.Segments, fit *fitter, dx, dy float32) {
	for i := range segments {
		var x, y [3]float32
		for k, p := range segments[i].Args[:args(segments[i].Op)] {
			x[k], y[k] = fit.x(p)+dx, fit.y(p)+dy
		}
		switch segments[i].Op {
		case sfnt.SegmentOpMoveTo:
			if i > 0 {
				z.r.ClosePath()
			}
			z.r.MoveTo(x[0], y[0])
		case sfnt.SegmentOpLineTo:
			z.r.LineTo(x[0], y[0])
		case sfnt.SegmentOpQuadTo:
			z.r.QuadTo(x[0], y[0], x[1], y[1])
		case sfnt.SegmentOpCubeTo:
			z.r.CubeTo(x[0], y[0], x[1], y[1], x[2], y[2])
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

func (f *fitter) x(p fixed.Point26_6) float32 { return float32(p.X) * f.scale }

func (f *fitter) y(p fixed.Point26_6) float32 {
	y := -float32(p.Y)
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
