package reference

import (
	"os"
	"runtime/debug"
	"testing"
)

// As in the program's commands (command.Main): most of what a run allocates stays until
// it ends, and to collect rarely takes a fifth off these tests.
func TestMain(m *testing.M) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(800)
	}
	os.Exit(m.Run())
}
