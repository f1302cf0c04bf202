package shell

import (
	"strconv"
	"strings"

	"raftarium/netsim/cluster/check"
	"raftarium/raft"
	"raftarium/viz/draw"
	"raftarium/viz/scene"
	"raftarium/viz/ui"
)

// drawers names the drawers of the narrow layout, by Drawer.
var drawers = [...]struct{ id, label string }{
	noDrawer:      {"logs", "Logs"},
	drawerFaults:  {"faults", "Faults"},
	drawerNetwork: {"network", "Network"},
	drawerClients: {"clients", "Clients"},
	drawerInspect: {"inspect", "Inspect"},
	drawerMore:    {"more", "More"},
}

// button is the button of a command; label "" is the command's own.
func (s *Shell) button(id, label string) ui.Button {
	cmd := command(id)
	if label == "" {
		label = cmd.Label
	}
	b := ui.Button{ID: cmd.node, Label: label}
	if !s.areas.narrow {
		b.Key = keyCap(cmd.Key)
	}
	return b
}

// keyCap is how a key is written on a button.
func keyCap(key string) string {
	switch key {
	case "ArrowRight":
		return "\u2192"
	case "Shift+ArrowRight":
		return "Shift \u2192"
	case "Escape":
		return "Esc"
	}
	return key
}

// drawSides draws the controls, the inspector and the narration, as far as the
// layout shows them.
func (s *Shell) drawSides(f frame) {
	a, c := &s.areas, &s.ctx
	if !a.panel.Empty() {
		s.drawPanel(f)
	}
	if !a.inspector.Empty() {
		c.List.Rect(a.inspector, 0, c.Theme.Panel)
		height := f.Inspector(a.inspector, s.inspectTop)
		s.inspectTop = min(max(s.inspectTop, 0), max(height-a.inspector.H, 0))
	}
	if !a.narration.Empty() {
		c.List.Rect(a.narration, 0, c.Theme.Panel)
		f.Narration(a.narration, s.notes, s.notesSkip)
	}
	if !a.card.Empty() {
		switch s.cardNow() {
		case alarmCard:
			s.drawAlarm(a.card)
		case lessonCard:
			s.drawLesson(a.card)
		case clueCard:
			s.drawClue(a.card)
		case tourCard:
			s.drawTour(a.card)
		}
	}
	if a.narrow {
		s.drawTransport(a.transport)
		s.drawBar(a.bar)
	}
}

// drawPanel draws the controls of a wide window, or the open drawer.
func (s *Shell) drawPanel(f frame) {
	a, c := &s.areas, &s.ctx
	c.List.Rect(a.panel, 0, c.Theme.Panel)
	if a.narrow && s.drawer == drawerInspect {
		r := a.panel
		top := cutTop(&r, r.H*0.6)
		height := f.Inspector(top, s.panelScroll)
		s.panelScroll = min(max(s.panelScroll, 0), max(height-top.H, 0))
		f.Narration(r, s.notes, 0)
		return
	}
	label := "Controls"
	if a.narrow {
		label = drawers[s.drawer].label
	}
	c.Tree.Add(ui.Node{ID: "panel", Role: ui.RoleGroup, Label: label, Rect: a.panel})
	s.drawSections(a.panel)
}

// alarmText is what the card of a violation says: what was violated, how, what that
// means, and what to do now.
func (s *Shell) alarmText() (title, text, means, after string) {
	v := s.broken()
	return "Violated: " + string(v.Property), v.Text + atOdds("\n", &v.Against), scene.Defence(v.Property), scene.AfterViolation(s.ctx.Touch)
}

// atOdds says what a violation is at odds with, on a line of its own after what is
// before; nothing if there is nothing to say.
func atOdds(before string, a *check.Against) string {
	if a.Event == 0 {
		return ""
	}
	return before + "At odds with what was at " + clockText(a.At.Duration()) + ": " + a.Text
}

// alarmHeight is how high the card of a violation is at that width.
func (s *Shell) alarmHeight(width float32) float32 {
	title, text, means, after := s.alarmText()
	w := width - 28
	note := func(text string) float32 { return s.ctx.ParagraphHeight(w, text, draw.Sans, ui.SizeSmall+1) }
	return s.ctx.ParagraphHeight(w-48, title, draw.SansBold, 15) + s.ctx.ParagraphHeight(w, text, draw.Sans, ui.SizeBody) +
		note(means) + note(after) + s.alarmFoot() + 60
}

// alarmFoot is how much room the button takes that an alarm has in a lesson.
func (s *Shell) alarmFoot() float32 {
	if s.lesson == nil {
		return 0
	}
	return s.ctx.ControlHeight() + 8
}

// drawAlarm draws the card of a violation, beside the stage so that what happened
// there stays in view.
func (s *Shell) drawAlarm(r draw.Rect) {
	c := &s.ctx
	title, text, means, after := s.alarmText()
	if s.areas.narrow && s.areas.logs.Empty() { // which it may speak of
		after = "Tap to close and see the logs."
	}
	c.List.Rect(r, 0, c.Theme.Panel)
	box := draw.Rect{X: r.X + 10, Y: r.Y + 10, W: r.W - 20, H: r.H - 20}
	c.List.Box(box, 8, c.Theme.Panel.Mix(c.Theme.Danger, 0.16), c.Theme.Danger, 1.75)
	c.Tree.Add(ui.Node{ID: "violation", Role: ui.RoleStatus, Label: title, Value: text + "\n" + means + " " + after, Rect: box})
	in := draw.Rect{X: box.X + 14, Y: box.Y + 12, W: box.W - 28, H: box.H}
	draw.IconWarning.Draw(c.List, draw.Point{X: in.X + 9, Y: in.Y + 10}, 18, c.Theme.Danger)
	y := in.Y + c.Paragraph(draw.Rect{X: in.X + 28, Y: in.Y, W: in.W - 48}, title, draw.SansBold, 15, c.Theme.Danger) + 6
	// Where not all has room, as on a small phone on its side, the text is smaller, and
	// what it means is left to those who ask for the verdict.
	foot := box.Y + box.H - 6 - s.alarmFoot()
	size, noteSize := float32(ui.SizeBody), float32(ui.SizeSmall+1)
	note := func(text string) float32 { return c.ParagraphHeight(in.W, text, draw.Sans, noteSize) }
	if y+c.ParagraphHeight(in.W, text, draw.Sans, size)+6+note(means)+note(after) > foot {
		size, noteSize = ui.SizeSmall, ui.SizeSmall
	}
	old := c.Clip(draw.Rect{X: in.X, Y: y, W: in.W, H: foot - note(after) - y})
	y += c.Paragraph(draw.Rect{X: in.X, Y: y, W: in.W}, text, draw.Sans, size, c.Theme.Text) + 6
	c.Unclip(old)
	dim := c.Theme.Text.Mix(c.Theme.Panel, 0.2)
	draw.IconCross.Draw(c.List, draw.Point{X: in.X + in.W - 5, Y: in.Y + 9}, 12, dim)
	if y+note(means)+note(after) <= foot {
		y += c.Paragraph(draw.Rect{X: in.X, Y: y, W: in.W}, means, draw.Sans, noteSize, dim)
	} else {
		y = foot - note(after)
	}
	c.Paragraph(draw.Rect{X: in.X, Y: y, W: in.W}, after, draw.Sans, noteSize, dim)
	if s.lesson != nil {
		b := s.lessonSwitch("lesson/switch")
		c.Button(draw.Rect{X: in.X, Y: box.Y + box.H - 10 - c.ControlHeight(), W: min(c.ButtonWidth(b), in.W), H: c.ControlHeight()}, b)
	}
}

// tourHeight is how high the card of the tour is in a column of that width: the same
// for all steps, so that nothing jumps.
func (s *Shell) tourHeight(width float32) float32 {
	tall := float32(0)
	for i := range tourSteps {
		tall = max(tall, s.ctx.ParagraphHeight(width-48, tourSteps[i].Text, draw.Sans, ui.SizeBody))
	}
	return 20 + 20 + 24 + tall + 8 + max(s.ctx.ControlHeight(), 40)
}

// drawTour draws the step of the tour.
func (s *Shell) drawTour(r draw.Rect) {
	c := &s.ctx
	step := s.tour.current()
	c.List.Rect(r, 0, c.Theme.Panel)
	box := draw.Rect{X: r.X + 10, Y: r.Y + 10, W: r.W - 20, H: r.H - 20}
	c.List.Box(box, 8, c.Theme.Panel.Mix(c.Theme.Accent, 0.1), c.Theme.Accent, 1.25)
	c.Tree.Add(ui.Node{ID: "tour", Role: ui.RoleGroup, Label: "Guided tour", Rect: box})
	in := draw.Rect{X: box.X + 14, Y: box.Y + 10, W: box.W - 28, H: box.H - 20}
	title := strconv.Itoa(s.tour.step) + " of " + strconv.Itoa(len(tourSteps)) + " \u00b7 " + step.Title
	x := in.X
	if s.tour.Done() {
		draw.IconCheck.Draw(c.List, draw.Point{X: x + 7, Y: in.Y + 10}, 14, c.Theme.OK)
		x += 22
	}
	c.Label(draw.Point{X: x, Y: in.Y + 10}, "tour/title", title, draw.SansBold, ui.SizeBody, draw.Left, c.Theme.Text, true)
	text := step.Text
	if c.Touch && step.Touch != "" { // a phone, or a finger was used
		text = step.Touch
	}
	size := float32(ui.SizeBody)
	if in.Y+24+c.ParagraphHeight(in.W, text, draw.Sans, size) > in.Y+in.H-c.ControlHeight() { // the smallest of phones
		size = ui.SizeSmall
	}
	h := c.Paragraph(draw.Rect{X: in.X, Y: in.Y + 24, W: in.W, H: in.H}, text, draw.Sans, size, c.Theme.Text)
	c.Tree.Add(ui.Node{ID: "tour/text", Role: ui.RoleStatus, Label: text, Rect: draw.Rect{X: in.X, Y: in.Y + 24, W: in.W, H: h}})
	high := c.ControlHeight()
	y := in.Y + in.H - high
	skip := ui.Button{ID: "tour/skip", Label: "Skip the tour", Kind: ui.Quiet}
	w := c.ButtonWidth(skip)
	c.Button(draw.Rect{X: in.X + in.W - w, Y: y, W: w, H: high}, skip)
	if step.Press != "" && !s.tour.Done() {
		b := s.button(step.Press, tourLabel(step.Press))
		b.ID, b.Kind = "tour/do", ui.Primary
		b.Disabled = b.Disabled || step.Press == "crash" && s.subject() == raft.None // nobody leads yet
		c.Button(draw.Rect{X: in.X, Y: y, W: min(c.ButtonWidth(b), in.W-w-8), H: high}, b)
	}
}

// tourLabel is what the tour's button says.
func tourLabel(id string) string {
	switch id {
	case "crash":
		return "Crash it"
	case "isolate":
		return "Isolate it"
	case "heal":
		return "Heal"
	}
	return "Fire"
}

// drawBar draws the buttons that open the drawers of a narrow window.
func (s *Shell) drawBar(r draw.Rect) {
	c := &s.ctx
	c.List.Rect(r, 0, c.Theme.Panel)
	c.Tree.Add(ui.Node{ID: "bar", Role: ui.RoleGroup, Label: "Drawers", Rect: r})
	w := (r.W - 8) / float32(len(drawers))
	for d := range drawers {
		high := min(ui.TouchLeast, r.H-2)
		at := draw.Rect{X: r.X + 4 + float32(d)*w + 1, Y: r.Y + (r.H-high)/2, W: w - 2, H: high}
		// The label is drawn here because six of them leave a phone no room for padding.
		label, value := drawers[d].label, ""
		if Drawer(d) == drawerInspect && s.selected.Kind == scene.Server { // what a tap on the stage leads to
			label, value = s.thingName(s.selected), label
		}
		c.Button(at, ui.Button{
			ID: "drawer/" + drawers[d].id, Label: label, Value: value, IconOnly: true, Kind: ui.Quiet,
			Selected: s.drawer == Drawer(d) && (Drawer(d) != noDrawer || !s.areas.logs.Empty()),
		})
		c.Text(at.Center(), label, draw.Sans, ui.SizeBody, draw.Center, at.W-4, c.Theme.Text)
	}
}

// names lists servers: "S1 S3".
func names(ids []raft.ID) string {
	words := make([]string, len(ids))
	for i, id := range ids {
		words[i] = serverName(id)
	}
	return strings.Join(words, " ")
}
