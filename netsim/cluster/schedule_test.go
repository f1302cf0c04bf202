package cluster_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/script"
)

func TestScheduledFaultsHappenAndAreHealed(t *testing.T) {
	for _, family := range []script.Fault{script.FaultCrash, script.FaultPartition, script.FaultPause} {
		for _, servers := range []int{1, 2, 5} {
			cfg := config(func(c *script.Config) {
				c.Servers, c.Faults, c.For, c.Loss = servers, []script.Fault{family}, 20*time.Second, netsim.Percent(1)
			})
			s := open(t, cfg, cluster.Options{Trace: -1})
			hurt := 0
			var v cluster.View
			for at := 100; at < 16_000; at += 100 {
				pass(s, at)
				s.View(&v)
				if len(v.Network.Cuts) > 0 || slices.ContainsFunc(v.Servers, func(sv cluster.ServerView) bool { return !sv.Up || sv.Paused }) {
					hurt++
				}
			}
			if hurt < 30 && (servers > 1 || family != script.FaultPartition) {
				t.Errorf("%s, %d servers: hurt at %d of 159 moments", family, servers, hurt)
			}
			if n := len(s.Skipped()); n > len(s.Scenario().Steps)/3 {
				t.Errorf("%s, %d servers: %d steps were skipped, %d done", family, servers, n, len(s.Scenario().Steps))
			}
			pass(s, 16_000)
			s.View(&v)
			if len(v.Network.Cuts) > 0 || v.Network.Loss != 0 || slices.ContainsFunc(v.Servers, func(sv cluster.ServerView) bool { return !sv.Up || sv.Paused }) {
				t.Errorf("%s, %d servers: not healed: %+v", family, servers, v.Network)
			}
			if len(s.Ahead()) != 0 {
				t.Errorf("%s, %d servers: after the healing comes %v", family, servers, s.Ahead())
			}
		}
	}
}

func TestAScheduleIsAFunctionOfTheConfiguration(t *testing.T) {
	cfg := rough(3)
	words := func(steps []script.Step) string {
		var b strings.Builder
		for _, st := range steps {
			b.WriteString(st.String() + "\n")
		}
		return b.String()
	}
	want := words(cluster.Schedule(cfg))
	cfg.Clients, cfg.Keys, cfg.Latency.Max = 1, 1, time.Second
	if got := words(cluster.Schedule(cfg)); got != want {
		t.Errorf("other clients and links change it to\n%s\nfrom\n%s", got, want)
	}
	cfg.Seed++
	if got := words(cluster.Schedule(cfg)); got == want {
		t.Error("the seed does not matter")
	}
}

func TestOnlyWhatEndsIsHealed(t *testing.T) {
	for name, change := range map[string]func(*script.Config){
		"no faults": nil,
		"no end": func(c *script.Config) {
			c.For, c.Loss, c.Faults = 0, netsim.Percent(5), []script.Fault{script.FaultCrash}
		},
	} {
		if got := cluster.Schedule(config(change)); len(got) != 0 {
			t.Errorf("%s: %v", name, got)
		}
	}
	for length, want := range map[time.Duration]time.Duration{
		time.Second: 0, 2 * time.Second: 0, 5 * time.Second: 3 * time.Second, 60 * time.Second: 48 * time.Second,
	} {
		if got := cluster.HealAt(length); got != want {
			t.Errorf("a run of %v is healed at %v, want %v", length, got, want)
		}
	}
	// Too short for any fault, and healed at once.
	s := open(t, config(func(c *script.Config) {
		c.For, c.Loss, c.Faults = time.Second, netsim.Percent(5), []script.Fault{script.FaultCrash}
	}), cluster.Options{})
	pass(s, 1000)
	if got := len(s.Scenario().Steps); got != 4 {
		t.Errorf("%v", s.Scenario().Steps)
	}
}
