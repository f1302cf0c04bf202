package scene

import (
	"raftarium/kv"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
	"raftarium/viz/draw"
	"raftarium/viz/text"
	"raftarium/viz/ui"
)

// clientLinks shows faintly whom each client is asking, in red where nothing gets
// through. Of the cuts at clients only these are drawn, and all those of a client
// that is selected or under the pointer: a partition cuts many that nobody uses.
func (f *Frame) clientLinks(g *Geometry) {
	th, v := f.theme(), f.View
	for i := range v.Clients {
		c := &v.Clients[i]
		if !c.Busy || c.Server == raft.None || c.Resting {
			continue
		}
		p, q, ok := g.Line(script.Endpoint{Client: c.ID}, script.Endpoint{Server: c.Server})
		if !ok {
			continue
		}
		f.List.DashedLine(th.Dim.Fade(faintDim), 1, 1.5, 4.5, p, q)
	}
	for i := range v.Network.Cuts {
		c := &v.Network.Cuts[i]
		if c.From.Server != raft.None && c.To.Server != raft.None {
			continue
		}
		p, q, ok := g.Lane(c.From, c.To)
		if !ok || !f.cutMatters(c.From, c.To) {
			continue
		}
		f.List.DashedLine(th.Danger.Fade(faintDanger), 1.25, 3, 6, p, q)
		// Near the client, where the links of different clients lie apart.
		at := 0.16 + 0.05*float32((c.From.Server+c.To.Server)%8)
		if c.From.Server != raft.None {
			at = 1 - at
		}
		f.cutMark(mix(p, q, at), direction(p, q), max(5*f.unit(g), 4))
	}
}

// cutMatters says whether a cut between a client and a server is to be seen.
func (f *Frame) cutMatters(a, b script.Endpoint) bool {
	client, server := a.Client, b.Server
	if a.Server != raft.None {
		client, server = b.Client, a.Server
	}
	me := ThingClient(client)
	if f.Options.Selected == me || f.Options.Hover == me {
		return true
	}
	for i := range f.View.Clients {
		if c := &f.View.Clients[i]; c.ID == client {
			return c.Busy && !c.Resting && c.Server == server
		}
	}
	return false
}

func (f *Frame) clients(g *Geometry) {
	th, s := f.theme(), f.scratch()
	if len(g.clients) == 0 {
		return
	}
	if !f.Options.Narrow {
		f.head(g.clientHead, "CLIENTS")
	}
	for i := range g.clients {
		c, r := &f.View.Clients[i], g.clients[i].rect
		me := ThingClient(c.ID)
		selected, hover := f.Options.Selected == me, f.Options.Hover == me
		stroke, width := th.Line, float32(1.25)
		switch {
		case selected:
			stroke, width = th.Accent, 2
		case c.Busy && c.Try > 1:
			stroke = th.Warning
		case hover:
			stroke = th.Accent.Fade(0.6)
		}
		f.List.Box(r, 6, th.Panel, stroke, width)
		switch {
		case g.Cards == cards:
			f.card(c, r)
		case g.Cards == lines:
			f.cardLine(c, r)
		default:
			f.chip(c, r)
		}
		f.Tree.Add(ui.Node{
			ID: s.texts.begin().str("client/").num(uint64(c.ID)).end(), Role: ui.RoleImage,
			Label: s.texts.begin().str("Client ").client(c.ID).end(), Value: f.ClientWords(c),
			Rect: r, Focusable: true, Selected: selected,
		})
	}
	if g.overflow > 0 {
		last := g.clients[len(g.clients)-1].rect
		at := draw.Point{X: last.X + last.W + f.pt(6), Y: last.Y + last.H/2}
		if at.X+f.pt(28) > g.clientHead.X+f.pt(158) {
			at = draw.Point{X: g.clients[0].rect.X, Y: last.Y + last.H + f.pt(14)}
		}
		f.text(at, s.texts.begin().str("+").num(uint64(g.overflow)).end(), draw.Sans, sizeLabel, draw.Left, th.Dim)
	}
}

// card is a client in two lines: what it asks for, and how it goes.
func (f *Frame) card(c *cluster.ClientView, r draw.Rect) {
	th, t := f.theme(), &f.scratch().texts
	y1, y2 := r.Y+r.H*0.33, r.Y+r.H*0.7
	x, right := r.X+f.pt(10), r.X+r.W-f.pt(8)
	name := t.begin().client(c.ID).end()
	f.text(draw.Point{X: x, Y: y1}, name, draw.SansBold, sizeNote, draw.Left, th.Text)
	x += f.pt(27)
	if more := besides(c); more > 0 {
		queued := t.begin().str("+").num(uint64(more)).end()
		w := f.width(queued, draw.Sans, sizeSmall)
		f.List.Rect(draw.Rect{X: right - w - f.pt(6), Y: y1 - f.pt(7), W: w + f.pt(6), H: f.pt(14)}, f.pt(4), th.Raised)
		f.text(draw.Point{X: right - f.pt(3), Y: y1}, queued, draw.Sans, sizeSmall, draw.Right, th.Dim)
		right -= w + f.pt(10)
	}
	top, color := "idle", th.Dim
	if c.Busy {
		top, color = t.begin().op(&c.Op).end(), th.Text
	}
	f.text(draw.Point{X: x, Y: y1}, f.fit(top, draw.Sans, sizeNote, right-x), draw.Sans, sizeNote, draw.Left, color)

	right = r.X + r.W - f.pt(8)
	color = th.Dim
	if c.Busy && c.Try > 1 {
		f.retry(draw.Point{X: right - f.pt(5), Y: y2}, f.pt(4.5), th.Warning)
		right -= f.pt(14)
		color = th.Warning
	}
	switch {
	case c.Busy:
	case c.Last.Expired:
		color = th.Warning
	case c.Swallowed:
		color = th.OK
	}
	f.text(draw.Point{X: x, Y: y2}, f.fit(f.clientLine(c, right-x), draw.Sans, sizeLabel, right-x), draw.Sans, sizeLabel, draw.Left, color)
}

// besides is how many operations are outstanding, or wait their turn, beside the one
// that is shown.
func besides(c *cluster.ClientView) int { return c.Queued + max(len(c.Outstanding)-1, 0) }

// clientState is the second line of a card.
func (f *Frame) clientState(c *cluster.ClientView) string {
	t := f.scratch().texts.begin()
	switch {
	case c.Registration.Seq != 0:
		t.str("registers → ").server(c.Registration.Server)
		if c.Registration.Try > 1 {
			t.str(" · try ").num(uint64(c.Registration.Try))
		}
		return t.end()
	case c.Busy && c.Resting && c.Refused:
		return t.str("busy · #").num(c.Seq).str(" · try ").num(uint64(c.Try)).end()
	case c.Busy && c.Resting:
		return t.str("rests · #").num(c.Seq).str(" · try ").num(uint64(c.Try)).end()
	case c.Busy && c.Try > 1:
		return t.str("→ ").server(c.Server).str(" · #").num(c.Seq).str(" · try ").num(uint64(c.Try)).end()
	case c.Busy:
		return t.str("→ ").server(c.Server).str(" · #").num(c.Seq).end()
	case c.Completed == 0:
		return t.str("nothing asked yet").end()
	case c.Last.Expired:
		return t.str("#").num(c.Last.Seq).str(" expired: done or not").end()
	case c.Swallowed:
		return t.str("#").num(c.Last.Seq).str(" repeat swallowed").end()
	case c.LastOp.Kind == kv.Get:
		return t.str("#").num(c.Last.Seq).str(" ").str(c.LastOp.Key).str(" = ").str(tailBytes(c.Last.Value, 10)).end()
	}
	return t.str("#").num(c.Last.Seq).str(" ").shortOp(&c.LastOp).str(" done").end()
}

// clientLine is clientState, or less where that has no room.
func (f *Frame) clientLine(c *cluster.ClientView, room float32) string {
	line := f.clientState(c)
	if c.Busy || !c.Last.Expired && !c.Swallowed || f.width(line, draw.Sans, sizeLabel) <= room {
		return line
	}
	t := f.scratch().texts.begin().str("#").num(c.Last.Seq)
	if c.Last.Expired {
		return t.str(" expired").end()
	}
	return t.str(" swallowed").end()
}

// tailBytes is the end of a value, from a word on if it can be.
func tailBytes(v []byte, n int) string {
	if len(v) == 0 {
		return "empty"
	}
	if len(v) <= n {
		return string(v)
	}
	end := tail(string(v[len(v)-min(len(v), n+3):]), n)
	return text.Ellipsis + string(v[wordStart(v, len(v)-len(end)):])
}

// cardLine is a client in one line.
func (f *Frame) cardLine(c *cluster.ClientView, r draw.Rect) {
	th, t := f.theme(), &f.scratch().texts
	y := r.Y + r.H/2
	f.text(draw.Point{X: r.X + f.pt(8), Y: y}, t.begin().client(c.ID).end(), draw.SansBold, sizeLabel, draw.Left, th.Text)
	x, right := r.X+f.pt(33), r.X+r.W-f.pt(7)
	state, color := "", th.Dim
	if c.Busy && c.Server != raft.None {
		state = t.begin().str("→ ").server(c.Server).end()
		if c.Try > 1 {
			state, color = t.begin().str("→ ").server(c.Server).str(" ×").num(uint64(c.Try)).end(), th.Warning
		}
	}
	f.text(draw.Point{X: right, Y: y}, state, draw.Sans, sizeLabel, draw.Right, color)
	if state != "" {
		right -= f.width(state, draw.Sans, sizeLabel) + f.pt(6)
	}
	line, color := "", th.Dim
	switch {
	case c.Busy:
		line, color = t.begin().shortOp(&c.Op).end(), th.Text
	case c.Completed == 0:
		line = "idle"
	default:
		line = f.clientLine(c, right-x)
		switch {
		case c.Last.Expired:
			color = th.Warning
		case c.Swallowed:
			color = th.OK
		}
	}
	f.text(draw.Point{X: x, Y: y}, f.fit(line, draw.Sans, sizeLabel, right-x), draw.Sans, sizeLabel, draw.Left, color)
}

// chip is a client in small: name and whom it asks, below it what for, where
// there is room.
func (f *Frame) chip(c *cluster.ClientView, r draw.Rect) {
	th, t := f.theme(), &f.scratch().texts
	name := t.begin().client(c.ID).end()
	color := th.Text
	if !c.Busy {
		color = th.Dim
	}
	if r.H < f.pt(34) {
		if c.Busy && c.Try > 1 {
			color = th.Warning
		}
		f.text(r.Center(), name, draw.SansBold, sizeLabel, draw.Center, color)
		return
	}
	y1, y2 := r.Y+r.H*0.32, r.Y+r.H*0.7
	x, right := r.X+f.pt(6), r.X+r.W-f.pt(6)
	f.text(draw.Point{X: x, Y: y1}, name, draw.SansBold, sizeLabel, draw.Left, th.Text)
	line := "idle"
	switch {
	case c.Busy && c.Server != raft.None:
		state, sc := t.begin().str("→ ").server(c.Server).end(), th.Dim
		if c.Try > 1 {
			state, sc = t.begin().str("×").num(uint64(c.Try)).str(" ").server(c.Server).end(), th.Warning
		}
		if f.width(state, draw.Sans, sizeSmall) < right-x-f.width(name, draw.SansBold, sizeLabel)-f.pt(3) {
			f.text(draw.Point{X: right, Y: y1}, state, draw.Sans, sizeSmall, draw.Right, sc)
		}
		line = t.begin().shortOp(&c.Op).end()
	case c.Busy:
		line = t.begin().shortOp(&c.Op).end()
	case c.Last.Expired:
		line, color = "expired", th.Warning
	case c.Swallowed:
		line, color = "repeat swallowed", th.OK
		if f.width(line, draw.Sans, sizeSmall) > right-x {
			line = "once"
		}
	case c.Completed > 0:
		line = t.begin().num(uint64(c.Completed)).str(" done").end()
	}
	f.text(draw.Point{X: x, Y: y2}, f.fit(line, draw.Sans, sizeSmall, right-x), draw.Sans, sizeSmall, draw.Left, color)
}

// retry is an arrow that goes around.
func (f *Frame) retry(p draw.Point, r float32, c draw.Color) {
	f.List.Arc(p, r, 0.12, 0.88, c, max(r*0.3, 1.2))
	tip := polar(p, r, 0.1)
	f.arrow(draw.Point{X: tip.X - r*0.1, Y: tip.Y + r*0.05}, draw.Point{X: -0.8, Y: -0.6}, r*0.9, r*1.1, c)
}

// ClientWords says what a client does, in words.
func (f *Frame) ClientWords(c *cluster.ClientView) string {
	t := f.scratch().texts.begin()
	switch {
	case c.Busy:
		t.op(&c.Op).str(", operation ").num(c.Seq).str(", try ").num(uint64(c.Try))
		switch {
		case c.Registration.Seq != 0 && c.Try == 0:
			t.str(", registers a session first")
		case c.Resting && c.Refused:
			t.str(", rests because the leader is busy")
		case c.Resting:
			t.str(", rests before it asks again")
		default:
			t.str(", asks ").server(c.Server)
		}
		if n := len(c.Outstanding); n > 1 {
			t.str(", ").num(uint64(n - 1)).str(" more outstanding")
		}
	default:
		t.str("idle, ").num(uint64(c.Completed)).str(" done")
	}
	if c.Last.Expired {
		t.str(", the session of the last operation had ended: it may or may not have happened")
	}
	if c.Swallowed {
		t.str(", a repetition of the last operation was swallowed")
	}
	if c.Queued > 0 {
		t.str(", ").num(uint64(c.Queued)).str(" waiting")
	}
	return t.end()
}
