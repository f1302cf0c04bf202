package scene

import (
	"strings"

	"raftarium/netsim/cluster"
	"raftarium/viz/draw"
	"raftarium/viz/text"
	"raftarium/viz/ui"
)

// Narration lists what happened, newest first. notes are oldest first; the newest
// skip of them are left out, for scrolling. It returns how many notes were shown.
func (f *Frame) Narration(area draw.Rect, notes []cluster.Note, skip int) (shown int) {
	s, th := f.scratch(), f.theme()
	f.List.Clip(area)
	f.Tree.Add(ui.Node{ID: "narration", Role: ui.RoleGroup, Label: "What just happened", Rect: area})
	pad := f.pt(12)
	x, y := area.X+pad, area.Y+f.pt(8)
	f.head(draw.Point{X: x, Y: y + f.pt(9)}, "WHAT JUST HAPPENED")
	y += f.pt(23)
	if len(notes) == 0 {
		f.text(draw.Point{X: x, Y: y + f.pt(9)}, "nothing yet", draw.Sans, sizeBody, draw.Left, th.Dim)
	}
	line := f.pt(17)
	for i := len(notes) - 1 - max(skip, 0); i >= 0; i-- {
		n := &notes[i]
		clock := s.texts.begin().clock(n.At).end()
		left := x + max(f.width(clock, draw.Sans, sizeNote), f.pt(44)) + f.pt(22)
		words := n.Text
		if f.View.Bug != "" { // whoever looks for a bug is to name its first event
			words = s.texts.begin().str(words).str(" (event ").num(uint64(n.ID)).str(")").end()
		}
		s.lines = text.AppendWrap(s.lines[:0], draw.Sans, f.pt(sizeBody), words, area.X+area.W-pad-left)
		tall := float32(max(len(s.lines), 1))*line + f.pt(7)
		if over := y + tall - area.Y - area.H; over > 0 {
			// Only the newest is shortened: without it, nothing would be told.
			much := int((over + line - 0.01) / line) // lines
			fits := len(s.lines) - much
			if shown > 0 || fits < 1 {
				break
			}
			rest := words
			for _, l := range s.lines[:fits-1] { // lines are parts of the words
				rest = strings.TrimLeft(rest[len(l):], " ")
			}
			s.lines = append(s.lines[:fits-1], f.fit(rest, draw.Sans, sizeBody, area.X+area.W-pad-left))
			tall -= float32(much) * line
		}
		mid := y + f.pt(3) + line/2
		c := th.Text
		if n.Kind == cluster.NoteViolation {
			c = th.Danger
		}
		f.text(draw.Point{X: x, Y: mid}, clock, draw.Sans, sizeNote, draw.Left, th.Dim)
		f.noteMark(n, draw.Point{X: left - f.pt(11), Y: mid})
		for k, l := range s.lines {
			f.text(draw.Point{X: left, Y: mid + float32(k)*line}, l, draw.Sans, sizeBody, draw.Left, c)
		}
		f.Tree.Add(ui.Node{
			ID: s.texts.begin().str("note/").num(uint64(i)).end(), Role: ui.RoleText,
			Label: clock, Value: words, Rect: draw.Rect{X: x, Y: y, W: area.W - 2*pad, H: tall},
		})
		y += tall
		f.List.Line(th.Line, 1, draw.Point{X: x, Y: y}, draw.Point{X: area.X + area.W - pad, Y: y})
		shown++
	}
	f.List.Clip(draw.Rect{})
	return shown
}

// noteMark is a small shape for the kind of a note, in the colour of its term.
func (f *Frame) noteMark(n *cluster.Note, p draw.Point) {
	th, r := f.theme(), f.pt(4.5)
	c := th.Dim
	if n.Term > 0 {
		c = f.ink(th.Term(n.Term))
	}
	switch n.Kind {
	case cluster.NoteLeader:
		draw.Star(f.List, p, r*1.25, c)
	case cluster.NoteElection:
		f.List.DashedCircle(p, r*0.85, 0, c, 1.75, r*0.55, r*0.5)
	case cluster.NoteStepDown:
		draw.Chevron(f.List, p, r*0.8, draw.Point{Y: 1}, c)
	case cluster.NoteAction:
		f.diamond(p, draw.Point{X: 1}, r*1.1, r*1.1, th.Accent)
	case cluster.NoteCommit:
		draw.Check(f.List, p, r, th.OK)
	case cluster.NoteClient:
		f.List.Box(draw.Rect{X: p.X - r*0.75, Y: p.Y - r*0.75, W: r * 1.5, H: r * 1.5}, r*0.35, 0, th.Dim, 1.5)
	case cluster.NoteDuplicate:
		b := draw.Rect{X: p.X - r*0.95, Y: p.Y - r*0.95, W: r * 1.3, H: r * 1.3}
		f.List.Box(b, r*0.3, 0, th.OK, 1.25)
		b.X, b.Y = b.X+r*0.6, b.Y+r*0.6
		f.List.Box(b, r*0.3, th.OK, th.OK, 1.25)
	case cluster.NoteViolation:
		draw.WarningIcon(f.List, p, r*1.3, th.Danger)
	case cluster.NoteConflict:
		draw.Cross(f.List, p, r*0.7, 1.75, th.Warning)
	default:
		f.List.Circle(p, r*0.4, th.Dim, 0, 0)
	}
}
