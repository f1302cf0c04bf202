package peers

import (
	"testing"
	"time"
)

const (
	shorter   = 8
	toldApart = false
	// pairs is how many turns of each there are at a time.
	pairs = 7
)

// take takes turns here: there are no other processes.
func take(t *testing.T, names []string) []turn {
	var all []turn
	for _, name := range names {
		all = append(all, takeTurns(t, name)...)
	}
	return all
}

var started = time.Now()

// processorTime is the time that has passed: there is one thread, which does nothing
// else, and nobody to ask how much of the time it got.
func processorTime(*testing.T) time.Duration { return time.Since(started) }
