package cluster_test

import (
	"regexp"
	"strconv"
	"testing"
	"time"

	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
)

// claims are sentences that say more than what the message in hand says: of another
// server, or of what comes of it. Each is held against the servers and clients just
// before and just after.
var claims = []struct {
	name string
	text *regexp.Regexp
	// holds gets the numbers in the sentence.
	holds func(before, after *cluster.View, n []int) bool
}{
	{"a leader goes back", regexp.MustCompile(`^S(\d+) refuses an append of S(\d+).* goes back to (\d+)$`),
		func(before, after *cluster.View, n []int) bool {
			now := nextFor(after, n[1], n[0])
			return now == raft.Index(n[2]) && now < nextFor(before, n[1], n[0])
		}},
	{"the leader has another entry there", regexp.MustCompile(`refuses an append of S(\d+): its entry (\d+) is of term (\d+), another than the leader's`),
		func(before, _ *cluster.View, n []int) bool {
			log := before.Servers[n[0]-1].Raft.Log
			return n[1] > len(log) || log[n[1]-1].Term != raft.Term(n[2])
		}},
	{"a leader does not know better yet", regexp.MustCompile(` hears from S(\d+), which still believes it leads term (\d+)$`),
		func(before, _ *cluster.View, n []int) bool {
			s := &before.Servers[n[0]-1]
			return s.Up && s.Raft.Role == raft.Leader && s.Raft.Term == raft.Term(n[1])
		}},
	{"a client takes a refusal", regexp.MustCompile(`^S\d+ (?:is not the leader|lost track).* C(\d+)`),
		func(before, after *cluster.View, n []int) bool {
			b, a := &before.Clients[n[0]-1], &after.Clients[n[0]-1]
			return a.Resting != b.Resting || a.Try != b.Try
		}},
}

// TestTheNarrationClaimsNothingThatIsNotSo: messages come late and twice, and what
// was so when they were sent need not be so any more.
func TestTheNarrationClaimsNothingThatIsNotSo(t *testing.T) {
	seen := make([]int, len(claims))
	for seed := uint64(1); seed <= 10; seed++ {
		s := open(t, config(func(c *script.Config) {
			c.Seed, c.Clients, c.Keys = seed, 3, 2
			c.Latency = netsim.Range{Min: time.Millisecond, Max: 40 * time.Millisecond}
			c.Reorder, c.Duplicate = netsim.Percent(20), netsim.Percent(20)
			c.Faults = []script.Fault{script.FaultCrash, script.FaultPartition, script.FaultPause}
		}), cluster.Options{Narrate: true, NoHistory: true})
		var before, after cluster.View
		_, next := s.Notes(0)
		for s.View(&before); s.Now() < ms(6000) && s.Step(); before, after = after, before {
			s.View(&after)
			var notes []cluster.Note
			for notes, next = s.Notes(next); len(notes) > 0; notes = notes[1:] {
				for i, c := range claims {
					m := c.text.FindStringSubmatch(notes[0].Text)
					if m == nil {
						continue
					}
					var n []int
					for _, digits := range m[1:] {
						k, err := strconv.Atoi(digits)
						if err != nil {
							t.Fatal(err)
						}
						n = append(n, k)
					}
					if seen[i]++; !c.holds(&before, &after, n) {
						t.Fatalf("seed %d, %v: %q is not so (%s)", seed, notes[0].At, notes[0].Text, c.name)
					}
				}
			}
		}
	}
	for i, n := range seen {
		if n == 0 {
			t.Errorf("nothing was told of this: %s", claims[i].name)
		}
	}
}

// nextFor is the next index that a leader has for a follower, 0 if it does not lead.
func nextFor(v *cluster.View, leader, follower int) raft.Index {
	for _, p := range v.Servers[leader-1].Raft.Peers {
		if p.ID == raft.ID(follower) {
			return p.Next
		}
	}
	return 0
}
