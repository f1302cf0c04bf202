package handout

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"raftarium/netsim/cluster/bug"
	"raftarium/tests/exercises/10-find-the-bug/judge"
)

const root = "../../../.."

func write(t *testing.T, with ...int) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "course")
	if err := Write(root, dir, with); err != nil {
		t.Fatal(err)
	}
	return dir
}

func goTool(t *testing.T, dir string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir = dir
	// Where it lies is trimmed, so that what was compiled once serves all handouts, and
	// the grading of submissions, too.
	cmd.Env = append(os.Environ(), "GOWORK=off", "CGO_ENABLED=0", "GOFLAGS="+os.Getenv("GOFLAGS")+" -trimpath")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// bodies are the functions of a folder that say something: of more than a few lines,
// each as one text, by name.
func bodies(t *testing.T, dir string) map[string]string {
	t.Helper()
	found := map[string]string{}
	set := token.NewFileSet()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files in %s: %v", dir, err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(set, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Body != nil && len(fn.Body.List) >= 2 {
				var b bytes.Buffer
				if err := printer.Fprint(&b, set, fn.Body); err != nil {
					t.Fatal(err)
				}
				if bytes.Count(b.Bytes(), []byte("\n")) > 5 {
					found[filepath.Base(name)+": "+fn.Name.Name] = squeeze(b.String())
				}
			}
		}
	}
	return found
}

// squeeze takes out what formatting may change.
func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }

// texts are all Go files below a folder, without their comments.
func texts(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go") {
			return err
		}
		set := token.NewFileSet()
		f, err := parser.ParseFile(set, name, nil, 0)
		if err != nil {
			return err
		}
		var b bytes.Buffer
		if err := printer.Fprint(&b, set, f); err != nil {
			return err
		}
		rel, _ := filepath.Rel(dir, name)
		all[filepath.ToSlash(rel)] = squeeze(b.String())
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// secrets are the folders of the checkout that hold what students shall write.
var secrets = []string{"raft/core", "kv/server", "kv/client", "tests/secondnode", "tests/exercises/reference/node", "tests/exercises/reference/service"}

func TestNothingOfTheAlgorithmIsHandedOut(t *testing.T) {
	dir := write(t)
	handed := texts(t, dir)
	if len(handed) < 100 {
		t.Fatalf("only %d files were handed out", len(handed))
	}
	for _, secret := range secrets {
		if _, err := os.Stat(filepath.Join(dir, secret)); err == nil {
			t.Errorf("%s was handed out", secret)
		}
		found := bodies(t, filepath.Join(root, secret))
		if len(found) < 3 {
			t.Fatalf("only %d functions found in %s", len(found), secret)
		}
		for fn, body := range found {
			for name, text := range handed {
				if strings.Contains(text, body) {
					t.Errorf("%s has %s of %s", name, fn, secret)
				}
			}
		}
	}
	for name, text := range handed {
		for _, secret := range append([]string{"tests/exercises/reference"}, secrets...) {
			if strings.Contains(text, `"raftarium/`+secret+`"`) {
				t.Errorf("%s imports %s", name, secret)
			}
		}
	}
}

// Of the seeded bugs students get what was noticed and what happened, and nothing from
// which to read what is wrong.
func TestTheAnswersAboutTheBugsAreNotHandedOut(t *testing.T) {
	dir := write(t)
	code := judge.Code()
	if len(code.Bugs) < 25 {
		t.Fatalf("there are %d bugs", len(code.Bugs))
	}
	if _, err := os.Stat(filepath.Join(dir, "tests/bugs")); err == nil {
		t.Error("tests/bugs was handed out")
	}
	exercise := filepath.Join(dir, "tests/exercises/10-find-the-bug")
	for i := range code.Bugs {
		b := &code.Bugs[i]
		for _, name := range []string{"README.md", "scenario.txt", "trace.txt", "trace.jsonl"} {
			text, err := os.ReadFile(filepath.Join(exercise, "bugs", b.Name, name))
			if err != nil || len(text) == 0 {
				t.Errorf("%s has no %s: %v", b.Name, name, err)
			}
			if name == "trace.txt" && !strings.Contains(string(text), "(caused by event ") {
				t.Errorf("the trace of %s tells no causes", b.Name)
			}
			if strings.Contains(string(text), b.Rule) {
				t.Errorf("%s of %s names its rule", name, b.Name)
			}
		}
	}
	// What the checkers saw, and where the trace ends, is what an answer goes by, though
	// a run may go on a little until somebody can know: a stall shows when time is over.
	for i := range code.Bugs {
		b := &code.Bugs[i]
		s, err := bug.Solve(code, b)
		if err != nil {
			t.Fatal(err)
		}
		readme, trace := "", ""
		for name, text := range map[string]*string{"README.md": &readme, "trace.txt": &trace} {
			data, err := os.ReadFile(filepath.Join(exercise, "bugs", b.Name, name))
			if err != nil {
				t.Fatal(err)
			}
			*text = string(data)
		}
		if want := fmt.Sprintf("saw it in event %d, at %v,", s.Violation.Event, s.Violation.At); !strings.Contains(readme, want) {
			t.Errorf("the README of %s does not say that the checkers %s:\n%s", b.Name, want, readme)
		}
		lines := strings.Split(strings.TrimSpace(trace), "\n")
		if last := lines[len(lines)-1]; !strings.HasPrefix(last, fmt.Sprintf("event %d,", s.Violation.Event)) {
			t.Errorf("the trace of %s ends with %q, not with event %d", b.Name, last, s.Violation.Event)
		}
	}
	// Elsewhere no line, and no sentence of a few lines, has both a bug and its rule.
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.Contains(name, "node_modules") {
			return err
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if strings.Contains(string(data), `"raftarium/tests/bugs`) {
			t.Errorf("%s imports the catalogue", name)
		}
		lines := strings.Split(string(data), "\n")
		for i := range code.Bugs {
			b := &code.Bugs[i]
			quoted := `"` + b.Name + `"`
			if !bytes.Contains(data, []byte(quoted)) {
				continue
			}
			for k := range lines {
				near := strings.Join(lines[max(k-2, 0):min(k+3, len(lines))], "\n")
				if strings.Contains(lines[k], quoted) && strings.Contains(near, `"`+b.Rule+`"`) {
					t.Errorf("%s:%d has %s and its rule", name, k+1, b.Name)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	out, err := goTool(t, dir, "run", "-tags=headless", "./tests/exercises/10-find-the-bug", "check", "--tests", code.Bugs[0].Name)
	if err == nil || !strings.Contains(out, "nothing was answered") {
		t.Errorf("check of the skeleton: %v\n%s", err, out)
	}
	answered := "package main\n\nvar answers = map[string]answer{\n\"" + code.Bugs[0].Name + "\": {\"log matching\", 3, \"batching\"},\n}\n"
	for _, c := range []struct{ from, to, says string }{
		{"", "", "your course grades that"},
		{"batching", "batchin", `did you mean "batching"?`},
	} {
		text := strings.Replace(answered, c.from, c.to, 1)
		if err := os.WriteFile(filepath.Join(exercise, "answers.go"), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		out, err := goTool(t, dir, "run", "-tags=headless", "./tests/exercises/10-find-the-bug", "check", "--tests", code.Bugs[0].Name)
		if err == nil || !strings.Contains(out, c.says) {
			t.Errorf("check: %v\n%s", err, out)
		}
	}
}

// With some references named, those are there, and nothing of the others.
func TestOnlyTheReferencesThatAreNamedAreHandedOut(t *testing.T) {
	dir := write(t, 1, 2)
	list, err := os.ReadDir(filepath.Join(dir, "tests/exercises/reference"))
	if err != nil || len(list) != 2 || list[0].Name() != "01-election" || list[1].Name() != "02-replication" {
		t.Fatalf("the references are %v, error %v", list, err)
	}
	handed := texts(t, dir)
	later := map[string]string{}
	for _, part := range []string{"persistence.go", "backup.go", "snapshots.go", "reads.go", "membership.go"} {
		for fn, body := range bodies(t, filepath.Join(root, "tests/exercises/reference/node")) {
			if strings.HasPrefix(fn, part) {
				later[fn] = body
			}
		}
	}
	if len(later) < 8 {
		t.Fatalf("only %d functions found", len(later))
	}
	for fn, body := range later {
		for name, text := range handed {
			if strings.Contains(text, body) {
				t.Errorf("%s has %s", name, fn)
			}
		}
	}
}

// It builds, and what students begin with runs.
func TestTheHandoutBuildsAndRuns(t *testing.T) {
	dir := write(t, 2, 7)
	for _, args := range [][]string{
		{"vet", "./raft", "./kv", "./netsim/...", "./cmd/...", "./tests/...", "./viz/app"},
		{"test", "./tests/exercises/00-hello", "./tests/exercises/10-find-the-bug"},
		{"run", "-tags=headless", "./tests/exercises/00-hello", "check"},
	} {
		if out, err := goTool(t, dir, args...); err != nil {
			t.Errorf("go %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
	// Who skips an exercise begins with its reference, and has what it gives.
	if out, err := goTool(t, dir, "run", "-tags=headless", "./tests/exercises/03-persistence", "start", "--from", "reference"); err != nil {
		t.Fatalf("start: %v\n%s", err, out)
	}
	out, err := goTool(t, dir, "test", "./tests/exercises/03-persistence")
	if err == nil || !strings.Contains(out, "acknowledged means durable") {
		t.Errorf("exercise 3 with the reference for 2: %v\n%s", err, out)
	}
	out, err = goTool(t, dir, "run", "-tags=headless", "./tests/exercises/01-election", "check")
	if err == nil || !strings.Contains(out, "No server ever stood for election") {
		t.Errorf("exercise 1 as it is given: %v\n%s", err, out)
	}
}

func TestAFolderThatIsNotEmptyIsLeftAlone(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "mine"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := Write(root, dir, nil); err == nil || !strings.Contains(err.Error(), "is not empty") {
		t.Errorf("the error is %v", err)
	}
}

func TestReferencesThatThereAreNotAreRefused(t *testing.T) {
	for _, word := range []string{"0", "10", "-1", "x", ""} {
		if list, err := numbers([]string{"1", word}); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("found %q, but there are references for the exercises 1 to 9", word)) {
			t.Errorf("--with 1,%s is %v, %v", word, list, err)
		}
	}
	if list, err := numbers([]string{"1", " 9"}); err != nil || len(list) != 2 || list[1] != 9 {
		t.Errorf("--with 1,9 is %v, %v", list, err)
	}
}
