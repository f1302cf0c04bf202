package cluster_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"raftarium/kv"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/check"
	"raftarium/netsim/cluster/script"
)

func idle(c *script.Config) { c.Workload = script.NoWorkload }

func TestAnActionThatDoesNotFitChangesNothing(t *testing.T) {
	s := open(t, config(func(c *script.Config) { c.Clients = 3 }), cluster.Options{})
	do(t, s, "clients 2")
	for _, line := range []string{"crash leader", "pause leader", "isolate leader", "timeout leader"} {
		if _, err := s.Do(line); err == nil || !strings.HasPrefix(err.Error(), "there is no leader at 0s: name a server, or wait for an election") {
			t.Errorf("%s without a leader: %v", line, err)
		}
	}
	pass(s, 1000)
	var v cluster.View
	s.View(&v)
	leader := v.Leader().ID.String()
	others := []string{"s1", "s2", "s3", "s4", "s5"}
	others = slices.DeleteFunc(others, func(n string) bool { return n == leader })
	down, paused := others[0], others[1]
	do(t, s, "crash "+down, "pause "+paused)
	for line, want := range map[string]string{
		"crash " + down:                "is down already: restart it first",
		"restart " + paused:            "is up already: crash it first",
		"pause " + down:                "is down: a crashed server cannot be paused",
		"pause " + paused:              "is paused already: resume it first",
		"resume " + leader:             "is not paused",
		"resume " + down:               "is not paused",
		"timeout " + leader:            "has no election timer that runs",
		"timeout " + paused:            "has no election timer that runs",
		"timeout " + down:              "has no election timer that runs",
		"isolate s1 s2 s3 s4 s5":       "nobody is left to isolate S1, S2, S3, S4 and S5 from",
		"crash " + leader + " " + down: "is down already",
		"drop 999999":                  "there is no message 999999 on its way",
		"crash s6":                     "this run has s1 to s5",
		"append c3 x 1":                "this run has the clients c1 to c2",
		"fire 3 x":                     "this run has the clients c1 to c2",
		"cut c3 s1":                    "this run has the clients c1 to c2",
		"partition s1 s1":              "",
		"bridge s9":                    "",
		"without gravity":              "no rule has that name",
		"crash":                        "",
		"isolate all":                  "",
		"restart leader":               "",
		"loss 101%":                    "",
		"clients 101":                  "",
		"latency 0":                    "",
		"jump":                         "",
	} {
		digest, events, state := s.Digest(), s.Events(), s.AppendState(nil)
		steps := len(s.Scenario().Steps)
		_, err := s.Do(line)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: the error is %v, want %q", line, err, want)
		}
		if s.Digest() != digest || s.Events() != events || !slices.Equal(s.AppendState(nil), state) || len(s.Scenario().Steps) != steps {
			t.Errorf("%s changed something", line)
		}
	}
}

func TestAllIsWhoeverItCanBeDoneTo(t *testing.T) {
	s := open(t, config(idle), cluster.Options{})
	pass(s, 1000)
	do(t, s, "crash s1", "pause s2")
	for _, c := range [][2]string{
		{"pause all", "You pause S3, S4 and S5"},
		{"pause all", "Every server is down or paused already"},
		{"timeout all", "No server has an election timer that runs"},
		{"resume all", "You resume S2, S3, S4 and S5"},
		{"resume all", "No server is paused"},
		{"restart all", "You restart S1"},
		{"restart all", "Every server is up already"},
		{"crash s2 s3", "You crash S2 and S3"},
		{"crash all", "You crash S1, S4 and S5"},
		{"crash all", "Every server is down already"},
		{"heal", "No link is cut"},
		{"cut s1 -> s2", "You cut the way from S1 to S2"},
		{"heal", "You mend every link"},
	} {
		if text, err := s.Do(c[0]); err != nil || text != c[1] {
			t.Errorf("%s says %q, %v, want %q", c[0], text, err, c[1])
		}
	}
}

func cuts(s *cluster.Session) string {
	var v cluster.View
	s.View(&v)
	var words []string
	for _, c := range v.Network.Cuts {
		words = append(words, c.From.String()+c.To.String())
	}
	return strings.Join(words, " ")
}

func TestCutsAreThoseThatWereAskedFor(t *testing.T) {
	for line, want := range map[string]string{
		"partition s1 | s2 | s3 c1": "s1s2 s1s3 s1c1 s2s1 s2s3 s2c1 s3s1 s3s2 c1s1 c1s2",
		"partition s2":              "s1s2 s2s1 s2s3 s3s2",
		"isolate s3":                "s1s3 s2s3 s3s1 s3s2",
		"isolate s1 s2":             "s1s3 s2s3 s3s1 s3s2",
		"bridge s2":                 "s1s3 s3s1",
		"cut s3 s1":                 "s1s3 s3s1",
		"cut c2 -> s1":              "c2s1",
	} {
		s := open(t, config(func(c *script.Config) { c.Servers, c.Clients = 3, 2 }), cluster.Options{})
		do(t, s, line)
		if got := cuts(s); got != want {
			t.Errorf("%s cuts %s, want %s", line, got, want)
		}
		do(t, s, "heal")
		if got := cuts(s); got != "" {
			t.Errorf("after healing, %s are cut", got)
		}
	}
	// A partition replaces an earlier one, and leaves the links of other clients.
	s := open(t, config(func(c *script.Config) { c.Servers, c.Clients = 3, 2 }), cluster.Options{})
	do(t, s, "cut c2 s1", "partition s1 | s2 s3", "partition s1 s2 | s3", "mend s3 -> s1")
	if got := cuts(s); got != "s1s3 s1c2 s2s3 s3s2 c2s1" {
		t.Errorf("in the end %s are cut", got)
	}
}

func TestClientsComeAndGoAndComeBack(t *testing.T) {
	s := open(t, config(func(c *script.Config) { c.Clients = 2 }), cluster.Options{Completions: true})
	pass(s, 1000)
	done := func(until int) map[kv.ClientID]int {
		s.TakeCompleted()
		pass(s, until)
		n := map[kv.ClientID]int{}
		for _, c := range s.TakeCompleted() {
			n[c.Client]++
		}
		return n
	}
	do(t, s, "clients 5")
	if n := done(2000); len(n) != 5 {
		t.Errorf("with 5 clients, these are served: %v", n)
	}
	do(t, s, "append c5 x one", "append c5 x two", "clients 1")
	pass(s, 2200) // those that leave finish what they have begun
	for c := range kv.ClientID(5) {
		if busy := s.Busy(c + 1); busy != (c == 0) {
			t.Errorf("client %d is busy: %v", c+1, busy)
		}
	}
	if n := done(3000); len(n) != 1 || n[1] == 0 {
		t.Errorf("with 1 client, these are served: %v", n)
	}
	do(t, s, "clients 0")
	pass(s, 3200)
	if n := done(4000); len(n) != 0 {
		t.Errorf("with no client, these are served: %v", n)
	}
	do(t, s, "clients 4")
	if n := done(5000); len(n) != 4 {
		t.Errorf("with 4 clients, these are served: %v", n)
	}
	if v := s.Final(); !v.OK() || v.Linearizable != check.Yes {
		t.Errorf("verdict %+v", v)
	}
}

func TestRulesGoOffAndOnWhileTheRunGoesOn(t *testing.T) {
	s := open(t, config(nil), cluster.Options{})
	off := func() []string {
		var v cluster.View
		s.View(&v)
		for i := range v.Servers {
			if sv := &v.Servers[i]; sv.Up && !slices.Equal(sv.Raft.Without, v.Without) {
				t.Errorf("%s runs without %q, the run is without %q", sv.ID, sv.Raft.Without, v.Without)
			}
		}
		return v.Without
	}
	pass(s, 500)
	do(t, s, "crash s1", "pause s2", "without one-vote-per-term")
	if got := off(); !slices.Equal(got, []string{"one-vote-per-term"}) {
		t.Errorf("without %q", got)
	}
	do(t, s, "restart s1", "resume s2", "without one-vote-per-term persistent-vote")
	if got := off(); !slices.Equal(got, []string{"one-vote-per-term", "persistent-vote"}) {
		t.Errorf("without %q", got)
	}
	other := s.Clone()
	do(t, s, "with one-vote-per-term", "with persistent-vote")
	if got := off(); len(got) != 0 {
		t.Errorf("without %q", got)
	}
	var v cluster.View
	if other.View(&v); len(v.Without) != 2 {
		t.Errorf("a clone is without %q", v.Without)
	}
}

func TestProgressIsAskedOnlyWhenItIsDue(t *testing.T) {
	for name, lines := range map[string][]string{
		"a minority":             {"crash s1 s2 s3"},
		"halves":                 {"partition s1 s2 | s3 s4"},
		"loss":                   {"loss 90%"},
		"a client that is cut":   {"cut c1 s1"},
		"slow links":             {"latency 200ms..400ms"},
		"one slow link":          {"latency s1 s2 900ms"},
		"slow disks":             {"disk 3s"},
		"a bridge":               {"bridge s3"},
		"a one-way cut":          {"cut s1 -> s2"},
		"nothing asked":          {"load none"},
		"nobody there":           {"clients 0"},
		"a majority of sleepers": {"pause s1 s2 s3"},
	} {
		s := open(t, config(nil), cluster.Options{})
		pass(s, 1000)
		do(t, s, lines...)
		pass(s, 9000)
		if got := broken(s, check.Progress); got != "" {
			t.Errorf("%s: %s", name, got)
		}
	}
	// It is due again 2 s after the last disturbance: with timers that run out all
	// the time, no election ends although everybody hears everybody.
	s := open(t, config(nil), cluster.Options{})
	pass(s, 1000)
	for at := 1000; at < 9000; at += 4 {
		pass(s, at)
		do(t, s, "timeout all")
	}
	if got := broken(s, check.Progress); got != "" {
		t.Errorf("while it is disturbed again and again: %s", got)
	}
	pass(s, 13_000)
	if v := s.Final(); !v.OK() || v.Progress != check.Yes {
		t.Errorf("left alone: %+v", v)
	}
}

func TestFireGivesEachClientSomethingOfItsOwn(t *testing.T) {
	s := open(t, config(idle), cluster.Options{Completions: true})
	pass(s, 1000)
	do(t, s, "fire 5", "fire 3 y")
	pass(s, 2000)
	values := map[string]string{}
	for _, c := range s.TakeCompleted() {
		values[c.Op.Value] = c.Op.Key
	}
	if len(values) != 8 || values["1 "] != "x" || values["8 "] != "y" {
		t.Errorf("%v", values)
	}
}

func TestALinkCanBeSlowerThanTheOthers(t *testing.T) {
	s := open(t, config(func(c *script.Config) { c.Servers, c.Clients = 3, 0 }), cluster.Options{})
	do(t, s, "latency s1 s2 40ms")
	pass(s, 1000)
	seen := 0
	var v cluster.View
	for at := 1000; at < 1500; at++ {
		pass(s, at)
		s.View(&v)
		for _, m := range v.InFlight {
			takes := m.Due.Sub(m.Sent)
			between := m.From.Server+m.To.Server == 3
			if between != (takes == 40*time.Millisecond) {
				t.Fatalf("%v to %v takes %v", m.From, m.To, takes)
			}
			seen++
		}
	}
	if seen == 0 {
		t.Error("no message was seen")
	}
	do(t, s, "latency 2ms")
	pass(s, 2000)
	if s.View(&v); slices.ContainsFunc(v.InFlight, func(m cluster.MessageView) bool { return m.Due.Sub(m.Sent) != 2*time.Millisecond }) {
		t.Errorf("the general latency wins over older ones: %+v", v.InFlight)
	}
}
