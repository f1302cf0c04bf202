package shell

import (
	"slices"
	"strings"

	"raftarium/netsim/cluster"
	"raftarium/viz/draw"
	"raftarium/viz/ui"
)

// bugTrace is how many events are kept of a run with a seeded bug: the first wrong one
// may lie far back.
const bugTrace = 1 << 16

// The intents of seeded bugs.
type (
	// findBugs shows the list of seeded bugs.
	findBugs struct{}
	// openBug shows the run of a seeded bug.
	openBug struct{ name string }
	// closeClue puts the card away that tells what was noticed.
	closeClue struct{}
)

func (findBugs) apply(m *model) {
	if len(m.code.Bugs) == 0 {
		m.say("This program has no seeded bugs: they are in the code of raftarium itself.", false)
		return
	}
	showDialog{dialogBugs}.apply(m)
}

func (i openBug) apply(m *model) {
	b, ok := m.code.Bug(i.name)
	if !ok {
		m.say("There is no seeded bug "+i.name+".", true)
		return
	}
	Open{Name: "bug:" + b.Name, Text: b.Scenario}.apply(m)
	m.drawer, m.tab = noDrawer, tabCluster
}

func (closeClue) apply(m *model) { m.clue = false }

// noticed is what somebody saw of the bug of that name, "" if that is not known.
func (m *model) noticed(name string) string {
	b, ok := m.code.Bug(name)
	if !ok {
		return ""
	}
	return noticed(b)
}

// clueHeight is how high the card is, in a column of that width, that tells what was
// noticed.
func (s *Shell) clueHeight(width float32) float32 {
	return 20 + 10 + s.ctx.ControlHeight() + s.ctx.ParagraphHeight(width-48, s.noticed(s.view.Bug), draw.Sans, ui.SizeBody) + 10
}

// drawClue draws the card that tells what was noticed.
func (s *Shell) drawClue(r draw.Rect) {
	c, text := &s.ctx, s.noticed(s.view.Bug)
	c.List.Rect(r, 0, c.Theme.Panel)
	box := draw.Rect{X: r.X + 10, Y: r.Y + 10, W: r.W - 20, H: r.H - 20}
	c.List.Box(box, 8, c.Theme.Panel.Mix(c.Theme.Warning, 0.1), c.Theme.Warning, 1.25)
	c.Tree.Add(ui.Node{ID: "clue", Role: ui.RoleGroup, Label: "What was noticed", Rect: box})
	in := draw.Rect{X: box.X + 14, Y: box.Y + 4, W: box.W - 28, H: box.H - 8}
	head := cutTop(&in, c.ControlHeight())
	c.Label(draw.Point{X: head.X, Y: head.Y + head.H/2}, "clue/title", "What was noticed of "+s.view.Bug, draw.SansBold, ui.SizeBody, draw.Left, c.Theme.Warning, false)
	size := float32(ui.SizeBody)
	if c.ParagraphHeight(in.W, text, draw.Sans, size) > in.H { // the smallest of phones
		size = ui.SizeSmall
	}
	old := c.Clip(in)
	c.Paragraph(in, text, draw.Sans, size, c.Theme.Text)
	c.Unclip(old)
	c.Tree.Add(ui.Node{ID: "clue/text", Role: ui.RoleStatus, Label: text, Rect: in})
	c.Button(draw.Rect{X: box.X + box.W - head.H - 4, Y: head.Y, W: head.H, H: head.H},
		ui.Button{ID: "clue/close", Label: "Close", Icon: draw.IconCross, IconOnly: true, Kind: ui.Quiet})
}

// noticed is what somebody saw of a bug, as one paragraph.
func noticed(b *cluster.Bug) string { return strings.Join(strings.Fields(b.Noticed), " ") }

// The texts of the list of bugs. None of them, and nothing else here, tells which rule
// a bug takes off.
const (
	bugsHelp = "Each is a whole Raft and service with one rule off, and this is what somebody noticed. " +
		"Open one, and find the property that is violated first, the first wrong event, and the missing rule."
	bugHelp = "This run has the bug that is first in the list. Inspect servers, messages and log entries: " +
		"each says the number of its last event."
)

// listedBugs are all seeded bugs, the one of this run first.
func (m *model) listedBugs() []*cluster.Bug {
	list := make([]*cluster.Bug, 0, len(m.code.Bugs))
	for i := range m.code.Bugs {
		list = append(list, &m.code.Bugs[i])
	}
	if at := slices.IndexFunc(list, func(b *cluster.Bug) bool { return b.Name == m.view.Bug }); at > 0 {
		b := list[at]
		copy(list[1:], list[:at])
		list[0] = b
	}
	return list
}

// drawBugs lists the seeded bugs by what somebody noticed.
func (s *Shell) drawBugs() {
	c, a := &s.ctx, &s.areas
	width := min(680, a.whole.W-16) - 36 - 18
	list := s.listedBugs()
	high := make([]float32, len(list))
	for i, b := range list {
		high[i] = c.RowHeight() + c.ParagraphHeight(width, noticed(b), draw.Sans, ui.SizeBody) + c.ControlHeight() + 22
	}
	help := bugsHelp
	if s.view.Bug != "" {
		help = bugHelp
	}
	in := c.Dialog(a.whole, "dialog", "Find the bug", 680, a.whole.H-40)
	h := c.Paragraph(in, help, draw.Sans, ui.SizeBody, c.Theme.Dim)
	c.Tree.Add(ui.Node{ID: "bugs/help", Role: ui.RoleStatus, Label: help, Rect: draw.Rect{X: in.X, Y: in.Y, W: in.W, H: h}})
	cutTop(&in, h+8)
	most := c.Scroll(in, ui.ScrollArea{ID: "bugs", Label: "Seeded bugs", Offset: s.dialogScroll, Heights: high}, func(i int, r draw.Rect) {
		s.drawBug(r, list[i])
	})
	s.dialogScroll = min(max(s.dialogScroll, 0), most)
}

// drawBug draws what is known of a bug, and its buttons.
func (s *Shell) drawBug(r draw.Rect, b *cluster.Bug) {
	c := &s.ctx
	here := b.Name == s.view.Bug
	ink := c.Theme.Text
	if here {
		ink = c.Theme.Warning
	}
	c.Label(draw.Point{X: r.X, Y: r.Y + c.RowHeight()/2}, "name/"+b.Name, b.Name, draw.SansBold, ui.SizeBody, draw.Left, ink, false)
	y := r.Y + c.RowHeight()
	text := noticed(b)
	h := c.Paragraph(draw.Rect{X: r.X, Y: y, W: r.W - 8}, text, draw.Sans, ui.SizeBody, c.Theme.Text)
	c.Tree.Add(ui.Node{ID: "noticed/" + b.Name, Role: ui.RoleText, Label: text, Rect: draw.Rect{X: r.X, Y: y, W: r.W, H: h}})
	y += h + 6
	button := ui.Button{ID: "bug/" + b.Name, Label: "Look for it", Icon: draw.IconPlay}
	if here {
		answer := ui.Button{ID: "answer/open", Label: "Answer", Kind: ui.Primary}
		w := c.ButtonWidth(answer)
		c.Button(draw.Rect{X: r.X, Y: y, W: w, H: c.ControlHeight()}, answer)
		r.X += w + 8
		button.Label, button.Icon = "From the start", draw.IconRestart
	}
	c.Button(draw.Rect{X: r.X, Y: y, W: c.ButtonWidth(button), H: c.ControlHeight()}, button)
}
