package paint

import (
	"fmt"
	"os"
	"testing"

	"github.com/hajimehoshi/ebiten/v2"
)

// onScreen is false where no display can be had: tests that read pixels then
// skip, or fail with RAFTARIUM_REQUIRE_DISPLAY=1.
var onScreen bool

// TestMain runs the tests inside Ebitengine's loop where DISPLAY is set, because
// only there can pixels be read.
func TestMain(m *testing.M) {
	if os.Getenv("DISPLAY") == "" {
		os.Exit(m.Run())
	}
	onScreen = true
	g := &testGame{m: m}
	ebiten.SetWindowSize(320, 200)
	if err := ebiten.RunGame(g); err != nil {
		fmt.Fprintln(os.Stderr, "paint: the display cannot be used:", err)
		if g.ran {
			os.Exit(1)
		}
		onScreen = false
		os.Exit(m.Run())
	}
	os.Exit(g.code)
}

// needScreen skips a test that reads pixels where there is no display.
func needScreen(t *testing.T) {
	t.Helper()
	if onScreen {
		return
	}
	if os.Getenv("RAFTARIUM_REQUIRE_DISPLAY") == "1" {
		t.Fatal("no display, and RAFTARIUM_REQUIRE_DISPLAY=1 asks for one: start Xvfb and set DISPLAY")
	}
	t.Skip("no display: start Xvfb and set DISPLAY to read pixels (RAFTARIUM_REQUIRE_DISPLAY=1 makes that an error)")
}

type testGame struct {
	m    *testing.M
	ran  bool
	code int
}

func (g *testGame) Update() error {
	g.ran = true
	g.code = g.m.Run()
	return ebiten.Termination
}

func (g *testGame) Draw(*ebiten.Image) {}

func (g *testGame) Layout(w, h int) (int, int) { return w, h }
