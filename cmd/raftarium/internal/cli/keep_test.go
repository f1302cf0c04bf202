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

func TestAHuntNamesNoFileThatItCouldNotWrite(t *testing.T) {
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "none"))
	t.Setenv("TMP", filepath.Join(t.TempDir(), "none"))
	status, stdout, stderr := command(t.Context(), program(), "", false, "hunt", "--without", "majority-to-commit", "--minimise=false", "--seeds", "5", "--for", "5s")
	if status != StatusUnsafe || !strings.Contains(stderr, "no place for the scenario") {
		t.Fatalf("status %d, %s", status, stderr)
	}
	if strings.Contains(stdout, "replay the small run") || strings.Contains(stdout, "watch what") {
		t.Errorf("it says where there is nothing:\n%s", stdout)
	}
}

func TestAMergeTakesNoSeedsThatAreNotOfTheHunt(t *testing.T) {
	const last = "18446744073709551615"
	for name, text := range map[string]string{
		"a failure far above": `{"seed":1,"status":0}
{"summary":true,"hunt":"h","from":1,"seeds":1,"shard":"1/1","tried":1,"failed":[],"failure":{"seed":` + last + `},"status":3}`,
		"a line far above": `{"seed":` + last + `,"status":0}
{"summary":true,"hunt":"h","from":1,"seeds":1,"shard":"1/1","tried":1,"failed":[],"status":0}`,
		"a hunt beyond the last seed": `{"seed":2,"status":0}
{"summary":true,"hunt":"h","from":2,"seeds":` + last + `,"shard":"1/1","tried":1,"failed":[],"status":0}`,
	} {
		if status, _, stderr := command(t.Context(), program(), text, false, "hunt", "--merge", "-"); status == StatusOK || !strings.Contains(stderr, "edited") {
			t.Errorf("%s: status %d, %s", name, status, stderr)
		}
	}
	// A failure may have as many untried seeds below it as there are numbers.
	status, stdout, stderr := command(t.Context(), program(), `{"seed":`+last+`,"status":3}
{"summary":true,"hunt":"h","from":1,"seeds":`+last+`,"shard":"1/1","tried":1,"failed":[`+last+`],"failure":{"seed":`+last+`},"status":3}`, false, "hunt", "--merge", "-")
	if status != StatusUnsafe || !strings.Contains(stdout, "18446744073709551614 lower seeds were not tried") {
		t.Errorf("status %d, %s%s", status, stdout, stderr)
	}
}

func TestAMergeDoesNotTakeFlagsOfAHunt(t *testing.T) {
	status, _, stderr := command(t.Context(), program(), "", false, "hunt", "--merge", "-", "--seeds", "7", "--without", "batching", "--json")
	if status != StatusMisuse || !strings.Contains(stderr, "--seeds --without with --merge") {
		t.Errorf("status %d, %s", status, stderr)
	}
}
