package peers

import (
	"testing"
	"time"
)

const (
	shorter   = 8
	toldApart = false
)

var started = time.Now()

// processorTime is the time that has passed: there is one thread, which does nothing
// else, and nobody to ask how much of the time it got.
func processorTime(*testing.T) time.Duration { return time.Since(started) }
