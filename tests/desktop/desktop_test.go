package desktop

import (
	"fmt"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"raftarium/kv/client"
	kvserver "raftarium/kv/server"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/script"
	"raftarium/raft/core"
)

// quiet is a run in which nothing happens but what the test does.
const quiet = "servers 5\nclients 3\nseed 7\nlatency 4ms..8ms\nworkload none\nfor 0\n"

// built is the command, built once for all tests.
var built struct {
	once sync.Once
	dir  string
	out  []byte
	err  error
}

// build builds the command.
func build(t *testing.T) string {
	t.Helper()
	b := &built
	b.once.Do(func() {
		if b.dir, b.err = os.MkdirTemp("", "raftarium-desktop"); b.err == nil {
			b.out, b.err = exec.Command("go", "build", "-o", filepath.Join(b.dir, "raftarium"), "raftarium/cmd/raftarium").CombinedOutput()
		}
	})
	if b.err != nil {
		t.Fatalf("go build: %v\n%s", b.err, b.out)
	}
	return filepath.Join(b.dir, "raftarium")
}

func TestMain(m *testing.M) {
	status := m.Run()
	if built.dir != "" {
		_ = os.RemoveAll(built.dir)
	}
	os.Exit(status)
}

func TestTheWindow(t *testing.T) {
	display(t) // skips before anything is built
	scenario := filepath.Join(t.TempDir(), "quiet.txt")
	if err := os.WriteFile(scenario, []byte(quiet), 0o600); err != nil {
		t.Fatal(err)
	}
	w := launch(t, build(t), scenario, "--at", "400ms")
	leader := w.leader()
	part := func(name string, f func(w *window)) {
		t.Helper()
		t.Run(name, func(t *testing.T) {
			on := *w
			on.t = t
			f(&on)
		})
	}

	part("a line dragged across links cuts them", func(w *window) {
		n := w.byID(server(1))
		x, _ := n.center()
		y := n.Rect[1] + n.Rect[3] + 4
		w.drag(x-2*n.Rect[2], y, x+2*n.Rect[2], y)
		s := w.until("links are cut", func(s state) bool { return len(s.Cuts) > 0 })
		for _, c := range s.Cuts {
			if c.From != "s1" && c.To != "s1" {
				w.t.Errorf("the line cut %s to %s too", c.From, c.To)
			}
		}
	})
	part("a key heals", func(w *window) {
		w.key("h")
		w.until("no link is cut", func(s state) bool { return len(s.Cuts) == 0 })
	})
	part("a double-click crashes and restarts", func(w *window) {
		for _, up := range []bool{false, true} {
			x, y := w.byID(server(leader)).center()
			w.click(x, y, "1", 2)
			w.until(fmt.Sprintf("the leader is up: %v", up), func(s state) bool { return s.Servers[leader-1].Up == up })
		}
	})
	part("a slider follows the mouse", func(w *window) {
		n := w.byID("slider/clients").Rect
		w.drag(n[0]+n[2]*0.5, n[1]+n[3]/2, n[0]+n[2]*0.99, n[1]+n[3]/2)
		w.until("nine clients", func(s state) bool { return len(s.Clients) == 9 })
	})
	part("a button fires Appends", func(w *window) {
		x, y := w.byID("button/fire").center()
		w.click(x, y, "1", 1)
		w.until("clients ask", func(s state) bool { return s.Clients[0].Busy && s.Clients[1].Busy })
	})
	part("the entry of a menu", func(w *window) {
		x, y := w.byID(server(2)).center()
		w.click(x, y, "3", 1)
		x, y = w.node("the entry", func(n node) bool { return n.Role == "menuitem" && strings.HasPrefix(n.Label, "Pause S2") }).center()
		w.click(x, y, "1", 1)
		w.until("server 2 is paused", func(s state) bool { return s.Servers[1].Paused })
	})
	part("digits select, C crashes, question mark lists the keys, Escape closes, Tab goes to the controls", func(w *window) {
		w.key("3")
		w.key("c")
		w.until("server 3 is down", func(s state) bool { return !s.Servers[2].Up })
		w.key("question")
		w.node("the dialog", func(n node) bool { return n.Role == "dialog" })
		w.key("Escape")
		w.until("the dialog is gone", func(s state) bool {
			for _, n := range s.Screen.Nodes {
				if n.Role == "dialog" {
					return false
				}
			}
			return true
		})
		w.key("Tab")
		w.until("a control has the focus", func(s state) bool { return s.Screen.Focus != "" })
		w.key("Escape")
	})
	part("S saves the run, which makes the same run again", func(w *window) {
		before, err := w.read()
		w.ok(err)
		w.key("s")
		name := filepath.Join(w.home, "raftarium-7.txt")
		var sc *script.Scenario
		w.until("a file "+name, func(state) bool {
			f, err := os.Open(name)
			if err != nil {
				return false
			}
			defer f.Close()
			sc, err = script.Parse(f, name)
			return err == nil
		})
		s, err := cluster.Open(cluster.Code{
			Raft: core.Implementation(), Server: kvserver.Implementation(), Client: client.Implementation(),
		}, sc, cluster.Options{})
		w.ok(err)
		for uint64(s.Events()) < before.Events && s.Step() {
		}
		if got := fmt.Sprintf("%016x", s.Digest()); got != before.Digest {
			w.t.Errorf("the saved run has digest %s, and the window %s", got, before.Digest)
		}
	})
	part("F12 keeps a picture of the window, though nothing moves", func(w *window) {
		w.key("F12")
		w.until("a picture", func(state) bool {
			f, err := os.Open(filepath.Join(w.home, "raftarium.png"))
			if err != nil {
				return false
			}
			defer f.Close()
			c, err := png.DecodeConfig(f)
			return err == nil && c.Width == 900 && c.Height == 640
		})
	})
	part("Space lets time pass", func(w *window) {
		before, err := w.read()
		w.ok(err)
		w.key("space")
		w.until("time passes", func(s state) bool { return s.Playing && s.Time > before.Time })
	})
}

func TestTheWindowClosesOnASignal(t *testing.T) {
	display(t) // skips before anything is built
	program := build(t)
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		t.Run(sig.String(), func(t *testing.T) {
			w := launch(t, program)
			w.ok(w.command.Process.Signal(sig))
			if err := w.ended(); err != nil {
				t.Errorf("%v ends the window with %v, want status 0", sig, err)
			}
		})
	}
}
