package grade

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"raftarium/netsim/cluster/bug"
	"raftarium/tests/exercises/10-find-the-bug/judge"
	"raftarium/tests/exercises/catalog"
	"raftarium/tests/exercises/lab"
	"raftarium/tests/exercises/reference"
)

// submit writes a submission with the reference of one exercise in the folder of
// another, changed.
func submit(t *testing.T, name string, folders map[string]int, change func(file, text string) string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), name)
	for folder, number := range folders {
		files, err := reference.Files(number, "main")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(filepath.Join(dir, folder), 0o777); err != nil {
			t.Fatal(err)
		}
		if number == 6 || number == 7 {
			files["raft.go"] = []byte("package main\n\nimport (\n\t\"raftarium/raft\"\n\t\"raftarium/tests/exercises/course\"\n)\n\nfunc Node() raft.Implementation { return course.Raft() }\n")
		}
		for file, text := range files {
			if change != nil {
				text = []byte(change(file, string(text)))
			}
			if err := os.WriteFile(filepath.Join(dir, folder, file), text, 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
	return dir
}

// replace changes a line of node.go, which must be there.
func replace(t *testing.T, in, old, by string) func(file, text string) string {
	return func(file, text string) string {
		if file != in {
			return text
		}
		if !strings.Contains(text, old) {
			t.Fatalf("%s has no %q any more", in, old)
		}
		return strings.Replace(text, old, by, 1)
	}
}

func grade(t *testing.T, o Options) []Submission {
	t.Helper()
	if o.Scenarios == "" {
		o.Scenarios = t.TempDir()
	}
	all, err := Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// What one submission does wrong costs nobody else anything.
func TestAHostileSubmissionHurtsOnlyItself(t *testing.T) {
	const stand = "func (n *node) stand(out *raft.Effects) {\n"
	in := map[string]int{"01-election": 1}
	hostile := []struct{ name, file, old, by, want string }{
		{"garbage", "node.go", "package main", "package main\nthis is no Go", "it does not compile: node.go:2:1: syntax error"},
		{"undefined", "node.go", "type node struct {", "var _ = nothingOfTheKind\n\ntype node struct {", "undefined: nothingOfTheKind"},
		{"borrowed", "node.go", "import (", "import (\n_ \"raftarium/raft/core\"", "imports raftarium/raft/core"},
		{"hangs", "election.go", stand, stand + "\tfor {\n\t}\n", "did not come to an end"},
		{"blocks", "election.go", stand, stand + "\tselect {}\n", "did not come to an end"},
		{"panics", "election.go", stand, stand + "\tpanic(\"oh no\")\n", "panic: oh no"},
		{"exits", "election.go", "import (", "import (\n\t\"log\"", "ended with exit status 1"},
		{"leaves", "node.go", "import (", "import (\n\t\"os\"", "node.go imports os, but a machine does nothing outside"},
		{"writes", "node.go", "import (", "import (\n\t\"os/exec\"", "node.go imports os/exec, but a machine does nothing outside"},
		{"links", "node.go", "import (", "import (\n\t_ \"unsafe\"", "node.go imports unsafe, but a machine does nothing outside"},
		{"has it done", "node.go", "import (", "import (\n\t_ \"raftarium/tests/exercises/course\"", "which has what is to be written in 01-election"},
		{"eats at once", "node.go", "type node struct {", "var _ = func() (eaten [][]byte) { for { eaten = append(eaten, make([]byte, 1<<20)) } }()\n\ntype node struct {", "more than 200 MB of memory"},
		{"never begins", "node.go", "type node struct {", "var _ = func() int { for {} }()\n\ntype node struct {", "it did not begin with the tests within"},
		{"prints", "election.go", "import (", "import (\n\t\"fmt\"", "did not come to an end"},
		{"eats", "election.go", stand, "var eaten [][]byte\n\n" + stand + "\tfor {\n\t\teaten = append(eaten, make([]byte, 1<<20))\n\t}\n", "more than 200 MB of memory"},
		{"recurses", "election.go", stand, "func deep(n int) int { return deep(n+1) + 1 }\n\n" + stand + "\t_ = deep(0)\n", "more than 200 MB of memory"},
		{"exits at once", "node.go", "type node struct {", "func init() { panic(\"not even begun\") }\n\ntype node struct {", "not even begun"},
	}
	var dirs []string
	for _, h := range hostile {
		change := replace(t, h.file, h.old, h.by)
		dirs = append(dirs, submit(t, h.name, in, func(file, text string) string {
			text = change(file, text)
			if file == h.file && h.name == "exits" {
				text = strings.Replace(text, stand, stand+"\tlog.Fatal(\"no more\")\n", 1)
			}
			if file == h.file && h.name == "prints" {
				text = strings.Replace(text, stand, stand+"\tfor {\n\t\tfmt.Println(\"and again\")\n\t}\n", 1)
			}
			return text
		}))
	}
	// Only who never begins, or ends, is waited for a short time for that: on a machine that has
	// much else to do, processes start and memory fills slowly.
	var ends, endless, never []string
	for i, h := range hostile {
		switch {
		case h.name == "never begins":
			never = append(never, dirs[i])
		case h.want == "did not come to an end":
			endless = append(endless, dirs[i])
		default:
			ends = append(ends, dirs[i])
		}
	}
	ends = append(ends, submit(t, "honest", in, nil))
	graded := map[string]Submission{}
	for _, group := range []struct {
		dirs            []string
		patience, start time.Duration
	}{{endless, time.Second, time.Minute}, {never, time.Minute, 100 * time.Millisecond}, {ends, time.Minute, time.Minute}} {
		for _, s := range grade(t, Options{
			Dirs: group.dirs, Exercises: []string{"01-election"}, Jobs: 3,
			Limits: lab.Limits{Memory: 200 << 20, Time: 2 * time.Minute, Patience: group.patience, Start: group.start},
		}) {
			graded[s.Name] = s
		}
	}
	for _, h := range hostile {
		s := graded[h.name]
		if s.Name != h.name || s.Points != 0 || s.Of == 0 {
			t.Errorf("%s: %d of %d points as %q", h.name, s.Points, s.Of, s.Name)
		}
		if !strings.Contains(s.Tests[0].Reason, h.want) {
			t.Errorf("%s: the reason is %q, it does not say %q", h.name, s.Tests[0].Reason, h.want)
		}
	}
	if s := graded["honest"]; s.Points != s.Of || s.Of == 0 {
		t.Errorf("an honest submission among them has %d of %d points: %+v", s.Points, s.Of, s.Tests)
	}
}

// Only what lies in the submission is taken: a link may lead to somebody else's work,
// or to a file that only the staff can read.
func TestLinksAreRefused(t *testing.T) {
	const name = "01-election"
	honest := submit(t, "honest", map[string]int{name: 1}, nil)
	file, folder, gone := t.TempDir(), t.TempDir(), t.TempDir()
	if err := os.CopyFS(filepath.Join(file, name), os.DirFS(filepath.Join(honest, name))); err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{
		os.Rename(filepath.Join(file, name, "node.go"), filepath.Join(file, "elsewhere.go")),
		os.Symlink(filepath.Join("..", "elsewhere.go"), filepath.Join(file, name, "node.go")),
		os.Symlink(filepath.Join(honest, name), filepath.Join(folder, name)),
		os.Symlink("nowhere", filepath.Join(gone, name)),
	} {
		if err != nil && runtime.GOOS == "windows" {
			t.Skip("Windows makes links for some only: ", err)
		} else if err != nil {
			t.Fatal(err)
		}
	}
	all := grade(t, Options{Dirs: []string{file, folder, gone}, Exercises: []string{name}})
	for i, want := range []string{
		"node.go is a link, and links are not followed: hand in the file itself",
		name + " is a link, and links are not followed: hand in the folder itself",
		name + " is a link, and links are not followed: hand in the folder itself",
	} {
		for _, test := range all[i].Tests {
			if test.Passed || test.Reason != want {
				t.Errorf("%s: %d points, %q; want %q", test.Name, test.Points, test.Reason, want)
			}
		}
	}
	if err := checkDirs([]string{folder, gone}); err != nil {
		t.Error(err)
	}
	// A folder that the staff names may be a link.
	named := filepath.Join(t.TempDir(), "named")
	if err := os.Symlink(honest, named); err != nil {
		t.Fatal(err)
	}
	if s := grade(t, Options{Dirs: []string{named}, Exercises: []string{name}})[0]; s.Points != s.Of || s.Name != "named" {
		t.Errorf("%s has %d of %d points: %+v", s.Name, s.Points, s.Of, s.Tests)
	}
}

// A file is not read because it is there.
func TestFilesThatAreNoneAreRefused(t *testing.T) {
	const name = "01-election"
	huge := submit(t, "huge", map[string]int{name: 1}, nil)
	if err := os.Truncate(filepath.Join(huge, name, "node.go"), 1<<40); err != nil {
		if runtime.GOOS == "windows" {
			t.Skip("Windows wants room for a file of nothing: ", err)
		}
		t.Fatal(err)
	}
	folder := submit(t, "folder", map[string]int{name: 1}, nil)
	if err := os.Mkdir(filepath.Join(folder, name, "more.go"), 0o777); err != nil {
		t.Fatal(err)
	}
	many := submit(t, "many", map[string]int{name: 1}, nil)
	for i := range maxFiles {
		if err := os.WriteFile(filepath.Join(many, name, fmt.Sprintf("f%d.go", i)), []byte("package main\n"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	all := grade(t, Options{Dirs: []string{huge, folder, many}, Exercises: []string{name}})
	for i, want := range []string{"node.go has 1099511627776 bytes", "more.go is no regular file", "Go files; the most is "} {
		if got := all[i].Tests[0].Reason; !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", all[i].Name, got, want)
		}
	}
}

// Bounds in processor time of what runs students' code, which a busy machine does not
// lengthen much: of one exercise, so that students run it again and again, and of all.
const (
	mostOfOne = 2 * time.Second
	mostOfAll = 10 * time.Second
)

// The reference for each exercise, which lacks what later ones add, has full points
// there, and loses some in the next one. Neither takes long.
func TestEachExerciseAsksForItsOwnPart(t *testing.T) {
	own, behind := map[string]int{}, map[string]int{}
	for _, e := range catalog.All() {
		if e.Number == 0 || e.Number == bugsNumber {
			continue // nothing is to be written, or no Raft
		}
		own[e.Name] = e.Number
		switch e.Number {
		case 1, 6:
		case 8:
			behind[e.Name] = 5
		default:
			behind[e.Name] = e.Number - 1
		}
	}
	ours := submit(t, "own", own, nil)
	given := filepath.Join("..", "..", "..", "..", "tests", "exercises", "00-hello")
	if err := os.CopyFS(filepath.Join(ours, "00-hello"), os.DirFS(given)); err != nil {
		t.Fatal(err)
	}
	right, _ := answers(t)
	answer(t, ours, right)
	var mu sync.Mutex
	used := map[string]time.Duration{}
	all := grade(t, Options{
		Dirs: []string{ours, submit(t, "behind", behind, nil)},
		Ended: func(submission, exercise string, p *os.ProcessState) {
			mu.Lock()
			defer mu.Unlock()
			took := p.UserTime() + p.SystemTime()
			used[submission] += took
			used[submission+", "+exercise] += took
		},
	})
	if all[0].Points != all[0].Of {
		t.Errorf("the reference has %d of %d points", all[0].Points, all[0].Of)
	}
	for _, test := range all[0].Tests {
		if !test.Passed {
			t.Errorf("%s, %s: %s", test.Exercise, test.Name, test.Reason)
		}
	}
	lost := map[string]bool{}
	for _, test := range all[1].Tests {
		lost[test.Exercise] = lost[test.Exercise] || !test.Passed
		if !test.Passed && behind[test.Exercise] != 0 {
			t.Logf("%s, %s: %s", test.Exercise, test.Name, test.Reason)
		}
	}
	for name, number := range behind {
		if !lost[name] {
			t.Errorf("%s is passed with the parts of exercise %d", name, number)
		}
	}
	if n := len(own) + len(behind) + 2 + 2; len(used) != n {
		t.Errorf("the time of %d exercises and submissions was measured, want %d: %v", len(used), n, used)
	}
	for what, took := range used {
		t.Logf("%-28s %v", what, took.Round(10*time.Millisecond))
		most := mostOfAll
		if strings.Contains(what, ", ") {
			most = mostOfOne
		}
		if took > most {
			t.Errorf("%s takes %v of processor time, more than %v", what, took, most)
		}
	}
}

// bugsNumber is the exercise about seeded bugs, bugsName its folder.
const (
	bugsNumber = 10
	bugsName   = "10-find-the-bug"
)

// answers are the entries of a file with the right answers about all seeded bugs, and
// of one that names no rules.
func answers(t *testing.T) (right, half string) {
	t.Helper()
	code := judge.Code()
	for i := range code.Bugs {
		s, err := bug.Solve(code, &code.Bugs[i])
		if err != nil {
			t.Fatal(err)
		}
		right += fmt.Sprintf("\t%q: {%q, %d, %q},\n", code.Bugs[i].Name, s.Violation.Property, s.First.ID, s.Rule.Name)
		half += fmt.Sprintf("\t%q: {property: %q, event: %d},\n", code.Bugs[i].Name, s.Violation.Property, s.First.ID)
	}
	return right, half
}

// answer writes answers into a submission.
func answer(t *testing.T, dir, list string) {
	t.Helper()
	folder := filepath.Join(dir, bugsName)
	if err := os.MkdirAll(folder, 0o777); err != nil {
		t.Fatal(err)
	}
	text := "package main\n\nvar answers = map[string]answer{\n" + list + "}\n"
	if err := os.WriteFile(filepath.Join(folder, "answers.go"), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// Answers about the seeded bugs are graded part by part, with the command that shows
// the bug.
func TestAnswersAreGradedInParts(t *testing.T) {
	right, half := answers(t)
	dirs := []string{filepath.Join(t.TempDir(), "right"), filepath.Join(t.TempDir(), "half done")}
	answer(t, dirs[0], right)
	answer(t, dirs[1], half)
	mistyped := filepath.Join(t.TempDir(), "mistyped")
	answer(t, mistyped, "\t\"anchovi\": {\"safe\", 1, \"batchin\"},\n\t\"barbel\": {\"log matchin\", 1, \"batchin\"},\n")
	dirs = append(dirs, mistyped)
	count := len(judge.Code().Bugs)
	scenarios := filepath.Join(t.TempDir(), "sp ace")
	all := grade(t, Options{Dirs: dirs, Exercises: []string{bugsName}, Scenarios: scenarios})
	if all[0].Points != all[0].Of || all[0].Of != bug.Points*count {
		t.Errorf("the right answers have %d of %d points: %+v", all[0].Points, all[0].Of, all[0].Tests)
	}
	for name, want := range map[string]string{
		"anchovy": `nothing was answered; no bug has the name "anchovi", under which there is an answer`,
		"barbel":  `the property is not right: found "log matchin", but no property has that name; did you mean "log matching"?`,
	} {
		if i := slices.IndexFunc(all[2].Tests, func(r Test) bool { return r.Name == name }); i < 0 || !strings.Contains(all[2].Tests[i].Reason, want) {
			t.Errorf("%s: %+v, want %q", name, all[2].Tests, want)
		}
	}
	if want := (bug.Points - bug.PointsRule) * count; all[1].Points != want {
		t.Errorf("without the rules there are %d points, want %d", all[1].Points, want)
	}
	for _, test := range all[1].Tests {
		// The command is pasted into a shell.
		replay := fmt.Sprintf("go run ./cmd/raftarium try 'half done' %s '%s' --at %s", bugsName,
			filepath.Join(scenarios, "half done", bugsName, fmt.Sprintf("%s-seed%d.raft", test.Name, test.Seed)), test.At)
		if test.Passed || !strings.Contains(test.Reason, "the rule is not right") || strings.Replace(test.Replay, dirs[1], "half done", 1) != replay {
			t.Errorf("%s: %+v", test.Name, test.Result)
		}
	}
}

func TestReportsHaveWhatTheyPromise(t *testing.T) {
	one := lab.Result{Name: "one", What: "it leads", Points: 1, Of: 1, Passed: true}
	two := lab.Result{Name: "two", What: "it <stays>", Of: 2, Reason: "s1 & s2 lead", Seed: 7, Replay: "see it", Scenario: "servers 3\n"}
	all := []Submission{{
		Name: "alice", Points: 1, Of: 3,
		Exercises: []Exercise{summed("01-election", []lab.Result{one, two})},
		Tests:     []Test{{"01-election", one}, {"01-election", two}},
	}}
	text, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"submission":"alice"`, `"points":1`, `"of":3`, `"name":"two"`, `"passed":false`, `"reason":"s1 \u0026 s2 lead"`, `"seed":7`, `"replay":"see it"`,
		`"exercises":[{"exercise":"01-election","points":1,"of":3}]`} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the JSON lacks %s: %s", want, text)
		}
	}
	var junit, html, plain bytes.Buffer
	if err := WriteJUnit(&junit, all); err != nil {
		t.Fatal(err)
	}
	if err := WriteHTML(&html, all); err != nil {
		t.Fatal(err)
	}
	WriteText(&plain, all)
	for name, c := range map[string]struct{ text, want string }{
		"junit": {junit.String(), `<testcase classname="alice.01-election" name="two">`},
		"why":   {junit.String(), `message="s1 &amp; s2 lead"`},
		"html":  {html.String(), "s1 &amp; s2 lead"},
		"text":  {plain.String(), "01-election: 1 of 3 points\nFAIL   0/2   two: it <stays>\n      seed 7: s1 & s2 lead\n      see it: see it\n"},
	} {
		if !strings.Contains(c.text, c.want) {
			t.Errorf("%s lacks %q:\n%s", name, c.want, c.text)
		}
	}
}

func TestNamesTellSubmissionsApart(t *testing.T) {
	for _, c := range []struct{ dirs, want []string }{
		{[]string{"a/alice", "b/alice", "b/bob/"}, []string{"a/alice", "b/alice", "bob"}},
		{[]string{"../../g/a/alice", "../../g/b/alice"}, []string{"a/alice", "b/alice"}},
		{[]string{"/1/x/alice", "/2/x/alice", "/2/y/alice", "/alice"}, []string{"1/x/alice", "2/x/alice", "y/alice", "alice"}},
	} {
		got, err := Names(c.dirs)
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("names of %q are %q, %v; want %q", c.dirs, got, err, c.want)
		}
		for _, name := range got {
			if !filepath.IsLocal(filepath.FromSlash(name)) {
				t.Errorf("the name %q of one of %q leads somewhere else", name, c.dirs)
			}
		}
	}
	for _, dirs := range [][]string{{"a/alice", "a/../a/alice"}, {"/"}} {
		if got, err := Names(dirs); err == nil {
			t.Errorf("names of %q are %q, want an error", dirs, got)
		}
	}
}
