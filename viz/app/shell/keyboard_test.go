package shell

import (
	"errors"
	"strings"
	"testing"

	"raftarium/netsim/cluster/script"
	"raftarium/viz/draw"
	"raftarium/viz/scene"
	"raftarium/viz/text"
	"raftarium/viz/ui"
)

// Every key of the table, and what shows that it did what it says.
func TestEveryKeyDoesWhatTheTableSays(t *testing.T) {
	second := func(r *rig) bool { return r.leader() == 2 }
	tests := []struct {
		key   string
		given func(r *rig) // beyond a cluster with a leader and S2 selected
		then  func(r *rig) bool
	}{
		{"Space", nil, func(r *rig) bool { return r.playing }},
		{"ArrowRight", nil, func(r *rig) bool { return r.view.Events == r.was+1 }},
		{"Shift+ArrowRight", func(r *rig) { _ = r.Do("crash leader") }, func(r *rig) bool {
			r.tick(600)
			return r.seek == nil && interesting(r.notes[len(r.notes)-1].Kind)
		}},
		{"[", nil, func(r *rig) bool { return r.settings.Speed == initialSpeed-1 }},
		{"]", nil, func(r *rig) bool { return r.settings.Speed == initialSpeed+1 }},
		{"Home", nil, func(r *rig) bool { return r.view.Now == 0 && r.toast.swap != nil }},
		{"P", nil, func(r *rig) bool { return r.tool == toolSlice }},
		{"G", nil, func(r *rig) bool { return r.tool == toolLasso }},
		{"X", nil, func(r *rig) bool { return r.tool == toolOneWay && len(r.chosen) == 1 }},
		{"I", nil, line("isolate s2")},
		{"B", nil, line("bridge s2")},
		{"C", nil, line("crash s2")},
		{"Z", nil, line("pause s2")},
		{"D", func(r *rig) { thingOf(r, scene.Message) }, func(r *rig) bool { return strings.HasPrefix(r.last(), "drop ") }},
		{"F", nil, line("transfer s2")},
		{"T", func(r *rig) { r.Apply(Select{}) }, func(r *rig) bool {
			return strings.HasPrefix(r.last(), "timeout s") && len(strings.Fields(r.last())) == 3
		}},
		{"+", nil, line("add s6")},
		{"H", func(r *rig) { _ = r.Do("isolate s1") }, func(r *rig) bool { return r.last() == "heal" && len(r.view.Network.Cuts) == 0 }},
		{"R", func(r *rig) { _ = r.Do("crash all") }, func(r *rig) bool { return r.last() == "restart all" && r.allUp() }},
		{"A", nil, line("fire 5 x")},
		{"L", nil, line("append c1 x 1")},
		{"U", nil, line("put c1 x 1")},
		{"Y", nil, line("get c1 x")},
		{"K", nil, func(r *rig) bool { return r.keyName() == "y" }},
		{"O", nil, line("load append 3")},
		{"Q", nil, line("reads index")},
		{"M", nil, dialog(dialogRules)},
		{"!", nil, func(r *rig) bool { return r.dialog == noDialog && strings.Contains(r.toast.Text, "no seeded bugs") }},
		{"E", nil, dialog(dialogSeed)},
		{"N", nil, func(r *rig) bool { return r.view.Seed != 42 && r.view.Now == 0 }},
		{"S", nil, func(r *rig) bool { return strings.Contains(r.host.saved, "seed 42") }},
		{"/", nil, dialog(dialogCommand)},
		{"Backspace", func(r *rig) { r.key("I") }, func(r *rig) bool { return r.last() == "heal" }},
		{"V", nil, func(r *rig) bool { return r.tab == tabKeys }},
		{"Enter", nil, func(r *rig) bool { return r.menu != nil && r.menu.Of == server2() }},
		{"End", func(r *rig) { r.logsFollow = false }, func(r *rig) bool { return r.logsFollow }},
		{"PageUp", longLogs, func(r *rig) bool { return !r.logsFollow }},
		{"PageDown", func(r *rig) { longLogs(r); r.key("PageUp"); r.key("PageUp") }, func(r *rig) bool { return r.grid.First == r.grid.MaxFirst()-8 }},
		{",", nil, func(r *rig) bool { return r.settings.Theme == dark }},
		{"W", nil, func(r *rig) bool { return r.settings.Large && r.Zoom(1920, 1080) > 1.5 }},
		{".", nil, func(r *rig) bool { return r.settings.Motion == reduced }},
		{"J", nil, func(r *rig) bool { return r.tour.On() }},
		{"F12", nil, func(r *rig) bool { return r.TakeScreenshot() && !r.TakeScreenshot() }},
		{"?", nil, dialog(dialogKeys)},
		{"Escape", func(r *rig) { r.Dismiss() }, func(r *rig) bool { return r.selected == scene.Thing{} }},
		{"2", func(r *rig) { r.Apply(Select{}) }, func(r *rig) bool { return r.selected == server2() }},
	}
	tested := map[string]bool{}
	for _, tt := range tests {
		tested[tt.key] = true
		r := open(t, wide).lead()
		r.Apply(Select{server2()})
		if second(r) {
			t.Fatal("S2 leads: choose another seed, so that it is told from the leader")
		}
		if tt.given != nil {
			tt.given(r)
		}
		r.was = r.view.Events
		r.key(tt.key)
		if !tt.then(r) {
			t.Errorf("%s: toast %+v, did %q", tt.key, r.toast, r.lines())
		}
	}
	for i := range commands {
		if !tested[commands[i].Key] {
			t.Errorf("the key %s of %q is not tested", commands[i].Key, commands[i].Label)
		}
	}
}

func (r *rig) last() string {
	if l := r.lines(); len(l) > 0 {
		return l[len(l)-1]
	}
	return ""
}

// dismiss closes the toast, so that Escape has nothing nearer to close.
func (r *rig) Dismiss() { r.Apply(dismiss{}) }

func line(want string) func(*rig) bool { return func(r *rig) bool { return r.last() == want } }
func dialog(d Dialog) func(*rig) bool  { return func(r *rig) bool { return r.dialog == d } }

func longLogs(r *rig) {
	_ = r.Do("load append 3")
	r.Pass(20e9)
	r.tick(1)
}

func TestKeysAreUniqueAndCanBeDrawn(t *testing.T) {
	seen := map[string]bool{}
	for i := range commands {
		c := &commands[i]
		if c.Key == "" || seen[c.Key] {
			t.Errorf("%s has the key %q, which is none or taken", c.ID, c.Key)
		}
		seen[c.Key] = true
		if m := text.Missing(keyCap(c.Key) + c.Label); len(m) > 0 {
			t.Errorf("%s: no glyph for %q", c.ID, m)
		}
		if command(c.ID) != c {
			t.Errorf("the ID %s is taken", c.ID)
		}
	}
	for _, s := range tourSteps {
		if m := text.Missing(s.Title + s.Text + s.Touch); len(m) > 0 {
			t.Errorf("%s: no glyph for %q", s.Title, m)
		}
	}
}

func TestCrashWorksOnTheLeaderWhileNothingIsSelected(t *testing.T) {
	r := open(t, wide)
	r.key("C")
	r.did()
	r.lead()
	r.key("C")
	if !strings.HasPrefix(r.last(), "crash s") {
		t.Errorf("did %q", r.lines())
	}
}

func TestTabVisitsThePanelsAndTheStage(t *testing.T) {
	for _, size := range []struct {
		name string
		r    *rig
	}{{"wide", open(t, wide).lead()}, {"phone", open(t, phone).lead()}} {
		r := size.r
		seen := map[string]bool{}
		n := 0
		for {
			r.key("Tab")
			if r.focus == "" {
				break
			}
			if seen[r.focus] || n > 30 {
				t.Fatalf("%s: Tab comes back to %s without the stage", size.name, r.focus)
			}
			seen[r.focus] = true
			n++
		}
		if n < 3 {
			t.Errorf("%s: Tab visits %d panels: %v", size.name, n, seen)
		}
		var back []string
		for range n {
			do := Tick{}
			do.Keys = []ui.Key{{Name: "Tab", Shift: true}}
			r.do(do)
			back = append(back, r.focus)
			if r.focus == "" {
				t.Fatalf("%s: Shift+Tab reaches the stage after %v", size.name, back)
			}
		}
	}
}

// Each control can be reached by Tab and arrows alone.
func TestArrowsReachEveryControlOfAPanel(t *testing.T) {
	r := open(t, wide).lead()
	r.Pass(0)
	reached := map[string]bool{}
	for {
		r.key("Tab")
		if r.focus == "" {
			break
		}
		// From here, all that arrows lead to.
		queue := []string{r.focus}
		for len(queue) > 0 {
			at := queue[0]
			queue = queue[1:]
			if reached[at] {
				continue
			}
			reached[at] = true
			for _, d := range []ui.Dir{ui.FocusUp, ui.FocusDown, ui.FocusLeft, ui.FocusRight} {
				if slide := r.node(at).Role == ui.RoleSlider; slide && (d == ui.FocusLeft || d == ui.FocusRight) {
					continue // a slider keeps these
				}
				queue = append(queue, ui.NextFocus(r.Tree(), at, d))
			}
		}
	}
	for i := range r.tree.Nodes {
		n := &r.tree.Nodes[i]
		if n.Focusable && !n.Disabled && !reached[n.ID] {
			t.Errorf("%s cannot be reached by keyboard", n.ID)
		}
	}
}

func TestAFocusedPanelKeepsTheKeysToItself(t *testing.T) {
	r := open(t, wide).lead()
	r.focus = "button/heal"
	r.key("C")
	r.key("A")
	r.did()
	r.focus = "button/fire"
	r.key("Space")
	r.did("fire 5 x")
	if r.playing {
		t.Error("Space pressed a button and started time as well")
	}
	r.focus = "slider/loss"
	r.key("ArrowRight")
	r.key("ArrowRight")
	r.key("ArrowLeft")
	r.did("fire 5 x", "loss 1%", "loss 2%", "loss 1%")
	r.key("Escape")
	if r.focus != "" {
		t.Error("Escape does not lead back to the stage")
	}
	r.key("H")
	r.did("fire 5 x", "loss 1%", "loss 2%", "loss 1%", "heal")
}

func TestADialogKeepsTheKeyboard(t *testing.T) {
	r := open(t, wide).lead()
	r.key("M")
	for range 3 {
		r.key("Tab")
		if n := r.node(r.focus); !strings.HasPrefix(n.ID, "rule/") && !strings.HasPrefix(n.ID, "dialog/") {
			t.Errorf("Tab leads out of the dialog to %s", r.focus)
		}
	}
	r.focus = "rule/one-vote-per-term"
	r.key("Space")
	r.did("without one-vote-per-term")
	if len(r.view.Without) != 1 || r.Tree().Find("modified") == nil {
		t.Error("no banner says that Raft is modified")
	}
	r.key("C")
	r.did("without one-vote-per-term")
	r.key("Space")
	r.did("without one-vote-per-term", "with one-vote-per-term")
	r.key("Escape")
	if r.dialog != noDialog {
		t.Error("Escape does not close the dialog")
	}
}

func TestAnActionCanBeTypedAndItsErrorStaysBesideIt(t *testing.T) {
	r := open(t, wide)
	r.key("/")
	r.typeText("crahs s1")
	if r.field.Text != "crahs s1" {
		t.Fatalf("the field holds %q", r.field.Text)
	}
	r.key("Enter")
	r.did()
	if r.dialog != dialogCommand || !strings.Contains(r.field.Error, "crash") {
		t.Errorf("dialog %d says %q", r.dialog, r.field.Error)
	}
	for range len("crahs s1") {
		r.key("Backspace")
	}
	r.typeText("crash s1")
	r.key("Enter")
	r.did("crash s1")
	if r.dialog != noDialog {
		t.Error("the dialog stays open")
	}
}

func TestASeedCanBeTyped(t *testing.T) {
	r := open(t, wide).lead()
	r.key("E")
	r.typeText("x")
	r.key("Enter")
	if r.field.Error == "" || r.dialog != dialogSeed {
		t.Error("a seed that is no number is taken")
	}
	r.key("Backspace")
	r.typeText("7")
	r.click("dialog/ok")
	if r.view.Seed != 427 || r.view.Now != 0 || r.dialog != noDialog {
		t.Errorf("seed %d at %v, dialog %d", r.view.Seed, r.view.Now, r.dialog)
	}
}

func TestHeldKeysRepeatOnlyWhereThatMakesSense(t *testing.T) {
	r := open(t, wide).lead()
	for range 3 {
		r.do(Tick{Devices: ui.Devices{Keys: []ui.Key{{Name: "C", Repeat: true}}, Runes: []rune{'c'}}})
		r.do(Tick{Devices: ui.Devices{Keys: []ui.Key{{Name: "Space", Repeat: true}}, Runes: []rune{' '}}})
	}
	r.did()
	if r.playing {
		t.Error("a held Space switches time on and off")
	}
	was := r.view.Events
	for range 3 {
		r.do(Tick{Devices: ui.Devices{Keys: []ui.Key{{Name: "ArrowRight", Repeat: true}}}})
	}
	if r.view.Events != was+3 {
		t.Errorf("three repeats step %d events", r.view.Events-was)
	}
}

func TestLettersOfOtherAlphabetsWorkByTheirPlace(t *testing.T) {
	r := open(t, wide).lead()
	r.do(Tick{Devices: ui.Devices{Keys: []ui.Key{{Name: "H"}}, Runes: []rune{'р'}}})
	r.did("heal")
	r.do(Tick{Devices: ui.Devices{Keys: []ui.Key{{Name: "A", Ctrl: true}}}})
	r.did("heal")
}

func TestAnActionOfThePageIsLikeAnyOther(t *testing.T) {
	r := open(t, wide)
	if err := r.Do("crash s9"); err == nil {
		t.Error("s9 is crashed")
	}
	if err := r.Do("crash s2"); err != nil {
		t.Error(err)
	}
	r.tick(1)
	if !r.Press("button/restart", false) || r.Press("button/none", false) {
		t.Error("press does not tell controls from what is none")
	}
	r.did("crash s2", "restart all")
	var line *script.Error
	if err := r.Do("crash"); !errors.As(err, &line) {
		t.Errorf("the error is %v", err)
	}
}

// All that a dialog offers can be gone to by key, wherever it is scrolled to.
func TestDialogsAreUsedByKeyboardAlone(t *testing.T) {
	for _, tt := range []struct {
		dialog Dialog
		prefix string
		want   int
	}{
		{dialogRules, "rule/", len(code.Rules())},
		{dialogKeys, "do/", len(commands) - 1}, // without bugs
	} {
		for _, size := range []draw.Point{wide, phone} {
			for _, key := range []string{"ArrowDown", "Tab"} {
				r := open(t, size)
				r.Apply(showDialog{tt.dialog})
				r.tick(1)
				seen := map[string]bool{}
				for range 4 * tt.want {
					r.key(key)
					if strings.HasPrefix(r.focus, tt.prefix) {
						seen[r.focus] = true
					}
				}
				least := tt.want
				if key == "ArrowDown" && tt.dialog == dialogKeys && size == wide {
					least = tt.want/2 - 2 // it has two columns
				}
				if len(seen) < least {
					t.Errorf("dialog %d, %v: %s leads to %d of %d", tt.dialog, size, key, len(seen), tt.want)
				}
			}
		}
	}
	r := open(t, wide)
	r.key("M")
	for !strings.HasPrefix(r.focus, "rule/") {
		r.key("ArrowDown")
	}
	name := strings.TrimPrefix(r.focus, "rule/")
	r.key("Space")
	r.did("without " + name)
}

// A browser tells of a key twice, as what it types and by its name. The name of the key
// that opened the field must not move the focus away from it.
func TestTheKeyThatOpensTheActionBoxIsNotAKeyWithinIt(t *testing.T) {
	r := open(t, wide)
	r.do(Tick{Devices: ui.Devices{Keys: []ui.Key{{Name: "Slash"}}, Runes: []rune{'/'}}})
	if r.dialog != dialogCommand {
		t.Fatalf("/ opened %v", r.dialog)
	}
	if r.focus != "" && r.focus != fieldID {
		t.Errorf("the focus went to %q", r.focus)
	}
	for _, c := range "a b" {
		d := ui.Devices{Runes: []rune{c}, Keys: []ui.Key{{Name: strings.ToUpper(string(c))}}}
		if c == ' ' {
			d.Keys[0].Name = "Space"
		}
		r.do(Tick{Devices: d})
	}
	if r.field.Text != "a b" {
		t.Errorf("the field holds %q, want %q", r.field.Text, "a b")
	}
}
