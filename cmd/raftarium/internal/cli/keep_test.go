package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// On a machine with many users, the file that a hunt writes may be another's.
func TestAHuntWritesItsScenarioBesideOneThatItMayNotOverwrite(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	t.Setenv("TMP", dir) // where Windows looks
	usual := filepath.Join(dir, "hunt-7.raft")
	if file, err := keepScenario("", 7, []byte("servers 3\n")); err != nil || file != usual {
		t.Fatalf("keepScenario = %q, %v, want %q", file, err, usual)
	}
	// A folder in the way cannot be overwritten by anybody, root included.
	if err := os.Remove(usual); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(usual, 0o700); err != nil {
		t.Fatal(err)
	}
	file, err := keepScenario("", 7, []byte("servers 3\n"))
	if err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(file); err != nil || string(text) != "servers 3\n" {
		t.Errorf("%s holds %q, %v", file, text, err)
	}
	if _, err := keepScenario(usual, 7, nil); err == nil || !strings.HasPrefix(err.Error(), "--out: ") {
		t.Errorf("a file that was asked for: %v, want an error that names --out", err)
	}
}
