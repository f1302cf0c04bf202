//go:build unix && !race

package catalog

import (
	"syscall"
	"testing"
	"time"

	"raftarium/netsim/cluster"
	"raftarium/tests/exercises/lab"
	"raftarium/tests/exercises/reference/node"
	"raftarium/tests/exercises/reference/service"
)

// Bounds in processor time, which a busy machine does not lengthen much: of one
// exercise, so that students run it again and again, and of all.
const (
	mostOfOne = 2 * time.Second
	mostOfAll = 10 * time.Second
)

// worked is the processor time that this process has used.
func worked(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func TestExercisesTakeLittleTime(t *testing.T) {
	code := cluster.Code{Raft: node.Node(), Server: service.Server(), Client: service.Client()}
	var sum time.Duration
	for _, e := range All() {
		if e.Number == 0 || e.Number == 10 {
			continue // the one has a node of its own, the other asks for no code
		}
		before := worked(t)
		e.Run(code, lab.Options{}, nil, nil)
		took := worked(t) - before
		sum += took
		t.Logf("%-16s %v", e.Name, took.Round(10*time.Millisecond))
		if took > mostOfOne {
			t.Errorf("%s takes %v of processor time, more than %v", e.Name, took, mostOfOne)
		}
	}
	t.Logf("all              %v", sum.Round(10*time.Millisecond))
	if sum > mostOfAll {
		t.Errorf("all exercises take %v of processor time, more than %v", sum, mostOfAll)
	}
}
