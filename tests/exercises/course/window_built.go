//go:build !js && !window && !headless

package course

import (
	"context"
	"errors"
	"fmt"
	"io"
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
// again, `check` and `go test`, is there in less than half of the time without the interface.
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
		var in io.Reader = os.Stdin
		if o.Argument == "-" { // what was read cannot be read again
			in = strings.NewReader(o.Scenario.Source.Text)
		}
		return bare.Instead(ctx, in, program, os.Args[1:]...)
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
