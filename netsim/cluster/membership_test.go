package cluster_test

import (
	"strings"
	"testing"
	"time"

	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/check"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
)

// of is who belongs to the cluster, as the view has it.
func of(s *cluster.Session) string {
	var v cluster.View
	s.View(&v)
	return v.Config.String()
}

// onStage lists the servers of the view with their standing.
func onStage(s *cluster.Session) string {
	var v cluster.View
	s.View(&v)
	var words []string
	for i := range v.Servers {
		words = append(words, v.Servers[i].ID.String()+" "+v.Servers[i].Standing.String())
	}
	return strings.Join(words, ", ")
}

// belongs says who must belong to the cluster, with everything in order.
func belongs(t *testing.T, s *cluster.Session, want string) {
	t.Helper()
	if got := of(s); got != want {
		text, _ := told(s, 0)
		t.Fatalf("%s belong to the cluster, want %s:\n%s", got, want, text)
	}
	if v := s.Judge().Quick(); !v.OK() {
		t.Fatalf("%+v", v.Violations)
	}
}

func TestAServerJoinsLearnsAndIsPromoted(t *testing.T) {
	s := led(t)
	do(t, s, "append c1 x a")
	pass(s, 400)
	do(t, s, "add s6")
	if got := onStage(s); !strings.HasSuffix(got, ", s6 learner") {
		t.Errorf("on stage: %s", got)
	}
	pass(s, 600)
	belongs(t, s, "s1 s2 s3 s4 s5 + s6")
	do(t, s, "promote s6")
	pass(s, 900)
	belongs(t, s, "s1 s2 s3 s4 s5 s6")
	tells(t, s, "You add S6 to the cluster",
		"Adding S6 stands in the log of S1 as entry 3",
		"S1 goes by entry 3 from now on: S1, S2, S3, S4 and S5 vote, and S6 learns",
		"Adding S6 is done: S1, S2, S3, S4 and S5 vote, and S6 learns", "You ask that S6 become a voter", "Promoting S6 is done: S1, S2, S3, S4, S5 and S6 vote")
	var v cluster.View
	s.View(&v)
	if s6 := &v.Servers[5]; s6.Raft.Commit != v.Servers[0].Raft.Commit || len(s6.KV.Keys) != 1 || len(v.Changes) != 0 || !v.Settled {
		t.Errorf("S6 has %+v, changes %+v", s6.KV, v.Changes)
	}
	do(t, s, "transfer s6")
	pass(s, 1200)
	leads(t, s, 6, 2)
}

func TestThreeGrowToFiveByJointConsensus(t *testing.T) {
	s := open(t, config(func(c *script.Config) { c.Servers = 3 }), cluster.Options{Narrate: true})
	pass(s, 1000)
	do(t, s, "add s4 s5", "promote s4 s5")
	pass(s, 3000)
	belongs(t, s, "s1 s2 s3 s4 s5")
	text, _ := told(s, 0)
	if !strings.Contains(text, "servers of the old configuration and") {
		t.Errorf("nothing was committed by two majorities:\n%s", text)
	}
}

func TestServersAreRemovedAndLeaveOnceTheyAreDown(t *testing.T) {
	s := led(t)
	do(t, s, "crash s2", "remove s2 s3")
	pass(s, 1000)
	belongs(t, s, "s1 s4 s5")
	if got := onStage(s); got != "s1 voter, s3 outside, s4 voter, s5 voter" {
		t.Errorf("on stage: %s", got)
	}
	tells(t, s, "S2 is down and belongs to no configuration: it leaves")
	do(t, s, "crash s3")
	if got := onStage(s); got != "s1 voter, s4 voter, s5 voter" {
		t.Errorf("on stage: %s", got)
	}
	for line, want := range map[string]string{
		"restart s6": `found "s6", but this run has s1 to s5`,
		"crash s2":   `found "s2", but this run has s1, s4 and s5`,
	} {
		if _, err := s.Do(line); err == nil || err.Error() != want {
			t.Errorf("%s: %v", line, err)
		}
	}
	do(t, s, "restart s3")
	if got := onStage(s); got != "s1 voter, s3 outside, s4 voter, s5 voter" {
		t.Errorf("on stage: %s", got)
	}
	do(t, s, "crash s3", "add s2")
	pass(s, 1500)
	belongs(t, s, "s1 s4 s5 + s2")
	var v cluster.View
	s.View(&v)
	if v.Servers[1].Durable != v.Servers[0].Durable {
		t.Errorf("S2 came back with %d entries of %d", v.Servers[1].Durable, v.Servers[0].Durable)
	}
}

func TestARemovedLeaderStepsDownAndTheOthersGoOn(t *testing.T) {
	s := led(t)
	do(t, s, "load mixed 4", "remove leader")
	pass(s, 3000)
	belongs(t, s, "s2 s3 s4 s5")
	var v cluster.View
	s.View(&v)
	if l := v.Leader(); l == nil || l.ID == 1 || v.Servers[0].Raft.Role == raft.Leader {
		t.Errorf("S1 is %v, and %+v leads", v.Servers[0].Raft.Role, l)
	}
	if v.Verdict.Progress != check.Yes {
		t.Errorf("%+v", v.Verdict)
	}
}

func TestAChangeThatTheLeaderCannotCommitIsAskedOfTheNext(t *testing.T) {
	s := led(t)
	do(t, s, "partition s1 | s2 s3 s4 s5", "remove s5")
	pass(s, 5000)
	belongs(t, s, "s1 s2 s3 s4")
	var v cluster.View
	s.View(&v)
	if v.Leader().ID == 1 {
		t.Error("S1 leads still")
	}
	do(t, s, "heal")
	pass(s, 6000)
	if got := v.Servers[0].Raft.Config.String(); got != "s1 s2 s3 s4" {
		t.Errorf("S1 uses %s", got)
	}
	belongs(t, s, "s1 s2 s3 s4")
}

func TestAChangeWaitsForALeaderAndIsGivenUpInTheEnd(t *testing.T) {
	s := led(t)
	do(t, s, "crash s1 s2 s3", "add s6")
	pass(s, 5000)
	tells(t, s, "Adding S6 waits for a leader")
	do(t, s, "restart all")
	pass(s, 7000)
	belongs(t, s, "s1 s2 s3 s4 s5 + s6")
	do(t, s, "crash s6", "append c1 x a", "promote s6")
	pass(s, 20000)
	belongs(t, s, "s1 s2 s3 s4 s5 s6") // it lacks one entry only
	do(t, s, "add s7", "crash s7")
	pass(s, 21000)
	do(t, s, "without learners-catch-up", "crash s2 s3 s4", "promote s7")
	pass(s, 40000)
	text, _ := told(s, 0)
	if !strings.Contains(text, "Promoting S7 is given up after 10s") {
		t.Error(text)
	}
	var v cluster.View
	if s.View(&v); len(v.Changes) != 0 {
		t.Errorf("%+v", v.Changes)
	}
}

func TestLaterWishesTakeBackEarlierOnes(t *testing.T) {
	s := led(t)
	do(t, s, "crash s1 s2 s3", "add s6 s7", "remove s6", "restart all")
	pass(s, 2000)
	if got := of(s); !strings.HasSuffix(got, "+ s7") {
		t.Error(got)
	}
}

// A wish that has come true is not taken back, nor does it come true once more: its leader
// may have crashed since, and know of nothing.
func TestALaterWishLeavesAloneWhatIsDone(t *testing.T) {
	s := open(t, config(func(c *script.Config) { c.Servers, c.Clients = 3, 0 }), cluster.Options{Narrate: true})
	pass(s, 1000)
	from := 0
	until := func(what string) {
		t.Helper()
		for at := int(s.Now() / netTime(time.Millisecond)); !strings.Contains(text(s, from), what); at++ {
			if at == 9000 {
				t.Fatalf("nobody tells that %q", what)
			}
			pass(s, at)
		}
	}
	do(t, s, "add s4 s5")
	until("S4 and S5 is done")
	_, from = told(s, from)
	do(t, s, "promote s4 s5")
	until("S4 and S5 is done")
	do(t, s, "crash leader", "restart all", "remove s5")
	pass(s, 10000)
	if v := s.Judge().Violations(); len(v) > 0 {
		t.Errorf("%v", v)
	}
	belongs(t, s, "s1 s2 s3 s4")
}

// text is what is told from a note on.
func text(s *cluster.Session, from int) string {
	t, _ := told(s, from)
	return t
}

func TestChangesOfMembershipThatCannotBeAreRefused(t *testing.T) {
	for _, c := range []struct{ before, line, want string }{
		{"", "add s2", "s2 votes already"},
		{"add s6|pass", "add s6", "s6 is a learner already: promote it"},
		{"crash all|add s6", "add s6", "s6 is asked for already: wait until that has come about or is given up"},
		{"", "promote s2", "s2 votes already"},
		{"", "promote s9", "s9 is no learner: add it first"},
		{"", "remove s9", "s9 belongs to no configuration: there is nothing to remove it from"},
		{"", "remove s1 s2 s3 s4 s5", "nobody would be left to vote without S1, S2, S3, S4 and S5: leave a voter out"},
		{"crash s2 s3 s4 s5 leader", "remove leader", "there is no leader at 300ms: name a server, or wait for an election"},
		{"add s6|pass", "transfer s6", "s6 has no vote, so it cannot lead: name a voter"},
	} {
		s := led(t)
		for before := range strings.SplitSeq(c.before, "|") {
			if before == "pass" {
				pass(s, 1000)
			} else if before != "" {
				do(t, s, before)
			}
		}
		if _, err := s.Do(c.line); err == nil || err.Error() != c.want {
			t.Errorf("after %q, %s: got %v, want %q", c.before, c.line, err, c.want)
		}
	}
	if text, err := led(t).Do("promote all"); text != "Nobody is a learner" {
		t.Error(text, err)
	}
}

// A run in which the membership changes replays from its journal, goes on alike in a
// clone, and is the same in writing.
func TestChangesOfMembershipReplay(t *testing.T) {
	s := open(t, config(nil), cluster.Options{})
	pass(s, 700)
	var clone *cluster.Session
	for i, line := range []string{"add s6 s7", "crash leader", "promote s6 s7", "restart all", "remove s1 leader", "crash s1", "add s1", "remove s7 joint"} {
		if _, err := s.Do(line); err != nil {
			t.Log(line, err)
		}
		if i == 2 {
			clone = s.Clone()
		}
		pass(s, 700+400*(i+1))
	}
	pass(s, 6000)
	again := open(t, s.Scenario().Config, cluster.Options{}, s.Scenario().Steps...)
	pass(again, 6000)
	if s.Digest() != again.Digest() || len(again.Skipped()) > 0 {
		t.Errorf("digest %x, again %x, skipped %v", s.Digest(), again.Digest(), again.Skipped())
	}
	if string(s.AppendState(nil)) != string(again.AppendState(nil)) {
		t.Error("the states differ")
	}
	for _, st := range s.Scenario().Steps[3:] {
		clone.AdvanceTo(st.At)
		for clone.Events() < st.Event {
			clone.Step()
		}
		if _, err := clone.Act(st.Action); err != nil {
			t.Error(err)
		}
	}
	pass(clone, 6000)
	if s.Digest() != clone.Digest() {
		t.Errorf("digest %x, of the clone %x", s.Digest(), clone.Digest())
	}
	if v := s.Final(); !v.OK() {
		t.Errorf("%+v", v.Violations)
	}
}

// A server that is left alone commits in its term without a message to anybody; the
// leader of the term before, which has been removed, need not have what it commits.
func TestALeaderWithoutFollowersFollowsOnARemovedOne(t *testing.T) {
	cfg := script.DefaultConfig()
	cfg.Servers, cfg.Clients, cfg.Seed = 2, 0, 1
	cfg.Workload = script.NoWorkload
	s := open(t, cfg, cluster.Options{Narrate: true})
	do(t, s, "remove s2")
	pass(s, 2000)
	belongs(t, s, "s1")
	var v cluster.View
	s.View(&v)
	if l := v.Leader(); l == nil || l.ID != 1 || l.Raft.Commit < 3 {
		t.Errorf("the leader is %+v", l)
	}
	if verdict := s.Final(); !verdict.OK() {
		t.Errorf("%+v", verdict.Violations)
	}
}

// The same when the one that is removed led last by what it sent: who is left sends
// nothing, and only its status says that it leads.
func TestNothingIsDueOfALeaderThatWasRemoved(t *testing.T) {
	cfg := script.DefaultConfig()
	cfg.Servers, cfg.Clients, cfg.Seed = 2, 0, 6
	cfg.Latency, cfg.Workload = netsim.Exactly(time.Millisecond), script.NoWorkload
	s := open(t, cfg, cluster.Options{})
	do(t, s, "timeout s1")
	pass(s, 100)
	do(t, s, "remove s1 joint")
	pass(s, 5000)
	belongs(t, s, "s2")
	if verdict := s.Final(); !verdict.OK() {
		t.Errorf("%+v", verdict.Violations)
	}
}
