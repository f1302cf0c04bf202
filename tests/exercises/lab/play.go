package lab

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/hunt"
)

// Options say how an exercise is run.
type Options struct {
	// Seeds are the seeds that every test is played on; nil leaves that to the test,
	// from 1 on.
	Seeds []uint64
	// Only are the names of the tests to run, all if empty; Skip are left out.
	Only, Skip []string
	// Sources are the student's files, in which what breaks determinism is looked for.
	Sources []string
	// Whole leaves the runs that failed as they are, and makes none smaller.
	Whole bool
}

// runs reports whether a test is to be run.
func (o *Options) runs(name string) bool {
	for _, s := range o.Skip {
		if s == name {
			return false
		}
	}
	for _, s := range o.Only {
		if s == name {
			return true
		}
	}
	return len(o.Only) == 0
}

// seeds are those of a test.
func (o *Options) seeds(t *Test) []uint64 {
	if len(o.Seeds) > 0 {
		return o.Seeds
	}
	n := t.Seeds
	if n == 0 {
		n = DefaultSeeds
	}
	list := make([]uint64, n)
	for i := range list {
		list[i] = uint64(i + 1)
	}
	return list
}

// Run plays the tests of the exercise on somebody's code, in this process. begin
// hears of each test before it is played, and on which seed; done of its result.
// Either may be nil.
func (e *Exercise) Run(code cluster.Code, o Options, begin func(t *Test, seed uint64), done func(Result)) []Result {
	var all []Result
	effort := totalEffort
	for i := range e.Tests {
		t := &e.Tests[i]
		if !o.runs(t.Name) {
			continue
		}
		res := t.passed()
		for _, seed := range o.seeds(t) {
			if begin != nil {
				begin(t, seed)
			}
			if failure := e.play(t, code, seed, &o, &effort); failure != nil {
				res = *failure
				break
			}
		}
		all = append(all, res)
		if done != nil {
			done(res)
		}
	}
	return all
}

// play plays a test on a seed. It returns nil if the test passed.
func (e *Exercise) play(t *Test, code cluster.Code, seed uint64, o *Options, effort *hunt.Effort) *Result {
	r, err := t.open(e, code, seed)
	if err != nil {
		res := t.failed(seed, err.Error())
		return &res
	}
	if err = guarded(r, t.Play); err == nil {
		err = r.End()
	}
	if err == nil {
		return nil
	}
	reason := err.Error()
	if u, ok := errors.AsType[*Unsound](err); ok {
		reason += next(reason, Suspects(o.Sources, u.kind))
	} else {
		reason += next(reason, Forbidden(o.Sources))
	}
	res := t.failed(seed, reason)
	sc, at := r.scenario(), r.Now().Duration()
	if f, ok := errors.AsType[*Finding](err); ok {
		res.Points, res.Seed = f.Points, 0
		if f.Scenario == nil {
			return &res
		}
		res.Seed = f.Scenario.Config.Seed
		var text bytes.Buffer
		if _, err := f.Scenario.WriteTo(&text); err == nil {
			res.Scenario, res.At = text.String(), f.At
		}
		return &res
	}
	if f, ok := errors.AsType[*courseFailure](err); ok {
		sc, at = f.Scenario, f.Scenario.Config.For
	}
	if v, ok := errors.AsType[*violation](err); ok {
		at = v.At.Duration()
	}
	if !o.Whole {
		whole := sc
		if sc, at = r.smaller(err, sc, at, effort); sc != whole {
			res.Small = r.instead(err, sc)
		}
	}
	var text bytes.Buffer
	if _, ok := errors.AsType[*violation](err); !ok {
		// The file goes its own ways, and says what nobody else knows of it.
		fmt.Fprintf(&text, "# The test %s of %s found this run wrong: it must hold that %s.\n", t.Name, e.Name, strings.ReplaceAll(strings.TrimSuffix(t.What, "."), "\n", " "))
		fmt.Fprintln(&text, "# That is what check expects; run knows nothing of it, and may find that all is well.")
	}
	if _, err := sc.WriteTo(&text); err == nil {
		res.Scenario, res.At = text.String(), strings.Replace(at.String(), "µ", "u", 1)
	}
	return &res
}

// guarded plays, and turns a panic into an error: whatever a test reads of a
// student's machine may be nonsense.
func guarded(r *Run, play func(*Run) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the test could not go on, because the machines show what cannot be: %v", p)
		}
	}()
	return play(r)
}
