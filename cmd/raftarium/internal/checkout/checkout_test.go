package checkout

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
)

func TestEditedFilesOfStudentsAreListedAndNoOthers(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		if os.Getenv("RAFTARIUM_REQUIRE_GIT") != "" {
			t.Fatal(err)
		}
		t.Skip("there is no git (RAFTARIUM_REQUIRE_GIT=1 makes that an error)")
	}
	repository := t.TempDir()
	root := filepath.Join(repository, "below")
	git := func(args ...string) {
		t.Helper()
		c := exec.Command("git", append([]string{"-c", "user.name=x", "-c", "user.email=x@example.org"}, args...)...)
		c.Dir = repository
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	write := func(text string) {
		t.Helper()
		for _, name := range []string{
			"01-election/node.go", "01-election/main.go", "01-election/README.md", "01-election/exam/exam.go", "02-replication/node.go", "lab/lab.go",
		} {
			name = filepath.Join(root, "tests", "exercises", name)
			if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
	write("as given\n")
	if got := Edited(root, ""); got != nil {
		t.Errorf("outside of a repository: %v", got)
	}
	git("init", "-q")
	git("add", ".")
	git("commit", "-qm", "given")
	if got := Edited(root, ""); got != nil {
		t.Errorf("nothing was edited: %v", got)
	}
	write("edited\n")
	if got := Edited(root, ""); !slices.Equal(got, []string{"01-election/node.go", "02-replication/node.go"}) {
		t.Errorf("edited: %v", got)
	}
	if got := Edited(root, "02-replication"); !slices.Equal(got, []string{"02-replication/node.go"}) {
		t.Errorf("of exercise 2: %v", got)
	}
}
