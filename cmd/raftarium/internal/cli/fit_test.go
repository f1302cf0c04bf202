package cli

import (
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"raftarium/netsim/cluster"
	"raftarium/raft"
)

// each walks a command and all below it.
func each(cmd *cobra.Command, do func(*cobra.Command)) {
	do(cmd)
	for _, c := range cmd.Commands() {
		each(c, do)
	}
}

// Help names what the program has, as it is run: that of an exercise has no seeded
// bugs, and a student's Raft no rules to switch off.
func TestHelpNamesOnlyWhatTheProgramHas(t *testing.T) {
	whole := program()
	whole.Code.Bugs = []cluster.Bug{{Name: "perch", Rule: "batching"}}
	bare := program()
	bare.Name = "go run ./tests/exercises/01-election"
	bare.Code.Raft.Rules, bare.Code.Server.Rules, bare.Code.Client.Rules = []raft.Rule{}, nil, nil
	named := whole
	named.Name = "go run ./tests/exercises/10-find-the-bug"
	command := regexp.MustCompile("(^|[ '`])raftarium (run|hunt|web|rules|bug|grade|try|handout)\\b")
	for _, p := range []Program{whole, bare, named} {
		root := newRoot(p, Streams{}, "")
		each(root, func(cmd *cobra.Command) {
			for line := range strings.Lines(cmd.Example) {
				line, _, _ = strings.Cut(strings.TrimSpace(line), " > ")
				rest, ok := strings.CutPrefix(line, p.name())
				if !ok {
					t.Errorf("%s: the example %q is not how it is run", cmd.CommandPath(), line)
					continue
				}
				rest, _, _ = strings.Cut(rest, "   ") // what it does
				args := strings.Fields(strings.ReplaceAll(rest, `"log matching"`, "log-matching"))
				found, args, err := root.Find(args)
				if err != nil || found == root && len(args) > 0 && !strings.HasSuffix(args[0], ".txt") {
					t.Errorf("%s: the example %q is of no command: %v", cmd.CommandPath(), line, err)
				} else if err := found.ParseFlags(args); err != nil {
					t.Errorf("%s: the example %q: %v", cmd.CommandPath(), line, err)
				}
			}
			help := cmd.Long + cmd.Short + cmd.Flags().FlagUsages()
			if p.Name != "" && command.MatchString(help) {
				t.Errorf("%s: the help names %q, which is run as %s", cmd.CommandPath(), command.FindString(help), p.Name)
			}
			for word, has := range map[string]bool{"bug:": len(p.Code.Bugs) > 0, "--without": len(p.Code.Rules()) > 0} {
				if !has && strings.Contains(help, word) {
					t.Errorf("%s: the help has %q, which this program has not:\n%s", cmd.CommandPath(), word, help)
				}
			}
		})
	}
}
