package cli

import (
	"errors"

	"github.com/spf13/cobra"
)

// addWeb adds a command that only explains itself: under Node.js there is no Go
// toolchain to build the page with and no port to serve it on.
func addWeb(root *cobra.Command, _ Program, _ Streams) {
	root.AddCommand(&cobra.Command{
		Use: "web", Short: "Not in the build for Node.js", Hidden: true, DisableFlagParsing: true,
		RunE: func(*cobra.Command, []string) error {
			return errors.New("this build, for Node.js, makes and serves no page: " +
				"`raftarium web` of the native program does (go run ./cmd/raftarium web)")
		},
	})
}
