// Package handout writes what students are given: a module with the contract, the
// world, the checkers, the visualizer and the exercises, and none of the algorithm,
// nor of the service, but the reference for those exercises that the staff names.
package handout

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"text/template"

	"raftarium/tests/exercises/catalog"
	"raftarium/tests/exercises/lab"
	"raftarium/tests/exercises/reference"
)

// given are the folders of the checkout that are handed out with all below them, or,
// with a slash and a star behind, without.
var given = []string{
	"raft/*", "kv/*", "netsim", "viz", "web", "cmd/raftarium/command", "cmd/raftarium/command/bare", "cmd/raftarium/internal/cli",
	"tests/suite/*", "tests/exercises/*", "tests/exercises/lab", "tests/exercises/plain", "tests/exercises/course/*",
}

// files of the root that are handed out.
var rootFiles = []string{"go.mod", "go.sum", "LICENSE"}

// replaced are files in the place of which another is written.
var replaced = []string{
	"tests/exercises/course/parts.go", "tests/exercises/course/reference.go", "tests/exercises/README.md", judgeFile,
}

// numbers reads the numbers of exercises of which there is a reference.
func numbers(words []string) (list []int, err error) {
	const last = bugsNumber - 1
	for _, word := range words {
		n, err := strconv.Atoi(strings.TrimSpace(word))
		if err != nil || n < 1 || n > last {
			return nil, fmt.Errorf("--with: found %q, but there are references for the exercises 1 to %d: name some, separated by commas", word, last)
		}
		list = append(list, n)
	}
	return list, nil
}

// Write writes the module into a folder, which must be new or empty, from the
// checkout at root. with are the numbers of the exercises whose reference is in it, of 1
// to 9.
func Write(root, dir string, with []int) error {
	if err := empty(dir); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return fmt.Errorf("the folder for the handout: %w", err)
	}
	exercises := catalog.All()
	w := writer{root: root, dir: dir}
	for _, name := range rootFiles {
		w.copy(name)
	}
	for _, g := range given {
		folder, shallow := strings.CutSuffix(g, "/*")
		w.tree(folder, shallow)
	}
	for i := range exercises {
		w.tree("tests/exercises/"+exercises[i].Name, false)
		if exercises[i].Number == bugsNumber {
			w.bugs(exercises[i].Name)
			continue
		}
		w.template("tests/exercises/"+exercises[i].Name+"/exercise_test.go", exerciseTest, &exercises[i])
	}
	for _, n := range with {
		files, err := reference.Files(n, "reference")
		if err != nil {
			return err
		}
		for name, text := range files {
			w.write(path.Join("tests/exercises/reference", exercises[n].Name, name), text)
		}
	}
	w.template("tests/exercises/course/parts.go", partsFile, choose(exercises, with))
	w.template("tests/exercises/course/reference.go", referenceFile, nil)
	readme, err := os.ReadFile(filepath.Join(root, "tests", "exercises", "README.md"))
	if err != nil {
		return err
	}
	w.write("tests/exercises/README.md", readme)
	w.write("README.md", []byte(rootReadme))
	return errors.Join(w.err...)
}

// empty makes sure that nothing is overwritten.
func empty(dir string) error {
	list, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("the folder for the handout: %w", err)
	case len(list) > 0:
		return fmt.Errorf("%s is not empty: name a new folder", dir)
	}
	return nil
}

// writer writes files until the first error, and keeps it.
type writer struct {
	root, dir string
	err       []error
}

func (w *writer) write(name string, text []byte) {
	if len(w.err) > 0 {
		return
	}
	to := filepath.Join(w.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
		w.err = append(w.err, err)
		return
	}
	if err := os.WriteFile(to, text, 0o666); err != nil {
		w.err = append(w.err, err)
	}
}

func (w *writer) copy(name string) {
	text, err := os.ReadFile(filepath.Join(w.root, filepath.FromSlash(name)))
	if err != nil {
		w.err = append(w.err, err)
		return
	}
	w.write(name, text)
}

// tree copies a folder, without tests, which need what is not handed out.
func (w *writer) tree(folder string, shallow bool) {
	err := fs.WalkDir(os.DirFS(w.root), folder, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name != folder && (shallow || skipped(d.Name())) {
				return fs.SkipDir
			}
			return nil
		}
		if d.Type().IsRegular() && !strings.HasSuffix(name, "_test.go") && !slices.Contains(replaced, name) {
			w.copy(name)
		}
		return nil
	})
	if err != nil {
		w.err = append(w.err, err)
	}
}

func skipped(folder string) bool {
	return folder == "testdata" || folder == "dist" || folder == "node_modules" || strings.HasPrefix(folder, ".")
}

func (w *writer) template(name string, t *template.Template, data any) {
	var text bytes.Buffer
	if err := t.Execute(&text, data); err != nil {
		w.err = append(w.err, err)
		return
	}
	w.write(name, text.Bytes())
}

// choice is which references serve as parts where a student has none.
type choice struct{ Raft, Service string } // folders of exercises, "" for none

func choose(exercises []lab.Exercise, with []int) (c choice) {
	raft, service := 0, 0
	for _, n := range with {
		if n == 6 || n == 7 {
			service = max(service, n)
		} else {
			raft = max(raft, n)
		}
	}
	// A Raft that elects only is none to run a service on.
	if raft >= 2 {
		c.Raft = exercises[raft].Name
	}
	if service > 0 {
		c.Service = exercises[service].Name
	}
	return c
}
