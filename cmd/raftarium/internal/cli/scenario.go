package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"raftarium/netsim/cluster/script"
)

// readScenario reads and checks a scenario file, "-" being standard input and ""
// none at all, for which it returns nil. What is wrong with the file is misuse;
// that it cannot be read, though it is there, is not.
func readScenario(name string, p Program, s Streams) (*script.Scenario, error) {
	r, shown := s.In, name
	switch name {
	case "":
		return nil, nil
	case "-":
		shown = "standard input"
	default:
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
	if err == nil {
		err = sc.Check(p.Code.RuleNames())
	}
	if _, wrong := errors.AsType[*script.Errors](err); wrong {
		return nil, misuse{err}
	}
	if err != nil {
		return nil, fmt.Errorf("reading the scenario: %w", err)
	}
	return sc, nil
}
