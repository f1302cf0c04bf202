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
