package cluster_test

import (
	"sync"
	"testing"

	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/script"
)

func rough(seed uint64) script.Config {
	return config(func(c *script.Config) {
		c.Seed = seed
		c.Loss, c.Duplicate, c.Reorder = netsim.Percent(5), netsim.Percent(5), netsim.Percent(5)
		c.Faults = []script.Fault{script.FaultCrash, script.FaultPartition, script.FaultPause}
		if seed%2 == 0 {
			c.Snapshot = 400
		}
	})
}

// TestClonesGoOnAlikeAtTheSameTime finds what copies share, above all with -race.
func TestClonesGoOnAlikeAtTheSameTime(t *testing.T) {
	for seed := uint64(1); seed <= 4; seed++ {
		opt := cluster.Options{Narrate: true, VerifyMessages: true, Completions: true}
		s := open(t, rough(seed), opt)
		var all []*cluster.Session
		for at := 500; at <= 5000; at += 500 {
			pass(s, at)
			all = append(all, s.Clone())
		}
		all = append(all, all[4].Clone(), s)
		var wg sync.WaitGroup
		for i, c := range all {
			wg.Go(func() {
				var v cluster.View
				for at := range 20 {
					pass(c, 5000+100*at)
					c.View(&v)
					if i == 3 {
						c.AppendState(nil)
						c.Choices(nil)
						c.Clone()
					}
				}
				pass(c, 7000)
			})
		}
		wg.Wait()
		completed := len(s.Clone().TakeCompleted())
		for _, c := range all {
			same(t, "clone", s, c)
			notes, next := c.Notes(0)
			want, wantNext := s.Notes(0)
			if next != wantNext || notes[len(notes)-1] != want[len(want)-1] {
				t.Errorf("told %d, want %d", next, wantNext)
			}
			if a, b := c.Stats(), s.Stats(); a != b {
				t.Errorf("counted %+v, want %+v", a, b)
			}
			if n := len(c.TakeCompleted()); n != completed {
				t.Errorf("%d operations are completed, want %d", n, completed)
			}
			r, ok := c.Trace(c.Events())
			if q, _ := s.Trace(s.Events()); !ok || r.ID != q.ID || r.Cause != q.Cause {
				t.Errorf("the last event is %+v, want %+v", r, q)
			}
			same(t, "journal of a clone", c, replay(t, c))
			if v := c.Final(); !v.OK() {
				t.Errorf("%+v", v)
			}
		}
	}
}

func TestWhatIsDoneToACloneDoesNotReachTheOriginal(t *testing.T) {
	s := open(t, rough(9), cluster.Options{Narrate: true})
	pass(s, 2000)
	want := s.Clone()
	pass(want, 4000)
	c := s.Clone()
	do(t, c, "clients 9", "partition s1 | s2 s3 s4 s5", "latency s1 s2 9ms", "loss 50%", "load append 2", "without one-vote-per-term",
		"crash all", "restart all", "pause all", "fire 9 z", "disk 1ms")
	pass(c, 5000)
	before := s.Now()
	pass(s, 4000)
	if before != ms(2000) {
		t.Errorf("it was moved to %v", before)
	}
	same(t, "original", want, s)
	if s.Config().Clients != 5 || len(s.Scenario().Steps) != len(want.Scenario().Steps) {
		t.Error("the clone's actions stand in the original's journal")
	}
}

func TestAnyChoiceLeadsOnFromAClone(t *testing.T) {
	s := open(t, config(func(c *script.Config) { c.Servers, c.Clients = 3, 1 }), cluster.Options{})
	pass(s, 400)
	// The same choices, in another order of looking, lead to the same state.
	a, b := s.Clone(), s.Clone()
	for range 200 {
		ca := a.Choices(nil)
		b.AppendState(nil)
		cb := b.Choices(nil)
		if len(ca) == 0 || len(ca) != len(cb) {
			t.Fatalf("%d choices and %d", len(ca), len(cb))
		}
		a.Take(ca[len(ca)/2])
		b.Take(cb[len(cb)/2])
		same(t, "by choice", a, b)
	}
	if a.Now() != s.Now() {
		t.Error("choices move no time")
	}
	if got := a.Judge().Violations(); len(got) != 0 {
		t.Errorf("%v", got)
	}
}
