package draw

import "math"

// An Icon is a small picture made of shapes, for what the embedded faces have no
// glyph for. The zero Icon draws nothing.
type Icon uint8

// The icons.
const (
	NoIcon Icon = iota
	IconPlay
	IconPause
	IconStep        // one event forward
	IconBack        // one event back
	IconRestart     // back to the start
	IconSkip        // to the next interesting event
	IconCheck       // safe
	IconCross       // lost, close
	IconChevronDown // opens a menu
	IconChevronUp
	IconChevronRight
	IconPlus
	IconMinus
	IconWarning // a triangle with an exclamation mark
	IconSlice   // a dashed cut through a link
	IconTheme   // dark or light
)

// Draw draws the icon in the middle of a square of that size in points.
func (i Icon) Draw(l *List, c Point, size float32, col Color) {
	r := size / 2
	switch i {
	case IconPlay:
		playIcon(l, c, r, col)
	case IconPause:
		pauseIcon(l, c, r, col)
	case IconStep:
		stepIcon(l, c, r, col, false)
	case IconBack:
		stepIcon(l, c, r, col, true)
	case IconRestart:
		restartIcon(l, c, r, col)
	case IconSkip:
		skipIcon(l, c, r, col)
	case IconCheck:
		Check(l, c, r, col)
	case IconCross:
		Cross(l, c, r*0.7, max(size/8, 1.25), col)
	case IconChevronDown:
		Chevron(l, c, r*0.65, Point{0, 1}, col)
	case IconChevronUp:
		Chevron(l, c, r*0.65, Point{0, -1}, col)
	case IconChevronRight:
		Chevron(l, c, r*0.65, Point{1, 0}, col)
	case IconPlus:
		w := max(size/8, 1.25)
		l.Line(col, w, Point{c.X - r*0.75, c.Y}, Point{c.X + r*0.75, c.Y})
		l.Line(col, w, Point{c.X, c.Y - r*0.75}, Point{c.X, c.Y + r*0.75})
	case IconMinus:
		l.Line(col, max(size/8, 1.25), Point{c.X - r*0.75, c.Y}, Point{c.X + r*0.75, c.Y})
	case IconWarning:
		WarningIcon(l, c, r, col)
	case IconSlice:
		sliceIcon(l, c, r, col)
	case IconTheme:
		themeIcon(l, c, r, col)
	}
}

// Star fills a five-pointed star; r reaches to its points. It marks a leader.
func Star(l *List, c Point, r float32, col Color) {
	var p [10]Point
	for i := range p {
		d := r
		if i%2 == 1 {
			d = r * 0.42
		}
		s, k := math.Sincos(float64(i) * math.Pi / 5)
		p[i] = Point{c.X + d*float32(s), c.Y - d*float32(k)}
	}
	l.Polygon(col, p[:]...)
}

// Check draws a tick mark that fits into a circle of radius r.
func Check(l *List, c Point, r float32, col Color) {
	l.RoundLine(col, max(r/3.5, 1.25),
		Point{c.X - r*0.72, c.Y + r*0.05}, Point{c.X - r*0.2, c.Y + r*0.58}, Point{c.X + r*0.75, c.Y - r*0.55})
}

// Cross draws a diagonal cross, its arms r to each side, for what is lost or
// closed.
func Cross(l *List, c Point, r, width float32, col Color) {
	l.RoundLine(col, width, Point{c.X - r, c.Y - r}, Point{c.X + r, c.Y + r})
	l.RoundLine(col, width, Point{c.X - r, c.Y + r}, Point{c.X + r, c.Y - r})
}

// playIcon fills a triangle that points to the right.
func playIcon(l *List, c Point, r float32, col Color) { triangle(l, c, r*0.85, col) }

// triangle fills a triangle about as high as 2r pointing right, or left if r is
// negative.
func triangle(l *List, c Point, r float32, col Color) {
	h := r
	if h < 0 {
		h = -h
	}
	l.Polygon(col, Point{c.X - r*0.75, c.Y - h}, Point{c.X + r*0.95, c.Y}, Point{c.X - r*0.75, c.Y + h})
}

// pauseIcon fills two bars.
func pauseIcon(l *List, c Point, r float32, col Color) {
	w, h := r*0.55, r*1.7
	l.Rect(Rect{c.X - r*0.75, c.Y - h/2, w, h}, 0, col)
	l.Rect(Rect{c.X + r*0.75 - w, c.Y - h/2, w, h}, 0, col)
}

// stepIcon draws a triangle against a bar: one event on, or back.
func stepIcon(l *List, c Point, r float32, col Color, back bool) {
	d := r
	if back {
		d = -r
	}
	triangle(l, Point{c.X - d*0.25, c.Y}, d*0.8, col)
	bar(l, c.X+d*0.75, c.Y, r, col)
}

// skipIcon draws two triangles against a bar: on to the next interesting event.
func skipIcon(l *List, c Point, r float32, col Color) {
	triangle(l, Point{c.X - r*0.55, c.Y}, r*0.6, col)
	triangle(l, Point{c.X + r*0.2, c.Y}, r*0.6, col)
	bar(l, c.X+r*0.92, c.Y, r*0.78, col)
}

func bar(l *List, x, y, r float32, col Color) {
	w := max(r*0.28, 1.25)
	l.Rect(Rect{x - w/2, y - r*0.8, w, r * 1.6}, 0, col)
}

// restartIcon draws an open circle that ends in an arrow.
func restartIcon(l *List, c Point, r float32, col Color) {
	l.Arc(c, r*0.75, 0.08, 0.9, col, max(r/4, 1.25))
	ArrowHead(l, Point{c.X + r*0.18, c.Y - r*0.75}, Point{1, -0.12}, r*0.75, col)
}

// Chevron draws an open angle whose tip points to the direction, a unit vector.
func Chevron(l *List, c Point, r float32, direction Point, col Color) {
	dx, dy := direction.X*r, direction.Y*r
	l.RoundLine(col, max(r/3, 1.4),
		Point{c.X - dx*0.5 - dy, c.Y - dy*0.5 + dx}, Point{c.X + dx*0.5, c.Y + dy*0.5}, Point{c.X - dx*0.5 + dy, c.Y - dy*0.5 - dx})
}

// ArrowHead fills a triangle with its middle at c that points to the direction,
// which need not be a unit vector; size is its length from tip to base.
func ArrowHead(l *List, c, direction Point, size float32, col Color) {
	n := float32(math.Hypot(float64(direction.X), float64(direction.Y)))
	if n == 0 {
		return
	}
	dx, dy := direction.X/n*size/2, direction.Y/n*size/2
	l.Polygon(col, Point{c.X + dx, c.Y + dy}, Point{c.X - dx - dy*0.8, c.Y - dy + dx*0.8}, Point{c.X - dx + dy*0.8, c.Y - dy - dx*0.8})
}

// Arrow draws a line from a to b with a head of that size at b.
func Arrow(l *List, a, b Point, width, head float32, col Color) {
	dx, dy := b.X-a.X, b.Y-a.Y
	n := float32(math.Hypot(float64(dx), float64(dy)))
	if n == 0 {
		return
	}
	dx, dy = dx/n, dy/n
	l.Line(col, width, a, Point{b.X - dx*head*0.9, b.Y - dy*head*0.9})
	ArrowHead(l, Point{b.X - dx*head/2, b.Y - dy*head/2}, Point{dx, dy}, head, col)
}

// WarningIcon draws a triangle with an exclamation mark.
func WarningIcon(l *List, c Point, r float32, col Color) {
	w := max(r/5, 1.25)
	a := Point{c.X, c.Y - r*0.8}
	l.RoundLine(col, w, a, Point{c.X + r*0.9, c.Y + r*0.75}, Point{c.X - r*0.9, c.Y + r*0.75}, a)
	l.Line(col, w, Point{c.X, c.Y - r*0.25}, Point{c.X, c.Y + r*0.25})
	l.Circle(Point{c.X, c.Y + r*0.48}, w*0.6, col, 0, 0)
}

// sliceIcon draws a dashed cut through a link.
func sliceIcon(l *List, c Point, r float32, col Color) {
	w := max(r/5, 1.25)
	l.Line(col.Fade(0.6), w, Point{c.X - r*0.9, c.Y}, Point{c.X + r*0.9, c.Y})
	l.DashedLine(col, w, r*0.4, r*0.25, Point{c.X + r*0.4, c.Y - r*0.9}, Point{c.X - r*0.4, c.Y + r*0.9})
}

// themeIcon draws a disc that is half filled: dark or light.
func themeIcon(l *List, c Point, r float32, col Color) {
	l.Circle(c, r*0.8, 0, col, max(r/6, 1.25))
	var half [17]Point
	for i := range half {
		s, k := math.Sincos(float64(i) / 16 * math.Pi)
		half[i] = Point{c.X + r*0.8*float32(s), c.Y - r*0.8*float32(k)}
	}
	l.Polygon(col, half[:]...)
}
