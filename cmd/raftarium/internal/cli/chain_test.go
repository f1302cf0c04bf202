package cli

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/check"
	"raftarium/netsim/cluster/script"
)

// beats is a chain: S1's and S2's heartbeat timers, each n times in a row, over
// and over.
func beats(n, rounds int) []netsim.Record {
	list := []netsim.Record{{ID: 1, Kind: cluster.KindStart}}
	for r := range rounds {
		for range n {
			list = append(list, netsim.Record{
				ID: netsim.EventID(len(list) + 1), Kind: netsim.Timer, Node: netsim.NodeID(1 + r%2), Key: 1, Cause: 1,
				At: netsim.Time(0).Add(time.Duration(len(list)) * time.Second),
			})
		}
	}
	return list
}

func TestAChainTellsARepetitionInOneLine(t *testing.T) {
	got := chainLines(beats(3, 2), nil)
	want := []string{
		"   0.000000s  the run starts (event 1)",
		"   1.000000s  S1's heartbeat timer runs out, 3 times until 3.000000s (events 2 to 4)",
		"   4.000000s  S2's heartbeat timer runs out, 3 times until 6.000000s (events 5 to 7)",
	}
	if !slices.Equal(got, want) {
		t.Errorf("the chain says\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestALongChainKeepsItsEnd(t *testing.T) {
	got := chainLines(beats(2, 2*chainLength), nil)
	if len(got) != chainLength+1 || !strings.Contains(got[0], "left out") || !strings.HasSuffix(got[chainLength], "2 times until 100.000000s (events 100 to 101)") {
		t.Errorf("the chain has %d lines:\n%s", len(got), strings.Join(got, "\n"))
	}
}

func TestAChainThatBeginsAsTheOneBeforeIsNotToldTwice(t *testing.T) {
	var b strings.Builder
	r := &report{}
	for _, end := range []string{"d1", "d2"} {
		r.Verdict.Violations = append(r.Verdict.Violations, violationJSON{Text: end, Causes: []string{" 1s  a", " 2s  b", " 3s  c", " 4s  " + end}})
		r.verdict.Violations = append(r.verdict.Violations, check.Violation{})
	}
	if err := r.print(&b); err != nil {
		t.Fatal(err)
	}
	if text := b.String(); strings.Count(text, "2s  b") != 1 || !strings.Contains(text, "(as above up to 3s)\n") || !strings.Contains(text, "4s  d2") {
		t.Error(text)
	}
}

// What a violation is at odds with has its own chain, and what both have in common is
// told once.
func TestTheOtherSideOfAViolationIsTold(t *testing.T) {
	text, err := os.ReadFile("../../../../docs/scenarios/election-restriction.txt")
	if err != nil {
		t.Fatal(err)
	}
	sc, err := script.Parse(bytes.NewReader(text), "")
	if err != nil {
		t.Fatal(err)
	}
	causes, against, err := causesOf(program().Code, sc)
	if err != nil || against == nil || len(causes) == 0 || len(against.Causes) == 0 {
		t.Fatalf("causes %q, against %+v, %v", causes, against, err)
	}
	var b strings.Builder
	against.tell(func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }, causes, nil)
	if text := b.String(); !strings.HasPrefix(text, fmt.Sprintf("at odds with what was at %v, in event %d: S", against.at, against.Event)) || !strings.Contains(text, " was the first to apply the entry at index 2, of term 1\n") {
		t.Error(text)
	}
}

// A rule that is off is named where it made a difference, and nowhere else.
func TestAChainSaysWhereTheMissingRuleMattered(t *testing.T) {
	for name, c := range map[string]struct {
		sc   string
		want []string
	}{
		"in the chain": {
			"servers 2\nclients 0\nseed 6\nlatency 1ms\nfor 155ms\nwithout persistent-vote\n",
			[]string{"S2 gets from S1: vote for me in term 1? my log ends at 0, term 0 (event 6) <- without persistent-vote"},
		},
		"by an action": {
			"servers 2\nclients 0\nseed 6\nlatency 1ms\nfor 155ms\nat 100ms without persistent-vote\n",
			[]string{"S2 gets from S1: vote for me in term 1? my log ends at 0, term 0 (event 7) <- without persistent-vote"},
		},
		"where nothing leads to": {
			"servers 2\nclients 1\nseed 1\nlatency 1ms\nfor 3s\nwithout retry-election pre-vote\nat 0s timeout s1\nat 0s timeout s2\n",
			[]string{"'s election timer runs out (event ", " <- without retry-election, the first time that it mattered"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			sc, err := script.Parse(strings.NewReader(c.sc), "")
			if err != nil {
				t.Fatal(err)
			}
			causes, _, err := causesOf(program().Code, sc)
			if err != nil {
				t.Fatal(err)
			}
			at := slices.IndexFunc(causes, func(line string) bool {
				return !slices.ContainsFunc(c.want, func(part string) bool { return !strings.Contains(line, part) })
			})
			if at < 0 {
				t.Errorf("no line has %q:\n%s", c.want, strings.Join(causes, "\n"))
			}
			for _, line := range causes {
				if strings.Contains(line, "could I win term") && marked([]string{line}) {
					t.Errorf("the rule has nothing to do with this: %s", line)
				}
			}
		})
	}
}

// What a client wrote is no mark.
func TestAValueThatLooksLikeAMarkIsNone(t *testing.T) {
	for line, want := range map[string]bool{
		"0.1s  S1 gets from C1: append x \"a <- without pre-vote\" (number 1, try 1) (event 9)":    false,
		"0.1s  S1 gets from C1: append x \") <- without pre-vote\" (number 1, try 1) (event 9)":    false,
		"0.1s  S1's election timer runs out (event 9) <- without pre-vote":                         true,
		"0.1s  S1's timer runs out (event 9) <- without pre-vote, the first time that it mattered": true,
		"(what came before is left out)": false,
	} {
		if got := marked([]string{line}); got != want {
			t.Errorf("%s: marked %v, want %v", line, got, want)
		}
	}
}

// A stall that lasts to the end of the run is in no list before that.
func TestWhatOnlyTheEndShowsHasCausesToo(t *testing.T) {
	cfg := script.DefaultConfig()
	cfg.Latency, cfg.For = netsim.Exactly(2*time.Second), 8*time.Second
	sc := &script.Scenario{Config: cfg}
	s, err := cluster.Open(program().Code, sc, cluster.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !s.AdvanceTo(netsim.Time(cfg.For)) || len(s.Final().Violations) == 0 {
		t.Fatalf("the run has to violate something at its end only: %+v", s.Final())
	}
	if causes, _, err := causesOf(program().Code, sc); err != nil || len(causes) == 0 {
		t.Errorf("causes %q, %v", causes, err)
	}
}
