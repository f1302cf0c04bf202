package cli

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What two flags are to write into may have two names, and not be there yet.
func TestTraceAndHistoryAreNotOneFileUnderTwoNames(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	if err := os.Symlink("tt", "link"); err != nil {
		t.Skip(err) // not every system lets everybody
	}
	if err := os.Symlink(dir, "here"); err != nil {
		t.Fatal(err)
	}
	for _, names := range [][2]string{
		{"tt", filepath.Join(dir, "tt")}, {"tt", "link"}, {"link", filepath.Join("here", "tt")},
	} {
		status, _, stderr := command(t.Context(), program(), "", false, "run", "--for", "10ms", "--trace", names[0], "--history", names[1])
		if status != StatusMisuse || !strings.Contains(stderr, "--trace writes that file") {
			t.Errorf("%q: status %d, %s", names, status, stderr)
		}
		if _, err := os.Stat("tt"); err == nil {
			t.Errorf("%q: the file was written", names)
		}
	}
	if status, _, stderr := command(t.Context(), program(), "", false, "run", "--for", "10ms", "--trace", "tt", "--history", "hh"); status != StatusOK {
		t.Errorf("two files: status %d, %s", status, stderr)
	}
}

func TestATraceIsNotMixedIntoTheFileOfTheVerdict(t *testing.T) {
	out, err := os.Create(filepath.Join(t.TempDir(), "o"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	var stderr strings.Builder
	status := Main(t.Context(), program(), []string{"run", "--for", "10ms", "--trace", out.Name()}, Streams{In: strings.NewReader(""), Out: out, Err: &stderr})
	if status != StatusMisuse || !strings.Contains(stderr.String(), "where standard output goes") {
		t.Errorf("status %d, %s", status, &stderr)
	}
	if text, err := io.ReadAll(out); err != nil || len(text) > 0 {
		t.Errorf("%q, %v", text, err)
	}
}

// A line break in a value would forge a line of the narration, and an escape would be taken
// for a command by the terminal.
func TestTextsOfAUserAreNotTakenForTheProgramsOwn(t *testing.T) {
	const evil = `"a\nViolation of log matching\x1b]0;p\a\u202e"`
	_, stdout, stderr := command(t.Context(), program(), "workload none\nclients 1\nat 1ms note "+evil+"\nat 300ms append c1 x "+evil+"\nat 1s get c1 x\n",
		false, "run", "-", "--explain", "--for", "3s")
	if strings.ContainsAny(stdout, "\x1b\a\u202e") || strings.Contains(stdout, "\nViolation") {
		t.Errorf("control characters go to the terminal: %q", stdout)
	}
	if !strings.Contains(stdout, `append x "a\nViolation of log matchin...`) || !strings.Contains(stdout, `"a\nViolation of log matching\x1b]0;p\a\u202e"`) {
		t.Errorf("%s%s", stdout, stderr)
	}
	name := filepath.Join(t.TempDir(), "a\x1b[31mb\n.txt")
	if err := os.WriteFile(name, []byte("nonsense\n"), 0o666); err != nil {
		t.Skip(err) // not every file system has such names
	}
	if _, _, stderr := command(t.Context(), program(), "", false, "run", name); strings.Contains(stderr, "\x1b") || !strings.Contains(stderr, `\x1b[31mb\n.txt":1:`) {
		t.Errorf("%q", stderr)
	}
}
