package suite

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/script"
)

// T is what a judgement needs of a *testing.T.
type T interface {
	Helper()
	Errorf(format string, args ...any)
}

// Judge runs the test with somebody's code on a seed and tells how it went. A pass is
// printed as the course prints it. A failure is an error of t, with the seed, the
// command that makes it again (flags are what it takes beside the seed, such as
// "-node second"), and the run as a scenario file.
func (t *Test) Judge(to T, code cluster.Code, seed uint64, flags ...string) {
	to.Helper()
	by := ""
	if code.Raft.Name != "raftarium" {
		by = ", by " + code.Raft.Name
	}
	res, err := t.Run(code, seed)
	var failure *Failure
	switch {
	case errors.As(err, &failure):
		replay := strings.Join(append([]string{failure.Replay()}, flags...), " ")
		to.Errorf("%v\n  replay: %s\n  look:   %s", failure, replay, failure.look(by))
	case err != nil:
		to.Errorf("%s: %v", t.Name, err)
	default:
		// In one piece, because tests run side by side.
		fmt.Printf("Test: %s ...\n  ... Passed -- %.1fs virtual, %d operations, %d messages, %s, seed %d%s\n",
			t.What, res.Virtual.Seconds(), res.Operations, res.Messages, elections(res.Elections), seed, by)
	}
}

// elections counts elections, in words.
func elections(n uint64) string {
	if n == 1 {
		return "1 election"
	}
	return fmt.Sprintf("%d elections", n)
}

// look stores the scenario and says how to look at it.
func (f *Failure) look(by string) string {
	file, err := Store(f.Scenario, fmt.Sprintf("%s-seed%d", f.Test.Name, f.Seed))
	switch {
	case err != nil:
		return fmt.Sprintf("the scenario could not be saved: %v", err)
	case by != "":
		return file + ", with a raftarium that has this node inside: raftarium run --explain " + file
	}
	return "go run ./cmd/raftarium run --explain " + file
}

// Store writes a scenario into a new file among the temporary ones, for people to look
// at, and returns its name, which begins with the one given.
func Store(sc *script.Scenario, name string) (string, error) {
	file, err := os.CreateTemp("", name+"-*.raft")
	if err != nil {
		return "", err
	}
	_, err = sc.WriteTo(file)
	return file.Name(), errors.Join(err, file.Close())
}

// here is the package that is being tested, as `go test` at the top of the module
// takes it: tests run in the folder of their package.
func here() string {
	dir, err := os.Getwd()
	if err != nil {
		return "."
	}
	for top := dir; ; top = filepath.Dir(top) {
		if _, err := os.Stat(filepath.Join(top, "go.mod")); err == nil {
			if rel, err := filepath.Rel(top, dir); err == nil && rel != "." {
				return "./" + filepath.ToSlash(rel)
			}
			return "."
		}
		if top == filepath.Dir(top) {
			return "."
		}
	}
}

// judge judges the test of a name, which must be there.
func judge(t T, name string, code cluster.Code, seed uint64) {
	t.Helper()
	test, ok := Named(name)
	if !ok {
		t.Errorf("the suite has no test %s", name)
		return
	}
	test.Judge(t, code, seed)
}
