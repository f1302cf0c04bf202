// Package paint paints a draw.List with Ebitengine: one atlas, one batch of
// triangles, edges smoothed by a fringe of one device pixel.
package paint

import (
	"image"

	"github.com/hajimehoshi/ebiten/v2"

	"raftarium/viz/draw"
)

// Painter paints lists. It keeps its atlas and its slices from frame to frame and
// is to be used from Ebitengine's Draw.
type Painter struct {
	b     builder
	atlas *atlas
	img   *ebiten.Image
	scale float32
	opts  ebiten.DrawTrianglesOptions
}

// NewPainter returns a Painter; its images are made when it first paints.
func NewPainter() *Painter {
	return &Painter{opts: ebiten.DrawTrianglesOptions{ColorScaleMode: ebiten.ColorScaleModePremultipliedAlpha}}
}

// Paint paints the list onto dst, whose top left corner is the list's origin, at
// scale device pixels per point. It does not clear dst first. A scale that is not
// positive counts as 1.
func (p *Painter) Paint(dst *ebiten.Image, l *draw.List, scale float64) {
	s := float32(scale)
	if !(s > 0) {
		s = 1
	}
	if p.atlas == nil || p.scale != s {
		p.scale = s
		p.reset(atlasStart)
	}
	at := dst.Bounds().Min
	view := device{float32(at.X), float32(at.Y), float32(dst.Bounds().Max.X), float32(dst.Bounds().Max.Y)}
	p.b.build(l, s, view, p.atlas)
	if p.atlas.full {
		// Sizes of the past have filled it, or there is more than it can hold: begin
		// anew, with more room.
		p.reset(min(2*p.atlas.size, atlasMost))
		p.b.build(l, s, view, p.atlas)
		p.atlas.full = false
	}
	dst.DrawTriangles32(p.b.v, p.b.i, p.img, &p.opts)
}

// reset begins an empty atlas of that size.
func (p *Painter) reset(size int) {
	if p.img != nil {
		p.img.Deallocate()
	}
	p.img = ebiten.NewImageWithOptions(image.Rect(0, 0, size, size), &ebiten.NewImageOptions{Unmanaged: true})
	p.atlas = newAtlas(size, imageTexture{p.img})
}

type imageTexture struct{ img *ebiten.Image }

func (t imageTexture) upload(r image.Rectangle, rgba []byte) {
	t.img.SubImage(r).(*ebiten.Image).WritePixels(rgba)
}
