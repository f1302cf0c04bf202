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
		if res.Small != "" {
			fmt.Fprintf(w, "      (that run was made small: there, %s)\n", res.Small)
		}
	}
}

// Sum is how many points the results have, and of how many.
func Sum(results []Result) (points, of int) {
	for i := range results {
		points, of = points+results[i].Points, of+results[i].Of
	}
	return points, of
}
