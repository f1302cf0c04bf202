package shell

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"raftarium/netsim/cluster/script"
	"raftarium/raft"
	"raftarium/viz/draw"
	"raftarium/viz/scene"
	"raftarium/viz/ui"
)

// handle turns the input of a tick into intents, by the tree of the last layout,
// and applies them.
func (s *Shell) handle(in *ui.Input, t *Tick) {
	for _, f := range t.Files {
		if f.Err != nil {
			s.complain(f.Name+" was not opened", f.Err.Error())
			s.dirty = true
			continue
		}
		s.Apply(Open{f.Name, f.Text})
	}
	s.pointer(in, t.Shift)
	s.keys(in)
}

// pointer handles the mouse or a finger.
func (s *Shell) pointer(in *ui.Input, shift bool) {
	s.point(in)
	if in.Pressed {
		s.press(in, shift)
	}
	if in.Cancelled {
		s.drop()
	} else if in.Dragging {
		s.dragTo(in, shift)
	}
	if in.Menu {
		s.openMenu(in)
	}
	if in.Click {
		s.click(in)
	}
	if in.Released {
		s.pressed, s.drag, s.dirty = "", noDrag, true
	}
	if in.Wheel != (draw.Point{}) {
		s.wheel(in)
	}
}

// point finds out what is under the pointer.
func (s *Shell) point(in *ui.Input) {
	id, over := "", scene.Thing{}
	if in.Over && (!in.Touch || in.Down) {
		if n := s.tree.At(in.Pointer); n != nil {
			id = n.ID
			over = scene.ParseThing(id)
		}
	}
	if in.Touch {
		over = scene.Thing{}
	}
	s.ctx.Pointer = in.Pointer
	if id != s.under || over != s.hover {
		s.under, s.hover, s.dirty = id, over, true
	}
}

// press begins a press on what is under it.
func (s *Shell) press(in *ui.Input, shift bool) {
	s.dirty, s.visible = true, false
	s.drag = noDrag
	n := s.tree.At(in.Start)
	if n == nil {
		s.pressed = ""
	} else {
		s.pressed = n.ID
		if n.Role == ui.RoleSlider && !n.Disabled {
			s.drag = dragSlider
			s.slideTo(n, in.Pointer.X)
			return
		}
	}
	control := n != nil && n.Role != ui.RoleImage && n.Role != ui.RoleStatus
	switch {
	case s.dialog != NoDialog:
		s.drag, s.dragFrom = dragDialog, s.dialogScroll
	case s.menu != nil:
	case s.areas.panel.Contains(in.Start):
		s.drag, s.dragFrom = dragPanel, s.panelScroll
	case control:
	case s.areas.stage.Contains(in.Start) && s.geom != nil:
		s.drag = dragStroke
		s.lasso = shift || s.tool == ToolLasso
		s.stroke = append(s.stroke[:0], in.Start)
	case s.areas.logs.Contains(in.Start):
		s.drag, s.dragFrom = dragLogs, s.grid.First
	}
}

// drop ends a press without effect.
func (s *Shell) drop() {
	s.stroke, s.drag, s.pressed, s.dirty = nil, noDrag, "", true
}

// dragTo moves what is being dragged, and performs it when it ends.
func (s *Shell) dragTo(in *ui.Input, shift bool) {
	s.dirty = true
	switch s.drag {
	case dragSlider:
		if n := s.tree.Find(s.pressed); n != nil {
			s.slideTo(n, in.Pointer.X)
			if in.Released {
				s.slideEnd(n, in.Pointer.X)
			}
		}
	case dragStroke:
		s.lasso = s.lasso || shift
		if last := s.stroke[len(s.stroke)-1]; distance(last, in.Pointer) >= 3 {
			s.stroke = append(s.stroke, in.Pointer)
		}
		if in.Released {
			s.endStroke()
		}
	case dragLogs:
		s.logsFollow = false
		s.logsFirst = s.dragFrom - (in.Pointer.X-in.Start.X)/max(s.grid.Pitch, 1)
	case dragDialog:
		s.dialogScroll = s.dragFrom - (in.Pointer.Y - in.Start.Y)
	case dragPanel:
		s.panelScroll = s.dragFrom - (in.Pointer.Y - in.Start.Y)
	}
	if s.drag != dragSlider {
		s.pressed = ""
	}
}

// endStroke performs the line that was drawn on the stage.
func (s *Shell) endStroke() {
	line, lasso := s.stroke, s.lasso
	s.stroke, s.lasso = nil, false
	if lasso {
		ids := s.geom.Enclosed(line)
		s.tool, s.chosen = NoTool, nil
		if a := isolating(ids, len(s.view.Servers)); a != nil {
			s.Apply(Act{Action: a})
		} else if len(ids) == 0 {
			s.Apply(Say{"The line encloses no server."})
		} else {
			s.Apply(Say{"All servers are inside: there is nobody to isolate them from."})
		}
		return
	}
	s.tool, s.chosen = NoTool, nil
	if i := slicing(s.geom, line, len(s.view.Servers), len(s.view.Network.Cuts) > 0); i != nil {
		s.Apply(i)
	} else {
		s.Apply(Say{"The line crosses no link between servers."})
	}
}

// click presses what was pressed and released in one place.
func (s *Shell) click(in *ui.Input) {
	s.dirty = true
	drag := s.drag
	s.stroke = nil
	n := s.tree.At(in.Start)
	if drag == dragSlider {
		if n != nil {
			s.slideEnd(n, in.Pointer.X)
		}
		return
	}
	switch {
	case n == nil && s.menu != nil:
		s.menu = nil
	case n == nil:
		s.focus = ""
		if s.areas.stage.Contains(in.Start) {
			s.Apply(Select{})
		}
	case n.Disabled:
	default:
		if s.menu != nil && n.Role != ui.RoleMenuItem {
			s.menu = nil
			return
		}
		s.focus = ""
		if n.Role == ui.RoleTextBox {
			s.focus = n.ID
		}
		s.Press(n.ID, in.Double)
	}
}

// openMenu opens the actions of what is under the pointer.
func (s *Shell) openMenu(in *ui.Input) {
	s.drop()
	if s.dialog != NoDialog {
		return
	}
	t := scene.Thing{}
	if n := s.tree.At(in.Pointer); n != nil {
		t = scene.ParseThing(n.ID)
		if t.Kind == scene.Nothing && n.Role != ui.RoleImage && n.Role != ui.RoleStatus {
			return
		}
	}
	if t.Kind == scene.Nothing && !s.areas.stage.Contains(in.Pointer) {
		return
	}
	s.Apply(ShowMenu{Menu{Of: t, At: in.Pointer}})
}

// wheel scrolls what is under the pointer.
func (s *Shell) wheel(in *ui.Input) {
	s.dirty = true
	by := in.Wheel.Y
	if by == 0 || in.Wheel.X != 0 {
		by = in.Wheel.X
	}
	switch {
	case s.dialog != NoDialog:
		s.dialogScroll += in.Wheel.Y
	case s.areas.panel.Contains(in.Pointer):
		s.panelScroll += in.Wheel.Y
	case s.areas.inspector.Contains(in.Pointer):
		s.inspectTop += in.Wheel.Y
	case s.areas.narration.Contains(in.Pointer):
		s.notesSkip = max(s.notesSkip+int(in.Wheel.Y/16), 0)
	case s.areas.logs.Contains(in.Pointer):
		n := int(by / 20)
		if n == 0 && by > 0 {
			n = 1
		} else if n == 0 {
			n = -1
		}
		s.Apply(ScrollLogs{By: n})
	}
}

// slideTo sets a slider to where the pointer is.
func (s *Shell) slideTo(n *ui.Node, x float32) {
	sl := slider(strings.TrimPrefix(n.ID, "slider/"))
	if sl == nil {
		return
	}
	v := sl.at(ui.SliderValue(n, x))
	if sl.late {
		s.held = &heldSlider{sl.ID, v}
		return
	}
	if v != sl.now(&s.Model) {
		s.Apply(sl.set(&s.Model, v))
	}
}

// slideEnd lets a slider go.
func (s *Shell) slideEnd(n *ui.Node, x float32) {
	sl := slider(strings.TrimPrefix(n.ID, "slider/"))
	if sl == nil || !sl.late || s.held == nil {
		return
	}
	v := s.held.value
	s.held = nil
	s.Apply(sl.set(&s.Model, v))
}

// Press does what pressing the node of that ID does, and reports whether there is
// such a node that can be pressed. twice is a double-click.
func (s *Shell) Press(id string, twice bool) bool {
	n := s.tree.Find(id)
	if n == nil || n.Disabled {
		return false
	}
	i := s.intentOf(id, twice)
	if i == nil {
		return false
	}
	s.Apply(i)
	return true
}

// intentOf is what pressing a node wants.
func (s *Shell) intentOf(id string, twice bool) Intent {
	if t := scene.ParseThing(id); t.Kind != scene.Nothing {
		return s.pressThing(t, twice)
	}
	kind, rest, _ := strings.Cut(id, "/")
	switch kind {
	case "button":
		if c := command(rest); c != nil {
			return c.intent(&s.Model)
		}
	case "tab":
		if rest == "keys" {
			return ShowTab{TabKeys}
		}
		return ShowTab{TabCluster}
	case "drawer":
		for d := range drawers {
			if drawers[d].id == rest {
				return ShowDrawer{Drawer(d)}
			}
		}
	case "menu":
		if s.menu == nil {
			return nil
		}
		items := s.items(s.menu.Of)
		if i := atoi(rest); i >= 0 && i < len(items) {
			return fromMenu{items[i].Intent}
		}
	case "load":
		return loadIntent(script.Workload(rest))
	case "rule":
		return s.switchRule(rest)
	case "toast":
		if rest == "undo" {
			return Undo{}
		}
		return Dismiss{}
	case "tour":
		if rest == "do" && s.tour.On() && s.tour.current().Press != "" {
			return command(s.tour.current().Press).intent(&s.Model)
		}
		return SetTour{}
	case "violation":
		return HideAlarm{}
	case "modified":
		return ShowDialog{DialogRules}
	case "do":
		if c := command(rest); c != nil {
			return fromDialog{c}
		}
	case "verdict":
		return tellVerdict{}
	case "banner":
		return tellVerdict{}
	case "dialog":
		switch {
		case rest == "close" || rest == "backdrop":
			return ShowDialog{}
		case rest == "ok":
			return Submit{}
		}
	}
	return nil
}

// fromMenu is the intent of a menu's entry, which also closes the menu.
type fromMenu struct{ Intent }

func (i fromMenu) apply(m *Model) {
	m.menu = nil
	i.Intent.apply(m)
}

// fromDialog performs a command of the list of keys, which closes first.
type fromDialog struct{ *Command }

func (i fromDialog) apply(m *Model) {
	m.dialog = NoDialog
	i.intent(m).apply(m)
}

// pressThing is what a click on something on stage or in the logs wants.
func (s *Shell) pressThing(t scene.Thing, twice bool) Intent {
	switch t.Kind {
	case scene.Server:
		if s.tool != NoTool {
			return Choose{int(t.Server)}
		}
		if twice {
			return crashOrRestart(&s.Model, t.Server)
		}
	case scene.Message:
		return Freeze{t}
	case scene.Link:
		if s.isCut(t.From, t.To) {
			return Act{Action: script.Mend{From: t.From, To: t.To, OneWay: true}}
		}
		return Act{Action: script.Cut{From: t.From, To: t.To, OneWay: true}}
	}
	return Select{t}
}

// switchRule switches a rule off, or on again.
func (s *Shell) switchRule(name string) Intent {
	for _, off := range s.view.Without {
		if off == name {
			return Act{Action: script.With{Rules: []string{name}}}
		}
	}
	return Act{Action: script.Without{Rules: []string{name}}}
}

// keys handles the keyboard.
func (s *Shell) keys(in *ui.Input) {
	if s.dialogHasField() {
		s.typing(in)
		return
	}
	typed := false
	for _, r := range in.Runes {
		if s.typedKey(r, in) {
			typed = true
		}
	}
	for _, k := range in.Keys {
		if k.Ctrl || k.Alt {
			continue
		}
		s.dirty = true
		if letter := len(k.Name) == 1; letter && (typed || len(in.Runes) > 0 && in.Runes[0] < utf8.RuneSelf) {
			continue // what it types counts
		}
		s.key(k)
	}
}

// typedKey handles a character that was typed; it reports whether it means something.
func (s *Shell) typedKey(r rune, in *ui.Input) bool {
	if r == ' ' {
		return false // Space is a key
	}
	repeat := len(in.Keys) > 0
	for _, k := range in.Keys {
		if k.Ctrl || k.Alt && unicode.IsLetter(r) {
			return false
		}
		repeat = repeat && k.Repeat
	}
	s.dirty = true
	return s.stageKey(string(unicode.ToUpper(r)), repeat)
}

// key handles a key by its name.
func (s *Shell) key(k ui.Key) {
	s.visible = true
	modal := s.menu != nil || s.dialog != NoDialog
	switch k.Name {
	case "Tab":
		s.moveFocus(k.Shift)
		return
	case "Escape":
		if !modal && s.focus != "" {
			s.focus = ""
			return
		}
		s.focus = ""
		s.Apply(Back{})
		return
	}
	if modal || s.focus != "" {
		s.panelKey(k)
		return
	}
	name := k.Name
	if k.Shift && strings.HasPrefix(name, "Arrow") {
		name = "Shift+" + name
	}
	s.stageKey(name, k.Repeat)
}

// stageKey does what a key does while the stage has the focus.
func (s *Shell) stageKey(name string, repeat bool) bool {
	if s.focus != "" || s.menu != nil || s.dialog != NoDialog {
		return false
	}
	if len(name) == 1 && name[0] >= '1' && name[0] <= '9' {
		if id := raft.ID(name[0] - '0'); s.server(id) != nil && !repeat {
			if s.tool != NoTool {
				s.Apply(Choose{int(id)})
			} else {
				s.Apply(Select{scene.ThingServer(id)})
			}
		}
		return true
	}
	c := byKey(name)
	if c == nil || c.ID == "shot" && !s.desktop {
		return false
	}
	if !repeat || c.repeat {
		s.Apply(c.intent(&s.Model))
	}
	return true
}

// moveFocus moves the focus to the next panel, with the stage as one of them.
func (s *Shell) moveFocus(back bool) { s.focus = s.nextStop(back) }

// nextStop is where Tab leads: "" is the stage, which comes between the last panel
// and the first.
func (s *Shell) nextStop(back bool) string {
	dir := ui.FocusNext
	if back {
		dir = ui.FocusPrev
	}
	next := ui.NextFocus(&s.tree, s.focus, dir)
	if s.focus != "" && s.menu == nil && s.dialog == NoDialog && s.wraps(next, back) {
		return ""
	}
	return next
}

// wraps reports whether going to next leads round the end of the tree.
func (s *Shell) wraps(next string, back bool) bool {
	from, to := -1, -1
	for i := range s.tree.Nodes {
		switch s.tree.Nodes[i].ID {
		case s.focus:
			from = i
		case next:
			to = i
		}
	}
	return next == s.focus || back && to > from || !back && to < from
}

// panelKey handles a key while a control has the focus, or a dialog or menu is open.
func (s *Shell) panelKey(k ui.Key) {
	n := s.tree.Find(s.focus)
	if n == nil {
		s.focus = ui.NextFocus(&s.tree, "", ui.FocusNext)
		n = s.tree.Find(s.focus)
	} else if n.Role == ui.RoleSlider {
		if s.slideBy(n, k) {
			return
		}
	}
	switch k.Name {
	case "ArrowUp":
		s.focus = ui.NextFocus(&s.tree, s.focus, ui.FocusUp)
	case "ArrowDown":
		s.focus = ui.NextFocus(&s.tree, s.focus, ui.FocusDown)
	case "ArrowLeft":
		s.focus = ui.NextFocus(&s.tree, s.focus, ui.FocusLeft)
	case "ArrowRight":
		s.focus = ui.NextFocus(&s.tree, s.focus, ui.FocusRight)
	case "Space", "Enter":
		if n == nil || k.Repeat {
			return
		}
		if t := scene.ParseThing(n.ID); t.Kind != scene.Nothing && k.Name == "Enter" {
			s.Apply(ShowMenu{Menu{Of: t, Centered: true}})
			return
		}
		s.Press(n.ID, false)
	}
}

// slideBy moves a slider by a key; it reports whether the key is one of a slider's.
func (s *Shell) slideBy(n *ui.Node, k ui.Key) bool {
	sl := slider(strings.TrimPrefix(n.ID, "slider/"))
	if sl == nil {
		return false
	}
	v := sl.now(&s.Model)
	switch k.Name {
	case "ArrowLeft":
		v = sl.step(v, -1)
	case "ArrowRight":
		v = sl.step(v, 1)
	case "Home":
		v = sl.stops[0]
	case "End":
		v = sl.stops[len(sl.stops)-1]
	default:
		return false
	}
	if v != sl.now(&s.Model) {
		s.Apply(sl.set(&s.Model, v))
	}
	return true
}

// typing handles the keyboard while a field is open.
func (s *Shell) typing(in *ui.Input) {
	text := s.field.Text
	for _, r := range in.Runes {
		if unicode.IsPrint(r) && len(text) < maxField {
			text += string(r)
		}
	}
	for _, k := range in.Keys {
		s.dirty = true
		switch k.Name {
		case "Backspace":
			_, n := utf8.DecodeLastRuneInString(text)
			text = text[:len(text)-n]
		case "Enter":
			if text != s.field.Text {
				s.Apply(Edit{text})
			}
			s.Apply(Submit{})
			return
		case "Escape":
			s.focus = ""
			s.Apply(Back{})
			return
		case "Tab":
			s.visible = true
			s.moveFocus(k.Shift)
		case "Space":
			if s.focus != "" && s.focus != fieldID && len(in.Runes) > 0 {
				text = s.field.Text
				s.Press(s.focus, false)
			}
		}
	}
	if text != s.field.Text {
		s.Apply(Edit{text})
	}
}

// maxField bounds the text of a field, in bytes.
const maxField = 400

// fieldID is the node of the field that is open.
const fieldID = "field"

func (s *Shell) dialogHasField() bool {
	return s.dialog == DialogSeed || s.dialog == DialogCommand
}

func distance(a, b draw.Point) float32 {
	dx, dy := a.X-b.X, a.Y-b.Y
	return max(dx, -dx) + max(dy, -dy)
}

func atoi(t string) int {
	n := 0
	for _, r := range t {
		if r < '0' || r > '9' || n > 1e6 {
			return -1
		}
		n = n*10 + int(r-'0')
	}
	return n
}
