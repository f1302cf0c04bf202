package lab

import (
	"fmt"
	"io"
	"strings"
)

// Print writes a result as a person reads it.
func Print(w io.Writer, res *Result) {
	mark := "ok  "
	if !res.Passed {
		mark = "FAIL"
	}
	fmt.Fprintf(w, "%s  %2d/%-2d  %s: %s", mark, res.Points, res.Of, res.Name, res.What)
	if res.Section != "" {
		fmt.Fprintf(w, " (%s)", res.Section)
	}
	fmt.Fprintln(w)
	if res.Passed {
		return
	}
	if res.Seed != 0 {
		fmt.Fprintf(w, "      seed %d: ", res.Seed)
	} else {
		fmt.Fprint(w, "      ")
	}
	fmt.Fprintln(w, strings.TrimSpace(res.Reason))
	if res.Replay != "" {
		fmt.Fprintf(w, "      see it: %s\n", res.Replay)
		if told := res.told(); told != "" {
			fmt.Fprintf(w, "      have it told: %s\n", told)
		}
		if res.Small != "" {
			fmt.Fprintf(w, "      (that run was made small: there, %s)\n", res.Small)
		}
	}
}

// told is the command that tells what led to the failure, "" if there is none.
func (res *Result) told() string {
	shown, ok := strings.CutSuffix(res.Replay, " --at "+res.At)
	program, file, _ := cutLast(shown, " ")
	if !ok || file == "" {
		return ""
	}
	return fmt.Sprintf("%s run %s --explain", program, file)
}

// Sum is how many points the results have, and of how many.
func Sum(results []Result) (points, of int) {
	for i := range results {
		points, of = points+results[i].Points, of+results[i].Of
	}
	return points, of
}
