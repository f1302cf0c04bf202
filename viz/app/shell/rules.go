package shell

import (
	"slices"

	"raftarium/raft"
	"raftarium/viz/draw"
	"raftarium/viz/ui"
)

// ruleKinds head the lists of rules, in this order.
var ruleKinds = [...]struct {
	kind        raft.RuleKind
	name, about string
}{
	{raft.Safety, "Safety", "without one of these, committed state can be lost or differ"},
	{raft.Liveness, "Liveness", "without one of these, progress can stop"},
	{raft.Cost, "Cost", "without one of these, the same takes more time or messages"},
	{"", "Others", ""}, // of a kind that we do not know
}

// ruleRow is a row of a list of rules: a rule, or the heading of those that follow.
type ruleRow struct {
	rule        *raft.Rule
	name, about string // of a heading
}

// ruleRows lists all rules by what is at stake, in each kind in the order of the code.
func (m *model) ruleRows() []ruleRow {
	rows := make([]ruleRow, 0, len(m.rules)+len(ruleKinds))
	known := func(k raft.RuleKind) bool { return k == raft.Safety || k == raft.Liveness || k == raft.Cost }
	for i := range ruleKinds {
		k := &ruleKinds[i]
		head := true
		for j := range m.rules {
			r := &m.rules[j]
			if r.Kind != k.kind && (k.kind != "" || known(r.Kind)) {
				continue
			}
			if head {
				rows, head = append(rows, ruleRow{name: k.name, about: k.about}), false
			}
			rows = append(rows, ruleRow{rule: r})
		}
	}
	return rows
}

// drawRules lists the rule switches: what each is, what it defends, where it is
// stated.
func (s *Shell) drawRules() {
	c := &s.ctx
	a := &s.areas
	width := min(680, a.whole.W-16) - 36 - 18
	// Each row is as high as what it says: on a phone some take four lines and some two.
	rows := s.ruleRows()
	about := make([]string, len(rows))
	high := make([]float32, len(rows))
	height := float32(0)
	for i := range rows {
		if rule := rows[i].rule; rule == nil {
			high[i] = s.ruleHeadHeight(width, &rows[i], i)
		} else {
			about[i] = rule.Layer + " \u00b7 defends " + rule.Defends + " \u00b7 " + rule.Section + "\n" + rule.Summary
			high[i] = c.RowHeight() + c.ParagraphHeight(width, about[i], draw.Sans, ui.SizeSmall+1) + 14
			if _, ok := s.lessonOf(rule.Name); ok {
				high[i] += c.ControlHeight() + 4
			}
		}
		height += high[i]
	}
	help := "Each rule defends a property. Switch one off and see what breaks; the checkers go on watching."
	if s.view.Bug != "" {
		help = "This is a Raft with a bug (" + s.view.Bug + "): one of these rules is off, and its switch does not show it. Switches show only what you switch yourself, and none of them mends the bug."
	}
	in := c.Dialog(a.whole, "dialog", "Rules of the algorithm", 680, min(height+140, a.whole.H-40))
	helpH := c.Paragraph(in, help, draw.Sans, ui.SizeBody, c.Theme.Dim)
	if s.view.Bug != "" {
		c.Tree.Add(ui.Node{ID: "rules/bug", Role: ui.RoleStatus, Label: help, Rect: draw.Rect{X: in.X, Y: in.Y, W: in.W, H: helpH}})
	}
	cutTop(&in, helpH+8)
	most := c.Scroll(in, ui.ScrollArea{ID: "rules", Label: "Rules", Offset: s.dialogScroll, Heights: high}, func(i int, r draw.Rect) {
		if rows[i].rule == nil {
			s.drawRuleHead(r, &rows[i], i)
		} else {
			s.drawRule(r, rows[i].rule, about[i])
		}
	})
	s.dialogScroll = min(max(s.dialogScroll, 0), most)
}

// ruleHeadGap is what lies above a heading that is not the first row.
const ruleHeadGap = 10

func (s *Shell) ruleHeadHeight(width float32, row *ruleRow, i int) float32 {
	c := &s.ctx
	h := c.Size(22) + c.ParagraphHeight(width, row.about, draw.Sans, ui.SizeSmall+1) + 8
	if i > 0 {
		h += ruleHeadGap
	}
	return h
}

// drawRuleHead draws the heading of the rules of a kind.
func (s *Shell) drawRuleHead(r draw.Rect, row *ruleRow, i int) {
	c := &s.ctx
	if i > 0 {
		c.List.Line(c.Theme.Line, 1, draw.Point{X: r.X, Y: r.Y + 2}, draw.Point{X: r.X + r.W - 4, Y: r.Y + 2})
		cutTop(&r, ruleHeadGap)
	}
	c.Label(draw.Point{X: r.X, Y: r.Y + c.Size(11)}, "rules/"+row.name, row.name, draw.SansBold, ui.SizeBody, draw.Left, c.Theme.Accent, false)
	c.Paragraph(draw.Rect{X: r.X, Y: r.Y + c.Size(22), W: r.W - 8}, row.about, draw.Sans, ui.SizeSmall+1, c.Theme.Dim)
}

// drawRule draws a rule's switch, what is to be said about it, and its lesson.
func (s *Shell) drawRule(r draw.Rect, rule *raft.Rule, about string) {
	c := &s.ctx
	on := !slices.Contains(s.view.Without, rule.Name)
	y := r.Y + c.RowHeight()
	c.Switch(draw.Rect{X: r.X, Y: r.Y, W: r.W - 4, H: c.RowHeight()}, ui.Switch{ID: "rule/" + rule.Name, Label: rule.Name, On: on})
	y += c.Paragraph(draw.Rect{X: r.X, Y: y, W: r.W - 8}, about, draw.Sans, ui.SizeSmall+1, c.Theme.Dim) + 4
	if _, ok := s.lessonOf(rule.Name); ok {
		b := watchButton(rule.Name)
		c.Button(draw.Rect{X: r.X, Y: y, W: c.ButtonWidth(b), H: c.ControlHeight()}, b)
	}
}

// watchButton shows what a rule is good for.
func watchButton(rule string) ui.Button {
	return ui.Button{ID: "watch/" + rule, Label: "Watch it break", Icon: draw.IconPlay}
}
