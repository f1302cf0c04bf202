package cli

import (
	"errors"
	"io/fs"
	"strings"

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

// strictNames has the commands for help and for completion, which are cobra's, refuse
// names that they do not know: they printed their own help, and all was well.
func strictNames(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	for _, c := range root.Commands() {
		switch c.Name() {
		case "help":
			c.Args = func(_ *cobra.Command, args []string) error {
				cmd, rest, err := root.Find(args)
				if err == nil && len(rest) > 0 {
					err = noCommand(cmd, rest[0])
				}
				return err
			}
		case "completion":
			c.Args = func(cmd *cobra.Command, args []string) error {
				if len(args) > 0 {
					return noCommand(cmd, args[0])
				}
				return nil
			}
			c.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
		}
	}
}

// noCommand is the error of a word for which a command has no other below it.
func noCommand(cmd *cobra.Command, word string) error {
	var names []string
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	switch near := script.Nearest(word, names); {
	case len(names) == 0:
		return misusef("found %q, but %s has no commands", word, cmd.CommandPath())
	case near != "":
		return misusef("found %q, but %s has no such command; did you mean %q?", word, cmd.CommandPath(), near)
	}
	return misusef("found %q, but %s has no such command; it has %s", word, cmd.CommandPath(), strings.Join(names, ", "))
}
