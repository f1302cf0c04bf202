package paint

import (
	"image"

	"raftarium/viz/draw"
	"raftarium/viz/internal/face"
)

const (
	atlasStart = 1024
	atlasMost  = 4096
	// shifts is how many places between two pixels a glyph is drawn at, so that
	// letters keep their distances.
	shifts = 4
	// sizeSteps is how many sizes there are from one pixel per em to the next.
	sizeSteps = 4
	// whiteUV is a place, both ways, in the middle of the white square.
	whiteUV = 2
)

// texture is where an atlas puts its pixels.
type texture interface {
	// upload writes premultiplied RGBA into the rectangle.
	upload(r image.Rectangle, rgba []byte)
}

// glyph is a place in the atlas and where it lies to the pen.
type glyph struct {
	u, v, w, h float32
	left, top  float32
	known      bool
}

// glyphs are those of one face in one size.
type glyphs struct {
	font  draw.Font
	face  *face.Face
	steps int // size in steps of 1/sizeSteps pixel
	cap   float32
	latin [256][shifts]glyph
	other map[rune]*[shifts]glyph
}

// atlas packs a white square and glyphs, drawn when they are first asked for,
// into one texture, shelf by shelf.
type atlas struct {
	size   int
	tex    texture
	raster face.Rasterizer
	faces  []*glyphs
	last   *glyphs
	x, y   int
	shelf  int // height of the present shelf
	full   bool
	pix    []byte

	sprites    map[spriteBits]*sprite
	spriteArea int
	lastKey    spriteKey
	lastSprite *sprite
	mask       []float32
}

// newAtlas returns an atlas of size x size pixels over tex.
func newAtlas(size int, tex texture) *atlas {
	a := &atlas{size: size, tex: tex, sprites: map[spriteBits]*sprite{}}
	white := make([]byte, 4*4*4)
	for i := range white {
		white[i] = 0xff
	}
	tex.upload(image.Rect(0, 0, 4, 4), white)
	a.x, a.shelf = 5, 5
	return a
}

// face returns the glyphs of a face at a size in pixels per em.
func (a *atlas) face(f draw.Font, px float32) *glyphs {
	steps := max(int(px*sizeSteps+0.5), sizeSteps)
	if l := a.last; l != nil && l.font == f && l.steps == steps {
		return l
	}
	for _, g := range a.faces {
		if g.font == f && g.steps == steps {
			a.last = g
			return g
		}
	}
	g := &glyphs{font: f, face: face.Of(uint8(f)), steps: steps, other: map[rune]*[shifts]glyph{}}
	g.cap = float32(g.face.CapPixels(g.px()))
	a.faces = append(a.faces, g)
	a.last = g
	return g
}

func (g *glyphs) px() float32 { return float32(g.steps) / sizeSteps }

// glyph returns a rune's place, drawing it if need be. Where the atlas is full it
// returns a blank and remembers that.
func (a *atlas) glyph(g *glyphs, r rune, shift int) *glyph {
	var e *glyph
	if r >= 0 && r < 256 {
		e = &g.latin[r][shift]
	} else {
		row := g.other[r]
		if row == nil {
			row = new([shifts]glyph)
			g.other[r] = row
		}
		e = &row[shift]
	}
	if !e.known {
		a.add(g, r, shift, e)
	}
	return e
}

func (a *atlas) add(g *glyphs, r rune, shift int, e *glyph) {
	mask, left, top := a.raster.Mask(g.face, g.px(), g.face.Glyph(r), float32(shift)/shifts)
	w, h := mask.Rect.Dx(), mask.Rect.Dy()
	if w == 0 || h == 0 {
		e.known = true
		return
	}
	at, ok := a.place(w, h)
	if !ok {
		a.full = true
		return
	}
	a.pix = a.pix[:0]
	for _, v := range mask.Pix {
		a.pix = append(a.pix, v, v, v, v)
	}
	a.tex.upload(image.Rect(at.X, at.Y, at.X+w, at.Y+h), a.pix)
	*e = glyph{u: float32(at.X), v: float32(at.Y), w: float32(w), h: float32(h), left: float32(left), top: float32(top), known: true}
}

// place finds room for w x h pixels with a free pixel around.
func (a *atlas) place(w, h int) (image.Point, bool) {
	if a.x+w+1 > a.size {
		a.x, a.y, a.shelf = 0, a.y+a.shelf, 0
	}
	if w+1 > a.size || a.y+h+1 > a.size {
		return image.Point{}, false
	}
	p := image.Pt(a.x, a.y)
	a.x += w + 1
	a.shelf = max(a.shelf, h+1)
	return p, true
}
