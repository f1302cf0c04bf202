package cluster_test

import (
	"strings"
	"testing"
	"time"

	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/check"
	"raftarium/netsim/cluster/script"
)

// registered is a quiet cluster in which S1 leads term 1 and clients register.
func registered(t *testing.T) *cluster.Session {
	t.Helper()
	s := open(t, config(func(c *script.Config) {
		c.Clients, c.Workload, c.Sessions = 2, script.NoWorkload, 8
		c.Latency = netsim.Exactly(5 * time.Millisecond)
	}), cluster.Options{Narrate: true})
	do(t, s, "timeout s1")
	pass(s, 300)
	leads(t, s, 1, 1)
	return s
}

// The answer to an Append is lost and its session is ended: its client is told that
// nobody knows, and does not ask again.
func TestASessionThatIsEndedLeavesTheOperationOpen(t *testing.T) {
	s := registered(t)
	do(t, s, "append c1 x a")
	pass(s, 400)
	do(t, s, "cut s1 -> c1", "append c1 x b")
	pass(s, 450)
	do(t, s, "expire c1")
	pass(s, 500)
	tells(t, s, "You have S1 propose that session 2, of C1, ends", "Entry 5 ends session 2, of C1, on every server alike")
	do(t, s, "heal")
	pass(s, 2000)
	var v cluster.View
	s.View(&v)
	c := &v.Clients[0]
	if !c.Last.Expired || c.Busy || v.Stats.Expired != 1 {
		t.Errorf("c1 is %+v, want it told that %v has expired", c, c.LastOp)
	}
	for i := range v.Servers {
		if k := v.Servers[i].KV.Sessions; len(k) != 0 {
			t.Errorf("S%d keeps the sessions %+v", i+1, k)
		}
	}
	do(t, s, "get c1 x")
	pass(s, 3000)
	s.View(&v)
	if got := string(v.Clients[0].Last.Value); got != "ab" {
		t.Errorf("x is %q, want each Append in it once", got)
	}
	if verdict := s.Final(); !verdict.OK() || verdict.Linearizable != check.Yes {
		t.Errorf("verdict %+v", verdict)
	}
}

// A copy of a run in which a session is being ended goes on alike, and so does its
// journal.
func TestTheEndOfASessionIsReplayed(t *testing.T) {
	s := registered(t)
	do(t, s, "put c1 x a")
	pass(s, 400)
	do(t, s, "expire c1")
	copied := s.Clone()
	pass(s, 1000)
	pass(copied, 1000)
	if a, b := s.Digest(), copied.Digest(); a != b {
		t.Errorf("the copy goes another way: %x and %x", a, b)
	}
	var text strings.Builder
	if _, err := s.Scenario().WriteTo(&text); err != nil || !strings.Contains(text.String(), "expire c1") {
		t.Errorf("the journal is\n%s(%v)", text.String(), err)
	}
}

func TestASessionThatIsNotThereIsNotEnded(t *testing.T) {
	s := registered(t)
	refuses(t, s, "expire c1", "c1 has no session at s1")
	refuses(t, s, "expire c3", "c1 to c2")
	do(t, s, "put c1 x a")
	pass(s, 400)
	do(t, s, "pause s1")
	refuses(t, s, "expire c1", "paused")
	do(t, s, "crash all")
	refuses(t, s, "expire c1", "no leader")
	refuses(t, led(t), "expire c1", "sessions registered")
}
