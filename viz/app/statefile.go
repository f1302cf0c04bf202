package app

import (
	"encoding/json"
	"os"

	"raftarium/viz/app/shell"
)

// stateFile keeps a file up to date with the state of the run and the nodes on
// the screen, for tests that press the real controls of a window. Each version
// replaces the one before as a whole, so that a reader never sees half of one.
type stateFile struct {
	name string
}

// stateEvery is how many ticks lie between two versions.
const stateEvery = 6

func (f *stateFile) write(g *game) {
	if f.name == "" || g.tick%stateEvery != 0 || !g.painted || g.shell.Arriving() {
		return
	}
	text, err := json.Marshal(struct {
		shell.State
		Screen json.RawMessage `json:"screen"`
		// Tick is how often the devices were read, so that a test can tell when a
		// part of a gesture has been seen.
		Tick uint64 `json:"tick"`
	}{g.shell.State(), json.RawMessage(g.shell.Mirror(g.scale)), g.tick})
	if err != nil {
		return // cannot happen: no field can fail
	}
	if replaceFile(f.name, text) != nil {
		g.shell.Say("The state cannot be written to "+f.name+".", true)
		f.name = ""
	}
}

// replaceFile writes a file that only this user can read, so that whoever reads it,
// even after a crash, finds the old version or the new one.
func replaceFile(name string, data []byte) error {
	if err := os.WriteFile(name+".new", data, 0o600); err != nil {
		return err
	}
	return os.Rename(name+".new", name)
}
