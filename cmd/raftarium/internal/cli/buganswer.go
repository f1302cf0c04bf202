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

// answerJSON is what `bug answer --json` prints.
type answerJSON struct {
	Bug    string `json:"bug"`
	Points int    `json:"points"`
	Of     int    `json:"of"`
	bug.Marks
	Solution *solutionJSON `json:"solution,omitempty"`
}

// solutionJSON is a bug, explained.
type solutionJSON struct {
	Property  check.Property `json:"property"`
	Violation string         `json:"violation"`
	In        netsim.EventID `json:"violation_event"`
	Event     netsim.EventID `json:"event"`
	Happened  string         `json:"happened"`
	Caused    bool           `json:"in_chain"`
	Rule      string         `json:"rule"`
	Section   string         `json:"section"`
	Summary   string         `json:"summary"`
	Holds     bool           `json:"holds_with_the_rule"`
}

func answer(p Program, b *cluster.Bug, o answerOptions, w io.Writer) error {
	a := bug.Answer{Property: check.Property(o.property), Event: netsim.EventID(o.event), Rule: o.rule}
	if a == (bug.Answer{}) && !o.solution {
		return misusef("an answer has --property, --event or --rule, best all three; --solution gives up")
	}
	if err := a.Check(p.Code.Rules()); err != nil {
		return misuse{errors.New("--" + strings.ReplaceAll(err.Error(), "\n", "\n--"))} // a line for each flag
	}
	sol, err := bug.Solve(p.Code, b)
	if err != nil {
		return err
	}
	j := answerJSON{Bug: b.Name, Of: bug.Points}
	if j.Marks, err = sol.Grade(p.Code, a); err != nil {
		return err
	}
	j.Points = j.Marks.Points()
	if o.solution || j.Full() {
		if j.Solution, err = explained(p, sol); err != nil {
			return err
		}
	}
	if o.json {
		err = printJSON(w, &j)
	} else {
		_, err = io.WriteString(w, j.text(a))
	}
	if err == nil && !j.Full() {
		err = verdictError(StatusFailed)
	}
	return err
}

func explained(p Program, s *bug.Solution) (*solutionJSON, error) {
	holds, err := s.Holds(p.Code)
	return &solutionJSON{
		Property: s.Violation.Property, Violation: s.Violation.Text, In: s.Violation.Event,
		Event: s.First.ID, Happened: cluster.Describe(&s.First), Caused: s.Caused,
		Rule: s.Rule.Name, Section: s.Rule.Section, Summary: s.Rule.Summary, Holds: holds,
	}, err
}

// text is what a person reads.
func (j *answerJSON) text(a bug.Answer) string {
	var b strings.Builder
	part := func(name, given string, p *bug.Part) {
		mark := "right"
		switch {
		case p.Right:
		case p.Points > 0:
			mark = "nearly"
		default:
			mark = "not right"
		}
		fmt.Fprintf(&b, "%-9s  %d/%d  %s: %s\n", name, p.Points, p.Of, given, mark)
		if p.Hint != "" {
			fmt.Fprintln(&b, wrap(p.Hint, 16))
		}
	}
	dash := func(s string) string {
		if s == "" {
			return "-"
		}
		return s
	}
	event := ""
	if a.Event != 0 {
		event = fmt.Sprint(a.Event)
	}
	part("property", dash(string(a.Property)), &j.Property)
	part("event", dash(event), &j.Event)
	part("rule", dash(a.Rule), &j.Rule)
	fmt.Fprintf(&b, "%d of %d points\n", j.Points, j.Of)
	if s := j.Solution; s != nil {
		fmt.Fprintf(&b, "\nviolated: %s, in event %d\n%s\n", s.Property, s.In, wrap(s.Violation, 4))
		where := "the first wrong event of its chain of causes"
		if !s.Caused {
			where = "the first wrong event of the run"
		}
		fmt.Fprintf(&b, "%s: %d\n%s\n", where, s.Event, wrap(s.Happened, 4))
		fmt.Fprintf(&b, "missing: %s, %s\n%s\n", s.Rule, s.Section, wrap(s.Summary, 4))
		if s.Holds {
			fmt.Fprintln(&b, "With the rule on, the same scenario violates nothing.")
		} else {
			fmt.Fprintln(&b, "With the rule on, the same scenario violates something else.")
		}
	}
	return b.String()
}
