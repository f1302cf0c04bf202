package grade

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"raftarium/cmd/raftarium/internal/checkout"
	"raftarium/tests/exercises/lab"
	"raftarium/web"
)

// Bounds of what is taken of a student for an exercise: bytes of a file, and files.
const (
	maxSource = 1 << 20
	maxFiles  = 100
)

// build builds the program of an exercise with the student's files of a folder in it.
// why says what is wrong with them, "" if nothing is; err, that nothing can be built.
func (b *builder) build(ctx context.Context, folder, exercise string, headless bool) (program, why string, err error) {
	if why := irregular(folder, exercise); why != "" {
		return "", why, nil
	}
	files, err := lab.StudentFiles(folder)
	if errors.Is(err, os.ErrNotExist) || err == nil && len(files) == 0 {
		return "", "nothing was handed in: there is no Go file in " + exercise, nil
	}
	if err != nil {
		return "", err.Error(), nil
	}
	if why, err := b.refuse(files, exercise); why != "" || err != nil {
		return "", why, err
	}
	overlay, err := b.overlay(files, exercise)
	if err != nil {
		return "", "", err
	}
	defer os.Remove(overlay)
	tool, err := exec.LookPath("go")
	if err != nil {
		return "", "", web.ErrNoToolchain
	}
	out, err := os.CreateTemp(b.temp, "program")
	if err != nil {
		return "", "", err
	}
	if err := out.Close(); err != nil {
		return "", "", err
	}
	args := []string{"build", "-trimpath", "-buildvcs=false", "-overlay", overlay, "-o", out.Name()}
	if headless {
		// It only runs tests, and nobody debugs it: without a server and those tables it links
		// in a third of the time.
		args = append(args, "-tags=headless,noweb", "-ldflags=-s -w")
	} else {
		args = append(args, "-tags=window")
	}
	limited, cancel := context.WithTimeout(ctx, buildTime)
	defer cancel()
	cmd := exec.CommandContext(limited, tool, append(args, "./tests/exercises/"+exercise)...)
	cmd.Dir = b.root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off")
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Run(); err != nil {
		os.Remove(out.Name())
		if ctx.Err() != nil {
			return "", "", context.Cause(ctx)
		}
		return "", "it does not compile: " + compilerSays(strings.ReplaceAll(said.String(), b.root+string(filepath.Separator), ""), exercise), nil
	}
	return out.Name(), "", nil
}

// irregular says what in the folder of an exercise is not a student's file though it
// is named like one, "" for nothing. Links are not followed, wherever they lead: the
// staff's process may read what the student may not.
func irregular(folder, exercise string) string {
	if info, err := os.Lstat(folder); err == nil && info.Mode()&os.ModeSymlink != 0 {
		return exercise + " is a link, and links are not followed: hand in the folder itself"
	}
	list, err := os.ReadDir(folder)
	if err != nil {
		return "" // it is not there, or what reads it says so
	}
	files := 0
	for _, f := range list {
		switch name := f.Name(); {
		case lab.Given(name):
		case f.Type()&os.ModeSymlink != 0:
			return name + " is a link, and links are not followed: hand in the file itself"
		case !f.Type().IsRegular():
			return name + " is no regular file"
		default:
			files++
			if info, err := f.Info(); err == nil && info.Size() > maxSource {
				return fmt.Sprintf("%s has %d bytes; the most is %d", name, info.Size(), maxSource)
			}
		}
	}
	if files > maxFiles {
		return fmt.Sprintf("there are %d Go files; the most is %d", files, maxFiles)
	}
	return ""
}

// refuse says why files are not even built, "" if they are.
func (b *builder) refuse(files []string, exercise string) (string, error) {
	same := true
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			return "", err
		}
		given, err := os.ReadFile(filepath.Join(b.root, "tests", "exercises", exercise, filepath.Base(name)))
		same = same && err == nil && bytes.Equal(given, text)
		f, _ := parser.ParseFile(token.NewFileSet(), name, text, parser.SkipObjectResolution)
		if f == nil {
			continue // the compiler says what is wrong
		}
		// What can be read of a broken file says more than the compiler would.
		if why := mayNotImport(f, exercise); why != "" {
			return filepath.Base(name) + " " + why, nil
		}
	}
	// Exercise 0 is done as it is given.
	if same && !strings.HasPrefix(exercise, "00") {
		if edited := checkout.Edited(b.root, exercise); len(edited) > 0 {
			return fmt.Sprintf("the files are the same as in this checkout, in which %s was edited: grade from a clean one", strings.Join(edited, ", ")), nil
		}
		return "nothing was done: the skeleton is as it was given", nil
	}
	return "", nil
}

// overlay writes what the go command shall see in the place of the exercise's
// folder: the files that are given as they are here, and of the rest the student's.
func (b *builder) overlay(files []string, exercise string) (string, error) {
	here := filepath.Join(b.root, "tests", "exercises", exercise)
	replace := map[string]string{}
	ours, err := lab.StudentFiles(here)
	if err != nil {
		return "", err
	}
	for _, name := range ours {
		replace[name] = ""
	}
	for _, name := range files {
		abs, err := filepath.Abs(name)
		if err != nil {
			return "", err
		}
		replace[filepath.Join(here, filepath.Base(name))] = abs
	}
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	f, err := os.CreateTemp(b.temp, "overlay")
	if err != nil {
		return "", err
	}
	_, err = f.Write(text)
	return f.Name(), errors.Join(err, f.Close())
}

// compilerLines is how many lines of the compiler are shown.
const compilerLines = 5

// compilerSays is what the compiler says, in a few lines, and without the folders.
func compilerSays(text, exercise string) string {
	var lines []string
	for l := range strings.Lines(text) {
		l = strings.TrimSpace(l)
		if l == "" || strings.HasPrefix(l, "#") {
			continue
		}
		// "x/01-election/node.go:3:1: ..." is "node.go:3:1: ..."
		if i := strings.Index(l, exercise+"/"); i >= 0 {
			l = l[i+len(exercise)+1:]
		} else if i := strings.Index(l, exercise+`\`); i >= 0 {
			l = l[i+len(exercise)+1:]
		}
		if !slices.Contains(lines, l) {
			lines = append(lines, l)
		}
	}
	if n := len(lines); n > compilerLines {
		lines = append(lines[:compilerLines], fmt.Sprintf("and %d lines more", n-compilerLines))
	}
	return strings.Join(lines, "; ")
}

// quote quotes an argument for a shell where that is needed.
func quote(s string) string {
	if strings.ContainsAny(s, " '\"$&|;<>()*?#~`\\\t\n") || s == "" {
		return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
	}
	return s
}
