package cluster_test

import (
	"testing"
	"time"

	"raftarium/netsim"
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
