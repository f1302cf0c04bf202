package lab

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Limits bound a process that runs a student's code.
type Limits struct {
	// Memory is in bytes. Time is for all of an exercise, Patience for one test on one
	// seed; both by the clock, for code that blocks uses no processor time.
	Memory   uint64
	Time     time.Duration
	Patience time.Duration
	// Start is for what comes before the tests, of which a busy machine makes more; 0 is as
	// long as Patience, and at least half a minute.
	Start time.Duration
}

// minStart is how long a process has at least, unless told otherwise, to begin with the
// tests.
const minStart = 30 * time.Second

// DefaultLimits are generous: the tests of an exercise take some 2 s and 100 MB.
var DefaultLimits = Limits{Memory: 512 << 20, Time: 2 * time.Minute, Patience: 20 * time.Second}

// Process is how the exercise of a student is run by [Supervise].
type Process struct {
	// Program is the executable, and Args what makes it a worker, before the flags
	// that [WorkerFlags] names.
	Program string
	Args    []string
	Dir     string // where it runs; "" is here
	Limits  Limits // zero ones are those of DefaultLimits
	// Told hears of each result as it comes; nil is nobody.
	Told func(Result)
	// Ended hears of each process that has ended, which knows what it has used; nil is
	// nobody.
	Ended func(*os.ProcessState)
}

// The flags by which a worker is told what to do.
const (
	FlagReport   = "report"
	FlagToken    = "token"
	FlagMemory   = "memory"
	FlagPatience = "patience"
	FlagSeeds    = "seeds"
	FlagSkip     = "skip"
	FlagTests    = "tests"
	FlagSources  = "sources"
)

// maxDeaths is how many tests may end the process before the rest is given up.
const maxDeaths = 3

// Supervise runs the tests of an exercise in a process of their own, and a new one
// for the rest where a test ends the process. There is a result for every test that
// the options do not leave out, whatever the process does. An error means that
// nothing could be run at all.
func Supervise(ctx context.Context, e *Exercise, p Process, o Options) ([]Result, error) {
	if p.Limits.Memory == 0 {
		p.Limits.Memory = DefaultLimits.Memory
	}
	if p.Limits.Time == 0 {
		p.Limits.Time = DefaultLimits.Time
	}
	if p.Limits.Patience == 0 {
		p.Limits.Patience = DefaultLimits.Patience
	}
	if p.Limits.Start == 0 {
		p.Limits.Start = max(p.Limits.Patience, minStart)
	}
	dir, err := os.MkdirTemp("", "raftarium-report")
	if err != nil {
		return nil, fmt.Errorf("no place for the report of the tests: %w", err)
	}
	defer os.RemoveAll(dir)
	ctx, cancel := context.WithTimeoutCause(ctx, p.Limits.Time, errTooLong)
	defer cancel()
	s := supervisor{Process: p, e: e, o: o, dir: dir, results: map[string]Result{}}
	for deaths := 0; s.left() != nil; deaths++ {
		if err := s.once(ctx, deaths); err != nil {
			return nil, err
		}
		if deaths+1 >= maxDeaths || s.hopeless || ctx.Err() != nil {
			break
		}
	}
	if err := context.Cause(ctx); err != nil && !errors.Is(err, errTooLong) {
		return nil, err
	}
	var all []Result
	for i := range e.Tests {
		t := &e.Tests[i]
		if !o.runs(t.Name) {
			continue
		}
		res, ok := s.results[t.Name]
		if !ok {
			res = t.failed(0, "it was not run, because the tests before it ended the process: "+s.lastDeath)
		}
		all = append(all, res)
	}
	return all, nil
}

// Why a process is ended.
var (
	errTooLong     = errors.New("the tests took too long")
	errNoBeginning = errors.New("the tests did not begin")
)

type supervisor struct {
	Process
	e         *Exercise
	o         Options
	dir       string
	results   map[string]Result
	lastDeath string
	hopeless  bool // another process would hang before its tests, too
}

// left are the names of the tests that have no result yet.
func (s *supervisor) left() (names []string) {
	for i := range s.e.Tests {
		if name := s.e.Tests[i].Name; s.o.runs(name) {
			if _, ok := s.results[name]; !ok {
				names = append(names, name)
			}
		}
	}
	return names
}

// once runs a worker on what is left. If it ends before all is done, the test during
// which it does has failed.
func (s *supervisor) once(ctx context.Context, n int) error {
	report, token := filepath.Join(s.dir, strconv.Itoa(n)), rand.Text()
	args := append(append([]string(nil), s.Args...),
		"--"+FlagReport, report, "--"+FlagToken, token,
		"--"+FlagMemory, strconv.FormatUint(s.Limits.Memory, 10), "--"+FlagPatience, s.Limits.Patience.String(),
		"--"+FlagTests, strings.Join(s.left(), ","))
	if len(s.o.Seeds) > 0 {
		list := make([]string, len(s.o.Seeds))
		for i, seed := range s.o.Seeds {
			list[i] = strconv.FormatUint(seed, 10)
		}
		args = append(args, "--"+FlagSeeds, strings.Join(list, ","))
	}
	for _, f := range s.o.Sources {
		args = append(args, "--"+FlagSources, f)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	cmd := exec.CommandContext(ctx, s.Program, args...)
	cmd.Dir = s.Dir
	out := tail{most: 4 << 10}
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.Env = append(os.Environ(), "GOTRACEBACK=single", "GOMAXPROCS=2")
	// What the process started, and what holds its pipes open, does not outlive it.
	cmd.WaitDelay = 2 * time.Second
	confine(cmd)
	err := cmd.Start()
	if err != nil {
		return fmt.Errorf("the program of %s could not be started: %w", s.e.Name, err)
	}
	// Whoever hangs before the tests begin has nothing that watches it from inside.
	late := time.AfterFunc(s.Limits.Start, func() {
		if _, err := os.Stat(report); err != nil {
			cancel(errNoBeginning)
		}
	})
	err = cmd.Wait()
	late.Stop()
	release(cmd)
	if s.Ended != nil {
		s.Ended(cmd.ProcessState)
	}

	begun, why := line{}, ""
	readErr := readReport(report, token, func(l *line) {
		switch {
		case l.Begin != "":
			begun = *l
		case l.Dies != "":
			why = l.Dies
		case l.Done != nil:
			if res, ok := s.sound(l.Done); ok {
				s.results[res.Name] = res
				s.tell(res)
			}
			begun = line{}
		}
	})
	if readErr != nil && !errors.Is(readErr, os.ErrNotExist) {
		return readErr
	}
	left := s.left()
	if len(left) == 0 {
		return nil
	}
	switch {
	case why != "":
	case errors.Is(context.Cause(ctx), errNoBeginning):
		s.hopeless = true
		why = fmt.Sprintf("it did not begin with the tests within %v by the clock: does an init function, or the value of a package variable, loop or block for ever?", s.Limits.Start)
	case errors.Is(context.Cause(ctx), errTooLong):
		why = fmt.Sprintf("the tests of the exercise took longer than %v in all", s.Limits.Time)
	case ctx.Err() != nil:
		return context.Cause(ctx)
	default:
		why = ending(err, out.text())
	}
	s.lastDeath = why
	name := left[0]
	if begun.Begin != "" && s.test(begun.Begin) != nil {
		name = begun.Begin
	}
	if _, ok := s.results[name]; ok {
		return nil
	}
	res := s.test(name).failed(begun.Seed, "the process that ran it ended: "+why)
	if strings.HasPrefix(why, "it did") || strings.HasPrefix(why, "it took") {
		res.Reason = why
	}
	s.results[name] = res
	s.tell(res)
	return nil
}

// sound is a reported result as far as it can be true: what the test is, and what it is
// worth, the supervisor knows itself.
func (s *supervisor) sound(r *Result) (Result, bool) {
	t := s.test(r.Name)
	if t == nil || r.Points < 0 || r.Points > t.Points || r.Passed != (r.Points == t.Points) {
		return Result{}, false
	}
	res := *r
	res.What, res.Section, res.Of = t.What, t.Section, t.Points
	return res, true
}

func (s *supervisor) tell(res Result) {
	if s.Told != nil {
		s.Told(res)
	}
}

func (s *supervisor) test(name string) *Test {
	for i := range s.e.Tests {
		if s.e.Tests[i].Name == name {
			return &s.e.Tests[i]
		}
	}
	return nil
}

// ending says how a process ended that should not have, with what it said last.
func ending(err error, output string) string {
	why := "it exited with status 0, before the tests were done: a machine must not call os.Exit"
	if err != nil {
		why = "it ended with " + err.Error()
	}
	for _, known := range []struct{ text, means string }{
		{"stack overflow", "a call that calls itself without end used up the stack"},
		{"stack exceeds", "a call that calls itself without end used up the stack"},
		{"out of memory", "it took more memory than there is"},
		{"cannot allocate memory", "it took more memory than there is"},
		{"all goroutines are asleep", "it blocked for ever: a machine has no channels and no locks"},
		{"concurrent map", "two goroutines wrote to one map: a machine starts no goroutine"},
	} {
		if strings.Contains(output, known.text) {
			return known.means
		}
	}
	for l := range strings.Lines(output) {
		if l = strings.TrimSpace(l); strings.HasPrefix(l, "panic:") || strings.HasPrefix(l, "fatal error:") {
			return why + ", " + l
		}
	}
	return why
}

// tail keeps the beginning and the end of what is written to it.
type tail struct {
	most       int
	head, rest bytes.Buffer
}

func (t *tail) Write(b []byte) (int, error) {
	n := len(b)
	if room := t.most - t.head.Len(); room > 0 {
		k := min(room, len(b))
		t.head.Write(b[:k])
		b = b[k:]
	}
	if len(b) > t.most {
		b = b[len(b)-t.most:]
	}
	if t.rest.Len()+len(b) > 4*t.most {
		keep := bytes.Clone(t.rest.Bytes()[t.rest.Len()-t.most:])
		t.rest.Reset()
		t.rest.Write(keep)
	}
	t.rest.Write(b)
	return n, nil
}

func (t *tail) text() string { return t.head.String() + t.rest.String() }
