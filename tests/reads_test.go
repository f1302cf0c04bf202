package tests

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"raftarium/kv"
	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/check"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
)

const domainReads = netsim.DomainUser + 203

// indexed is chaos in which Gets are answered by index: that is right whatever
// clocks do, and so also where elections are forced.
func indexed(seed uint64) (script.Config, []script.Step) {
	cfg, steps := chaos(seed)
	cfg.Reads = kv.ReadsByIndex
	return cfg, steps
}

// leased is a run in which Gets are answered under leases. Again and again a leader is
// cut off together with clients that go on to ask it, while others write wherever
// somebody is elected: at once, because who would have to wait for a lease to end has
// restarted, or because the leader had just let somebody stand; or as soon as clocks
// allow. Clocks are off by as much as drift at most, which is drawn for each server.
func leased(drift netsim.Drift) func(seed uint64) (script.Config, []script.Step) {
	return func(seed uint64) (script.Config, []script.Step) {
		l := leases{seed: seed, cfg: script.DefaultConfig(), writer: readers}
		l.cfg.Seed, l.cfg.For, l.cfg.Reads = seed, 9*time.Second, kv.ReadsByLease
		l.cfg.Workload, l.cfg.Clients = script.NoWorkload, 100
		l.cfg.Servers = []int{3, 3, 5}[l.below(3)]
		l.cfg.Latency = netsim.Range{Min: 500 * time.Microsecond, Max: time.Duration(1+l.below(3)) * time.Millisecond}
		if l.below(2) == 0 { // elections follow each other closely
			l.cfg.Timing.ElectionMax = l.cfg.Timing.ElectionMin + 20*time.Millisecond
		}
		for id := range l.cfg.Servers {
			d := netsim.Drift(l.below(2*int(drift)+1)) - drift
			l.add(0, script.Clock{Servers: only(raft.ID(id + 1)), Drift: d})
		}
		for l.at = 500 * time.Millisecond; l.at < 5*time.Second; {
			l.episode()
		}
		return l.cfg, l.steps
	}
}

// leases is a run of leased in the making.
type leases struct {
	seed, n uint64
	cfg     script.Config
	steps   []script.Step
	at      time.Duration
	writer  int // the last client that wrote
}

// readers is how many clients read; each of the others writes once, so that none
// waits first for the answer of somebody who leads no longer.
const readers = 2

func (l *leases) below(limit int) int {
	l.n++
	return int(netsim.Below(netsim.Draw(l.seed, domainReads, l.n, 0, 0), uint64(limit)))
}

// between draws a duration, in steps of 10 us.
func (l *leases) between(lo, hi time.Duration) time.Duration {
	const step = 10 * time.Microsecond
	return lo + time.Duration(l.below(int((hi-lo)/step)+1))*step
}

func (l *leases) add(at time.Duration, a script.Action) {
	l.steps = append(l.steps, script.Step{At: netsim.Time(at), Action: a})
}

func only(ids ...raft.ID) script.Target { return script.Target{IDs: ids} }

// episode makes a server lead, cuts it off, and heals all after a second.
func (l *leases) episode() {
	ms := time.Millisecond
	leader := raft.ID(1 + l.below(l.cfg.Servers))
	rival := leader%raft.ID(l.cfg.Servers) + 1
	var others []raft.ID
	cut := [][]script.Endpoint{{{Server: leader}}}
	for c := range readers {
		cut[0] = append(cut[0], script.Endpoint{Client: kv.ClientID(c + 1)})
	}
	for id := raft.ID(1); int(id) <= l.cfg.Servers; id++ {
		if id != leader && id != rival {
			others = append(others, id)
		}
	}
	l.add(l.at, script.Transfer{To: leader})
	l.at += 200 * ms
	// The readers find their leader, and it begins to measure leases.
	for c := range readers {
		l.add(l.at, script.Do{Client: kv.ClientID(c + 1), Op: kv.Op{Kind: kv.Get, Key: "x"}})
	}
	kind := l.below(4)
	way := l.cfg.Latency.Max
	switch kind {
	case 0: // the rival hears nothing of its leader, and asks in vain
		l.add(l.at, script.Cut{From: script.Endpoint{Server: leader}, To: script.Endpoint{Server: rival}})
	case 1: // acknowledgements take long
		way = l.between(30*ms, 65*ms)
		for _, id := range append(others, rival) {
			l.add(l.at, script.Latency{From: script.Endpoint{Server: leader}, To: script.Endpoint{Server: id}, Range: netsim.Exactly(way)})
		}
	}
	l.at += l.between(500*ms, 700*ms)
	if kind == 2 { // it lets the rival stand
		l.add(l.at, script.Transfer{To: rival})
		l.at += way + l.between(0, ms)
	}
	end := l.at + 450*ms
	l.add(l.at, script.Partition{Groups: cut})
	if kind == 0 {
		l.add(l.at, script.Crash{Servers: only(others...)})
		l.at += 10 * time.Microsecond
		l.add(l.at, script.Restart{Servers: only(others...)})
	}
	for i := 0; l.at < end; i++ {
		l.add(l.at, script.Do{Client: kv.ClientID(1 + i%readers), Op: kv.Op{Kind: kv.Get, Key: "x"}})
		if i%8 == 0 && l.writer < l.cfg.Clients {
			l.writer++
			l.add(l.at, script.Do{Client: kv.ClientID(l.writer), Op: kv.Op{Kind: kv.Put, Key: "x", Value: kv.ClientID(l.writer).String()}})
		}
		l.at += l.between(2*ms, 6*ms)
	}
	l.add(l.at, script.Heal{})
	l.add(l.at, script.Latency{Range: l.cfg.Latency})
	if kind == 1 {
		for _, id := range append(others, rival) {
			l.add(l.at, script.Latency{From: script.Endpoint{Server: leader}, To: script.Endpoint{Server: id}, Range: l.cfg.Latency})
		}
	}
	l.at += 500 * ms
}

// safeDrift is how far a clock may be off: then none runs a tenth faster than
// another (see raft.Timing.Lease).
const safeDrift = netsim.Drift(47_000)

// The rules of reads without the log are missed in these runs.
func init() {
	maps.Copy(offences, map[string]offence{
		"confirm-before-read":        {by: leased(safeDrift), seeds: 10},
		"read-from-own-term":         {by: indexed, seeds: 40},
		"wait-for-read-index":        {by: indexed, seeds: 40},
		"abstain-after-restart":      {by: leased(safeDrift), seeds: 20},
		"lease-from-sending":         {by: leased(safeDrift), seeds: 20},
		"lease-shorter-than-timeout": {by: leased(safeDrift), seeds: 10},
		"transfer-ends-lease":        {by: leased(safeDrift), seeds: 20},
	})
}

func TestReadsWithoutTheLogBreakNothingWhileAllRulesHold(t *testing.T) {
	for name, by := range map[string]func(uint64) (script.Config, []script.Step){"index": indexed, "lease": leased(safeDrift)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for i := range uint64(*hunt) {
				cfg, steps := by(*firstSeed + i)
				if s, v := finished(t, ours(), cfg, steps...); !v.OK() || v.Linearizable != check.Yes {
					t.Errorf("seed %d: %s\n  scenario: %s", cfg.Seed, violations(v), kept(t, s))
				}
			}
		})
	}
}

// staleSeeds is within how many seeds clocks beyond the bound lead to a stale read
// that linearizability catches.
const staleSeeds = 20

// TestBeyondTheBoundOnClocksAStaleReadIsCaught: leases are only as good as clocks
// are. The same run with true clocks is in order, and with the bad ones where nobody
// relies on them.
func TestBeyondTheBoundOnClocksAStaleReadIsCaught(t *testing.T) {
	const beyond = netsim.Drift(400_000)
	caught := 0
	for seed := uint64(1); seed <= staleSeeds; seed++ {
		cfg, steps := leased(beyond)(seed)
		_, v := finished(t, ours(), cfg, steps...)
		if !seen(v, check.Linearizability) {
			continue
		}
		caught++
		t.Logf("seed %d: %s", seed, first(v, check.Linearizability).Text)
		if !v.Safety || !v.ExactlyOnce {
			t.Errorf("seed %d: stale reads broke more than linearizability: %s", seed, violations(v))
		}
		byIndex := cfg
		byIndex.Reads = kv.ReadsByIndex
		if _, v := finished(t, ours(), byIndex, steps...); !v.OK() || v.Linearizable != check.Yes {
			t.Errorf("seed %d, by index: %s", seed, violations(v))
		}
		steps = slices.DeleteFunc(steps, func(s script.Step) bool { _, ok := s.Action.(script.Clock); return ok })
		if _, v := finished(t, ours(), cfg, steps...); !v.OK() || v.Linearizable != check.Yes {
			t.Errorf("seed %d, with true clocks: %s", seed, violations(v))
		}
	}
	if caught == 0 {
		t.Errorf("no stale read within %d seeds", staleSeeds)
	}
}

// TestReadsRestOnNoRuleThatOnlyCosts: leases rest on stickiness, and where servers do
// not stick to their leader there are none. So it is a rule of cost here too.
func TestReadsRestOnNoRuleThatOnlyCosts(t *testing.T) {
	for _, rule := range rules() {
		if rule.Kind != raft.Cost {
			continue
		}
		t.Run(rule.Name, func(t *testing.T) {
			t.Parallel()
			for seed := uint64(1); seed <= 10; seed++ {
				for _, by := range []func(uint64) (script.Config, []script.Step){indexed, leased(safeDrift)} {
					cfg, steps := by(seed)
					cfg.Without = []string{rule.Name}
					if _, v := finished(t, ours(), cfg, steps...); !v.OK() || v.Linearizable == check.No {
						t.Fatalf("seed %d, reads by %v: %s", seed, cfg.Reads, violations(v))
					}
				}
			}
		})
	}
}

// deposedReader is a run in which the leader names an index for C1's Get, is deposed
// before anything is committed there, and leads again with a log that ends below it.
// C1 reaches no other server.
const deposedReader = `
servers 3
clients 3
seed 1
latency 20ms
election 400ms..800ms
workload none
sessions 3
reads index
for 14s

at 10ms   timeout s1
at 300ms  fire 3
at 900ms  crash s2 s3
at 910ms  expire c2
at 911ms  expire c2
at 912ms  expire c2
at 913ms  expire c2
at 914ms  expire c2
at 915ms  expire c2
at 916ms  expire c2
at 917ms  expire c2
at 1000ms crash s1
at 1001ms restart all
at 1420ms timeout s1
at 1481ms get c1 y
at 1555ms cut s1 -> s2
at 1555ms cut s1 -> s3
at 1555ms cut c1 s2
at 1555ms cut c1 s3
at 4500ms mend s1 -> s2
at 4500ms mend s1 -> s3
at 5s     transfer s1
at 6s     heal
`

func TestAGetWhoseIndexWentWithItsLeaderIsAnsweredAtTheNextTry(t *testing.T) {
	sc, err := script.Parse(strings.NewReader(deposedReader), "deposed reader")
	if err != nil {
		t.Fatal(err)
	}
	s, v := finished(t, ours(), sc.Config, sc.Steps...)
	if !v.OK() || v.Linearizable != check.Yes {
		t.Error(violations(v))
	}
	var view cluster.View
	s.View(&view)
	if c := view.Clients[0]; c.Busy || c.Completed != 2 {
		t.Errorf("C1 waits: %v, after %d operations of 2", c.Busy, c.Completed)
	}
}
