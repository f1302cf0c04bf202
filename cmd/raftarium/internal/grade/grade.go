// Package grade grades submissions: folders laid out like tests/exercises, of which
// only the student's files are taken.
//
// Each exercise of each submission is built beside the exercises of this checkout,
// in its place, and runs in a process of its own, bounded in time and memory. What a
// submission does wrong costs that submission and no other.
package grade

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"raftarium/cmd/raftarium/internal/cli"
	"raftarium/tests/exercises/catalog"
	"raftarium/tests/exercises/lab"
	"raftarium/web"
)

// Options say what is graded and how.
type Options struct {
	Dirs []string // the submissions
	// Exercises are the names of those to grade, all if empty.
	Exercises []string
	// Seeds are those that each test is played on; nil leaves that to the tests.
	Seeds []uint64
	// Jobs is how many exercises run at once, 0 for one for each core.
	Jobs   int
	Limits lab.Limits
	// Scenarios is the folder for the scenarios of failures.
	Scenarios string
	// Told hears of each exercise that is done, and how many of how many are; nil is nobody.
	Told func(submission, exercise string, done, of int)
	// Noted hears of what went wrong with an exercise by no fault of the submission, and
	// took nothing from the others: its scenarios were not kept, or it could not be graded,
	// which its results say too. nil is nobody.
	Noted func(submission, exercise string, err error)
	// Ended hears of each process that ran the tests of an exercise, from several
	// goroutines; nil is nobody.
	Ended func(submission, exercise string, p *os.ProcessState)
}

// Submission is what came of one.
type Submission struct {
	Name   string `json:"submission"`
	Points int    `json:"points"`
	Of     int    `json:"of"`
	// Exercises are the points of each, in the order of Tests.
	Exercises []Exercise `json:"exercises"`
	Tests     []Test     `json:"tests"`
}

// Exercise is what came of the tests of one exercise.
type Exercise struct {
	Name   string `json:"exercise"`
	Points int    `json:"points"`
	Of     int    `json:"of"`
	// Reason is why all tests failed, where that is one for all: what was handed in does
	// not compile, say.
	Reason string `json:"reason,omitempty"`
}

// summed is an exercise by its tests.
func summed(name string, tests []lab.Result) Exercise {
	e := Exercise{Name: name}
	same := len(tests) > 0
	for i := range tests {
		t := &tests[i]
		e.Points, e.Of = e.Points+t.Points, e.Of+t.Of
		same = same && t.Reason == tests[0].Reason && t.Seed == 0 && !t.Passed
	}
	if same {
		e.Reason = tests[0].Reason
	}
	return e
}

// Test is what came of one test.
type Test struct {
	Exercise string `json:"exercise"`
	lab.Result
}

// builder builds the programs of submissions.
type builder struct {
	root string // of the checkout
	temp string
	// patience is how long the go command may take for one program.
	patience time.Duration
}

// Run grades. The submissions are in the order of the folders, each with all tests in
// the order of the exercises. An error means that nothing can be graded.
func Run(ctx context.Context, o Options) ([]Submission, error) {
	root, err := web.FindModule("raftarium")
	if err != nil {
		return nil, fmt.Errorf("grading builds what students wrote: %w", err)
	}
	temp, err := os.MkdirTemp("", "raftarium-grade")
	if err != nil {
		return nil, fmt.Errorf("no place to build in: %w", err)
	}
	defer os.RemoveAll(temp)
	exercises := catalog.All()
	if len(o.Exercises) > 0 {
		exercises = slices.DeleteFunc(exercises, func(e lab.Exercise) bool { return !slices.Contains(o.Exercises, e.Name) })
	}
	b := builder{root: root, temp: temp, patience: buildTime}
	names, err := Names(o.Dirs)
	if err != nil {
		return nil, err
	}

	type task struct{ dir, exercise int }
	var tasks []task
	for d := range o.Dirs {
		for e := range exercises {
			tasks = append(tasks, task{d, e})
		}
	}
	results := make([][]lab.Result, len(tasks))
	failures := make([]error, len(tasks))
	jobs := o.Jobs
	if jobs <= 0 {
		jobs = runtime.GOMAXPROCS(0)
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	next, done := 0, 0
	for range min(jobs, len(tasks)) {
		wg.Go(func() {
			for {
				mu.Lock()
				i := next
				next++
				mu.Unlock()
				if i >= len(tasks) || ctx.Err() != nil {
					return
				}
				t := tasks[i]
				e := &exercises[t.exercise]
				res, err := b.exercise(ctx, o, o.Dirs[t.dir], names[t.dir], e)
				if res == nil && err != nil {
					err = fmt.Errorf("it could not be graded: %w", err)
					res, failures[i] = e.Unplayed(err.Error()), err
				}
				results[i] = res
				mu.Lock()
				done++
				if err != nil && o.Noted != nil && ctx.Err() == nil {
					o.Noted(names[t.dir], e.Name, err)
				}
				if o.Told != nil {
					o.Told(names[t.dir], e.Name, done, len(tasks))
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	// What befalls one exercise takes nobody else's grades. What befalls all, or any to be
	// built, is nothing that grades would be worth.
	for _, err := range failures {
		if errors.Is(err, web.ErrNoToolchain) || err != nil && !slices.Contains(failures, nil) {
			return nil, errors.Unwrap(err)
		}
	}
	all := make([]Submission, len(o.Dirs))
	for d := range all {
		all[d] = Submission{Name: names[d], Exercises: []Exercise{}, Tests: []Test{}}
	}
	for i, t := range tasks {
		s := &all[t.dir]
		s.Exercises = append(s.Exercises, summed(exercises[t.exercise].Name, results[i]))
		for _, res := range results[i] {
			s.Points, s.Of = s.Points+res.Points, s.Of+res.Of
			s.Tests = append(s.Tests, Test{Exercise: exercises[t.exercise].Name, Result: res})
		}
	}
	return all, nil
}

// Names are the names of submissions: those of their folders, and as much of the path
// above, behind slashes, as it takes to tell them apart. Each is a path below any folder,
// for that is what their scenarios are kept in.
func Names(dirs []string) ([]string, error) {
	paths, names := make([][]string, len(dirs)), make([]string, len(dirs))
	for i, d := range dirs {
		abs, err := filepath.Abs(d)
		if err != nil {
			return nil, err
		}
		paths[i] = strings.Split(strings.Trim(filepath.ToSlash(abs[len(filepath.VolumeName(abs)):]), "/"), "/")
	}
	for left, length := len(dirs), 1; left > 0; length++ {
		count := map[string]int{}
		for _, p := range paths {
			count[last(p, length)]++
		}
		for i, p := range paths {
			name := last(p, length)
			if names[i] != "" || count[name] > 1 && length < len(p) {
				continue
			}
			if !filepath.IsLocal(filepath.FromSlash(name)) {
				return nil, fmt.Errorf("the submission %q has no name: it is no folder in another", dirs[i])
			}
			if slices.Contains(names, name) {
				return nil, fmt.Errorf("the submission %q is given twice", dirs[i])
			}
			names[i] = name
			left--
		}
	}
	return names, nil
}

// last are the last n elements of a path, or all, behind slashes.
func last(path []string, n int) string {
	return strings.Join(path[max(0, len(path)-n):], "/")
}

// exercise grades one exercise of a submission. What is wrong with the submission is
// in the results. With results, an error is why their scenarios were not kept.
func (b *builder) exercise(ctx context.Context, o Options, dir, name string, e *lab.Exercise) ([]lab.Result, error) {
	program, why, err := b.build(ctx, filepath.Join(dir, e.Name), e.Name, true)
	if err != nil {
		return nil, err
	}
	if why != "" {
		return e.Unplayed(why), nil
	}
	defer os.Remove(program)
	sources, err := lab.StudentFiles(filepath.Join(dir, e.Name))
	if err != nil { // they were there when it was built
		return e.Unplayed(err.Error()), nil
	}
	// It runs in a folder of its own, so that what it writes hurts nobody.
	work, err := os.MkdirTemp(b.temp, "work")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(work)
	for i := range sources {
		if sources[i], err = filepath.Abs(sources[i]); err != nil {
			return nil, err
		}
	}
	results, err := lab.Supervise(ctx, e, lab.Process{
		Program: program, Args: []string{"check"}, Dir: work, Limits: o.Limits,
		Ended: func(p *os.ProcessState) {
			if o.Ended != nil {
				o.Ended(name, e.Name, p)
			}
		},
	}, lab.Options{Seeds: o.Seeds, Sources: sources})
	if err != nil {
		return nil, err
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	show := func(file string) string {
		return fmt.Sprintf("go run ./cmd/raftarium try %s %s %s", cli.Quote(abs), e.Name, cli.Quote(file))
	}
	return results, lab.Keep(filepath.Join(o.Scenarios, filepath.FromSlash(name), e.Name), show, results)
}

// buildTime is how long the go command may take for one program.
const buildTime = 5 * time.Minute
