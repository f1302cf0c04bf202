package scene

import (
	"math"

	"raftarium/netsim/cluster"
	"raftarium/raft"
	"raftarium/viz/draw"
	"raftarium/viz/ui"
)

// Below the first radius a disc has no room for the term, below the second its
// label says the term only.
const (
	roomForTerm = 27
	roomForRole = 18
)

// takeServers keeps other texts away from servers and their labels.
func (f *Frame) takeServers(g *Geometry) {
	s := f.scratch()
	for i := range f.View.Servers {
		sv := &f.View.Servers[i]
		p, _ := g.ServerPos(sv.ID)
		r := g.Radius + 4
		s.take(draw.Rect{X: p.X - r, Y: p.Y - r, W: 2 * r, H: 2 * r})
		label, at := f.roleLabel(g, sv, p)
		w := f.width(label, draw.Sans, f.roleSize(g))
		if starred(sv) {
			w += f.starRoom(g)
		}
		s.take(f.textRect(at, w, f.roleSize(g), draw.Center))
	}
}

func starred(s *cluster.ServerView) bool { return s.Up && s.Raft.Role == raft.Leader }

func (f *Frame) roleSize(g *Geometry) float32 {
	if g.Radius < f.pt(roomForTerm) {
		return sizeSmall
	}
	return 12 * f.Options.grown(g.Radius)
}

// starRoom is what the star before a leader's label takes.
func (f *Frame) starRoom(g *Geometry) float32 { return f.pt(16) * f.Options.grown(g.Radius) }

// roleLabel is what stands above or below a server, away from the others, whose links
// and messages would run over it, and where its middle is. Below stands that of the
// uppermost where clients are above: what they ask and are told runs there.
func (f *Frame) roleLabel(g *Geometry, s *cluster.ServerView, p draw.Point) (string, draw.Point) {
	off := g.Radius + max(g.Radius*0.32, 5) + f.pt(10)*f.Options.grown(g.Radius)
	at := draw.Point{X: p.X, Y: p.Y + off}
	under := f.Options.Narrow && len(g.clients) > 0 && p.Y < g.Center.Y-0.95*g.RY
	if p.Y < g.Center.Y+1 && !under && len(g.servers) > 1 {
		at.Y = p.Y - off
	}
	t := f.scratch().texts.begin()
	if g.Radius < f.pt(roomForRole) { // outwards, where there are no neighbours
		out := direction(g.Center, p)
		at = draw.Point{X: p.X + out.X*(g.Radius+f.pt(9)), Y: p.Y + out.Y*(g.Radius+f.pt(9))}
		if starred(s) {
			at.X += out.X * f.pt(8)
		}
		return t.num(uint64(s.Raft.Term)).end(), at
	}
	small := g.Radius < f.pt(roomForTerm)
	switch {
	case s.Failed != "":
		t.str("stopped by a panic")
	case !s.Up:
		if small {
			t.str("crashed")
		} else {
			t.str("term ").num(uint64(s.Raft.Term)).str(" on disk")
		}
	case f.standingLabel(s) != "":
		label := f.standingLabel(s)
		if t.begin().str(label); s.Paused && !small {
			t.str(", paused")
		} else if s.Raft.Role != raft.Follower && !small {
			t.str(" · ").str(s.Raft.Role.String())
		}
	case small:
		t.str("term ").num(uint64(s.Raft.Term))
	case s.Paused:
		t.str("paused ").str(s.Raft.Role.String())
	case asking(s):
		t.str("asks around · ").num(uint64(len(s.Raft.PreVotes))).str(" of ").num(uint64(s.Raft.Quorum))
	case handingOver(s) != raft.None:
		t.str("hands over to ").server(s.Raft.Transferee)
	case s.Raft.Role == raft.Candidate:
		t.str("candidate · ").plural(len(s.Raft.Votes), "vote", "votes")
	default:
		t.str(s.Raft.Role.String())
	}
	return t.end(), at
}

// roles writes what stands above and below the servers: over the messages, which show
// through. Before those are drawn it clears the room, for what lies there all the time.
func (f *Frame) roles(g *Geometry, drawn bool) {
	for i := range f.View.Servers {
		c, _ := g.ServerPos(f.View.Servers[i].ID)
		f.roleBeside(g, &f.View.Servers[i], c, drawn)
	}
}

func (f *Frame) servers(g *Geometry) {
	for i := range f.View.Servers {
		f.server(g, &f.View.Servers[i])
	}
}

func (f *Frame) server(g *Geometry, s *cluster.ServerView) {
	th := f.theme()
	c, _ := g.ServerPos(s.ID)
	r, color := g.Radius, th.Term(s.Raft.Term)
	in := g
	if !hasVote(s) && s.Raft.Role != raft.Leader {
		small := *g
		small.Radius *= smaller
		r, in = small.Radius, &small
	}
	ring := ringWidth(r)
	name, dim := th.Text, th.Dim

	// What lies under a server, the halo of a quorum it is no part of or the
	// links of others, keeps away from it.
	f.List.Circle(c, r+ring, th.Background, 0, 0)
	switch {
	case !s.Up:
		f.List.DashedCircle(c, r-ring/2, th.Background, th.Down, ring*0.6, r*0.14, r*0.12)
		name = dim
	case in != g && s.Raft.Role == raft.Follower && !asking(s):
		f.withoutVote(g, s, c, r)
	case s.Raft.Role == raft.Leader:
		f.List.Circle(c, r+ring*0.55, th.Background, th.Text, max(r*0.048, 1.25))
		f.List.Circle(c, r-ring*0.35, th.Background, f.ink(color), max(r*0.06, 1.5))
		f.List.Circle(c, r-ring*1.25, color, 0, 0)
		f.heartbeat(g, s, c, f.ink(color))
		name, dim = th.OnTerm, th.OnTerm
	case asking(s):
		f.List.DashedCircle(c, r-ring/2, th.Panel, f.ink(color).Fade(0.4), ring*0.45, r*0.09, r*0.09)
		f.timer(s, c, r-ring/2, ring*0.45, f.ink(color), r*0.09, r*0.09)
	case s.Raft.Role == raft.Candidate:
		f.List.DashedCircle(c, r-ring/2, th.Panel, f.ink(color).Fade(0.4), ring, r*0.17, r*0.13)
		f.timer(s, c, r-ring/2, ring, f.ink(color), r*0.17, r*0.13)
	default:
		f.List.Circle(c, r-ring/2, th.Panel, th.Line, ring)
		f.timer(s, c, r-ring/2, ring, f.ink(color), 0, 0)
	}
	f.inDisc(in, s, c, name, dim)

	me := ThingServer(s.ID)
	selected, hover := f.Options.Selected == me, f.Options.Hover == me
	if selected || hover {
		a := th.Text // the accent is too like the colours of terms
		if !selected {
			a = a.Fade(0.6)
		}
		f.List.DashedCircle(c, r+max(r*0.29, 6), 0, a, 2, 3, 3.5)
	}
	if v := f.View.Verdict.Violations; len(v) > 0 && v[0].Server == s.ID {
		f.List.Circle(c, r+max(r*0.38, 8), th.Danger.Fade(0.08), th.Danger, 2)
	}
	side := max(2*(r+ring), f.Options.hit())
	f.Tree.Add(ui.Node{
		ID: f.scratch().texts.begin().str("server/").num(uint64(s.ID)).end(), Role: ui.RoleImage,
		Label: f.scratch().texts.begin().str("Server ").server(s.ID).end(), Value: f.ServerWords(s),
		Rect: around(c, side, g.Area), Focusable: true, Selected: selected,
	})
}

// ringWidth is how wide the ring of a server is.
func ringWidth(radius float32) float32 { return max(radius*0.11, 2) }

// timer is the arc of the real election timer, running down from 12 o'clock.
func (f *Frame) timer(s *cluster.ServerView, c draw.Point, r, w float32, color draw.Color, dash, gap float32) {
	if !s.Election.Running || s.Election.Total <= 0 {
		return
	}
	left := float32(min(max(float64(s.Election.Left)/float64(s.Election.Total), 0), 1))
	if left == 0 {
		return
	}
	if s.Paused {
		color = color.Fade(0.5)
	}
	f.List.DashedArc(c, r, 0, left, color, w, dash, gap)
}

// heartbeat draws ticks around a leader that go out one after another until it
// beats again.
func (f *Frame) heartbeat(g *Geometry, s *cluster.ServerView, c draw.Point, color draw.Color) {
	const ticks = 12
	lit := 0
	if s.Heartbeat.Running && s.Heartbeat.Total > 0 {
		lit = int(math.Ceil(float64(s.Heartbeat.Left) / float64(s.Heartbeat.Total) * ticks))
	}
	in, out := g.Radius+max(g.Radius*0.13, 3), g.Radius+max(g.Radius*0.24, 5)
	for i := range ticks {
		sin, cos := math.Sincos(2 * math.Pi * (float64(i) + 0.5) / ticks)
		x, y := float32(sin), -float32(cos)
		col := color
		if i >= lit || s.Paused {
			col = f.theme().Line
		}
		f.List.Line(col, max(g.Radius*0.06, 1.5), draw.Point{X: c.X + x*in, Y: c.Y + y*in}, draw.Point{X: c.X + x*out, Y: c.Y + y*out})
	}
}

// inDisc writes the name and the term, the votes of a candidate and the bars of
// what is paused.
func (f *Frame) inDisc(g *Geometry, s *cluster.ServerView, c draw.Point, name, dim draw.Color) {
	t, r := &f.scratch().texts, g.Radius
	roomy := r >= f.pt(roomForTerm)
	nameY, size := c.Y, r*0.62
	votes := asking(s) || s.Up && !s.Paused && s.Raft.Role == raft.Candidate
	bars := s.Up && s.Paused
	switch {
	case roomy && (votes || bars):
		nameY, size = c.Y-r*0.36, r*0.42
	case roomy:
		nameY, size = c.Y-r*0.2, r*0.5
	case votes || bars:
		nameY, size = c.Y-r*0.24, r*0.5
	}
	f.List.Text(draw.Point{X: c.X, Y: nameY}, t.begin().server(s.ID).end(), draw.SansBold, size, draw.Center, name)
	if roomy {
		y := c.Y + r*0.3
		if votes || bars {
			y = c.Y + r*0.08
		}
		line := ""
		if s.Up {
			line = t.begin().str("term ").num(uint64(s.Raft.Term)).end()
		} else {
			line = role(s)
		}
		f.List.Text(draw.Point{X: c.X, Y: y}, line, draw.Sans, max(r*0.27, f.pt(9)), draw.Center, dim)
	}
	at := draw.Point{X: c.X, Y: c.Y + r*0.5}
	if votes {
		f.stand(at, r, s)
	}
	if bars {
		w, h := r*0.1, r*0.3
		f.List.Rect(draw.Rect{X: at.X - w*1.7, Y: at.Y - h/2, W: w, H: h}, w*0.3, name)
		f.List.Rect(draw.Rect{X: at.X + w*0.7, Y: at.Y - h/2, W: w, H: h}, w*0.3, name)
	}
}

// roleBeside writes the role above or below a server, with a star for a leader.
func (f *Frame) roleBeside(g *Geometry, s *cluster.ServerView, c draw.Point, drawn bool) {
	th := f.theme()
	label, at := f.roleLabel(g, s, c)
	size := f.roleSize(g)
	w := f.width(label, draw.Sans, size)
	color := th.Dim
	if s.Failed != "" {
		color = th.Danger
	}
	wide := w
	if starred(s) {
		wide += f.starRoom(g)
	}
	room := f.textRect(at, wide+6, size, draw.Center)
	if !drawn {
		f.List.Rect(room, 3, th.Background.Fade(0.85))
		return
	}
	f.List.Rect(room, 3, th.Background.Fade(0.5))
	if starred(s) {
		k := f.Options.grown(g.Radius)
		draw.Star(f.List, draw.Point{X: at.X - wide/2 + f.pt(5)*k, Y: at.Y}, f.pt(6)*k, th.Text)
		at.X += f.starRoom(g) / 2
		color = th.Text
	}
	f.text(at, label, draw.Sans, size, draw.Center, color)
}

// polar is the point at distance r from p, turn clockwise from 12 o'clock.
func polar(p draw.Point, r float32, turn float64) draw.Point {
	sin, cos := math.Sincos(2 * math.Pi * turn)
	return draw.Point{X: p.X + r*float32(sin), Y: p.Y - r*float32(cos)}
}

// ServerWords says how a server stands: "leader, term 7, commit 17, last 19".
func (f *Frame) ServerWords(s *cluster.ServerView) string {
	t := f.scratch().texts.begin()
	if t.str(role(s)); s.Up && s.Paused {
		t.str(" ").str(s.Raft.Role.String())
	}
	if label := f.standingLabel(s); label != "" {
		t = f.scratch().texts.begin().str(label).str(", ").str(role(s))
	}
	t.str(", term ").num(uint64(s.Raft.Term))
	if asking(s) {
		t.str(", asks around, ").num(uint64(len(s.Raft.PreVotes))).str(" of ").num(uint64(s.Raft.Quorum)).str(" would vote for it")
	} else if s.Up && s.Raft.Role == raft.Candidate {
		t.str(", ").num(uint64(len(s.Raft.Votes))).str(" of ").num(uint64(s.Raft.Quorum)).str(" votes")
	}
	if to := handingOver(s); to != raft.None {
		t.str(", hands over to ").server(to)
	}
	t.str(", commit ").num(uint64(s.Raft.Commit)).str(", last ").num(uint64(s.Raft.Last()))
	if s.Up && !s.Quorum && hasVote(s) {
		t.str(", without a quorum")
	}
	return t.end()
}
