package ui

import (
	"math"

	"raftarium/viz/draw"
)

// luminance is how bright a colour is to the eye, from 0 to 1, as WCAG 2 defines
// it. Its alpha does not count.
func luminance(c draw.Color) float64 {
	channel := func(v draw.Color) float64 {
		s := float64(v&0xff) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*channel(c>>24) + 0.7152*channel(c>>16) + 0.0722*channel(c>>8)
}

// contrast is the contrast ratio of two colours after WCAG 2, from 1 to 21; text
// needs 4.5. For colours that are not opaque use Over first.
func contrast(a, b draw.Color) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// over is the opaque colour that c makes on the opaque colour below.
func over(c, below draw.Color) draw.Color {
	return (below | 0xff).Mix(c|0xff, float32(c&0xff)/255)
}

// Readable returns ink, mixed with as much of the theme's text colour as it takes
// to be readable on the opaque colour on.
func (t *Theme) Readable(ink, on draw.Color) draw.Color {
	mixed := ink
	for f := float32(0.15); contrast(mixed, on) < 4.5 && f < 1.1; f += 0.15 {
		mixed = ink.Mix(t.Text, f)
	}
	return mixed
}
