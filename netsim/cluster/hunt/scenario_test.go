package hunt_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/check"
	"raftarium/netsim/cluster/hunt"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
)

// text is a scenario as a file.
func text(t *testing.T, sc *script.Scenario) string {
	t.Helper()
	var b bytes.Buffer
	if _, err := sc.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestARunOfTheHuntFollowsFromItsSeedAndFitsIntoAFile(t *testing.T) {
	o := hunt.Default(ours())
	seen := map[string]bool{}
	verbs := map[string]bool{}
	for seed := range uint64(60) {
		sc := hunt.Scenario(o, seed)
		file := text(t, sc)
		if file != text(t, hunt.Scenario(o, seed)) || seen[file] {
			t.Errorf("seed %d does not decide its run", seed)
		}
		seen[file] = true
		code := ours()
		if err := sc.Check(code.Known()); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		for _, st := range sc.Steps {
			verbs[st.Action.Verb()] = true
			if st.Event != 0 {
				t.Errorf("seed %d: %v has an exact place", seed, st)
			}
		}
	}
	for _, verb := range []string{
		"partition", "isolate", "bridge", "cut", "heal", "crash", "tear", "restart", "pause", "resume", "timeout", "latency",
		"loss", "duplicate", "reorder", "disk", "fill", "free", "clock", "fire", "load", "without", "with",
	} {
		if !verbs[verb] {
			t.Errorf("no run has a step of %s", verb)
		}
	}
}

func TestEveryRunEndsWithAMajorityInOrder(t *testing.T) {
	for _, servers := range []int{1, 2, 3, 4, 5, 9} {
		o := hunt.Default(ours())
		o.Servers, o.Clients, o.For = servers, 2, 8*time.Second
		for seed := range uint64(12) {
			sc := hunt.Scenario(o, seed)
			s, err := cluster.Open(ours(), sc, cluster.Options{Trace: -1})
			if err != nil {
				t.Fatalf("%d servers, seed %d: %v", servers, seed, err)
			}
			for !s.AdvanceTo(netsim.Time(o.For)) {
			}
			var v cluster.View
			s.View(&v)
			well := 0
			for i := range v.Servers {
				if v.Servers[i].Up && !v.Servers[i].Paused {
					well++
				}
			}
			if well < raft.Quorum(servers) || v.Network.Loss != 0 || len(s.Ahead()) > 0 {
				t.Errorf("%d servers, seed %d: in the end %d are well, %v of messages are lost, %d steps are to come",
					servers, seed, well, v.Network.Loss, len(s.Ahead()))
			}
			if verdict := s.Final(); !verdict.OK() {
				t.Errorf("%d servers, seed %d: %+v", servers, seed, verdict.Violations)
			}
		}
	}
}

func TestTheRecoveryIsLongerThanTheBound(t *testing.T) {
	for length, want := range map[time.Duration]time.Duration{
		0: 0, 2 * time.Second: 2 * time.Second, 10 * time.Second: 3 * time.Second, 40 * time.Second: 10 * time.Second,
	} {
		if got := hunt.Recovery(length); got != want {
			t.Errorf("of %v: %v, want %v", length, got, want)
		}
	}
}

func TestRulesThatAreOffAnywayAreNotSpared(t *testing.T) {
	o := hunt.Default(ours())
	if !slices.Contains(o.Spared, "batching") {
		t.Fatalf("rules of cost are %v", o.Spared)
	}
	o.Without = []string{"batching"}
	for seed := range uint64(40) {
		for _, st := range hunt.Scenario(o, seed).Steps {
			if w, ok := st.Action.(script.With); ok && strings.Contains(w.String(), "batching") {
				t.Fatalf("seed %d switches batching on again", seed)
			}
		}
	}
}

// Machines that are not held to what they wrote keep nothing, and would forget their
// votes.
func TestNobodyCrashesWhoIsNotHeldToWhatItWrote(t *testing.T) {
	code := ours()
	code.Judged = []check.Property{check.ElectionSafety}
	o := hunt.Default(code)
	for seed := range uint64(60) {
		for _, st := range hunt.Scenario(o, seed).Steps {
			switch st.Action.Verb() {
			case "crash", "tear", "restart":
				t.Fatalf("seed %d: %v", seed, st)
			}
		}
	}
	code.Judged = append(code.Judged, check.AckDurable)
	if hunt.Default(code).Upright {
		t.Error("nobody crashes of those that are held to what they wrote")
	}
}
