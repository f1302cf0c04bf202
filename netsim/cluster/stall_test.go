package cluster_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/check"
	"raftarium/netsim/cluster/script"
)

func TestARunThatNeverServesHasNoProgress(t *testing.T) {
	slow := func(c *script.Config) { c.Latency = netsim.Exactly(400 * time.Millisecond) }
	hasty := func(c *script.Config) {
		c.Timing.ElectionMin, c.Timing.ElectionMax = time.Millisecond, time.Millisecond
	}
	for name, change := range map[string]func(*script.Config){"slow links": slow, "hasty timers": hasty} {
		s, v := run(t, config(change))
		if s.Stats().Committed > 0 {
			t.Errorf("%s: something was committed, so this proves nothing", name)
		}
		if v.Progress != check.No || len(v.Violations) == 0 || v.Violations[len(v.Violations)-1].Property != check.Progress {
			t.Errorf("%s: verdict %+v", name, v)
		}
	}
}

func TestNobodyWaitsForProgressThatNobodyAskedFor(t *testing.T) {
	_, v := run(t, config(func(c *script.Config) {
		c.Latency, c.Workload = netsim.Exactly(400*time.Millisecond), script.NoWorkload
	}))
	if v.Progress == check.No {
		t.Errorf("verdict %+v", v)
	}
}

// A cluster that served once, and then stands still for as long as there is left, has no
// progress: what made it slow is named, be it the links or the disks.
func TestAStallAfterProgressCounts(t *testing.T) {
	for slow, cause := range map[string]string{"latency 400ms": "messages take up to 400ms", "disk 3s": "durable writes up to 3s"} {
		s, v := play(t, "for 20s\nat 1s "+slow+"\nat 1s crash leader\n")
		last := len(v.Violations) - 1
		if s.Stats().Committed == 0 || v.Progress != check.No || last < 0 || !strings.Contains(v.Violations[last].Text, cause) {
			t.Errorf("%s: %d committed, verdict %+v", slow, s.Stats().Committed, v)
		}
	}
}

// Whoever serves, be it slowly, or has had no time since the network changed, stands not still.
func TestASlowClusterThatServesIsNotStalled(t *testing.T) {
	for _, what := range []string{
		"for 20s\nat 1s latency 90ms\n",
		"for 20s\nelection 2s..4s\nat 10s disk 1s\n",
		"for 20s\nelection 2s..4s\nat 12s latency 500ms\n",
		"for 20s\nat 18500ms latency 400ms\nat 18500ms crash leader\n",
		"for 20s\nat 1s latency 400ms\nat 19s latency 5ms\n",
		"for 20s\nat 18s disk 1500ms\n",
		"workload none\nlatency 400ms\nfor 20s\nat 10s append c1 x a\nat 19995ms latency 5ms\n",
	} {
		if _, v := play(t, what); v.Progress == check.No {
			t.Errorf("%s: verdict %+v", what, v)
		}
	}
}

// Timers that are alike, and detours that most messages take, split votes whatever the
// Raft: it is not accused of that while the run goes on, and in the end told why.
func TestTimeoutsThatCannotWorkAreNotTheRaftsFault(t *testing.T) {
	for seed := range 25 {
		_, v := play(t, fmt.Sprintf("seed %d\nservers 7\nlatency 5ms..30ms\nreorder 100%%\nfor 3s\n", seed+1))
		for _, x := range v.Violations {
			if !strings.Contains(x.Text, "section 5.6") {
				t.Errorf("seed %d, detours: %v", seed+1, x.Text)
			}
		}
	}
	_, v := play(t, "latency 1ms\ndisk 0s\nelection 300ms..300ms\nfor 10s\n")
	if len(v.Violations) != 1 || !strings.Contains(v.Violations[0].Text, "too much alike") {
		t.Errorf("equal timers: %+v", v)
	}
}

// play makes the run of a scenario.
func play(t *testing.T, scenario string) (*cluster.Session, check.Verdict) {
	t.Helper()
	sc, err := script.Parse(strings.NewReader(scenario), t.Name())
	if err != nil {
		t.Fatal(err)
	}
	s, err := cluster.Open(ours(), sc, cluster.Options{Trace: -1})
	if err != nil {
		t.Fatal(err)
	}
	for !s.AdvanceTo(netTime(sc.Config.For)) {
	}
	return s, s.Final()
}

// Where links work one way nothing is due, and a cluster that stands still there to the
// end is not said to have passed.
func TestAStandstillBehindOneWayLinksIsNotPassed(t *testing.T) {
	deaf := "servers 5\nclients 2\nseed 5\nlatency 5ms..10ms\nworkload append\nkeys 3\nfor 10s\n%s" +
		"at 50ms timeout s1\nat 1s cut s2 -> s1\nat 1s cut s3 -> s1\nat 1s cut s4 -> s1\nat 1s cut s5 -> s1\n"
	for without, want := range map[string]check.Answer{"": check.Yes, "without check-quorum\n": check.Unknown} {
		s, v := play(t, fmt.Sprintf(deaf, without))
		if v.Progress != want || len(v.Violations) > 0 {
			t.Errorf("%q: progress is %v after %d committed entries, want %v: %+v", without, v.Progress, s.Stats().Committed, want, v.Violations)
		}
	}
	// No majority: nothing is due, and what was due before was done.
	if _, v := play(t, "servers 3\nclients 1\nseed 1\nworkload append\nkeys 1\nfor 6s\nat 2s crash s1 s2\n"); v.Progress != check.Yes {
		t.Errorf("without a majority progress is %v", v.Progress)
	}
}
