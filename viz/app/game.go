package app

import (
	"errors"
	"math"
	"strings"

	"github.com/hajimehoshi/ebiten/v2"

	"raftarium/netsim"
	"raftarium/netsim/cluster/lesson"
	"raftarium/viz/app/shell"
	"raftarium/viz/draw"
	"raftarium/viz/paint"
)

// game is the shell in a window. Ebitengine calls Layout, Update and Draw.
type game struct {
	shell   *shell.Shell
	around  surroundings
	devices devices
	painter *paint.Painter

	width, height int     // of the window in device pixels
	zoom          float64 // how much larger than usual everything is
	scale         float64 // device pixels per point, zoom included
	fresh         bool    // the screen has lost what was painted
	painted       bool    // the first frame is drawn
	changed       bool    // there is a new picture to paint
	tick          uint64
	state         stateFile
	done          <-chan struct{} // closed when the window is to close
}

// surroundings is what game needs of the platform, beyond what shell does.
type surroundings interface {
	shell.Host
	// scale is how many device pixels there are to a point.
	scale() float64
	// opened is called once the first frame is on the screen.
	opened(g *game)
	// ticked is called after each tick.
	ticked(g *game)
	// picture keeps a picture of the window.
	picture(g *game, screen *ebiten.Image)
	// resumes says whether a run that is opened at a time goes on from there.
	resumes() bool
}

func newGame(o Options) (*game, error) {
	g := &game{painter: paint.NewPainter(), zoom: 1, fresh: true, state: stateFile{name: o.State}, done: o.Done}
	around, err := newSurroundings(&o)
	g.around = around
	s, err2 := shell.New(shell.Options{
		Code: o.Code, Scenario: o.Scenario, Name: o.Name, Host: around, Desktop: desktop, Budget: budget,
		Lesson: lesson.For,
	})
	if err2 != nil {
		return nil, err2
	}
	g.shell = s
	if err != nil {
		s.Complain(complaint(o.Scenario != nil), err.Error())
		s.KeepRun()
	}
	if o.At > 0 {
		s.Apply(shell.GoTo{At: netsim.Time(o.At), Hold: !around.resumes()})
	}
	g.window(&o)
	return g, nil
}

// complaint is what an error of the surroundings is about, by whether a run was opened
// all the same.
func complaint(opened bool) string {
	if opened {
		return "The run was opened at its start"
	}
	return "The run was not opened"
}

func (g *game) run() error {
	ebiten.SetScreenClearedEveryFrame(false)
	ebiten.SetTPS(shell.TicksPerSecond)
	err := ebiten.RunGameWithOptions(g, &ebiten.RunGameOptions{
		DisableHiDPI: hostScales, X11ClassName: "raftarium", X11InstanceName: "raftarium",
	})
	if err == nil || errors.Is(err, ebiten.Termination) {
		return nil
	}
	// These are what Ebitengine says where there is no display, and where the
	// library that draws cannot be loaded.
	for _, sign := range [...]string{"window system", "DISPLAY", "display", "failed to load", "GLX", "OpenGL", "EGL", "X11"} {
		if strings.Contains(err.Error(), sign) {
			return displayError(err)
		}
	}
	return err
}

// Layout is called with the window's size in device-independent pixels, or in
// device pixels where the page scales.
func (g *game) Layout(w, h int) (int, int) { panic("LayoutF is used instead") }

// LayoutF is Layout without rounding.
func (g *game) LayoutF(w, h float64) (float64, float64) {
	scale := g.around.scale()
	if !hostScales {
		w, h = w*scale, h*scale
	}
	w, h = math.Ceil(w), math.Ceil(h)
	g.zoom = g.shell.Zoom(w/scale, h/scale)
	scale *= g.zoom
	if int(w) != g.width || int(h) != g.height || scale != g.scale {
		g.width, g.height, g.scale, g.fresh = int(w), int(h), scale, true
	}
	return w, h
}

// size is that of the window in points.
func (g *game) size() draw.Point {
	return draw.Point{X: float32(float64(g.width) / g.scale), Y: float32(float64(g.height) / g.scale)}
}

// Update takes the input of a tick.
func (g *game) Update() error {
	select {
	case <-g.done:
		return ebiten.Termination
	default:
	}
	if g.width == 0 {
		return nil
	}
	g.tick++
	t := g.devices.read(g)
	t.Size = g.size()
	if g.shell.Update(t) {
		if g.shell.Layout() {
			g.changed = true
		}
	}
	g.around.ticked(g)
	g.state.write(g)
	return nil
}

// Draw paints the picture, if it is not on the screen already.
func (g *game) Draw(screen *ebiten.Image) {
	if g.tick == 0 {
		return
	}
	if g.changed || g.fresh {
		g.painter.Paint(screen, g.shell.List(), g.scale)
		g.changed, g.fresh = false, false
	}
	// A picture can be asked for while nothing moves.
	if g.shell.TakeScreenshot() {
		g.around.picture(g, screen)
	}
	if !g.painted {
		g.painted = true
		g.around.opened(g)
	}
}
