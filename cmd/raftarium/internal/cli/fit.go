package cli

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// offers reports whether the program has what a header line of scenarios asks for:
// an exercise's has no seeded bugs, and a student's code may have no rules.
func (p *Program) offers(header string) bool {
	switch header {
	case "bug":
		return len(p.Code.Bugs) > 0
	case "without":
		return len(p.Code.RuleNames()) > 0
	}
	return true
}

// bugNote is how the help of the program goes on after the names of scenarios.
func bugNote(p *Program) string {
	if !p.offers("bug") {
		return ""
	}
	return ", and\n\"bug:NAME\" is that of a seeded bug"
}

// fit has the help of a command, and of all below it, name the program as it is run,
// and drops the examples of what it has not.
func fit(cmd *cobra.Command, p *Program) {
	var lines []string
	for line := range strings.Lines(cmd.Example) {
		if strings.Contains(line, "raftarium bug") && !p.offers("bug") ||
			(strings.Contains(line, "raftarium rules") || strings.Contains(line, "--without")) && !p.offers("without") {
			continue
		}
		if rest, ok := strings.CutPrefix(line, "  raftarium"); ok {
			line = "  " + p.name() + rest
		}
		if p.Name != "" { // another module need not have ours
			line = strings.ReplaceAll(line, "figure8.txt", "my-file.txt")
		}
		lines = append(lines, strings.TrimRight(line, "\n"))
	}
	cmd.Example = strings.Join(lines, "\n")
	cmd.Long = strings.ReplaceAll(cmd.Long, "'raftarium ", "'"+p.name()+" ")
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		f.Usage = strings.ReplaceAll(f.Usage, "'raftarium ", "'"+p.name()+" ")
	})
	for _, c := range cmd.Commands() {
		fit(c, p)
	}
}
