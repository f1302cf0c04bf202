//go:build js && !viz

// Command raftarium, built like this, is the headless command for Node.js. It grades
// nothing and writes no handout: there are no processes there to build and to run.
package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"raftarium/cmd/raftarium/command"
)

func main() {
	command.Main(command.Program{Code: ourCode()}, missing("grade"), missing("try"), missing("handout"))
}

// missing is a command that only says where it is: without it, its name would be taken
// for that of a scenario.
func missing(name string) *cobra.Command {
	return &cobra.Command{
		Use: name, Short: "Not in the build for Node.js", Hidden: true, DisableFlagParsing: true,
		RunE: func(*cobra.Command, []string) error {
			return fmt.Errorf("this build, for Node.js, starts no other programs: "+
				"`raftarium %[1]s` of the native program does (go run ./cmd/raftarium %[1]s)", name)
		},
	}
}
