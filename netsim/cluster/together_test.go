package cluster_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/script"
)

// storm is a list of actions: partitions, crashes, pauses, changes of membership, transfers.
func storm(t *testing.T, seed uint64, until int) (steps []script.Step) {
	r := rand.New(rand.NewPCG(seed, 7))
	for at := 400; at < until; at += 60 + r.IntN(150) {
		var line string
		a, b := 1+r.IntN(7), 1+r.IntN(5)
		switch r.IntN(14) {
		case 0, 1:
			var g [2]string
			for i := 1; i <= 5; i++ {
				g[r.IntN(2)] += fmt.Sprintf(" s%d", i)
			}
			if g[0] == "" || g[1] == "" {
				continue
			}
			line = "partition" + g[0] + " |" + g[1]
		case 2, 3:
			line = "heal"
		case 4:
			line = fmt.Sprintf("timeout s%d", b)
		case 5:
			line = fmt.Sprintf("pause s%d", b)
		case 6:
			line = "resume all"
		case 7:
			line = fmt.Sprintf("crash s%d", b)
		case 8:
			line = "restart all"
		case 9:
			line = fmt.Sprintf("add s%d", a)
		case 10:
			line = fmt.Sprintf("remove s%d", a)
		case 11:
			line = fmt.Sprintf("transfer s%d", b)
		case 12:
			line = "fire 10 k"
		case 13:
			line = []string{"reads lease", "reads index", "reads log"}[r.IntN(3)]
		}
		st, err := script.ParseStep(fmt.Sprintf("at %dms %s", at, line))
		if err != nil {
			t.Fatal(line, err)
		}
		steps = append(steps, st)
	}
	return steps
}

// TestClonesThatRunAtTheSameTimeStayApart lets a world and its clones, and theirs, go on in
// goroutines of their own. They share entries, chunks and messages, and each is to end
// where the world does that nobody cloned.
func TestClonesThatRunAtTheSameTimeStayApart(t *testing.T) {
	for seed := uint64(1); seed <= 6; seed++ {
		cfg := config(func(c *script.Config) {
			c.Seed, c.For, c.Clients = seed, 20*time.Second, 12
			c.Loss, c.Duplicate, c.Reorder = netsim.Percent(3), netsim.Percent(3), netsim.Percent(3)
			c.Snapshot = []int{0, 400, 5000, 60000}[seed%4]
			if seed%3 == 0 {
				c.Without = []string{[]string{"truncate-on-conflict", "truncate-only-on-conflict", "snapshot-keeps-later-entries", "compacted-prefix-matches", "append-consistency-check"}[seed/3%5]}
			}
		})
		opt := cluster.Options{Narrate: seed%5 == 0, VerifyMessages: true}
		const end = 7000
		straight := open(t, cfg, opt, storm(t, seed, end)...)
		pass(straight, end)
		s := open(t, cfg, opt, storm(t, seed, end)...)
		var wg sync.WaitGroup
		var mu sync.Mutex
		var done []*cluster.Session
		var run func(c *cluster.Session, depth int)
		run = func(c *cluster.Session, depth int) {
			wg.Go(func() {
				var v cluster.View
				at := int(time.Duration(c.Now()) / time.Millisecond)
				if depth > 0 {
					pass(c, at+(end-at)/2)
					c.View(&v)
					run(c.Clone(), depth-1)
				}
				pass(c, end)
				c.View(&v)
				mu.Lock()
				done = append(done, c)
				mu.Unlock()
			})
		}
		for at := 500; at < end; at += 500 {
			pass(s, at) // while clones are running
			run(s.Clone(), int(seed+uint64(at/500))%3)
		}
		pass(s, end)
		wg.Wait()
		want := straight.AppendState(nil)
		for i, c := range append(done, s) {
			if c.Digest() != straight.Digest() || !bytes.Equal(c.AppendState(nil), want) {
				t.Errorf("seed %d %v: copy %d has digest %x, want %x", seed, cfg.Without, i, c.Digest(), straight.Digest())
			}
		}
	}
}
