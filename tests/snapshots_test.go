package tests

import (
	"maps"
	"testing"
	"time"

	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/check"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
	"raftarium/tests/suite"
)

// The course's tests with snapshots, of the service and of Raft alone. Package suite has
// what each does.

func TestSnapshot(t *testing.T)                            { withSnapshots(t) }
func TestSnapshotUnreliable(t *testing.T)                  { withSnapshots(t) }
func TestSnapshotRecover(t *testing.T)                     { withSnapshots(t) }
func TestSnapshotPartitions(t *testing.T)                  { withSnapshots(t) }
func TestSnapshotUnreliableRecoverPartitions(t *testing.T) { withSnapshots(t) }

func TestSnapshotRPC(t *testing.T)                                     { withSnapshots(t) }
func TestSnapshotSize(t *testing.T)                                    { withSnapshots(t) }
func TestSnapshotSpeed(t *testing.T)                                   { withSnapshots(t) }
func TestSnapshotRecoverManyClients(t *testing.T)                      { withSnapshots(t) }
func TestSnapshotUnreliableRecover(t *testing.T)                       { withSnapshots(t) }
func TestSnapshotUnreliableRecoverPartitionsLinearizable(t *testing.T) { withSnapshots(t) }
func TestSnapshotBasic(t *testing.T)                                   { withSnapshots(t) }
func TestSnapshotInstall(t *testing.T)                                 { withSnapshots(t) }
func TestSnapshotInstallUnreliable(t *testing.T)                       { withSnapshots(t) }
func TestSnapshotInstallCrash(t *testing.T)                            { withSnapshots(t) }
func TestSnapshotInstallUnCrash(t *testing.T)                          { withSnapshots(t) }
func TestSnapshotAllCrash(t *testing.T)                                { withSnapshots(t) }
func TestSnapshotInit(t *testing.T)                                    { withSnapshots(t) }

// withSnapshots runs the test of t's name, on each seed, with the node that knows
// snapshots.
func withSnapshots(t *testing.T) {
	t.Parallel()
	test, ok := suite.Named(t.Name())
	if !ok {
		t.Fatalf("the suite has no test %s", t.Name())
	}
	for i := range *seeds {
		test.Judge(t, ours(), *firstSeed+uint64(i))
	}
}

const domainTorn = netsim.DomainUser + 202

// folding is a run of chaos in which logs are compacted every few entries.
func folding(seed uint64) (script.Config, []script.Step) {
	cfg, steps := chaos(seed)
	cfg.Snapshot = 200 + int(seed%4)*200
	return cfg, steps
}

// overtaken is a run in which a follower falls behind, and chunks of a snapshot overtake
// one another.
func overtaken(seed uint64) (script.Config, []script.Step) {
	cfg := script.DefaultConfig()
	cfg.Seed, cfg.For, cfg.Workload = seed, 3*time.Second, script.Appends
	cfg.Servers, cfg.Clients, cfg.Window = 3, 3, 3
	cfg.Latency = netsim.Range{Min: 2 * time.Millisecond, Max: 4 * time.Millisecond}
	cfg.Disk, cfg.Reorder, cfg.Snapshot = 0, netsim.Percent(4), 8000
	cfg.Timing.Heartbeat, cfg.Timing.ElectionMin, cfg.Timing.ElectionMax = 20*time.Millisecond, 60*time.Millisecond, 160*time.Millisecond
	return cfg, nil
}

// torn is a run in which servers that fold their logs every few entries crash, one
// at a time, in the midst of a write, and come back at once.
func torn(seed uint64) (script.Config, []script.Step) {
	cfg := script.DefaultConfig()
	cfg.Seed, cfg.For = seed, 6*time.Second
	cfg.Servers, cfg.Clients, cfg.Keys = 3, 3, 2
	cfg.Latency, cfg.Disk = netsim.Exactly(time.Millisecond), 4*time.Millisecond
	cfg.Snapshot = script.MinSnapshot
	var steps []script.Step
	for n := range uint64(20) {
		at := netsim.Time(500*time.Millisecond) + netsim.Time(n)*netsim.Time(150*time.Millisecond)
		at += netsim.Time(netsim.Below(netsim.Draw(seed, domainTorn, n, 0, 0), uint64(50*time.Millisecond)))
		server := script.Target{IDs: []raft.ID{raft.ID(1 + n%3)}}
		steps = append(steps,
			script.Step{At: at, Action: script.Tear{Servers: server}},
			script.Step{At: at + netsim.Time(10*time.Millisecond), Action: script.Restart{Servers: server}})
	}
	return cfg, steps
}

// farBehind is down while the others go on and compact their logs; then it takes
// that server to make a majority.
func farBehind(seed uint64) (script.Config, []script.Step) {
	cfg, steps := directed(story{servers: 3, clients: 2, workload: script.Appends, length: 6 * time.Second, steps: `
		at 10ms timeout s1
		at 100ms crash s3
		at 1500ms restart s3
		at 1510ms crash s2
	`})(seed)
	cfg.Snapshot = 1000
	return cfg, steps
}

// The rules of snapshots are missed in these runs.
func init() {
	maps.Copy(offences, map[string]offence{
		"send-snapshot":                {by: farBehind, seeds: 1},
		"chunks-in-order":              {by: overtaken, seeds: 40},
		"refuse-older-snapshot":        {by: folding, seeds: 30, besides: atOnce},
		"snapshot-keeps-later-entries": {by: folding, seeds: 30, besides: atOnce},
		"compacted-prefix-matches":     {by: folding, seeds: 30},
		"snapshot-with-state":          {by: torn, seeds: 5},
		"sessions-in-snapshot":         {by: folding, seeds: 30},
	})
}

// TestSnapshotsBreakNothingWhileAllRulesHold is the other side of the rules of
// snapshots: no run in which they matter violates anything, and the snapshots were
// made and sent.
func TestSnapshotsBreakNothingWhileAllRulesHold(t *testing.T) {
	for name, by := range map[string]func(uint64) (script.Config, []script.Step){"folding": folding, "torn": torn, "farBehind": farBehind} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for i := range uint64(min(*hunt, 60)) {
				cfg, steps := by(*firstSeed + i)
				s, v := finished(t, ours(), cfg, steps...)
				if !v.OK() || v.Linearizable != check.Yes {
					t.Errorf("seed %d: %s\n  scenario: %s", cfg.Seed, violations(v), kept(t, s))
				}
				var view cluster.View
				s.View(&view)
				if l := view.Leader(); l == nil || l.Raft.Snapshot.Index == 0 {
					t.Errorf("seed %d: at the end no leader has a snapshot", cfg.Seed)
				}
			}
		})
	}
}

// TestRunsWithSnapshotsAreFunctionsOfTheirSeed: twice the same, over a clone in the
// midst of it too, and over the journal.
func TestRunsWithSnapshotsAreFunctionsOfTheirSeed(t *testing.T) {
	for seed := uint64(1); seed <= 5; seed++ {
		cfg, steps := folding(seed)
		s := opened(t, ours(), cfg, steps...)
		runTo(s, cfg.For/2)
		c := s.Clone()
		runTo(s, cfg.For)
		runTo(c, cfg.For)
		if state(s) != state(c) {
			t.Errorf("seed %d: the clone goes another way\n%s\n%s", seed, state(s), state(c))
		}
		sc := s.Scenario()
		again := opened(t, ours(), sc.Config, sc.Steps...)
		runTo(again, cfg.For)
		if state(s) != state(again) {
			t.Errorf("seed %d: the journal makes another run\n%s\n%s", seed, state(s), state(again))
		}
	}
}
