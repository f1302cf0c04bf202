package face

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// A Glyph is the number of an outline in a face; 0 is the box that stands for
// what is missing.
type Glyph uint16

// contourPoint is a point of a glyph's outline, as a TrueType file has them: closed curves of points,
// those off the curve being control points of quadratic splines. Units are the
// font's, y upwards.
type contourPoint struct {
	x, y    int32
	on, end bool // on the curve; the last of its contour
}

// truetype reads the tables that measuring and drawing need from an embedded
// TrueType file with a Unicode map of format 4. x/image/font/sfnt reads every
// font there is, and brings the character sets of x/text into the page for it.
type truetype struct {
	unitsPerEm              int32
	ascent, descent         int32 // both positive
	capHeight, xHeight      int32
	longLoca                bool
	numHMetrics, numGlyphs  int
	cmap, hmtx, loca, glyf  []byte
	segCount                int
	endCodes, startCodes    []byte
	idDeltas, idRangeOffset []byte
}

var errShort = errors.New("truncated table")

func u16(b []byte, at int) int {
	if at < 0 || at+2 > len(b) {
		return 0
	}
	return int(binary.BigEndian.Uint16(b[at:]))
}

func i16(b []byte, at int) int32 { return int32(int16(u16(b, at))) }

func u32(b []byte, at int) int {
	if at < 0 || at+4 > len(b) {
		return 0
	}
	return int(binary.BigEndian.Uint32(b[at:]))
}

// parseTrueType reads a font's tables. It copies nothing.
func parseTrueType(file []byte) (*truetype, error) {
	tables := map[string][]byte{}
	for i := range u16(file, 4) {
		rec := 12 + 16*i
		if rec+16 > len(file) {
			return nil, errShort
		}
		at, n := u32(file, rec+8), u32(file, rec+12)
		if at < 0 || n < 0 || at > len(file) || n > len(file)-at {
			return nil, fmt.Errorf("table %q: %w", file[rec:rec+4], errShort)
		}
		tables[string(file[rec:rec+4])] = file[at : at+n]
	}
	need := []struct {
		name string
		size int
	}{{"head", 54}, {"hhea", 36}, {"maxp", 6}, {"OS/2", 90}, {"cmap", 4}, {"hmtx", 4}, {"loca", 4}, {"glyf", 10}}
	for _, t := range need {
		if len(tables[t.name]) < t.size {
			return nil, fmt.Errorf("table %q: %w", t.name, errShort)
		}
	}
	f := &truetype{
		unitsPerEm:  int32(u16(tables["head"], 18)),
		longLoca:    u16(tables["head"], 50) != 0,
		ascent:      i16(tables["hhea"], 4),
		descent:     -i16(tables["hhea"], 6),
		numHMetrics: u16(tables["hhea"], 34),
		numGlyphs:   u16(tables["maxp"], 4),
		xHeight:     i16(tables["OS/2"], 86),
		capHeight:   i16(tables["OS/2"], 88),
		hmtx:        tables["hmtx"],
		loca:        tables["loca"],
		glyf:        tables["glyf"],
	}
	if f.unitsPerEm == 0 || f.numHMetrics == 0 {
		return nil, errors.New("no size of an em or no advances")
	}
	cmap := tables["cmap"]
	for i := range u16(cmap, 2) {
		platform, encoding, at := u16(cmap, 4+8*i), u16(cmap, 6+8*i), u32(cmap, 8+8*i)
		unicode := platform == 0 || platform == 3 && encoding == 1
		if !unicode || u16(cmap, at) != 4 || at+16 > len(cmap) {
			continue
		}
		f.segCount = u16(cmap, at+6) / 2
		n := 2 * f.segCount
		if at+16+4*n > len(cmap) {
			return nil, fmt.Errorf("table %q: %w", "cmap", errShort)
		}
		// The glyph numbers follow the range offsets, which are relative to
		// themselves: that slice runs to the end of the table.
		f.endCodes = cmap[at+14:]
		f.startCodes = cmap[at+16+n:]
		f.idDeltas = cmap[at+16+2*n:]
		f.idRangeOffset = cmap[at+16+3*n:]
		return f, nil
	}
	return nil, errors.New("no Unicode map of format 4")
}

// index is the glyph of a rune, 0 if there is none.
func (f *truetype) index(r rune) Glyph {
	if r < 0 || r > 0xffff {
		return 0
	}
	lo, hi := 0, f.segCount
	for lo < hi {
		if mid := (lo + hi) / 2; u16(f.endCodes, 2*mid) < int(r) {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo == f.segCount || u16(f.startCodes, 2*lo) > int(r) {
		return 0
	}
	delta, offset := u16(f.idDeltas, 2*lo), u16(f.idRangeOffset, 2*lo)
	if offset == 0 {
		return Glyph(int(r) + delta)
	}
	g := u16(f.idRangeOffset, 2*lo+offset+2*(int(r)-u16(f.startCodes, 2*lo)))
	if g == 0 {
		return 0
	}
	return Glyph(g + delta)
}

// advance is how far a glyph moves the pen, in the font's units.
func (f *truetype) advance(g Glyph) int32 {
	return int32(u16(f.hmtx, 4*min(int(g), f.numHMetrics-1)))
}

// data is a glyph's description, empty for one without an outline.
func (f *truetype) data(g Glyph) []byte {
	var from, to int
	if f.longLoca {
		from, to = u32(f.loca, 4*int(g)), u32(f.loca, 4*int(g)+4)
	} else {
		from, to = 2*u16(f.loca, 2*int(g)), 2*u16(f.loca, 2*int(g)+2)
	}
	if int(g) >= f.numGlyphs || from < 0 || from >= to || to > len(f.glyf) {
		return nil
	}
	return f.glyf[from:to]
}

// contours appends a glyph's points, moved by dx and dy; depth guards against
// glyphs composed of themselves.
func (f *truetype) contours(dst []contourPoint, g Glyph, dx, dy int32, depth int) []contourPoint {
	b := f.data(g)
	if len(b) < 10 || depth > 4 {
		return dst
	}
	if n := int(i16(b, 0)); n >= 0 {
		return simpleContours(dst, b[10:], n, dx, dy)
	}
	const (
		wordArgs  = 1 << 0
		argsAreXY = 1 << 1
		scaled    = 1 << 3
		more      = 1 << 5
		scaledXY  = 1 << 6
		twoByTwo  = 1 << 7
	)
	for at := 10; at+4 <= len(b); {
		flags, part := u16(b, at), Glyph(u16(b, at+2))
		at += 4
		var x, y int32
		if flags&wordArgs != 0 {
			x, y = i16(b, at), i16(b, at+2)
			at += 4
		} else if at+2 <= len(b) {
			x, y = int32(int8(b[at])), int32(int8(b[at+1]))
			at += 2
		}
		if flags&argsAreXY == 0 {
			x, y = 0, 0
		}
		m := [4]int32{1 << 14, 0, 0, 1 << 14}
		switch {
		case flags&scaled != 0:
			m[0], m[3] = i16(b, at), i16(b, at)
			at += 2
		case flags&scaledXY != 0:
			m[0], m[3] = i16(b, at), i16(b, at+2)
			at += 4
		case flags&twoByTwo != 0:
			m = [4]int32{i16(b, at), i16(b, at+2), i16(b, at+4), i16(b, at+6)}
			at += 8
		}
		first := len(dst)
		dst = f.contours(dst, part, 0, 0, depth+1)
		for i := first; i < len(dst); i++ {
			p := &dst[i]
			p.x, p.y = (p.x*m[0]+p.y*m[2])>>14+x+dx, (p.x*m[1]+p.y*m[3])>>14+y+dy
		}
		if flags&more == 0 {
			break
		}
	}
	return dst
}

// simpleContours reads a glyph that is not composed of others: n ends of
// contours, instructions, which drawing at the sizes of a screen does without,
// flags, and differences of coordinates.
func simpleContours(dst []contourPoint, b []byte, n int, dx, dy int32) []contourPoint {
	const (
		onCurve = 1 << 0
		shortX  = 1 << 1
		shortY  = 1 << 2
		repeat  = 1 << 3
		sameX   = 1 << 4 // or positive, if short
		sameY   = 1 << 5
	)
	if n == 0 {
		return dst
	}
	points := u16(b, 2*n-2) + 1
	at := 2*n + 2 + u16(b, 2*n)
	first := len(dst)
	flags := make([]byte, 0, points)
	for len(flags) < points && at < len(b) {
		fl := b[at]
		at++
		flags = append(flags, fl)
		if fl&repeat != 0 && at < len(b) {
			for k := b[at]; k > 0 && len(flags) < points; k-- {
				flags = append(flags, fl)
			}
			at++
		}
	}
	coordinate := func(v int32, fl, short, same byte) int32 {
		switch {
		case fl&short != 0 && at < len(b):
			d := int32(b[at])
			at++
			if fl&same == 0 {
				d = -d
			}
			return v + d
		case fl&same == 0:
			v += i16(b, at)
			at += 2
		}
		return v
	}
	x, y := int32(0), int32(0)
	for _, fl := range flags {
		x = coordinate(x, fl, shortX, sameX)
		dst = append(dst, contourPoint{x: x + dx, on: fl&onCurve != 0})
	}
	for i, fl := range flags {
		y = coordinate(y, fl, shortY, sameY)
		dst[first+i].y = y + dy
	}
	for c := range n {
		if end := first + u16(b, 2*c); end < len(dst) {
			dst[end].end = true
		}
	}
	return dst
}
