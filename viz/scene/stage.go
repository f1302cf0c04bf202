package scene

import (
	"math"

	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/raft"
	"raftarium/viz/draw"
	"raftarium/viz/ui"
)

// Stage draws the cluster: servers on a ring, links, messages and clients. The
// Geometry that it returns lives in the Scratch, until the next Stage.
func (f *Frame) Stage(area draw.Rect) *Geometry {
	s := f.scratch()
	g := &s.geometry
	g.arrange(f.View, area, &f.Options)
	s.taken, s.ways, s.labels = s.taken[:0], s.ways[:0], s.labels[:0]

	f.List.Clip(area)
	f.Tree.Add(ui.Node{ID: "stage", Role: ui.RoleGroup, Label: "Cluster", Rect: area})
	f.foot(g)
	f.takeServers(g)
	for i := range g.clients {
		s.take(g.clients[i].rect)
	}
	f.halo(g)
	cuts := f.cutTable()
	f.boundary(g, cuts)
	f.links(g, cuts)
	f.clientLinks(g)
	f.borderTexts(g, false)
	f.roles(g, false)
	f.messages(g) // below the servers that they pass, and what is written there
	f.borderTexts(g, true)
	f.roles(g, true)
	f.messageNodes(g, true)
	f.servers(g)
	f.clients(g)
	f.messageNodes(g, false)
	f.placeLabels(g)
	f.List.Clip(draw.Rect{})
	return g
}

// leaderOf is the running leader of the highest term, or nil.
func leaderOf(v *cluster.View) *cluster.ServerView {
	var best *cluster.ServerView
	for i := range v.Servers {
		s := &v.Servers[i]
		if s.Up && s.Raft.Role == raft.Leader && (best == nil || s.Raft.Term > best.Raft.Term) {
			best = s
		}
	}
	return best
}

// role is how a server stands, as one word: "leader", "follower", "candidate",
// "crashed", "paused" or "stopped", the last for a machine that broke its contract.
func role(s *cluster.ServerView) string {
	switch {
	case s.Failed != "":
		return "stopped"
	case !s.Up:
		return "crashed"
	case s.Paused:
		return "paused"
	}
	return s.Raft.Role.String()
}

// foot writes who can form a quorum, and the hint.
func (f *Frame) foot(g *Geometry) {
	th, s := f.theme(), f.scratch()
	if len(f.View.Servers) == 0 {
		return
	}
	c := th.Dim
	can := 0
	for i := range f.View.Servers {
		if f.View.Servers[i].InQuorum && hasVote(&f.View.Servers[i]) {
			can++
		}
	}
	if can == 0 {
		c = th.Warning
	}
	line := f.QuorumLine()
	x := g.Area.X + f.pt(20)
	if f.Options.Narrow {
		x = g.Area.X + 12
	}
	r := f.pt(4.5)
	f.List.Circle(draw.Point{X: x + r, Y: g.Foot}, r, th.OK.Fade(0.2), th.OK, 1.5)
	if can == 0 {
		f.List.Cmds[len(f.List.Cmds)-1].Fill = 0
		f.List.Cmds[len(f.List.Cmds)-1].Stroke = th.Warning
	}
	x += 2*r + f.pt(7)
	line = f.fit(line, draw.Sans, sizeLabel, g.Area.X+g.Area.W-12-x)
	at := draw.Point{X: x, Y: g.Foot}
	f.text(at, line, draw.Sans, sizeLabel, draw.Left, c)
	w := f.width(line, draw.Sans, sizeLabel)
	room := f.textRect(at, w, sizeLabel, draw.Left)
	f.Tree.Add(ui.Node{ID: "stage/quorum", Role: ui.RoleStatus, Label: "Quorum", Value: line, Rect: room})
	s.take(room)
	if hint := f.Options.Hint; hint != "" {
		at := draw.Point{X: g.Area.X + g.Area.W - f.pt(20), Y: g.Foot}
		w := f.width(hint, draw.Sans, sizeLabel)
		if r := f.textRect(at, w, sizeLabel, draw.Right); r.X > room.X+room.W+f.pt(16) {
			f.text(at, hint, draw.Sans, sizeLabel, draw.Right, th.Dim)
			s.take(r)
		}
	}
}

// QuorumLine says who can form a quorum now: "quorum: S1 S2 S3 · 3 of 5".
func (f *Frame) QuorumLine() string {
	if f.inJoint() {
		return f.jointLine()
	}
	v := f.View
	n, can, up, learners := 0, 0, 0, 0
	for i := range v.Servers {
		s := &v.Servers[i]
		if !hasVote(s) {
			if s.Standing == cluster.Learner {
				learners++
			}
			continue
		}
		n++
		if s.InQuorum {
			can++
		}
		if s.Up && !s.Paused {
			up++
		}
	}
	t := f.scratch().texts.begin()
	switch {
	case can == 0 && up < raft.Quorum(n):
		return t.str("no quorum: ").num(uint64(up)).str(" of ").num(uint64(n)).str(" up, ").num(uint64(raft.Quorum(n))).str(" needed").end()
	case can == 0:
		return t.str("no quorum: nobody can talk to ").num(uint64(raft.Quorum(n))).str(" of ").num(uint64(n)).end()
	case can == n && n > 5:
		t.str("quorum: all ").num(uint64(n))
	default:
		t.str("quorum:")
		for i := range v.Servers {
			if v.Servers[i].InQuorum && hasVote(&v.Servers[i]) {
				t.str(" ").server(v.Servers[i].ID)
			}
		}
		t.str(" · ").num(uint64(can)).str(" of ").num(uint64(n))
	}
	if learners > 0 {
		t.str(" · ").plural(learners, "learner", "learners")
	}
	return t.end()
}

// How faint lines may be that are still to be seen: their contrast to the background is
// 3 to 1 in either theme.
const (
	faintOK     = 0.68
	faintDim    = 0.76
	faintDanger = 0.68
)

// halo lies under the servers that can form a quorum now.
func (f *Frame) halo(g *Geometry) {
	if f.inJoint() {
		f.jointHalos(g)
		return
	}
	th, s := f.theme(), f.scratch()
	s.points = s.points[:0]
	for i := range f.View.Servers {
		if f.View.Servers[i].InQuorum && hasVote(&f.View.Servers[i]) {
			p, _ := g.ServerPos(f.View.Servers[i].ID)
			s.points = append(s.points, p)
		}
	}
	if len(s.points) == 0 {
		return
	}
	s.more = hull(s.more[:0], s.points)
	s.points = round(s.points[:0], s.more, g.Radius+max(g.Radius*0.34, 6))
	f.List.Polygon(th.OK.Fade(0.05), s.points...)
	s.points = append(s.points, s.points[0])
	f.List.Line(th.OK.Fade(faintOK), 1.25, s.points...)
}

// round appends to dst the outline of a convex polygon, clockwise, that was made
// larger by d all around, with round corners.
func round(dst, polygon []draw.Point, d float32) []draw.Point {
	n := len(polygon)
	for i, p := range polygon {
		prev, next := polygon[(i+n-1)%n], polygon[(i+1)%n]
		// Seen from outside, edges of a clockwise polygon have their outer normal
		// to the left: (y, -x).
		from, sweep := 0.0, 2*math.Pi
		if n > 1 {
			in, out := direction(prev, p), direction(p, next)
			from = math.Atan2(float64(-in.X), float64(in.Y))
			to := math.Atan2(float64(-out.X), float64(out.Y))
			sweep = math.Mod(to-from+4*math.Pi, 2*math.Pi)
		}
		steps := max(int(sweep/0.2), 1)
		for k := 0; k <= steps; k++ {
			sin, cos := math.Sincos(from + sweep*float64(k)/float64(steps))
			dst = append(dst, draw.Point{X: p.X + d*float32(cos), Y: p.Y + d*float32(sin)})
		}
	}
	return dst
}

// cutTable says for each directed link between servers whether it is cut: 1 plus
// its place in NetworkView.Cuts.
type cutTable [raft.MaxServers + 1][raft.MaxServers + 1]int32

func (f *Frame) cutTable() *cutTable {
	t := &f.scratch().cuts
	*t = cutTable{}
	for i := range f.View.Network.Cuts {
		c := &f.View.Network.Cuts[i]
		if a, b := c.From.Server, c.To.Server; a != raft.None && b != raft.None && a <= raft.MaxServers && b <= raft.MaxServers {
			t[a][b] = int32(i + 1)
		}
	}
	return t
}

// since is when the later of both directions between a and b was cut; ok only if
// both are.
func (f *Frame) since(t *cutTable, a, b raft.ID) (at netsim.Time, ok bool) {
	i, j := t[a][b], t[b][a]
	if i == 0 || j == 0 {
		return 0, false
	}
	cuts := f.View.Network.Cuts
	return max(cuts[i-1].Since, cuts[j-1].Since), true
}
