//go:build js || noweb

package cli

import (
	"errors"

	"github.com/spf13/cobra"
)

// addWeb adds a command that only explains itself: under Node.js there is no Go
// toolchain to build the page with and no port to serve it on, and what only runs
// tests (tag noweb) links in two thirds of the time without a server.
func addWeb(root *cobra.Command, _ Program, _ Streams) {
	root.AddCommand(&cobra.Command{
		Use: "web", Short: "Not in this build", Hidden: true, DisableFlagParsing: true,
		RunE: func(*cobra.Command, []string) error {
			return errors.New("this build, for Node.js or for tests alone, makes and serves no page: " +
				"`raftarium web` of the native program does (go run ./cmd/raftarium web)")
		},
	})
}
