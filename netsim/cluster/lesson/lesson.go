// Package lesson holds, for each rule of safety and of liveness, a scenario that
// breaks what the rule defends while it is switched off, and that passes all
// checkers with the rule on. They are runs that the hunt found and made small; the
// command in tests/lessons makes them anew.
package lesson

import (
	"embed"
	"io/fs"
	"strings"
)

//go:embed *.txt
var files embed.FS

const suffix = ".txt"

// For returns the text of the scenario that shows what a rule is good for, with the
// rule switched off in its header. ok is false if there is none of that rule.
func For(rule string) (text string, ok bool) {
	b, err := fs.ReadFile(files, rule+suffix)
	return string(b), err == nil
}

// Names lists the rules that have a lesson, in increasing order. The slice is the
// caller's.
func Names() []string {
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		return nil // cannot happen: the files are part of the program
	}
	names := make([]string, 0, len(entries))
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), suffix))
	}
	return names
}
