// Package cli is the raftarium command: what it takes, what it prints where, and
// with which status it ends.
//
// Results go to standard output; progress, notes and errors to standard error.
// With --json, standard output is exactly one JSON value, or, of hunt, one a line.
// Flags fill an options
// value, and what a command does depends on that and its streams alone; nothing
// here is a package variable.
package cli

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"github.com/spf13/cobra"

	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/script"
)

// Streams is where a command reads and writes.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
	// Terminal says that a person watches Err.
	Terminal bool
}

// Program is what the command is made of.
type Program struct {
	// Code is whose code runs.
	Code cluster.Code
	// Window opens the desktop visualizer and returns when it is closed, by hand or
	// by the end of the context. nil where there is none.
	Window func(context.Context, Opening) error
	// Name is what people type to run the program; "" is "raftarium".
	Name string
	// Package is the main package of which the page is built; "" is this program.
	Package string
	// More are commands beside those of every raftarium.
	More []*cobra.Command
}

// name is what people type to run the program.
func (p *Program) name() string { return cmp.Or(p.Name, "raftarium") }

// Opening is what the visualizer starts with.
type Opening struct {
	Scenario *script.Scenario // nil for none
	Name     string           // of the scenario's file
	At       time.Duration    // the instant at which to open it
	Argument string           // by which the command was given the scenario, "" for none
}

// Shown is the scenario as another command takes it: nothing, or a space and it.
func (o *Opening) Shown() string {
	if o.Argument == "" || o.Argument == "-" { // what was read cannot be read again
		return ""
	}
	return " " + Quote(o.Argument)
}

// Arguments are those with which `web` shows the same, each behind a space.
func (o *Opening) Arguments() string {
	if o.At == 0 {
		return o.Shown()
	}
	return o.Shown() + " --at " + o.At.String()
}

// Exit statuses. Of those after Misuse the first that applies is used.
const (
	StatusOK           = 0
	StatusFailed       = 1 // something outside failed: no display, no toolchain, address in use
	StatusMisuse       = 2
	StatusUnsafe       = 3 // a safety or exactly-once violation
	StatusNotLinear    = 4
	StatusNoProgress   = 5
	StatusLinearUnsure = 6
)

// misuse is a wrong use of the command.
type misuse struct{ err error }

func (m misuse) Error() string { return m.err.Error() }
func (m misuse) Unwrap() error { return m.err }

// Misuse marks an error as a wrong use of the command.
func Misuse(err error) error { return misuse{err} }

// Status is the error of a command that said all that there is to say, and ends with
// this status.
func Status(status int) error { return verdictError(status) }

func misusef(format string, args ...any) error { return misuse{fmt.Errorf(format, args...)} }

// verdictError ends a command that worked and found something wrong, which it
// has printed already.
type verdictError int

func (v verdictError) Error() string { return fmt.Sprintf("the verdict has status %d", int(v)) }

// parted takes what a command found out of its error: what remains is to be told. Of
// an error around what was found only what stands beside that in it remains.
func parted(err error) (found *verdictError, rest error) {
	var within []error
	switch e := err.(type) {
	case verdictError:
		return &e, nil
	case interface{ Unwrap() []error }:
		within = e.Unwrap()
	case interface{ Unwrap() error }:
		within = []error{e.Unwrap()}
	}
	var told []error
	for _, one := range within {
		v, other := parted(one)
		told = append(told, other)
		if found == nil {
			found = v
		}
	}
	if found == nil {
		return nil, err
	}
	return found, errors.Join(told...)
}

// Main runs the command and returns its exit status.
func Main(ctx context.Context, p Program, args []string, s Streams) int {
	root := newRoot(p, s, first(args))
	root.SetArgs(args)
	root.SetIn(s.In)
	root.SetOut(s.Out)
	root.SetErr(s.Err)
	// What fails before a command starts is how it was called.
	started := false
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error {
		started = true
		return noEmptyFlag(cmd)
	}
	// cobra does not tell whether help could be written.
	var unwritten error
	help := root.HelpFunc()
	root.SetHelpFunc(func(cmd *cobra.Command, args []string) {
		var text bytes.Buffer
		cmd.SetOut(&text)
		help(cmd, args)
		_, unwritten = s.Out.Write(text.Bytes())
	})
	cmd, err := root.ExecuteContextC(ctx)
	if err = cmp.Or(err, unwritten); err == nil {
		return StatusOK
	}
	// The version is written before any command starts.
	if e, ok := errors.AsType[*fs.PathError](err); ok && e.Op == "write" {
		started = true
	}
	// What was found counts for more than that it could not be written everywhere.
	found, err := parted(err)
	if err != nil {
		fmt.Fprintln(s.Err, "raftarium:", err)
	}
	if found != nil {
		return int(*found)
	}
	if _, wrong := errors.AsType[misuse](err); wrong || !started {
		fmt.Fprintf(s.Err, "See `%s --help`.\n", cmd.CommandPath())
		return StatusMisuse
	}
	return StatusFailed
}
