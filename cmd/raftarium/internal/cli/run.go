package cli

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"raftarium/kv"
	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/check"
	"raftarium/netsim/cluster/script"
)

// runOptions is what `raftarium run` takes.
type runOptions struct {
	scenario string
	// settings are those of the header lines that were given as flags, by name, as
	// text; they win over the scenario's.
	settings map[string]*setting
	json     bool
	explain  bool
	trace    string
	history  string
	// replay is the command that was given, without what only changes the output.
	replay string
}

// setting is a flag that stands for a header line of a scenario. Given more than
// once, lists grow and other values are replaced.
type setting struct {
	text string
	list bool
	kind string
}

func (s *setting) String() string { return s.text }
func (s *setting) Type() string   { return s.kind }
func (s *setting) Set(text string) error {
	if s.list && s.text != "" {
		text = s.text + "," + text
	}
	s.text = text
	return nil
}

func newRun(p Program, s Streams) *cobra.Command {
	o := runOptions{settings: map[string]*setting{}}
	cmd := &cobra.Command{
		Use:   "run [SCENARIO]",
		Short: "Run without a picture and judge what happened",
		Long: `run lets clients work on a cluster for a stretch of virtual time, with checkers
watching every event, and prints the verdict. Unless told otherwise: 5 servers, 5
clients that mix Put, Append and Get over 16 keys, 60 s, messages that travel for
1 to 10 ms, no faults.

With --faults or --loss everything is healed for the last fifth of the run, at
least 2 s, and then a connected majority must commit something new within 2 s.

A scenario file says what a run is and what is done to it. Flags win over what it
says. The command ends with status 0 if all is well, 3 after a safety or
exactly-once violation, 4 if the history is not linearizable, 5 if nothing was
committed though it should have been, 6 if linearizability could not be decided.`,
		Example: `  raftarium run
  raftarium run --loss 5% --duplicate 1% --reorder 1% --faults crash,partition,pause --seed 42
  raftarium run figure8.txt --explain
  raftarium run --reads lease --faults crash,partition,pause
  raftarium run --without current-term-commit --faults crash,partition --json
  raftarium run --for 10s --trace events.jsonl --history clients.html`,
		Args:              scenarioArg,
		ValidArgsFunction: completeScenario,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.scenario = first(args)
			o.replay = replayCommand(p.name(), cmd.Flags(), o)
			return run(cmd.Context(), p, o, cmd.Flags().Changed, s)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	defaults := script.DefaultConfig()
	for _, h := range script.Headers() {
		if p.offers(h.Name) {
			o.settings[h.Name] = addSetting(f, h, defaults.Value(h.Name))
		}
	}
	f.BoolVar(&o.json, "json", false, "print one JSON object instead of words")
	f.BoolVar(&o.explain, "explain", false, "tell what happens, and of a violation what led to it")
	f.StringVar(&o.trace, "trace", "", "write every event to this `file`, one JSON object a line")
	f.StringVar(&o.history, "history", "", "draw what the clients did and saw into this HTML `file`")

	completeSettings(cmd, &p)
	return cmd
}

// addSetting adds the flag that stands for a header line.
func addSetting(f *pflag.FlagSet, h script.VerbInfo, def string) *setting {
	v := &setting{text: def, kind: placeholder(h)}
	help := lowerFirst(strings.TrimSuffix(h.Help, "."))
	if h.Name == "for" {
		help, _, _ = strings.Cut(help, ";") // a headless run must end
	}
	if h.Name == "without" || h.Name == "faults" {
		v.list, v.text = true, ""
	}
	f.Var(v, h.Name, help)
	return v
}

// completeSettings tells shells what can follow the flags of settings.
func completeSettings(cmd *cobra.Command, p *Program) {
	complete := func(flag string, words ...string) {
		if err := cmd.RegisterFlagCompletionFunc(flag, completeList(words)); err != nil {
			panic(err) // the flag is one of those that were added
		}
	}
	if p.offers("without") {
		complete("without", p.Code.RuleNames()...)
	}
	complete("faults", string(script.FaultCrash), string(script.FaultPartition), string(script.FaultPause))
	complete("reads", kv.ReadsByLog.String(), kv.ReadsByIndex.String(), kv.ReadsByLease.String())
	complete("workload", string(script.Mixed), string(script.Appends), string(script.NoWorkload))
}

// placeholder is what a header line takes, as the help names it.
func placeholder(h script.VerbInfo) string {
	_, value, _ := strings.Cut(h.Usage, " ")
	switch h.Name {
	case "without":
		return "RULE,..."
	case "servers", "clients", "seed", "keys":
		return "N"
	}
	return value
}

func lowerFirst(s string) string { return strings.ToLower(s[:1]) + s[1:] }

// replayCommand is the command that makes the same run.
func replayCommand(name string, f *pflag.FlagSet, o runOptions) string {
	words := []string{name, "run"}
	if o.scenario != "" {
		words = append(words, Quote(o.scenario))
	} else if seed := f.Lookup("seed"); !seed.Changed {
		words = append(words, "--seed", seed.Value.String())
	}
	f.VisitAll(func(flag *pflag.Flag) {
		if _, ok := o.settings[flag.Name]; ok && flag.Changed {
			words = append(words, "--"+flag.Name, Quote(flag.Value.String()))
		}
	})
	return strings.Join(words, " ")
}

// Quote quotes an argument for a shell where that is needed.
func Quote(s string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./,:%", r)
	}
	if s != "" && strings.IndexFunc(s, func(r rune) bool { return !plain(r) }) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// plan makes the scenario that is to be run: defaults, then the file, then flags.
func plan(ctx context.Context, p Program, o runOptions, changed func(string) bool, s Streams) (*script.Scenario, error) {
	sc, err := readScenario(ctx, o.scenario, p, s)
	if err != nil {
		return nil, err
	}
	if sc == nil {
		sc = &script.Scenario{Config: script.DefaultConfig()}
	}
	var wrong []error
	for _, h := range script.Headers() {
		if !changed(h.Name) {
			continue
		}
		if err := sc.Config.Set(h.Name, o.settings[h.Name].text); err != nil {
			wrong = append(wrong, fmt.Errorf("--%s: %w", h.Name, err))
		}
	}
	if len(wrong) > 0 {
		return nil, misuse{errors.Join(wrong...)}
	}
	if err := sc.Check(p.Code.Known()); err != nil {
		return nil, misuse{flagged(err)}
	}
	var last time.Duration
	if n := len(sc.Steps); n > 0 {
		last = sc.Steps[n-1].At.Duration()
	}
	fixed := changed("for") || sc.Set["for"]
	switch {
	case sc.Config.For == 0:
		return nil, misusef("a run that goes on for ever has no verdict: give it a length, like --for 60s")
	case !fixed && last >= sc.Config.For:
		sc.Config.For = last + time.Second
	case last > sc.Config.For:
		late := slices.IndexFunc(sc.Steps, func(st script.Step) bool { return st.At.Duration() > sc.Config.For })
		fmt.Fprintf(s.Err, "note: the run ends after %s; %s\n", sc.Config.For,
			plural(uint64(len(sc.Steps)-late), "step of the scenario comes later and is left out", "steps of the scenario come later and are left out"))
	}
	heal := netsim.Time(cluster.HealAt(sc.Config.For))
	if len(sc.Config.Faults) > 0 && !slices.ContainsFunc(cluster.Schedule(sc.Config), func(st script.Step) bool { return st.At < heal }) {
		fmt.Fprintf(s.Err, "note: no random fault comes: for its last %v a run is healed, and there is no time for one before that; --for 10s leaves room\n", cluster.ProgressBound)
	}
	return sc, nil
}

// run makes a run, judges it and reports.
func run(ctx context.Context, p Program, o runOptions, changed func(string) bool, s Streams) (err error) {
	if err := checkOutputs(o, s.Out); err != nil {
		return err
	}
	sc, err := plan(ctx, p, o, changed, s)
	if err != nil {
		return err
	}
	r := runner{o: o, s: s, narration: s.Out, sc: sc, code: p.Code}
	if o.json {
		r.narration = s.Err
	}
	opt := cluster.Options{Narrate: o.explain}
	if !o.explain {
		opt.Trace = -1 // nobody asks what led to something
	}
	if o.trace != "" {
		w, bad := openTrace(o.trace)
		if bad != nil {
			return bad
		}
		if SameFile(o.trace, o.history) { // found out only now that there is one, if it has names that do not look alike
			return errors.Join(misusef("--history: found %q, but --trace writes that file: name another one", o.history), w.close())
		}
		opt.Observe = w.Write
		defer func() { err = errors.Join(err, w.close()) }()
	}
	if r.Session, err = cluster.Open(p.Code, sc, opt); err != nil {
		return misuse{err}
	}
	spare := spareMemory()
	defer runtime.KeepAlive(spare)
	start := time.Now()
	// What was found before an interrupt is a finding all the same.
	interrupted := r.advance(ctx, netsim.Time(sc.Config.For), spare)
	r.interrupted = interrupted != nil
	rep := r.report(r.Final(), time.Since(start))
	if o.json {
		err = printJSON(s.Out, rep)
	} else {
		err = rep.print(s.Out)
	}
	if o.history != "" {
		err = errors.Join(err, writeHistory(o.history, r.Judge().History()))
	}
	err = errors.Join(err, interrupted)
	if status := rep.status(); status != StatusOK && !(rep.Interrupted && status == StatusLinearUnsure) {
		return errors.Join(verdictError(status), err)
	}
	return err
}

// runner is a run under way.
type runner struct {
	*cluster.Session
	o         runOptions
	s         Streams
	narration io.Writer
	told      int // notes told so far
	// chains are the causes of violations, in their order, as far as they were
	// asked for.
	chains map[netsim.EventID][]netsim.Record
	sc     *script.Scenario
	code   cluster.Code
	// interrupted says that the run was ended before its time.
	interrupted bool
}

// chunk is the virtual time between two looks at the wall clock and at ctx, and
// chunkEvents how many events may come in between: in a fast network and with many
// clients a chunk may take minutes.
const (
	chunk       = 100 * time.Millisecond
	chunkEvents = 10_000
)

// advance runs until end, telling and showing how far it is. It fails if ctx ends first.
func (r *runner) advance(ctx context.Context, end netsim.Time, memory *spare) error {
	r.chains = map[netsim.EventID][]netsim.Record{}
	m := meter{w: r.s.Err, on: r.s.Terminal && !r.o.explain, start: time.Now()}
	defer m.clear()
	for done := false; !done; {
		if context.Cause(ctx) != nil {
			m.clear()
			return fmt.Errorf("interrupted at %s of %s", r.Now(), end)
		}
		next := min(r.Now().Add(chunk), end)
		reached := r.AdvanceWithin(next, chunkEvents)
		if !reached {
			r.explain()
		}
		done = reached && next == end
		r.narrate()
		memory.tend()
		if m.on { // a look at the clock costs a WebAssembly program a call of its host
			m.show(time.Now(), r.Now(), end, r.Events())
		}
	}
	return nil
}

// narrate tells what happened since it was last called.
func (r *runner) narrate() {
	if !r.o.explain {
		return
	}
	var notes []cluster.Note
	notes, r.told = r.Notes(r.told)
	for i := range notes {
		fmt.Fprintf(r.narration, "%s  %s\n", clock(notes[i].At), notes[i].Text)
	}
}

// clock is a time in a column, to the microsecond: fit for --at.
func clock(t netsim.Time) string { return fmt.Sprintf("%11.6fs", t.Duration().Seconds()) }

// explain takes down what led to the newest violations while it is still known.
func (r *runner) explain() {
	if !r.o.explain {
		return
	}
	for _, v := range r.Judge().Violations() {
		for _, e := range [2]netsim.EventID{v.Event, v.Against.Event} {
			if _, ok := r.chains[e]; !ok && e != 0 {
				r.chains[e] = r.Causes(e, chainReach)
			}
		}
	}
}

// writeHistory draws the clients' history into a file.
func writeHistory(name string, h *check.History) (err error) {
	f, err := create(name)
	if err != nil {
		return fmt.Errorf("--history: %w", err)
	}
	b := bufio.NewWriter(f)
	err = cmp.Or(h.WriteHTML(b), b.Flush()) // which fails as the writing did
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("--history %s: %w", name, err)
	}
	return nil
}

// traceWriter writes a trace into a file.
type traceWriter struct {
	file *os.File
	*Trace
}

func openTrace(name string) (*traceWriter, error) {
	f, err := create(name)
	if err != nil {
		return nil, fmt.Errorf("--trace: %w", err)
	}
	return &traceWriter{f, NewTrace(f)}, nil
}

func (w *traceWriter) close() error {
	if err := errors.Join(w.Flush(), w.file.Close()); err != nil {
		return fmt.Errorf("--trace: %w", err)
	}
	return nil
}
