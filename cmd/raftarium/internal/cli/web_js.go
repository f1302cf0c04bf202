package cli

import "github.com/spf13/cobra"

// addWeb adds nothing: Node.js runs the headless command, and the page itself
// has no command line.
func addWeb(*cobra.Command, Program, Streams) {}
