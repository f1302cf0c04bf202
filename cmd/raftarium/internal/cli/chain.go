package cli

import (
	"fmt"
	"strings"

	"raftarium/netsim"
	"raftarium/netsim/cluster"
)

// chainLength is how many lines of what led to a violation are told, and
// chainReach how many events are asked for: a timer that ran out twenty times in a
// row is one line.
const (
	chainLength = 25
	chainReach  = 8 * chainLength
)

// chainLines puts a chain of causes into words, repetitions into one line, and
// keeps the newest lines.
func chainLines(records []netsim.Record) []string {
	var lines []string
	for i := 0; i < len(records); {
		text, n := cluster.Describe(&records[i]), 1
		for i+n < len(records) && cluster.Describe(&records[i+n]) == text {
			n++
		}
		line := clock(records[i].At) + "  " + text
		if n > 1 {
			line += fmt.Sprintf(", %d times until %s (events %d to %d)",
				n, strings.TrimSpace(clock(records[i+n-1].At)), records[i].ID, records[i+n-1].ID)
		} else {
			line += fmt.Sprintf(" (event %d)", records[i].ID)
		}
		lines = append(lines, line)
		i += n
	}
	cut := len(records) > 0 && records[0].Cause != 0
	if n := len(lines) - chainLength; n > 0 {
		lines, cut = lines[n:], true
	}
	if cut {
		lines = append([]string{"(what came before is left out)"}, lines...)
	}
	return lines
}

// sharedLines is how many lines two chains have in common at their beginnings.
func sharedLines(a, b []string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}
