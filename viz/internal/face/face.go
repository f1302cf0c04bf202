// Package face reads the embedded fonts: how wide their letters are and what they
// look like. It lies below the drawing list, which names the faces.
package face

import (
	"fmt"
	"sync"

	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/gomonobold"
	"golang.org/x/image/font/gofont/goregular"
)

// Count is how many faces there are: regular, bold, mono and mono bold, numbered
// from 0 as draw.Font numbers them.
const Count = 4

const (
	// Runes up to latinEnd and those from symbolStart to symbolEnd (punctuation,
	// arrows, mathematics, shapes) are measured through tables, others through the
	// font.
	latinEnd    = 0x250
	symbolStart = 0x2000
	symbolEnd   = 0x2700
)

// Face is a parsed face with its measures for a size of 1. It does not change and
// is safe for concurrent use.
type Face struct {
	font *outlines
	// Ascent and Descent are how far letters reach above and below the baseline,
	// both positive; CapHeight is the height of a capital.
	Ascent, Descent, CapHeight float32

	latin  [latinEnd]float32
	symbol [symbolEnd - symbolStart]float32
}

var faces = [Count]func() *Face{
	sync.OnceValue(func() *Face { return load(goregular.TTF) }),
	sync.OnceValue(func() *Face { return load(gobold.TTF) }),
	sync.OnceValue(func() *Face { return load(gomono.TTF) }),
	sync.OnceValue(func() *Face { return load(gomonobold.TTF) }),
}

// Of returns a face; one that does not exist is the first.
func Of(f uint8) *Face {
	if f >= Count {
		f = 0
	}
	return faces[f]()
}

// load parses an embedded font. That it can is proven by the tests, so a failure
// here is a broken build, not an input.
func load(ttf []byte) *Face {
	f, err := parse(ttf)
	if err != nil {
		panic(fmt.Sprintf("face: embedded font: %v", err))
	}
	em := float32(f.unitsPerEm)
	m := &Face{
		font:      f,
		Ascent:    float32(f.ascent) / em,
		Descent:   float32(f.descent) / em,
		CapHeight: float32(f.capHeight) / em,
	}
	for r := range m.latin {
		m.latin[r] = m.measure(rune(r))
	}
	for r := range m.symbol {
		m.symbol[r] = m.measure(rune(symbolStart + r))
	}
	return m
}

// measure reads an advance from the font, that of the box that stands for a
// missing glyph where there is none.
func (m *Face) measure(r rune) float32 {
	return float32(m.font.advance(m.font.index(r))) / float32(m.font.unitsPerEm)
}

// Glyph is the glyph of a rune, 0 if there is none.
func (m *Face) Glyph(r rune) Glyph { return m.font.index(r) }

// Width is how far s reaches at a size of 1.
func (m *Face) Width(s string) float32 {
	var w float32
	for _, r := range s {
		w += m.Advance(r)
	}
	return w
}

// Advance is how far a rune moves the pen at a size of 1; a missing one is as
// wide as the box that stands for it.
func (m *Face) Advance(r rune) float32 {
	switch {
	case r >= 0 && r < latinEnd:
		return m.latin[r]
	case r >= symbolStart && r < symbolEnd:
		return m.symbol[r-symbolStart]
	}
	return m.measure(r)
}
