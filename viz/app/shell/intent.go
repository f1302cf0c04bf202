package shell

import (
	"cmp"
	"strconv"
	"strings"

	"raftarium/netsim"
	"raftarium/netsim/cluster/script"
	"raftarium/viz/scene"
)

// intent is something that the person wants. Devices, the tree of roles, the page
// and tests all produce intents; only applying one changes the model.
type intent interface{ apply(m *model) }

// The intents.
type (
	// act performs an action. Group, if not "", names a control whose actions in a
	// row are undone together.
	act struct {
		Action script.Action
		Group  string
	}
	// actLine performs an action line that a person typed.
	actLine struct{ Line string }
	// acts performs several actions as one.
	acts struct{ Actions []script.Action }
	// playPause starts or stops time.
	playPause struct{}
	// stepEvent lets one event happen.
	stepEvent struct{}
	// nextInteresting goes on to the next election, victory, conflict, duplicate or violation.
	nextInteresting struct{}
	// setSpeed sets how fast time passes.
	setSpeed struct{ Speed speed }
	// GoTo lets time pass until At, as fast as the ticks can; Hold stops it there.
	GoTo struct {
		At   netsim.Time
		Hold bool
	}
	// rewind starts the run again, without what was done by hand.
	rewind struct{}
	// newSeed starts the run again with another seed.
	newSeed struct{ Seed uint64 }
	// SetServers starts a new run with that many servers.
	SetServers struct{ N int }
	// setHeader starts a new run with another number in a header line; 0 is none.
	setHeader struct {
		Line  string // its first word
		N     int
		field func(*script.Config) *int
	}
	// Select inspects something; zero inspects nothing.
	Select struct{ Thing scene.Thing }
	// freeze stops time on a message.
	freeze struct{ Thing scene.Thing }
	// showTab changes what the stage shows.
	showTab struct{ Tab tab }
	// showDrawer opens a drawer of the narrow layout, or closes it if it is open.
	showDrawer struct{ Drawer Drawer }
	// showDialog opens a dialog; NoDialog closes it.
	showDialog struct{ Dialog Dialog }
	// showMenu opens the actions of a thing.
	showMenu struct{ Menu menu }
	// setTool arms a tool, or puts it away if it is armed.
	setTool struct{ Tool tool }
	// choose puts a server on the chosen side of an armed tool, or takes it away.
	choose struct{ Server int }
	// finish performs what an armed tool and the chosen servers say.
	finish struct{}
	// back backs out of the innermost thing that is open.
	back struct{}
	// undo sets back what the toast tells of.
	undo struct{}
	// dismiss closes the toast.
	dismiss struct{}
	// save hands the run over as a scenario file.
	save struct{}
	// Open shows the run that a scenario file tells of.
	Open struct{ Name, Text string }
	// setLarge asks for large type, for a projector, or for the usual one.
	setLarge struct{ On bool }
	// setTheme and SetMotion override what the system asks for.
	setTheme  struct{ Choice choice }
	setMotion struct{ Choice choice }
	// setFire sets how many Appends the button fires.
	setFire struct{ N int }
	// nextKey changes the key that the buttons write to.
	nextKey struct{}
	// edit changes the text of the field that is open.
	edit struct{ Text string }
	// submit takes the text of the field that is open.
	submit struct{}
	// scrollLogs moves the logs by that many indices; End follows their end.
	scrollLogs struct {
		By  int
		End bool
	}
	// SetTour starts the guided tour, or ends it.
	SetTour struct{ On bool }
	// hideAlarm takes the banner of a violation from the stage; the verdict stays.
	hideAlarm struct{}
	// screenshot asks for a picture of the window.
	screenshot struct{}
	// Say shows a sentence: why something cannot be done now.
	Say struct{ Text string }
)

func (i act) apply(m *model) { _ = m.act(i.Action, i.Group) } // the toast tells of an error

func (i actLine) apply(m *model) {
	if err := m.actLine(i.Line, ""); err != nil && m.dialog == dialogCommand {
		m.field.Error, m.toast = err.Error(), nil
		return
	}
	if m.dialog == dialogCommand {
		m.dialog = noDialog
	}
}

func (i acts) apply(m *model) {
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
		text = "Done: " + lines[0] + ", and " + strconv.Itoa(len(lines)-1) + " more."
	}
	m.toast.Text = text
	m.toast.Undo = undoing(before, situationOf(&m.view))
}

func (playPause) apply(m *model) {
	m.playing, m.seek, m.frozen, m.alarm = !m.playing, nil, 0, false
}

func (stepEvent) apply(m *model) {
	m.playing, m.seek = false, nil
	if !m.world.Step() {
		m.say("Nothing is left to happen.", false)
	}
	m.refresh()
}

func (nextInteresting) apply(m *model) {
	m.playing = false
	m.seek = &seeking{noted: m.noted, until: m.world.Now().Add(seekFor)}
}

func (i setSpeed) apply(m *model) {
	m.settings.Speed = i.Speed.Clamp()
	m.remember()
}

func (i GoTo) apply(m *model) {
	m.seek = &seeking{until: i.At, goes: true, plays: m.playing && !i.Hold, stop: m.world.Events() + mostEvents}
	m.playing = true
}

func (rewind) apply(m *model) {
	l, clue := m.lesson, m.clue
	m.restart(m.base, m.name, "Back at the start of the same run.", seedLine(m.base))
	m.clue = m.clue && clue
	if l != nil {
		again := *l
		again.found = nil
		m.lesson = &again
	}
}

func (i newSeed) apply(m *model) {
	sc := clone(m.base)
	sc.Config.Seed = i.Seed
	mark(sc, "seed")
	m.restart(sc, m.name, "A new run: "+seedLine(sc)+".", seedLine(sc))
}

func (i SetServers) apply(m *model) {
	if i.N == len(m.view.Servers) { // some may have joined or left since the start
		return
	}
	// Steps of a scenario may name servers that are no longer there, so the new run
	// keeps the configuration as it stands now and nothing else.
	sc := &script.Scenario{Config: m.configuration(), Set: map[string]bool{}}
	sc.Config.Servers = i.N
	mark(sc, "servers")
	m.restart(sc, freePlay, "A new run with "+plural(i.N, "server", "servers")+".", "servers "+sc.Config.Value("servers"))
}

func (i setHeader) apply(m *model) {
	// What the scenario has in store still fits.
	sc := clone(m.base)
	n := i.field(&sc.Config)
	if *n == i.N {
		return
	}
	*n = i.N
	mark(sc, i.Line)
	line := i.Line + " " + cmp.Or(sc.Config.Value(i.Line), headerNone[i.Line])
	m.restart(sc, m.name, "A new run: "+line+".", line)
}

// seedLine is the header line that tells a run from others of its configuration.
func seedLine(sc *script.Scenario) string { return "seed " + sc.Config.Value("seed") }

// headerNone is what 0 is called in a header line that says nothing without being
// asked.
var headerNone = map[string]string{"snapshot": "none", "sessions": "implicit", "window": "1", "uncommitted": "default"}

// restart starts sc and offers to go back to the run as it was. line is the header line
// that is new, "" if it is more than one.
func (m *model) restart(sc *script.Scenario, name, text, line string) {
	old := m.run
	if err := m.start(sc, name); err != nil {
		m.say(err.Error(), true)
		return
	}
	m.toast = &toast{Text: text, Line: line, left: toastTicks}
	if m.view.Now != old.world.Now() {
		m.toast.swap = &old
	}
}

func (i Select) apply(m *model) {
	m.selected = i.Thing
	m.menu = nil
	if i.Thing.Kind != scene.Message {
		m.frozen = 0
	}
}

func (i freeze) apply(m *model) {
	m.selected = i.Thing
	m.playing, m.seek = false, nil
	m.frozen = i.Thing.Message
}

func (i showTab) apply(m *model) { m.tab = i.Tab }

func (i showDrawer) apply(m *model) {
	if i.Drawer == noDrawer && m.drawer == noDrawer {
		m.alarm, m.clue = false, false // their cards may cover the logs
	}
	if m.drawer == i.Drawer {
		m.drawer = noDrawer
		return
	}
	m.drawer = i.Drawer
}

func (i showDialog) apply(m *model) {
	m.menu = nil
	m.dialog = i.Dialog
	m.dialogScroll = 0
	m.field = field{}
	if i.Dialog == dialogSeed {
		m.field.Text = strconv.FormatUint(m.view.Seed, 10)
	}
}

func (i showMenu) apply(m *model) {
	menu := i.Menu
	m.menu = &menu
	if menu.Of.Kind != scene.Nothing {
		m.selected = menu.Of
	}
}

func (i setTool) apply(m *model) {
	m.chosen, m.stroke = nil, nil
	if m.tool == i.Tool {
		m.tool = noTool
		return
	}
	m.tool = i.Tool
	m.tab, m.drawer = tabCluster, noDrawer
	if i.Tool == toolOneWay && m.selected.Kind == scene.Server {
		m.chosen = append(m.chosen, m.selected.Server)
	}
}

func (i choose) apply(m *model) { m.choose(i.Server) }

func (finish) apply(m *model) { m.finish() }

func (back) apply(m *model) {
	switch {
	case m.menu != nil:
		m.menu = nil
	case m.dialog != noDialog:
		m.dialog = noDialog
	case len(m.stroke) > 0:
		m.stroke = nil
	case m.tool != noTool:
		m.tool, m.chosen = noTool, nil
	case m.alarm:
		m.alarm = false
	case m.drawer != noDrawer:
		m.drawer = noDrawer
	case m.toast != nil:
		m.toast = nil
	case m.selected.Kind != scene.Nothing:
		m.selected, m.frozen = scene.Thing{}, 0
	}
}

func (undo) apply(m *model) {
	t := m.toast
	switch {
	case t == nil:
	case t.swap != nil:
		m.replace(*t.swap)
		m.say("The run from before is back.", false)
	case len(t.Undo) > 0:
		acts{t.Undo}.apply(m)
		if m.toast != nil && !m.toast.Bad {
			m.toast.Undo = nil // undoing an undo would only confuse
		}
	}
}

func (dismiss) apply(m *model) { m.toast = nil }

func (i setLarge) apply(m *model)  { m.settings.Large = i.On; m.remember() }
func (i setTheme) apply(m *model)  { m.settings.Theme = i.Choice; m.remember() }
func (i setMotion) apply(m *model) { m.settings.Motion = i.Choice; m.remember() }
func (i setFire) apply(m *model)   { m.fireN = min(max(i.N, 1), maxFire) }
func (nextKey) apply(m *model)     { m.key = (m.key + 1) % len(keyNames) }
func (i edit) apply(m *model)      { m.field = field{Text: i.Text} }

func (submit) apply(m *model) {
	text := strings.TrimSpace(m.field.Text)
	switch m.dialog {
	case dialogSeed:
		seed, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			m.field.Error = "A seed is a whole number from 0 to 18446744073709551615."
			return
		}
		m.dialog = noDialog
		newSeed{seed}.apply(m)
	case dialogCommand:
		if text == "" {
			m.dialog = noDialog
			return
		}
		actLine{text}.apply(m)
	default:
		m.dialog = noDialog
	}
}

func (i scrollLogs) apply(m *model) {
	m.logsFollow = i.End
	m.logsFirst += float32(i.By) // the layout keeps it within the logs
}

func (i SetTour) apply(m *model) {
	if i.On {
		m.tour = startTour()
		m.dialog, m.drawer = noDialog, noDrawer
		return
	}
	m.tour = tour{}
	m.settings.TourDone = true
	m.remember()
}

func (hideAlarm) apply(m *model) { m.alarm = false }

func (screenshot) apply(m *model) { m.shot = true }

func (i Say) apply(m *model) { m.say(i.Text, false) }

// remember keeps the settings for the next visit.
func (m *model) remember() { m.host.Store(settingsKey, m.settings.Encode()) }

// plural writes "1 server" or "5 servers".
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}
