package tests

import (
	"cmp"
	"maps"
	"slices"
	"testing"
	"time"

	"raftarium/kv"
	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/check"
	"raftarium/netsim/cluster/script"
)

// forgetful is a run of chaos in which there are fewer sessions than clients, each of
// which has up to three operations outstanding.
func forgetful(seed uint64) (script.Config, []script.Step) {
	cfg, steps := chaos(seed)
	cfg.Clients = max(cfg.Clients, 2)
	cfg.Sessions = 1 + int(seed)%(cfg.Clients-1)
	cfg.Window = 1 + int(seed%3)
	if seed%4 == 0 {
		cfg.Snapshot = 400
	}
	return cfg, steps
}

// overlapping is a run of chaos in which clients have several operations outstanding
// and servers remember each client for ever.
func overlapping(seed uint64) (script.Config, []script.Step) {
	cfg, steps := chaos(seed)
	cfg.Window = 2 + int(seed%3)
	if seed%4 == 0 {
		cfg.Snapshot = 400
	}
	return cfg, steps
}

// ended is a run of chaos with room for all sessions, in which an operator has them
// ended by entries of the log.
func ended(seed uint64) (script.Config, []script.Step) {
	cfg, steps := chaos(seed)
	cfg.Sessions, cfg.Window = 4*max(cfg.Clients, 1), 1+int(seed%3)
	if seed%4 == 0 {
		cfg.Snapshot = 400
	}
	for i := range uint64(12) {
		at := netsim.Time(time.Duration(1+i) * cfg.For / 16)
		id := kv.ClientID(1 + (seed+i)%uint64(max(cfg.Clients, 1)))
		steps = append(steps, script.Step{At: at, Action: script.Expire{Client: id}})
	}
	slices.SortStableFunc(steps, func(a, b script.Step) int { return cmp.Compare(a.At, b.At) })
	return cfg, steps
}

// choked is a run of chaos in which leaders take on no more than an operation or two.
func choked(seed uint64) (script.Config, []script.Step) {
	cfg, steps := overlapping(seed)
	cfg.Uncommitted = 20 + int(seed%3)*20
	return cfg, steps
}

// The rules of sessions are missed in these runs.
func init() {
	maps.Copy(offences, map[string]offence{
		"register-through-log": {by: forgetful, seeds: 3},
		"expire-through-log":   {by: forgetful, seeds: 20},
		"keep-answers":         {by: overlapping, seeds: 30},
		"give-up-expired":      {by: forgetful, seeds: 20},
	})
}

// TestSessionsBreakNothingWhileAllRulesHold is the other side of the rules of
// sessions: no run in which they matter violates anything, and it was indeed one in
// which sessions expired, operations overlapped, or leaders were busy.
func TestSessionsBreakNothingWhileAllRulesHold(t *testing.T) {
	for name, run := range map[string]struct {
		by   func(uint64) (script.Config, []script.Step)
		seen func(cluster.Stats) uint64
	}{
		"forgetful":   {forgetful, func(st cluster.Stats) uint64 { return st.Expired }},
		"ended":       {ended, func(st cluster.Stats) uint64 { return st.Expired }},
		"overlapping": {overlapping, func(st cluster.Stats) uint64 { return st.DuplicatesSuppressed }},
		"choked":      {choked, func(st cluster.Stats) uint64 { return st.Busy }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			total := uint64(0)
			for i := range uint64(min(*hunt, 60)) {
				cfg, steps := run.by(*firstSeed + i)
				s, v := finished(t, ours(), cfg, steps...)
				if !v.OK() || v.Linearizable != check.Yes {
					t.Errorf("seed %d: %s (linearizable %s)\n  scenario: %s", cfg.Seed, violations(v), v.Linearizable, kept(t, s))
				}
				total += run.seen(s.Stats())
			}
			if total == 0 {
				t.Error("nothing came about that these runs are for")
			}
		})
	}
}
