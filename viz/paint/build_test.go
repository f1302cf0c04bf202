package paint

import (
	"image"
	"math"
	"math/rand/v2"
	"testing"

	"raftarium/viz/draw"
	"raftarium/viz/ui"
)

var white = draw.RGB(0xffffff)

// built turns a list into triangles over a view of 100 x 100 points.
func built(t *testing.T, scale float32, f func(l *draw.List)) *builder {
	t.Helper()
	var l draw.List
	f(&l)
	b := &builder{}
	b.build(&l, scale, device{0, 0, 100 * scale, 100 * scale}, newAtlas(atlasStart, &noTexture{}))
	for _, i := range b.i {
		if int(i) >= len(b.v) {
			t.Fatalf("index %d of %d vertices", i, len(b.v))
		}
	}
	if len(b.i)%3 != 0 {
		t.Fatalf("%d indices", len(b.i))
	}
	for _, v := range b.v {
		for _, f := range []float32{v.DstX, v.DstY, v.ColorA} {
			if f != f || math.IsInf(float64(f), 0) {
				t.Fatalf("vertex %+v", v)
			}
		}
		if v.ColorR > v.ColorA+1e-6 || v.ColorA > 1 {
			t.Fatalf("not premultiplied: %+v", v)
		}
	}
	return b
}

// ink is the sum of all triangles' areas, weighted with their opacity: what the
// picture covers, in square pixels, where nothing overlaps.
func (b *builder) ink() (sum float64) {
	for k := 0; k < len(b.i); k += 3 {
		p, q, r := &b.v[b.i[k]], &b.v[b.i[k+1]], &b.v[b.i[k+2]]
		area := math.Abs(float64((q.DstX-p.DstX)*(r.DstY-p.DstY)-(r.DstX-p.DstX)*(q.DstY-p.DstY))) / 2
		sum += area * float64(p.ColorA+q.ColorA+r.ColorA) / 3
	}
	return sum
}

// bounds is where anything opaque lies.
func (b *builder) bounds() device {
	d := device{1e9, 1e9, -1e9, -1e9}
	for _, v := range b.v {
		d = device{min(d.x0, v.DstX), min(d.y0, v.DstY), max(d.x1, v.DstX), max(d.y1, v.DstY)}
	}
	return d
}

func near(got, want, tolerance float64) bool { return math.Abs(got-want) <= tolerance*want }

func TestShapesCoverTheirArea(t *testing.T) {
	pt := func(x, y float32) draw.Point { return draw.Point{X: x, Y: y} }
	for _, c := range []struct {
		name string
		want float64
		draw func(l *draw.List)
	}{
		{"rect", 20 * 10, func(l *draw.List) { l.Rect(draw.Rect{X: 5, Y: 5, W: 20, H: 10}, 0, white) }},
		{"round rect", 20*10 - (4-math.Pi)*16, func(l *draw.List) { l.Rect(draw.Rect{X: 5, Y: 5, W: 20, H: 10}, 4, white) }},
		{"half opaque", 100, func(l *draw.List) { l.Rect(draw.Rect{X: 5, Y: 5, W: 20, H: 10}, 0, white.Fade(0.5)) }},
		{"outline", 2 * 2 * (60 + 40), func(l *draw.List) { l.Box(draw.Rect{X: 5, Y: 5, W: 60, H: 40}, 0, 0, white, 2) }},
		{"disc", math.Pi * 900, func(l *draw.List) { l.Circle(pt(50, 50), 30, white, 0, 0) }},
		{"small disc", math.Pi * 9, func(l *draw.List) { l.Circle(pt(50.3, 50.7), 3, white, 0, 0) }},
		{"ring", 2 * math.Pi * 30 * 4, func(l *draw.List) { l.Circle(pt(50, 50), 30, 0, white, 4) }},
		{"faint ring", 2 * math.Pi * 30 / 2, func(l *draw.List) { l.Circle(pt(50, 50), 30, 0, white, 0.5) }},
		{"ring that is a disc", math.Pi * 36, func(l *draw.List) { l.Circle(pt(50, 50), 3, 0, white, 6) }},
		{"arc", 0.7 * 2 * math.Pi * 30 * 4, func(l *draw.List) { l.Arc(pt(50, 50), 30, 0.2, 0.9, white, 4) }},
		{"full arc", 2 * math.Pi * 30 * 4, func(l *draw.List) { l.Arc(pt(50, 50), 30, 0.2, 1.2, white, 4) }},
		{"round arc", 0.5*2*math.Pi*30*4 + math.Pi*4, func(l *draw.List) { l.RoundArc(pt(50, 50), 30, 0, 0.5, white, 4) }},
		{"line", 50 * 3, func(l *draw.List) { l.Line(white, 3, pt(10, 10), pt(40, 50)) }},
		{"hairline", 50, func(l *draw.List) { l.Line(white, 1, pt(10, 10), pt(40, 50)) }},
		{"grid line", 50 * 1, func(l *draw.List) { l.Line(white, 1, pt(10, 10), pt(60, 10)) }},
		{"backward grid line", 50 * 1, func(l *draw.List) { l.Line(white, 1, pt(10, 60), pt(10, 10)) }},
		{"closed line", 4 * 40 * 2, func(l *draw.List) { l.Line(white, 2, pt(10, 10), pt(50, 10), pt(50, 50), pt(10, 50), pt(10, 10)) }},
		{"dashed line", 50 * 3 / 2, func(l *draw.List) { l.DashedLine(white, 3, 5, 5, pt(10, 10), pt(40, 50)) }},
		{"dashed hairline", 50 * 0.5, func(l *draw.List) { l.DashedLine(white, 0.5, 5, 5, pt(10, 10), pt(70, 90)) }},
		{"dashed grid line", 60 * 1 / 2, func(l *draw.List) { l.DashedLine(white, 1, 5, 5, pt(10, 10), pt(70, 10)) }},
		{"dashed ring", 2 * math.Pi * 30 * 2 * 0.6, func(l *draw.List) { l.DashedCircle(pt(50, 50), 30, 0, white, 2, 6, 4) }},
		// Where a dash bends round a corner its inner side counts twice.
		{"dashed box", 2*180*0.5 + 6, func(l *draw.List) { l.DashedBox(draw.Rect{X: 5, Y: 5, W: 50, H: 40}, 0, 0, white, 2, 3, 3) }},
		{"triangle", 40 * 30 / 2, func(l *draw.List) { l.Polygon(white, pt(10, 10), pt(50, 10), pt(10, 40)) }},
		{"triangle the other way", 40 * 30 / 2, func(l *draw.List) { l.Polygon(white, pt(10, 40), pt(50, 10), pt(10, 10)) }},
		{"clipped rect", 5 * 5, func(l *draw.List) {
			l.Clip(draw.Rect{X: 20, Y: 10, W: 50, H: 50})
			l.Rect(draw.Rect{X: 5, Y: 5, W: 20, H: 10}, 0, white)
		}},
		{"clipped disc", math.Pi * 900 / 4, func(l *draw.List) {
			l.Clip(draw.Rect{X: 50, Y: 50, W: 50, H: 50})
			l.Circle(pt(50, 50), 30, white, 0, 0)
		}},
	} {
		for _, scale := range []float32{1, 2} {
			b := built(t, scale, c.draw)
			want := c.want * float64(scale*scale)
			if got := b.ink(); !near(got, want, 0.03) {
				t.Errorf("%s at %v covers %.1f, want %.1f", c.name, scale, got, want)
			}
		}
	}
}

func TestNothingIsDrawnForNothing(t *testing.T) {
	b := built(t, 1, func(l *draw.List) {
		l.Rect(draw.Rect{X: 5, Y: 5, W: 0, H: 10}, 0, white)
		l.Rect(draw.Rect{X: 5, Y: 5, W: 10, H: 10}, 0, 0)
		l.Circle(draw.Point{X: 5, Y: 5}, -3, white, white, 1)
		l.Circle(draw.Point{X: 5, Y: 5}, 3, 0, white, 0)
		l.Arc(draw.Point{X: 5, Y: 5}, 5, 0.5, 0.5, white, 1)
		l.Line(white, 1)
		l.Line(white, 1, draw.Point{X: 5, Y: 5})
		l.Line(white, 0, draw.Point{X: 5, Y: 5}, draw.Point{X: 9, Y: 9})
		l.Line(white, 1, draw.Point{X: 5, Y: 5.5}, draw.Point{X: 5, Y: 5.5}, draw.Point{X: 5, Y: 5.5})
		l.DashedLine(white, 1, 0.001, 0.001, draw.Point{X: 5, Y: 5}, draw.Point{X: 95, Y: 96})
		l.Polygon(white, draw.Point{X: 5, Y: 5}, draw.Point{X: 5, Y: 5}, draw.Point{X: 9, Y: 9})
		l.Text(draw.Point{X: 5, Y: 5}, "", draw.Sans, 12, draw.Left, white)
		l.Text(draw.Point{X: 5, Y: 5}, "x", draw.Sans, 0, draw.Left, white)
		l.Text(draw.Point{X: 5, Y: 5}, "   ", draw.Sans, 12, draw.Left, white)
	})
	if len(b.i) != 0 {
		t.Errorf("%d triangles", len(b.i)/3)
	}
}

func TestWhatCannotBeSeenIsSkipped(t *testing.T) {
	for _, clip := range []draw.Rect{{}, {X: 10, Y: 10, W: 20, H: 20}} {
		b := built(t, 1, func(l *draw.List) {
			l.Clip(clip)
			l.Box(draw.Rect{X: 200, Y: 5, W: 20, H: 10}, 3, white, white, 1)
			l.Circle(draw.Point{X: -50, Y: 5}, 20, white, white, 3)
			l.Arc(draw.Point{X: 5, Y: 500}, 20, 0, 0.5, white, 3)
			l.Line(white, 2, draw.Point{X: 300, Y: 300}, draw.Point{X: 400, Y: 350})
			l.Polygon(white, draw.Point{X: 300, Y: 300}, draw.Point{X: 400, Y: 350}, draw.Point{X: 400, Y: 300})
			l.Text(draw.Point{X: 5, Y: -30}, "x", draw.Sans, 12, draw.Left, white)
		})
		if len(b.v) != 0 {
			t.Errorf("clip %v: %d vertices", clip, len(b.v))
		}
	}
}

func TestClipLeavesNothingOutsideAndEnds(t *testing.T) {
	clip := device{20, 30, 60, 70}
	b := built(t, 1, func(l *draw.List) {
		l.Clip(draw.Rect{X: 20, Y: 30, W: 40, H: 40})
		l.Box(draw.Rect{X: 10, Y: 20, W: 30, H: 30}, 6, white, white, 3)
		l.DashedCircle(draw.Point{X: 55, Y: 65}, 20, white, white, 3, 5, 3)
		l.Text(draw.Point{X: 12, Y: 31}, "a text that runs out on all sides", draw.Sans, 16, draw.Left, white)
	})
	if len(b.i) == 0 {
		t.Fatal("everything is gone")
	}
	wantWithin(t, b, clip)
	b = built(t, 1, func(l *draw.List) {
		l.Clip(draw.Rect{X: 20, Y: 30, W: 40, H: 40})
		l.Clip(draw.Rect{})
		l.Rect(draw.Rect{X: 0, Y: 0, W: 10, H: 10}, 0, white)
	})
	if b.ink() != 100 {
		t.Errorf("after clipping %v is seen, want 100", b.ink())
	}
}

// wantWithin checks that no triangle reaches out of d.
func wantWithin(t *testing.T, b *builder, d device) {
	t.Helper()
	for _, i := range b.i {
		if v := &b.v[i]; v.DstX < d.x0-1e-3 || v.DstX > d.x1+1e-3 || v.DstY < d.y0-1e-3 || v.DstY > d.y1+1e-3 {
			t.Errorf("a vertex lies at %v, %v", v.DstX, v.DstY)
			return
		}
	}
}

// What lies inside of the clip rectangle by a measure is not looked at again, so no
// shape may reach further than it is measured to.
func TestEveryShapeIsClipped(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	some := func(from, to float32) float32 { return from + (to-from)*rnd.Float32() }
	at := func() draw.Point { return draw.Point{X: some(0, 100), Y: some(0, 100)} }
	near := func(p draw.Point, d float32) draw.Point {
		return draw.Point{X: p.X + some(-d, d), Y: p.Y + some(-d, d)}
	}
	var b builder
	var l draw.List
	a := newAtlas(atlasStart, &noTexture{})
	for range 30_000 {
		l.Reset()
		l.Clip(draw.Rect{X: 20, Y: 30, W: 60, H: 50})
		p, width := at(), some(0.2, 24)
		switch rnd.IntN(9) {
		case 0:
			l.Box(draw.Rect{X: p.X, Y: p.Y, W: some(0, 40), H: some(0, 40)}, some(0, 9), white, white, width)
		case 1:
			l.DashedBox(draw.Rect{X: p.X, Y: p.Y, W: 20, H: 12}, 3, white, white, width/8, 3, 2)
		case 2:
			l.Circle(p, some(1, 20), white, white, width)
		case 3:
			l.RoundArc(p, some(1, 20), some(0, 0.5), some(0.5, 1), white, width)
		case 4:
			l.Line(white, width, p, near(p, 30))
		case 5:
			l.DashedLine(white, width, 4, 3, p, near(p, 30), near(p, 9))
		case 6:
			l.RoundLine(white, width, p, near(p, 30), near(p, 9), draw.Point{X: p.X, Y: p.Y + 9})
		case 7:
			l.Polygon(white, p, near(p, 9), near(p, 9), near(p, 9))
		case 8:
			l.Text(p, "Wjf\u00c5", draw.Font(rnd.IntN(4)), some(6, 24), draw.Align(rnd.IntN(3)), white)
		}
		b.build(&l, 1, device{0, 0, 100, 100}, a)
		wantWithin(t, &b, device{20, 30, 80, 80})
		if t.Failed() {
			t.Fatalf("of %+v", l.Cmds[1])
		}
	}
}

func TestClippedTextKeepsItsPlaceInTheAtlas(t *testing.T) {
	b := built(t, 1, func(l *draw.List) {
		l.Clip(draw.Rect{X: 4, Y: 4, W: 9, H: 8})
		l.Text(draw.Point{X: 2, Y: 10}, "MM", draw.Sans, 20, draw.Left, white)
	})
	if len(b.i) == 0 {
		t.Fatal("nothing is left")
	}
	for k := 0; k < len(b.i); k += 3 {
		p, q := b.v[b.i[k]], b.v[b.i[k+1]]
		if dx, du := q.DstX-p.DstX, q.SrcX-p.SrcX; math.Abs(float64(dx-du)) > 1e-3 {
			t.Errorf("%v pixels of the screen show %v of the atlas", dx, du)
		}
	}
}

func TestRectanglesAndGridLinesEndBetweenPixels(t *testing.T) {
	for _, scale := range []float32{1, 1.25, 1.5, 2, 3} {
		for _, x := range []float32{5, 5.3, 5.5, 7.77} {
			b := built(t, scale, func(l *draw.List) {
				l.Box(draw.Rect{X: x, Y: x, W: 21.3, H: 10}, 0, white, white, 1)
				l.Line(white, 1, draw.Point{X: x, Y: 50 + x}, draw.Point{X: 60, Y: 50 + x})
				l.Line(white, 1.5, draw.Point{X: x, Y: 50}, draw.Point{X: x, Y: 90})
				l.Text(draw.Point{X: x, Y: x}, "Hamburg", draw.Sans, 13, draw.Center, white)
			})
			for _, v := range b.v {
				// The fill's edge lies in the middle of the stroke and is hidden by it.
				half := v.DstX*2 != round(v.DstX*2) || v.DstY*2 != round(v.DstY*2)
				if half {
					t.Fatalf("at scale %v and %v a vertex lies at %v, %v", scale, x, v.DstX, v.DstY)
				}
			}
		}
	}
}

func TestTextIsPlacedByItsAlignment(t *testing.T) {
	box := func(a draw.Align) device {
		return built(t, 1, func(l *draw.List) { l.Text(draw.Point{X: 50, Y: 50}, "HHHH", draw.Sans, 14, a, white) }).bounds()
	}
	l, c, r := box(draw.Left), box(draw.Center), box(draw.Right)
	if l.x0 < 49 || l.x0 > 53 || r.x1 > 51 || r.x1 < 47 || math.Abs(float64(c.x0+c.x1)/2-50) > 1 {
		t.Errorf("left %v, centre %v, right %v", l, c, r)
	}
	if mid := (l.y0 + l.y1) / 2; mid != 50 {
		t.Errorf("capitals have their middle at %v, want 50", mid)
	}
}

func TestDashesOfAClosedOutlineComeOutEven(t *testing.T) {
	// A dash is as long as any other: so is its ink. 2π·30 / 10 is not whole.
	b := built(t, 1, func(l *draw.List) { l.DashedCircle(draw.Point{X: 50, Y: 50}, 30, 0, white, 2, 6, 4) })
	if got, want := b.ink(), 2*math.Pi*30*2*0.6; !near(got, want, 0.02) {
		t.Errorf("ink %.1f, want %.1f", got, want)
	}
}

func TestFullAtlasIsNoticedAndTheRestIsDrawn(t *testing.T) {
	var l draw.List
	for s := float32(8); s < 60; s++ {
		l.Text(draw.Point{X: 2, Y: 50}, "raftarium 0123456789", draw.Sans, s, draw.Left, white)
	}
	l.Rect(draw.Rect{X: 1, Y: 1, W: 10, H: 10}, 0, white)
	small, large := newAtlas(128, &noTexture{}), newAtlas(2048, &noTexture{})
	var b builder
	b.build(&l, 1, device{0, 0, 900, 100}, small)
	if !small.full {
		t.Error("the atlas does not say that it is full")
	}
	some := len(b.v)
	b.build(&l, 1, device{0, 0, 900, 100}, large)
	if large.full || len(b.v) <= some || some < 4 {
		t.Errorf("%d vertices with little room, %d with much (full: %v)", some, len(b.v), large.full)
	}
}

func TestAtlasNeverOverlaps(t *testing.T) {
	rec := &recordingTexture{}
	a := newAtlas(512, rec)
	for _, f := range []draw.Font{draw.Sans, draw.MonoBold} {
		for _, px := range []float32{9, 13.25, 22} {
			g := a.face(f, px)
			for r := rune('!'); r < 'z'; r++ {
				a.glyph(g, r, int(r)%shifts)
			}
			a.glyph(g, '→', 1)
			a.glyph(g, '→', 1)
		}
	}
	if a.full || len(rec.rects) < 400 {
		t.Fatalf("%d places, full: %v", len(rec.rects), a.full)
	}
	all := image.Rect(0, 0, 512, 512)
	for i, r := range rec.rects {
		if !r.In(all) {
			t.Fatalf("%v lies outside", r)
		}
		for _, s := range rec.rects[:i] {
			if r.Overlaps(s) {
				t.Fatalf("%v and %v overlap", r, s)
			}
		}
	}
}

type recordingTexture struct{ rects []image.Rectangle }

func (t *recordingTexture) upload(r image.Rectangle, rgba []byte) {
	if len(rgba) != 4*r.Dx()*r.Dy() {
		panic("pixels do not fill their rectangle")
	}
	t.rects = append(t.rects, r)
}

func TestSteadyFramesAllocateNothing(t *testing.T) {
	var l draw.List
	var tree ui.Tree
	var b builder
	c := &ui.Context{Theme: &ui.Dark}
	a := newAtlas(atlasStart, &noTexture{})
	frame := func() {
		l.Reset()
		tree.Reset()
		c.Begin(&l, &tree)
		benchScene(c)
		old := c.Clip(draw.Rect{X: 100, Y: 100, W: 300, H: 200})
		l.Circle(draw.Point{X: 100, Y: 100}, 50, white, white, 3)
		c.Unclip(old)
		b.build(&l, 1.5, device{0, 0, 1280, 800}, a)
	}
	// Until then small shapes are still being kept.
	for range spriteAfter + 1 {
		frame()
	}
	if n := testing.AllocsPerRun(10, frame); n != 0 {
		t.Errorf("%v allocations in a frame", n)
	}
}

// FuzzBuild draws shapes with odd numbers: nothing may panic, no vertex may be
// without a place, and no index out of range.
func FuzzBuild(f *testing.F) {
	f.Add(uint8(1), float32(5), float32(5), float32(20), float32(30), float32(4), float32(2), float32(3), float32(1))
	f.Add(uint8(4), float32(5), float32(5), float32(5), float32(5), float32(0), float32(1), float32(0.01), float32(0.01))
	f.Add(uint8(2), float32(-5), float32(1e9), float32(5), float32(-5), float32(1e-9), float32(1e6), float32(1), float32(0))
	f.Fuzz(func(t *testing.T, op uint8, x, y, w, h, r, width, dash, gap float32) {
		for _, v := range []float32{x, y, w, h, r, width, dash, gap} {
			if v != v || v > 1e6 || v < -1e6 {
				return // nothing that is drawn is so large
			}
		}
		built(t, 1.5, func(l *draw.List) {
			p, q := draw.Point{X: x, Y: y}, draw.Point{X: w, Y: h}
			l.Clip(draw.Rect{X: 20, Y: 20, W: 30, H: 30})
			switch op % 5 {
			case 0:
				l.DashedBox(draw.Rect{X: x, Y: y, W: w, H: h}, r, white, white, width, dash, gap)
			case 1:
				l.DashedCircle(p, r, white, white, width, dash, gap)
			case 2:
				l.DashedArc(p, r, w, h, white, width, dash, gap)
			case 3:
				l.DashedLine(white, width, dash, gap, p, q, draw.Point{X: r, Y: r}, p)
			case 4:
				l.Polygon(white, p, q, draw.Point{X: r, Y: r}, draw.Point{X: dash, Y: gap})
				l.RoundLine(white, width, p, q, draw.Point{X: r, Y: r})
			}
		})
	})
}

func TestShapeDrawnOftenBecomesASprite(t *testing.T) {
	for _, c := range []struct {
		name  string
		parts int
		ink   float64
		draw  func(l *draw.List, x float32)
	}{
		{"round rect", 1, 20*12 - (4-math.Pi)*9, func(l *draw.List, x float32) { l.Rect(draw.Rect{X: x, Y: 5, W: 20, H: 12}, 3, white) }},
		{"dashed box", 1, (64 - 24 + 6*math.Pi) * 2 * 0.6, func(l *draw.List, x float32) {
			l.DashedBox(draw.Rect{X: x, Y: 5, W: 20, H: 12}, 3, 0, white, 2, 6, 4)
		}},
		{"disc", 1, math.Pi * 25, func(l *draw.List, x float32) { l.Circle(draw.Point{X: x + 0.3, Y: 20.1}, 5, white, 0, 0) }},
		{"disc and ring", 2, 0, func(l *draw.List, x float32) {
			l.Circle(draw.Point{X: x + 0.3, Y: 20.1}, 5, draw.RGB(0xff0000), white, 2)
		}},
	} {
		tex := &pixelTexture{img: image.NewRGBA(image.Rect(0, 0, atlasStart, atlasStart))}
		a := newAtlas(atlasStart, tex)
		var b builder
		var box device
		for i := range spriteAfter + 2 {
			var l draw.List
			x := float32(10 + i)
			c.draw(&l, x)
			b.build(&l, 1, device{0, 0, 100, 100}, a)
			switch d := b.bounds(); {
			case i == 0:
				box = d
			case i == spriteAfter+1:
				if len(b.v) != 4*c.parts {
					t.Errorf("%s: still %d vertices", c.name, len(b.v))
				}
				move := float32(i)
				if d.x0 > box.x0+move || d.x1 < box.x1+move-0.5 || d.x0 < box.x0+move-1.5 || d.y0 > box.y0 || d.y0 < box.y0-1.5 {
					t.Errorf("%s: the sprite lies at %v, the shape at %v", c.name, d, box)
				}
			}
		}
		if c.ink == 0 {
			continue
		}
		ink := 0.0
		for y := int(b.v[0].SrcY); y < int(b.v[2].SrcY); y++ {
			for x := int(b.v[0].SrcX); x < int(b.v[2].SrcX); x++ {
				ink += float64(tex.img.RGBAAt(x, y).A) / 255
			}
		}
		if !near(ink, c.ink, 0.06) {
			t.Errorf("%s: the sprite has an ink of %.1f, want %.1f", c.name, ink, c.ink)
		}
	}
}

func TestShapesThatChangeDoNotFillTheAtlas(t *testing.T) {
	a := newAtlas(atlasStart, &noTexture{})
	var b builder
	for i := range 5000 {
		var l draw.List
		l.Circle(draw.Point{X: 50, Y: 50}, 5+float32(i)/1000, white, white, 2)
		b.build(&l, 1, device{0, 0, 100, 100}, a)
	}
	if a.spriteArea != 0 || len(a.sprites) > spriteKinds {
		t.Errorf("%d kinds, %d pixels", len(a.sprites), a.spriteArea)
	}
	for i := range 200 {
		for range spriteAfter + 1 {
			var l draw.List
			l.Rect(draw.Rect{X: 1, Y: 1, W: 90, H: 60 + float32(i)/8}, 2+float32(i)/16, white)
			b.build(&l, 1, device{0, 0, 100, 100}, a)
		}
	}
	if a.full || a.spriteArea > a.size*a.size/2+spriteSide*spriteSide {
		t.Errorf("sprites take %d pixels (full: %v)", a.spriteArea, a.full)
	}
}

// pixelTexture keeps the pixels.
type pixelTexture struct{ img *image.RGBA }

func (t *pixelTexture) upload(r image.Rectangle, rgba []byte) {
	for y := r.Min.Y; y < r.Max.Y; y++ {
		row := rgba[(y-r.Min.Y)*4*r.Dx():][:4*r.Dx()]
		copy(t.img.Pix[t.img.PixOffset(r.Min.X, y):], row)
	}
}
