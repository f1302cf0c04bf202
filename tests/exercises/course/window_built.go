//go:build !js && !window && !headless

package course

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"raftarium/cmd/raftarium/command/bare"
	"raftarium/netsim/cluster"
	"raftarium/tests/exercises/lab"
)

// window builds the program of the exercise once more, with the tag that gives it a
// window, and runs that with the same arguments. What everybody waits for again and
// again, `check` and `go test`, is there in a third of the time without the interface.
func window(e *lab.Exercise, _ cluster.Code) func(context.Context, bare.Opening) error {
	return func(ctx context.Context, o bare.Opening) error {
		if runtime.GOOS == "linux" && os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
			return bare.Elsewhere(errors.New("there is no display: neither DISPLAY nor WAYLAND_DISPLAY is set"), name(e), o)
		}
		temp, err := os.MkdirTemp("", "raftarium-window")
		if err != nil {
			return fmt.Errorf("no place to build the window in: %w", err)
		}
		defer os.RemoveAll(temp)
		program := filepath.Join(temp, e.Name)
		if runtime.GOOS == "windows" {
			program += ".exe"
		}
		if err := buildWindow(ctx, e, program); err != nil {
			return err
		}
		cmd := exec.CommandContext(ctx, program, os.Args[1:]...)
		cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
		if o.Argument == "-" { // what was read cannot be read again
			cmd.Stdin = strings.NewReader(o.Scenario.Source.Text)
		}
		// A terminal asks it to close, as it asked this program; a second time ends it at once.
		cmd.Cancel = func() error {
			time.Sleep(300 * time.Millisecond)
			return cmd.Process.Signal(os.Interrupt)
		}
		cmd.WaitDelay = 2 * time.Second
		if err := cmd.Run(); err != nil && ctx.Err() == nil {
			if cmd.ProcessState != nil && cmd.ProcessState.Exited() {
				return bare.Status(cmd.ProcessState.ExitCode())
			}
			return fmt.Errorf("the window: %w", err)
		}
		return nil
	}
}

// buildWindow builds the program of an exercise with a window.
func buildWindow(ctx context.Context, e *lab.Exercise, program string) error {
	dir := lab.Folder(e.Name)
	if dir == "" {
		return fmt.Errorf("the window is built when it is first opened, but the folder %s was not found from here: run this inside the course's module", e.Name)
	}
	tool, err := exec.LookPath("go")
	if err != nil {
		return fmt.Errorf("the window is built when it is opened, which needs the Go toolchain as \"go\" in PATH: %w", err)
	}
	build := exec.CommandContext(ctx, tool, "build", "-buildvcs=false", "-tags=window", "-ldflags=-s -w", "-o", program, ".")
	build.Dir = dir
	// The first time takes a while: who waits shall know for what.
	slow := time.AfterFunc(2*time.Second, func() { fmt.Fprintln(os.Stderr, "building the window; the first time takes up to a minute") })
	out, err := build.CombinedOutput()
	slow.Stop()
	if err != nil && ctx.Err() == nil {
		return fmt.Errorf("the window could not be built (%w):\n%s", err, strings.TrimSpace(string(out)))
	}
	return context.Cause(ctx)
}
