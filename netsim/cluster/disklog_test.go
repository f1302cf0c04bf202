package cluster

import (
	"math/rand/v2"
	"slices"
	"testing"

	"raftarium/raft"
)

// TestADiskLogIsAListThatClonesDoNotShare plays against plain slices: whatever one of
// many clones appends and truncates, the others keep what they had.
func TestADiskLogIsAListThatClonesDoNotShare(t *testing.T) {
	equal := func(a, b raft.Entry) bool { return a.Term == b.Term && a.Index == b.Index }
	for seed := range uint64(8) {
		rng := rand.New(rand.NewPCG(seed, 1))
		logs, models := make([]diskLog, 4), make([][]raft.Entry, 4)
		written := raft.Term(0)
		for range 300 {
			k := rng.IntN(len(logs))
			l, m := &logs[k], &models[k]
			switch rng.IntN(5) {
			case 0, 1:
				var more []raft.Entry
				for range 1 + rng.IntN(3*chunkLength/2) {
					written++
					more = append(more, raft.Entry{Term: written, Index: raft.Index(len(*m) + len(more) + 1)})
				}
				l.append(more)
				*m = slices.Concat(*m, more)
				clear(more)
			case 2:
				n := rng.IntN(len(*m) + 2)
				l.truncate(n)
				*m = slices.Clone((*m)[:min(n, len(*m))])
			case 3:
				n := rng.IntN(len(*m) + 1)
				*l = l.from(n)
				*m = slices.Clone((*m)[n:])
			case 4:
				to := rng.IntN(len(logs))
				logs[to], models[to] = l.clone(), slices.Clone(*m)
			}
			for i := range logs {
				all := logs[i].all()
				if !slices.EqualFunc(all, models[i], equal) || logs[i].len() != len(models[i]) || cap(all) != len(all) {
					t.Fatalf("seed %d: log %d is not what was written to it", seed, i)
				}
				if n := len(models[i]); n > 0 {
					if at := rng.IntN(n); !equal(*logs[i].at(at), models[i][at]) {
						t.Fatalf("seed %d: log %d has another entry at %d", seed, i, at)
					}
				}
			}
		}
	}
}
