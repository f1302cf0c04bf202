// Package wrong holds wrong solutions of the exercises, of the kinds that students
// write, and its test makes sure that each loses points where it should, with a
// message that says why.
//
// A wrong solution is an edit of the reference. Those of an exercise are in the text
// file of its name, one after the other:
//
//	== any-majority
//	Half of the servers are taken for a majority.
//	in membership.go
//	-	return count >= raft.Quorum(len(n.servers))
//	+	return count >= len(n.servers)/2
//	loses no-majority: needs the votes of 3 of 5
//	keeps one-leader, stays
//
// The second line says what the student does, or thinks. Lines with a minus are the
// text of the reference, which must stand there exactly once, and those with a plus
// come in its place; there may be several such edits, in several files. Then, each
// test that must lose its points, with a piece of the sentence that must say why; and
// those that must not, since they ask for something else. A line that begins with # is
// a remark.
package wrong

import (
	"embed"
	"fmt"
	"io/fs"
	"regexp"
	"strings"

	"raftarium/tests/exercises/reference"
)

//go:embed *.txt
var texts embed.FS

// Solution is a wrong solution of an exercise.
type Solution struct {
	Exercise string // the name of its folder
	Name     string
	Why      string // what the student does, or thinks
	Edits    []Edit
	Loses    []Loss
	Keeps    []string // tests
}

// Edit is a change of the reference.
type Edit struct{ File, Old, New string }

// Loss is a test that loses its points, and a piece of the sentence that says why.
type Loss struct{ Test, Says string }

// Of returns the wrong solutions of an exercise, by the name of its folder.
func Of(exercise string) ([]Solution, error) {
	text, err := fs.ReadFile(texts, exercise+".txt")
	if err != nil {
		return nil, fmt.Errorf("the wrong solutions of %s: %w", exercise, err)
	}
	return parse(exercise, string(text))
}

var goodName = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// parse reads the wrong solutions of an exercise.
func parse(exercise, text string) (all []Solution, err error) {
	file, before := "", "" // before is what the line before began with
	for number, line := range strings.Split(text, "\n") {
		bad := func(format string, args ...any) error {
			return fmt.Errorf("%s.txt:%d: %s", exercise, number+1, fmt.Sprintf(format, args...))
		}
		if name, ok := strings.CutPrefix(line, "== "); ok {
			if !goodName.MatchString(name) {
				return nil, bad("%q is no name of a solution: small letters, digits, and hyphens between them", name)
			}
			all, file, before = append(all, Solution{Exercise: exercise, Name: name}), "", ""
			continue
		}
		if line == "" || line[0] == '#' {
			before = ""
			continue
		}
		if len(all) == 0 {
			return nil, bad("a solution begins with == and its name, found %q", line)
		}
		s := &all[len(all)-1]
		word, rest, _ := strings.Cut(line, " ")
		switch {
		case line[0] == '-' || line[0] == '+':
			if file == "" {
				return nil, bad("a line `in FILE` must say which file is changed")
			}
			if line[0] == '-' && before != "-" {
				s.Edits = append(s.Edits, Edit{File: file})
			}
			if len(s.Edits) == 0 || s.Edits[len(s.Edits)-1].File != file {
				return nil, bad("what comes in must take the place of something: lines with a minus first")
			}
			e := &s.Edits[len(s.Edits)-1]
			if line[0] == '-' {
				e.Old += line[1:] + "\n"
			} else {
				e.New += line[1:] + "\n"
			}
			before = line[:1]
			continue
		case word == "in":
			file = rest
		case word == "loses":
			test, says, ok := strings.Cut(rest, ": ")
			if !ok || says == "" {
				return nil, bad("a test that loses points is given as `loses TEST: WHAT THE REASON SAYS`")
			}
			s.Loses = append(s.Loses, Loss{test, says})
		case word == "keeps":
			s.Keeps = append(s.Keeps, strings.Split(rest, ", ")...)
		case s.Why == "":
			s.Why = line
		default:
			return nil, bad("%q is none of in, -, +, loses, keeps", line)
		}
		before = ""
	}
	return all, nil
}

// Files are the files of the solution, in a package of a name.
func (s *Solution) Files(number int, pkg string, hello []byte) (map[string][]byte, error) {
	files := map[string][]byte{"node.go": []byte(strings.Replace(string(hello), "package main\n", "package "+pkg+"\n", 1))}
	if number > 0 {
		var err error
		if files, err = reference.Files(number, pkg); err != nil {
			return nil, err
		}
	}
	for _, e := range s.Edits {
		text, ok := files[e.File]
		if !ok {
			return nil, fmt.Errorf("%s.txt, %s: the reference has no file %s", s.Exercise, s.Name, e.File)
		}
		// Whole lines, so that a line that is the end of another does not count.
		whole := "\n" + string(text)
		if n := strings.Count(whole, "\n"+e.Old); n != 1 {
			return nil, fmt.Errorf("%s.txt, %s: %s has these lines %d times, not once; the reference was changed, or more lines are needed to say which:\n%s", s.Exercise, s.Name, e.File, n, e.Old)
		}
		files[e.File] = []byte(strings.Replace(whole, "\n"+e.Old, "\n"+e.New, 1)[1:])
	}
	return files, nil
}
