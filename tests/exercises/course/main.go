//go:build !js || !viz

package course

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"raftarium/cmd/raftarium/command/bare"
	"raftarium/netsim/cluster"
	"raftarium/tests/exercises/lab"
)

// Main is the program of an exercise: a whole raftarium with this code inside, and
// `check`, which runs the tests of the exercise on it.
func Main(e lab.Exercise, code cluster.Code) {
	code = Complete(code)
	on := held(&e, code)
	bare.Main(bare.Program{Code: on, Name: name(&e), Window: window(&e, on)}, check(&e, code), begin(&e))
}

// checkOptions is what `check` takes.
type checkOptions struct {
	json   bool
	lab    lab.Options
	seeds  []uint
	worker lab.Worker
}

func check(e *lab.Exercise, code cluster.Code) *cobra.Command {
	var o checkOptions
	cmd := &cobra.Command{
		Use:   "check",
		Short: fmt.Sprintf("Run the tests of exercise %d, %s", e.Number, e.Title),
		Long: fmt.Sprintf(`check runs the tests of exercise %d on your machines, in virtual time and in a
process of its own, and says what each is worth and, of those that fail, what was
wrong, with which seed, and how to see it on the stage.

It ends with status 0 if you have all points, 1 if not, or if a file imports what it may
not, 2 for misuse.`, e.Number),
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return bare.Misuse(fmt.Errorf("found %q, but check takes no arguments; to run one test: --tests NAME", args[0]))
			}
			return nil
		},
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			for _, s := range o.seeds {
				if s == 0 {
					return bare.Misuse(errors.New("--seeds: found 0, but seeds are numbers from 1 on"))
				}
				o.lab.Seeds = append(o.lab.Seeds, uint64(s))
			}
			if err := known(e, o.lab.Only); err != nil {
				return bare.Misuse(err)
			}
			if o.worker.Report != "" {
				return o.worker.Run(e, code, o.lab)
			}
			return supervise(cmd.Context(), e, &o, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.BoolVar(&o.json, "json", false, "print a JSON array of the results instead of text")
	f.StringSliceVar(&o.lab.Only, lab.FlagTests, nil, "run only the tests of these `names`")
	f.UintSliceVar(&o.seeds, lab.FlagSeeds, nil, "run every test on these `seeds`, separated by commas; without, on a few from 1 on")
	f.Lookup(lab.FlagSeeds).DefValue = "" // "[]" says nothing
	f.StringVar(&o.worker.Report, lab.FlagReport, "", "")
	f.StringVar(&o.worker.Token, lab.FlagToken, "", "")
	f.Uint64Var(&o.worker.Memory, lab.FlagMemory, 0, "")
	f.DurationVar(&o.worker.Patience, lab.FlagPatience, time.Duration(0), "")
	f.StringArrayVar(&o.lab.Sources, lab.FlagSources, nil, "")
	for _, hidden := range []string{lab.FlagReport, lab.FlagToken, lab.FlagMemory, lab.FlagPatience, lab.FlagSources} {
		f.Lookup(hidden).Hidden = true
	}
	return cmd
}

// known makes sure that the exercise has the tests that are named.
func known(e *lab.Exercise, names []string) error {
	var all []string
	for i := range e.Tests {
		all = append(all, e.Tests[i].Name)
	}
next:
	for _, name := range names {
		for _, n := range all {
			if n == name {
				continue next
			}
		}
		return fmt.Errorf("--tests: exercise %d has no test %q; it has %s", e.Number, name, strings.Join(all, ", "))
	}
	return nil
}

// supervise runs the tests in a process of their own and prints the results.
func supervise(ctx context.Context, e *lab.Exercise, o *checkOptions, w, diag io.Writer) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	dir, refused := lab.Folder(e.Name), ""
	if dir != "" {
		if o.lab.Sources, err = lab.StudentFiles(dir); err != nil {
			return err
		}
		refused = lab.Refused(o.lab.Sources, e.Name)
	}
	if !o.json {
		fmt.Fprintf(w, "exercise %d: %s\n", e.Number, e.Title)
	}
	results, err := lab.Supervise(ctx, e, lab.Process{Program: self, Args: []string{"check"}}, o.lab)
	if err != nil {
		return err
	}
	show := func(file string) string { return name(e) + " " + bare.Quote(file) }
	if err := lab.Keep(filepath.Join(lab.Scratch("raftarium-check", dir), e.Name), show, results); err != nil {
		fmt.Fprintf(diag, "note: %v\n", err) // the results are what matters
	}
	points, of := lab.Sum(results)
	var text bytes.Buffer
	if o.json {
		enc := json.NewEncoder(&text)
		enc.SetIndent("", "  ")
		if err := enc.Encode(results); err != nil {
			return err
		}
	} else {
		for i := range results {
			lab.Print(&text, &results[i])
		}
		fmt.Fprintf(&text, "%d of %d points\n", points, of)
	}
	if _, err := w.Write(text.Bytes()); err != nil {
		return err
	}
	if refused != "" {
		fmt.Fprintf(diag, "Whoever grades this gives no points for it: %s\n", refused)
	}
	if points < of || refused != "" {
		return bare.Status(1)
	}
	return nil
}
