package shell

import (
	"slices"
	"time"

	"raftarium/kv"
	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
	"raftarium/viz/draw"
	"raftarium/viz/scene"
)

// tab is what the stage shows.
type tab uint8

// The tabs.
const (
	tabCluster tab = iota
	tabKeys
)

// tool is what a drag on the stage does.
type tool uint8

// The tools. Without one, a drag slices and a drag with shift lassoes.
const (
	noTool tool = iota
	toolSlice
	toolLasso
	toolOneWay // the next two servers are the ends of a one-way cut
)

// Drawer is the panel that a narrow window shows over the logs.
type Drawer uint8

// The drawers.
const (
	noDrawer Drawer = iota
	drawerFaults
	drawerNetwork
	drawerClients
	drawerInspect
	drawerMore
)

// Dialog is what lies over everything and takes all input.
type Dialog uint8

// The dialogs.
const (
	noDialog Dialog = iota
	dialogKeys
	dialogRules
	dialogSeed
	dialogCommand
	dialogMessage
	dialogBugs
	dialogAnswer
)

// field is a line of text that is being edited.
type field struct {
	Text  string
	Error string // what is wrong with it, once it was tried
	after int    // bytes of Text behind the caret
}

// caret is where the caret is, in bytes of the text.
func (f *field) caret() int { return max(len(f.Text)-f.after, 0) }

// toast tells what was just done.
type toast struct {
	Text string
	Line string          // the action line, "" if it was none
	Bad  bool            // it tells of an error
	Undo []script.Action // what sets things back, empty if nothing does
	swap *run            // the run to go back to, nil if there is none
	left int             // ticks until it goes
	key  string          // toasts of the same slider replace each other and keep the first Undo
}

// toastTicks is how long a toast stays.
const toastTicks = 6 * TicksPerSecond

// run is a run of the cluster and what belongs to it.
type run struct {
	world *cluster.Session
	name  string
	// base is what restarting leads back to: the run without what was done by hand.
	base  *script.Scenario
	notes []cluster.Note // the newest sentences
	noted int            // sentences that were read
	story *scene.Timeline
	seen  int // violations that were shown
	acts  int // how many actions were done by hand
	// lesson is what the run is to show; nil if it is none.
	lesson *ruleLesson
	// clue says that the card is open that tells what was noticed of the run's bug.
	clue bool
}

// seeking looks for the next interesting event, or goes on to a time, over several
// ticks if need be.
type seeking struct {
	noted int         // sentences that were looked at
	until netsim.Time // where it gives up, or where it goes
	// What goes to a time does so whatever happens on the way. Time is said to pass
	// meanwhile, so that who stops it stops it there.
	goes  bool
	plays bool           // time goes on passing there
	stop  netsim.EventID // where it gives up
	ticks int            // for which it has been on its way
}

// seekFor is the virtual time after which a search for something interesting ends.
const seekFor = 30 * time.Second

// model is all that the picture depends on, apart from the size of the window.
type model struct {
	run
	code  cluster.Code
	rules []raft.Rule
	// lessonOf is the scenario that shows what a rule is good for.
	lessonOf func(rule string) (text string, ok bool)
	host     Host
	view     cluster.View

	settings Settings
	playing  bool
	seek     *seeking
	budget   int // events for each tick

	selected scene.Thing
	hover    scene.Thing
	frozen   netsim.EventID // the message on which time was stopped, 0 if none

	tool   tool
	stroke []draw.Point // of the drag in progress
	lasso  bool         // the drag in progress is a lasso
	chosen []raft.ID    // servers chosen by digit while a tool is active

	tab    tab
	drawer Drawer
	dialog Dialog
	menu   *menu
	field  field
	titled string // of DialogMessage
	text   string
	answer answering // kept while other things are looked at
	toast  *toast
	tour   tour

	fireN int
	key   int // of keyNames
	count int // values written by hand so far, so that each is new

	logsFollow   bool    // the logs' end stays in view
	logsFirst    float32 // cells left of the view where it does not
	logsRow      int     // servers above the view where not all have room
	panelScroll  float32
	panelHeight  float32
	panelUses    uses   // of the last layout
	tight        bool   // the panel of a wide window is low
	unfolded     string // the section that was just unfolded
	dialogScroll float32
	inspectTop   float32
	notesSkip    int
	keysFirst    int
	alarm        bool // a checker has just fired, and its banner lies over the stage
	shot         bool // a picture of the window was asked for
}

// keyNames are the keys that the buttons write to.
var keyNames = [...]string{"x", "y", "z"}

// notesKept bounds the narration that can be scrolled back to.
const notesKept = 500

// replace makes r the run that is shown.
func (m *model) replace(r run) {
	m.run = r
	m.selected, m.hover, m.frozen, m.seek, m.alarm = scene.Thing{}, scene.Thing{}, 0, nil, false
	m.notesSkip, m.inspectTop = 0, 0
	m.tool, m.stroke, m.chosen, m.menu, m.logsFollow = noTool, nil, nil, nil, true
	m.refresh()
}

// start opens sc and shows it; on an error the run stays what it was.
func (m *model) start(sc *script.Scenario, name string) error {
	o := cluster.Options{Narrate: true}
	if sc.Config.Bug != "" {
		o.Trace = bugTrace
	}
	w, err := cluster.Open(m.code, sc, o)
	if err != nil {
		return err
	}
	m.replace(run{world: w, name: name, base: sc, story: new(scene.Timeline), clue: m.noticed(sc.Config.Bug) != ""})
	return nil
}

// refresh looks at the world again, after time passed or something was done.
func (m *model) refresh() {
	m.world.View(&m.view)
	fresh, next := m.world.Notes(m.noted)
	m.notes, m.noted = append(m.notes, fresh...), next
	for i := range fresh {
		m.story.Add(fresh[i])
	}
	m.story.Observe(&m.view)
	if extra := len(m.notes) - notesKept; extra > notesKept/4 {
		m.notes = slices.Delete(m.notes, 0, extra)
	}
	if n := len(m.view.Verdict.Violations); n > m.seen {
		m.seen = n
		m.playing, m.seek, m.alarm = false, nil, true
	}
	m.forget()
}

// forget lets go of what is no longer there.
func (m *model) forget() {
	if !m.exists(m.selected) {
		m.selected = scene.Thing{}
	}
	if m.frozen != 0 && m.message(m.frozen) == nil {
		m.frozen = 0
	}
	if m.menu != nil && !m.exists(m.menu.Of) {
		m.menu = nil
	}
}

// glance is how much time passes between two looks at a run that jumps: the world
// keeps only the newest notes, and the timeline needs them all.
const glance = 250 * time.Millisecond

// Between two looks there are about this many events where much happens at once, so
// that a bound of events is kept.
const (
	fewEvents  = 256
	manyEvents = 1024
)

// passTo lets time pass until at, or until a checker fires, but stops soon after events
// have happened. It reports false if that was why it stopped.
func (m *model) passTo(at netsim.Time, events int) bool {
	stop := m.world.Events() + netsim.EventID(events)
	for piece := time.Millisecond; ; {
		before := m.world.Events()
		next := min(at, m.world.Now().Add(piece))
		more := m.world.AdvanceTo(next)
		m.refresh()
		if !more || next >= at {
			return true
		}
		now := m.world.Events()
		if now >= stop {
			return false
		}
		switch n := now - before; {
		case n < fewEvents:
			piece = min(2*piece, glance)
		case n > manyEvents:
			piece = max(piece/2, time.Microsecond)
		}
	}
}

// exists reports whether t is in the view; nothing always is.
func (m *model) exists(t scene.Thing) bool {
	switch t.Kind {
	case scene.Server:
		return m.server(t.Server) != nil
	case scene.Client:
		return m.client(t.Client) != nil
	case scene.Message:
		return m.message(t.Message) != nil
	case scene.Cell:
		s := m.server(t.Server)
		return s != nil && t.Index <= s.Raft.Last()
	}
	return true
}

func (m *model) server(id raft.ID) *cluster.ServerView {
	for i := range m.view.Servers { // those that left may leave gaps
		if m.view.Servers[i].ID == id {
			return &m.view.Servers[i]
		}
	}
	return nil
}

func (m *model) client(id kv.ClientID) *cluster.ClientView {
	for i := range m.view.Clients { // those that left may leave gaps
		if m.view.Clients[i].ID == id {
			return &m.view.Clients[i]
		}
	}
	return nil
}

// message finds a message in flight or lost, nil if it is neither.
func (m *model) message(id netsim.EventID) *cluster.MessageView {
	for _, list := range [...][]cluster.MessageView{m.view.InFlight, m.view.Lost} {
		for i := range list {
			if list[i].ID == id {
				return &list[i]
			}
		}
	}
	return nil
}

// leader is the server that leads the highest term and is up, or None.
func (m *model) leader() raft.ID {
	if s := m.view.Leader(); s != nil {
		return s.ID
	}
	return raft.None
}

// subject is the server that a server's key acts on: the selected one, else the
// one under the pointer, else the leader.
func (m *model) subject() raft.ID {
	for _, t := range [...]scene.Thing{m.selected, m.hover} {
		if (t.Kind == scene.Server || t.Kind == scene.Cell) && m.server(t.Server) != nil {
			return t.Server
		}
	}
	return m.leader()
}

// asker is the client that a client's key acts on: the selected one, else the
// first idle one, else the first; 0 without clients. One that left takes nothing on.
func (m *model) asker() kv.ClientID {
	active := m.view.Clients[:m.view.Active]
	if id := m.selected.Client; m.selected.Kind == scene.Client && int(id) <= len(active) {
		return id
	}
	for i := range active {
		if c := &active[i]; !c.Busy && c.Queued == 0 {
			return c.ID
		}
	}
	if len(active) > 0 {
		return active[0].ID
	}
	return 0
}

// target is the message that D drops: the one under the pointer, else the
// selected one, else the one that arrives next.
func (m *model) target() netsim.EventID {
	for _, t := range [...]scene.Thing{m.hover, m.selected} {
		if t.Kind == scene.Message {
			if msg := m.message(t.Message); msg != nil && !msg.Lost {
				return t.Message
			}
		}
	}
	var first *cluster.MessageView
	for i := range m.view.InFlight {
		if msg := &m.view.InFlight[i]; first == nil || msg.Due < first.Due {
			first = msg
		}
	}
	if first == nil {
		return 0
	}
	return first.ID
}

// speed is how fast time passes: slower while it does and the pointer rests on a message.
func (m *model) speed() speed {
	if m.playing && m.hover.Kind == scene.Message && m.settings.Speed > hoverSpeed {
		return hoverSpeed
	}
	return m.settings.Speed
}

// tick lets the time of one tick pass. It reports whether anything may have changed.
func (m *model) tick() bool {
	changed := false
	if m.toast != nil {
		if m.toast.left--; m.toast.left <= 0 {
			m.toast, changed = nil, true
		}
	}
	switch {
	case m.seek != nil && m.seek.goes:
		m.goOn()
	case m.seek != nil:
		m.search()
	case m.playing:
		m.pass()
	default:
		return changed
	}
	m.refresh()
	m.concludeLesson()
	return true
}

// pass lets the time of one tick pass, but not beyond the end of a lesson.
func (m *model) pass() {
	d := m.speed().perTick()
	if left, ok := m.lessonLeft(); ok && (d == 0 || d > left) {
		if d = left; d <= 0 {
			return
		}
	}
	advance(m.world, d, m.budget, m.seen)
}

// stop says that a checker fired that has not been shown yet.
func (m *model) stop() bool { return len(m.world.Judge().Violations()) > m.seen }

// search goes on looking for the next interesting event.
func (m *model) search() {
	for range m.budget {
		if !m.world.Step() || m.stop() {
			m.seek = nil
			return
		}
		notes, next := m.world.Notes(m.seek.noted)
		for i := range notes {
			if interesting(notes[i].Kind) {
				m.seek = nil
				return
			}
		}
		m.seek.noted = next
		if m.world.Now() >= m.seek.until {
			m.seek = nil
			m.say("Nothing of note in "+seekFor.String()+".", false)
			return
		}
	}
}

// hurry is how many times the events of a usual tick one may take that goes on to a time:
// nobody follows that by eye.
const hurry = 4

// longWay is how many ticks on its way one is told of it.
const longWay = TicksPerSecond

// goOn lets the time of one tick pass on the way to a time.
func (m *model) goOn() {
	to := m.seek // refresh forgets it where a checker fires
	to.ticks++
	switch {
	case m.passTo(to.until, hurry*m.budget):
		m.seek, m.playing = nil, m.playing && to.plays
		if to.ticks > longWay {
			m.toast = nil // which told of the way
		}
	case to.ticks == longWay:
		m.say("On the way to "+to.until.Duration().String()+". Space stops it.", false)
	case m.world.Events() >= to.stop:
		m.seek, m.playing = nil, false
		m.say(tooMuch(to.until.Duration(), m.world.Now()), true)
	}
}

// interesting says that a jump stops there.
func interesting(k cluster.NoteKind) bool {
	switch k {
	case cluster.NoteElection, cluster.NoteLeader, cluster.NoteStepDown, cluster.NoteViolation, cluster.NoteConflict, cluster.NoteDuplicate:
		return true
	}
	return false
}

// say shows a toast that undoes nothing.
func (m *model) say(text string, bad bool) {
	m.toast = &toast{Text: text, Bad: bad, left: toastTicks}
}

// act performs an action, tells of it and remembers how to set it back. What key
// names may be repeated many times in a row, such as the moves of a slider, and is
// undone at once.
func (m *model) act(a script.Action, key string) error { return m.actLine(a.String(), key) }

func (m *model) actLine(line, key string) error {
	before := situationOf(&m.view)
	text, err := m.world.Do(line)
	m.refresh()
	if err != nil {
		m.toast = &toast{Text: err.Error(), Line: line, Bad: true, left: toastTicks}
		return err
	}
	m.acts++
	t := &toast{Text: text, Line: line, left: toastTicks, key: key, Undo: undoing(before, situationOf(&m.view))}
	if key != "" && m.toast != nil && m.toast.key == key && len(m.toast.Undo) > 0 {
		t.Undo = m.toast.Undo
	}
	m.toast = t
	return nil
}
