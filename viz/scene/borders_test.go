package scene

import (
	"fmt"
	"strings"
	"testing"

	"raftarium/raft"
	"raftarium/viz/draw"
	"raftarium/viz/ui"
)

// Wherever a partition runs, and whatever passes and gets lost, how long it lasts lies
// on no mark and no server, and what gets lost does not move it.
func TestHowLongAPartitionLastsLiesOnNoMark(t *testing.T) {
	beat := &raft.AppendEntries{Term: 7, PrevIndex: 14}
	for _, size := range []draw.Rect{{W: 390, H: 430}, {W: 360, H: 300}, {W: 390, H: 250}, {W: 888, H: 526}, {W: 700, H: 380}} {
		for mask := 1; mask < 31; mask++ {
			var in, out []int
			for i := range 5 {
				if mask>>i&1 == 1 {
					in = append(in, i+1)
				} else {
					out = append(out, i+1)
				}
			}
			f := newFake(5, 5, 12000*ms)
			f.lead(1, 7, 2, 3, 4, 5)
			f.cut(10100*ms, in, out)
			for c := range 5 {
				f.busy(c+1, appendOp("x", "41"), 9, 1, c+1)
			}
			fr := &Frame{View: &f.v, List: new(draw.List), Tree: new(ui.Tree), Options: options(&ui.Dark, Thing{})}
			fr.Options.Narrow = size.W < 600
			fr.Stage(size)
			before := saidOnBorders(fr)
			for n, a := range in {
				for m, b := range out {
					f.lose(fmt.Sprint("s", a), fmt.Sprint("s", b), 20+(17*n+29*m)%70, 40, "cut", beat)
					f.lose(fmt.Sprint("s", b), fmt.Sprint("s", a), 25+(31*n+13*m)%70, 40, "cut", beat)
					f.send(fmt.Sprint("c", a), fmt.Sprint("s", a), 10+(23*n+7*m)%80, beat)
				}
			}
			fr.List, fr.Tree = new(draw.List), new(ui.Tree)
			g := fr.Stage(size)
			after := saidOnBorders(fr)
			if len(before) == 0 || len(after) == 0 {
				t.Errorf("%v, %v | %v: nothing says how long it lasts", size, in, out)
			}
			if fmt.Sprint(before) != fmt.Sprint(after) {
				t.Errorf("%v, %v | %v: what is lost moves the text from %v to %v", size, in, out, before, after)
			}
			for _, r := range append(before, after...) {
				for i := range f.v.Lost {
					p, _, _ := g.MessagePos(&f.v.Lost[i], f.v.Now)
					if !r.Intersect(around(p, 12*fr.unit(g), g.Area)).Empty() {
						t.Errorf("%v, %v | %v: the text at %v lies on the cross at %v", size, in, out, r, p)
					}
				}
				for i := range f.v.InFlight {
					p, _, _ := g.MessagePos(&f.v.InFlight[i], f.v.Now)
					if !r.Intersect(around(p, 12*fr.unit(g), g.Area)).Empty() {
						t.Errorf("%v, %v | %v: the text at %v lies on the message at %v", size, in, out, r, p)
					}
				}
				for _, s := range g.servers {
					if !r.Intersect(around(s.at, 2*g.Radius, g.Area)).Empty() {
						t.Errorf("%v, %v | %v: the text at %v lies on S%d", size, in, out, r, s.id)
					}
				}
			}
		}
	}
}

// saidOnBorders are the rooms of the texts at boundaries.
func saidOnBorders(fr *Frame) (out []draw.Rect) {
	for _, x := range textsOf(fr.List) {
		if strings.HasPrefix(x.text, "partition") {
			out = append(out, x.rect)
		}
	}
	return out
}

func TestALineTouchesARectangle(t *testing.T) {
	r := draw.Rect{X: 10, Y: 10, W: 20, H: 10}
	for _, c := range []struct {
		a, b draw.Point
		want bool
	}{
		{draw.Point{X: 0, Y: 15}, draw.Point{X: 40, Y: 15}, true},
		{draw.Point{X: 15, Y: 12}, draw.Point{X: 16, Y: 13}, true}, // all of it inside
		{draw.Point{X: 0, Y: 0}, draw.Point{X: 9, Y: 9}, false},
		{draw.Point{X: 0, Y: 25}, draw.Point{X: 40, Y: 25}, false},
		{draw.Point{X: 20, Y: 0}, draw.Point{X: 20, Y: 9}, false},
		{draw.Point{X: 20, Y: 0}, draw.Point{X: 20, Y: 40}, true},
		{draw.Point{X: 0, Y: 18}, draw.Point{X: 18, Y: 36}, false}, // past the corner
	} {
		if touches(r, c.a, c.b) != c.want || touches(r, c.b, c.a) != c.want {
			t.Errorf("%v to %v: want %v", c.a, c.b, c.want)
		}
	}
}
