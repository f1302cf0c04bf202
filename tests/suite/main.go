package suite

import (
	"os"
	"runtime/debug"
	"testing"
)

// Main runs the tests of a package that makes many runs, and ends the process. As in the
// program's commands, most of what a run allocates stays until it ends: to collect rarely
// takes a fifth off. GOGC in the environment wins.
func Main(m *testing.M) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(800)
	}
	os.Exit(m.Run())
}
