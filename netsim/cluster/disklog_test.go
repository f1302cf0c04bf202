package cluster

import (
	"math/rand/v2"
	"slices"
	"testing"

	"raftarium/raft"
)

// TestADiskLogIsAListThatNobodyElseChanges plays against plain slices: whatever one of
// many disks appends and truncates, in its world or in a clone of it, the others keep what
// they had.
func TestADiskLogIsAListThatNobodyElseChanges(t *testing.T) {
	equal := func(a, b raft.Entry) bool { return a.Term == b.Term && a.Index == b.Index }
	for seed := range uint64(8) {
		rng := rand.New(rand.NewPCG(seed, 1))
		logs, models := make([]diskLog, 6), make([][]raft.Entry, 6)
		shelves := make([]*shelf, len(logs)) // one of three logs, at first
		for i := range shelves {
			shelves[i] = new(shelf)
			if i%3 != 0 {
				shelves[i] = shelves[i-1]
			}
		}
		written := raft.Term(0)
		for range 400 {
			k := rng.IntN(len(logs))
			l, m := &logs[k], &models[k]
			switch rng.IntN(7) {
			case 0:
				var more []raft.Entry
				for range 1 + rng.IntN(3*chunkLength/2) {
					written++
					more = append(more, raft.Entry{Term: written, Index: l.base + raft.Index(len(*m)+len(more)+1)})
				}
				l.append(shelves[k], more)
				*m = slices.Concat(*m, more)
				clear(more)
			case 1, 2, 3: // what another has
				j := rng.IntN(len(logs))
				if at := int(l.base-logs[j].base) + len(*m); l.base >= logs[j].base && at < len(models[j]) {
					more := slices.Clone(models[j][at : at+1+rng.IntN(len(models[j])-at)])
					l.append(shelves[k], more)
					*m = slices.Concat(*m, more)
					clear(more)
				}
			case 4:
				n := rng.IntN(len(*m) + 2)
				l.truncate(n)
				*m = slices.Clone((*m)[:min(n, len(*m))])
			case 5:
				n := rng.IntN(len(*m) + 1)
				*l = l.from(n)
				*m = slices.Clone((*m)[n:])
			case 6:
				to := rng.IntN(len(logs))
				logs[to], models[to], shelves[to] = l.clone(), slices.Clone(*m), new(shelf)
				if other := rng.IntN(len(logs)); other != to && other != k {
					logs[other], models[other], shelves[other] = l.clone(), slices.Clone(*m), shelves[to]
				}
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

// TestDisksOfAWorldShareWhatTheyHoldAlike counts the chunks of three disks.
func TestDisksOfAWorldShareWhatTheyHoldAlike(t *testing.T) {
	var logs [3]diskLog
	sh := new(shelf)
	for i := range raft.Index(3 * chunkLength) {
		for k := range logs {
			logs[k].append(sh, []raft.Entry{{Term: 1, Index: i + 1, Data: []byte{byte(i)}}})
		}
	}
	for k := range logs {
		if !slices.Equal(logs[k].chunks, logs[0].chunks) {
			t.Errorf("disk %d has chunks of its own", k)
		}
	}
	logs[1].truncate(10)
	logs[1].append(sh, []raft.Entry{{Term: 2, Index: 11}})
	if logs[1].at(10).Term != 2 || logs[0].at(10).Term != 1 {
		t.Errorf("what one disk writes anew the other one has: terms %d and %d", logs[1].at(10).Term, logs[0].at(10).Term)
	}
}
