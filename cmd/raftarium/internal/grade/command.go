package grade

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"raftarium/cmd/raftarium/command/bare"
	"raftarium/cmd/raftarium/internal/cli"
	"raftarium/tests/exercises/catalog"
	"raftarium/tests/exercises/lab"
	"raftarium/web"
)

// commandOptions is what `raftarium grade` takes.
type commandOptions struct {
	Options
	json        bool
	junit, html string
	seedsFrom   string
	memory      uint64 // MB
}

// Command is `raftarium grade`.
func Command() *cobra.Command {
	o := commandOptions{Options: Options{Limits: lab.DefaultLimits}}
	cmd := &cobra.Command{
		Use:   "grade DIR...",
		Short: "Grade submissions: folders laid out like tests/exercises",
		Long: `grade takes the student's files of each submission, a folder laid out like
tests/exercises, builds each exercise with them, and runs its tests in a process of
its own, bounded in time and memory, several at once. A submission that does not
compile, hangs, panics, exits, prints without end or eats memory loses the points of
the tests concerned, and hurts nobody else.

For each test that failed it says what was wrong in a sentence, with which seed, and
the command that shows it on the stage.

It ends with status 0 if all submissions have all points, 1 if not, 2 for misuse.`,
		Example: `  raftarium grade submissions/*
  raftarium grade --exercise 01-election,02-replication alice
  raftarium grade --seeds-from hidden.txt --json submissions/* > grades.json
  raftarium grade --html grades.html --junit grades.xml submissions/*`,
		Args: func(_ *cobra.Command, args []string) error {
			if err := checkDirs(args); err != nil {
				return bare.Misuse(err)
			}
			if _, err := Names(args); err != nil {
				return bare.Misuse(err)
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			o.Dirs = args
			return o.run(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringSliceVar(&o.Exercises, "exercise", nil, "grade only the exercises of these `names`")
	f.StringVar(&o.seedsFrom, "seeds-from", "", "play every test on the seeds of this `file`, one a line, instead of those that students know")
	f.IntVar(&o.Jobs, "jobs", 0, "how many exercises to run at once; 0 is one for each core")
	f.DurationVar(&o.Limits.Time, "time", o.Limits.Time, "how long the tests of an exercise may take in all")
	f.DurationVar(&o.Limits.Patience, "patience", o.Limits.Patience, "how long one test may take on one seed")
	f.Uint64Var(&o.memory, "memory", o.Limits.Memory>>20, "how many `MB` of memory an exercise may take")
	f.StringVar(&o.Scenarios, "scenarios", lab.Scratch("raftarium-grade", ""), "write the scenarios of failures into this `folder`")
	f.BoolVar(&o.json, "json", false, "print a JSON array, an object for each submission, instead of text")
	f.StringVar(&o.junit, "junit", "", "write the results to this `file`, as JUnit does")
	f.StringVar(&o.html, "html", "", "write the results to this `file`, as a page")
	if err := cmd.RegisterFlagCompletionFunc("exercise", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return exerciseNames(), cobra.ShellCompDirectiveNoFileComp
	}); err != nil {
		panic(err) // the flag is one of the above
	}
	return cmd
}

func exerciseNames() (names []string) {
	for _, e := range catalog.All() {
		names = append(names, e.Name)
	}
	return names
}

// checkDirs makes sure that the arguments are folders with exercises in them.
func checkDirs(args []string) error {
	if len(args) == 0 {
		return fmt.Errorf("grade needs the folders of submissions, each laid out like tests/exercises")
	}
	for _, dir := range args {
		info, err := os.Stat(dir)
		if err != nil {
			return fmt.Errorf("the submission %q: %w", dir, err)
		}
		if !info.IsDir() {
			return fmt.Errorf("the submission %q is no folder", dir)
		}
		if !slices.ContainsFunc(exerciseNames(), func(name string) bool {
			_, err := os.Lstat(filepath.Join(dir, name)) // of a link there is more to say later
			return err == nil
		}) {
			return fmt.Errorf("the submission %q has none of the folders %s", dir, strings.Join(exerciseNames(), ", "))
		}
	}
	return nil
}

func (o *commandOptions) run(ctx context.Context, out, diag io.Writer) error {
	for _, name := range o.Exercises {
		if !slices.Contains(exerciseNames(), name) {
			return bare.Misuse(fmt.Errorf("--exercise: there is no %q; there are %s", name, strings.Join(exerciseNames(), ", ")))
		}
	}
	o.Limits.Memory = o.memory << 20
	if o.Limits.Memory == 0 || o.Limits.Time <= 0 || o.Limits.Patience <= 0 {
		return bare.Misuse(fmt.Errorf("--memory, --time and --patience must be more than 0"))
	}
	if o.Jobs < 0 {
		return bare.Misuse(fmt.Errorf("--jobs: found %d, but it is 1 or more, or 0 for one for each core", o.Jobs))
	}
	if o.seedsFrom != "" {
		var err error
		if o.Seeds, err = readSeeds(o.seedsFrom); err != nil {
			return bare.Misuse(err)
		}
	}
	if err := o.checkOutputs(); err != nil {
		return bare.Misuse(err)
	}
	shown := cli.IsTerminal(diag)
	o.Told = func(submission, exercise string, done, of int) {
		if shown {
			fmt.Fprintf(diag, "\r\033[K%d of %d: %s %s", done, of, submission, exercise)
		}
	}
	var notes []string
	o.Noted = func(submission, exercise string, err error) {
		notes = append(notes, fmt.Sprintf("note: %s, %s: %v", submission, exercise, err))
	}
	all, err := Run(ctx, o.Options)
	if shown {
		fmt.Fprint(diag, "\r\033[K")
	}
	if err != nil {
		return err
	}
	// On a disk that is full they are one as the other, and as many as a class has exercises.
	for i, note := range notes {
		if i == mostNotes {
			fmt.Fprintf(diag, "note: so it is with %d more\n", len(notes)-i)
			break
		}
		fmt.Fprintln(diag, note)
	}
	// One of them that cannot be written does not take the others: the work is done.
	unwritten := []error{o.print(out, all)}
	for _, file := range o.files() {
		if file.name == "" {
			continue
		}
		if err := writeFile(file.name, func(w io.Writer) error { return file.write(w, all) }); err != nil {
			unwritten = append(unwritten, fmt.Errorf("%s: %w", file.flag, err))
		}
	}
	if err := errors.Join(unwritten...); err != nil {
		return err
	}
	if slices.ContainsFunc(all, func(s Submission) bool { return s.Points < s.Of }) {
		return bare.Status(1)
	}
	return nil
}

// mostNotes is how many exercises are named with which something went wrong by no fault
// of the submission.
const mostNotes = 5

// outputFile is a file that the grades are written into, beside standard output.
type outputFile struct {
	flag, name string
	write      func(io.Writer, []Submission) error
}

func (o *commandOptions) files() []outputFile {
	return []outputFile{{"--junit", o.junit, WriteJUnit}, {"--html", o.html, WriteHTML}}
}

// checkOutputs finds out before a class is graded whether its grades can be written.
func (o *commandOptions) checkOutputs() error {
	var wrong []error
	for _, file := range o.files() {
		wrong = append(wrong, cli.CheckOut(file.flag, file.name, "the grades"))
	}
	if cli.SameFile(o.junit, o.html) {
		wrong = append(wrong, fmt.Errorf("--html: found %q, but --junit writes that file: name another one", o.html))
	}
	if err := errors.Join(wrong...); err != nil {
		return err
	}
	// Last, for it is made.
	if err := os.MkdirAll(o.Scenarios, 0o777); err != nil {
		return fmt.Errorf("--scenarios: no place for the scenarios of failures: %w", err)
	}
	return nil
}

// print prints the grades, in one piece: whoever keeps them must learn of a disk that
// has no room for them.
func (o *commandOptions) print(out io.Writer, all []Submission) error {
	var text bytes.Buffer
	if o.json {
		enc := json.NewEncoder(&text)
		enc.SetIndent("", "  ")
		if err := enc.Encode(all); err != nil {
			return err
		}
	} else {
		WriteText(&text, all)
	}
	_, err := out.Write(text.Bytes())
	return err
}

// readSeeds reads a file of seeds, one a line; what follows a # is a comment.
func readSeeds(name string) ([]uint64, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("--seeds-from: %w", err)
	}
	defer f.Close()
	var seeds []uint64
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		text, _, _ := strings.Cut(strings.TrimPrefix(lines.Text(), "\ufeff"), "#")
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		seed, err := strconv.ParseUint(text, 10, 64)
		if err != nil || seed == 0 {
			return nil, fmt.Errorf("--seeds-from: %s:%d: found %q, but a line is a number from 1 to %d, or a comment after #", name, n, text, uint64(math.MaxUint64))
		}
		seeds = append(seeds, seed)
	}
	if err := lines.Err(); errors.Is(err, bufio.ErrTooLong) {
		return nil, fmt.Errorf("--seeds-from: %s has a line of more than %d bytes, but a line is a number, or a comment after #", name, bufio.MaxScanTokenSize)
	} else if err != nil {
		return nil, fmt.Errorf("--seeds-from: %w", err)
	}
	if len(seeds) == 0 {
		return nil, fmt.Errorf("--seeds-from: %s has no seeds", name)
	}
	return seeds, nil
}

func writeFile(name string, write func(io.Writer) error) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	b := bufio.NewWriter(f)
	if err := write(b); err != nil {
		f.Close()
		return err
	}
	if err := b.Flush(); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// TryCommand is `raftarium try`.
func TryCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "try DIR EXERCISE [ARGS...]",
		Short: "Run the program of a submission's exercise, as its student would",
		Long: `try builds the program of an exercise with the files of a submission and runs it
with the arguments that follow, as the student's own 'go run ./tests/exercises/...'
does: a scenario to look at in the window, run, hunt, or check.`,
		Example: `  raftarium try submissions/alice 01-election
  raftarium try submissions/alice 02-replication failure.raft --at 1.2s
  raftarium try submissions/alice 02-replication check`,
		DisableFlagParsing: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 && (args[0] == "--help" || args[0] == "-h") {
				return cmd.Help()
			}
			if len(args) < 2 || !slices.Contains(exerciseNames(), args[1]) {
				return bare.Misuse(fmt.Errorf("try needs the folder of a submission and an exercise, one of %s", strings.Join(exerciseNames(), ", ")))
			}
			if err := checkDirs(args[:1]); err != nil {
				return bare.Misuse(err)
			}
			return try(cmd.Context(), args[0], args[1], args[2:])
		},
	}
}

func try(ctx context.Context, dir, exercise string, args []string) error {
	root, err := web.FindModule("raftarium")
	if err != nil {
		return err
	}
	temp, err := os.MkdirTemp("", "raftarium-try")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	b := builder{root: root, temp: temp, patience: buildTime}
	program, why, err := b.build(ctx, filepath.Join(dir, exercise), exercise, false)
	if err != nil {
		return err
	}
	if why != "" {
		return fmt.Errorf("%s of %s: %s", exercise, dir, why)
	}
	return bare.Instead(ctx, os.Stdin, program, args...)
}
