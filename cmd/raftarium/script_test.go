package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"raftarium": main})
}

// TestScripts runs the command as people do. `status N command...` checks with
// which status it ends, `only WORD FILE...` keeps the lines of files that have a word.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(e *testscript.Env) error {
			// No window opens and nothing is built by accident.
			e.Setenv("DISPLAY", "")
			e.Setenv("WAYLAND_DISPLAY", "")
			// BIN holds the command and nothing else.
			path, err := exec.LookPath("raftarium")
			e.Setenv("BIN", filepath.Dir(path))
			return err
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"only": only, "status": status},
	})
}

func only(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: only WORD FILE...")
	}
	for _, name := range args[1:] {
		var kept strings.Builder
		for line := range strings.Lines(ts.ReadFile(name)) {
			if strings.Contains(line, args[0]) {
				kept.WriteString(line)
			}
		}
		if kept.Len() == 0 {
			ts.Fatalf("%s has no line with %q", name, args[0])
		}
		ts.Check(os.WriteFile(ts.MkAbs(name), []byte(kept.String()), 0o666))
	}
}

func status(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N command [args...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		exit, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}
