package tests

import (
	"testing"
	"time"

	"raftarium/netsim/cluster/check"
	"raftarium/netsim/cluster/script"
)

// folding is a run of chaos in which logs are compacted all the time.
func folding(seed uint64) (script.Config, []script.Step) {
	cfg, steps := chaos(seed)
	cfg.Snapshot = 200 + int(seed%4)*200
	return cfg, steps
}

func TestTmpRules(t *testing.T) {
	for _, rule := range []string{"send-snapshot", "chunks-in-order", "refuse-older-snapshot", "snapshot-keeps-later-entries", "compacted-prefix-matches", "snapshot-with-state", "sessions-in-snapshot"} {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			n := 0
			start := time.Now()
			for seed := uint64(1); seed <= 150 && time.Since(start) < 20*time.Second; seed++ {
				cfg, steps := folding(seed)
				cfg.Without = []string{rule}
				_, v := finished(t, ours(), cfg, steps...)
				if !v.OK() {
					if n++; n < 5 {
						t.Logf("seed %d: %s", seed, violations(v))
					}
				}
			}
			t.Log(n)
		})
	}
}

func TestTmpOK(t *testing.T) {
	for seed := uint64(1); seed <= 150; seed++ {
		cfg, steps := folding(seed)
		s, v := finished(t, ours(), cfg, steps...)
		if !v.OK() || v.Linearizable != check.Yes {
			t.Errorf("seed %d: %s %s", seed, violations(v), kept(t, s))
		}
	}
}
