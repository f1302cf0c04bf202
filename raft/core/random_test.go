package core_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"raftarium/raft"
)

func TestClustersKeepTheirPromisesUnderChaos(t *testing.T) {
	for _, size := range []int{1, 2, 3, 4, 5, 7} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			for seed := range uint64(40) {
				b := newBenchWith(size, int(seed%3))
				r := rand.New(rand.NewPCG(seed, uint64(size)))
				for round := 0; round < 4; round++ {
					b.chaos(r, 800)
					if b.violation == nil && !b.heal() {
						b.fail("progress: nothing new is committed by all after everything was healed")
					}
				}
				checkAnswers(b)
				if b.violation != nil {
					t.Fatalf("seed %d: %v", seed, b.violation)
				}
				if len(b.applied) < 4 {
					t.Fatalf("seed %d: only %d entries were applied", seed, len(b.applied))
				}
			}
		})
	}
}

// checkAnswers: one answer at once, and after an acceptance at most a Lost.
func checkAnswers(b *bench) {
	for h := raft.Handle(1); h <= b.handle; h++ {
		a := b.answers[h]
		ok := len(a) == 1 && a[0].Outcome != raft.Lost ||
			len(a) == 2 && a[0].Outcome == raft.Accepted && a[1].Outcome == raft.Lost
		if !ok {
			b.fail("proposal %d was answered %v", h, a)
		}
	}
	for h := otherHandles + 1; h <= b.requests; h++ {
		a := b.answers[h]
		if len(a) > 2 || len(a) == 2 && (a[0].Outcome != raft.Accepted || a[1].Outcome != raft.Done && a[1].Outcome != raft.Lost) {
			b.fail("request %d was answered %v", h, a)
		}
	}
}
