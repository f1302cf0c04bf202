package shell

import (
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/script"
	"raftarium/viz/draw"
	"raftarium/viz/scene"
	"raftarium/viz/ui"
)

// Options say what a Shell starts with.
type Options struct {
	Code cluster.Code
	// Scenario is the run to open; nil is Initial.
	Scenario *script.Scenario
	// Name is what the run is called; "" is the name of a run from no file.
	Name string
	// Budget is how many events a tick may take, so that the frame rate holds; 0 is
	// 4,000.
	Budget int
	Host   Host
	// Lesson finds the scenario that shows what a rule is good for, with the rule off
	// in its header; ok is false if there is none. nil is no lessons.
	Lesson func(rule string) (text string, ok bool)
	// Desktop offers what only a window of its own can do: pictures of it.
	Desktop bool
}

// Shell is the program without its window. It is used by one goroutine.
type Shell struct {
	model
	tracker ui.Tracker
	desktop bool
	whose   string // code runs that is not ours; "" if all of it is

	size    draw.Point
	touch   bool
	dirty   bool // something may look different from the last layout
	tick    uint64
	lists   [2]draw.List
	list    *draw.List
	tree    ui.Tree
	ctx     ui.Context
	scratch scene.Scratch
	areas   areas
	geom    *scene.Geometry // of the stage in the last layout; nil while it is not shown
	grid    scene.LogGrid
	held    *heldSlider

	focus    string // the node with the keyboard's focus; "" is the stage
	visible  bool   // the focus ring is shown
	under    string // the node under the pointer
	pressed  string // the node that is held down
	drag     dragKind
	dragFrom float32 // what was scrolled when the drag began
	lastRun  runKey
	kept     *cluster.Session // the host is not told of this run until something is done
	last     lastEvent
	ring     ring
}

// runKey tells whether the run that the host was told is still the one on screen.
type runKey struct {
	world *cluster.Session
	acts  int
	at    int64
}

// ring is where servers stand while the ring re-forms.
type ring struct {
	turns []scene.Turn
	world *cluster.Session
}

type dragKind uint8

const (
	noDrag dragKind = iota
	dragSlider
	dragStroke
	dragLogs
	dragPanel
	dragDialog
)

// Tick is what happened around the program in one tick.
type Tick struct {
	ui.Devices
	// Size is that of the window, in points.
	Size draw.Point
	// Shift is held.
	Shift bool
	// Files were dropped on the window.
	Files []File
}

// File is a file that was dropped on the window.
type File struct {
	Name, Text string
	Err        error
}

// New makes a shell that shows the run of o, playing. On an error of the scenario
// it shows the initial run and the error.
func New(o Options) (*Shell, error) {
	s := &Shell{desktop: o.Desktop, dirty: true}
	s.code, s.rules, s.host = o.Code, o.Code.Rules(), o.Host
	s.whose = whose(&o.Code)
	s.settings = parseSettings(o.Host.Load(settingsKey))
	s.lessonOf = o.Lesson
	if s.lessonOf == nil {
		s.lessonOf = func(string) (string, bool) { return "", false }
	}
	s.budget = o.Budget
	if s.budget == 0 {
		s.budget = 4000
	}
	s.fireN, s.playing = 5, true
	name := o.Name
	if name == "" {
		name = freePlay
	}
	sc := o.Scenario
	if sc == nil {
		sc = initial()
	}
	if err := s.start(sc, name); err != nil {
		if o.Scenario == nil {
			return nil, err
		}
		if err2 := s.start(initial(), freePlay); err2 != nil {
			return nil, err2
		}
		s.complain(name+" was not opened", err.Error())
		s.KeepRun()
	}
	if !s.settings.TourDone && o.Scenario == nil {
		s.tour = startTour()
	}
	s.list = &s.lists[0]
	return s, nil
}

// Complain shows an error that came from around the shell in a dialog.
func (s *Shell) Complain(title, text string) { s.complain(title, text); s.dirty = true }

// KeepRun has the host keep what it has of a run until something is done in this one: it
// could not be opened, and may be mended yet.
func (s *Shell) KeepRun() { s.kept = s.world }

// Apply applies an intent, as the person would by some control.
func (s *Shell) Apply(i intent) {
	i.apply(&s.model)
	s.dirty = true
}

// Settings are the settings as they stand.
func (s *Shell) Settings() Settings { return s.settings }

// SetWindow remembers the size of the desktop's window.
func (s *Shell) SetWindow(w, h int) {
	if s.settings.Width != w || s.settings.Height != h {
		s.settings.Width, s.settings.Height = w, h
		s.remember()
	}
}

// TakeScreenshot reports, once, that a picture of the window was asked for.
func (s *Shell) TakeScreenshot() bool {
	shot := s.shot
	s.shot = false
	return shot
}

// Say shows a sentence as a toast.
func (s *Shell) Say(text string, bad bool) { s.say(text, bad); s.dirty = true }

// Update takes the input of a tick, lets time pass, and reports whether the
// picture has to be laid out again.
func (s *Shell) Update(t Tick) bool {
	s.tick++
	if t.Size != s.size {
		s.size, s.dirty = t.Size, true
	}
	in := s.tracker.Step(t.Devices)
	if in.Pressed || in.Menu {
		s.touch = in.Touch
	}
	s.handle(&in, &t)
	s.slideRest()
	if s.model.tick() {
		s.dirty = true
	}
	if s.turnRing() {
		s.dirty = true
	}
	if s.advanceTour() {
		s.dirty = true
	}
	if s.dialogHasField() && s.tick%30 == 0 {
		s.dirty = true // the caret blinks
	}
	if theme := s.themeNow(); s.ctx.Theme != theme {
		s.dirty = true
	}
	s.tell()
	return s.dirty
}

// tell keeps the host up to date about the run, a few times a second at most.
func (s *Shell) tell() {
	// On the way to a time, the host may still hold that time, and a reload goes there.
	if s.tick%30 != 0 || s.Arriving() || s.kept == s.world && s.acts == 0 {
		return
	}
	s.kept = nil
	// While time passes, the time alone is not worth telling more than once a second.
	grain := int64(1)
	if s.playing {
		grain = int64(1e9)
	}
	key := runKey{s.world, s.acts, int64(s.view.Now) / grain}
	if key == s.lastRun {
		return
	}
	s.lastRun = key
	if text, err := s.scenarioText(); err == nil {
		s.host.SetRun(text, s.view.Now.Duration())
	}
}

// themeNow is the palette to draw with.
func (s *Shell) themeNow() *ui.Theme {
	switch s.settings.Theme {
	case dark:
		return &ui.Dark
	case light:
		return &ui.Light
	}
	if s.host.Dark() {
		return &ui.Dark
	}
	return &ui.Light
}

// Large type makes everything larger by this much, as far as a window of that size
// then still has room for all.
const (
	mostZoom   = 1.6
	zoomWidth  = 960
	zoomHeight = 600
	zoomNarrow = 340 // of a window laid out like a phone's
)

// Zoom is how much larger than usual everything is to be drawn in a window of that
// size in points, from 1 on. The shell is then to be given the points of the larger
// picture, of which there are fewer.
func (s *Shell) Zoom(w, h float64) float64 {
	if !s.settings.Large {
		return 1
	}
	fit := min(w/zoomWidth, h/zoomHeight)
	switch size := (draw.Point{X: float32(w), Y: float32(h)}); {
	case lies(size):
		fit = min(w/(2*zoomNarrow), h/zoomNarrow)
	case narrow(size):
		fit = w / zoomNarrow
	}
	return min(max(fit, 1), mostZoom)
}

// calm reports whether movement is to be reduced.
func (s *Shell) calm() bool {
	switch s.settings.Motion {
	case full:
		return false
	case reduced:
		return true
	}
	return s.host.ReducedMotion()
}

// List is the picture of the last layout, Tree what is in it.
func (s *Shell) List() *draw.List { return s.list }

// Tree is what the last layout shows, in reading order.
func (s *Shell) Tree() *ui.Tree { return &s.tree }

// Theme is the palette of the last layout.
func (s *Shell) Theme() *ui.Theme { return s.ctx.Theme }

// Focus is the ID of the node with the keyboard's focus, "" for the stage.
func (s *Shell) Focus() string { return s.focus }
