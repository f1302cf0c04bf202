package shell

import (
	"image"
	"testing"
)

// A window that is larger than its screen is cut by it.
func TestAWindowStartsNoLargerThanItsScreen(t *testing.T) {
	large := Settings{Width: 1600, Height: 1000}
	for _, c := range []struct {
		name                 string
		settings             Settings
		monitor, asked, want image.Point
	}{
		{"the first time", Settings{}, image.Pt(2560, 1440), image.Point{}, image.Pt(1440, 900)},
		{"the first time on a small screen", Settings{}, image.Pt(800, 600), image.Point{}, image.Pt(720, 540)},
		{"as the last time", Settings{Width: 900, Height: 640}, image.Pt(1000, 760), image.Point{}, image.Pt(900, 640)},
		{"larger than this screen the last time", large, image.Pt(800, 600), image.Point{}, image.Pt(800, 600)},
		{"higher than this screen the last time", large, image.Pt(1920, 800), image.Point{}, image.Pt(1600, 800)},
		{"asked for", large, image.Pt(1920, 1080), image.Pt(500, 400), image.Pt(500, 400)},
		{"asked for what does not fit", Settings{}, image.Pt(800, 600), image.Pt(1440, 900), image.Pt(800, 600)},
		{"an unknown screen", large, image.Point{}, image.Point{}, image.Pt(1600, 1000)},
		{"an unknown screen the first time", Settings{}, image.Point{}, image.Point{}, image.Pt(1440, 900)},
	} {
		if got := c.settings.WindowSize(c.monitor, c.asked); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}
