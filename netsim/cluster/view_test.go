package cluster_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
)

// shown prints all of a view, whatever memory it is in.
func shown(v *cluster.View) string {
	return fmt.Sprintf("%+v", *v)
}

func TestAViewThatIsUsedAgainShowsNothingStale(t *testing.T) {
	for seed := uint64(1); seed <= 3; seed++ {
		s := open(t, rough(seed), cluster.Options{Narrate: true})
		var used cluster.View
		lines := []string{"clients 9", "crash s1", "partition s1 s2 | s3 s4 s5", "pause s3", "clients 1", "restart all", "heal", "resume all", "without no-op"}
		for at := range 100 {
			pass(s, 50*at)
			if at%10 == 0 && at/10 < len(lines) {
				if _, err := s.Do(lines[at/10]); err != nil {
					t.Log(err)
				}
			}
			var fresh cluster.View
			s.View(&fresh)
			s.View(&used)
			// Empty is empty, whether there is memory for more or not.
			if a, b := shown(&used), shown(&fresh); a != b {
				t.Fatalf("seed %d at %v:\n%s\nwant\n%s", seed, s.Now(), a, b)
			}
		}
	}
}

func TestLookingDoesNotChangeTheRun(t *testing.T) {
	s := open(t, rough(5), cluster.Options{})
	blind := s.Clone()
	var v cluster.View
	for at := range 100 {
		pass(s, 30*at)
		s.View(&v)
		s.AppendState(nil)
		s.Choices(nil)
		s.NextAt()
		s.Notes(0)
		s.Causes(s.Events(), 10)
	}
	pass(blind, 30*99)
	same(t, "unseen", s, blind)
}

func TestAViewBelongsToItsWorldOnly(t *testing.T) {
	s := open(t, config(nil), cluster.Options{})
	pass(s, 1000)
	var v cluster.View
	s.View(&v)
	want := shown(&v)
	c := s.Clone()
	do(t, c, "crash all", "restart all", "clients 9", "cut s1 s2")
	pass(c, 3000)
	if got := shown(&v); got != want {
		t.Errorf("the clone writes into the view of the original:\n%s\nwant\n%s", got, want)
	}
}

func TestAServerThatIsDownShowsItsDisk(t *testing.T) {
	s := open(t, config(nil), cluster.Options{})
	pass(s, 1000)
	var before, v cluster.View
	s.View(&before)
	leader := before.Leader()
	i := int(leader.ID) - 1
	do(t, s, fmt.Sprintf("crash %s", leader.ID))
	s.View(&v)
	sv := &v.Servers[i]
	if sv.Up || sv.Quorum || sv.Election.Running || sv.Heartbeat.Running || sv.Writing != 0 || len(sv.KV.Keys) != 0 || len(sv.Raft.Peers) != 0 {
		t.Errorf("%+v", sv)
	}
	if sv.Raft.Term != leader.Raft.Term || len(sv.Raft.Log) != int(sv.Durable) || sv.Durable != leader.Durable {
		t.Errorf("term %d, %d entries, durable %d", sv.Raft.Term, len(sv.Raft.Log), sv.Durable)
	}
	if v.Leader() != nil {
		t.Errorf("%s leads", v.Leader().ID)
	}
}

// What is shown as a quorum is one group that can elect and commit, and not all who are
// in some such group.
func TestAQuorumIsOneGroup(t *testing.T) {
	for _, c := range []struct {
		name, leader, do string
		want             []raft.ID
	}{
		{"whole", "s4", "", []raft.ID{1, 2, 3, 4, 5}},
		{"parted", "s4", "partition s1 s2 | s3 s4 s5", []raft.ID{3, 4, 5}},
		{"its leader hears two", "s5", "partition s1 s2 | s3 s4 s5; cut s3 -> s4", []raft.ID{3, 4, 5}},
		{"another reaches most", "s4", "partition s1 s2 | s3 s4 s5; cut s3 -> s4", []raft.ID{3, 4, 5}},
		{"a ring", "s1", "cut s1 s3; cut s1 s4; cut s2 s4; cut s2 s5; cut s3 s5", []raft.ID{1, 2, 5}},
		{"one is down", "s1", "cut s1 s3; crash s2", []raft.ID{1, 4, 5}},
		{"too many are down", "s1", "crash s2 s3 s4", nil},
		{"in pairs", "s1", "partition s1 s2 | s3 s4 | s5", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := open(t, config(func(c *script.Config) { c.Workload = script.NoWorkload }), cluster.Options{})
			do(t, s, "timeout "+c.leader)
			pass(s, 100)
			if c.do != "" {
				do(t, s, strings.Split(c.do, "; ")...)
			}
			var v cluster.View
			s.View(&v)
			if l := v.Leader(); l == nil || l.ID.String() != c.leader {
				t.Fatalf("the leader is %v", l)
			}
			var got []raft.ID
			for i := range v.Servers {
				if v.Servers[i].InQuorum {
					got = append(got, v.Servers[i].ID)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("in the quorum are %v, want %v", got, c.want)
			}
		})
	}
}

func TestMessagesAreShownFromTheirSendingToTheirEnd(t *testing.T) {
	s := open(t, config(func(c *script.Config) { c.Loss = netsim.Percent(20) }), cluster.Options{Narrate: true})
	pass(s, 1000)
	do(t, s, "crash s1")
	var v cluster.View
	var last netsim.EventID
	for at := 1000; at < 3000; at += 3 {
		pass(s, at)
		s.View(&v)
		for i, m := range v.InFlight {
			if m.Sent > v.Now || m.Lost || m.Why != "" || i > 0 && m.ID <= v.InFlight[i-1].ID {
				t.Fatalf("%+v at %v", m, v.Now)
			}
			last = max(last, m.ID)
		}
		for _, m := range v.Lost {
			if !m.Lost || m.LostAt > v.Now || m.LostAt < m.Sent || m.Why != "loss" && m.Why != "down" || (m.Why == "down") != (m.To.Server == 1 && m.LostAt == m.Due) {
				t.Fatalf("%+v at %v", m, v.Now)
			}
		}
	}
	if len(v.Lost) == 0 {
		t.Error("nothing was lost")
	}
	at := 2998
	for ; len(v.InFlight) == 0 && at < 4000; at++ {
		pass(s, at)
		s.View(&v)
	}
	when := s.Now()
	do(t, s, fmt.Sprintf("drop %d", v.InFlight[len(v.InFlight)-1].ID))
	pass(s, at+3)
	s.View(&v)
	dropped := false
	for _, m := range v.Lost {
		dropped = dropped || m.Why == "dropped" && m.LostAt == when
	}
	if !dropped {
		t.Errorf("%+v", v.Lost)
	}
}
