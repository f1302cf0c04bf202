package cli

import (
	"fmt"
	"slices"
	"strings"

	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/script"
)

// chainLength is how many lines of what led to a violation are told, and
// chainReach how many events are asked for: a timer that ran out twenty times in a
// row is one line.
const (
	chainLength = 25
	chainReach  = 8 * chainLength
)

// marks say of events which of the rules that are off would have made a difference there.
type marks map[netsim.EventID][]string

// marksOf are the marks of the events of chains in the run of a scenario.
func marksOf(code cluster.Code, sc *script.Scenario, chains ...[]netsim.Record) marks {
	if !goesWithout(sc) {
		return nil
	}
	m, last := marks{}, netsim.EventID(0)
	for _, chain := range chains {
		for i := range chain {
			m[chain[i].ID] = nil
			last = max(last, chain[i].ID)
		}
	}
	if last == 0 { // nobody asked for causes
		return nil
	}
	found, err := cluster.FindDifferences(code, sc, last, func(id netsim.EventID) bool { _, in := m[id]; return in })
	if err != nil {
		return nil // cannot be: the run was made before
	}
	for _, d := range found {
		m[d.Event] = append(m[d.Event], d.Rule)
	}
	return m
}

// firstMost is how many events a run may have for the first difference of a rule to be
// looked for: that costs each of them a copy of who acts in it.
const firstMost = 20_000

// firstMarks are where, in the run of a scenario up to an event, each rule that is off made
// a difference first, as lines of a chain; none if the run is too long to look. It is for
// violations whose chains have no mark: that something did not happen follows from what
// no chain leads to.
func firstMarks(code cluster.Code, sc *script.Scenario, until netsim.EventID) (lines []string) {
	if !goesWithout(sc) || until > firstMost {
		return nil
	}
	all, err := cluster.FindDifferences(code, sc, until, func(netsim.EventID) bool { return true })
	if err != nil {
		return nil // cannot be: the run was made before
	}
	m, seen := marks{}, map[string]bool{}
	for _, d := range all {
		if !seen[d.Rule] {
			seen[d.Rule] = true
			m[d.Event] = append(m[d.Event], d.Rule)
		}
	}
	s, err := cluster.Open(code, sc, cluster.Options{NoHistory: true, Trace: -1, Observe: func(r *netsim.Record) {
		if len(m[r.ID]) > 0 {
			r := *r
			r.Cause = 0 // what led to it is not asked for
			lines = append(lines, chainLines([]netsim.Record{r}, m)[0]+", the first time that it mattered")
		}
	}})
	if err != nil {
		return nil
	}
	for s.Events() < until && s.Step() {
	}
	return lines
}

// marked reports whether a line of chains has a mark. What a client wrote may look like
// one, but stands before the event's number.
func marked(chains ...[]string) bool {
	return slices.ContainsFunc(slices.Concat(chains...), func(line string) bool {
		return strings.HasPrefix(line[strings.LastIndexByte(line, ')')+1:], markBegins)
	})
}

// whatMarksSay explains the marks to who sees them.
const whatMarksSay = "(<- without RULE: in the same state, with that rule, something else would have been done there)"

// goesWithout reports whether a rule is off in the run of a scenario, and known to be.
func goesWithout(sc *script.Scenario) bool {
	return len(sc.Config.Without) > 0 || slices.ContainsFunc(sc.Steps, func(st script.Step) bool {
		_, off := st.Action.(script.Without)
		return off
	})
}

// markBegins is how a mark begins.
const markBegins = " <- without "

// mark is what stands behind an event in which rules made a difference.
func (m marks) mark(id netsim.EventID) string {
	if len(m[id]) == 0 {
		return ""
	}
	return markBegins + strings.Join(m[id], ", ")
}

// chainLines puts a chain of causes into words, repetitions into one line, and
// keeps the newest lines.
func chainLines(records []netsim.Record, m marks) []string {
	var lines []string
	for i := 0; i < len(records); {
		text, mark, n := cluster.Describe(&records[i]), m.mark(records[i].ID), 1
		for i+n < len(records) && cluster.Describe(&records[i+n]) == text && m.mark(records[i+n].ID) == mark {
			n++
		}
		line := clock(records[i].At) + "  " + text
		if n > 1 {
			line += fmt.Sprintf(", %d times until %s (events %d to %d)",
				n, strings.TrimSpace(clock(records[i+n-1].At)), records[i].ID, records[i+n-1].ID)
		} else {
			line += fmt.Sprintf(" (event %d)", records[i].ID)
		}
		lines = append(lines, line+mark)
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
