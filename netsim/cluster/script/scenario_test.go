package script

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"raftarium/kv"
	"raftarium/netsim"
	"raftarium/raft"
)

const full = "\ufeff# A stale leader.\r\n" + `Servers 7
clients 3   # c1 to c3
seed 18446744073709551615
latency 2ms..20ms
loss 5%
duplicate 0.5%
reorder 1%
disk 1ms
for 0
without election-restriction, persistent-vote
bug perch
workload append
keys 4
faults crash,pause
heartbeat 20ms
election 100ms..200ms
snapshot 1000
sessions 3
window 4
uncommitted 500
reads lease

at 0 partition s1 s2 | s3 s4 s5 s6 s7
	AT 1.5s event 8123 crash leader
at 1500ms note S1 cannot reach anybody # really
at 1m heal`

func TestScenarioSaysAllThatARunIs(t *testing.T) {
	sc, err := Parse(strings.NewReader(full), "full.txt")
	if err != nil {
		t.Fatal(err)
	}
	want := Config{
		Servers: 7, Clients: 3, Seed: 1<<64 - 1,
		Latency: netsim.Range{Min: 2 * time.Millisecond, Max: 20 * time.Millisecond},
		Loss:    netsim.Percent(5), Duplicate: 5000, Reorder: netsim.Percent(1),
		Disk: time.Millisecond, For: 0,
		Without: []string{"election-restriction", "persistent-vote"}, Bug: "perch",
		Workload: Appends, Keys: 4, Faults: []Fault{FaultCrash, FaultPause},
		Timing:   raft.Timing{Heartbeat: 20 * time.Millisecond, ElectionMin: 100 * time.Millisecond, ElectionMax: 200 * time.Millisecond},
		Snapshot: 1000, Sessions: 3, Window: 4, Uncommitted: 500,
		Reads: kv.ReadsByLease,
	}
	if !reflect.DeepEqual(sc.Config, want) {
		t.Errorf("configuration is\n%+v, want\n%+v", sc.Config, want)
	}
	steps := []Step{
		{Action: Partition{[][]Endpoint{{server(1), server(2)}, {server(3), server(4), server(5), server(6), server(7)}}}, Line: 24},
		{At: netsim.Time(1500 * time.Millisecond), Event: 8123, Action: Crash{Target{Leader: true}}, Line: 25},
		{At: netsim.Time(1500 * time.Millisecond), Action: Note{"S1 cannot reach anybody"}, Line: 26},
		{At: netsim.Time(time.Minute), Action: Heal{}, Line: 27},
	}
	if !reflect.DeepEqual(sc.Steps, steps) {
		t.Errorf("steps are\n%+v, want\n%+v", sc.Steps, steps)
	}
	for _, h := range Headers() {
		if !sc.Set[h.Name] {
			t.Errorf("the file has a line %q, but Set does not say so", h.Name)
		}
	}
	if err := sc.Check(nil); err != nil {
		t.Error(err)
	}
}

func TestEmptyFileIsTheDefaultRun(t *testing.T) {
	for _, text := range []string{"", "\n\n", "# only this", "\ufeff"} {
		sc, err := Parse(strings.NewReader(text), "")
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(sc.Config, DefaultConfig()) || len(sc.Steps) != 0 || len(sc.Set) != 0 {
			t.Errorf("%q is %+v", text, sc)
		}
	}
}

func TestWordsThatAreHeaderAndActionChangeTheirMeaningAtTheFirstStep(t *testing.T) {
	sc, err := Parse(strings.NewReader("latency 5ms\nloss 1%\nclients 2\nwithout a\nat 0s latency 6ms\nat 0s loss 2%\nat 0s clients 4\nat 0s without b"), "")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range sc.Steps {
		got = append(got, s.Action.String())
	}
	if want := []string{"latency 6ms", "loss 2%", "clients 4", "without b"}; !slices.Equal(got, want) {
		t.Errorf("actions are %q, want %q", got, want)
	}
	if c := sc.Config; c.Latency != netsim.Exactly(5*time.Millisecond) || c.Loss != netsim.Percent(1) || c.Clients != 2 || !slices.Equal(c.Without, []string{"a"}) {
		t.Errorf("configuration is %+v", c)
	}
}

// sameRun compares what a file says, apart from where it says it.
func sameRun(t *testing.T, got, want *Scenario) {
	t.Helper()
	if !reflect.DeepEqual(got.Config, want.Config) {
		t.Errorf("configuration is\n%+v, want\n%+v", got.Config, want.Config)
	}
	if len(got.Steps) != len(want.Steps) {
		t.Fatalf("%d steps, want %d", len(got.Steps), len(want.Steps))
	}
	for i := range got.Steps {
		a, b := got.Steps[i], want.Steps[i]
		a.Line, b.Line = 0, 0
		if !reflect.DeepEqual(a, b) {
			t.Fatalf("step %d is %+v, want %+v", i+1, a, b)
		}
	}
}

// everything is a scenario with every action of the table.
func everything() *Scenario {
	sc := &Scenario{Config: DefaultConfig()}
	for i, a := range actions {
		s := Step{At: netsim.Time(i/2) * 1_234_567, Action: a.action}
		if i%3 == 0 {
			s.Event = netsim.EventID(i + 1)
		}
		sc.Steps = append(sc.Steps, s)
	}
	return sc
}

func TestWrittenScenarioParsesBackEqual(t *testing.T) {
	parsed, err := Parse(strings.NewReader(full), "full.txt")
	if err != nil {
		t.Fatal(err)
	}
	bare := &Scenario{Config: DefaultConfig()}
	bare.Config.Clients, bare.Config.For, bare.Config.Disk = 0, 0, 0
	for _, sc := range []*Scenario{parsed, everything(), bare} {
		var buf bytes.Buffer
		n, err := sc.WriteTo(&buf)
		if err != nil || n != int64(buf.Len()) {
			t.Fatalf("WriteTo says %d, %v after %d bytes", n, err, buf.Len())
		}
		first := buf.String()
		again, err := Parse(&buf, "again.txt")
		if err != nil {
			t.Fatalf("%v in\n%s", err, first)
		}
		sameRun(t, again, sc)
		var second strings.Builder
		if _, err := again.WriteTo(&second); err != nil || second.String() != first {
			t.Errorf("written again, %v, it is\n%s, was\n%s", err, second.String(), first)
		}
	}
}

func TestWrittenScenarioReadsWell(t *testing.T) {
	sc := &Scenario{Config: DefaultConfig(), Steps: []Step{
		{At: netsim.Time(1500 * time.Millisecond), Action: Crash{Target{Leader: true}}},
		{At: netsim.Time(2 * time.Second), Event: 77, Action: Do{1, kv.Op{Kind: kv.Append, Key: "x", Value: "two words"}}},
	}}
	sc.Config.Without = []string{"persistent-vote"}
	sc.Config.Faults = []Fault{FaultCrash, FaultPartition}
	const want = `servers 5
clients 5
seed 1
latency 1ms..10ms
loss 0%
duplicate 0%
reorder 0%
disk 200us
for 1m
without persistent-vote
workload mixed
keys 16
faults crash,partition
heartbeat 50ms
election 150ms..300ms

at 1.5s crash leader
at 2s event 77 append c1 x "two words"
`
	var b strings.Builder
	if _, err := sc.WriteTo(&b); err != nil || b.String() != want {
		t.Errorf("%v\n%s\nwant\n%s", err, b.String(), want)
	}
}

func TestWriteToRefusesWhatNoFileCouldHold(t *testing.T) {
	at := func(d time.Duration, e netsim.EventID, a Action) Step {
		return Step{At: netsim.Time(d), Event: e, Action: a}
	}
	for name, change := range map[string]func(*Scenario){
		"26 servers":               func(s *Scenario) { s.Config.Servers = 26 },
		"step 1: found \"s26\"":    func(s *Scenario) { s.Steps = []Step{at(0, 0, Crash{Target{IDs: []raft.ID{26}}})} },
		"step 2: it is at 1s":      func(s *Scenario) { s.Steps = []Step{at(2*time.Second, 0, Heal{}), at(time.Second, 0, Heal{})} },
		"step 1: it is at -1s":     func(s *Scenario) { s.Steps = []Step{at(-time.Second, 0, Heal{})} },
		"step 2: it is at event 3": func(s *Scenario) { s.Steps = []Step{at(0, 4, Heal{}), at(0, 3, Heal{})} },
		"step 1: its line":         func(s *Scenario) { s.Steps = []Step{at(0, 0, Note{strings.Repeat("x", maxLine)})} },
	} {
		sc := &Scenario{Config: DefaultConfig()}
		change(sc)
		var b strings.Builder
		n, err := sc.WriteTo(&b)
		if err == nil || n != 0 || b.Len() != 0 {
			t.Errorf("%s: %d bytes written, error %v", name, n, err)
		} else if name != "26 servers" && !strings.Contains(err.Error(), name) {
			t.Errorf("%s: the error is %v", name, err)
		}
	}
}

func TestWriteToAndParsePassOnErrorsOfOthers(t *testing.T) {
	broken := errors.New("broken pipe")
	if _, err := Parse(iotest.ErrReader(broken), "cut.txt"); !errors.Is(err, broken) || !strings.HasPrefix(err.Error(), "cut.txt: ") {
		t.Errorf("Parse says %v", err)
	}
	r, w := io.Pipe()
	r.CloseWithError(broken)
	if n, err := everything().WriteTo(w); !errors.Is(err, broken) || n != 0 {
		t.Errorf("WriteTo says %d, %v", n, err)
	}
}

func TestConfigValuesAreSetAsFlagsAre(t *testing.T) {
	c := DefaultConfig()
	for name, value := range map[string]string{
		"servers": "7", "clients": "0", "seed": "42", "latency": "1ms..10ms", "loss": "5%", "duplicate": "0.1%", "reorder": "1%",
		"disk": "200us", "for": "30s", "without": "a b", "workload": "none", "keys": "3", "faults": "crash,pause",
		"heartbeat": "10ms", "election": "50ms", "snapshot": "1000", "reads": "lease",
	} {
		if err := c.Set(name, value); err != nil {
			t.Errorf("%s %s: %v", name, value, err)
		}
		if got := c.Value(name); got != value {
			t.Errorf("%s is %s, want %s", name, got, value)
		}
	}
	if got := c.Value("nothing"); got != "" {
		t.Errorf("nothing has the value %q", got)
	}
	if err := c.Set("faults", "none"); err != nil || len(c.Faults) != 0 || c.Value("faults") != "" {
		t.Errorf("faults none gives %v, %v", c.Faults, err)
	}
	if err := c.Set("snapshot", "none"); err != nil || c.Snapshot != 0 || c.Value("snapshot") != "" {
		t.Errorf("snapshot none gives %v, %v", c.Snapshot, err)
	}
	if err := c.Set("reads", "log"); err != nil || c.Reads != kv.ReadsByLog || c.Value("reads") != "" {
		t.Errorf("reads log gives %v, %v", c.Reads, err)
	}
	for _, test := range [][3]string{
		{"sessions", "registered", "16"}, {"sessions", "2", "2"}, {"sessions", "implicit", ""},
		{"window", "2", "2"}, {"window", "1", ""}, {"uncommitted", "9", "9"}, {"uncommitted", "default", ""},
	} {
		if err := c.Set(test[0], test[1]); err != nil || c.Value(test[0]) != test[2] {
			t.Errorf("%s %s gives %q, %v", test[0], test[1], c.Value(test[0]), err)
		}
	}
	before := c
	for _, test := range [][3]string{
		{"servers", "26", "found \"26\", but `servers` takes a number from 1 to 25, like `servers 5`"},
		{"latency", "5", "found \"5\", but a duration needs a unit: `5ms` or `5s`"},
		{"election", "0", "found \"0\", but it must be from 100us to 1000h"},
		{"without", "", "found the end of the line, but `without` takes names of rules, like `without election-restriction`"},
		{"snapshot", "99", "found \"99\", but `snapshot` takes a number of bytes from 100 to 1073741824, or `none`, like `snapshot 1000` or `snapshot none`"},
		{"sessions", "0", "found \"0\", but `sessions` takes a number of sessions from 1 to 1000, or `implicit`, like `sessions 3`, `sessions registered` or `sessions implicit`"},
		{"window", "17", "found \"17\", but `window` takes a number from 1 to 16, like `window 4`"},
		{"reads", "quorum", "found \"quorum\", but `reads` takes `log`, `index` or `lease`, like `reads index` or `reads lease`"},
		{"latncy", "5ms", "found \"latncy\", but no header line starts like that; did you mean `latency`?"},
	} {
		if err := c.Set(test[0], test[1]); err == nil || err.Error() != test[2] {
			t.Errorf("%s %s: got %v, want %s", test[0], test[1], err, test[2])
		}
	}
	if !reflect.DeepEqual(c, before) {
		t.Errorf("a bad value changed the configuration to %+v", c)
	}
	if name, err := ParseConfigLine(&c, "Keys 9 # comment"); name != "keys" || err != nil || c.Keys != 9 {
		t.Errorf("ParseConfigLine says %s, %v, keys %d", name, err, c.Keys)
	}
	if _, err := ParseConfigLine(&c, "keys 9\nkeys 8"); err == nil {
		t.Error("two lines are taken for one")
	}
	if _, err := ParseConfigLine(&c, "  "); err == nil || err.Error() != "column 3: found the end of the line, but a header line belongs here, like `servers 5`" {
		t.Errorf("an empty line: %v", err)
	}
}

func TestVerbsDescribeEveryAction(t *testing.T) {
	seen := make(map[string]bool)
	for _, a := range actions {
		seen[a.action.Verb()] = true
	}
	infos := Verbs()
	var listed []string
	for _, v := range infos {
		listed = append(listed, v.Name)
		if v.Usage == "" || v.Help == "" || len(v.Examples) == 0 || !strings.HasPrefix(v.Usage, v.Name) {
			t.Errorf("%s is described badly: %+v", v.Name, v)
		}
		for _, ex := range v.Examples {
			if a, err := ParseAction(ex); err != nil || a.Verb() != v.Name || ex != a.String() && ex != "fire 5" {
				t.Errorf("example %q of %s is %v, %v", ex, v.Name, a, err)
			}
		}
		for _, m := range v.meant {
			if got := meant(m, verbs); got != v.Name {
				t.Errorf("%s is taken for %q, want %s", m, got, v.Name)
			}
		}
	}
	if want := slices.Sorted(maps.Keys(seen)); !slices.Equal(listed, want) {
		t.Errorf("listed are %q, want %q", listed, want)
	}
	for _, v := range Headers() {
		for _, ex := range v.Examples {
			c := DefaultConfig()
			if name, err := ParseConfigLine(&c, ex); err != nil || name != v.Name {
				t.Errorf("example %q of %s: %s, %v", ex, v.Name, name, err)
			}
		}
	}
	infos[0].Examples[0] = "changed"
	if Verbs()[0].Examples[0] == "changed" {
		t.Error("a caller can change the table")
	}
}

func TestResolveNamesEachServerOnce(t *testing.T) {
	for _, test := range []struct {
		target Target
		leader raft.ID
		want   []raft.ID
	}{
		{Target{All: true}, 2, []raft.ID{1, 2, 3}},
		{Target{Leader: true}, 2, []raft.ID{2}},
		{Target{Leader: true}, raft.None, nil},
		{Target{Leader: true, IDs: []raft.ID{3, 2}}, 2, []raft.ID{2, 3}},
		{Target{IDs: []raft.ID{3, 1}}, 3, []raft.ID{3, 1}},
	} {
		if got := test.target.Resolve(FirstServers(3), test.leader); !slices.Equal(got, test.want) {
			t.Errorf("%s with leader %s is %v, want %v", test.target, test.leader, got, test.want)
		}
	}
}

func TestStepParsesAndPrints(t *testing.T) {
	for _, line := range []string{"at 1.5s crash s1", "at 0s event 9 heal", "at 1h note x"} {
		if s, err := ParseStep(line); err != nil || s.String() != line {
			t.Errorf("%s is %s, %v", line, s, err)
		}
	}
	if s, err := ParseStep("crash s1"); err == nil {
		t.Errorf("a step without a time is %s", s)
	}
}

// long is a scenario with n steps.
func long(n int) string {
	var b strings.Builder
	b.WriteString("servers 5\n")
	for i := range n {
		switch i % 4 {
		case 0:
			fmt.Fprintf(&b, "at %dms event %d partition s1 s2 | s3 s4 s5\n", i, i+1)
		case 1:
			fmt.Fprintf(&b, "at %dms append c1 x \"value %d\"\n", i, i)
		case 2:
			fmt.Fprintf(&b, "at %dms latency 1ms..10ms  # slower\n", i)
		default:
			fmt.Fprintf(&b, "at %dms heal\n", i)
		}
	}
	return b.String()
}

func TestHundredThousandLines(t *testing.T) {
	sc, err := Parse(strings.NewReader(long(100_000)), "long.txt")
	if err != nil || len(sc.Steps) != 100_000 {
		t.Fatal(err)
	}
	if err := sc.Check(&Known{Rules: []string{"a"}}); err != nil {
		t.Error(err)
	}
	if last := sc.Steps[99_999]; last.Line != 100_001 || last.String() != "at 1m39.999s heal" {
		t.Errorf("the last step is %s in line %d", last, last.Line)
	}
	bad := strings.ReplaceAll(long(100_000), "heal", "heel")
	var errs *Errors
	if _, err := Parse(strings.NewReader(bad), "bad.txt"); !errors.As(err, &errs) || len(errs.List) != maxErrors || errs.More != 25_000-maxErrors {
		t.Errorf("25,000 mistakes give %v", err)
	}
}

// A small address can hold a million lines, and the page stands still while they are read.
func TestErrorsThatNobodyIsToldOnlyCount(t *testing.T) {
	const lines = 1000
	for name, line := range map[string]string{"a header": "foo\n", "a step": "at 1s heel\n", "below the steps": "heel\n"} {
		text := strings.Repeat(line, lines)
		if name == "below the steps" {
			text = "at 1s heal\n" + text
		}
		allocs := testing.AllocsPerRun(1, func() {
			var errs *Errors
			if _, err := Parse(strings.NewReader(text), "bad.txt"); !errors.As(err, &errs) || errs.More != lines-maxErrors {
				t.Errorf("%s: %v", name, err)
			}
		})
		if allocs > 5*lines {
			t.Errorf("%s: %v allocations for each line", name, allocs/lines)
		}
	}
}

func TestRulesThatNobodyIsToldOfOnlyCount(t *testing.T) {
	const lines = 1000
	sc, err := Parse(strings.NewReader(strings.Repeat("at 1s without electin-restriction\n", lines)), "bad.txt")
	if err != nil {
		t.Fatal(err)
	}
	known := &Known{Rules: []string{"election-restriction", "current-term-commit", "election-reset"}}
	allocs := testing.AllocsPerRun(1, func() {
		var errs *Errors
		if err := sc.Check(known); !errors.As(err, &errs) || errs.More != lines-maxErrors {
			t.Error(err)
		}
	})
	if allocs > 5*lines {
		t.Errorf("%v allocations for each line", allocs/lines)
	}
}

func BenchmarkParse(b *testing.B) {
	for _, n := range []int{1000, 10_000, 100_000} {
		text := long(n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Parse(strings.NewReader(text), ""); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
