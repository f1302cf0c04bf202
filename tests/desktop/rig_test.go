package desktop

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// patience is how long something may take that follows at once on an idle machine.
const patience = 30 * time.Second

// pollEvery is the pause between two looks at the state file, which the program
// writes ten times a second at most.
const pollEvery = 10 * time.Millisecond

// need skips the test, or fails it with RAFTARIUM_REQUIRE_DISPLAY=1.
func need(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("RAFTARIUM_REQUIRE_DISPLAY") == "1" {
		t.Fatal("RAFTARIUM_REQUIRE_DISPLAY=1, but ", what)
	}
	t.Skip(what + " (RAFTARIUM_REQUIRE_DISPLAY=1 makes that an error)")
}

// canShow skips the test where no window can be shown and used.
func canShow(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a window: not in short mode")
	}
	if _, err := exec.LookPath("xdotool"); err != nil {
		need(t, "there is no xdotool to press the controls of a window with")
	}
	if _, err := exec.LookPath("Xvfb"); err != nil {
		need(t, "there is no Xvfb to show a window on")
	}
}

// display returns the X display to use: an Xvfb of its own, since a window of the
// person at this machine would get the pointer and the keys as well.
func display(t *testing.T) string {
	t.Helper()
	canShow(t)
	// Xvfb chooses a free display and tells it through a pipe.
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	cmd := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", "1000x760x24", "-nolisten", "tcp")
	cmd.ExtraFiles = []*os.File{w}
	var said bytes.Buffer
	cmd.Stderr, cmd.WaitDelay = &said, lingering
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	w.Close()
	t.Cleanup(func() { stop(cmd) })
	number, err := io.ReadAll(io.LimitReader(r, 16))
	if err != nil || len(bytes.TrimSpace(number)) == 0 {
		t.Fatalf("Xvfb did not start: %v\n%s", err, said.String())
	}
	return ":" + string(bytes.TrimSpace(number))
}

// lingering is how long what a program has started may hold on to its output once the
// program itself has ended: an exercise has its window in a program of its own.
const lingering = 5 * time.Second

// stop ends a process that the test started.
func stop(cmd *exec.Cmd) {
	defer release(cmd)
	_ = cmd.Process.Signal(syscall.SIGTERM)
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	select {
	case <-done:
	case <-time.After(patience):
		_ = cmd.Process.Kill()
		<-done
	}
}

// ended waits until the program has ended by itself and says how: nil for status 0, and
// [exec.ErrWaitDelay] if something that it has started lives on.
func (w *window) ended() error {
	w.t.Helper()
	done := make(chan error, 1)
	go func() { done <- w.command.Wait() }()
	select {
	case err := <-done:
		return err
	case <-time.After(patience):
		_ = w.command.Process.Kill()
		<-done
		w.t.Fatalf("after %s the window is still open", patience)
		return nil
	}
}

// state is what the program writes of itself.
type state struct {
	Tick    uint64 // how often the devices were read
	Time    float64
	Seed    uint64
	Events  uint64
	Digest  string
	Playing bool
	Servers []machine
	Clients []struct {
		Busy      bool
		Completed int
	}
	Cuts   []struct{ From, To string }
	Screen struct {
		Nodes []node
		Focus string
	}
}

// machine is a server.
type machine struct {
	Role       string
	Commit     uint64
	Up, Paused bool
}

func leads(m machine) bool { return m.Up && m.Role == "leader" }

// node is a node of the interface.
type node struct {
	ID, Role, Label string
	Rect            [4]float64 // x, y, width and height in pixels
	Disabled        bool
}

func (n node) center() (x, y float64) { return n.Rect[0] + n.Rect[2]/2, n.Rect[1] + n.Rect[3]/2 }

// window is the program under test.
type window struct {
	t       *testing.T
	env     []string
	file    string
	home    string
	id      string // of the X window
	command *exec.Cmd
}

// launch starts the program with these arguments in a directory of its own.
func launch(t *testing.T, program string, args ...string) *window {
	t.Helper()
	home := t.TempDir()
	return launchIn(t, home, home, nil, program, args...)
}

// launchIn starts the program in a directory, with settings of its own and more of an
// environment.
func launchIn(t *testing.T, dir, home string, env []string, program string, args ...string) *window {
	t.Helper()
	w := &window{t: t, file: filepath.Join(home, "state.json"), home: home}
	settings, err := json.Marshal(map[string]string{"settings": `{"tourDone":true,"width":900,"height":640}`})
	w.ok(err)
	w.ok(os.MkdirAll(filepath.Join(home, "raftarium"), 0o700))
	w.ok(os.WriteFile(filepath.Join(home, "raftarium", "settings.json"), settings, 0o600))
	w.env = append(os.Environ(), "DISPLAY="+display(t), "WAYLAND_DISPLAY=", "HOME="+home, "XDG_CONFIG_HOME="+home, "RAFTARIUM_STATE="+w.file)
	w.env = append(w.env, env...)

	w.command = exec.Command(program, args...)
	w.command.Env, w.command.Dir = w.env, dir
	var said bytes.Buffer
	w.command.Stdout, w.command.Stderr, w.command.WaitDelay = &said, &said, lingering
	confine(w.command)
	w.ok(w.command.Start())
	t.Cleanup(func() {
		stop(w.command)
		if t.Failed() {
			t.Logf("the program said: %q", said.String())
		}
	})
	w.until("the window is there", func(s state) bool { return len(s.Screen.Nodes) > 0 })
	w.id = strings.Fields(w.xdotool("search", "--sync", "--onlyvisible", "--name", "^raftarium( |$)"))[0]
	w.xdotool("windowfocus", w.id)
	return w
}

func (w *window) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// xdotool moves the devices, one command a call.
func (w *window) xdotool(args ...string) string {
	w.t.Helper()
	cmd := exec.CommandContext(w.t.Context(), "xdotool", args...)
	cmd.Env = w.env
	out, err := cmd.CombinedOutput()
	if err != nil {
		w.t.Fatalf("xdotool %s: %v: %s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// read reads the state file.
func (w *window) read() (s state, err error) {
	text, err := os.ReadFile(w.file)
	if err == nil {
		err = json.Unmarshal(text, &s)
	}
	return s, err
}

// until polls until the state is as it should be.
func (w *window) until(what string, holds func(state) bool) state {
	w.t.Helper()
	end := time.Now().Add(patience)
	for {
		s, err := w.read()
		if err == nil && holds(s) {
			return s
		}
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			w.t.Fatal(err)
		}
		if time.Now().After(end) {
			s.Screen.Nodes = nil
			w.t.Fatalf("after %s still not: %s; the state is %+v", patience, what, s)
		}
		time.Sleep(pollEvery)
	}
}

// node waits for a node that can be pressed and returns it.
func (w *window) node(what string, is func(node) bool) (n node) {
	w.t.Helper()
	w.until(what+" on the screen", func(s state) bool {
		for _, x := range s.Screen.Nodes {
			if !x.Disabled && is(x) {
				n = x
				return true
			}
		}
		return false
	})
	return n
}

func (w *window) byID(id string) node {
	w.t.Helper()
	return w.node(id, func(n node) bool { return n.ID == id })
}

func place(x, y float64) []string {
	return []string{strconv.Itoa(int(x)), strconv.Itoa(int(y))}
}

// move moves the pointer to a place in the window.
func (w *window) move(x, y float64) {
	w.t.Helper()
	w.xdotool(append([]string{"mousemove", "--window", w.id}, place(x, y)...)...)
}

// seen waits until the program has looked at the devices again. It does so in
// every tick and says so every six: less than what parts the clicks of a double one.
func (w *window) seen() {
	w.t.Helper()
	now, err := w.read()
	w.ok(err)
	w.until("the next tick", func(s state) bool { return s.Tick > now.Tick+1 })
}

// click presses a button of the mouse n times.
func (w *window) click(x, y float64, button string, n int) {
	w.t.Helper()
	w.move(x, y)
	w.seen()
	for range n {
		w.xdotool("click", button)
		w.seen()
	}
}

// drag drags with the main button.
func (w *window) drag(x1, y1, x2, y2 float64) {
	w.t.Helper()
	w.move(x1, y1)
	w.seen()
	w.xdotool("mousedown", "1")
	w.seen()
	const parts = 3
	for i := 1; i <= parts; i++ {
		f := float64(i) / parts
		w.move(x1+(x2-x1)*f, y1+(y2-y1)*f)
		w.seen()
	}
	w.xdotool("mouseup", "1")
	w.seen()
}

// key presses a key of that X name.
func (w *window) key(name string) {
	w.t.Helper()
	w.xdotool("keydown", name)
	w.seen()
	w.xdotool("keyup", name)
	w.seen()
}

// leader says who leads in a run that opened at a time, at which it stands still.
func (w *window) leader() (id int) {
	w.t.Helper()
	s := w.until("a leader in a run that stands still", func(s state) bool {
		return !s.Playing && slices.ContainsFunc(s.Servers, leads)
	})
	return 1 + slices.IndexFunc(s.Servers, leads)
}

func server(id int) string { return fmt.Sprintf("server/%d", id) }
