package cli

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"raftarium/raft"
)

type rulesOptions struct{ json bool }

func newRules(p Program, s Streams) *cobra.Command {
	var o rulesOptions
	cmd := &cobra.Command{
		Use:   "rules",
		Short: "List the rules that can be switched off, and what each defends",
		Long: `rules lists every rule of Raft and of the service that can be switched off with
--without, to see what it is good for: its kind (what goes wrong without it, at
worst), the property that it is there for, and where the paper or the dissertation
states it, and how many seeds 'raftarium hunt --without RULE' needs to find a run
that breaks. Where that run shows another property first, which follows, it says
so. Kinds are safety (committed state can be lost or differ), liveness
(progress can stop) and cost (the same takes more time or messages).`,
		Example: `  raftarium rules
  raftarium rules --json
  raftarium run --without election-restriction --faults crash,partition`,
		Args:              noArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(*cobra.Command, []string) error {
			return writeRules(s.Out, p.Code.Rules(), o)
		},
	}
	cmd.Flags().BoolVar(&o.json, "json", false, "print a JSON array instead of a table")
	return cmd
}

// ruleJSON is a rule in `rules --json`.
type ruleJSON struct {
	Name    string        `json:"name"`
	Kind    raft.RuleKind `json:"kind"`
	Layer   string        `json:"layer"`
	Defends string        `json:"defends"`
	Section string        `json:"section"`
	Summary string        `json:"summary"`
	// Seeds is how many seeds the hunt needs, with its defaults, to find a run that
	// breaks without the rule; 0 where it was not measured, as of rules of cost, or not found.
	Seeds uint64 `json:"seeds"`
	// Violates are the properties that this run violates, the first one first.
	Violates []string `json:"violates,omitempty"`
}

// seedsTable is made by tests/seeds: a rule, a number and what is violated a line.
//
//go:embed seeds.txt
var seedsTable string

// measured is what a line of that table says of a rule.
type measured struct {
	seeds    uint64
	violates []string
}

// seedsNeeded is how many seeds the hunt needs for each rule, and what it sees then.
func seedsNeeded() map[string]measured {
	needed := map[string]measured{}
	for line := range strings.Lines(seedsTable) {
		fields := strings.SplitN(strings.TrimSpace(line), " ", 3)
		if len(fields) < 3 || fields[0] == "#" {
			continue
		}
		if n, err := strconv.ParseUint(fields[1], 10, 64); err == nil {
			needed[fields[0]] = measured{n, strings.Split(fields[2], ", ")}
		}
	}
	return needed
}

func writeRules(w io.Writer, rules []raft.Rule, o rulesOptions) error {
	seeds := seedsNeeded()
	if o.json {
		list := make([]ruleJSON, len(rules))
		for i, r := range rules {
			list[i] = ruleJSON{r.Name, r.Kind, r.Layer, r.Defends, r.Section, r.Summary, seeds[r.Name].seeds, seeds[r.Name].violates}
		}
		return printJSON(w, list)
	}
	columns := func(r raft.Rule) []string {
		needed := "-"
		if n := seeds[r.Name].seeds; n > 0 {
			needed = strconv.FormatUint(n, 10)
		}
		return []string{r.Name, string(r.Kind), r.Layer, r.Defends, needed, r.Section}
	}
	lines := [][]string{{"RULE", "KIND", "LAYER", "DEFENDS", "SEEDS", "PAPER"}}
	for _, r := range rules {
		lines = append(lines, columns(r))
	}
	width := make([]int, len(lines[0]))
	for _, l := range lines {
		for i, cell := range l {
			width[i] = max(width[i], utf8.RuneCountInString(cell))
		}
	}
	var b strings.Builder
	for i, l := range lines {
		for j, cell := range l {
			if j == len(l)-1 {
				fmt.Fprintln(&b, cell)
				break
			}
			fmt.Fprintf(&b, "%-*s  ", width[j], cell)
		}
		if i > 0 {
			r := &rules[i-1]
			fmt.Fprintf(&b, "    %s\n", r.Summary)
			if m := seeds[r.Name]; m.seeds > 0 && m.violates[0] != r.Defends {
				fmt.Fprintf(&b, "    (a hunt sees first: %s)\n", m.violates[0])
			}
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// completeList completes a list of words, separated by commas.
func completeList(words []string) func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return func(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		done := typed[:strings.LastIndexByte(typed, ',')+1]
		named := strings.Split(done, ",")
		var all []string
		for _, w := range words {
			if !slices.Contains(named, w) {
				all = append(all, done+w)
			}
		}
		return all, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	}
}

func printJSON(w io.Writer, v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("writing JSON: %w", err)
	}
	_, err = fmt.Fprintf(w, "%s\n", text)
	return err
}
