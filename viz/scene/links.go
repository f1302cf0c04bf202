package scene

import (
	"math"

	"raftarium/netsim"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
	"raftarium/viz/draw"
	"raftarium/viz/ui"
)

// links draws every link between servers, and marks what is cut.
func (f *Frame) links(g *Geometry, cuts *cutTable) {
	th, v := f.theme(), f.View
	// Of many links each is fainter: together they are to stay a background.
	usual := th.Line.Mix(th.Dim, 0.3).Fade(9 / float32(max(len(v.Servers), 9)))
	for i := range v.Servers {
		for j := i + 1; j < len(v.Servers); j++ {
			s, t := &v.Servers[i], &v.Servers[j]
			a, b := script.Endpoint{Server: s.ID}, script.Endpoint{Server: t.ID}
			p, q, ok := g.Line(a, b)
			if !ok {
				continue
			}
			there, back := cuts[s.ID][t.ID] != 0, cuts[t.ID][s.ID] != 0
			switch {
			case there && back:
				f.List.DashedLine(th.Danger.Fade(faintDanger), 1.25, 3, 5, p, q)
				if !f.crossesBorder(p, q) { // a boundary says it for all that cross it
					f.cutMark(mix(p, q, 0.5), direction(p, q), max(g.Radius*0.13, 4))
				}
			case !s.Up || !t.Up:
				f.List.DashedLine(th.Line, 1.25, 2, 5, p, q)
			default:
				f.List.Line(usual, 1.25, p, q)
			}
			if there != back {
				if back {
					a, b = b, a
				}
				f.oneWay(g, a, b)
			}
		}
	}
	f.linkEnds(g, cuts)
}

// oneWay marks that nothing gets from a to b, while the other direction works: a
// red lane in the direction of what is cut, ended by a bar.
func (f *Frame) oneWay(g *Geometry, a, b script.Endpoint) {
	th := f.theme()
	p, q, _ := g.Lane(a, b)
	m := mix(p, q, 0.34) // short of where the messages are lost
	f.List.DashedLine(th.Danger, 1.5, 4, 4, p, m)
	d := direction(p, q)
	f.arrow(mix(p, q, 0.18), d, max(g.Radius*0.2, 5), max(g.Radius*0.16, 4), th.Danger)
	f.cutMark(m, d, max(g.Radius*0.14, 4))
	f.scratch().keep(p, m)
}

// cutMark is a bar across a link that is cut, which texts leave free: a cross is what is
// left of a message.
func (f *Frame) cutMark(p, d draw.Point, r float32) {
	f.List.Line(f.theme().Danger, max(r*0.5, 2), draw.Point{X: p.X - d.Y*r, Y: p.Y + d.X*r}, draw.Point{X: p.X + d.Y*r, Y: p.Y - d.X*r})
	f.scratch().take(draw.Rect{X: p.X - r, Y: p.Y - r, W: 2 * r, H: 2 * r})
}

// crossesBorder says that a link crosses the boundary of a partition.
func (f *Frame) crossesBorder(p, q draw.Point) bool {
	s := f.scratch()
	start := 0
	for _, end := range s.bordered {
		for i := start + 1; i < end; i++ {
			if cross(p, q, s.borders[i-1], s.borders[i]) {
				return true
			}
		}
		start = end
	}
	return false
}

// linkEnds adds a node for each end of each link: where one way is cut by a click.
func (f *Frame) linkEnds(g *Geometry, cuts *cutTable) {
	s, v := f.scratch(), f.View
	side := f.Options.hit()
	for i := range v.Servers {
		for j := range v.Servers {
			if i == j {
				continue
			}
			from, to := v.Servers[i].ID, v.Servers[j].ID
			p, q, ok := g.Line(script.Endpoint{Server: from}, script.Endpoint{Server: to})
			if !ok {
				continue
			}
			// A little out from the server, so that the ends of neighbouring links
			// come apart; never past the middle.
			at := toward(p, q, min(side*0.6, distance(p, q)*0.3))
			value := "open"
			switch there, back := cuts[from][to] != 0, cuts[to][from] != 0; {
			case there && back:
				value = "cut"
			case there:
				value = "cut this way"
			case back:
				value = "cut the other way"
			}
			f.Tree.Add(ui.Node{
				ID: s.linkID(from, to), Role: ui.RoleImage, Label: s.linkLabel(from, to), Value: value,
				Rect: around(at, side, g.Area), Selected: f.Options.Selected.isLink(from, to),
			})
			if f.Options.Hover.isLink(from, to) {
				th := f.theme()
				c := th.Accent
				if value == "cut" || value == "cut this way" {
					c = th.OK
				}
				f.List.Circle(at, 6, c.Fade(0.25), c, 1.5)
			}
		}
	}
}

func (t Thing) isLink(a, b raft.ID) bool {
	return t.Kind == Link && t.From.Server == a && t.To.Server == b
}

// linkNames are made once: there are only so many links.
type linkNames [raft.MaxServers + 1][raft.MaxServers + 1]struct{ id, label string }

func (s *Scratch) linkID(a, b raft.ID) string { return s.linkName(a, b).id }

func (s *Scratch) linkLabel(a, b raft.ID) string { return s.linkName(a, b).label }

func (s *Scratch) linkName(a, b raft.ID) *struct{ id, label string } {
	if s.links == nil {
		s.links = new(linkNames)
	}
	n := &s.links[a%(raft.MaxServers+1)][b%(raft.MaxServers+1)]
	if n.id == "" {
		n.id = ThingLink(script.Endpoint{Server: a}, script.Endpoint{Server: b}).ID()
		var t texts
		n.label = t.begin().str("Link from ").server(a).str(" to ").server(b).end()
	}
	return n
}

// boundary draws where a partition runs: for each stretch of neighbours on the
// ring that belong to another group than the largest, a line between them and
// the rest.
func (f *Frame) boundary(g *Geometry, cuts *cutTable) {
	s, v := f.scratch(), f.View
	s.borders, s.bordered, s.untold = s.borders[:0], s.bordered[:0], s.untold[:0]
	n := len(v.Servers)
	groups, main, count := f.groups(cuts)
	if count < 2 {
		return
	}
	first := 0 // a server that stands first in its stretch
	for groups[(first+n-1)%n] == groups[first] {
		first++
	}
	for i := first; i < first+n; {
		j := i + 1
		for j < first+n && groups[j%n] == groups[i%n] {
			j++
		}
		if groups[i%n] != main {
			f.border(g, i, j-i, f.cutSince(cuts, groups, groups[i%n]))
		}
		i = j
	}
}

// border draws the line between the k servers from the one at place i and the
// others. On the unit circle, with the middle of the stretch ahead, the line ends
// outside between neighbours and passes half-way between the stretch and the rest.
func (f *Frame) border(g *Geometry, i, k int, since netsim.Time) {
	const outside = 1.3
	s, th, n := f.scratch(), f.theme(), float64(len(f.View.Servers))
	mid := (float64(i) + float64(k-1)/2) / n
	half := math.Pi * float64(k) / n
	depth := math.Cos(half) * math.Cos(math.Pi/n)
	if k == 1 { // it keeps off the server itself, where the others are close to it
		depth = max(min(depth, 1-1.7*float64(g.Radius/max(min(g.RX, g.RY), 1))), 0)
	}
	control := 2*depth - outside*math.Cos(half)
	start := len(s.borders)
	const steps = 24
	sinMid, cosMid := math.Sincos(2 * math.Pi * mid)
	for step := range steps + 1 {
		u := float64(step) / steps
		along := outside*math.Cos(half)*(1-u)*(1-u) + control*2*u*(1-u) + outside*math.Cos(half)*u*u
		side := outside * math.Sin(half) * (u*u - (1-u)*(1-u))
		x, y := along*sinMid+side*cosMid, along*cosMid-side*sinMid
		s.borders = append(s.borders, draw.Point{X: g.Center.X + g.RX*float32(x), Y: g.Center.Y - g.RY*float32(y)})
	}
	s.bordered = append(s.bordered, len(s.borders))
	f.List.DashedLine(th.Danger, 2.25, 2.5, 5.5, s.borders[start:]...)
	s.untold = append(s.untold, borderText{start: start, end: len(s.borders), since: since})
}

// groups numbers the groups of servers that are joined by links which are not cut
// in both directions, in order of servers; main is the largest, by what can make
// a quorum first.
func (f *Frame) groups(cuts *cutTable) (groups []int, main, count int) {
	s, v := f.scratch(), f.View
	s.groups = s.groups[:0]
	for range v.Servers {
		s.groups = append(s.groups, -1)
	}
	best := -1
	for i := range v.Servers {
		if s.groups[i] >= 0 {
			continue
		}
		size := s.join(f, cuts, i, count)
		if v.Servers[i].Quorum {
			size += len(v.Servers)
		}
		if size > best {
			main, best = count, size
		}
		count++
	}
	return s.groups, main, count
}

// join puts server i and all that are joined to it into a group and counts them.
func (s *Scratch) join(f *Frame, cuts *cutTable, i, group int) int {
	s.groups[i] = group
	n := 1
	for j := range f.View.Servers {
		a, b := f.View.Servers[i].ID, f.View.Servers[j].ID
		if s.groups[j] < 0 && a <= raft.MaxServers && b <= raft.MaxServers && (cuts[a][b] == 0 || cuts[b][a] == 0) {
			n += s.join(f, cuts, j, group)
		}
	}
	return n
}

// cutSince is when the last link between a group and the others was cut.
func (f *Frame) cutSince(cuts *cutTable, groups []int, group int) (since netsim.Time) {
	for i := range groups {
		for j := range groups {
			if groups[i] == group && groups[j] != group {
				if at, ok := f.since(cuts, f.View.Servers[i].ID, f.View.Servers[j].ID); ok {
					since = max(since, at)
				}
			}
		}
	}
	return since
}

// cross is a mark for what does not get through.
func (f *Frame) cross(p draw.Point, r float32, c draw.Color) {
	draw.Cross(f.List, p, r, max(r*0.42, 1.5), c)
}

// arrow is a filled triangle that points along d, with its middle at p.
func (f *Frame) arrow(p, d draw.Point, long, wide float32, c draw.Color) {
	n := draw.Point{X: -d.Y * wide / 2, Y: d.X * wide / 2}
	back := draw.Point{X: p.X - d.X*long/2, Y: p.Y - d.Y*long/2}
	f.List.Polygon(c,
		draw.Point{X: p.X + d.X*long/2, Y: p.Y + d.Y*long/2},
		draw.Point{X: back.X + n.X, Y: back.Y + n.Y},
		draw.Point{X: back.X - n.X, Y: back.Y - n.Y})
}
