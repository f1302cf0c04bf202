package web

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// moduleName is the module that holds this program.
const moduleName = "raftarium"

// ErrNoSource says that the source of this program was not found, so that its
// WebAssembly cannot be built.
var ErrNoSource = errors.New("the source of raftarium was not found from here: " +
	"run this inside a checkout of it, or use a release, which has its page built in")

// FindModule returns the directory of a module: above the working directory, above
// the executable, or where this program was compiled.
func FindModule(name string) (string, error) {
	var starts []string
	if dir, err := os.Getwd(); err == nil {
		starts = append(starts, dir)
	}
	if exe, err := os.Executable(); err == nil {
		starts = append(starts, filepath.Dir(exe))
	}
	if _, file, _, ok := runtime.Caller(0); ok {
		starts = append(starts, filepath.Dir(file))
	}
	return findModuleFrom(name, starts...)
}

func findModuleFrom(name string, starts ...string) (string, error) {
	for _, dir := range starts {
		for filepath.IsAbs(dir) {
			if isModule(dir, name) {
				return dir, nil
			}
			up := filepath.Dir(dir)
			if up == dir {
				break
			}
			dir = up
		}
	}
	if name != moduleName {
		return "", fmt.Errorf("the source of the module %s was not found from here: run this inside it", name)
	}
	return "", ErrNoSource
}

// isModule says whether dir has the go.mod of the module of that name.
func isModule(dir, name string) bool {
	text, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil {
		return false
	}
	lines := bufio.NewScanner(bytes.NewReader(text))
	for lines.Scan() {
		if f := strings.Fields(lines.Text()); len(f) > 1 && f[0] == "module" {
			return strings.Trim(f[1], `"`) == name
		}
	}
	return false
}
