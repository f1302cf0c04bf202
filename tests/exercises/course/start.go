//go:build !js || !viz

package course

import (
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"raftarium/cmd/raftarium/command/bare"
	"raftarium/tests/exercises/lab"
)

// before is the exercise that each builds upon.
var before = map[int]string{
	2: "01-election", 3: "02-replication", 4: "03-persistence", 5: "04-backup",
	7: "06-service", 8: "05-snapshots", 9: "08-reads",
}

// beginOptions is what `start` takes.
type beginOptions struct {
	from  string
	force bool
}

func begin(e *lab.Exercise) *cobra.Command {
	var o beginOptions
	_, goesOn := before[e.Number]
	cmd := &cobra.Command{
		// Others may begin with any folder, but it need not be offered.
		Hidden: !goesOn,
		Use:    "start",
		Short:  fmt.Sprintf("Begin exercise %d with your files of the one before", e.Number),
		Long: `start copies Go files into the folder of the exercise, in place of the skeleton: your
own of the exercise before, or, with --from reference, the reference for it, if your
course hands that out. --from takes any other folder too.

Files that are no skeleton any more are kept, unless you say --force.`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return bare.Misuse(fmt.Errorf("found %q, but start takes no arguments", args[0]))
			}
			return nil
		},
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(cmd *cobra.Command, _ []string) error { return start(e, o, cmd.OutOrStdout()) },
	}
	cmd.Flags().StringVar(&o.from, "from", "", "the `folder` to begin with, or \"reference\"; without, your own of the exercise before")
	cmd.Flags().BoolVar(&o.force, "force", false, "replace files that you have written")
	return cmd
}

func start(e *lab.Exercise, o beginOptions, w io.Writer) error {
	to := lab.Folder(e.Name)
	if to == "" {
		return fmt.Errorf("the folder %s was not found from here: run this inside the course's module", e.Name)
	}
	prev, ok := before[e.Number]
	if !ok && o.from == "" {
		return bare.Misuse(fmt.Errorf("exercise %d begins with what is in its folder: write there", e.Number))
	}
	old, err := lab.StudentFiles(to)
	if err != nil {
		return err
	}
	if !o.force {
		if err := onlySkeleton(old); err != nil {
			return err
		}
	}
	var files map[string][]byte
	switch o.from {
	case "reference":
		files, err = Reference(e.Number)
	case "":
		files, err = folder(filepath.Join(filepath.Dir(to), prev))
	default:
		files, err = folder(o.from)
	}
	if err != nil {
		return err
	}
	for _, name := range old {
		// A Raft below the service stays as it is.
		if e.Number != 7 || filepath.Base(name) != "raft.go" {
			if err := os.Remove(name); err != nil {
				return err
			}
		}
	}
	var names []string
	for name, text := range files {
		names = append(names, name)
		if err := os.WriteFile(filepath.Join(to, name), text, 0o666); err != nil {
			return err
		}
	}
	slices.Sort(names)
	fmt.Fprintf(w, "%s has %s now\n", to, strings.Join(names, ", "))
	return nil
}

// given are the checksums of what students begin with where the file itself does not
// say that it is the skeleton, by the name of the file and of its folder.
var given = map[string]uint64{
	"01-election/node.go":  0xe97f5b480d5c12ef,
	"06-service/client.go": 0x5d2590b093b5e35,
	"06-service/server.go": 0x949a4a0a26d880b6,
}

// isSkeleton reports whether a file is what a student begins with.
func isSkeleton(name string, text []byte) bool {
	sum, ok := given[inFolder(name)]
	return strings.Contains(string(text), "This file is the skeleton.") || ok && sum == checksum(text)
}

// inFolder is the name of a file with that of its folder.
func inFolder(name string) string {
	if abs, err := filepath.Abs(name); err == nil {
		name = abs
	}
	return filepath.Base(filepath.Dir(name)) + "/" + filepath.Base(name)
}

func checksum(text []byte) uint64 {
	h := fnv.New64a()
	h.Write(text)
	return h.Sum64()
}

// onlySkeleton makes sure that nothing that somebody wrote would be lost.
func onlySkeleton(files []string) error {
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if !isSkeleton(name, text) && filepath.Base(name) != "raft.go" {
			return bare.Misuse(fmt.Errorf("%s is no skeleton any more: --force replaces it", name))
		}
	}
	return nil
}

// folder reads the Go files of a student.
func folder(dir string) (map[string][]byte, error) {
	list, err := lab.StudentFiles(dir)
	if err != nil {
		return nil, bare.Misuse(fmt.Errorf("--from: %w", err))
	}
	files := map[string][]byte{}
	for _, name := range list {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		if isSkeleton(name, text) {
			return nil, fmt.Errorf("%s is still the skeleton: do that exercise first, or begin with --from reference", name)
		}
		files[filepath.Base(name)] = text
	}
	if len(files) == 0 {
		return nil, errors.New("there are no Go files in " + dir)
	}
	return files, nil
}
