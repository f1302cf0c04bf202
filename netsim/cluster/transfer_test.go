package cluster_test

import (
	"strings"
	"testing"
	"time"

	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
)

// led is a quiet cluster in which S1 leads term 1.
func led(t *testing.T, without ...string) *cluster.Session {
	t.Helper()
	s := open(t, config(func(c *script.Config) {
		c.Clients, c.Workload, c.Without = 1, script.NoWorkload, without
		c.Latency = netsim.Exactly(5 * time.Millisecond)
	}), cluster.Options{Narrate: true})
	do(t, s, "timeout s1")
	pass(s, 300)
	leads(t, s, 1, 1)
	return s
}

// leads says who must lead, and which term.
func leads(t *testing.T, s *cluster.Session, id raft.ID, term raft.Term) {
	t.Helper()
	var v cluster.View
	s.View(&v)
	if l := v.Leader(); l == nil || l.ID != id || l.Raft.Term != term {
		text, _ := told(s, 0)
		t.Fatalf("%s should lead term %d, not %+v:\n%s", id, term, l, text)
	}
}

func tells(t *testing.T, s *cluster.Session, want ...string) {
	t.Helper()
	text, _ := told(s, 0)
	for _, w := range want {
		if !strings.Contains(text, w+"\n") {
			t.Errorf("nothing is told of %q in\n%s", w, text)
		}
	}
}

func TestALeaderHandsOver(t *testing.T) {
	s := led(t)
	do(t, s, "transfer s3")
	pass(s, 330)
	leads(t, s, 3, 2)
	tells(t, s, "You ask S1 to hand its leadership to S3",
		"S3 is to take over from S1 and asks for votes in term 2",
		"S1 has handed over: S3 stands for election with its leave")
}

func TestATransferToSomebodyWhoCannotBeReachedIsGivenUp(t *testing.T) {
	s := led(t)
	do(t, s, "isolate s3", "transfer s3")
	var v cluster.View
	s.View(&v)
	if v.Servers[0].Raft.Transferee != 3 || !v.Servers[0].Transfer.Running {
		t.Errorf("%+v", v.Servers[0])
	}
	do(t, s, "append c1 x a")
	pass(s, 590)
	tells(t, s, "S1 is handing over to S3 and sends C1 there")
	pass(s, 1500)
	leads(t, s, 1, 1)
	tells(t, s, "S1 gives the transfer to S3 up and leads on")
	if text, _ := told(s, 0); !strings.Contains(text, "C1 is done: append x a") {
		t.Error(text)
	}
}

func TestATransferThatCannotBeIsRefused(t *testing.T) {
	for _, c := range []struct {
		before, line, want string
	}{
		{"crash leader", "transfer s3", "there is no leader at 300ms that could hand over: wait for an election"},
		{"note", "transfer s1", "s1 leads already: name another server"},
		{"crash s3", "transfer s3", "s3 is down: restart it first"},
		{"pause s3", "transfer s3", "s3 is paused: resume it first"},
		{"pause s1", "transfer s3", "s1, which leads, is paused: resume it first"},
		{"isolate s2|transfer s2", "transfer s3", "s1 is handing over to s2: wait until that has come about or is given up"},
	} {
		s := led(t)
		for before := range strings.SplitSeq(c.before, "|") {
			if before != "note" {
				do(t, s, before)
			}
		}
		if _, err := s.Do(c.line); err == nil || err.Error() != c.want {
			t.Errorf("after %s, %s: got %v, want %q", c.before, c.line, err, c.want)
		}
	}
}

// What each of the three rules that protect a working leader is good for
// (dissertation, 4.2.3, 6.2 and 9.6).

func TestAServerThatComesBackDeposesNobody(t *testing.T) {
	for without, term := range map[string]raft.Term{"": 1, "pre-vote": 0} {
		s := led(t, strings.Fields(without)...)
		do(t, s, "isolate s5")
		pass(s, 2000)
		do(t, s, "heal")
		pass(s, 2600)
		if term != 0 {
			leads(t, s, 1, term)
			continue
		}
		var v cluster.View
		s.View(&v)
		if s1 := &v.Servers[0].Raft; s1.Term < 3 {
			t.Errorf("without %s S1 goes on in term %d", without, s1.Term)
		}
	}
}

func TestWhoHearsFromALeaderHelpsNobodyToDeposeIt(t *testing.T) {
	s := led(t)
	do(t, s, "timeout s5")
	pass(s, 320)
	leads(t, s, 1, 1)
	tells(t, s, "S2 hears from S1, its leader, and does not answer S5",
		"S1 leads term 1 and does not answer S5, which would have its place")
	s = led(t, "leader-stickiness")
	do(t, s, "timeout s5")
	pass(s, 350)
	leads(t, s, 5, 2)
}

func TestALeaderWithoutAQuorumStepsDown(t *testing.T) {
	role := func(s *cluster.Session) raft.Role {
		var v cluster.View
		s.View(&v)
		return v.Servers[0].Raft.Role
	}
	s := led(t)
	do(t, s, "partition s1 s2 | s3 s4 s5")
	pass(s, 300+600)
	if role(s) == raft.Leader {
		t.Error("S1 still leads after two election timeouts without a majority")
	}
	tells(t, s, "S1 has not heard from a majority for 300 ms and steps down")
	s = led(t, "check-quorum")
	do(t, s, "partition s1 s2 | s3 s4 s5")
	if pass(s, 5000); role(s) != raft.Leader {
		t.Error("S1 leads no longer")
	}
}

func TestRulesThatTheWorldHasNoUseForAreNotOffered(t *testing.T) {
	code := ours()
	code.Raft.Rules = append(code.Raft.Rules, raft.Rule{Name: "idle", Needs: "something that no world asks for"})
	names, rules := code.RuleNames(), code.Rules()
	if len(rules) != len(names) || len(rules) != len(code.Raft.Rules)+len(code.Server.Rules)+len(code.Client.Rules)-1 {
		t.Errorf("%d rules, %d names", len(rules), len(names))
	}
	for i, r := range rules {
		if r.Name != names[i] || r.Name == "idle" {
			t.Errorf("%+v is offered, with the name %s", r, names[i])
		}
	}
	if _, err := cluster.Open(code, &script.Scenario{Config: config(func(c *script.Config) { c.Without = []string{"idle"} })}, cluster.Options{}); err == nil {
		t.Error("a rule that makes no difference may be switched off")
	}
}
