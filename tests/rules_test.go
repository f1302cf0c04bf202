package tests

import (
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

// offence says how the absence of a rule comes to light.
type offence struct {
	// by makes the run of a seed.
	by func(seed uint64) (script.Config, []script.Step)
	// seeds is within how many seeds, from 1, the property that the rule defends
	// is violated without it.
	seeds int
	// besides names rules that are off in either case: rules of cost, which hide the
	// absence of this one.
	besides []string
	// patient clients wait very long before they ask again: where they do not, they
	// hide it.
	patient bool
}

// patient is a client that waits for each answer as if nothing could be lost.
type patient struct{ kv.Client }

func (p patient) Step(ev kv.ClientEvent, out *kv.ClientEffects) {
	if start, ok := ev.(*kv.ClientStart); ok {
		longer := *start
		longer.Timing.Timeout = time.Minute
		ev = &longer
	}
	p.Client.Step(ev, out)
}

func (p patient) Clone() kv.Client { return patient{p.Client.Clone()} }

// offences has an entry for each rule of safety and of liveness.
var offences = map[string]offence{
	"election-restriction":        {by: chaos, seeds: 10},
	"compare-last-terms":          {by: chaos, seeds: 60, besides: atOnce},
	"one-vote-per-term":           {by: chaos, seeds: 5},
	"keep-vote-within-term":       {by: chaos, seeds: 20, besides: plain},
	"votes-count-for-their-term":  {by: chaos, seeds: 60},
	"majority-to-win":             {by: chaos, seeds: 5},
	"step-down-on-higher-term":    {by: directed(deposed), seeds: 1, besides: plain},
	"retry-election":              {by: directed(splitVotes), seeds: 1, besides: plain},
	"reset-timer-only-on-grant":   {by: directed(mayNotStand), seeds: 100, besides: plain},
	"stale-appends-keep-timer":    {by: directed(ghost), seeds: 1, besides: plain},
	"refuse-stale-appends":        {by: ordinary, seeds: 60},
	"append-consistency-check":    {by: chaos, seeds: 10},
	"truncate-on-conflict":        {by: chaos, seeds: 12},
	"truncate-only-on-conflict":   {by: chaos, seeds: 5},
	"ignore-stale-replies":        {by: directed(lateReply), seeds: 1, besides: append(atOnce, plain...)},
	"match-only-what-was-sent":    {by: chaos, seeds: 5},
	"majority-to-commit":          {by: chaos, seeds: 5},
	"current-term-commit":         {by: directed(figure8), seeds: 1, besides: []string{"leader-noop", "leader-stickiness"}},
	"leader-noop":                 {by: directed(leftBehind), seeds: 1, patient: true},
	"leader-counts-own-disk":      {by: chaos, seeds: 40},
	"commit-up-to-last-new-entry": {by: chaos, seeds: 50},
	"persistent-term":             {by: chaos, seeds: 5},
	"persistent-vote":             {by: chaos, seeds: 30, besides: plain},
	"persistent-log":              {by: chaos, seeds: 5},
	"save-before-send":            {by: chaos, seeds: 5},
	"give-up-transfer":            {by: directed(inVain), seeds: 1},
	"adopt-at-once":               {by: directed(onlyInItsLog), seeds: 1, besides: plain},
	"joint-consensus":             {by: directed(twoVotersAtOnce), seeds: 1, besides: plain},
	"both-majorities":             {by: directed(twoVotersAtOnce), seeds: 1, besides: plain},
	"leave-joint-consensus":       {by: directed(leavesTwo), seeds: 1},
	"one-change-at-a-time":        {by: directed(oneByOne), seeds: 1, besides: plain},
	"change-in-own-term":          {by: directed(changeTooSoon), seeds: 1, besides: plain},
	"session-table":               {by: chaos, seeds: 5},
	"dedup-at-apply":              {by: chaos, seeds: 20},
	"answer-after-commit":         {by: chaos, seeds: 5},
	"reads-through-log":           {by: chaos, seeds: 20},
	"check-applied-entry":         {by: chaos, seeds: 40},
	"one-sequence-number":         {by: chaos, seeds: 10},
	"retry-elsewhere":             {by: directed(leaderIsGone), seeds: 1},
}

// plain is Raft as in the paper, without what keeps elections rare: servers that ask
// around first, or do not listen to candidates, seldom come to the second vote or
// to the old leader that some rules are there for, or come there too late for what
// these runs look for.
var plain = []string{"pre-vote", "check-quorum", "leader-stickiness"}

// atOnce lets each entry leave at once, so that appends can overtake one another.
var atOnce = []string{"gather-small-appends"}

// ordinary is a run of the hunt.
func ordinary(seed uint64) (script.Config, []script.Step) { return drawn(seed), nil }

// story is a run in which a rule matters, told in steps.
type story struct {
	servers, clients int
	workload         script.Workload
	disk, length     time.Duration
	election         netsim.Range // the usual one if it is empty
	uncommitted      int          // script.Config.Uncommitted
	steps            string
}

// directed tells a story: links take 1 ms, so that it comes as it is written.
func directed(st story) func(uint64) (script.Config, []script.Step) {
	return func(seed uint64) (script.Config, []script.Step) {
		cfg := script.DefaultConfig()
		cfg.Seed, cfg.For = seed, st.length
		cfg.Servers, cfg.Clients, cfg.Workload, cfg.Keys = st.servers, st.clients, st.workload, 1
		cfg.Latency = netsim.Exactly(time.Millisecond)
		if st.election.Max != 0 {
			cfg.Timing.ElectionMin, cfg.Timing.ElectionMax = st.election.Min, st.election.Max
		}
		cfg.Uncommitted = st.uncommitted
		if st.disk != 0 {
			cfg.Disk = st.disk
		}
		var steps []script.Step
		for line := range strings.Lines(st.steps) {
			if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
				continue
			}
			step, err := script.ParseStep(line)
			if err != nil {
				panic(line + ": " + err.Error()) // the test's own text is wrong
			}
			steps = append(steps, step)
		}
		return cfg, steps
	}
}

var (
	// Two candidates at the same time, and nobody else to vote.
	splitVotes = story{servers: 3, clients: 1, workload: script.Appends, length: 3 * time.Second, steps: `
		at 10ms crash s3
		at 20ms timeout s1 s2
	`}

	// The client's leader is gone for good.
	leaderIsGone = story{servers: 3, clients: 1, workload: script.Appends, length: 4 * time.Second, steps: `
		at 10ms timeout s1
		at 500ms crash s1
	`}

	// Of five servers, which are just a majority of nine, only S2 may be elected:
	// it alone has the newest entry. Each vote that the others ask for in vain would
	// keep it from standing.
	mayNotStand = story{servers: 9, clients: 1, workload: script.NoWorkload, length: 2400 * time.Millisecond, steps: `
		at 10ms timeout s1
		at 100ms get c1 x
		at 200ms partition s1 s2 | s3 s4 s5 s6 s7 s8 s9
		at 210ms append c1 x a
		at 250ms crash s1 s7 s8 s9
		at 250ms heal
	`}

	// S1 leads term 1. What it says takes 3 s from now on, and the others go on
	// without it. Then the network is well again and the leader of term 2 crashes,
	// but for 3 s the others still hear what S1 said in term 1.
	ghost = story{servers: 5, clients: 1, workload: script.Appends, length: 6 * time.Second, steps: `
		at 10ms timeout s1
		at 300ms latency s1 s2 3s
		at 300ms latency s1 s3 3s
		at 300ms latency s1 s4 3s
		at 300ms latency s1 s5 3s
		at 420ms timeout s2
		at 3.5s latency s1 s2 1ms
		at 3.5s latency s1 s3 1ms
		at 3.5s latency s1 s4 1ms
		at 3.5s latency s1 s5 1ms
		at 3.5s crash s2
	`}

	// S2 acknowledges four entries of term 1 to S1, and its reply is late. S3
	// overwrites them in term 2, S1 leads again in term 3, and only then is it told
	// that S2 has the four entries.
	lateReply = story{servers: 5, clients: 4, workload: script.NoWorkload, disk: 20 * time.Millisecond, length: 5 * time.Second, steps: `
		at 10ms timeout s1
		at 100ms fire 4 x
		at 200ms partition s1 s2 c1 c2 c3 c4 | s3 s4 s5
		at 210ms fire 4 x
		at 220ms latency s1 s2 500ms
		at 240ms mend s2 s3
		at 240ms mend s2 s4
		at 240ms mend s2 s5
		at 241ms timeout s3
		at 480ms mend s1 s3
		at 480ms mend s1 s4
		at 480ms mend s1 s5
		at 640ms timeout s1
	`}

	// S1 leads term 1 and is cut off, the others go on with S2, and S1 hears of that.
	deposed = story{servers: 5, clients: 1, workload: script.Appends, length: 3 * time.Second, steps: `
		at 10ms timeout s1
		at 300ms isolate s1
		at 600ms timeout s2
		at 1s heal
	`}

	// Figure 8 of the paper, from (a) to (d), with its terms. With no-op entries an
	// entry of term 4 would travel with the old one.
	figure8 = story{servers: 5, clients: 5, workload: script.NoWorkload, length: 60 * time.Second,
		election: netsim.Range{Min: 10 * time.Second, Max: 20 * time.Second}, steps: `
		at 100ms  timeout s3
		at 300ms  put c3 x ""
		at 525ms  timeout s1
		at 600ms  partition s1 s2 c1 | s3 s4 s5 c5
		at 650ms  append c1 x old;
		at 700ms  crash s1
		at 750ms  timeout s5
		at 800ms  partition s1 s2 s3 s4 | s5 c5 | c1
		at 850ms  append c5 x other;
		at 900ms  crash s5
		at 950ms  restart s1
		at 1s     timeout s1
		at 1.1s   timeout s1
		at 1.3s   crash s1
		at 1.35s  restart s5
		at 1.35s  partition s1 c1 | s2 s3 s4 s5 c5
		at 1.4s   timeout s5
		at 1.5s   timeout s5
		at 2s     restart s1
		at 2s     heal
	`}

	// S1 stops taking proposals to hand over to S3, which cannot be reached.
	inVain = story{servers: 3, clients: 1, workload: script.Appends, length: 4 * time.Second, steps: `
		at 10ms timeout s1
		at 500ms partition s1 s2 c1 | s3
		at 510ms transfer s3
	`}

	// S1 adds S4 as a voter, which only S2 hears of, and crashes. By the new
	// configuration, which S2 has in its log, two votes of four make no leader.
	onlyInItsLog = story{servers: 3, clients: 1, workload: script.NoWorkload, length: 6 * time.Second, steps: `
		at 10ms timeout s1
		at 100ms add s4
		at 400ms partition s1 s2 c1 | s3 | s4
		at 410ms promote s4
		at 412ms crash s1
		at 420ms partition s2 s3 c1 | s4
		at 430ms timeout s2
		at 2s restart s1
		at 2s heal
	`}

	// S4 and S5 become voters at the same time, while S2 and S3 are cut off. S1, S4
	// and S5 are a majority of five, S2 and S3 one of three.
	twoVotersAtOnce = story{servers: 3, clients: 1, workload: script.NoWorkload, length: 6 * time.Second, steps: `
		at 10ms timeout s1
		at 100ms add s4 s5
		at 400ms partition s1 s4 s5 | s2 s3
		at 410ms promote s4 s5
		at 440ms timeout s2 s4
		at 2s heal
	`}

	// Of five servers, three remain.
	leavesTwo = story{servers: 5, clients: 1, workload: script.Appends, length: 5 * time.Second, steps: `
		at 10ms timeout s1
		at 500ms remove s4 s5
	`}

	// S1 and S2 are cut off and can commit nothing, until two changes, one on top of
	// the other, have made them a majority.
	oneByOne = story{servers: 5, clients: 1, workload: script.NoWorkload, length: 6 * time.Second, steps: `
		at 10ms timeout s1
		at 400ms partition s1 s2 c1 | s3 s4 s5
		at 410ms remove s5
		at 420ms remove s4
		at 600ms timeout s2 s3
		at 2s heal
	`}

	// Two single-server changes of two terms, neither of which knows of the other:
	// S1, of four, adds S5, and nobody else hears of it until who asked for that has
	// given up; S2 is elected by S3 and S4, and removes S1 at once. S2 and S3 are a
	// majority of three then, S1, S4 and S5 one of five.
	changeTooSoon = story{servers: 4, clients: 1, workload: script.NoWorkload, length: 16 * time.Second,
		election: netsim.Range{Min: 10 * time.Second, Max: 20 * time.Second}, steps: `
		at 10ms timeout s1
		at 100ms add s5
		at 400ms partition s1 s5 | s2 s3 s4
		at 410ms promote s5
		at 500ms crash s1 s5
		at 10.42s restart s5
		at 10.43s timeout s2
		at 10.433s partition s2 s3 | s4 s5
		at 10.4331s remove s1
		at 10.6s restart s1
		at 10.6s partition s2 s3 | s1 s4 s5
		at 10.61s timeout s1
		at 10.7s timeout s1 s3
		at 12s heal
	`}

	// An entry of term 1 is on all disks but not committed when its leader crashes,
	// and the client that wrote it waits and asks nobody else.
	leftBehind = story{servers: 5, clients: 1, workload: script.NoWorkload, length: 2400 * time.Millisecond, steps: `
		at 10ms timeout s1
		at 200ms get c1 x
		at 300ms append c1 x a
		at 302.5ms crash s1
	`}
)

// TestEveryRuleIsMissedWhereItIsMissing switches each rule of safety and liveness
// off and looks for what it defends: within a stated number of runs the judge must
// see that violated, and the same run with the rule must be in order.
func TestEveryRuleIsMissedWhereItIsMissing(t *testing.T) {
	for _, rule := range rules() {
		if rule.Kind == raft.Cost {
			continue
		}
		t.Run(rule.Name, func(t *testing.T) {
			t.Parallel()
			o, ok := offences[rule.Name]
			if !ok {
				t.Fatal("nothing here shows what becomes of a run without this rule")
			}
			code := ours()
			if o.patient {
				quick := code.Client.New
				code.Client.New = func() kv.Client { return patient{quick()} }
			}
			property := check.Property(rule.Defends)
			for seed := uint64(1); seed <= uint64(o.seeds); seed++ {
				cfg, steps := o.by(seed)
				cfg.Without = append(slices.Clone(o.besides), rule.Name)
				_, v := finished(t, code, cfg, steps...)
				if !seen(v, property) {
					continue
				}
				t.Logf("seed %d: %s", seed, first(v, property).Text)
				cfg.Without = o.besides
				if _, v := finished(t, code, cfg, steps...); !v.OK() || v.Linearizable != check.Yes {
					t.Errorf("seed %d, with the rule: %s", seed, violations(v))
				}
				return
			}
			t.Errorf("%s was not violated within %d seeds", property, o.seeds)
		})
	}
	for name := range offences {
		if !slices.ContainsFunc(rules(), func(r raft.Rule) bool { return r.Name == name && r.Kind != raft.Cost }) {
			t.Errorf("there is no rule %s of safety or liveness", name)
		}
	}
}

// rules are those of our code.
func rules() []raft.Rule {
	code := ours()
	return code.Rules()
}

// first is the first violation of a property; there must be one.
func first(v check.Verdict, p check.Property) check.Violation {
	i := slices.IndexFunc(v.Violations, func(v check.Violation) bool { return v.Property == p })
	return v.Violations[i]
}

// TestChaosBreaksNothingWhileAllRulesHold is the other side: with all rules, no
// chaos violates anything.
func TestChaosBreaksNothingWhileAllRulesHold(t *testing.T) {
	eachNode(t, func(t *testing.T, code cluster.Code) {
		for i := range uint64(*hunt) {
			cfg, steps := chaos(*firstSeed + i)
			if s, v := finished(t, code, cfg, steps...); !v.OK() || v.Linearizable != check.Yes {
				t.Errorf("seed %d: %s\n  replay: go test ./tests -run '^%s$' -seed %d -hunt 1 -v\n  scenario: %s",
					cfg.Seed, violations(v), t.Name(), cfg.Seed, kept(t, s))
			}
		}
	})
}

// TestWithoutARuleOfCostNothingIsViolated: what only costs is nobody's offence. A
// Raft that goes without it is a correct Raft, and no checker may say otherwise.
func TestWithoutARuleOfCostNothingIsViolated(t *testing.T) {
	for _, rule := range rules() {
		if rule.Kind != raft.Cost {
			continue
		}
		t.Run(rule.Name, func(t *testing.T) {
			t.Parallel()
			for seed := uint64(1); seed <= 20; seed++ {
				cfg, steps := chaos(seed)
				cfg.Without = []string{rule.Name}
				if _, v := finished(t, ours(), cfg, steps...); !v.OK() {
					t.Fatalf("seed %d: %s", seed, violations(v))
				}
			}
		})
	}
}
