package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"raftarium/netsim/cluster/hunt"
	"raftarium/netsim/cluster/script"
)

// huntOptions is what `raftarium hunt` takes.
type huntOptions struct {
	seeds, from uint64
	jobs        int
	settings    map[string]*setting // by header line, as in runOptions
	out         string
	json        bool
	shard       string
	keepGoing   bool
	minimise    bool
	merge       bool
	files       []string // to merge
}

// huntSettings are the header lines of a scenario that are flags of hunt.
var huntSettings = []string{"for", "servers", "clients", "without"}

// drawnBySeed reports whether a header line is one that each run of a hunt has drawn.
func drawnBySeed(name string) bool {
	return name != "seed" && name != "bug" && slices.ContainsFunc(script.Headers(), func(h script.VerbInfo) bool { return h.Name == name })
}

// defaultSeeds is how many seeds are tried unless told otherwise: less than a
// minute on two cores.
const defaultSeeds = 1000

func newHunt(p Program, s Streams) *cobra.Command {
	o := huntOptions{settings: map[string]*setting{}}
	faults := `every kind of fault at
once: partitions, crashes, pauses, torn writes, slow and full disks, clocks that
drift, messages that are lost, doubled, overtaken or late. At the end of each run a
majority that is drawn is healed, and must serve within 2 s.`
	if hunt.Default(p.Code).Upright {
		faults = `many faults at
once: partitions, pauses, clocks that drift, messages that are lost, doubled,
overtaken or late. Nobody crashes, for here nobody is held to what its disk has. At
the end of each run a majority that is drawn is healed, and must serve within 2 s.`
	}
	cmd := &cobra.Command{
		Use:   "hunt",
		Short: "Look for seeds whose runs violate something, and make the first one small",
		Long: `hunt makes one run after another, each from a seed, with ` + faults + `

It stops at the lowest seed whose run violates something, makes that run as small
as it can (fewer faults, servers and clients, less time, a simpler network), writes
it as a scenario, and tells what led to the violation. Which seed that is does not
depend on --jobs, nor on the machine.

Several machines share the seeds with --shard i/n, or by what a Kubernetes Indexed
Job (JOB_COMPLETION_INDEX and JOB_COMPLETIONS) or a CI matrix (CI_NODE_INDEX and
CI_NODE_TOTAL) sets. hunt --merge puts their JSON lines together.

The command ends with the status that 'raftarium run' gives the first run that
failed: 3, 4 or 5; with 6 if none failed and some could not be decided, else 0.`,
		Example: `  raftarium hunt --seeds 10000 --for 30s
  raftarium hunt --without truncate-on-conflict --out small.raft
  raftarium hunt --seeds 10000 --shard 2/8 --json > shard-2.jsonl
  raftarium hunt --merge shard-*.jsonl`,
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			if o.merge {
				return nil, cobra.ShellCompDirectiveDefault
			}
			return nil, cobra.ShellCompDirectiveNoFileComp
		},
		Args: func(cmd *cobra.Command, args []string) error {
			switch {
			case !o.merge:
				return noArgs(cmd, args)
			case len(args) == 0:
				return misusef("--merge needs the files that the shards wrote with --json")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.merge {
				o.files = args
				if err := mergedAlone(cmd.Flags()); err != nil {
					return err
				}
				return mergeHunts(cmd.Context(), o, s)
			}
			return runHunt(cmd.Context(), p, o, cmd.Flags(), s)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.Uint64Var(&o.seeds, "seeds", defaultSeeds, "how many seeds to try")
	f.Uint64Var(&o.from, "from", 1, "the first seed")
	f.IntVar(&o.jobs, "jobs", 0, "how many runs to make at once; 0 is one for each core")
	defaults := huntConfig(hunt.Default(p.Code))
	for _, name := range huntSettings {
		for _, h := range script.Headers() {
			if h.Name == name && p.offers(name) {
				v := &setting{text: defaults.Value(name), kind: placeholder(h), list: name == "without"}
				o.settings[name] = v
				f.Var(v, name, lowerFirst(strings.TrimSuffix(h.Help, ".")))
			}
		}
	}
	f.Lookup("for").Usage = "how long each run lasts"
	f.StringVar(&o.out, "out", "", "write the small failing run to this `file`, as a scenario")
	f.BoolVar(&o.minimise, "minimise", true, "make the failing run small")
	f.BoolVar(&o.keepGoing, "keep-going", false, "try all seeds, even after one failed")
	f.StringVar(&o.shard, "shard", "", "try only the i-th of n parts of the seeds: `i/n`")
	f.BoolVar(&o.json, "json", false, "print JSON lines: an object for each seed, and a summary")
	f.BoolVar(&o.merge, "merge", false, "put together what shards wrote with --json")
	if p.offers("without") {
		if err := cmd.RegisterFlagCompletionFunc("without", completeList(p.Code.RuleNames())); err != nil {
			panic(err) // the flag is one of the above
		}
	}
	return cmd
}

// mergedAlone refuses flags that say how to hunt: with --merge nothing is tried.
func mergedAlone(f *pflag.FlagSet) error {
	var names []string
	f.Visit(func(flag *pflag.Flag) {
		if flag.Name != "merge" && flag.Name != "json" {
			names = append(names, "--"+flag.Name)
		}
	})
	if len(names) > 0 {
		return misusef("found %s with --merge, which only puts files together, and takes nothing else but --json", strings.Join(names, " "))
	}
	return nil
}

// huntConfig is what of a hunt's options is a configuration.
func huntConfig(o hunt.Options) script.Config {
	cfg := script.DefaultConfig()
	cfg.Servers, cfg.Clients, cfg.For, cfg.Without = o.Servers, o.Clients, o.For, o.Without
	return cfg
}

// huntPlan checks the options.
func huntPlan(p Program, o huntOptions, changed func(string) bool) (hunt.Options, shard, error) {
	cfg := huntConfig(hunt.Default(p.Code))
	var wrong []error
	for _, name := range huntSettings {
		if !changed(name) {
			continue
		}
		if err := cfg.Set(name, o.settings[name].text); err != nil {
			wrong = append(wrong, fmt.Errorf("--%s: %w", name, err))
		}
	}
	h := hunt.Default(p.Code)
	h.Servers, h.Clients, h.For, h.Without = cfg.Servers, cfg.Clients, cfg.For, cfg.Without
	if cfg.For < shortestHunt {
		wrong = append(wrong, fmt.Errorf("--for: found %s, but the runs of a hunt last at least %s, or there is no time for faults", cfg.For, shortestHunt))
	}
	if o.seeds == 0 {
		wrong = append(wrong, errors.New("--seeds: at least 1 seed is needed"))
	}
	if o.seeds > 0 && o.from > ^uint64(0)-(o.seeds-1) {
		wrong = append(wrong, fmt.Errorf("--from: seeds end at %d", ^uint64(0)))
	}
	if err := CheckOut("--out", o.out, "the report"); err != nil {
		wrong = append(wrong, err)
	}
	if o.jobs < 0 {
		wrong = append(wrong, fmt.Errorf("--jobs: found %d, but it is 1 or more, or 0 for one for each core", o.jobs))
	}
	part, err := whichShard(o.shard, os.Getenv)
	if err != nil {
		wrong = append(wrong, err)
	}
	if len(wrong) == 0 {
		if err := cfg.Check(p.Code.Known()); err != nil {
			wrong = append(wrong, flagged(err))
		}
	}
	if len(wrong) > 0 {
		return h, part, misuse{errors.Join(wrong...)}
	}
	return h, part, nil
}

// shortestHunt leaves some time for faults before the recovery.
const shortestHunt = 4 * time.Second

// huntCommand is the command that hunts in the same way, without what only changes
// its output and which seeds it tries.
func huntCommand(name string, f *pflag.FlagSet) string {
	words := []string{name, "hunt"}
	for _, name := range huntSettings {
		if flag := f.Lookup(name); flag != nil && flag.Changed { // some programs have not all
			words = append(words, "--"+name, Quote(flag.Value.String()))
		}
	}
	return strings.Join(words, " ")
}

func runHunt(ctx context.Context, p Program, o huntOptions, f *pflag.FlagSet, s Streams) error {
	h, part, err := huntPlan(p, o, f.Changed)
	if err != nil {
		return err
	}
	if o.jobs == 0 {
		o.jobs = runtime.GOMAXPROCS(0)
	}
	t := &tracker{o: o, h: h, part: part, name: p.name(), command: huntCommand(p.name(), f), rules: p.Code.Rules(), s: s, begun: time.Now()}
	if part.of > 1 && !o.json {
		fmt.Fprintf(s.Err, "part %s of the seeds%s\n", part, part.origin)
	}
	defer runtime.KeepAlive(ballasted())
	if err := t.hunt(ctx, p); err != nil {
		return err
	}
	// What was found before the interruption counts; whoever interrupts does not wait until it
	// is small.
	t.o.minimise = t.o.minimise && t.interrupted == nil
	if t.lowest != nil {
		if err := t.explain(ctx, p); err != nil {
			return err
		}
	}
	err = errors.Join(t.finish(), t.unwritten, t.interrupted)
	status := t.summary.Status
	if status == StatusOK || status == StatusLinearUnsure && t.interrupted != nil {
		return err
	}
	return errors.Join(verdictError(status), err)
}
