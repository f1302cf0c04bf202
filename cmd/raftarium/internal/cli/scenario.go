package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"raftarium/netsim/cluster/script"
)

// bugPrefix begins the name of a scenario that is that of a seeded bug.
const bugPrefix = "bug:"

// checkedScenario is readScenario for those who take the scenario as it is.
func checkedScenario(ctx context.Context, name string, p Program, s Streams) (*script.Scenario, error) {
	sc, err := readScenario(ctx, name, p, s)
	if sc == nil {
		return nil, err
	}
	if err := sc.Check(p.Code.Known()); err != nil {
		return nil, misuse{err}
	}
	return sc, nil
}

// readScenario reads a scenario file, "-" being standard input, "bug:NAME" the scenario
// of a seeded bug, and "" none at all, for which it returns nil. Whether a run can be what
// it says is not checked yet: flags may win over it. What is wrong with the file is misuse;
// that it cannot be read, though it is there, is not. The end of ctx ends the wait for a
// pipe or a person who writes nothing.
func readScenario(ctx context.Context, name string, p Program, s Streams) (*script.Scenario, error) {
	if name == "" {
		return nil, nil
	}
	type result struct {
		sc  *script.Scenario
		err error
	}
	read := make(chan result, 1)
	go func() {
		sc, err := waitForScenario(name, p, s)
		read <- result{sc, err}
	}()
	select {
	case r := <-read:
		return r.sc, r.err
	case <-ctx.Done():
		return nil, errors.New("interrupted while reading the scenario")
	}
}

// waitForScenario is readScenario without an end to its patience.
func waitForScenario(name string, p Program, s Streams) (*script.Scenario, error) {
	r, shown := s.In, name
	if bug, ok := strings.CutPrefix(name, bugPrefix); ok {
		b, err := findBug(p, bug)
		if err != nil {
			return nil, err
		}
		r = strings.NewReader(b.Scenario)
	} else if name == "-" {
		shown = "standard input"
	} else {
		f, err := os.Open(name)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, misusef("there is no scenario %q: %w", name, fs.ErrNotExist)
		}
		if err != nil {
			return nil, fmt.Errorf("reading the scenario: %w", err)
		}
		defer f.Close()
		r = io.Reader(f)
	}
	sc, err := script.Parse(r, shown)
	if _, wrong := errors.AsType[*script.Errors](err); wrong {
		return nil, misuse{err}
	}
	if err != nil {
		return nil, fmt.Errorf("reading the scenario: %w", err)
	}
	return sc, nil
}

// flagged names the flags where values that came from no file are wrong.
func flagged(err error) error {
	all, ok := errors.AsType[*script.Errors](err)
	if !ok || all.More > 0 {
		return err
	}
	var lines []error
	for _, one := range all.Unwrap() {
		if e, ok := errors.AsType[*script.Error](one); ok && e.Header() != "" {
			one = fmt.Errorf("--%w", e)
		}
		lines = append(lines, one)
	}
	return errors.Join(lines...)
}
