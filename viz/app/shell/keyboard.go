package shell

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"raftarium/raft"
	"raftarium/viz/draw"
	"raftarium/viz/scene"
	"raftarium/viz/ui"
)

// keys handles the keyboard.
func (s *Shell) keys(in *ui.Input) {
	if s.dialogHasField() {
		s.typing(in)
		return
	}
	if s.dialog == dialogAnswer {
		s.answerKeys(in)
	}
	typed, before := false, s.dialog
	for _, r := range in.Runes {
		if s.typedKey(r, in) {
			typed = true
		}
	}
	if typed && s.dialog != before {
		return // the key by its name is the one that opened the dialog, not one within it
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
	modal := s.menu != nil || s.dialog != noDialog
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
		s.Apply(back{})
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
	if s.focus != "" || s.menu != nil || s.dialog != noDialog {
		return false
	}
	if len(name) == 1 && name[0] >= '1' && name[0] <= '9' {
		if id := raft.ID(name[0] - '0'); s.server(id) != nil && !repeat {
			if s.tool != noTool {
				s.Apply(choose{int(id)})
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
		s.Apply(c.intent(&s.model))
	}
	return true
}

// moveFocus moves the focus to the next panel, with the stage as one of them.
func (s *Shell) moveFocus(back bool) {
	s.focus = s.nextStop(back)
	s.follow()
}

// follow scrolls a dialog so that what has the focus is in view, and what comes next
// too: only what is in view can be gone to.
func (s *Shell) follow() {
	n := s.tree.Find(s.focus)
	if s.dialog == noDialog || n == nil {
		return
	}
	var area draw.Rect
	for i := range s.tree.Nodes {
		switch m := &s.tree.Nodes[i]; {
		case m.Role == ui.RoleDialog:
			area = m.Rect
		case m.Role == ui.RoleGroup && area.Contains(m.Rect.Center()): // its list
			area = m.Rect
		}
	}
	margin := min(area.H*0.35, 170)
	if over := n.Rect.Y + n.Rect.H - (area.Y + area.H - margin); over > 0 {
		s.dialogScroll += over
	} else if under := area.Y + margin - n.Rect.Y; under > 0 {
		s.dialogScroll -= under
	}
}

// nextStop is where Tab leads: "" is the stage, which comes between the last panel
// and the first.
func (s *Shell) nextStop(back bool) string {
	dir := ui.FocusNext
	if back {
		dir = ui.FocusPrev
	}
	next := ui.NextFocus(&s.tree, s.focus, dir)
	if s.focus != "" && s.menu == nil && s.dialog == noDialog && s.wraps(next, back) {
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
	defer s.follow()
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
			s.Apply(showMenu{menu{Of: t, Centered: true}})
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
	v := sl.now(&s.model)
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
	if v != sl.now(&s.model) {
		s.Apply(sl.set(&s.model, v))
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
				s.Apply(edit{text})
			}
			s.Apply(submit{})
			return
		case "Escape":
			s.focus = ""
			s.Apply(back{})
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
		s.Apply(edit{text})
	}
}

// maxField bounds the text of a field, in bytes.
const maxField = 400

// fieldID is the node of the field that is open.
const fieldID = "field"

func (s *Shell) dialogHasField() bool {
	return s.dialog == dialogSeed || s.dialog == dialogCommand
}
