package wrong

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"raftarium/tests/exercises/catalog"
	"raftarium/tests/exercises/lab"
)

var whole = flag.Bool("all", false, "run all tests of the exercises on the wrong solutions, and log what each loses")

// last is the last exercise in which something is programmed; then bugs are found.
const last = 9

// least is how many wrong solutions each exercise has.
const least = 5

// Each wrong solution loses points in the tests that are there for it, with a reason
// that says what is wrong, and not in others.
func TestWrongSolutionsLosePointsWhereTheyShould(t *testing.T) {
	b := newBuilder(t)
	for _, e := range catalog.All() {
		if e.Number > last {
			continue
		}
		list, err := Of(e.Name)
		if err != nil {
			t.Error(err)
			continue
		}
		if len(list) < least {
			t.Errorf("%s has %d wrong solutions, fewer than %d", e.Name, len(list), least)
		}
		for i := range list {
			b.add(&e, &list[i])
		}
	}
	program := b.build()
	var wg sync.WaitGroup
	ready := make(chan int)
	for range 2 {
		wg.Go(func() {
			for i := range ready {
				b.tasks[i].grade(t, program)
			}
		})
	}
	for i := range b.tasks {
		ready <- i
	}
	close(ready)
	wg.Wait()
}

// task is a wrong solution to be graded.
type task struct {
	exercise lab.Exercise
	solution *Solution
	sources  []string
}

// unreadable is what no reason has: sentences that run into each other, times to the
// nanosecond, and a question about waiting behind a violation, which has its own reason.
var unreadable = regexp.MustCompile(`[?.][.:;]|:: |%!|\.\d{4,}m?s|still waits.* is violated|is violated.*\. (Does|No server)`)

// grade runs the tests of which the solution speaks, as `raftarium grade` does.
func (k *task) grade(t *testing.T, program string) {
	s := k.solution
	where := s.Exercise + "/" + s.Name
	o := lab.Options{Sources: k.sources, Only: slices.Clone(s.Keeps)}
	for _, l := range s.Loses {
		o.Only = append(o.Only, l.Test)
	}
	if *whole {
		o.Only = nil
	}
	results, err := lab.Supervise(t.Context(), &k.exercise, lab.Process{
		Program: program, Args: []string{s.Exercise, s.Name}, Dir: t.TempDir(),
		// Patience is by the clock, and the machine may be busy with other tests.
		Limits: lab.Limits{Memory: 512 << 20, Patience: patience(s)},
	}, o)
	if err != nil {
		t.Errorf("%s: %v", where, err)
		return
	}
	for _, res := range results {
		if found := unreadable.FindString(res.Reason); found != "" {
			t.Errorf("%s: %s has %q in its reason: %s", where, res.Name, found, res.Reason)
		}
		i := slices.IndexFunc(s.Loses, func(l Loss) bool { return l.Test == res.Name })
		switch {
		case i >= 0 && res.Passed:
			t.Errorf("%s keeps the points of %s. %s", where, res.Name, s.Why)
		case i >= 0 && !strings.Contains(res.Reason, s.Loses[i].Says):
			t.Errorf("%s: %s does not say %q, but: %s", where, res.Name, s.Loses[i].Says, res.Reason)
		case !res.Passed && slices.Contains(s.Keeps, res.Name):
			t.Errorf("%s loses the points of %s, which asks for something else: %s", where, res.Name, res.Reason)
		case !res.Passed && *whole:
			t.Logf("%s loses %s, seed %d: %s", where, res.Name, res.Seed, res.Reason)
		}
	}
	for _, l := range s.Loses {
		if !slices.ContainsFunc(results, func(r lab.Result) bool { return r.Name == l.Test }) {
			t.Errorf("%s: %s has no test %s", where, s.Exercise, l.Test)
		}
	}
}

// patience is short where a solution is there to use it up.
func patience(s *Solution) time.Duration {
	if slices.ContainsFunc(s.Loses, func(l Loss) bool { return strings.Contains(l.Says, "did not come to an end") }) {
		return time.Second
	}
	return time.Minute
}

// builder puts all wrong solutions into one program: to compile and link each as the
// program that it is would take minutes.
type builder struct {
	t       *testing.T
	temp    string
	here    string
	hello   []byte
	replace map[string]string
	table   bytes.Buffer
	imports bytes.Buffer
	tasks   []task
}

func newBuilder(t *testing.T) *builder {
	t.Helper()
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	hello, err := os.ReadFile(filepath.Join("..", "00-hello", "node.go"))
	if err != nil {
		t.Fatal(err)
	}
	return &builder{t: t, temp: t.TempDir(), here: here, hello: hello, replace: map[string]string{}}
}

// add takes in a solution, as a package of its own below that of the program.
func (b *builder) add(e *lab.Exercise, s *Solution) {
	b.t.Helper()
	pkg := fmt.Sprintf("wrong%d", len(b.tasks))
	files, err := s.Files(e.Number, pkg, b.hello)
	if err != nil {
		b.t.Error(err)
		return
	}
	if len(s.Loses) == 0 || s.Why == "" || len(s.Edits) == 0 {
		b.t.Errorf("%s.txt, %s: it changes nothing, loses nothing, or does not say what the student thinks", e.Name, s.Name)
	}
	k := task{exercise: *e, solution: s}
	folder := filepath.Join(b.temp, e.Name, s.Name)
	if err := os.MkdirAll(folder, 0o777); err != nil {
		b.t.Fatal(err)
	}
	for name, text := range files {
		file := filepath.Join(folder, name)
		if err := os.WriteFile(file, text, 0o666); err != nil {
			b.t.Fatal(err)
		}
		b.replace[filepath.Join(b.here, "program", e.Name, s.Name, name)] = file
		k.sources = append(k.sources, file)
	}
	slices.Sort(k.sources)
	b.tasks = append(b.tasks, k)
	fmt.Fprintf(&b.imports, "import %s \"raftarium/tests/exercises/wrong/program/%s/%s\"\n", pkg, e.Name, s.Name)
	code := "Raft: " + pkg + ".Node()"
	if _, ok := files["server.go"]; ok {
		code = "Server: " + pkg + ".Server(), Client: " + pkg + ".Client()"
	}
	fmt.Fprintf(&b.table, "\tsolutions[%q] = cluster.Code{%s}\n", e.Name+"/"+s.Name, code)
}

// build builds the program, and returns its name.
func (b *builder) build() string {
	b.t.Helper()
	table := filepath.Join(b.temp, "table.go")
	text := "package main\n\nimport \"raftarium/netsim/cluster\"\n" + b.imports.String() + "\nfunc init() {\n" + b.table.String() + "}\n"
	if err := os.WriteFile(table, []byte(text), 0o666); err != nil {
		b.t.Fatal(err)
	}
	b.replace[filepath.Join(b.here, "program", "table.go")] = table
	overlay := filepath.Join(b.temp, "overlay.json")
	list, err := json.Marshal(map[string]any{"Replace": b.replace})
	if err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(overlay, list, 0o666); err != nil {
		b.t.Fatal(err)
	}
	program := filepath.Join(b.temp, "program.exe")
	cmd := exec.CommandContext(b.t.Context(), "go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-overlay", overlay, "-o", program, "./program")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off")
	if said, err := cmd.CombinedOutput(); err != nil {
		b.t.Fatalf("the wrong solutions do not compile: %v\n%s", err, said)
	}
	return program
}

// An edit of which the reference has lost its text would change nothing.
func TestAnEditThatDoesNotFitIsAnError(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"gone":     {"== a\nwhy\nin node.go\n-\tthere is no such line\n+x\nloses t: x\n", "0 times"},
		"twice":    {"== a\nwhy\nin node.go\n-}\n+x\nloses t: x\n", "times, not once"},
		"no file":  {"== a\nwhy\nin nothing.go\n-}\n+x\nloses t: x\n", "no file nothing.go"},
		"nowhere":  {"== a\nwhy\n-}\n", "`in FILE`"},
		"no old":   {"== a\nwhy\nin node.go\n+}\n", "lines with a minus first"},
		"no piece": {"== a\nwhy\nloses t\n", "loses TEST: WHAT"},
		"no name":  {"why\n", "begins with =="},
		"odd name": {"== A b\n", "no name of a solution"},
		"chatter":  {"== a\nwhy\nand more\n", "none of in"},
	} {
		t.Run(name, func(t *testing.T) {
			all, err := parse("01-election", c.text)
			if err == nil {
				_, err = all[0].Files(1, "main", nil)
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("the error is %v, it does not say %q", err, c.want)
			}
		})
	}
}
