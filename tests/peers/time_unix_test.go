//go:build unix

package peers

import (
	"syscall"
	"testing"
	"time"
)

const (
	// shorter is by what a turn is shortened.
	shorter = 1
	// toldApart is whether processorTime leaves out what others on the machine use.
	toldApart = true
)

// processorTime is what this process has used so far, the collector's work
// included.
func processorTime(t *testing.T) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
