package cluster_test

import (
	"strings"
	"testing"

	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
)

// TestALookDoesNotSwallowWhatBecameOfANode: a node that keeps a change of membership
// waiting, and refuses it in the step in which it is deposed, is seen to step down.
func TestALookDoesNotSwallowWhatBecameOfANode(t *testing.T) {
	code := spoilt(func(id raft.ID, ev raft.Event, out *raft.Effects) {
		for i := range out.Answers {
			if a := &out.Answers[i]; a.Handle >= 1<<62 && a.Outcome == raft.Lost {
				a.Outcome = raft.NotLeader
			}
		}
	})
	s := openCode(t, code, config(func(c *script.Config) { c.Servers, c.Clients = 5, 0 }), cluster.Options{Narrate: true})
	pass(s, 1000)
	var v cluster.View
	s.View(&v)
	l := v.Leader().ID
	do(t, s, "add s6", "isolate s1", "isolate s2", "isolate s3", "isolate s4", "isolate s5")
	for at := 1000; at < 1600; at += 10 {
		pass(s, at)
	}
	notes, _ := s.Notes(0)
	told := false
	for _, n := range notes {
		if strings.Contains(n.Text, "steps down") {
			told = true
		}
	}
	if !told {
		t.Errorf("nobody tells that %v stepped down", l)
	}
}
