package face

import (
	"image"
	"math"
	"slices"
	"testing"
)

func TestEmbeddedFacesHaveTheMeasuresOfGoFonts(t *testing.T) {
	for f := range uint8(Count) {
		m := Of(f)
		if m.CapHeight < 0.7 || m.CapHeight > 0.75 || m.Ascent < 0.9 || m.Descent < 0.2 || m.Descent > 0.3 {
			t.Errorf("face %d: capitals %.3f, ascent %.3f, descent %.3f", f, m.CapHeight, m.Ascent, m.Descent)
		}
		for r := '1'; r <= '9'; r++ {
			if m.Advance(r) != m.Advance('0') {
				t.Errorf("face %d: %c is not as wide as 0: numbers would tremble", f, r)
			}
		}
	}
	for _, f := range []uint8{2, 3} {
		for r := rune(' '); r < 0x7f; r++ {
			if Of(f).Advance(r) != Of(f).Advance('m') {
				t.Errorf("mono face %d: %c has a width of its own", f, r)
			}
		}
	}
}

func TestTablesAgreeWithTheFont(t *testing.T) {
	m := Of(0)
	for _, r := range []rune{' ', 'A', 'é', 'Ж', '→', '∞', '…', 'ﬁ', 0x1f600, -1} {
		if got, want := m.Advance(r), m.measure(r); got != want {
			t.Errorf("%U: advance %v, in the font %v", r, got, want)
		}
	}
	if m.Glyph(0x1f600) != 0 || m.Glyph('★') != 0 || m.Glyph('→') == 0 {
		t.Error("the face has glyphs that it should not, or lacks an arrow")
	}
}

// extent is where a mask has any ink, to the pen's origin.
func extent(mask *image.Alpha, left, top int) image.Rectangle {
	var r image.Rectangle
	for y := range mask.Rect.Dy() {
		for x := range mask.Rect.Dx() {
			if mask.Pix[y*mask.Stride+x] != 0 {
				r = r.Union(image.Rect(x+left, y+top, x+left+1, y+top+1))
			}
		}
	}
	return r
}

func TestCapitalsAndXHeightEndOnWholePixels(t *testing.T) {
	var z Rasterizer
	for f := range uint8(Count) {
		m := Of(f)
		for px := float32(9); px <= 24; px++ {
			for _, r := range "HEx" {
				mask, left, top := z.Mask(m, px, m.Glyph(r), 0)
				box := extent(mask, left, top)
				want := m.CapPixels(px)
				if r == 'x' {
					want = int(math.Round(float64(float32(m.font.xHeight) / 2048 * px)))
				}
				if box.Max.Y != 0 || -box.Min.Y != want {
					t.Errorf("face %d, %g px: %c reaches from %d to %d, want 0 to %d", f, px, r, -box.Max.Y, -box.Min.Y, want)
				}
			}
		}
	}
}

func TestBarOfTIsSolid(t *testing.T) {
	var z Rasterizer
	m := Of(1)
	mask, _, _ := z.Mask(m, 16, m.Glyph('T'), 0)
	row := mask.Pix[:mask.Rect.Dx()]
	if slices.Max(row) != 0xff {
		t.Errorf("the top row of a bold T is blurred: %v", row)
	}
}

func TestComposedGlyphIsTallerThanItsBase(t *testing.T) {
	var z Rasterizer
	m := Of(0)
	_, _, plain := z.Mask(m, 32, m.Glyph('e'), 0)
	mask, _, accented := z.Mask(m, 32, m.Glyph('é'), 0)
	if accented >= plain || mask.Rect.Empty() {
		t.Errorf("é begins at %d, e at %d", accented, plain)
	}
}

func TestInkIsThatOfTheOutline(t *testing.T) {
	// The area of a large glyph hardly depends on how it is shifted.
	var z Rasterizer
	m := Of(0)
	sum := func(shift float32) (s int) {
		mask, _, _ := z.Mask(m, 60, m.Glyph('o'), shift)
		for _, v := range mask.Pix {
			s += int(v)
		}
		return s
	}
	a, b := sum(0), sum(0.5)
	if a == 0 || math.Abs(float64(a-b)) > 0.01*float64(a) {
		t.Errorf("ink %d without, %d with a shift", a, b)
	}
	if mask, _, _ := z.Mask(m, 12, m.Glyph(' '), 0); len(mask.Pix) != 0 {
		t.Error("a blank has ink")
	}
}
