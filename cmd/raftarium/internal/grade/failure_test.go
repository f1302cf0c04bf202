package grade

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"raftarium/web"
)

// goSays has this program stand in for the go command: it says that, and fails.
const goSays = "RAFTARIUM_TEST_GO_SAYS"

func TestMain(m *testing.M) {
	if text, ok := os.LookupEnv(goSays); ok {
		fmt.Fprintln(os.Stderr, text)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// brokenGo puts a go command into the place of ours that says something and fails.
func brokenGo(t *testing.T, says string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir, name := t.TempDir(), "go"
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	if err := os.Symlink(self, filepath.Join(dir, name)); err != nil && runtime.GOOS == "windows" {
		t.Skip("Windows makes links for some only: ", err)
	} else if err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir)
	t.Setenv(goSays, says)
}

// noted grades with notes.
func noted(t *testing.T, o Options) (all []Submission, notes []string) {
	t.Helper()
	o.Noted = func(submission, exercise string, err error) {
		notes = append(notes, submission+", "+exercise+": "+err.Error())
	}
	all, err := Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return all, notes
}

// What cannot be kept is a picture of the grades, not the grades.
func TestScenariosThatCannotBeKeptTakeNoGrades(t *testing.T) {
	_, half := answers(t)
	dir := filepath.Join(t.TempDir(), "half")
	answer(t, dir, half)
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	all, notes := noted(t, Options{Dirs: []string{dir}, Exercises: []string{bugsName}, Scenarios: filepath.Join(file, "below")})
	if all[0].Points == 0 || all[0].Points == all[0].Of {
		t.Errorf("half of the answers have %d of %d points", all[0].Points, all[0].Of)
	}
	if len(notes) != 1 || !strings.Contains(notes[0], "half, "+bugsName+": no place for the scenarios of failures") {
		t.Errorf("the notes are %q", notes)
	}
}

// A file of one submission that cannot be read is that submission's.
func TestAFileThatCannotBeReadIsAReason(t *testing.T) {
	b := builder{root: t.TempDir()}
	if why := b.refuse([]string{filepath.Join(t.TempDir(), "gone.go")}, "01-election"); !strings.HasPrefix(why, "gone.go cannot be read: ") || strings.Contains(why, "open ") {
		t.Errorf("the reason is %q", why)
	}
}

// Where the machine cannot build a submission, its student did nothing wrong, and others
// have their grades.
func TestAFailureOfTheMachineIsNobodysMistake(t *testing.T) {
	const name = "01-election"
	brokenGo(t, "go: writing action graph: no space left on device")
	handed := submit(t, "handed", map[string]int{name: 1}, nil)
	empty := filepath.Join(t.TempDir(), "empty")
	if err := os.MkdirAll(filepath.Join(empty, name), 0o777); err != nil {
		t.Fatal(err)
	}
	all, notes := noted(t, Options{Dirs: []string{handed, empty}, Exercises: []string{name}, Scenarios: t.TempDir()})
	const want = "it could not be graded: building it failed: exit status 1: go: writing action graph: no space left on device"
	for i, why := range []string{want, "nothing was handed in: there is no Go file in " + name} {
		if e := all[i].Exercises[0]; e.Reason != why || e.Points != 0 || e.Of == 0 {
			t.Errorf("%s: %+v, want %q", all[i].Name, e, why)
		}
	}
	if len(notes) != 1 || notes[0] != "handed, "+name+": "+want {
		t.Errorf("the notes are %q", notes)
	}
	// With nobody's grades there is nothing to print.
	if all, err := Run(t.Context(), Options{Dirs: []string{handed}, Exercises: []string{name}, Scenarios: t.TempDir()}); err == nil || !strings.HasPrefix(err.Error(), "building it failed") {
		t.Errorf("%+v, %v", all, err)
	}
}

func TestABuildThatTakesTooLongDoesNotFailToCompile(t *testing.T) {
	const name = "01-election"
	root, err := web.FindModule("raftarium")
	if err != nil {
		t.Fatal(err)
	}
	b := builder{root: root, temp: t.TempDir(), patience: 1}
	_, why, err := b.build(t.Context(), filepath.Join(submit(t, "slow", map[string]int{name: 1}, nil), name), name, true)
	if why != "" || err == nil || err.Error() != "building it took longer than 1ns" {
		t.Errorf("%q, %v", why, err)
	}
}

func TestOnlyWhatNamesAFileOfTheExerciseIsAMistakeInIt(t *testing.T) {
	files := []string{filepath.Join("subs", "alice", "01-election", "node.go"), filepath.Join("subs", "alice", "01-election", "log.go")}
	for said, want := range map[string]bool{
		"# raftarium/tests/exercises/01-election\ntests/exercises/01-election/node.go:2:1: syntax error": true,
		`tests\exercises\01-election\node.go:2:1: syntax error`:                                          true,
		"/subs/alice/01-election/log.go:3:3: undefined: x":                                               true,
		"tests/exercises/01-election/main.go:10:2: undefined: Node":                                      true,
		"found packages main (main.go) and foo (node.go) in /x/01-election":                              true,
		"package raftarium/tests/exercises/01-election\n\timports it from node.go: import cycle":         true,
		"<autogenerated>:1: main.Big: symbol too large (8589934592 bytes > 2000000000 bytes)":            true,
		"":                                    false,
		"go: signal: killed":                  false,
		"raft/core/node.go:2:1: syntax error": false,
		"tests/exercises/lab/catalog.go:2:1: syntax error":                              false,
		"netsim/slog.go:1: undefined: x":                                                false,
		"# raftarium/tests/exercises/01-election\nlink: write: no space left on device": false,
	} {
		if got := blames(said, "01-election", files); got != want {
			t.Errorf("%q: %t, want %t", said, got, want)
		}
	}
}
