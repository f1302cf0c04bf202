//go:build !js || !viz

package command

import (
	"github.com/spf13/cobra"

	"raftarium/cmd/raftarium/command/bare"
)

// Main runs the program with the arguments of the process, and more beside the
// commands that every raftarium has. It ends the process with the command's status.
func Main(p Program, more ...*cobra.Command) {
	bare.Main(bare.Program{Code: p.Code, Name: p.Name, Package: p.Package, Window: Window(p)}, more...)
}

// Misuse marks the error of a command as a wrong use of it: the program ends with
// status 2.
func Misuse(err error) error { return bare.Misuse(err) }

// Status is the error of a command that has said all that there is to say, and ends
// the program with this status.
func Status(status int) error { return bare.Status(status) }
