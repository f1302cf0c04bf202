package lab_test

import (
	"path/filepath"
	"testing"

	"raftarium/tests/exercises/lab"
)

// Two checkouts on one machine, or two students, must not write each other's files.
func TestEachPlaceHasItsOwnScratchFolder(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	one, other := lab.Scratch("check", filepath.FromSlash("/one/node")), lab.Scratch("check", filepath.FromSlash("/other/node"))
	if one == other || one == lab.Scratch("check", "") {
		t.Errorf("%q and %q are one folder", one, other)
	}
	if one != lab.Scratch("check", filepath.FromSlash("/one/node")) {
		t.Error("the folder of a place changes from call to call")
	}
}
