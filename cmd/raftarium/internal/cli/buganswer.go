package cli

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/bug"
	"raftarium/netsim/cluster/check"
)

// answerOptions is what `raftarium bug answer` takes.
type answerOptions struct {
	property, rule string
	event          uint64
	json, solution bool
}

func newBugAnswer(p Program, s Streams) *cobra.Command {
	var o answerOptions
	cmd := &cobra.Command{
		Use:   "answer NAME",
		Short: "Answer what is wrong, and be told what of it is right",
		Long: fmt.Sprintf(`answer takes what you think is wrong: the property that is violated first (%d points),
the number of the first wrong event (%d, half for one that is wrong too, or lies in the
chain behind it), and the rule that is missing (%d). What is not right gets a hint.

Once all is right, or with --solution, it explains the bug, and makes the same run
with the rule on. It ends with status 0 if all is right, 1 if not, 2 for misuse.`,
			bug.PointsProperty, bug.PointsEvent, bug.PointsRule),
		Example: `  raftarium bug answer perch --property "log matching" --event 123 --rule batching
  raftarium bug answer perch --event 120
  raftarium bug answer perch --solution`,
		Args: oneBug(p), ValidArgsFunction: completeBug(p),
		RunE: func(cmd *cobra.Command, args []string) error {
			b, err := findBug(p, args[0])
			if err != nil {
				return err
			}
			if o.event == 0 && cmd.Flags().Changed("event") {
				return misusef("--event: found 0, but events are numbered from 1: `%s run bug:%s --explain` shows their numbers", p.name(), b.Name)
			}
			return answer(p, b, o, s.Out)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&o.property, "property", "", "the `property` that is violated first, as the checkers name it")
	f.Uint64Var(&o.event, "event", 0, "the `number` of the first event at which somebody went wrong")
	f.StringVar(&o.rule, "rule", "", "the `rule` that is missing, as 'raftarium rules' names it")
	f.BoolVar(&o.solution, "solution", false, "explain the bug, whatever the answer")
	f.BoolVar(&o.json, "json", false, "print one JSON object instead of text")
	complete := func(flag string, words []string) {
		if err := cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)); err != nil {
			panic(err) // the flag is one of the above
		}
	}
	complete("rule", p.Code.RuleNames())
	var properties []string
	for _, x := range check.Properties() {
		properties = append(properties, string(x))
	}
	complete("property", properties)
	return cmd
}

func answer(p Program, b *cluster.Bug, o answerOptions, w io.Writer) error {
	a := bug.Answer{Property: check.Property(o.property), Event: netsim.EventID(o.event), Rule: o.rule}
	if a == (bug.Answer{}) && !o.solution {
		return misusef("an answer has --property, --event or --rule, best all three; --solution gives up")
	}
	if err := a.Check(p.Code.Rules()); err != nil {
		return misuse{errors.New("--" + strings.ReplaceAll(err.Error(), "\n", "\n--"))} // a line for each flag
	}
	r, err := bug.Mark(p.Code, b, a, o.solution)
	if err != nil {
		return err
	}
	if o.json {
		err = printJSON(w, r)
	} else {
		_, err = io.WriteString(w, answerText(r))
	}
	if err == nil && !r.Full() {
		err = verdictError(StatusFailed)
	}
	return err
}

// answerText is what a person reads.
func answerText(r *bug.Report) string {
	var b strings.Builder
	for _, line := range r.Words() {
		if line.Indent > 0 {
			line.Text = wrap(line.Text, line.Indent)
		}
		fmt.Fprintln(&b, line.Text)
	}
	return b.String()
}
