package cli

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"raftarium/netsim"
	"raftarium/netsim/cluster/script"
	"raftarium/web/link"
)

// newRoot builds the command with all that is below it, or, if it is to be asked for one
// of those by name that is often asked for, with that one alone: to describe a command takes longer than to begin a
// run, and has WebAssembly engines busy with code that is never needed again.
func newRoot(p Program, s Streams, asked string) *cobra.Command {
	var o openOptions
	root := &cobra.Command{
		Use:   "raftarium [SCENARIO]",
		Short: "An aquarium for Raft: break a cluster and watch every log",
		Long: `raftarium runs a replicated key-value service (Put, Append, Get, exactly once) on
real Raft servers and real clients in a simulated network. Partition it, crash it,
flood it with concurrent Appends, and watch every log and commit index meanwhile.

Without a command it opens the visualizer in a window, on a scenario if one is
named. A scenario is a file of action lines; "-" reads it from standard input` + bugNote(&p) + `.

Every run follows from its configuration, its seed and what is done to it: the
same three give the same run, on every machine, byte for byte.

Exit status: 0 all is well, 1 something outside failed (no display, no toolchain,
an address in use), 2 misuse; and of a run: 3 a safety or exactly-once violation,
4 not linearizable, 5 no progress, 6 linearizability unknown.`,
		Example: `  raftarium                          open the aquarium in a window
  raftarium figure8.txt --at 1.5s    open a scenario, a second and a half into it
  raftarium web                      the same in a browser
  raftarium run --loss 5% --json     run without a picture, for scripts
  raftarium hunt                     look for runs that violate something
  raftarium rules                    what can be switched off, to see what it is good for
  raftarium bug                      seeded bugs, for you to find`,
		SilenceErrors:     true,
		SilenceUsage:      true,
		Args:              scenarioArg,
		ValidArgsFunction: completeScenario,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.scenario = first(args)
			return suggestCommand(cmd.Root(), open(cmd.Context(), p, o, s), o.scenario)
		},
	}
	root.Flags().StringVar(&o.at, "at", "", "open at this `time` of the run, like 1.5s")
	root.SetVersionTemplate("{{.Version}}\n")
	root.SetFlagErrorFunc(flagError)
	root.CompletionOptions.HiddenDefaultCmd = false
	if asked == "run" {
		root.CompletionOptions.DisableDefaultCmd = true
		root.AddCommand(newRun(p, s))
	} else {
		root.Version = version()
		addAll(root, p, s)
		strictNames(root)
	}
	if p.Name != "" {
		root.Annotations = map[string]string{cobra.CommandDisplayNameAnnotation: p.Name}
	}
	fit(root, &p)
	return root
}

// addAll adds the commands that the program has.
func addAll(root *cobra.Command, p Program, s Streams) {
	root.AddCommand(newRun(p, s), newHunt(p, s))
	if p.offers("without") {
		root.AddCommand(newRules(p, s))
	}
	if p.offers("bug") {
		root.AddCommand(newBug(p, s))
	}
	addWeb(root, p, s)
	root.AddCommand(p.More...)
}

// openOptions is what opening the visualizer takes.
type openOptions struct{ scenario, at string }

func open(ctx context.Context, p Program, o openOptions, s Streams) error {
	at, err := parseAt(o.at)
	if err != nil {
		return err
	}
	sc, err := checkedScenario(ctx, o.scenario, p, s)
	if err != nil {
		return err
	}
	if p.Window == nil {
		return fmt.Errorf("this build has no window: use `%[1]s run`, or `%[1]s web` of a native build", p.name())
	}
	opening := Opening{Scenario: sc, At: at, Argument: o.scenario}
	if sc != nil {
		opening.Name = sc.Source.Name
	}
	return p.Window(ctx, opening)
}

// parseAt reads --at; "" is the beginning.
func parseAt(text string) (time.Duration, error) {
	if text == "" {
		return 0, nil
	}
	d, err := netsim.ParseDuration(text)
	if err != nil {
		return 0, misusef("--at: %w", err)
	}
	if d > link.MaxAt {
		return 0, misusef("--at: %q is too late: a run is opened at %v at most", text, link.MaxAt)
	}
	return d, nil
}

// scenarioArg takes at most one argument.
func scenarioArg(cmd *cobra.Command, args []string) error {
	if len(args) > 1 {
		return misusef("found %q, but %s takes one scenario, which is %q", args[1], cmd.CommandPath(), args[0])
	}
	if len(args) == 1 && args[0] == "" {
		return misusef("found an empty name, but %s takes the name of a scenario, or none", cmd.CommandPath())
	}
	return nil
}

func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return misusef("found %q, but %s takes no arguments", args[0], cmd.CommandPath())
	}
	return nil
}

func first(args []string) string {
	if len(args) == 0 {
		return ""
	}
	return args[0]
}

// completeScenario lets the shell complete names of files.
func completeScenario(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return nil, cobra.ShellCompDirectiveDefault
}

// noEmptyFlag refuses text flags with nothing in them, as "$PART" is where nobody set it.
// To take them for flags that were left out would try all seeds on each machine, or serve
// a site that was to be written. Header lines say themselves what they take.
func noEmptyFlag(cmd *cobra.Command) error {
	var wrong []error
	cmd.Flags().Visit(func(f *pflag.Flag) {
		empty := f.Value.String() == "" && f.Value.Type() == "string" || f.Value.String() == "[]" && f.Value.Type() == "stringSlice"
		if empty && !f.Hidden {
			what, _ := pflag.UnquoteUsage(f)
			wrong = append(wrong, fmt.Errorf("--%s: found nothing, but it takes %s: leave the flag out, or give it one", f.Name, what))
		}
	})
	if len(wrong) > 0 {
		return misuse{errors.Join(wrong...)}
	}
	return nil
}

// flagError says which flag was probably meant.
func flagError(cmd *cobra.Command, err error) error {
	// The flag package quotes the parser of numbers, which does not say what would be right.
	if bad, ok := errors.AsType[*pflag.InvalidValueError](err); ok && bad.GetFlag().Value.Type() == "uint64" {
		return misusef("--%s: found %q, but it takes a whole number from 0 to %d", bad.GetFlag().Name, bad.GetValue(), uint64(math.MaxUint64))
	}
	if bad, ok := errors.AsType[*pflag.InvalidValueError](err); ok && bad.GetFlag().Value.Type() == "uintSlice" {
		return misusef("--%s: found %q, but it takes whole numbers, separated by commas", bad.GetFlag().Name, bad.GetValue())
	}
	if bad, ok := errors.AsType[*pflag.InvalidValueError](err); ok && bad.GetFlag().Value.Type() == "int" {
		return misusef("--%s: found %q, but it takes a whole number", bad.GetFlag().Name, bad.GetValue())
	}
	if bad, ok := errors.AsType[*pflag.InvalidValueError](err); ok && bad.GetFlag().Value.Type() == "bool" {
		return misusef("--%[1]s: found %[2]q, but it takes true or false, and --%[1]s alone is true", bad.GetFlag().Name, bad.GetValue())
	}
	name, unknown := strings.CutPrefix(err.Error(), "unknown flag: --")
	if !unknown {
		return misuse{err}
	}
	if cmd.Name() == "hunt" && drawnBySeed(name) {
		return misusef("found --%s, but %s draws that for each seed; `%s run` takes it", name, cmd.CommandPath(), cmd.Root().CommandPath())
	}
	var names []string
	for _, f := range flagNames(cmd) {
		names = append(names, "--"+f)
	}
	if near := script.Nearest("--"+name, names); near != "" {
		return misusef("found --%s, but %s has no such flag; did you mean %s?", name, cmd.CommandPath(), near)
	}
	return misusef("found --%s, but %s has no such flag; it has %s", name, cmd.CommandPath(), strings.Join(names, " "))
}

// version is what the build knows of itself.
func version() string {
	v, revision, dirty := "(devel)", "", ""
	if info, ok := debug.ReadBuildInfo(); ok {
		if info.Main.Version != "" {
			v = info.Main.Version
		}
		for _, s := range info.Settings {
			switch {
			case s.Key == "vcs.revision":
				revision = " " + s.Value[:min(12, len(s.Value))]
			case s.Key == "vcs.modified" && s.Value == "true":
				dirty = " with changes"
			}
		}
	}
	return fmt.Sprintf("raftarium %s%s%s %s %s/%s", v, revision, dirty, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
