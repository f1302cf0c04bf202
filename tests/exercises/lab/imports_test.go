package lab

import (
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWhatAFileMayImport(t *testing.T) {
	for _, c := range []struct{ exercise, text, want string }{
		{"01-election", `import ("fmt"; "slices"; "log"; "runtime"; "raftarium/raft")`, ""},
		{"06-service", `import ("raftarium/kv"; "raftarium/raft"; "raftarium/tests/exercises/course"); func Node() raft.Implementation { return course.Raft() }`, ""},
		{"07-exactly-once", `import c "raftarium/tests/exercises/course"; var _ = c.Raft`, ""},
		{"07-exactly-once", `import c "raftarium/tests/exercises/course"; var server, _ = c.Service()`, "uses c.Service, but"},
		{"06-service", `import . "raftarium/tests/exercises/course"; var server, _ = Service()`, "uses all of it, but"},
		{"02-replication", `import "raftarium/tests/exercises/course"`, "has what is to be written in 02-replication"},
		{"01-election", `import "os/exec"`, "imports os/exec, but a machine does nothing outside"},
		{"01-election", `import "net"`, "imports net, but"},
		{"01-election", `import "runtime/debug"`, "imports runtime/debug, but"},
		{"01-election", `import "C"`, "imports C, but"},
		{"01-election", `import "github.com/somebody/raft"`, "imports github.com/somebody/raft: an exercise may import"},
		{"01-election", `import "raftarium/raft/core"`, "imports raftarium/raft/core: an exercise may import"},
	} {
		f, err := parser.ParseFile(token.NewFileSet(), "node.go", "package main\n"+c.text+"\n", parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		if got := MayNotImport(f, c.exercise); got != c.want && (c.want == "" || !strings.Contains(got, c.want)) {
			t.Errorf("%s: %s: %q, want %q", c.exercise, c.text, got, c.want)
		}
	}
}

// What `check` says before anybody grades it.
func TestAFileThatIsRefusedIsNamed(t *testing.T) {
	dir := t.TempDir()
	var files []string
	for name, text := range map[string]string{
		"broken.go": "this is no Go", "good.go": "package main\nimport \"fmt\"\n", "node.go": "package main\nimport \"os\"\n", "not-there.go": "",
	} {
		name = filepath.Join(dir, name)
		if files = append(files, name); text == "" {
			continue
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if got := Refused(files, "01-election"); !strings.HasPrefix(got, "node.go imports os, but") {
		t.Errorf("it says %q", got)
	}
	if got := Refused([]string{filepath.Join(dir, "good.go")}, "01-election"); got != "" {
		t.Errorf("of a good file it says %q", got)
	}
}
