//go:build !js || !viz

// Package bare is package command without the window: a program that is made of it links
// nothing of the interface, and so in less than half of the time. It may have a window all the
// same, by Program.Window.
package bare

import (
	"context"
	"fmt"
	"os"
	"runtime/debug"

	"github.com/spf13/cobra"

	"raftarium/cmd/raftarium/internal/cli"
	"raftarium/netsim/cluster"
)

// Opening is what the visualizer starts with.
type Opening = cli.Opening

// Program is whose program it is.
type Program struct {
	// Code, Name and Package are as in command.Program.
	Code          cluster.Code
	Name, Package string
	// Window opens the visualizer and returns when it is closed, which the end of the
	// context does too. nil is no window: the command says so where one is asked for.
	Window func(context.Context, Opening) error
}

// gcPercent lets the heap of a run grow to four times what lives in it before it is
// collected: most of what a run allocates is its log, which stays, and a collector
// that runs all the time slows each event down, in wasm by a third.
const gcPercent = 300

// Main runs the program with the arguments of the process, and more beside the
// commands that every raftarium has. It ends the process with the command's status.
func Main(p Program, more ...*cobra.Command) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	ctx, stop := interruptible()
	status := cli.Main(ctx, cli.Program{
		Code: p.Code, Window: p.Window, Name: p.Name, Package: p.Package, More: more,
	}, os.Args[1:], cli.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Terminal: cli.IsTerminal(os.Stderr)})
	stop()
	os.Exit(status)
}

// Misuse marks the error of a command as a wrong use of it: the program ends with
// status 2.
func Misuse(err error) error { return cli.Misuse(err) }

// Status is the error of a command that has said all that there is to say, and ends
// the program with this status.
func Status(status int) error { return cli.Status(status) }

// Quote quotes an argument for a shell where that is needed, for a command that people
// are told to type.
func Quote(arg string) string { return cli.Quote(arg) }

// Elsewhere adds to the error of a window that cannot open where else the same is to be
// seen. name is what people type to run the program.
func Elsewhere(err error, name string, o Opening) error {
	return fmt.Errorf("%w\nTo see the same in a browser: %s web%s\nTo run it without a picture: %s run%s", err, name, o.Arguments(), name, o.Shown())
}
