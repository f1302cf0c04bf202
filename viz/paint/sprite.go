package paint

import (
	"image"
	"math"
)

// Small shapes that are drawn over and over, such as log cells, key caps and
// messages, are kept in the atlas as masks: four vertices instead of a hundred.
// The mask is rasterised from the very triangles that it stands for.
const (
	spriteSide  = 96 // pixels: larger shapes stay triangles
	spriteAfter = 16 // how often a shape is drawn before it is kept
	spriteKinds = 1024
)

// spriteKey is a shape but for its whole pixels and its colour.
type spriteKey struct {
	kind            shapeKind
	hidden          bool
	fx, fy          float32 // where between two pixels it begins, or has its centre
	w, h, r, stroke float32
	dash, gap       float32
}

type shapeKind uint8

const (
	rectFill shapeKind = iota
	rectStroke
	circleFill
	circleStroke
)

type sprite struct {
	glyph
	seen int
}

// spriteBits is a spriteKey as a map's key that is hashed and compared in one piece.
type spriteBits [9]uint32

func (k *spriteKey) bits() spriteBits {
	kind := uint32(k.kind) << 1
	if k.hidden {
		kind |= 1
	}
	f := math.Float32bits
	return spriteBits{kind, f(k.fx), f(k.fy), f(k.w), f(k.h), f(k.r), f(k.stroke), f(k.dash), f(k.gap)}
}

// sprite returns the place of a shape that is kept or, not yet known, is now to
// be; nil for one that is to be drawn as triangles.
func (a *atlas) sprite(key *spriteKey) *sprite {
	if a.lastSprite != nil && a.lastKey == *key {
		return a.lastSprite.use(a)
	}
	bits := key.bits()
	s := a.sprites[bits]
	if s == nil {
		if len(a.sprites) >= spriteKinds {
			// Shapes that change their size leave these behind.
			for k, s := range a.sprites {
				if !s.known {
					delete(a.sprites, k)
				}
			}
			if len(a.sprites) >= spriteKinds {
				return nil
			}
		}
		s = &sprite{}
		a.sprites[bits] = s
	}
	a.lastKey, a.lastSprite = *key, s
	return s.use(a)
}

func (s *sprite) use(a *atlas) *sprite {
	if s.known {
		return s
	}
	s.seen++
	// Half of the atlas is for glyphs.
	if s.seen <= spriteAfter || a.spriteArea > a.size*a.size/2 {
		return nil
	}
	return s
}

// keep makes a sprite of the triangles from i0 on and removes them. They lie
// around the origin and are white.
func (b *builder) keep(s *sprite, v0, i0 int) {
	a := b.atlas
	box := device{1e9, 1e9, -1e9, -1e9}
	for k := v0; k < len(b.v); k++ {
		x, y := b.v[k].DstX, b.v[k].DstY
		box = device{min(box.x0, x), min(box.y0, y), max(box.x1, x), max(box.y1, y)}
	}
	left, top := math.Floor(float64(box.x0)), math.Floor(float64(box.y0))
	w, h := int(math.Ceil(float64(box.x1))-left), int(math.Ceil(float64(box.y1))-top)
	defer func() { b.v, b.i = b.v[:v0], b.i[:i0] }()
	if len(b.i) == i0 || w <= 0 || h <= 0 || w > 2*spriteSide || h > 2*spriteSide {
		return
	}
	at, ok := a.place(w, h)
	if !ok {
		a.full = true
		return
	}
	a.mask = append(a.mask[:0], make([]float32, w*h)...)
	for k := i0; k < len(b.i); k += 3 {
		b.shade(a.mask, w, h, float32(left), float32(top), b.i[k], b.i[k+1], b.i[k+2])
	}
	a.pix = a.pix[:0]
	for _, v := range a.mask {
		c := byte(min(v, 1)*255 + 0.5)
		a.pix = append(a.pix, c, c, c, c)
	}
	a.tex.upload(image.Rect(at.X, at.Y, at.X+w, at.Y+h), a.pix)
	a.spriteArea += (w + 1) * (h + 1)
	s.glyph = glyph{u: float32(at.X), v: float32(at.Y), w: float32(w), h: float32(h), left: float32(left), top: float32(top), known: true}
}

// shade lays a triangle over the mask, as the graphics card does.
func (b *builder) shade(mask []float32, w, h int, left, top float32, i, j, k uint32) {
	p, q, r := &b.v[i], &b.v[j], &b.v[k]
	// Pixels are sampled a little beside their centres, so that none lies on an
	// edge that two triangles share.
	const beside = 0.5 + 1.0/1031
	px, py := p.DstX-left-beside, p.DstY-top-beside-1.0/4099
	qx, qy := q.DstX-left-beside, q.DstY-top-beside-1.0/4099
	rx, ry := r.DstX-left-beside, r.DstY-top-beside-1.0/4099
	area := (qx-px)*(ry-py) - (rx-px)*(qy-py)
	if area == 0 {
		return
	}
	x0, x1 := max(int(min(px, qx, rx)), 0), min(int(max(px, qx, rx))+1, w-1)
	y0, y1 := max(int(min(py, qy, ry)), 0), min(int(max(py, qy, ry))+1, h-1)
	for y := y0; y <= y1; y++ {
		for x := x0; x <= x1; x++ {
			fx, fy := float32(x), float32(y)
			u := ((qx-fx)*(ry-fy) - (rx-fx)*(qy-fy)) / area
			v := ((rx-fx)*(py-fy) - (px-fx)*(ry-fy)) / area
			if t := 1 - u - v; u >= 0 && v >= 0 && t >= 0 {
				alpha := u*p.ColorA + v*q.ColorA + t*r.ColorA
				m := &mask[y*w+x]
				*m = alpha + *m*(1-alpha)
			}
		}
	}
}

// stamp draws a glyph or a sprite whose origin lies at a whole pixel.
func (b *builder) stamp(e *glyph, x, y float32, c color) {
	x0, y0 := x+e.left, y+e.top
	n := b.room(4)
	v := b.v[n : n+4 : n+4]
	for k := range v {
		v[k].ColorR, v[k].ColorG, v[k].ColorB, v[k].ColorA = c.r, c.g, c.b, c.a
	}
	x1, y1, u1, v1 := x0+e.w, y0+e.h, e.u+e.w, e.v+e.h
	v[0].DstX, v[0].DstY, v[0].SrcX, v[0].SrcY = x0, y0, e.u, e.v
	v[1].DstX, v[1].DstY, v[1].SrcX, v[1].SrcY = x1, y0, u1, e.v
	v[2].DstX, v[2].DstY, v[2].SrcX, v[2].SrcY = x1, y1, u1, v1
	v[3].DstX, v[3].DstY, v[3].SrcX, v[3].SrcY = x0, y1, e.u, v1
	f := uint32(n)
	b.i = append(b.i, f, f+1, f+2, f, f+2, f+3)
}
