package scene

import (
	"slices"
	"testing"

	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/raft"
	"raftarium/viz/draw"
	"raftarium/viz/ui"
)

var stageArea = draw.Rect{X: 236, Y: 48, W: 888, H: 572}

func TestServersStandOnTheRing(t *testing.T) {
	for n := 1; n <= raft.MaxServers; n++ {
		for _, narrow := range []bool{false, true} {
			for _, clients := range []int{0, 5, 9} {
				area := stageArea
				if narrow {
					area = draw.Rect{Y: 48, W: 390, H: 422}
				}
				f := newFake(n, clients, 0)
				g := arrange(&f.v, area, Options{Narrow: narrow})
				for i := range f.v.Servers {
					p, ok := g.ServerPos(raft.ID(i + 1))
					if !ok || !inside(around(p, 2*g.Radius, draw.Rect{W: 1e5, H: 1e5}), area) {
						t.Fatalf("%d servers: S%d at %v with radius %v leaves %v", n, i+1, p, g.Radius, area)
					}
					for j := range i {
						q, _ := g.ServerPos(raft.ID(j + 1))
						if distance(p, q) < 2*g.Radius+4 {
							t.Errorf("%d servers, narrow %v: S%d and S%d are only %v apart, radius %v", n, narrow, i+1, j+1, distance(p, q), g.Radius)
						}
					}
					for _, c := range g.clients {
						if !c.rect.Intersect(around(p, 2*g.Radius, area)).Empty() {
							t.Errorf("%d servers: C%d covers S%d", n, c.id, i+1)
						}
					}
				}
			}
		}
	}
}

func TestFirstServerIsAtTheTopAndTheyGoClockwise(t *testing.T) {
	f := newFake(5, 5, 0)
	g := arrange(&f.v, stageArea, Options{})
	p1, _ := g.ServerPos(1)
	p2, _ := g.ServerPos(2)
	p5, _ := g.ServerPos(5)
	for i := 2; i <= 5; i++ {
		if p, _ := g.ServerPos(raft.ID(i)); p.Y <= p1.Y {
			t.Errorf("S%d is not below S1", i)
		}
	}
	if p2.X <= p1.X || p5.X >= p1.X {
		t.Error("they do not go clockwise")
	}
	if _, ok := g.ServerPos(6); ok {
		t.Error("S6 has a place")
	}
}

func TestMessagesTravelAlongTheirLane(t *testing.T) {
	f := newFake(5, 2, 1000*ms)
	g := arrange(&f.v, stageArea, Options{})
	m := &cluster.MessageView{From: endpoint("s1"), To: endpoint("s3"), Sent: 1000 * ms, Due: 1010 * ms}
	a, b, ok := g.Lane(m.From, m.To)
	if !ok {
		t.Fatal("no lane")
	}
	for _, c := range []struct {
		at   int64
		want draw.Point
	}{{990, a}, {1000, a}, {1005, mix(a, b, 0.5)}, {1010, b}, {1020, b}} {
		if p, _, _ := g.MessagePos(m, ms*netsim.Time(c.at)); distance(p, c.want) > 0.01 {
			t.Errorf("at %d ms it is at %v, want %v", c.at, p, c.want)
		}
	}
	m.Lost, m.LostAt = true, 1002*ms
	if p, _, _ := g.MessagePos(m, 1009*ms); distance(p, mix(a, b, 0.2)) > 0.01 {
		t.Errorf("lost at a fifth, it is at %v", p)
	}
	// The other direction has its own lane.
	c, d, _ := g.Lane(m.To, m.From)
	if distance(a, d) < g.lane || distance(b, c) < g.lane {
		t.Error("the lanes of both directions lie on each other")
	}
	if _, _, ok := g.Lane(endpoint("s1"), endpoint("c9")); ok {
		t.Error("there is a lane to a client that does not exist")
	}
}

func directions(d []Direction) (out []string) {
	for _, x := range d {
		out = append(out, endpointName(x.From)+">"+endpointName(x.To))
	}
	return out
}

func TestASliceCrossesLinks(t *testing.T) {
	f := newFake(5, 0, 0)
	g := arrange(&f.v, stageArea, Options{})
	at := func(turn float32, scale float32) draw.Point { return g.onRing(turn, scale) }
	// Around S2, from outside to outside.
	got := directions(g.CrossedLinks([]draw.Point{at(0.1, 1.4), at(0.2, 0.7), at(0.3, 1.4)}))
	want := []string{"s1>s2", "s2>s1", "s2>s3", "s2>s4", "s2>s5", "s3>s2", "s4>s2", "s5>s2"}
	if !slices.Equal(got, want) {
		t.Errorf("a cut around S2 crosses %v, want %v", got, want)
	}
	// A short stroke through one link cuts it alone, both ways.
	a, b, _ := g.Line(endpoint("s1"), endpoint("s2"))
	m, d := mix(a, b, 0.5), direction(a, b)
	n := draw.Point{X: -d.Y, Y: d.X}
	got = directions(g.CrossedLinks([]draw.Point{{X: m.X + n.X*12, Y: m.Y + n.Y*12}, {X: m.X - n.X*12, Y: m.Y - n.Y*12}}))
	if want := []string{"s1>s2", "s2>s1"}; !slices.Equal(got, want) {
		t.Errorf("a stroke crosses %v, want %v", got, want)
	}
	for _, none := range [][]draw.Point{nil, {{X: 300, Y: 300}}, {{X: 240, Y: 50}, {X: 250, Y: 60}}} {
		if got := g.CrossedLinks(none); len(got) > 0 {
			t.Errorf("%v crosses %v", none, got)
		}
	}
}

func TestALassoEnclosesServers(t *testing.T) {
	f := newFake(5, 0, 0)
	g := arrange(&f.v, stageArea, Options{})
	p, _ := g.ServerPos(4)
	q, _ := g.ServerPos(3)
	loop := []draw.Point{{X: p.X - 60, Y: p.Y - 60}, {X: q.X + 60, Y: q.Y - 60}, {X: q.X + 60, Y: q.Y + 60}, {X: p.X - 60, Y: p.Y + 60}}
	if got := g.Enclosed(loop); !slices.Equal(got, []raft.ID{3, 4}) {
		t.Errorf("the loop encloses %v, want S3 and S4", got)
	}
	if got := g.Enclosed(loop[:2]); len(got) > 0 {
		t.Errorf("a line encloses %v", got)
	}
}

func TestHullIsConvexAndRound(t *testing.T) {
	points := []draw.Point{{X: 0, Y: 0}, {X: 10, Y: 0}, {X: 5, Y: 5}, {X: 10, Y: 10}, {X: 0, Y: 10}}
	h := hull(nil, points)
	if len(h) != 4 {
		t.Fatalf("hull is %v", h)
	}
	for _, set := range [][]draw.Point{h, h[:1], h[:2], h[:3]} {
		r := round(nil, set, 4)
		for i := range r {
			a, b, c := r[i], r[(i+1)%len(r)], r[(i+2)%len(r)]
			if turns(a, b, c) < -1e-3 {
				t.Fatalf("%d corners: the outline turns left at %v", len(set), b)
			}
			near := float32(1e9)
			for _, p := range set {
				near = min(near, distance(a, p))
			}
			if near > 4.01 || near < 3.99 {
				t.Fatalf("%d corners: %v is %v away", len(set), a, near)
			}
		}
	}
}

func TestPartitionIsDrawnBetweenItsSides(t *testing.T) {
	for _, c := range []struct {
		a, b  []int
		lines int
	}{
		{[]int{1, 2, 3}, []int{4, 5}, 1},
		{[]int{1, 3, 5}, []int{2, 4}, 2},
		{[]int{1}, []int{2, 3, 4, 5}, 1},
	} {
		f := newFake(5, 0, 1000*ms)
		f.cut(900*ms, c.a, c.b)
		s := new(Scratch)
		fr := &Frame{View: &f.v, List: new(draw.List), Tree: new(ui.Tree), Scratch: s}
		g := fr.Stage(stageArea)
		if len(s.bordered) != c.lines {
			t.Errorf("%v | %v: %d lines, want %d", c.a, c.b, len(s.bordered), c.lines)
		}
		for _, x := range c.a {
			for _, y := range c.b {
				p, _ := g.ServerPos(raft.ID(x))
				q, _ := g.ServerPos(raft.ID(y))
				n, start := 0, 0
				for _, end := range s.bordered {
					for i := start + 1; i < end; i++ {
						if cross(p, q, s.borders[i-1], s.borders[i]) {
							n++
						}
					}
					start = end
				}
				if n == 0 {
					t.Errorf("%v | %v: no line between S%d and S%d", c.a, c.b, x, y)
				}
			}
		}
		if n := fr.Tree.Find("link/s1/s2"); n == nil {
			t.Error("no end of the link S1 S2")
		}
	}
	// What is cut one way, or joined through one server, is no partition.
	f := newFake(5, 0, 1000*ms)
	f.cut(900*ms, []int{1, 2}, []int{4, 5})
	s := new(Scratch)
	(&Frame{View: &f.v, List: new(draw.List), Tree: new(ui.Tree), Scratch: s}).Stage(stageArea)
	if len(s.bordered) > 0 {
		t.Error("a bridge is drawn as a partition")
	}
}

// The line around a server that is cut off does not run over it, however many others
// are close to it.
func TestTheLineAroundOneServerKeepsOffIt(t *testing.T) {
	for n := 3; n <= raft.MaxServers; n++ {
		for _, area := range stages {
			for _, alone := range []int{1, 2, 1 + n/2} {
				f := newFake(n, 0, 1000*ms)
				var rest []int
				for i := 1; i <= n; i++ {
					if i != alone {
						rest = append(rest, i)
					}
				}
				f.cut(900*ms, []int{alone}, rest)
				fr := &Frame{View: &f.v, List: new(draw.List), Tree: new(ui.Tree), Scratch: new(Scratch), Options: stageOptions(area)}
				g := arrange(&f.v, area, fr.Options)
				fr.boundary(g, fr.cutTable())
				c, _ := g.ServerPos(raft.ID(alone))
				b := fr.Scratch.borders
				if len(b) == 0 {
					t.Fatalf("%d servers: no line around S%d", n, alone)
				}
				for _, p := range b {
					if distance(p, c) < g.Radius*1.15 {
						t.Errorf("%d servers, %v: the line around S%d is %v from its middle, its radius %v", n, area, alone, distance(p, c), g.Radius)
						break
					}
				}
			}
		}
	}
}
