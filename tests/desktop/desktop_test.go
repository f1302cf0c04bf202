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

// built are the programs, each built once for all tests.
var built struct {
	sync.Mutex
	dir string
}

// build builds a command.
func build(t *testing.T, pkg string) string {
	t.Helper()
	built.Lock()
	defer built.Unlock()
	if built.dir == "" {
		dir, err := os.MkdirTemp("", "raftarium-desktop")
		if err != nil {
			t.Fatal(err)
		}
		built.dir = dir
	}
	program := filepath.Join(built.dir, filepath.Base(pkg))
	if _, err := os.Stat(program); err == nil {
		return program
	}
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, pkg).CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return program
}

func TestMain(m *testing.M) {
	status := m.Run()
	if built.dir != "" {
		_ = os.RemoveAll(built.dir)
	}
	os.Exit(status)
}

const (
	command  = "raftarium/cmd/raftarium"
	exercise = "raftarium/tests/exercises/01-election"
)

func TestTheWindow(t *testing.T) {
	canShow(t) // skips before anything is built
	scenario := filepath.Join(t.TempDir(), "quiet.txt")
	if err := os.WriteFile(scenario, []byte(quiet), 0o600); err != nil {
		t.Fatal(err)
	}
	w := launch(t, build(t, command), scenario, "--at", "400ms")
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
			// Two clicks that a busy machine lets come too far apart are none, as for a person.
			for range 5 {
				x, y := w.byID(server(leader)).center()
				w.click(x, y, "1", 2)
				w.seen()
				if s, err := w.read(); err == nil && s.Servers[leader-1].Up == up {
					break
				}
			}
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
	canShow(t) // skips before anything is built
	closes := func(t *testing.T, w *window, sig syscall.Signal) {
		t.Helper()
		w.ok(w.command.Process.Signal(sig))
		if err := w.ended(); err != nil {
			t.Errorf("%v ends the window with %v, want status 0", sig, err)
		}
	}
	t.Run("SIGINT", func(t *testing.T) { closes(t, launch(t, build(t, command)), syscall.SIGINT) })
	t.Run("SIGTERM", func(t *testing.T) { closes(t, launch(t, build(t, command)), syscall.SIGTERM) })
	// The program of an exercise has a window too, which it builds when it is asked for it.
	t.Run("SIGTERM, of an exercise", func(t *testing.T) {
		// HOME is another one there, and what was compiled is to be found all the same.
		out, err := exec.CommandContext(t.Context(), "go", "env", "GOCACHE", "GOMODCACHE").Output()
		if err != nil {
			t.Fatal(err)
		}
		caches := strings.Split(strings.TrimSpace(string(out)), "\n")
		env := []string{"GOCACHE=" + caches[0], "GOMODCACHE=" + caches[1]}
		closes(t, launchIn(t, ".", t.TempDir(), env, build(t, exercise)), syscall.SIGTERM)
	})
}
