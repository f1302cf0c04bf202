package text

import (
	"fmt"
	"sync"

	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/gomonobold"
	"golang.org/x/image/font/gofont/goregular"

	"raftarium/viz/draw"
)

const (
	faceCount = 4
	// Runes up to latinEnd and those from symbolStart to symbolEnd (punctuation,
	// arrows, mathematics, shapes) are measured through tables, others through the
	// font.
	latinEnd    = 0x250
	symbolStart = 0x2000
	symbolEnd   = 0x2700
)

// metrics is a parsed face with its measures for a size of 1.
type metrics struct {
	font                       *truetype
	ascent, descent, capHeight float32
	latin                      [latinEnd]float32
	symbol                     [symbolEnd - symbolStart]float32
}

var faces = [faceCount]func() *metrics{
	draw.Sans:     sync.OnceValue(func() *metrics { return load(goregular.TTF) }),
	draw.SansBold: sync.OnceValue(func() *metrics { return load(gobold.TTF) }),
	draw.Mono:     sync.OnceValue(func() *metrics { return load(gomono.TTF) }),
	draw.MonoBold: sync.OnceValue(func() *metrics { return load(gomonobold.TTF) }),
}

// metricsOf returns a face; one that does not exist is the sans.
func metricsOf(f draw.Font) *metrics {
	if f >= faceCount {
		f = draw.Sans
	}
	return faces[f]()
}

// load parses an embedded font. That it can is proven by the tests, so a failure
// here is a broken build, not an input.
func load(ttf []byte) *metrics {
	f, err := parseTrueType(ttf)
	if err != nil {
		panic(fmt.Sprintf("text: embedded font: %v", err))
	}
	em := float32(f.unitsPerEm)
	m := &metrics{
		font:      f,
		ascent:    float32(f.ascent) / em,
		descent:   float32(f.descent) / em,
		capHeight: float32(f.capHeight) / em,
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
func (m *metrics) measure(r rune) float32 {
	return float32(m.font.advance(m.font.index(r))) / float32(m.font.unitsPerEm)
}

func (m *metrics) advance(r rune) float32 {
	switch {
	case r >= 0 && r < latinEnd:
		return m.latin[r]
	case r >= symbolStart && r < symbolEnd:
		return m.symbol[r-symbolStart]
	}
	return m.measure(r)
}
