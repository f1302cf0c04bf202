//go:build !js

package app

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/hajimehoshi/ebiten/v2"
)

const (
	// desktop says that there is a window of our own.
	desktop = true
	// hostScales says that Layout is told device pixels already.
	hostScales = false
	// budget is how many events a tick may take.
	budget = 4000
)

// desktopHost keeps settings in the directory that the system has for them, and
// writes files into the directory in which the program was started.
type desktopHost struct {
	dir      string // for files
	settings string // the file of settings, "" if there is none
	fixed    bool   // the window's size was asked for and is not remembered
	values   map[string]string
	resized  int // ticks since the window's size changed

	light   atomic.Bool // what the system prefers
	focused bool
}

func newSurroundings(o *Options) (*desktopHost, error) {
	h := &desktopHost{dir: o.Dir, fixed: o.Width > 0, values: map[string]string{}}
	h.askSystem()
	config, err := os.UserConfigDir()
	if err != nil {
		return h, nil // without a home, nothing is remembered
	}
	h.settings = filepath.Join(config, "raftarium", "settings.json")
	data, err := os.ReadFile(h.settings)
	if err == nil {
		// Settings that cannot be read are those of a first visit.
		_ = json.Unmarshal(data, &h.values)
	}
	if h.values == nil {
		h.values = map[string]string{}
	}
	return h, nil
}

func (g *game) window(o *Options) {
	// There is no monitor where there is no display; opening the window says so.
	var monitor image.Point
	if m := ebiten.Monitor(); m != nil {
		monitor.X, monitor.Y = m.Size()
	}
	size := g.shell.Settings().WindowSize(monitor, image.Pt(o.Width, o.Height))
	ebiten.SetWindowTitle(g.shell.Title())
	ebiten.SetWindowSize(size.X, size.Y)
	ebiten.SetWindowSizeLimits(320, 320, -1, -1)
	ebiten.SetWindowResizingMode(ebiten.WindowResizingModeEnabled)
}

func (h *desktopHost) Load(key string) string { return h.values[key] }

func (h *desktopHost) Store(key, value string) {
	if h.settings == "" || h.values[key] == value {
		return
	}
	h.values[key] = value
	text, err := json.MarshalIndent(h.values, "", "\t")
	if err != nil {
		return // cannot happen: a map of strings
	}
	// What cannot be remembered is not worth a complaint each time.
	if os.MkdirAll(filepath.Dir(h.settings), 0o700) == nil {
		_ = replaceFile(h.settings, text)
	}
}

// Save writes a file that does not exist yet, with a number if need be.
func (h *desktopHost) Save(name, text string) (string, error) {
	return h.write(name, []byte(text))
}

// mostFiles bounds the search for a name that is free.
const mostFiles = 1000

func (h *desktopHost) write(name string, data []byte) (string, error) {
	ext := filepath.Ext(name)
	for i := 1; i <= mostFiles; i++ {
		path := filepath.Join(h.dir, name)
		if i > 1 {
			path = filepath.Join(h.dir, fmt.Sprintf("%s-%d%s", strings.TrimSuffix(name, ext), i, ext))
		}
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return "", err
		}
		_, err = f.Write(data)
		if err := errors.Join(err, f.Close()); err != nil {
			return "", err
		}
		if abs, err := filepath.Abs(path); err == nil {
			path = abs
		}
		return path, nil
	}
	return "", fmt.Errorf("%s already exists, and so do %d more like it: remove some", name, mostFiles-1)
}

// SetRun does nothing: a window has no address.
func (h *desktopHost) SetRun(string, time.Duration) {}

// Dark follows the system where it tells; else it is dark.
func (h *desktopHost) Dark() bool { return !h.light.Load() }

// askSystem finds out what the system prefers. On Linux that starts a program, so
// it is done at the start and when the window gets the focus: whoever changed the
// system's setting did so in another window.
func (h *desktopHost) askSystem() { h.light.Store(ebiten.SystemColorMode() == ebiten.ColorModeLight) }

// ReducedMotion is false: no system tells a window without more effort.
func (h *desktopHost) ReducedMotion() bool { return false }

func (h *desktopHost) scale() float64 {
	if m := ebiten.Monitor(); m != nil {
		return m.DeviceScaleFactor()
	}
	return 1
}

// resumes says whether a run that is opened at a time goes on from there.
func (h *desktopHost) resumes() bool { return false }

func (h *desktopHost) opened(*game) {}

// ticked looks after the system's setting, and remembers the window's size once it
// has settled.
func (h *desktopHost) ticked(g *game) {
	if focused := ebiten.IsFocused(); focused != h.focused {
		h.focused = focused
		if focused {
			go h.askSystem()
		}
	}
	if h.fixed || ebiten.IsFullscreen() || ebiten.IsWindowMaximized() || ebiten.IsWindowMinimized() {
		return
	}
	w, hi := ebiten.WindowSize()
	if s := g.shell.Settings(); s.Width == w && s.Height == hi {
		h.resized = 0
		return
	}
	if h.resized++; h.resized >= 60 {
		h.resized = 0
		g.shell.SetWindow(w, hi)
	}
}

// picture writes what is on the screen to a file.
func (h *desktopHost) picture(g *game, screen *ebiten.Image) {
	var b bytes.Buffer
	if err := png.Encode(&b, screen); err != nil {
		g.shell.Say("The picture was not saved: "+err.Error(), true)
		return
	}
	where, err := h.write("raftarium.png", b.Bytes())
	if err != nil {
		g.shell.Say("The picture was not saved: "+err.Error(), true)
		return
	}
	g.shell.Say("Saved as "+where, false)
}
