// Package app is the visualizer: a window, or a page of a browser, in which a
// cluster runs and can be broken. All that it shows and does is in package shell,
// which needs no display; this package reads the devices, paints, and speaks with
// its surroundings.
//
// Whoever imports this package links Ebitengine, which cannot run under Node.js.
package app

import (
	"errors"
	"fmt"
	"time"

	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/script"
)

// Options say what the visualizer opens with.
type Options struct {
	// Code is whose Raft, server and client run.
	Code cluster.Code
	// Scenario is the run to open; nil is a cluster of five to play with, or, in a
	// browser, the run that the address of the page names.
	Scenario *script.Scenario
	// Name is what the run is called: the name of its file.
	Name string
	// At is the virtual time at which to open the run; time stands still there. 0
	// is the start, and time passes.
	At time.Duration
	// Dir is where scenario files and pictures are written, on a desktop; "" is the
	// working directory.
	Dir string
	// State names a file to which the state of the run is written, as JSON, ten
	// times a second, with the nodes of the interface: for tests that press the real
	// controls of the window. "" writes nothing.
	State string
	// Done closes the window when it is closed; nil leaves that to the person.
	Done <-chan struct{}
	// Width and Height are the size of the window in points, for tests and pictures; 0, 0 is the
	// size that it had the last time.
	Width, Height int
}

// ErrNoDisplay says that there is no display to open a window on, or that what it
// takes to draw there is missing.
var ErrNoDisplay = errors.New("no display")

// Run opens the visualizer and returns when it is closed. The error is an
// [ErrNoDisplay] where there is no display.
func Run(o Options) error {
	g, err := newGame(o)
	if err != nil {
		return err
	}
	return g.run()
}

// displayError tells what is wrong with the display from what Ebitengine says.
func displayError(err error) error {
	return fmt.Errorf("%w: %v", ErrNoDisplay, err)
}
