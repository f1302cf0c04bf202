package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/check"
	"raftarium/netsim/cluster/hunt"
	"raftarium/netsim/cluster/script"
)

// huntFailure is the failing run that a hunt shows.
type huntFailure struct {
	Seed       uint64           `json:"seed"`
	Property   check.Property   `json:"property"` // violated first
	Properties []check.Property `json:"properties"`
	Seconds    float64          `json:"at_seconds"`
	Event      uint64           `json:"event"`
	Text       string           `json:"text"`
	Replay     string           `json:"replay"`
	// What it was made to: how many of its steps are left, in how many runs.
	Steps     int      `json:"steps"`
	StepsLeft int      `json:"steps_left"`
	Tried     int      `json:"runs"`
	Exhausted bool     `json:"exhausted"` // there may be something smaller
	Scenario  string   `json:"scenario"`
	File      string   `json:"file"` // that holds it, "" if none could be written
	Causes    []string `json:"causes"`
	// Against is what the violation is at odds with, if anything.
	Against *againstJSON `json:"against,omitempty"`
	Open    string       `json:"open"` // shows it in the visualizer

	first check.Violation
	name  string // of the program
}

// explain makes the lowest failing run small, writes it down, and finds out what
// led to its violation.
func (t *tracker) explain(ctx context.Context, p Program) error {
	r := t.lowest
	first, _ := r.First()
	sc := hunt.Scenario(t.h, r.Seed)
	f := &huntFailure{
		Seed: r.Seed, Property: first.Property, Properties: r.Properties(), Text: first.Text, Replay: t.replay(r.Seed),
		Steps: len(sc.Steps), name: t.name,
	}
	small := hunt.Minimal{Scenario: sc, First: first, Runs: 1}
	if t.o.minimise {
		t.shown = time.Now()
		var err error
		small, err = hunt.Minimize(p.Code, sc, first.Property, hunt.DefaultEffort, func(m hunt.Minimal) bool {
			t.show(time.Now(), fmt.Sprintf("seed %d violates %s; making it small: %d of %d steps are left after %s",
				r.Seed, first.Property, len(m.Scenario.Steps), f.Steps, count(uint64(m.Runs), "run")))
			return ctx.Err() == nil
		})
		t.clear()
		if err != nil {
			return err
		}
	}
	f.first = small.First
	f.Seconds, f.Event, f.Text = small.First.At.Duration().Seconds(), uint64(small.First.Event), small.First.Text
	f.StepsLeft, f.Tried, f.Exhausted = len(small.Scenario.Steps), small.Runs, small.Exhausted
	var text bytes.Buffer
	if _, err := small.Scenario.WriteTo(&text); err != nil {
		return err
	}
	f.Scenario = text.String()
	f.File, t.unwritten = keepScenario(t.o.out, r.Seed, text.Bytes())
	if f.File != "" {
		f.Open = fmt.Sprintf("%s %s --at %s", t.name, Quote(f.File), strings.Replace(small.First.At.String(), "µ", "u", 1))
	}
	var err error
	f.Causes, f.Against, err = causesOf(p.Code, small.Scenario)
	t.failure, t.summary.Failure = f, f
	return err
}

// keepScenario writes the scenario of a seed into a file and returns its name: out, or
// one among the temporary files, which is a new one where the usual one is another
// user's; "" where it could not be written.
func keepScenario(out string, seed uint64, text []byte) (string, error) {
	file := out
	if file == "" {
		file = filepath.Join(os.TempDir(), fmt.Sprintf("hunt-%d.raft", seed))
	}
	err := os.WriteFile(file, text, 0o666)
	if err == nil {
		return file, nil
	}
	if out != "" {
		return "", fmt.Errorf("--out: %w", err)
	}
	own, fail := os.CreateTemp("", fmt.Sprintf("hunt-%d-*.raft", seed))
	if fail != nil {
		return "", fmt.Errorf("no place for the scenario (--out names another): %w", err)
	}
	_, err = own.Write(text)
	if err = errors.Join(err, own.Close()); err != nil {
		return "", fmt.Errorf("no place for the scenario (--out names another): %w", errors.Join(err, os.Remove(own.Name())))
	}
	return own.Name(), nil
}

// causesOf makes a run up to its first violation and tells what led to it, and what it
// is at odds with.
func causesOf(code cluster.Code, sc *script.Scenario) ([]string, *againstJSON, error) {
	s, err := cluster.Open(code, sc, cluster.Options{})
	if err != nil {
		return nil, nil, err
	}
	// What only the end of the run shows stands in the final verdict alone.
	s.AdvanceTo(netsim.Time(sc.Config.For))
	list := s.Final().Violations
	if len(list) == 0 {
		return nil, nil, errors.New("the run does not fail again: something in it is not deterministic")
	}
	against := newAgainst(&list[0].Against)
	chain, other := s.Causes(list[0].Event, chainReach), s.Causes(list[0].Against.Event, chainReach)
	m := marksOf(code, sc, chain, other)
	causes, others := chainLines(chain, m), chainLines(other, m)
	if against != nil {
		against.Causes = others
	}
	if !marked(causes, others) {
		causes = append(firstMarks(code, sc, list[0].Event), causes...)
	}
	return causes, against, nil
}

// finish ends the hunt with its summary.
func (t *tracker) finish() error {
	sum := &t.summary
	sum.WallSeconds = time.Since(t.begun).Seconds()
	if sum.Status == StatusOK && sum.Undecided > 0 {
		sum.Status = StatusLinearUnsure
	}
	if t.o.json {
		return t.line(sum)
	}
	var b strings.Builder
	t.failure.print(&b, t.without())
	sum.print(&b, t.h.For)
	_, err := io.WriteString(t.s.Out, b.String())
	return err
}

// without says which rules are switched off, and what each defends.
func (t *tracker) without() (list []string) {
	for _, name := range t.h.Without {
		for _, r := range t.rules {
			if r.Name == name {
				name += ", which defends " + r.Defends
				break
			}
		}
		list = append(list, name)
	}
	return list
}

// print tells of the failure, if there is one.
func (f *huntFailure) print(b *strings.Builder, without []string) {
	if f == nil {
		return
	}
	say := func(format string, args ...any) { fmt.Fprintf(b, format+"\n", args...) }
	say("seed %d violates %s", f.Seed, f.Property)
	for _, rule := range without {
		say("modified Raft: without %s", rule)
	}
	if others := slices.DeleteFunc(slices.Clone(f.Properties), func(p check.Property) bool { return p == f.Property }); len(others) > 0 {
		words := make([]string, len(others))
		for i, p := range others {
			words[i] = string(p)
		}
		say("and then %s", strings.Join(words, ", "))
	}
	say("run it again: %s", f.Replay)
	say("")
	say("small: %d of its %d steps are left after %s", f.StepsLeft, f.Steps, count(uint64(f.Tried), "run"))
	for line := range strings.Lines(f.Scenario) {
		say("    %s", strings.TrimRight(line, "\n"))
	}
	say("")
	say("violation of %s at %s: %s", f.Property, f.first.At, f.Text)
	tellChain(say, f.Causes, nil)
	f.Against.tell(say, f.Causes, nil)
	if marked(f.Causes) || f.Against != nil && marked(f.Against.Causes) {
		say(whatMarksSay)
	}
	say("")
	if f.File != "" {
		say("replay the small run: %s run %s --explain", f.name, Quote(f.File))
		say("watch what happens:   %s", f.Open)
	} else {
		say("the small run stands nowhere but here, since it could not be written into a file")
	}
	say("")
}

// print sums up the hunt.
func (sum *huntSummary) print(b *strings.Builder, length time.Duration) {
	fmt.Fprintf(b, "%s of %s tried, %s in %s: ", count(sum.Tried, "seed"), length, count(sum.Events, "event"),
		(time.Duration(sum.WallSeconds * float64(time.Second))).Round(time.Millisecond))
	switch n := len(sum.Failed); {
	case n > 0:
		fmt.Fprintf(b, "%d failed", n)
	default:
		b.WriteString("none failed")
	}
	if sum.Undecided > 0 {
		fmt.Fprintf(b, ", %d with linearizability undecided", sum.Undecided)
	}
	b.WriteByte('\n')
}
