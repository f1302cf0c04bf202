package tests

import (
	"os"
	"strconv"
	"strings"
	"testing"

	hunting "raftarium/netsim/cluster/hunt"
	"raftarium/raft"
)

// searched is up to how many seeds the test below makes all the runs that the hunt
// would; beyond, only the last one.
const searched = 12

// TestTheHuntFindsEachRuleMissingWithinItsSeeds holds the table that `raftarium
// rules` shows against the hunt: without a rule the seed that it names is the first
// to fail, and with all rules the same seeds pass.
func TestTheHuntFindsEachRuleMissingWithinItsSeeds(t *testing.T) {
	const file, remake = "../cmd/raftarium/internal/cli/seeds.txt", "go run ./tests/seeds > cmd/raftarium/internal/cli/seeds.txt"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	needed := map[string]uint64{}
	for line := range strings.Lines(string(text)) {
		if f := strings.Fields(line); len(f) > 2 && f[0] != "#" {
			if needed[f[0]], err = strconv.ParseUint(f[1], 10, 64); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, rule := range rules() {
		if rule.Kind == raft.Cost {
			continue
		}
		t.Run(rule.Name, func(t *testing.T) {
			t.Parallel()
			last := needed[rule.Name]
			if last == 0 {
				t.Fatalf("%s has no line for it: %s", file, remake)
			}
			first := uint64(1)
			if last > searched {
				first = last
			}
			with := hunting.Default(ours())
			without := with
			without.Without = []string{rule.Name}
			for seed := first; seed <= last; seed++ {
				r, err := hunting.Run(ours(), hunting.Scenario(without, seed))
				if err != nil {
					t.Fatal(err)
				}
				if r.Failed() != (seed == last) {
					t.Fatalf("seed %d fails: %t; the table says that the first is %d: %s", seed, r.Failed(), last, remake)
				}
				if r, err := hunting.Run(ours(), hunting.Scenario(with, seed)); err != nil || r.Failed() {
					t.Errorf("seed %d, with the rule: %v, %s", seed, err, violations(r.Verdict))
				}
			}
		})
	}
}

// shownByAnother are the rules whose property, as the paper gives it, is not what a hunt
// sees first: what follows from it shows before.
var shownByAnother = map[string]string{
	"append-consistency-check":     "acknowledged means durable", // of entries that came to lie behind a gap
	"snapshot-keeps-later-entries": "match index is true",        // the leader believes in what was thrown away
	"adopt-at-once":                "acknowledged means durable", // it counts by the former configuration
	// Two majorities that have nobody in common elect in different terms, mostly.
	"joint-consensus":      "leader completeness",
	"both-majorities":      "leader completeness",
	"one-change-at-a-time": "leader completeness",
	"change-in-own-term":   "leader completeness",
}

// TestWhatARuleDefendsIsWhatItsHuntSeesFirst holds what rules are said to defend against
// what is found without them, but for the exceptions above, of which none may be stale.
func TestWhatARuleDefendsIsWhatItsHuntSeesFirst(t *testing.T) {
	text, err := os.ReadFile("../cmd/raftarium/internal/cli/seeds.txt")
	if err != nil {
		t.Fatal(err)
	}
	first := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if f := strings.SplitN(strings.TrimSpace(line), " ", 3); len(f) == 3 && f[0] != "#" {
			first[f[0]], _, _ = strings.Cut(f[2], ", ")
		}
	}
	for _, rule := range rules() {
		seen, want := first[rule.Name], rule.Defends
		if rule.Kind == raft.Cost {
			continue
		}
		if other := shownByAnother[rule.Name]; other != "" {
			if want = other; other == rule.Defends {
				t.Errorf("%s is no exception any more", rule.Name)
			}
		}
		if seen != want {
			t.Errorf("%s defends %q; a hunt sees %q first, and not %q", rule.Name, rule.Defends, seen, want)
		}
	}
}
