// Package reference holds the reference solutions of the exercises, and puts together
// what belongs to each: a complete Raft and a complete service are kept once, in
// parts, and the reference for an exercise is the parts up to there.
package reference

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

//go:embed node/*.go service/*.go
var sources embed.FS

// part is a part of the reference that can be left out.
type part struct {
	name string
	from int // the exercise that it solves
}

var (
	nodeParts    = []part{{"replication", 2}, {"persistence", 3}, {"backup", 4}, {"snapshots", 5}, {"reads", 8}, {"membership", 9}}
	serviceParts = []part{{"sessions", 7}}
)

// Files are the files that solve an exercise, by name: one package, named pkg, with
// the parts of exercises up to this one, and without the others.
func Files(number int, pkg string) (map[string][]byte, error) {
	files := map[string][]byte{}
	switch number {
	case 1, 2, 3, 4, 5, 8, 9:
		return files, add(files, "node", nodeParts, number, pkg)
	case 6, 7:
		return files, add(files, "service", serviceParts, number, pkg)
	}
	return nil, fmt.Errorf("there is no reference for exercise %d", number)
}

// add puts the files of a folder together.
func add(files map[string][]byte, dir string, parts []part, number int, pkg string) error {
	list, err := fs.ReadDir(sources, dir)
	if err != nil {
		return err
	}
	for _, f := range list {
		name := strings.TrimSuffix(f.Name(), ".go")
		if name == "doc" {
			continue
		}
		text, err := fs.ReadFile(sources, path.Join(dir, f.Name()))
		if err != nil {
			return err
		}
		text, tag := split(text)
		of, off := strings.CutPrefix(tag, "no_")
		if !off {
			of = strings.TrimPrefix(tag, "!no_")
		}
		if i := slices.IndexFunc(parts, func(p part) bool { return p.name == of }); i >= 0 && (number < parts[i].from) != off {
			continue
		}
		_, rest, _ := bytes.Cut(text, []byte("\n"))
		files[strings.TrimSuffix(name, "_off")+".go"] = append([]byte("package "+pkg+"\n"), rest...)
	}
	return nil
}

// split takes the build constraint off a file, and whatever stands before its package
// clause.
func split(text []byte) (rest []byte, tag string) {
	if line, after, ok := bytes.Cut(text, []byte("\n")); ok && bytes.HasPrefix(line, []byte("//go:build ")) {
		tag = strings.TrimPrefix(string(line), "//go:build ")
		text = bytes.TrimLeft(after, "\n")
	}
	return text, tag
}
