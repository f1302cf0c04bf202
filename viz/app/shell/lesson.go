package shell

import (
	"slices"
	"strings"
	"time"

	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/check"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
	"raftarium/viz/draw"
	"raftarium/viz/ui"
)

// ruleLesson is a scenario that shows what a rule is good for: with the rule off, what
// it defends breaks; with the rule on, the same scenario holds.
type ruleLesson struct {
	rule raft.Rule
	sc   *script.Scenario // with the rule off
	from netsim.Time      // where watching begins: not long before something breaks
	end  netsim.Time
	// found is the judgement at the end, of which some only comes then; nil before.
	found *check.Verdict
}

// The intents of lessons.
type (
	// watchRule shows a scenario that breaks what a rule defends, with the rule off.
	watchRule struct{ Name string }
	// switchLesson shows the scenario of the lesson again, with the rule on if it was
	// off, and off if it was on.
	switchLesson struct{}
	// endLesson puts the lesson away; its run stays.
	endLesson struct{}
)

// lessonLead is how long before something breaks the watching begins; what breaks
// progress is a stall that has lasted.
const lessonLead = 150 * time.Millisecond

func (i watchRule) apply(m *model) {
	at := slices.IndexFunc(m.rules, func(r raft.Rule) bool { return r.Name == i.Name })
	text, ok := m.lessonOf(i.Name)
	if at < 0 || !ok {
		m.say("There is no scenario about "+i.Name+".", true)
		return
	}
	sc, err := script.Parse(strings.NewReader(text), i.Name)
	if err == nil {
		err = sc.Check(m.code.Known())
	}
	if err != nil {
		m.complain("The scenario about "+i.Name+" was not opened", err.Error())
		return
	}
	l := &ruleLesson{rule: m.rules[at], sc: sc, end: netsim.Time(sc.Config.For)}
	l.from = l.end
	if broke, found := breaks(m.code, sc); found {
		l.from = broke.At
		if broke.Property == check.Progress {
			l.from -= netsim.Time(cluster.ProgressBound)
		}
	}
	l.from = max(l.from-netsim.Time(lessonLead), 0)
	m.teach(l, true)
}

// breaks finds out what a scenario violates first, if anything.
func breaks(code cluster.Code, sc *script.Scenario) (check.Violation, bool) {
	s, err := cluster.Open(code, sc, cluster.Options{Trace: -1})
	if err != nil {
		return check.Violation{}, false // whoever shows it says why
	}
	for end := netsim.Time(sc.Config.For); !s.AdvanceTo(end); {
	}
	v := s.Final()
	if len(v.Violations) == 0 {
		return check.Violation{}, false
	}
	return v.Violations[0], true
}

// teach shows the scenario of a lesson with its rule off or on, and lets time pass.
func (m *model) teach(l *ruleLesson, off bool) {
	sc, text := clone(l.sc), "Without "+l.rule.Name+"."
	if !off {
		sc.Config.Without = slices.DeleteFunc(sc.Config.Without, func(name string) bool { return name == l.rule.Name })
		text = "The same scenario with " + l.rule.Name + "."
	}
	before := m.world
	m.restart(sc, l.rule.Name, text, "")
	if m.world == before {
		return // it could not be opened, and the toast says why
	}
	fresh := *l
	fresh.found = nil
	m.lesson = &fresh
	m.dialog, m.menu, m.drawer, m.tab = noDialog, nil, noDrawer, tabCluster
	m.passTo(fresh.from, mostEvents)
	m.playing = true
}

func (switchLesson) apply(m *model) {
	if m.lesson != nil {
		m.teach(m.lesson, !m.lessonOff())
	}
}

func (endLesson) apply(m *model) { m.lesson = nil }

// lessonOff says that the rule of the lesson is switched off now.
func (m *model) lessonOff() bool { return slices.Contains(m.view.Without, m.lesson.rule.Name) }

// lessonLeft is how much of the lesson's scenario is still to come, and whether one
// is being shown.
func (m *model) lessonLeft() (left time.Duration, ok bool) {
	if m.lesson == nil || m.lesson.found != nil {
		return 0, false
	}
	return m.lesson.end.Sub(m.world.Now()), true
}

// concludeLesson judges the run once its scenario has come to its end. Some of what
// can break is only found then, and the run itself goes on from where it was.
func (m *model) concludeLesson() {
	if left, ok := m.lessonLeft(); !ok || left > 0 {
		return
	}
	v := m.world.Clone().Final()
	m.lesson.found = &v
	m.playing, m.seek = false, nil
	if len(v.Violations) > 0 && m.seen == 0 {
		m.alarm = true
	}
}

// broken is what the checkers found first, as the view or the end of a lesson has
// it; nil if nothing.
func (m *model) broken() *check.Violation {
	if v := m.view.Verdict.Violations; len(v) > 0 {
		return &v[0]
	}
	if m.lesson != nil && m.lesson.found != nil && len(m.lesson.found.Violations) > 0 {
		return &m.lesson.found.Violations[0]
	}
	return nil
}

// lessonState is how the lesson stands, in a sentence.
func (m *model) lessonState() (text string, held bool) {
	l := m.lesson
	broke := m.broken()
	switch {
	case broke != nil && m.lessonOff():
		return "It broke: " + string(broke.Property) + ".", false
	case broke != nil:
		return "It broke with the rule on: something else was changed.", false
	case l.found != nil && m.lessonOff():
		return "Nothing broke: something else was changed.", false
	case l.found != nil:
		return "It held: the same servers, seed and faults, and nothing was violated.", true
	case m.lessonOff():
		return "The rule is off. Watch: " + l.rule.Defends + " is about to break.", false
	}
	return "The rule is on, and all else is as it was.", false
}

// lessonSwitch is the button that shows the other half of a lesson.
func (s *Shell) lessonSwitch(id string) ui.Button {
	b := ui.Button{ID: id, Label: "With the rule", Kind: ui.Primary}
	if !s.lessonOff() {
		b.Label = "Without the rule"
	}
	return b
}

// lessonAbout is what the card says of the rule.
func (s *Shell) lessonAbout() string {
	r := &s.lesson.rule
	return r.Summary + " It defends " + r.Defends + " (" + r.Section + ")."
}

// lessonHeight is how high the card of the lesson is in a column of that width: the
// same however it stands, so that nothing jumps.
func (s *Shell) lessonHeight(width float32) float32 {
	w := width - 48
	state := s.ctx.ParagraphHeight(w-22, "The rule is off. Watch: "+s.lesson.rule.Defends+" is about to break.", draw.Sans, ui.SizeBody)
	state = max(state, s.ctx.ParagraphHeight(w-22, "It held: the same servers, seed and faults, and nothing was violated.", draw.Sans, ui.SizeBody))
	return 20 + 20 + 24 + s.ctx.ParagraphHeight(w, s.lessonAbout(), draw.Sans, ui.SizeBody) + 8 + state + 10 + max(s.ctx.ControlHeight(), 36)
}

// drawLesson draws the card of the lesson.
func (s *Shell) drawLesson(r draw.Rect) {
	c := &s.ctx
	c.List.Rect(r, 0, c.Theme.Panel)
	box := draw.Rect{X: r.X + 10, Y: r.Y + 10, W: r.W - 20, H: r.H - 20}
	c.List.Box(box, 8, c.Theme.Panel.Mix(c.Theme.Accent, 0.1), c.Theme.Accent, 1.25)
	c.Tree.Add(ui.Node{ID: "lesson", Role: ui.RoleGroup, Label: "Lesson about a rule", Rect: box})
	in := draw.Rect{X: box.X + 14, Y: box.Y + 10, W: box.W - 28, H: box.H - 20}
	c.Label(draw.Point{X: in.X, Y: in.Y + 10}, "lesson/title", s.lesson.rule.Name, draw.SansBold, ui.SizeBody, draw.Left, c.Theme.Text, true)
	y := in.Y + 24
	y += c.Paragraph(draw.Rect{X: in.X, Y: y, W: in.W}, s.lessonAbout(), draw.Sans, ui.SizeBody, c.Theme.Text) + 8
	text, held := s.lessonState()
	col, icon := c.Theme.Text, draw.IconPlay
	switch {
	case held:
		col, icon = c.Theme.OK, draw.IconCheck
	case s.broken() != nil:
		col, icon = c.Theme.Danger, draw.IconCross
	}
	icon.Draw(c.List, draw.Point{X: in.X + 7, Y: y + 10}, 14, col)
	h := c.Paragraph(draw.Rect{X: in.X + 22, Y: y, W: in.W - 22}, text, draw.Sans, ui.SizeBody, col)
	c.Tree.Add(ui.Node{ID: "lesson/state", Role: ui.RoleStatus, Label: text, Rect: draw.Rect{X: in.X, Y: y, W: in.W, H: h}})
	high := c.ControlHeight()
	y = in.Y + in.H - high
	end := ui.Button{ID: "lesson/end", Label: "Close", Kind: ui.Quiet}
	w := c.ButtonWidth(end)
	c.Button(draw.Rect{X: in.X + in.W - w, Y: y, W: w, H: high}, end)
	b := s.lessonSwitch("lesson/switch")
	c.Button(draw.Rect{X: in.X, Y: y, W: min(c.ButtonWidth(b), in.W-w-8), H: high}, b)
}
