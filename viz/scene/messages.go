package scene

import (
	"math"
	"time"

	"raftarium/kv"
	"raftarium/netsim/cluster"
	"raftarium/raft"
	"raftarium/viz/draw"
	"raftarium/viz/ui"
)

// label is a text that wants a place beside a message.
type label struct {
	at, dir  draw.Point
	text     string
	color    draw.Color
	priority uint8 // lower comes first
}

// labelsMost bounds how many messages are labelled: more cannot be read.
const labelsMost = 28

// labelledMost is how many messages may be on their way for all of them to be
// labelled; in a crowd only what is selected or under the pointer is.
const labelledMost = 90

// messages draws the lost messages, then those on their way.
func (f *Frame) messages(g *Geometry) {
	v := f.View
	s := f.scratch()
	s.spots = s.spots[:0]
	for i := range v.Lost {
		m := &v.Lost[i]
		p, d, ok := g.MessagePos(m, v.Now)
		if !ok || f.lostLeft(m) <= 0 {
			continue
		}
		p = g.clearOf(p, d, g.Radius+ringWidth(g.Radius)+7*f.unit(g))
		s.spots = append(s.spots, spot{m: m, p: p, d: d, near: g.nearest(p)})
	}
	s.spots = f.newest(s.spots, 6*f.unit(g))
	for i := range s.spots {
		f.lost(g, &s.spots[i], len(s.spots) <= wordsMost)
	}
	for i := range v.InFlight {
		m := &v.InFlight[i]
		p, d, ok := g.MessagePos(m, v.Now)
		at := spot{m: m, p: p, d: d, near: g.nearest(p)}
		if ok {
			f.inFlight(g, &at)
			s.spots = append(s.spots, at)
		}
	}
}

// wordsMost is how many lost messages may be seen for each to be called lost.
const wordsMost = 4

// newest keeps of the messages that were lost on one way at one place, less than d from
// each other, the last one: crosses on each other tell nothing, and what is cut or down
// takes many. What is picked stays.
func (f *Frame) newest(lost []spot, d float32) []spot {
	kept := lost[:0]
next:
	for i := range lost {
		a := &lost[i]
		if me := ThingMessage(a.m.ID); f.Options.Selected != me && f.Options.Hover != me {
			for k := i + 1; k < len(lost); k++ {
				if b := &lost[k]; a.m.From == b.m.From && a.m.To == b.m.To && distance(a.p, b.p) < d {
					continue next
				}
			}
		}
		kept = append(kept, *a)
	}
	return kept
}

// spot is where a message is, and where it goes.
type spot struct {
	m    *cluster.MessageView
	p, d draw.Point
	near float32 // distance to the nearest server's middle
}

// messageNodes adds the nodes of the messages that pass behind a server, or of
// all others: those lie above everything, since messages are small.
func (f *Frame) messageNodes(g *Geometry, behind bool) {
	t := &f.scratch().kept
	for i := range f.scratch().spots {
		at := &f.scratch().spots[i]
		if behind != (at.near < g.Radius) {
			continue
		}
		said := f.scratch().said(saidOf{message: at.m.ID, payload: at.m.Payload, lost: at.m.Lost})
		if said.id == "" {
			said.id = t.begin().str("message/").num(uint64(at.m.ID)).end()
			said.label, said.value = messageName(t, at.m), messageWords(t, at.m)
		}
		f.Tree.Add(ui.Node{
			ID: said.id, Role: ui.RoleImage,
			Label: said.label, Value: said.value, Rect: around(at.p, f.messageHit(g, at), g.Area),
			Focusable: true, Selected: f.Options.Selected == ThingMessage(at.m.ID),
		})
	}
}

// unit is the size of messages: 1 on a stage of full size.
func (f *Frame) unit(g *Geometry) float32 { return max(g.Radius/fullRadius, 0.55*f.pt(1)) }

// messageSize is the size of what is written at messages.
func (f *Frame) messageSize(g *Geometry) float32 { return sizeLabel * f.Options.grown(g.Radius) }

func (f *Frame) inFlight(g *Geometry, at *spot) {
	s, m, p, d := f.scratch(), at.m, at.p, at.d
	color := f.messageColor(m)
	if m.Copy { // a duplicate trails a ghost of itself
		f.glyph(g, m, draw.Point{X: p.X - d.X*5, Y: p.Y - d.Y*5}, d, color.Fade(0.4))
	}
	f.glyph(g, m, p, d, color)
	me := ThingMessage(m.ID)
	if f.Options.Selected == me || f.Options.Hover == me {
		f.List.DashedCircle(p, 11*f.unit(g)+2, 0, f.theme().Text, 1.75, 3, 3)
	}
	u := f.unit(g)
	s.take(draw.Rect{X: p.X - 6*u, Y: p.Y - 6*u, W: 12 * u, H: 12 * u})
	picked := f.Options.Selected == me || f.Options.Hover == me
	if picked || f.Options.Labels && len(f.View.InFlight) <= labelledMost && at.near >= g.Radius {
		if text, priority := f.messageLabel(m); text != "" {
			l := label{p, d, text, f.theme().Dim, priority}
			if picked {
				l.color, l.priority = f.theme().Text, 0
			}
			s.labels = append(s.labels, l)
		}
	}
}

// lost draws a message where it was lost, fading; red if a cut did it.
func (f *Frame) lost(g *Geometry, at *spot, named bool) {
	m, p, d := at.m, at.p, at.d
	left, color := f.lostLeft(m), f.messageColor(m)
	fade := min(left*1.6, 1) // of the cross and of its word
	f.glyph(g, m, p, d, color.Fade(left*0.45))
	mark := color
	if m.Why == "cut" {
		mark = f.theme().Danger
	}
	f.cross(p, 6*f.unit(g), mark.Fade(fade))
	if f.Options.Selected == ThingMessage(m.ID) {
		f.List.DashedCircle(p, 11*f.unit(g)+2, 0, f.theme().Text, 1.75, 3, 3)
	}
	f.scratch().take(around(p, 12*f.unit(g), g.Area))
	// A cut says itself why nothing gets through, and so does a crashed server.
	if named && f.Options.Labels && (m.Why == "loss" || m.Why == "dropped") && len(f.View.InFlight) <= labelledMost {
		word := "lost"
		if m.Why == "dropped" {
			word = "dropped"
		}
		f.scratch().labels = append(f.scratch().labels, label{p, d, word, f.theme().Dim.Fade(fade), 3})
	}
}

// lostLeft is how much is left of the time for which a lost message is shown,
// from 1 down to 0.
func (f *Frame) lostLeft(m *cluster.MessageView) float32 {
	fade := f.Options.Fade
	if fade <= 0 {
		fade = 300 * time.Millisecond
	}
	age := f.View.Now.Sub(m.LostAt)
	if age < 0 || age >= fade {
		return 0
	}
	return 1 - float32(age)/float32(fade)
}

func (f *Frame) messageColor(m *cluster.MessageView) draw.Color {
	switch p := m.Payload.(type) {
	case raft.Message:
		return f.ink(f.theme().Term(p.MessageTerm()))
	}
	return f.theme().Text // clients know no terms; a retry differs in its shape
}

// glyph is the shape of a message: requests are filled and point where they go,
// replies are hollow with + or -; those of an election are diamonds, dashed if
// they bind nobody, a leadership that is handed over a star, those of replication
// triangles and rings, those of clients squares.
func (f *Frame) glyph(g *Geometry, m *cluster.MessageView, p, d draw.Point, c draw.Color) {
	u, bg := f.unit(g), f.theme().Background
	switch q := m.Payload.(type) {
	case *raft.RequestVote:
		f.kite(p, d, u, c)
	case *raft.RequestVoteReply:
		f.diamond(p, d, 9*u, 8*u, c)
		f.diamond(p, d, 6.4*u, 5.6*u, bg)
		f.sign(p, 2.6*u, q.Granted, c)
	case *raft.PreVote:
		f.dashed(p, d, 9.5*u, 6*u, u, c)
	case *raft.PreVoteReply:
		f.dashed(p, d, 9*u, 8*u, u, c)
		if u >= roomForSign {
			f.sign(p, 2.6*u, q.Granted, c)
		}
	case *raft.TimeoutNow:
		draw.Star(f.List, p, 7*u, c)
	case *raft.AppendEntries:
		if len(q.Entries) == 0 {
			f.arrow(p, d, 8*u, 7*u, c)
		} else {
			f.arrow(p, d, 16*u, 14*u, c)
		}
	case *raft.AppendEntriesReply:
		f.List.Circle(p, 5*u, bg, c, 1.6*u)
		f.sign(p, 2.5*u, q.Success, c)
	case *raft.InstallSnapshot:
		f.chunk(p, u, q, c)
	case *raft.InstallSnapshotReply:
		f.List.Box(draw.Rect{X: p.X - 4*u, Y: p.Y - 4*u, W: 8 * u, H: 8 * u}, u, bg, c, 1.5*u)
	case *kv.Request:
		if q.Try > 1 { // a retry looks like a retry
			b := draw.Point{X: p.X - d.X*4*u, Y: p.Y - d.Y*4*u}
			f.List.Box(draw.Rect{X: b.X - 4.5*u, Y: b.Y - 4.5*u, W: 9 * u, H: 9 * u}, 2*u, bg, c, 1.4*u)
		}
		f.List.Rect(draw.Rect{X: p.X - 4.5*u, Y: p.Y - 4.5*u, W: 9 * u, H: 9 * u}, 2*u, c)
	case *kv.Reply:
		f.List.Box(draw.Rect{X: p.X - 5.5*u, Y: p.Y - 5.5*u, W: 11 * u, H: 11 * u}, 2.5*u, bg, c, 1.5*u)
		f.sign(p, 2.7*u, q.Status == kv.OK, c)
	default:
		f.List.Circle(p, 4*u, c, 0, 0)
	}
}

// roomForSign is the unit from which on a sign has room between dashes.
const roomForSign = 0.8

// kite is a diamond that points along d.
func (f *Frame) kite(p, d draw.Point, u float32, c draw.Color) {
	n := draw.Point{X: -d.Y * 6 * u, Y: d.X * 6 * u}
	back := draw.Point{X: p.X - d.X*2*u, Y: p.Y - d.Y*2*u}
	f.List.Polygon(c,
		draw.Point{X: p.X + d.X*10*u, Y: p.Y + d.Y*10*u}, draw.Point{X: back.X + n.X, Y: back.Y + n.Y},
		draw.Point{X: p.X - d.X*8*u, Y: p.Y - d.Y*8*u}, draw.Point{X: back.X - n.X, Y: back.Y - n.Y})
}

func (f *Frame) diamond(p, d draw.Point, long, wide float32, c draw.Color) {
	n := draw.Point{X: -d.Y * wide, Y: d.X * wide}
	f.List.Polygon(c,
		draw.Point{X: p.X + d.X*long, Y: p.Y + d.Y*long}, draw.Point{X: p.X + n.X, Y: p.Y + n.Y},
		draw.Point{X: p.X - d.X*long, Y: p.Y - d.Y*long}, draw.Point{X: p.X - n.X, Y: p.Y - n.Y})
}

// sign is a plus or a minus.
func (f *Frame) sign(p draw.Point, r float32, plus bool, c draw.Color) {
	w := max(r*0.6, 1.2)
	f.List.Line(c, w, draw.Point{X: p.X - r, Y: p.Y}, draw.Point{X: p.X + r, Y: p.Y})
	if plus {
		f.List.Line(c, w, draw.Point{X: p.X, Y: p.Y - r}, draw.Point{X: p.X, Y: p.Y + r})
	}
}

// messageLabel is what stands at a message, if anything, and how much it matters.
func (f *Frame) messageLabel(m *cluster.MessageView) (text string, priority uint8) {
	t := &f.scratch().texts
	switch q := m.Payload.(type) {
	case *raft.RequestVote:
		return t.begin().str("vote? term ").num(uint64(q.Term)).end(), 0
	case *raft.RequestVoteReply:
		if q.Granted {
			return "yes", 1
		}
		return "no", 1
	case *raft.PreVote:
		return t.begin().str("could I win term ").num(uint64(q.Term + 1)).str("?").end(), 0
	case *raft.PreVoteReply:
		if q.Granted {
			return "you could", 1
		}
		return "you could not", 1
	case *raft.TimeoutNow:
		return "take over", 0
	case *raft.AppendEntries:
		if len(q.Entries) > 0 {
			return t.begin().str("append ").span(q.PrevIndex+1, q.PrevIndex+raft.Index(len(q.Entries))).end(), 1
		}
	case *raft.AppendEntriesReply:
		if !q.Success {
			return t.begin().str("conflict at ").num(uint64(q.ConflictIndex)).end(), 0
		}
	case *raft.InstallSnapshot:
		return chunkLabel(t, q), 0
	case *kv.Request:
		t.begin().shortOp(&q.Op)
		if q.Try > 1 {
			return t.str(" · try ").num(uint64(q.Try)).end(), 0
		}
		return t.end(), 2
	case *kv.Reply:
		switch {
		case q.Duplicate:
			return "done before", 0
		case q.Status == kv.OK:
			return "ok", 2
		case q.Status == kv.NotLeader && q.Leader != raft.None:
			return t.begin().str("ask ").server(q.Leader).end(), 1
		case q.Status == kv.NotLeader:
			return "no leader", 1
		case q.Status == kv.Expired:
			return "expired", 0
		case q.Status == kv.Busy:
			return "busy", 0
		default:
			return "place lost", 0
		}
	}
	return "", 0
}

// placeLabels writes labels beside their messages, the ones that matter most
// first, where they cover nothing.
func (f *Frame) placeLabels(g *Geometry) {
	s, placed, start := f.scratch(), 0, 0
	for _, end := range s.bordered { // what is written at them has its place by now
		s.keep(s.borders[start:end]...)
		start = end
	}
	area := g.Area.Inset(3)
	for priority := range uint8(4) {
		for i := range s.labels {
			l := &s.labels[i]
			if l.priority != priority {
				continue
			}
			if placed == labelsMost {
				return
			}
			if f.placeLabel(g, l, area) {
				placed++
			}
		}
	}
}

func (f *Frame) placeLabel(g *Geometry, l *label, area draw.Rect) bool {
	s, u := f.scratch(), f.unit(g)
	size := f.messageSize(g)
	w := f.width(l.text, draw.Sans, size)
	beside, above := 11*u, 8*u+f.pt(8)*f.Options.grown(g.Radius)
	// Sideways of the way first, to the right, where the own lane lies, then to the
	// left; else above or below.
	n := draw.Point{X: -l.dir.Y, Y: l.dir.X}
	for _, way := range [4]draw.Point{n, {X: -n.X, Y: -n.Y}, {Y: -1}, {Y: 1}} {
		at, align := draw.Point{X: l.at.X + way.X*beside, Y: l.at.Y + way.Y*beside}, draw.Left
		switch {
		case math.Abs(float64(way.X)) < 0.3:
			align = draw.Center
			at.Y = l.at.Y + float32(math.Copysign(float64(above), float64(way.Y)))
		case way.X < 0:
			align = draw.Right
		}
		r := f.textRect(at, w, size, align)
		// Sideways they keep off each other: two in a row would read as one.
		if inside(r, area) && s.free(draw.Rect{X: r.X - 5, Y: r.Y - 1, W: r.W + 10, H: r.H + 2}) {
			f.List.Rect(draw.Rect{X: r.X - 2, Y: r.Y, W: r.W + 4, H: r.H}, 3, f.theme().Background.Fade(0.65*float32(l.color&0xff)/255))
			f.text(at, l.text, draw.Sans, size, align, l.color)
			s.take(r)
			return true
		}
	}
	return false
}

// messageHit is the side of a message's hit area: less beside a server, whose
// middle stays its own, though never less than 24 points.
func (f *Frame) messageHit(g *Geometry, at *spot) float32 {
	return min(f.Options.hit(), max(2*(at.near*0.7-g.Radius*0.25), 24))
}

// MessageName says what a message is and between whom: "Append from S2 to S1".
func (f *Frame) MessageName(m *cluster.MessageView) string {
	return messageName(&f.scratch().texts, m)
}

func messageName(t *texts, m *cluster.MessageView) string {
	return t.begin().str(messageType(m.Payload)).str(" from ").endpoint(m.From).str(" to ").endpoint(m.To).end()
}

func messageType(payload any) string {
	switch q := payload.(type) {
	case *raft.RequestVote:
		return "Vote request"
	case *raft.RequestVoteReply:
		return "Vote"
	case *raft.PreVote:
		return "Pre-vote request"
	case *raft.PreVoteReply:
		return "Pre-vote"
	case *raft.TimeoutNow:
		return "Handover"
	case *raft.AppendEntries:
		if len(q.Entries) == 0 {
			return "Heartbeat"
		}
		return "Append"
	case *raft.AppendEntriesReply:
		return "Append reply"
	case *raft.InstallSnapshot:
		return "Snapshot"
	case *raft.InstallSnapshotReply:
		return "Snapshot reply"
	case *kv.Request:
		return "Request"
	case *kv.Reply:
		return "Answer"
	}
	return "Message"
}

// MessageWords says what a message says, in words.
func (f *Frame) MessageWords(m *cluster.MessageView) string {
	return messageWords(&f.scratch().texts, m)
}

func messageWords(t *texts, m *cluster.MessageView) string {
	t.begin()
	switch q := m.Payload.(type) {
	case *raft.RequestVote:
		t.str("term ").num(uint64(q.Term)).str(", asks for a vote, last entry ").num(uint64(q.LastIndex)).str(" of term ").num(uint64(q.LastTerm))
	case *raft.RequestVoteReply:
		t.str("term ").num(uint64(q.Term))
		if q.Granted {
			t.str(", grants its vote")
		} else {
			t.str(", refuses its vote")
		}
	case *raft.PreVote:
		t.str("term ").num(uint64(q.Term)).str(", asks whether it could win term ").num(uint64(q.Term + 1))
		t.str(", last entry ").num(uint64(q.LastIndex)).str(" of term ").num(uint64(q.LastTerm))
	case *raft.PreVoteReply:
		t.str("term ").num(uint64(q.Term))
		if q.Granted {
			t.str(", would vote for it in term ")
		} else {
			t.str(", would not vote for it in term ")
		}
		t.num(uint64(q.Asked + 1))
	case *raft.TimeoutNow:
		t.str("term ").num(uint64(q.Term)).str(", stand for election and take over")
	case *raft.AppendEntries:
		t.str("term ").num(uint64(q.Term))
		if len(q.Entries) > 0 {
			t.str(", entries ").span(q.PrevIndex+1, q.PrevIndex+raft.Index(len(q.Entries)))
		} else {
			t.str(", no entries")
		}
		t.str(", commit ").num(uint64(q.Commit))
	case *raft.AppendEntriesReply:
		t.str("term ").num(uint64(q.Term))
		if q.Success {
			t.str(", has all up to ").num(uint64(q.Index))
		} else {
			t.str(", refuses at ").num(uint64(q.Index)).str(", conflict at ").num(uint64(q.ConflictIndex))
		}
	case *raft.InstallSnapshot:
		chunkWords(t, q)
	case *raft.InstallSnapshotReply:
		t.str("term ").num(uint64(q.Term)).str(", has ").num(q.Have).str(" bytes of the snapshot up to ").num(uint64(q.LastIndex))
	case *kv.Request:
		t.op(&q.Op).str(", operation ").num(q.Seq).str(", try ").num(uint64(q.Try))
	case *kv.Reply:
		t.str("operation ").num(q.Seq)
		switch {
		case q.Duplicate:
			t.str(", done before, not repeated")
		case q.Status == kv.OK && q.By != kv.ReadsByLog:
			readWords(t.str(", read "), q)
		case q.Status == kv.OK:
			t.str(", done")
		case q.Status == kv.NotLeader && q.Leader != raft.None:
			t.str(", not leader, ask ").server(q.Leader)
		case q.Status == kv.NotLeader:
			t.str(", not leader, nobody known")
		case q.Status == kv.Expired:
			t.str(", its session has expired: it may or may not have happened")
		case q.Status == kv.Busy:
			t.str(", the leader is busy")
		default:
			t.str(", its place in the log was lost")
		}
	default:
		t.str("unknown")
	}
	if m.Copy {
		t.str(", a copy made by the network")
	}
	if m.Lost {
		t.str(", lost: ").str(lostWords(m))
	}
	return t.end()
}

// lostWords says why a message was lost.
func lostWords(m *cluster.MessageView) string {
	switch m.Why {
	case "loss":
		return "by the network"
	case "cut":
		return "the link is cut"
	case "dropped":
		return "dropped by hand"
	case "down":
		return "the receiver is down"
	}
	return m.Why
}
