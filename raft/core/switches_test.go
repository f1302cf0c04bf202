package core_test

import (
	"math/rand/v2"
	"testing"

	"raftarium/raft"
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
		"save-before-send", "chunks-in-order", "snapshot-with-state",
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

func TestWithoutARuleOfMembershipChaosFindsAViolation(t *testing.T) {
	for _, rule := range []string{"adopt-at-once", "joint-consensus", "both-majorities", "one-change-at-a-time"} {
		t.Run(rule, func(t *testing.T) {
			for seed := range uint64(2000) {
				b := newBenchWith(int(2+seed%3), 3, append([]string{rule}, plainRules...)...)
				b.chaos(rand.New(rand.NewPCG(seed, 1)), 4000)
				if b.violation != nil {
					t.Logf("seed %d: %v", seed, b.violation)
					return
				}
			}
			t.Error("no violation in 2000 runs")
		})
	}
}

// The following rules need a coincidence that chaos hardly ever offers.

// succeed lets s1, which committed an entry with s2's help alone, crash, and s2 and
// s3 go on without it.
func succeed(b *bench) {
	b.crash(b.nodes[0], 0)
	b.start(b.nodes[2])
	for range 2 {
		b.elect(3)
		b.elect(2)
	}
	if l := b.leader(); l != nil {
		b.propose(l, 3)
		b.settle()
	}
}

func TestWithoutTheRuleALateMessageTakesAnEntryAwayThatWasCommitted(t *testing.T) {
	for _, c := range []struct {
		rule string
		late raft.Message
	}{
		{"snapshot-keeps-later-entries", &raft.InstallSnapshot{Term: 1, LastIndex: 3, LastTerm: 1}},
		{"compacted-prefix-matches", &raft.AppendEntries{Term: 1, PrevIndex: 0, Entries: entries(1, 1)}},
	} {
		for _, off := range [][]string{nil, {c.rule}} {
			b := plain(3, off...)
			n := b.elect(1)
			b.crash(b.nodes[2], 0)
			b.propose(n, 1)
			b.settle()
			b.fire(n, raft.TimerHeartbeat)
			b.settle()
			b.compact(b.nodes[1], 2)
			b.propose(n, 3) // s2 stores them and does not know yet that they are committed
			b.settle()
			if m, ok := c.late.(*raft.InstallSnapshot); ok {
				m.Data = []byte(b.states[3])
				m.Size = uint64(len(m.Data))
			}
			b.give(b.nodes[1], 1, c.late)
			b.flush(b.nodes[1])
			succeed(b)
			if (b.violation != nil) != (off != nil) {
				t.Errorf("without %v: %v", off, b.violation)
			}
		}
	}
}

// TestWithoutTheRuleTwoChangesInARowLoseACommittedOne is the mistake of the first
// edition of single-server changes: s2, a new leader, begins a change before it
// could know that s1 had begun another, in which s4 and s5 make s1 their leader.
func TestWithoutTheRuleTwoChangesInARowLoseACommittedOne(t *testing.T) {
	for _, off := range [][]string{nil, {"change-in-own-term"}} {
		b := newBenchWith(4, 1, append(append([]string{"learners-catch-up"}, plainRules...), off...)...)
		s1, s2, s3, s4 := b.elect(1), b.nodes[1], b.nodes[2], b.nodes[3]
		b.beat(s1)
		b.group = 1<<1 | 1<<5
		b.change(s1, ids(1, 2, 3, 4, 5), nil)
		b.beat(s1)
		b.group = 1<<2 | 1<<3 | 1<<4
		b.fire(s2, raft.TimerElection)
		b.flush(s2)
		for _, n := range []*node{s3, s4} {
			b.settleOnly(n.id)
			b.flush(n)
		}
		b.settleOnly(2)
		h := b.change(s2, ids(2, 3, 4), nil)
		for range 3 {
			b.flush(s2)
			b.settleOnly(3)
			b.flush(s3)
			b.settleOnly(2)
		}
		if want := []raft.Outcome{raft.Busy, raft.Accepted}[len(off)]; b.answers[h][0].Outcome != want {
			t.Errorf("without %v the change is %v", off, b.answers[h])
		}
		b.net = nil
		b.group = 1<<1 | 1<<4 | 1<<5
		b.crash(s1, 0)
		b.start(s1)
		b.elect(1) // in vain: s4 has voted in this term
		b.elect(1)
		b.group = 0
		b.beat(s1)
		if (b.violation != nil) != (off != nil) {
			t.Errorf("without %v: %v", off, b.violation)
		}
	}
}
