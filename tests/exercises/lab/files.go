package lab

import (
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"strings"
)

// Given reports whether a file in the folder of an exercise is given, and not the
// student's: the main function, tests of Go, and what the go command leaves out.
func Given(name string) bool {
	return name == "main.go" || strings.HasSuffix(name, "_test.go") || !strings.HasSuffix(name, ".go") ||
		strings.HasPrefix(name, "_") || strings.HasPrefix(name, ".")
}

// StudentFiles are the names of the student's files in the folder of an exercise, in
// order: all Go files that are not given. Folders below it do not count.
func StudentFiles(dir string) ([]string, error) {
	list, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, f := range list {
		if f.Type().IsRegular() && !Given(f.Name()) {
			names = append(names, filepath.Join(dir, f.Name()))
		}
	}
	return names, nil
}

// Folder looks for the folder of an exercise, from the working directory up, also
// below tests/exercises; "" if it is not there.
func Folder(name string) string {
	dir, err := os.Getwd()
	if err != nil {
		return ""
	}
	for {
		if filepath.Base(dir) == name {
			return dir
		}
		for _, below := range []string{name, filepath.Join("tests", "exercises", name)} {
			if info, err := os.Stat(filepath.Join(dir, below)); err == nil && info.IsDir() {
				return filepath.Join(dir, below)
			}
		}
		up := filepath.Dir(dir)
		if up == dir {
			return ""
		}
		dir = up
	}
}

// Scratch is a folder for scenarios among the system's temporary files: one for each
// user, whose files nobody else may overwrite, and for each place that they come from,
// which may be "".
func Scratch(name, place string) string {
	if uid := os.Getuid(); uid >= 0 {
		name = fmt.Sprintf("%s-%d", name, uid)
	}
	if place != "" {
		h := fnv.New32a()
		h.Write([]byte(place))
		name = fmt.Sprintf("%s-%08x", name, h.Sum32())
	}
	return filepath.Join(os.TempDir(), name)
}

// Keep writes the scenarios of tests that failed into a folder, one file each, and
// fills in the command that shows each: what show says of the file, and the time.
func Keep(dir string, show func(file string) string, results []Result) error {
	for i := range results {
		res := &results[i]
		if res.Scenario == "" {
			continue
		}
		if err := os.MkdirAll(dir, 0o777); err != nil {
			return fmt.Errorf("no place for the scenarios of failures: %w", err)
		}
		file := filepath.Join(dir, fmt.Sprintf("%s-seed%d.raft", res.Name, res.Seed))
		if err := os.WriteFile(file, []byte(res.Scenario), 0o666); err != nil {
			return fmt.Errorf("the scenario of a failure: %w", err)
		}
		res.Replay = fmt.Sprintf("%s --at %s", show(file), res.At)
	}
	return nil
}
