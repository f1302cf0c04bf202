package shell

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"raftarium/viz/draw"
	"raftarium/viz/ui"
)

// What a phone has to know of a field so that it shows its keyboard: the page lays an
// input of its own over it, into which the person types.

// Typing is a field that is open.
type Typing struct {
	Label string
	// Mode is the keyboard that suits it, as HTML's inputmode names it.
	Mode string
	// Before and After are what stands before the caret and after it.
	Before, After string
	Rect          draw.Rect
}

// modeOf is the keyboard that suits the field of a dialog; "" is a dialog without one.
func modeOf(d Dialog) string {
	switch d {
	case dialogSeed:
		return "numeric"
	case dialogCommand:
		return "text"
	}
	return ""
}

// Typing is the field that is open in the last layout; ok is false if there is none.
func (s *Shell) Typing() (t Typing, ok bool) {
	n := s.tree.Find(fieldID)
	if n == nil || !s.dialogHasField() {
		return t, false
	}
	at := s.field.caret()
	return Typing{n.Label, modeOf(s.dialog), s.field.Text[:at], s.field.Text[at:], n.Rect}, true
}

// TextAt is the keyboard that suits the field which a tap at p opens or is on, "" if
// there is none.
func (s *Shell) TextAt(p draw.Point) string {
	n := s.tree.At(p)
	if n == nil || n.Disabled || s.menu != nil && n.Role != ui.RoleMenuItem {
		return ""
	}
	if n.Role == ui.RoleTextBox {
		return modeOf(s.dialog)
	}
	i := s.intentOf(n.ID, false)
	if m, ok := i.(fromMenu); ok {
		i = m.intent
	}
	if c, ok := i.(fromDialog); ok {
		i = c.intent(&s.model)
	}
	if d, ok := i.(showDialog); ok {
		return modeOf(d.Dialog)
	}
	return ""
}

// Type says what the field that is open holds now, before the caret and after it.
func (s *Shell) Type(before, after string) {
	if !s.dialogHasField() {
		return
	}
	before, after = printable(before, maxField), printable(after, maxField-len(before))
	if text := before + after; text != s.field.Text || len(after) != s.field.after {
		if text != s.field.Text {
			s.Apply(edit{text})
		}
		s.field.after, s.dirty = len(after), true
	}
}

// Enter takes the text of the field that is open.
func (s *Shell) Enter() {
	if s.dialogHasField() {
		s.Apply(submit{})
	}
}

// Leave gives the field up that is open.
func (s *Shell) Leave() {
	if s.dialogHasField() {
		s.focus = ""
		s.Apply(back{})
	}
}

// printable is what a field takes of a text: no more than most bytes.
func printable(text string, most int) string {
	text = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, text)
	most = max(most, 0)
	for len(text) > most {
		_, n := utf8.DecodeLastRuneInString(text)
		text = text[:len(text)-n]
	}
	return text
}
