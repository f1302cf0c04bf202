package paint

import (
	"image"
	"math"
	"testing"

	"github.com/hajimehoshi/ebiten/v2"

	"raftarium/viz/draw"
	"raftarium/viz/ui"
)

func TestRectangleFillsExactlyItsPixels(t *testing.T) {
	needScreen(t)
	var l draw.List
	l.Rect(draw.Rect{X: 2, Y: 3, W: 4, H: 2}, 0, draw.RGB(0x3366cc))
	img := paintImage(NewPainter(), &l, 20, 20, 2)
	for y := range 20 {
		for x := range 20 {
			got := img.RGBAAt(x, y)
			inside := image.Pt(x, y).In(image.Rect(4, 6, 12, 10))
			if inside && (got.R != 0x33 || got.G != 0x66 || got.B != 0xcc || got.A != 0xff) || !inside && got.A != 0 {
				t.Fatalf("at %d, %d: %v", x, y, got)
			}
		}
	}
}

func TestRingHasNoNotch(t *testing.T) {
	needScreen(t)
	for _, scale := range []float64{1, 1.5, 2} {
		var l draw.List
		c := draw.Point{X: 60.3, Y: 59.8}
		l.Circle(c, 40, 0, white, 4)
		img := paintImage(NewPainter(), &l, int(120*scale), int(120*scale), scale)
		for k := range 720 {
			s, cos := math.Sincos(float64(k) / 720 * 2 * math.Pi)
			x, y := (60.3+40*s)*scale, (59.8-40*cos)*scale
			if a := img.RGBAAt(int(x), int(y)).A; a < 250 {
				t.Fatalf("at scale %g and %d/720 of a turn the ring's middle has an alpha of %d", scale, k, a)
			}
			x, y = (60.3+30*s)*scale, (59.8-30*cos)*scale
			if a := img.RGBAAt(int(x), int(y)).A; a != 0 {
				t.Fatalf("inside of the ring there is an alpha of %d", a)
			}
		}
	}
}

// TestFillsHaveNoSeams looks for pixels inside of shapes that are not solid.
func TestFillsHaveNoSeams(t *testing.T) {
	needScreen(t)
	var l draw.List
	l.Rect(draw.Rect{X: 5, Y: 5, W: 40, H: 30}, 8, white.Fade(0.5))
	l.Circle(draw.Point{X: 80.3, Y: 25.2}, 18, white.Fade(0.5), 0, 0)
	draw.Star(&l, draw.Point{X: 30, Y: 80}, 30, white.Fade(0.5))
	l.Polygon(white.Fade(0.5), draw.Point{X: 60, Y: 60}, draw.Point{X: 110, Y: 70}, draw.Point{X: 70, Y: 110})
	img := paintImage(NewPainter(), &l, 120, 120, 1)
	for _, in := range []image.Rectangle{image.Rect(8, 8, 42, 32), image.Rect(70, 14, 90, 36), image.Rect(24, 72, 37, 86), image.Rect(72, 72, 80, 85)} {
		for y := in.Min.Y; y < in.Max.Y; y++ {
			for x := in.Min.X; x < in.Max.X; x++ {
				if a := img.RGBAAt(x, y).A; a < 127 || a > 129 {
					t.Fatalf("at %d, %d there is an alpha of %d, want 128", x, y, a)
				}
			}
		}
	}
}

func TestListIsPaintedAtTheCornerOfASubImage(t *testing.T) {
	needScreen(t)
	dst := ebiten.NewImage(40, 40)
	defer dst.Deallocate()
	var l draw.List
	l.Rect(draw.Rect{X: 0, Y: 0, W: 5, H: 5}, 0, white)
	l.Rect(draw.Rect{X: 0, Y: 0, W: 100, H: 2}, 0, white)
	NewPainter().Paint(dst.SubImage(image.Rect(10, 20, 30, 40)).(*ebiten.Image), &l, 1)
	img := image.NewRGBA(image.Rect(0, 0, 40, 40))
	dst.ReadPixels(img.Pix)
	for _, c := range []struct {
		x, y int
		want uint8
	}{{9, 20, 0}, {10, 19, 0}, {10, 20, 255}, {14, 24, 255}, {15, 25, 0}, {29, 21, 255}, {30, 21, 0}} {
		if got := img.RGBAAt(c.x, c.y).A; got != c.want {
			t.Errorf("at %d, %d: alpha %d, want %d", c.x, c.y, got, c.want)
		}
	}
}

// TestKeptShapesLookLikeTheirTriangles paints the gallery until its small shapes
// are kept as masks and compares it with the first picture.
func TestKeptShapesLookLikeTheirTriangles(t *testing.T) {
	needScreen(t)
	var l draw.List
	gallery(&ui.Dark, &l, &ui.Tree{})
	p := NewPainter()
	first := paintImage(p, &l, galleryW, galleryH, 1)
	p.warm(&l)
	last := paintImage(p, &l, galleryW, galleryH, 1)
	if len(p.atlas.sprites) == 0 || p.atlas.spriteArea == 0 {
		t.Fatal("nothing was kept")
	}
	differ, worst := 0, 0
	for i := range first.Pix {
		d := int(first.Pix[i]) - int(last.Pix[i])
		d = max(d, -d)
		worst = max(worst, d)
		if d > 24 {
			differ++
		}
	}
	// Centres of circles move by up to an eighth of a pixel.
	if differ > len(first.Pix)/2000 {
		t.Errorf("%d of %d values differ, the worst by %d", differ, len(first.Pix), worst)
	}
}

func TestScaleMayChangeAndTheAtlasMayOverflow(t *testing.T) {
	needScreen(t)
	var l draw.List
	for s := float32(8); s < 140; s += 3 {
		l.Text(draw.Point{X: 2, Y: 50}, "raftarium 0123456789 ABCDEFGHIJ klmnopqrst", draw.Sans, s, draw.Left, white)
	}
	p := NewPainter()
	paintImage(p, &l, 200, 100, 1)
	paintImage(p, &l, 200, 100, 2)
	if p.atlas.size <= atlasStart || p.atlas.full {
		t.Errorf("the atlas has %d pixels a side (full: %v)", p.atlas.size, p.atlas.full)
	}
	img := paintImage(p, &l, 200, 100, math.NaN())
	if p.scale != 1 || img.Rect.Empty() {
		t.Errorf("a scale that is no number became %v", p.scale)
	}
}
