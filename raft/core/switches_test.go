package core_test

import (
	"math/rand/v2"
	"testing"

	"raftarium/raft/core"
)

func TestEachSwitchChangesWhatItSays(t *testing.T) {
	left := map[string]bool{}
	for _, r := range core.Rules() {
		left[r.Name] = true
	}
	for _, s := range switches {
		t.Run(s.rule, func(t *testing.T) {
			if got := s.see(nil); got != s.with {
				t.Errorf("with the rule: %s, want %s", got, s.with)
			}
			if got := s.see([]string{s.rule}); got != s.without {
				t.Errorf("without the rule: %s, want %s", got, s.without)
			}
		})
		delete(left, s.rule)
	}
	for name := range left {
		t.Errorf("no situation shows what %s is good for", name)
	}
}

func TestWithoutARuleOfReadsChaosFindsAStaleRead(t *testing.T) {
	for _, rule := range []string{"confirm-before-read", "read-from-own-term"} {
		t.Run(rule, func(t *testing.T) {
			for seed := range uint64(600) {
				b := newBench([]int{3, 4, 5}[seed%3], rule)
				b.chaos(rand.New(rand.NewPCG(seed, 1)), 3000)
				if b.violation != nil {
					t.Logf("seed %d: %v", seed, b.violation)
					return
				}
			}
			t.Error("no violation in 600 runs")
		})
	}
}

// TestWithoutASafetyRuleChaosFindsAViolation shows that the checks of the bench can
// fail. The rules that it leaves out need a rarer coincidence than chaos offers.
func TestWithoutASafetyRuleChaosFindsAViolation(t *testing.T) {
	for _, rule := range []string{
		"election-restriction", "compare-last-terms", "one-vote-per-term", "majority-to-win",
		"step-down-on-higher-term", "append-consistency-check", "truncate-on-conflict",
		"truncate-only-on-conflict", "match-only-what-was-sent", "majority-to-commit",
		"commit-up-to-last-new-entry", "persistent-term", "persistent-vote", "persistent-log",
		"save-before-send", "chunks-in-order", "refuse-older-snapshot", "snapshot-with-state",
	} {
		t.Run(rule, func(t *testing.T) {
			for seed := range uint64(600) {
				b := plain([]int{3, 4, 5}[seed%3], rule)
				b.chaos(rand.New(rand.NewPCG(seed, 1)), 3000)
				if b.violation != nil {
					t.Logf("seed %d: %v", seed, b.violation)
					return
				}
			}
			t.Error("no violation in 600 runs")
		})
	}
}
