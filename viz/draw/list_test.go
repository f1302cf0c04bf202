package draw

import "testing"

func TestFadeAndMix(t *testing.T) {
	if got := RGB(0x102030).Fade(0.5); got != 0x10203080 {
		t.Errorf("half of opaque = %08x", uint32(got))
	}
	if got := RGB(0x102030).Fade(7); got != 0x102030ff {
		t.Errorf("more than opaque = %08x", uint32(got))
	}
	a, b := Color(0x00ff0080), Color(0xff00ffff)
	if a.Mix(b, 0) != a || a.Mix(b, 1) != b || a.Mix(b, -3) != a {
		t.Error("the ends of a mix are not its colours")
	}
	if got := RGB(0).Mix(RGB(0xffffff), 0.5); got != 0x808080ff {
		t.Errorf("the middle of black and white = %08x", uint32(got))
	}
}

func TestRectangles(t *testing.T) {
	r := Rect{10, 10, 20, 10}
	if !r.Contains(Point{10, 10}) || r.Contains(Point{30, 15}) || r.Contains(Point{15, 20}) {
		t.Error("a rectangle holds its right or bottom edge, or not its corner")
	}
	if got := r.Inset(6); got != (Rect{16, 16, 8, 0}) || !got.Empty() {
		t.Errorf("inset %v", got)
	}
	if got := r.Intersect(Rect{25, 0, 100, 15}); got != (Rect{25, 10, 5, 5}) {
		t.Errorf("intersection %v", got)
	}
	if got := r.Intersect(Rect{30, 0, 5, 50}); got != (Rect{}) {
		t.Errorf("touching rectangles share %v", got)
	}
}

func TestEveryIconDrawsWithinItsSquare(t *testing.T) {
	for i := IconPlay; i <= IconTheme; i++ {
		var l List
		i.Draw(&l, Point{100, 100}, 20, RGB(1))
		if len(l.Cmds) == 0 {
			t.Errorf("icon %d draws nothing", i)
		}
		room := Rect{89, 89, 22, 22}
		for k := range l.Cmds {
			c := &l.Cmds[k]
			points := append([]Point(nil), l.Points(c)...)
			switch c.Op {
			case OpRect:
				points = append(points, Point{c.Rect.X, c.Rect.Y}, Point{c.Rect.X + c.Rect.W, c.Rect.Y + c.Rect.H})
			case OpCircle, OpArc:
				points = append(points, Point{c.Center.X - c.Radius, c.Center.Y - c.Radius}, Point{c.Center.X + c.Radius, c.Center.Y + c.Radius})
			}
			for _, p := range points {
				if !room.Contains(p) {
					t.Errorf("icon %d reaches to %v", i, p)
				}
			}
		}
	}
	var l List
	NoIcon.Draw(&l, Point{}, 20, RGB(1))
	if len(l.Cmds) != 0 {
		t.Error("no icon draws something")
	}
}

func TestListIsReusedWithoutAllocating(t *testing.T) {
	var l List
	frame := func() {
		l.Reset()
		l.Clip(Rect{0, 0, 10, 10})
		Star(&l, Point{5, 5}, 4, RGB(1))
		Check(&l, Point{5, 5}, 4, RGB(1))
		Arrow(&l, Point{0, 0}, Point{9, 9}, 1, 4, RGB(1))
		l.DashedArc(Point{5, 5}, 4, 0, 0.5, RGB(1), 1, 2, 2)
	}
	frame()
	if n := testing.AllocsPerRun(50, frame); n != 0 {
		t.Errorf("%v allocations", n)
	}
	if got := l.Points(&l.Cmds[1]); len(got) != 10 || got[0] != (Point{5, 1}) {
		t.Errorf("the star's points are %v", got)
	}
}
