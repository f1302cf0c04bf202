package cli

import (
	"errors"
	"io/fs"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"raftarium/netsim/cluster/script"
)

// flagNames lists the flags that a command takes.
func flagNames(cmd *cobra.Command) (names []string) {
	add := func(f *pflag.Flag) {
		if !f.Hidden {
			names = append(names, f.Name)
		}
	}
	cmd.LocalFlags().VisitAll(add)
	cmd.InheritedFlags().VisitAll(add)
	return names
}

// suggestCommand explains a scenario that is not there: perhaps a command was
// mistyped.
func suggestCommand(root *cobra.Command, err error, word string) error {
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	var names []string
	for _, c := range root.Commands() {
		names = append(names, c.Name())
	}
	if near := script.Nearest(word, names); near != "" {
		return misusef("%w; did you mean the command `%s %s`?", err, root.CommandPath(), near)
	}
	return err
}
