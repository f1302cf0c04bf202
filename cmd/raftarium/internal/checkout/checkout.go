// Package checkout says what was done to the checkout that a command works from.
package checkout

import (
	"os/exec"
	"path"
	"strings"

	"raftarium/tests/exercises/lab"
)

// Edited lists the students' files of an exercise, or of all for "", that differ from
// what is committed, by their paths below tests/exercises. Where there is no git, or no
// repository, nothing is known and nothing listed.
func Edited(root, exercise string) []string {
	const exercises = "tests/exercises"
	// Paths of a diff are from the root of the repository, unless --relative says
	// otherwise; the module may lie further down.
	git := exec.Command("git", "diff", "--name-only", "--relative", "-z", "HEAD", "--", path.Join(exercises, exercise))
	git.Dir = root
	out, err := git.Output()
	if err != nil {
		return nil
	}
	var edited []string
	for name := range strings.SplitSeq(string(out), "\x00") {
		below, ok := strings.CutPrefix(name, exercises+"/")
		if dir, file := path.Split(below); ok && strings.Count(dir, "/") == 1 && dir[0] >= '0' && dir[0] <= '9' && !lab.Given(file) {
			edited = append(edited, below)
		}
	}
	return edited
}
