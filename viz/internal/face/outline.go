package face

import (
	"fmt"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// A Glyph is the number of an outline in a face; 0 is the box that stands for
// what is missing.
type Glyph = sfnt.GlyphIndex

// outlines is a font whose measures are in its own units, y downwards.
type outlines struct {
	font               *sfnt.Font
	em                 fixed.Int26_6 // asking for this size yields the font's own units
	unitsPerEm         int32
	ascent, descent    int32 // both positive
	capHeight, xHeight int32
}

func parse(file []byte) (*outlines, error) {
	f, err := sfnt.Parse(file)
	if err != nil {
		return nil, err
	}
	o := &outlines{font: f, em: fixed.Int26_6(f.UnitsPerEm()), unitsPerEm: int32(f.UnitsPerEm())}
	m, err := f.Metrics(nil, o.em, font.HintingNone)
	if err != nil {
		return nil, fmt.Errorf("metrics: %w", err)
	}
	o.ascent, o.descent = int32(m.Ascent), int32(m.Descent)
	o.capHeight, o.xHeight = int32(m.CapHeight), int32(m.XHeight)
	return o, nil
}

// index is the glyph of a rune, 0 if there is none.
func (o *outlines) index(r rune) Glyph {
	g, err := o.font.GlyphIndex(nil, r)
	if err != nil {
		return 0
	}
	return g
}

// advance is how far a glyph moves the pen.
func (o *outlines) advance(g Glyph) int32 {
	a, err := o.font.GlyphAdvance(nil, g, o.em, font.HintingNone)
	if err != nil {
		return 0
	}
	return int32(a)
}

// segments is the outline of a glyph, empty for a blank. It is valid until the
// buffer is used again.
func (o *outlines) segments(buf *sfnt.Buffer, g Glyph) sfnt.Segments {
	s, err := o.font.LoadGlyph(buf, g, o.em, nil)
	if err != nil {
		return nil
	}
	return s
}

// args is how many points a segment has.
func args(op sfnt.SegmentOp) int {
	switch op {
	case sfnt.SegmentOpQuadTo:
		return 2
	case sfnt.SegmentOpCubeTo:
		return 3
	}
	return 1
}
