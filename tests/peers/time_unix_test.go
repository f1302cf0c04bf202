//go:build unix

package peers

import (
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

const (
	// shorter is by what a turn is shortened.
	shorter = 1
	// toldApart is whether processorTime leaves out what others on the machine use.
	toldApart = true
	// processes is how many take turns, one after another, and pairs how many turns of
	// each one takes: from process to process the same code differs by up to a quarter.
	processes, pairs = 4, 2
)

// take has processes of this test's program take turns.
func take(t *testing.T, names []string) []turn {
	var all []turn
	for range processes {
		out, err := exec.Command(os.Args[0], "-test.run", "^TestCostBesideEtcd$", "-turns", strings.Join(names, ",")).CombinedOutput()
		if err != nil {
			t.Fatalf("a process that takes turns: %v: %s", err, out)
		}
		for line := range strings.Lines(string(out)) {
			if rest, ok := strings.CutPrefix(line, turnPrefix); ok {
				one, err := parseTurn(rest)
				if err != nil {
					t.Fatalf("a turn %q: %v", line, err)
				}
				all = append(all, one)
			}
		}
	}
	return all
}

// processorTime is what this process has used so far, the collector's work
// included.
func processorTime(t *testing.T) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
