package paint

import (
	"fmt"
	"image"
	"math"
	"testing"

	"raftarium/raft"
	"raftarium/viz/draw"
	"raftarium/viz/ui"
)

// noTexture forgets pixels: what a builder needs where there is no screen.
type noTexture struct{ uploads int }

func (n *noTexture) upload(image.Rectangle, []byte) { n.uploads++ }

var benchLabels = func() (s [64]string) {
	for i := range s {
		s[i] = fmt.Sprintf("x+=%d", i)
	}
	return s
}()

// benchScene is a full screen: 9 servers with their links, 300 messages, 360 log
// cells, a timeline of 400 points and 30 buttons, at 1280 x 800.
func benchScene(c *ui.Context) {
	t, l := c.Theme, c.List
	l.Rect(draw.Rect{W: 1280, H: 800}, 0, t.Background)
	var at [9]draw.Point
	for i := range at {
		s, k := math.Sincos(float64(i) / 9 * 2 * math.Pi)
		at[i] = draw.Point{X: 640 + 210*float32(s), Y: 270 - 210*float32(k)}
	}
	for i := range at {
		for j := range i {
			l.DashedLine(t.Line, 1, 3, 4, at[i], at[j])
		}
	}
	for i, p := range at {
		col := t.Term(raft.Term(i + 1))
		l.Circle(p, 34, t.Panel, t.Line, 4)
		l.Arc(p, 34, 0, 0.1*float32(i+1), col, 4)
		l.Text(draw.Point{X: p.X, Y: p.Y - 8}, benchLabels[i], draw.SansBold, 16, draw.Center, t.Text)
		l.Text(draw.Point{X: p.X, Y: p.Y + 10}, "term 7", draw.Sans, 11, draw.Center, t.Text)
		l.Text(draw.Point{X: p.X, Y: p.Y + 46}, "follower", draw.Sans, 12, draw.Center, t.Dim)
	}
	for i := range 300 {
		a, b := at[i%9], at[(i*5+1)%9]
		f := float32(i%97) / 97
		p := draw.Point{X: a.X + (b.X-a.X)*f, Y: a.Y + (b.Y-a.Y)*f}
		if i%2 == 0 {
			draw.ArrowHead(l, p, draw.Point{X: b.X - a.X, Y: b.Y - a.Y}, 12, t.Term(raft.Term(i)))
		} else {
			l.Circle(p, 4.5, t.Background, t.Term(raft.Term(i)), 2)
		}
	}
	for i := range 360 {
		r := draw.Rect{X: 80 + float32(i%40)*29, Y: 540 + float32(i/40)*20, W: 28, H: 18}
		if col := t.Term(raft.Term(i%40/6 + 1)); i%40 < 32 {
			l.Rect(r, 3, col)
		} else {
			l.DashedBox(r, 3, 0, col, 1.5, 4, 2)
		}
		l.Text(r.Center(), benchLabels[i%64], draw.Mono, 9, draw.Center, t.Text)
	}
	var line [400]draw.Point
	for i := range line {
		line[i] = draw.Point{X: 20 + float32(i)*3.1, Y: 770 + 12*float32(math.Sin(float64(i)/9))}
	}
	l.Line(t.Accent, 1.5, line[:]...)
	for i := range 30 {
		c.Button(draw.Rect{X: 10 + float32(i%3)*90, Y: 10 + float32(i/3)*38, W: 86, H: 32}, ui.Button{ID: "button", Label: "Crash", Key: "C"})
	}
}

// BenchmarkBuild is the cost of one frame without the graphics card: the whole
// screen drawn into a list and the list turned into triangles.
func BenchmarkBuild(b *testing.B) {
	var l draw.List
	var tree ui.Tree
	var bl builder
	c := &ui.Context{Theme: &ui.Dark}
	a := newAtlas(atlasStart, &noTexture{})
	frame := func() {
		l.Reset()
		tree.Reset()
		c.Begin(&l, &tree)
		benchScene(c)
		bl.build(&l, 1, device{0, 0, 1280, 800}, a)
	}
	for range spriteAfter + 2 {
		frame()
	}
	b.Run("scene", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			l.Reset()
			tree.Reset()
			c.Begin(&l, &tree)
			benchScene(c)
		}
	})
	b.Run("triangles", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			bl.build(&l, 1, device{0, 0, 1280, 800}, a)
		}
		b.ReportMetric(float64(len(bl.v)), "vertices")
		b.ReportMetric(float64(len(bl.i)/3), "triangles")
	})
}
