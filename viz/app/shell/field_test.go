package shell

import (
	"strings"
	"testing"

	"raftarium/viz/draw"
	"raftarium/viz/scene"
)

// A phone shows its keyboard only if the page knows of the field when the finger is
// lifted, which is before the dialog is there.
func TestAPhoneIsToldOfAFieldBeforeItOpens(t *testing.T) {
	r := open(t, phone).lead()
	at := func(id string) string { return r.TextAt(r.node(id).Rect.Center()) }
	if got := at("button/play"); got != "" {
		t.Errorf("Play asks for the keyboard %q", got)
	}
	r.tapOn("drawer/more")
	if command, seed := at("button/command"), at("button/seed"); command != "text" || seed != "numeric" {
		t.Errorf("the keyboards of the two buttons are %q and %q", command, seed)
	}
	if got := r.TextAt(draw.Point{X: -1, Y: -1}); got != "" {
		t.Errorf("outside is the keyboard %q", got)
	}
	if _, ok := r.Typing(); ok {
		t.Error("a field is open before the tap")
	}
	r.tapOn("button/seed")
	f, ok := r.Typing()
	if !ok || f.Mode != "numeric" || f.Label != "Seed" || f.Before == "" || f.After != "" || at("field") != "numeric" {
		t.Errorf("the field is %+v, %v", f, ok)
	}
	if f.Rect.Y > r.size.Y/2 {
		t.Errorf("the field lies at %v, where a phone's keyboard covers it", f.Rect)
	}
	r.Leave()
	r.tick(1)
	if _, ok := r.Typing(); ok || r.dialog != noDialog {
		t.Error("the field is still open after it was left")
	}

	// While a menu is open, a tap beside it closes it and does nothing else.
	r.Apply(showMenu{menu{Of: scene.ThingServer(1), At: draw.Point{X: 10, Y: 60}}})
	r.tick(1)
	if got := at("button/seed"); got != "" {
		t.Errorf("behind a menu is the keyboard %q", got)
	}
}

func TestWhatAPhoneTypesArrives(t *testing.T) {
	r := open(t, phone).lead()
	r.Type("crash s1", "")
	r.Enter()
	r.did() // no field is open
	r.Apply(showDialog{dialogCommand})
	r.tick(1)
	r.Type("cra", "s2\n")
	if f, _ := r.Typing(); f.Before != "cra" || f.After != "s2" {
		t.Errorf("the field holds %+v", f)
	}
	r.Type("crash ", "s2")
	r.Enter()
	r.tick(1)
	r.did("crash s2")
	if r.dialog != noDialog {
		t.Error("the dialog is still open")
	}
	r.Apply(showDialog{dialogCommand})
	r.tick(1)
	r.Type(strings.Repeat("\u00e9", maxField), strings.Repeat("x", maxField))
	if n := len(r.field.Text); n > maxField {
		t.Errorf("the field takes %d bytes, more than %d", n, maxField)
	}
	// Keys go on working, at the end.
	r.Type("he", "l")
	r.typeText("x")
	if r.field.Text != "helx" || r.field.caret() != 4 {
		t.Errorf("the field holds %q with the caret at %d", r.field.Text, r.field.caret())
	}
}
