package shell

import (
	"encoding/json"
	"image"
)

// choice is a setting that follows the system unless it is overridden.
type choice string

// The choices of theme and of motion.
const (
	system  choice = "system"
	dark    choice = "dark"
	light   choice = "light"
	full    choice = "full"
	reduced choice = "reduced"
)

// Settings is what is remembered from one visit to the next.
type Settings struct {
	Theme    choice `json:"theme"`
	Motion   choice `json:"motion"`
	TourDone bool   `json:"tourDone"`
	// Large asks for large type, for a projector: see Shell.Zoom.
	Large bool  `json:"large,omitempty"`
	Speed speed `json:"speed"`
	// Folds are the sections of the controls that were folded (-network) or unfolded
	// (+settings) by hand.
	Folds string `json:"folds,omitempty"`
	// Width and Height are the desktop window's, in points; 0 is unset.
	Width  int `json:"width,omitempty"`
	Height int `json:"height,omitempty"`
}

// settingsKey is where the host keeps the settings.
const settingsKey = "settings"

// defaultSettings is what a first visitor gets.
func defaultSettings() Settings {
	return Settings{Theme: system, Motion: system, Speed: initialSpeed}
}

// parseSettings reads what Encode wrote. What is missing, of the wrong type or out
// of range keeps its default: settings of another version must not keep the
// program from starting.
func parseSettings(text string) Settings {
	s := defaultSettings()
	if text == "" || json.Unmarshal([]byte(text), &s) != nil {
		return defaultSettings()
	}
	if s.Theme != dark && s.Theme != light {
		s.Theme = system
	}
	if s.Motion != full && s.Motion != reduced {
		s.Motion = system
	}
	s.Speed = s.Speed.Clamp()
	s.Folds = foldsOnly(s.Folds)
	if s.Width < 200 || s.Height < 200 || s.Width > 16384 || s.Height > 16384 {
		s.Width, s.Height = 0, 0
	}
	return s
}

// Encode is the settings as JSON.
func (s Settings) Encode() string {
	b, err := json.Marshal(s)
	if err != nil {
		return "" // cannot happen: strings, numbers and booleans only
	}
	return string(b)
}

// next is the choice after c in the list, round and round.
func next(c choice, list ...choice) choice {
	for i := range list {
		if list[i] == c {
			return list[(i+1)%len(list)]
		}
	}
	return list[0]
}

// The size of the window at the first start, in points.
const firstWidth, firstHeight = 1440, 900

// WindowSize is how large a window is to start, in points: as asked for, which is 0, 0
// if nothing was; else as large as the last time; else as usual. It is no larger than
// the monitor, whose size is 0, 0 if it is not known: its edge would cut the rest off.
func (s Settings) WindowSize(monitor, asked image.Point) image.Point {
	size, room := asked, monitor
	if asked.X <= 0 || asked.Y <= 0 {
		size = image.Pt(s.Width, s.Height)
		if s.Width <= 0 || s.Height <= 0 {
			// A first window leaves something of the screen to be seen.
			size, room = image.Pt(firstWidth, firstHeight), image.Pt(monitor.X*9/10, monitor.Y*9/10)
		}
	}
	if room.X > 0 && room.Y > 0 {
		size = image.Pt(min(size.X, room.X), min(size.Y, room.Y))
	}
	return size
}
