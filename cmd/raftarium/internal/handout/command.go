package handout

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"raftarium/cmd/raftarium/command/bare"
	"raftarium/cmd/raftarium/internal/checkout"
	"raftarium/web"
)

// Command is `raftarium handout`.
func Command() *cobra.Command {
	var with []string
	cmd := &cobra.Command{
		Use:   "handout DIR",
		Short: "Write the module that students are given",
		Long: `handout writes a module for students into a new folder: the contract, the world, the
checkers, the visualizer and the exercises, and none of the algorithm, nor of the
key-value service, except the reference for the exercises that --with names. It
builds, its tests run, and so does the visualizer, on what students write.

The files of the exercises are taken as they are in this checkout.`,
		Example: `  raftarium handout ../raft-course
  raftarium handout --with 1,2,6 ../raft-course`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return bare.Misuse(fmt.Errorf("handout needs one folder to write into, found %d", len(args)))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			list, err := numbers(with)
			if err != nil {
				return bare.Misuse(err)
			}
			if err := empty(args[0]); err != nil {
				return bare.Misuse(err)
			}
			root, err := web.FindModule("raftarium")
			if err != nil {
				return err
			}
			if err := Write(root, args[0], list); err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "wrote the module to %s\n", args[0])
			if edited := checkout.Edited(root, ""); len(edited) > 0 {
				fmt.Fprintf(cmd.ErrOrStderr(), "note: files of exercises were edited in this checkout, and were handed out as they are: %s\n",
					strings.Join(edited, ", "))
			}
			return nil
		},
	}
	cmd.Flags().StringSliceVar(&with, "with", nil, "put the reference for the exercises of these `numbers` in")
	return cmd
}
