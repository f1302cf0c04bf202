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
	last string
}

// stateEvery is how many ticks lie between two versions.
const stateEvery = 6

func (f *stateFile) write(g *game) {
	if f.name == "" || g.tick%stateEvery != 0 || !g.painted {
		return
	}
	text, err := json.Marshal(struct {
		shell.State
		Screen json.RawMessage `json:"screen"`
	}{g.shell.State(), json.RawMessage(g.shell.Mirror(g.scale))})
	if err != nil || string(text) == f.last {
		return
	}
	f.last = string(text)
	if err := os.WriteFile(f.name+".new", text, 0o600); err == nil {
		err = os.Rename(f.name+".new", f.name)
		if err == nil {
			return
		}
	}
	g.shell.Say("The state cannot be written to "+f.name+".", true)
	f.name = ""
}
