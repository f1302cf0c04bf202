package shell

import (
	"cmp"
	"strconv"
	"strings"

	"raftarium/netsim"
	"raftarium/netsim/cluster/script"
	"raftarium/viz/scene"
)

// Intent is something that the person wants. Devices, the tree of roles, the page
// and tests all produce intents; only applying one changes the model.
type Intent interface{ apply(m *Model) }

// The intents.
type (
	// Act performs an action. Group, if not "", names a control whose actions in a
	// row are undone together.
	Act struct {
		Action script.Action
		Group  string
	}
	// ActLine performs an action line that a person typed.
	ActLine struct{ Line string }
	// Acts performs several actions as one.
	Acts struct{ Actions []script.Action }
	// PlayPause starts or stops time.
	PlayPause struct{}
	// StepEvent lets one event happen.
	StepEvent struct{}
	// NextInteresting goes on to the next election, victory, conflict, duplicate or violation.
	NextInteresting struct{}
	// SetSpeed sets how fast time passes.
	SetSpeed struct{ Speed Speed }
	// GoTo lets time pass until At; Hold stops it there.
	GoTo struct {
		At   netsim.Time
		Hold bool
	}
	// Rewind starts the run again, without what was done by hand.
	Rewind struct{}
	// NewSeed starts the run again with another seed.
	NewSeed struct{ Seed uint64 }
	// SetServers starts a new run with that many servers.
	SetServers struct{ N int }
	// SetHeader starts a new run with another number in a header line; 0 is none.
	SetHeader struct {
		Line  string // its first word
		N     int
		field func(*script.Config) *int
	}
	// Select inspects something; zero inspects nothing.
	Select struct{ Thing scene.Thing }
	// Freeze stops time on a message.
	Freeze struct{ Thing scene.Thing }
	// ShowTab changes what the stage shows.
	ShowTab struct{ Tab Tab }
	// ShowDrawer opens a drawer of the narrow layout, or closes it if it is open.
	ShowDrawer struct{ Drawer Drawer }
	// ShowDialog opens a dialog; NoDialog closes it.
	ShowDialog struct{ Dialog Dialog }
	// ShowMenu opens the actions of a thing.
	ShowMenu struct{ Menu Menu }
	// SetTool arms a tool, or puts it away if it is armed.
	SetTool struct{ Tool Tool }
	// Choose puts a server on the chosen side of an armed tool, or takes it away.
	Choose struct{ Server int }
	// Finish performs what an armed tool and the chosen servers say.
	Finish struct{}
	// Back backs out of the innermost thing that is open.
	Back struct{}
	// Undo sets back what the toast tells of.
	Undo struct{}
	// Dismiss closes the toast.
	Dismiss struct{}
	// Save hands the run over as a scenario file.
	Save struct{}
	// Open shows the run that a scenario file tells of.
	Open struct{ Name, Text string }
	// SetLarge asks for large type, for a projector, or for the usual one.
	SetLarge struct{ On bool }
	// SetTheme and SetMotion override what the system asks for.
	SetTheme  struct{ Choice Choice }
	SetMotion struct{ Choice Choice }
	// SetFire sets how many Appends the button fires.
	SetFire struct{ N int }
	// NextKey changes the key that the buttons write to.
	NextKey struct{}
	// Edit changes the text of the field that is open.
	Edit struct{ Text string }
	// Submit takes the text of the field that is open.
	Submit struct{}
	// ScrollLogs moves the logs by that many indices; End follows their end.
	ScrollLogs struct {
		By  int
		End bool
	}
	// SetTour starts the guided tour, or ends it.
	SetTour struct{ On bool }
	// HideAlarm takes the banner of a violation from the stage; the verdict stays.
	HideAlarm struct{}
	// Screenshot asks for a picture of the window.
	Screenshot struct{}
	// Say shows a sentence: why something cannot be done now.
	Say struct{ Text string }
)

func (i Act) apply(m *Model) { _ = m.act(i.Action, i.Group) } // the toast tells of an error

func (i ActLine) apply(m *Model) {
	if err := m.actLine(i.Line, ""); err != nil && m.dialog == DialogCommand {
		m.field.Error, m.toast = err.Error(), nil
		return
	}
	if m.dialog == DialogCommand {
		m.dialog = NoDialog
	}
}

func (i Acts) apply(m *Model) {
	if len(i.Actions) == 0 {
		return
	}
	before := situationOf(&m.view)
	lines := make([]string, 0, len(i.Actions))
	text := ""
	for _, a := range i.Actions {
		if m.act(a, "") != nil {
			return
		}
		text = m.toast.Text
		lines = append(lines, a.String())
	}
	m.toast.Line = strings.Join(lines, "; ")
	if len(lines) > 1 {
		text = "Done: " + strconv.Itoa(len(lines)) + " actions."
	}
	m.toast.Text = text
	m.toast.Undo = undoing(before, situationOf(&m.view))
}

func (PlayPause) apply(m *Model) {
	m.playing, m.seek, m.frozen, m.alarm = !m.playing, nil, 0, false
}

func (StepEvent) apply(m *Model) {
	m.playing, m.seek = false, nil
	if !m.world.Step() {
		m.say("Nothing is left to happen.", false)
	}
	m.refresh()
}

func (NextInteresting) apply(m *Model) {
	m.playing = false
	m.seek = &seeking{noted: m.noted, until: m.world.Now().Add(seekFor)}
}

func (i SetSpeed) apply(m *Model) {
	m.settings.Speed = i.Speed.Clamp()
	m.remember()
}

func (i GoTo) apply(m *Model) {
	m.world.AdvanceTo(i.At)
	m.playing = m.playing && !i.Hold
	m.refresh()
}

func (Rewind) apply(m *Model) {
	l := m.lesson
	m.restart(m.base, m.name, "Back at the start of the same run.")
	if l != nil {
		again := *l
		again.found = nil
		m.lesson = &again
	}
}

func (i NewSeed) apply(m *Model) {
	sc := clone(m.base)
	sc.Config.Seed = i.Seed
	mark(sc, "seed")
	m.restart(sc, m.name, "A new run, seed "+strconv.FormatUint(i.Seed, 10)+".")
}

func (i SetServers) apply(m *Model) {
	if i.N == len(m.view.Servers) { // some may have joined or left since the start
		return
	}
	// Steps of a scenario may name servers that are no longer there, so the new run
	// keeps the configuration as it stands now and nothing else.
	sc := &script.Scenario{Config: m.configuration(), Set: map[string]bool{}}
	sc.Config.Servers = i.N
	mark(sc, "servers")
	m.restart(sc, freePlay, "A new run with "+plural(i.N, "server", "servers")+".")
}

func (i SetHeader) apply(m *Model) {
	// What the scenario has in store still fits.
	sc := clone(m.base)
	n := i.field(&sc.Config)
	if *n == i.N {
		return
	}
	*n = i.N
	mark(sc, i.Line)
	text := "A new run: " + i.Line + " " + cmp.Or(sc.Config.Value(i.Line), headerNone[i.Line]) + "."
	m.restart(sc, m.name, text)
}

// headerNone is what 0 is called in a header line that says nothing without being
// asked.
var headerNone = map[string]string{"snapshot": "none", "sessions": "implicit", "window": "1", "uncommitted": "default"}

// restart starts sc and offers to go back to the run as it was.
func (m *Model) restart(sc *script.Scenario, name, text string) {
	old := m.run
	if err := m.start(sc, name); err != nil {
		m.say(err.Error(), true)
		return
	}
	m.toast = &Toast{Text: text, left: toastTicks}
	if m.view.Now != old.world.Now() {
		m.toast.swap = &old
	}
}

func (i Select) apply(m *Model) {
	m.selected = i.Thing
	m.menu = nil
	if i.Thing.Kind != scene.Message {
		m.frozen = 0
	}
}

func (i Freeze) apply(m *Model) {
	m.selected = i.Thing
	m.playing, m.seek = false, nil
	m.frozen = i.Thing.Message
}

func (i ShowTab) apply(m *Model) { m.tab = i.Tab }

func (i ShowDrawer) apply(m *Model) {
	if m.drawer == i.Drawer {
		m.drawer = NoDrawer
		return
	}
	m.drawer = i.Drawer
}

func (i ShowDialog) apply(m *Model) {
	m.menu = nil
	m.dialog = i.Dialog
	m.dialogScroll = 0
	m.field = Field{}
	if i.Dialog == DialogSeed {
		m.field.Text = strconv.FormatUint(m.view.Seed, 10)
	}
}

func (i ShowMenu) apply(m *Model) {
	menu := i.Menu
	m.menu = &menu
	if menu.Of.Kind != scene.Nothing {
		m.selected = menu.Of
	}
}

func (i SetTool) apply(m *Model) {
	m.chosen, m.stroke = nil, nil
	if m.tool == i.Tool {
		m.tool = NoTool
		return
	}
	m.tool = i.Tool
	m.tab, m.drawer = TabCluster, NoDrawer
	if i.Tool == ToolOneWay && m.selected.Kind == scene.Server {
		m.chosen = append(m.chosen, m.selected.Server)
	}
}

func (i Choose) apply(m *Model) { m.choose(i.Server) }

func (Finish) apply(m *Model) { m.finish() }

func (Back) apply(m *Model) {
	switch {
	case m.menu != nil:
		m.menu = nil
	case m.dialog != NoDialog:
		m.dialog = NoDialog
	case len(m.stroke) > 0:
		m.stroke = nil
	case m.tool != NoTool:
		m.tool, m.chosen = NoTool, nil
	case m.alarm:
		m.alarm = false
	case m.drawer != NoDrawer:
		m.drawer = NoDrawer
	case m.toast != nil:
		m.toast = nil
	case m.selected.Kind != scene.Nothing:
		m.selected, m.frozen = scene.Thing{}, 0
	}
}

func (Undo) apply(m *Model) {
	t := m.toast
	switch {
	case t == nil:
	case t.swap != nil:
		m.replace(*t.swap)
		m.say("The run from before is back.", false)
	case len(t.Undo) > 0:
		Acts{t.Undo}.apply(m)
		if m.toast != nil && !m.toast.Bad {
			m.toast.Undo = nil // undoing an undo would only confuse
		}
	}
}

func (Dismiss) apply(m *Model) { m.toast = nil }

func (i SetLarge) apply(m *Model)  { m.settings.Large = i.On; m.remember() }
func (i SetTheme) apply(m *Model)  { m.settings.Theme = i.Choice; m.remember() }
func (i SetMotion) apply(m *Model) { m.settings.Motion = i.Choice; m.remember() }
func (i SetFire) apply(m *Model)   { m.fireN = min(max(i.N, 1), maxFire) }
func (NextKey) apply(m *Model)     { m.key = (m.key + 1) % len(keyNames) }
func (i Edit) apply(m *Model)      { m.field = Field{Text: i.Text} }

func (Submit) apply(m *Model) {
	text := strings.TrimSpace(m.field.Text)
	switch m.dialog {
	case DialogSeed:
		seed, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			m.field.Error = "A seed is a whole number from 0 to 18446744073709551615."
			return
		}
		m.dialog = NoDialog
		NewSeed{seed}.apply(m)
	case DialogCommand:
		if text == "" {
			m.dialog = NoDialog
			return
		}
		ActLine{text}.apply(m)
	default:
		m.dialog = NoDialog
	}
}

func (i ScrollLogs) apply(m *Model) {
	m.logsFollow = i.End
	m.logsFirst += float32(i.By) // the layout keeps it within the logs
}

func (i SetTour) apply(m *Model) {
	if i.On {
		m.tour = startTour()
		m.dialog, m.drawer = NoDialog, NoDrawer
		return
	}
	m.tour = Tour{}
	m.settings.TourDone = true
	m.remember()
}

func (HideAlarm) apply(m *Model) { m.alarm = false }

func (Screenshot) apply(m *Model) { m.shot = true }

func (i Say) apply(m *Model) { m.say(i.Text, false) }

// remember keeps the settings for the next visit.
func (m *Model) remember() { m.host.Store(settingsKey, m.settings.Encode()) }

// plural writes "1 server" or "5 servers".
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}
