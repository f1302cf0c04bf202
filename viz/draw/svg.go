package draw

import (
	"bufio"
	"io"
	"math"
	"strconv"
	"strings"

	"raftarium/viz/internal/face"
)

var svgFamilies = [...]string{
	Sans:     `Go, 'Lucida Grande', 'DejaVu Sans', Verdana, sans-serif`,
	SansBold: `Go, 'Lucida Grande', 'DejaVu Sans', Verdana, sans-serif`,
	Mono:     `'Go Mono', 'DejaVu Sans Mono', Menlo, Consolas, monospace`,
	MonoBold: `'Go Mono', 'DejaVu Sans Mono', Menlo, Consolas, monospace`,
}

// WriteSVG writes the list as an SVG image of that size in points. Text is set in
// the reader's own fonts, stretched to the width that it has in the embedded ones
// so that it lines up. A background without opacity is left out. The error is the
// writer's.
func WriteSVG(w io.Writer, l *List, width, height float32, background Color) error {
	s := &svg{w: bufio.NewWriter(w)}
	s.str(`<svg xmlns="http://www.w3.org/2000/svg"`)
	s.num("width", width)
	s.num("height", height)
	s.str(` viewBox="0 0 `)
	s.float(width)
	s.str(" ")
	s.float(height)
	s.str("\">\n")
	if background&0xff != 0 {
		s.str(`<rect width="100%" height="100%"`)
		s.color("fill", background)
		s.str("/>\n")
	}
	for i := range l.Cmds {
		s.cmd(l, &l.Cmds[i])
	}
	s.endClip()
	s.str("</svg>\n")
	return s.w.Flush()
}

type svg struct {
	w     *bufio.Writer
	clips int
	open  bool // a clipped group
	buf   []byte
}

// The writer remembers its first error and Flush returns it.
func (s *svg) str(t string) { _, _ = s.w.WriteString(t) }

// float writes a number with at most two decimals: finer than any screen.
func (s *svg) float(v float32) {
	f := math.Round(float64(v)*100) / 100
	if math.IsNaN(f) || math.IsInf(f, 0) {
		f = 0
	}
	s.buf = strconv.AppendFloat(s.buf[:0], f, 'f', -1, 64)
	if string(s.buf) == "-0" {
		s.buf = append(s.buf[:0], '0')
	}
	_, _ = s.w.Write(s.buf)
}

func (s *svg) num(name string, v float32) {
	s.str(" " + name + `="`)
	s.float(v)
	s.str(`"`)
}

// color writes a colour and, unless it is opaque, its opacity.
func (s *svg) color(name string, c Color) {
	if c&0xff == 0 {
		s.str(" " + name + `="none"`)
		return
	}
	hex := strconv.FormatUint(uint64(c>>8)|1<<24, 16)[1:]
	s.str(" " + name + `="#` + hex + `"`)
	if a := c & 0xff; a != 0xff {
		s.num(name+"-opacity", float32(a)/255)
	}
}

// stroke writes what belongs to an outline.
func (s *svg) stroke(c *Cmd) {
	if c.Stroke&0xff == 0 || c.Width <= 0 {
		return
	}
	s.color("stroke", c.Stroke)
	s.num("stroke-width", c.Width)
	if c.Dash > 0 && c.Gap > 0 {
		s.str(` stroke-dasharray="`)
		s.float(c.Dash)
		s.str(" ")
		s.float(c.Gap)
		s.str(`"`)
	}
	if c.Round {
		s.str(` stroke-linecap="round" stroke-linejoin="round"`)
	}
}

func (s *svg) cmd(l *List, c *Cmd) {
	switch c.Op {
	case OpRect:
		if c.Rect.Empty() {
			return
		}
		s.str("<rect")
		s.num("x", c.Rect.X)
		s.num("y", c.Rect.Y)
		s.num("width", c.Rect.W)
		s.num("height", c.Rect.H)
		if c.Radius > 0 {
			s.num("rx", min(c.Radius, c.Rect.W/2, c.Rect.H/2))
		}
		s.color("fill", c.Fill)
		s.stroke(c)
		s.str("/>\n")
	case OpCircle:
		s.circle(c)
	case OpArc:
		s.arc(c)
	case OpLine, OpPolygon:
		s.points(l.Points(c), c)
	case OpText:
		s.text(c)
	case OpClip:
		s.endClip()
		if !c.Rect.Empty() {
			s.clip(c.Rect)
		}
	}
}

func (s *svg) circle(c *Cmd) {
	s.str("<circle")
	s.num("cx", c.Center.X)
	s.num("cy", c.Center.Y)
	s.num("r", c.Radius)
	s.color("fill", c.Fill)
	s.stroke(c)
	s.str("/>\n")
}

func (s *svg) arc(c *Cmd) {
	span := c.To - c.From
	if span <= 0 {
		return
	}
	if span >= 1 {
		full := *c
		full.Fill = 0
		s.circle(&full)
		return
	}
	at := func(turns float32) {
		sin, cos := math.Sincos(2 * math.Pi * float64(turns))
		s.float(c.Center.X + c.Radius*float32(sin))
		s.str(" ")
		s.float(c.Center.Y - c.Radius*float32(cos))
	}
	s.str(`<path d="M`)
	at(c.From)
	s.str("A")
	s.float(c.Radius)
	s.str(" ")
	s.float(c.Radius)
	if span > 0.5 {
		s.str(" 0 1 1 ")
	} else {
		s.str(" 0 0 1 ")
	}
	at(c.To)
	s.str(`" fill="none"`)
	s.stroke(c)
	s.str("/>\n")
}

func (s *svg) points(points []Point, c *Cmd) {
	if len(points) < 2 {
		return
	}
	if c.Op == OpPolygon {
		s.str(`<polygon points="`)
	} else {
		s.str(`<polyline points="`)
	}
	for i, p := range points {
		if i > 0 {
			s.str(" ")
		}
		s.float(p.X)
		s.str(",")
		s.float(p.Y)
	}
	s.str(`"`)
	s.color("fill", c.Fill)
	s.stroke(c)
	s.str("/>\n")
}

// svgEscape makes text safe inside of an element.
var svgEscape = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

func (s *svg) text(c *Cmd) {
	if c.Text == "" || c.Size <= 0 || c.Fill&0xff == 0 {
		return
	}
	font := min(c.Font, MonoBold)
	f := face.Of(uint8(font))
	s.str("<text")
	s.num("x", c.Center.X)
	s.num("y", c.Center.Y+c.Size*f.CapHeight/2)
	s.num("font-size", c.Size)
	s.str(` font-family="` + svgFamilies[font] + `"`)
	if font == SansBold || font == MonoBold {
		s.str(` font-weight="700"`)
	}
	switch c.Align {
	case Center:
		s.str(` text-anchor="middle"`)
	case Right:
		s.str(` text-anchor="end"`)
	}
	s.num("textLength", f.Width(c.Text)*c.Size)
	s.str(` lengthAdjust="spacingAndGlyphs"`)
	s.color("fill", c.Fill)
	s.str(` xml:space="preserve">`)
	s.str(svgEscape.Replace(strings.Map(xmlRune, c.Text)))
	s.str("</text>\n")
}

// xmlRune replaces what an XML document must not contain.
func xmlRune(r rune) rune {
	if r < ' ' && r != '\t' && r != '\n' || r == 0xfffe || r == 0xffff {
		return '\ufffd'
	}
	return r
}

func (s *svg) clip(r Rect) {
	s.clips++
	id := "clip" + strconv.Itoa(s.clips)
	s.str(`<clipPath id="` + id + `"><rect`)
	s.num("x", r.X)
	s.num("y", r.Y)
	s.num("width", r.W)
	s.num("height", r.H)
	s.str(`/></clipPath><g clip-path="url(#` + id + ")\">\n")
	s.open = true
}

func (s *svg) endClip() {
	if s.open {
		s.str("</g>\n")
		s.open = false
	}
}
