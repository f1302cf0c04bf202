package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/bug"
	"raftarium/netsim/cluster/script"
)

// newBug is `raftarium bug`, with what belongs to it.
func newBug(p Program, s Streams) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "bug",
		Short: "Find the bug: one rule is off, and you are told what a user noticed",
		Long: `bug lists the seeded bugs. Each is a whole Raft and service with one rule switched
off. You are told what a user noticed, and have a scenario with the same thing wrong, the
smallest that was found: run it, watch it, read its trace. Checkers speak up in it
before a user would. Nothing says which rule it is.

Answer with the property that is violated first, the first event at which somebody
did what Raft does not do, and the rule that is missing. The names of the bugs are
those of fish and mean nothing.

The first wrong event is the first in the chain of causes of the violation at which
a server or client acts, or changes, other than the same one would with the rule. A
stall has no such chain, nor has some other violations: then it is the first of the
run.

Wherever a scenario is asked for, bug:NAME is that of a bug.`,
		Example: `  raftarium bug
  raftarium bug show perch
  raftarium run bug:perch --explain
  raftarium bug open perch
  raftarium bug answer perch --property "log matching" --event 123 --rule batching`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownBugCommand(p, cmd, args[0])
			}
			return nil
		},
		RunE: func(*cobra.Command, []string) error { return listBugs(p, asJSON, s.Out) },
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a JSON array instead of text")
	list := &cobra.Command{
		Use: "list", Short: "List the bugs and what was noticed of each", Args: noArgs,
		RunE: func(*cobra.Command, []string) error { return listBugs(p, asJSON, s.Out) },
	}
	list.Flags().BoolVar(&asJSON, "json", false, "print a JSON array instead of text")
	cmd.AddCommand(list, newBugShow(p, s), newBugOpen(p, s), newBugAnswer(p, s))
	return cmd
}

// unknownBugCommand says what was meant by a word that is no command of bug.
func unknownBugCommand(p Program, cmd *cobra.Command, word string) error {
	if _, ok := p.Code.Bug(word); ok {
		return misusef("found %q, which is a bug: `%s show %s` tells of it", word, cmd.CommandPath(), word)
	}
	return noCommand(cmd, word)
}

// findBug is the bug of a name.
func findBug(p Program, name string) (*cluster.Bug, error) {
	if b, ok := p.Code.Bug(name); ok {
		return b, nil
	}
	if len(p.Code.Bugs) == 0 {
		return nil, misusef("found the bug %q, but this program has no seeded bugs: they are in the code of raftarium itself", name)
	}
	if near := script.Nearest(name, bugNames(p)); near != "" {
		return nil, misusef("found %q, but no seeded bug has that name; did you mean %q?", name, near)
	}
	return nil, misusef("found %q, but no seeded bug has that name; there are %s", name, strings.Join(bugNames(p), ", "))
}

func bugNames(p Program) []string {
	names := make([]string, len(p.Code.Bugs))
	for i := range names {
		names[i] = p.Code.Bugs[i].Name
	}
	return names
}

// oneBug takes the name of a bug as the only argument.
func oneBug(p Program) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != 1 {
			return misusef("%s takes the name of one bug; `%s` lists them", cmd.CommandPath(), cmd.Parent().CommandPath())
		}
		_, err := findBug(p, args[0])
		return err
	}
}

func completeBug(p Program) func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return bugNames(p), cobra.ShellCompDirectiveNoFileComp
	}
}

// bugJSON is a bug as anybody may know it.
type bugJSON struct {
	Name     string   `json:"name"`
	Noticed  string   `json:"noticed"`
	Seed     uint64   `json:"seed"`
	Scenario string   `json:"scenario"`
	Commands []string `json:"commands"`
}

func describeBug(p Program, b *cluster.Bug) (*bugJSON, error) {
	sc, err := bug.Scenario(p.Code, b)
	if err != nil {
		return nil, err
	}
	name := p.name()
	j := bugJSON{
		Name: b.Name, Noticed: strings.Join(strings.Fields(b.Noticed), " "), Seed: sc.Config.Seed, Scenario: b.Scenario,
		Commands: []string{
			fmt.Sprintf("%s run bug:%s --explain", name, b.Name),
			fmt.Sprintf("%s run bug:%s --trace %s.jsonl", name, b.Name, b.Name),
			fmt.Sprintf("%s bug open %s", name, b.Name),
			fmt.Sprintf("%s web bug:%s", name, b.Name),
			fmt.Sprintf("%s bug answer %s --property ... --event ... --rule ...", name, b.Name),
		},
	}
	return &j, nil
}

func listBugs(p Program, asJSON bool, w io.Writer) error {
	list := make([]*bugJSON, len(p.Code.Bugs))
	for i := range list {
		var err error
		if list[i], err = describeBug(p, &p.Code.Bugs[i]); err != nil {
			return err
		}
	}
	if asJSON {
		return printJSON(w, list)
	}
	var b strings.Builder
	for _, j := range list {
		fmt.Fprintf(&b, "%s, seed %d\n%s\n\n", j.Name, j.Seed, wrap(j.Noticed, 4))
	}
	fmt.Fprintf(&b, "%d bugs. `%s bug show NAME` tells how to run one.\n", len(list), p.name())
	_, err := io.WriteString(w, b.String())
	return err
}

// wrap breaks a text into lines of at most 80 characters, each indented.
func wrap(text string, indent int) string {
	var b strings.Builder
	margin, at := strings.Repeat(" ", indent), 0
	for word := range strings.FieldsSeq(text) {
		switch n := len([]rune(word)); {
		case at == 0:
			b.WriteString(margin)
			at = indent + n
		case at+1+n > 80:
			b.WriteString("\n" + margin)
			at = indent + n
		default:
			b.WriteByte(' ')
			at += 1 + n
		}
		b.WriteString(word)
	}
	return b.String()
}

func newBugShow(p Program, s Streams) *cobra.Command {
	var asJSON, scenario bool
	cmd := &cobra.Command{
		Use:   "show NAME",
		Short: "Say what was noticed of a bug, and how to run it",
		Args:  oneBug(p), ValidArgsFunction: completeBug(p),
		RunE: func(_ *cobra.Command, args []string) error {
			b, err := findBug(p, args[0])
			if err != nil {
				return err
			}
			if scenario {
				_, err := io.WriteString(s.Out, b.Scenario)
				return err
			}
			j, err := describeBug(p, b)
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(s.Out, j)
			}
			_, err = fmt.Fprintf(s.Out, "%s, seed %d\n\n%s\n\nRun it, read what happened, watch it, answer:\n\n    %s\n\nThe scenario:\n\n%s", j.Name, j.Seed,
				wrap(j.Noticed, 0), strings.Join(j.Commands, "\n    "), indented(j.Scenario))
			return err
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a JSON object instead of text")
	cmd.Flags().BoolVar(&scenario, "scenario", false, "print the scenario file alone")
	return cmd
}

// indented is a text with every line that is not empty moved to the right.
func indented(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if line != "\n" {
			b.WriteString("    ")
		}
		b.WriteString(line)
	}
	return b.String()
}

func newBugOpen(p Program, s Streams) *cobra.Command {
	var at string
	cmd := &cobra.Command{
		Use:   "open NAME",
		Short: "Open the scenario of a bug in a window",
		Args:  oneBug(p), ValidArgsFunction: completeBug(p),
		RunE: func(cmd *cobra.Command, args []string) error {
			return open(cmd.Context(), p, openOptions{scenario: bugPrefix + args[0], at: at}, s)
		},
	}
	cmd.Flags().StringVar(&at, "at", "", "open at this `time` of the run, like 1.5s")
	return cmd
}
