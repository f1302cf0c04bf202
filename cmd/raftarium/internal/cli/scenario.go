package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"raftarium/netsim/cluster/script"
)

// scenarioFile is a scenario as it was read and as it was understood.
type scenarioFile struct {
	name   string           // "" if none was named
	text   []byte           // as it was read
	parsed *script.Scenario // nil if none was named
}

// readScenario reads and checks a scenario file, "-" being standard input and ""
// none at all. What is wrong with the file is misuse; that it cannot be read,
// though it is there, is not.
func readScenario(name string, p Program, s Streams) (scenarioFile, error) {
	f := scenarioFile{name: name}
	var err error
	switch name {
	case "":
		return f, nil
	case "-":
		f.name = "standard input"
		f.text, err = io.ReadAll(s.In)
	default:
		f.text, err = os.ReadFile(name)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return f, misusef("there is no scenario %q: %w", name, fs.ErrNotExist)
	}
	if err != nil {
		return f, fmt.Errorf("reading the scenario: %w", err)
	}
	if f.parsed, err = script.Parse(bytes.NewReader(f.text), f.name); err != nil {
		return f, misuse{err}
	}
	if err := f.parsed.Check(p.Code.RuleNames()); err != nil {
		return f, misuse{err}
	}
	return f, nil
}
