package shell

import (
	"strconv"
	"strings"

	"raftarium/netsim"
	"raftarium/netsim/cluster/bug"
	"raftarium/netsim/cluster/check"
	"raftarium/viz/draw"
	"raftarium/viz/ui"
)

// answerPart is a part of an answer.
type answerPart uint8

const (
	noPart answerPart = iota
	partProperty
	partEvent
	partRule
)

// answering is what somebody answers about the bug of the run.
type answering struct {
	bug   string
	given bug.Answer
	event string     // as typed
	open  answerPart // whose choices are shown
	// report is what the answer was worth, nil until it was checked.
	report []bug.Told
	// explained says that the report holds the solution.
	explained bool
}

// The intents of answering.
type (
	// openAnswer shows the answer to the bug of the run, as it stands.
	openAnswer struct{}
	// openPart shows the choices of a part, or folds them.
	openPart struct{ part answerPart }
	// pick answers a part by a name.
	pick struct {
		part answerPart
		name string
	}
	// typeEvent adds a digit to the number of the event, or takes one away if it is 0.
	typeEvent struct{ digit rune }
	// checkAnswer tells what the answer is worth; all of it, if one gives up.
	checkAnswer struct{ giveUp bool }
)

// eventDigits is how long a number of an event may be: more than any run has.
const eventDigits = 12

func (openAnswer) apply(m *model) {
	if _, ok := m.code.Bug(m.view.Bug); !ok {
		m.say("This run has no seeded bug.", true)
		return
	}
	showDialog{dialogAnswer}.apply(m)
	if m.answer.bug != m.view.Bug {
		m.answer = answering{bug: m.view.Bug}
	}
	m.answer.open = noPart
}

func (i openPart) apply(m *model) {
	if m.answer.open == i.part {
		i.part = noPart
	}
	m.answer.open, m.answer.report, m.dialogScroll = i.part, nil, 0
}

func (i pick) apply(m *model) {
	a := &m.answer
	if i.part == partProperty {
		a.given.Property = check.Property(i.name)
	} else {
		a.given.Rule = i.name
	}
	a.open, a.report, m.dialogScroll = noPart, nil, 0
}

func (i typeEvent) apply(m *model) {
	a := &m.answer
	switch {
	case i.digit == 0 && a.event != "":
		a.event = a.event[:len(a.event)-1]
	case i.digit >= '0' && i.digit <= '9' && len(a.event) < eventDigits && (a.event != "" || i.digit != '0'):
		a.event += string(i.digit) // events are numbered from 1
	}
	n, _ := strconv.ParseUint(a.event, 10, 64) // digits only, or none
	a.given.Event = netsim.EventID(n)
	a.open, a.report = partEvent, nil
}

func (i checkAnswer) apply(m *model) {
	a := &m.answer
	b, ok := m.code.Bug(a.bug)
	if !ok || a.given == (bug.Answer{}) && !i.giveUp {
		return
	}
	r, err := bug.Mark(m.code, b, a.given, i.giveUp)
	a.open, a.explained, m.dialogScroll = noPart, false, 0
	if err != nil {
		a.report = []bug.Told{{Text: err.Error()}}
		return
	}
	a.report, a.explained = r.Words(), r.Solution != nil
}

// answerIntent is what pressing a node of the answer wants; id is without "answer/".
func answerIntent(id string) intent {
	kind, rest, _ := strings.Cut(id, "/")
	switch kind {
	case "open", "banner":
		return openAnswer{}
	case "bugs":
		return findBugs{}
	case "part":
		return openPart{answerPart(atoi(rest))}
	case "property":
		return pick{partProperty, rest}
	case "rule":
		return pick{partRule, rest}
	case "digit":
		return typeEvent{rune(rest[0])}
	case "erase":
		return typeEvent{}
	case "check":
		return checkAnswer{}
	case "solution":
		return checkAnswer{giveUp: true}
	}
	return nil
}

// answerKeys takes the digits of an event's number from the keyboard.
func (s *Shell) answerKeys(in *ui.Input) {
	for _, r := range in.Runes {
		if r >= '0' && r <= '9' {
			s.Apply(typeEvent{r})
		}
	}
	for _, k := range in.Keys {
		if k.Name == "Backspace" {
			s.Apply(typeEvent{})
		}
	}
}

// answerRow is a row of the dialog in which one answers.
type answerRow struct {
	id, text string // a paragraph if id is ""
	indent   int
	chosen   bool
	part     bool // the head of a part
	keys     bool // digits
	head     bool // of the choices that follow
	noticed  bool // what is known from the start
}

const answerHelp = "What is violated first, at which event somebody first did what Raft does not do, and the rule that is missing. " +
	"Answer what you know; what is not right gets a hint."

// answerRows are the rows, in order.
func (s *Shell) answerRows() []answerRow {
	a := &s.answer
	rows := []answerRow{{text: answerHelp}}
	if text := s.noticed(a.bug); text != "" {
		rows = append(rows, answerRow{text: "What somebody noticed: " + text, noticed: true})
	}
	head := func(part answerPart, name, value string, points int) {
		if value == "" {
			value = "not answered"
		}
		rows = append(rows, answerRow{
			id: "answer/part/" + strconv.Itoa(int(part)), chosen: a.open == part, part: true,
			text: name + " (" + plural(points, "point", "points") + "): " + value,
		})
	}
	option := func(kind, name string, chosen bool) {
		rows = append(rows, answerRow{id: "answer/" + kind + "/" + name, text: name, indent: 2, chosen: chosen})
	}
	head(partProperty, "Property", string(a.given.Property), bug.PointsProperty)
	if a.open == partProperty {
		for _, p := range check.Properties() {
			option("property", string(p), p == a.given.Property)
		}
	}
	head(partEvent, "Event", a.event, bug.PointsEvent)
	if a.open == partEvent {
		rows = append(rows, answerRow{text: "Type its number.", indent: 2}, answerRow{id: "answer/keys", keys: true})
	}
	head(partRule, "Rule", a.given.Rule, bug.PointsRule)
	if a.open == partRule {
		for _, r := range s.ruleRows() {
			if r.rule == nil {
				rows = append(rows, answerRow{text: r.name, indent: 2, head: true})
				continue
			}
			option("rule", r.rule.Name, r.rule.Name == a.given.Rule)
		}
	}
	for _, l := range a.report {
		rows = append(rows, answerRow{text: strings.Join(strings.Fields(l.Text), " "), indent: l.Indent / 4})
	}
	if a.report != nil && !a.explained {
		rows = append(rows, answerRow{id: "answer/solution", text: "Give up: explain it"})
	}
	return rows
}

// digitsPerRow is how many keys stand beside each other: ten digits and the one that
// takes the last away.
const digitsPerRow = 6

// drawAnswer draws the dialog in which one answers what is wrong.
func (s *Shell) drawAnswer() {
	c, area := &s.ctx, s.areas.whole
	rows := s.answerRows()
	width := min(680, area.W-16) - 36 - 18
	high := make([]float32, len(rows))
	total := float32(0)
	for i := range rows {
		switch r := &rows[i]; {
		case r.keys:
			high[i] = 2*(c.ControlHeight()+4) + 6
		case r.head:
			high[i] = c.Size(30)
		case r.id == "":
			high[i] = c.ParagraphHeight(width-answerIndent(r), r.text, draw.Sans, ui.SizeBody) + 6
		default:
			high[i] = c.ControlHeight() + 4
		}
		total += high[i]
	}
	in := c.Dialog(area, "dialog", "What is wrong with "+s.answer.bug+"?", 680, min(total+c.ControlHeight()+100, area.H-40))
	foot := cutBottom(&in, c.ControlHeight())
	in.H = max(in.H-10, 0)
	most := c.Scroll(in, ui.ScrollArea{ID: "answers", Label: "Answer", Offset: s.dialogScroll, Heights: high}, func(i int, r draw.Rect) {
		s.drawAnswerRow(r, i, &rows[i])
	})
	s.dialogScroll = min(max(s.dialogScroll, 0), most)
	b := ui.Button{ID: "answer/check", Label: "Check", Kind: ui.Primary, Centered: true, Disabled: s.answer.given == (bug.Answer{})}
	w := max(c.ButtonWidth(b), 96)
	c.Button(draw.Rect{X: foot.X + foot.W - w, Y: foot.Y, W: w, H: foot.H}, b)
	b = ui.Button{ID: "answer/bugs", Label: "All bugs", Kind: ui.Quiet}
	c.Button(draw.Rect{X: foot.X, Y: foot.Y, W: c.ButtonWidth(b), H: foot.H}, b)
}

func answerIndent(r *answerRow) float32 { return float32(r.indent) * 10 }

func (s *Shell) drawAnswerRow(r draw.Rect, i int, row *answerRow) {
	c := &s.ctx
	r.X, r.W = r.X+answerIndent(row), r.W-answerIndent(row)-8
	switch {
	case row.keys:
		s.drawDigits(r)
	case row.id == "":
		font, ink := draw.Sans, c.Theme.Text
		switch {
		case row.head: // in line with what the choices below it say
			r.X, r.Y = r.X+11, r.Y+6
			font, ink = draw.SansBold, c.Theme.Accent
		case i == 0:
			ink = c.Theme.Dim
		}
		c.Paragraph(r, row.text, font, ui.SizeBody, ink)
		switch {
		case row.noticed:
			c.Tree.Add(ui.Node{ID: "noticed/answer", Role: ui.RoleText, Label: row.text, Rect: r})
		case row.text != "":
			c.Tree.Add(ui.Node{ID: "told/" + strconv.Itoa(i), Role: ui.RoleStatus, Label: row.text, Rect: r})
		}
	default:
		r.H -= 4
		b := ui.Button{ID: row.id, Label: row.text, Selected: row.chosen}
		switch {
		case row.part:
			b.Icon, b.IconEnd = draw.IconChevronDown, true
			if row.chosen {
				b.Icon = draw.IconChevronUp
			}
			b.Selected = false
		case row.id == "answer/solution":
			b.Kind, r.W = ui.Link, c.ButtonWidth(b)
		default:
			b.Kind = ui.Quiet
		}
		c.Button(r, b)
	}
}

// drawDigits are keys for those who have none.
func (s *Shell) drawDigits(r draw.Rect) {
	c := &s.ctx
	w, h := min((r.W+4)/digitsPerRow-4, 64), c.ControlHeight()
	for i := range 11 {
		d := string(rune('0' + (i+1)%10))
		b := ui.Button{ID: "answer/digit/" + d, Label: d, Centered: true}
		if i == 10 {
			b = ui.Button{ID: "answer/erase", Label: "\u2190", Value: "take the last digit away", Centered: true}
		}
		c.Button(draw.Rect{X: r.X + float32(i%digitsPerRow)*(w+4), Y: r.Y + float32(i/digitsPerRow)*(h+4), W: w, H: h}, b)
	}
}
