package tests

import (
	"flag"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/check"
	"raftarium/netsim/cluster/script"
	"raftarium/tests/suite"
)

var hunt = flag.Int("hunt", 300, "how many random runs the hunt makes for each node, from -seed on")

const domainHunt = netsim.DomainUser + 200

// drawn is a short run of a random kind with random faults: all a function of the
// seed.
func drawn(seed uint64) script.Config {
	n := uint64(0)
	below := func(limit int) int {
		n++
		return int(netsim.Below(netsim.Draw(seed, domainHunt, n, 0, 0), uint64(limit)))
	}
	pick := func(of ...time.Duration) time.Duration { return of[below(len(of))] }
	cfg := script.DefaultConfig()
	cfg.Seed, cfg.For = seed, 5*time.Second
	cfg.Servers = []int{3, 5, 3, 5, 3, 5, 1, 2, 4, 7}[below(10)]
	cfg.Clients = 1 + below(6)
	cfg.Keys = 1 + below(4)
	if below(4) == 0 {
		cfg.Workload = script.Appends
	}
	cfg.Latency.Min = pick(100*time.Microsecond, time.Millisecond, 2*time.Millisecond)
	cfg.Latency.Max = cfg.Latency.Min + pick(0, time.Millisecond, 9*time.Millisecond, 40*time.Millisecond)
	cfg.Disk = pick(0, 200*time.Microsecond, 2*time.Millisecond, 10*time.Millisecond)
	cfg.Loss = netsim.Ratio(below(2) * below(150_000))
	cfg.Duplicate = netsim.Ratio(below(2) * below(100_000))
	cfg.Reorder = netsim.Ratio(below(2) * below(200_000))
	for _, f := range []script.Fault{script.FaultCrash, script.FaultPartition, script.FaultPause} {
		if below(3) > 0 {
			cfg.Faults = append(cfg.Faults, f)
		}
	}
	return cfg
}

// finished makes the whole run of a configuration and judges it.
func finished(t testing.TB, code cluster.Code, cfg script.Config, steps ...script.Step) (*cluster.Session, check.Verdict) {
	t.Helper()
	s := opened(t, code, cfg, steps...)
	runTo(s, cfg.For)
	return s, s.Final()
}

// TestRandomRunsWithRandomFaults is the hunt: whatever the seed brings, nothing
// may be violated.
func TestRandomRunsWithRandomFaults(t *testing.T) {
	eachNode(t, func(t *testing.T, code cluster.Code) {
		var next, operations, unknown, still atomic.Uint64
		var wg sync.WaitGroup
		for range runtime.GOMAXPROCS(0) {
			wg.Go(func() {
				for i := next.Add(1) - 1; i < uint64(*hunt); i = next.Add(1) - 1 {
					seed := *firstSeed + i
					s, v := finished(t, code, drawn(seed))
					operations.Add(uint64(s.Judge().Operations()))
					if v.Linearizable == check.Unknown {
						unknown.Add(1)
					}
					if v.Progress == check.Unknown {
						still.Add(1)
					}
					if !v.OK() {
						t.Errorf("seed %d: %s\n  replay: go test ./tests -run '^%s$' -seed %d -hunt 1 -v\n  scenario: %s",
							seed, violations(v), t.Name(), seed, kept(t, s))
					}
				}
			})
		}
		wg.Wait()
		t.Logf("%d runs from seed %d: %d operations; linearizability unknown in %d, progress in %d",
			*hunt, *firstSeed, operations.Load(), unknown.Load(), still.Load())
		// A hunt that could not judge would be worth nothing.
		if n := uint64(*hunt); n >= 100 && (unknown.Load() > n/50 || still.Load() > n/50) {
			t.Errorf("too little was judged")
		}
	})
}

// violations is a verdict in words.
func violations(v check.Verdict) string {
	text := fmt.Sprintf("safety %t, exactly once %t, linearizable %s, progress %s", v.Safety, v.ExactlyOnce, v.Linearizable, v.Progress)
	for i, one := range v.Violations {
		if i == 5 {
			return text + fmt.Sprintf("\n  and %d more", len(v.Violations)-i)
		}
		text += fmt.Sprintf("\n  at %v, event %d: %s: %s", one.At, one.Event, one.Property, one.Text)
	}
	return text
}

// kept writes the scenario of a run that went wrong into a file, and says which.
func kept(t testing.TB, s *cluster.Session) string {
	t.Helper()
	name, err := suite.Store(s.Scenario(), "hunt")
	if err != nil {
		return err.Error()
	}
	return name
}

// seen says whether a verdict holds a violation of a property.
func seen(v check.Verdict, p check.Property) bool {
	for i := range v.Violations {
		if v.Violations[i].Property == p {
			return true
		}
	}
	return false
}
