package scene

import (
	"fmt"
	"math"
	"testing"

	"raftarium/netsim/cluster/script"
	"raftarium/raft"
	"raftarium/viz/draw"
	"raftarium/viz/ui"
)

// roleRects is where the labels of the servers of a frame are.
func roleRects(f *Frame, g *Geometry) map[raft.ID]draw.Rect {
	out := map[raft.ID]draw.Rect{}
	for i := range f.View.Servers {
		s := &f.View.Servers[i]
		p, _ := g.ServerPos(s.ID)
		label, at := f.roleLabel(g, s, p)
		w := f.width(label, draw.Sans, f.roleSize(g))
		if starred(s) {
			w += f.starRoom(g)
		}
		out[s.ID] = f.textRect(at, w, f.roleSize(g), draw.Center)
	}
	return out
}

var stages = []draw.Rect{
	stageArea, {W: 888, H: 470}, {W: 700, H: 360}, {W: 1350, H: 760}, {W: 2000, H: 1080},
	{W: 390, H: 380}, {W: 360, H: 300}, {W: 600, H: 240},
}

func stageOptions(area draw.Rect) Options {
	o := options(&ui.Dark, Thing{})
	o.Narrow = area.W < 650
	return o
}

func TestLabelsOfServersLieFree(t *testing.T) {
	for n := 1; n <= raft.MaxServers; n++ {
		for _, area := range stages {
			for _, clients := range []int{0, 5} {
				f := newFake(n, clients, 1000*ms)
				f.server(1 + n/2).Raft.Role = raft.Leader
				fr := &Frame{View: &f.v, List: new(draw.List), Tree: new(ui.Tree), Options: stageOptions(area)}
				g := arrange(&f.v, area, fr.Options)
				rects := roleRects(fr, g)
				for id, r := range rects {
					at := fmt.Sprintf("%d servers, %d clients, %v: the label of %v at %v", n, clients, area, id, r)
					if !inside(r, area) || r.Y+r.H > g.Foot {
						t.Error(at, "leaves the stage")
					}
					for _, c := range g.clients {
						if !r.Intersect(c.rect).Empty() {
							t.Error(at, "runs into", c.id)
						}
					}
					for other, q := range rects {
						if other != id && !r.Intersect(q).Empty() {
							t.Error(at, "lies over that of", other)
						}
						p, _ := g.ServerPos(other)
						x, y := max(r.X, min(p.X, r.X+r.W)), max(r.Y, min(p.Y, r.Y+r.H))
						if n < 20 && distance(p, draw.Point{X: x, Y: y}) < g.Radius {
							t.Error(at, "lies on", other)
						}
					}
				}
			}
		}
	}
}

// What is written at servers stands outside of the ring, where no links run, nor the
// messages on them: but for the uppermost below the clients of a phone.
func TestNoLinkRunsThroughTheLabelOfAServer(t *testing.T) {
	for n := 2; n <= 9; n++ {
		for _, area := range stages {
			f := newFake(n, 5, 1000*ms)
			fr := &Frame{View: &f.v, List: new(draw.List), Tree: new(ui.Tree), Options: stageOptions(area)}
			g := arrange(&f.v, area, fr.Options)
			for id, r := range roleRects(fr, g) {
				if id == 1 && fr.Options.Narrow {
					continue
				}
				for a := 1; a <= n; a++ {
					for b := a + 1; b <= n; b++ {
						p, q, _ := g.Line(script.Endpoint{Server: raft.ID(a)}, script.Endpoint{Server: raft.ID(b)})
						if touches(r, p, q) {
							t.Errorf("%d servers, %v: the link between S%d and S%d runs through the label of %v", n, area, a, b, id)
						}
					}
				}
			}
		}
	}
}

func TestNothingCoversTheLabelOfAServer(t *testing.T) {
	f := newFake(5, 3, 1000*ms)
	f.lead(1, 1)
	f.send("s1", "s3", 20, &raft.AppendEntries{Term: 1})
	f.lose("s4", "s1", 90, 10, "loss", &raft.AppendEntries{Term: 1})
	fr := &Frame{View: &f.v, List: new(draw.List), Tree: new(ui.Tree), Options: options(&ui.Dark, Thing{})}
	fr.Options.Narrow = true
	fr.Stage(draw.Rect{W: 390, H: 380})
	last, label := 0, 0
	for i := range fr.List.Cmds {
		switch c := &fr.List.Cmds[i]; {
		case c.Op == draw.OpText && c.Text == "leader":
			label = i
		case (c.Op == draw.OpPolygon || c.Op == draw.OpLine) && (c.Fill == ui.Dark.Term(1) || c.Stroke == ui.Dark.Term(1)) && len(fr.List.Points(c)) < 5:
			if label == 0 {
				last = i
			}
		}
	}
	if last == 0 || label < last {
		t.Errorf("the label is command %d, a message %d", label, last)
	}
}

func TestServersGrowWithTheStageAndTheirLabelsWithThem(t *testing.T) {
	f := newFake(5, 5, 0)
	small, big := arrange(&f.v, stageArea, Options{}), arrange(&f.v, draw.Rect{W: 2000, H: 1080}, Options{})
	if small.Radius < fullRadius || big.Radius < 65 || big.Radius > 72 {
		t.Errorf("the radius is %v, on a large stage %v", small.Radius, big.Radius)
	}
	fr := &Frame{View: &f.v}
	for _, size := range []float32{fr.roleSize(big) / fr.roleSize(small), fr.messageSize(big) / fr.messageSize(small)} {
		if want := big.Radius / small.Radius; math.Abs(float64(size-want)) > 0.01 {
			t.Errorf("texts grow by %v, servers by %v", size, want)
		}
	}
}
