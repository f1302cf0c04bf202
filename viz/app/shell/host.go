package shell

import "time"

// Host is what the surroundings offer: a browser's page or a desktop. Every method
// may do nothing.
type Host interface {
	// Load returns what was stored under key, "" if nothing was.
	Load(key string) string
	// Store keeps value under key beyond the end of the program.
	Store(key, value string)
	// save hands a file to the person and says where it went.
	Save(name, text string) (where string, err error)
	// SetRun is told the run whenever it changed: its scenario, and the time.
	SetRun(scenario string, at time.Duration)
	// dark reports whether the system prefers dark surroundings.
	Dark() bool
	// ReducedMotion reports whether the system asks for less movement.
	ReducedMotion() bool
}
