package scene

import (
	"raftarium/netsim"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
	"raftarium/viz/draw"
)

// borderText is a boundary of which it is still to be written for how long it has
// lasted: its line, as a part of Scratch.borders.
type borderText struct {
	start, end int
	since      netsim.Time
}

// sizeBorder is the size of what is written at a boundary.
const sizeBorder = 12

// borderTexts writes at the lines of partitions for how long they have lasted, where
// there is room. Before messages are drawn it is also kept off all ways that they may
// take, so that a text need not give way to what passes or gets lost; what found no
// room then is written between the messages once they are drawn.
func (f *Frame) borderTexts(g *Geometry, drawn bool) {
	s := f.scratch()
	left := s.untold[:0]
	for _, b := range s.untold {
		if !f.borderText(g, b, drawn) {
			left = append(left, b)
		}
	}
	s.untold = left
}

func (f *Frame) borderText(g *Geometry, b borderText, drawn bool) bool {
	s := f.scratch()
	line := s.borders[b.start:b.end]
	label := s.texts.begin().str("partition · ").lasts(f.View.Now.Sub(b.since)).end()
	w := f.width(label, draw.Sans, sizeBorder)
	area, clear := g.Area.Inset(4), 8*f.unit(g)
	try := func(at draw.Point, align draw.Align) bool {
		r := f.textRect(at, w, sizeBorder, align)
		if !inside(r, area) || !s.freeAround(r, f.pt(6)) || !offLine(r, line) || !drawn && !f.offWays(g, inset(r, -clear)) {
			return false
		}
		f.text(at, label, draw.Sans, sizeBorder, align, f.theme().Danger)
		s.take(r)
		return true
	}
	// From the ends inwards, to the left and to the right of the line, above and below.
	gap := f.pt(9)
	for k := range len(line) / 2 {
		for _, p := range [2]draw.Point{line[k], line[len(line)-1-k]} {
			left, right := draw.Point{X: p.X - gap, Y: p.Y}, draw.Point{X: p.X + gap, Y: p.Y}
			if p.X > g.Center.X {
				if try(right, draw.Left) || try(left, draw.Right) {
					return true
				}
			} else if try(left, draw.Right) || try(right, draw.Left) {
				return true
			}
			up := gap + f.pt(4)
			if try(draw.Point{X: p.X, Y: p.Y - up}, draw.Center) || try(draw.Point{X: p.X, Y: p.Y + up}, draw.Center) {
				return true
			}
		}
	}
	// On a small stage at its edges: beside the line about quorums, or further up.
	for y := g.Foot; y > area.Y; y -= f.pt(sizeBorder) {
		if try(draw.Point{X: area.X + area.W - f.pt(8), Y: y}, draw.Right) || try(draw.Point{X: area.X + f.pt(8), Y: y}, draw.Left) {
			return true
		}
	}
	return false
}

// offLine says that a line does not run through r.
func offLine(r draw.Rect, line []draw.Point) bool {
	for i := 1; i < len(line); i++ {
		if touches(r, line[i-1], line[i]) {
			return false
		}
	}
	return true
}

// offWays says that no message between servers, and none between a client and whom it
// asks or asked, can pass through r.
func (f *Frame) offWays(g *Geometry, r draw.Rect) bool {
	v := f.View
	off := func(from, to script.Endpoint) bool {
		a, b, ok := g.Line(from, to)
		return !ok || !touches(inset(r, -g.lane), a, b)
	}
	for i := range v.Servers {
		for j := i + 1; j < len(v.Servers); j++ {
			if !off(script.Endpoint{Server: v.Servers[i].ID}, script.Endpoint{Server: v.Servers[j].ID}) {
				return false
			}
		}
	}
	for i := range v.Clients {
		if c := &v.Clients[i]; c.Server != raft.None && !off(script.Endpoint{Client: c.ID}, script.Endpoint{Server: c.Server}) {
			return false
		}
	}
	for i := range v.Lost {
		if !off(v.Lost[i].From, v.Lost[i].To) {
			return false
		}
	}
	for i := range v.InFlight {
		if m := &v.InFlight[i]; (m.From.Server == raft.None || m.To.Server == raft.None) && !off(m.From, m.To) {
			return false
		}
	}
	return true
}

// touches says that the segment from a to b runs through r, or lies in it.
func touches(r draw.Rect, a, b draw.Point) bool {
	// What is left of the segment between r's edges (Liang and Barsky).
	from, to := float32(0), float32(1)
	for _, e := range [4][2]float32{
		{a.X - b.X, a.X - r.X}, {b.X - a.X, r.X + r.W - a.X},
		{a.Y - b.Y, a.Y - r.Y}, {b.Y - a.Y, r.Y + r.H - a.Y},
	} {
		switch p, q := e[0], e[1]; {
		case p == 0 && q < 0:
			return false
		case p < 0:
			from = max(from, q/p)
		case p > 0:
			to = min(to, q/p)
		}
	}
	return from <= to
}
