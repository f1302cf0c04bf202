// Package text measures, shortens and wraps text in the embedded faces, without
// a display. Widths are linear in the size and do not depend on the screen, so
// that layout is the same at every scale factor.
package text

import (
	"strings"
	"unicode/utf8"

	"raftarium/viz/draw"
	"raftarium/viz/internal/face"
)

// Ellipsis ends text that Truncate has shortened.
const Ellipsis = "…"

// Width is how far s reaches, in points, in face f at the size (points per em).
// It does not allocate.
func Width(f draw.Font, size float32, s string) float32 {
	return face.Of(uint8(f)).Width(s) * size
}

// Advance is how far one rune moves the pen, in points.
func Advance(f draw.Font, size float32, r rune) float32 { return face.Of(uint8(f)).Advance(r) * size }

// Ascent is how far letters reach above the baseline, Descent how far below;
// both are positive, in points.
func Ascent(f draw.Font, size float32) float32 { return face.Of(uint8(f)).Ascent * size }

// Descent is how far letters reach below the baseline, in points.
func Descent(f draw.Font, size float32) float32 { return face.Of(uint8(f)).Descent * size }

// CapHeight is the height of a capital letter in points. Text in a draw.List is
// anchored at half of it above the baseline.
func CapHeight(f draw.Font, size float32) float32 { return face.Of(uint8(f)).CapHeight * size }

// LineHeight is the usual distance of baselines in points.
func LineHeight(size float32) float32 { return size * 1.4 }

// Fit returns how many bytes of s, whole runes, fit into width, and how wide they
// are.
func Fit(f draw.Font, size float32, s string, width float32) (n int, used float32) {
	t := face.Of(uint8(f))
	for i, r := range s {
		a := t.Advance(r) * size
		if used+a > width+slack {
			return i, used
		}
		used += a
	}
	return len(s), used
}

// slack forgives the rounding of sums: what has been measured fits into its own
// measure.
const slack = 1.0 / 64

// Truncate returns s if it fits into width, else as much of its beginning as does
// together with an ellipsis, up to the end of a word if that leaves enough. Where not
// even that fits it returns "".
func Truncate(f draw.Font, size float32, s string, width float32) string {
	if n, _ := Fit(f, size, s, width); n == len(s) {
		return s
	}
	e := Advance(f, size, '…')
	if e > width+slack {
		return ""
	}
	n, _ := Fit(f, size, s, width-e)
	return s[:WordEnd(s, n)] + Ellipsis
}

// WordEnd is where s is to be cut, of which n bytes fit: behind the last whole word
// among them, or at n where that would leave less than half, as of a single long word.
// What would stand lost before an ellipsis is cut off in either case.
func WordEnd(s string, n int) int {
	end := n
	if n < len(s) && s[n] != ' ' {
		if sp := strings.LastIndexByte(s[:n], ' '); 2*sp >= n {
			end = sp
		}
	}
	if cut := len(strings.TrimRight(s[:end], " ,;:\u00b7\u2013")); cut > 0 {
		end = cut
	}
	return end
}

// Wrap breaks s into lines no wider than width: at line feeds, at spaces, and
// inside a word only where the word alone is too long. The lines are parts of s.
// An empty s has no lines.
func Wrap(f draw.Font, size float32, s string, width float32) []string {
	return AppendWrap(nil, f, size, s, width)
}

// AppendWrap is Wrap that appends to dst, for callers that reuse a slice.
func AppendWrap(dst []string, f draw.Font, size float32, s string, width float32) []string {
	if s == "" {
		return dst
	}
	for {
		para, rest, more := strings.Cut(s, "\n")
		dst = wrapLine(dst, f, size, para, width)
		if !more {
			return dst
		}
		s = rest
	}
}

// wrapLine wraps text without line feeds.
func wrapLine(dst []string, f draw.Font, size float32, s string, width float32) []string {
	for {
		n, _ := Fit(f, size, s, width)
		if n == len(s) {
			return append(dst, strings.TrimRight(s, " "))
		}
		if s[n] != ' ' {
			if sp := strings.LastIndexByte(s[:n], ' '); sp > 0 {
				n = sp
			} else if n == 0 {
				// Not even one rune fits: take it all the same, so that wrapping ends.
				_, n = utf8.DecodeRuneInString(s)
			}
		}
		dst = append(dst, strings.TrimRight(s[:n], " "))
		if s = strings.TrimLeft(s[n:], " "); s == "" {
			return dst
		}
	}
}

// Missing returns the runes of s that at least one of the faces cannot draw: a
// label that any face may show needs it empty. Control characters count as
// missing.
func Missing(s string) []rune {
	var out []rune
	for _, r := range s {
		for f := range draw.Font(face.Count) {
			if !Has(f, r) {
				out = append(out, r)
				break
			}
		}
	}
	return out
}

// Has reports whether the face has a glyph for r.
func Has(f draw.Font, r rune) bool { return r >= ' ' && face.Of(uint8(f)).Glyph(r) != 0 }
