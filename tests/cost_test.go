package tests

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
)

// price is what a rule of cost keeps low, and how low.
type price struct {
	what string // that is counted
	most int    // as long as the rule is on; without it, there is more
	// st is the story in which it is counted, by a bill.
	st    story
	count func(b *bill) int
}

// bill is what is written down while a story goes on.
type bill struct {
	s *cluster.Session
	v cluster.View

	appends, refusals int // AppendEntries with entries, and refusals, that arrived or were lost
	largest           int // bytes of commands in one of these AppendEntries
}

// each looks at the world after each event, until the end of the story.
func (b *bill) each(look func(v *cluster.View)) {
	for end := b.s.Config().For; ; {
		at, ok := b.s.NextAt()
		if !ok || at > netsim.Time(end) {
			runTo(b.s, end)
			break
		}
		b.s.Step()
		b.s.View(&b.v)
		look(&b.v)
	}
	b.s.View(&b.v)
}

// end goes on to the end of the story.
func (b *bill) end() *cluster.View {
	runTo(b.s, b.s.Config().For)
	b.s.View(&b.v)
	return &b.v
}

// at goes on to a time and takes a picture.
func (b *bill) at(d time.Duration) *cluster.View {
	runTo(b.s, d)
	b.s.View(&b.v)
	return &b.v
}

func (b *bill) observe(rec *netsim.Record) {
	if rec.Kind != netsim.Delivery && rec.Kind != netsim.Lost {
		return
	}
	switch m := rec.Payload.(type) {
	case *raft.AppendEntries:
		if len(m.Entries) > 0 {
			b.appends++
		}
		size := 0
		for i := range m.Entries {
			size += len(m.Entries[i].Data)
		}
		b.largest = max(b.largest, size)
	case *raft.AppendEntriesReply:
		if !m.Success {
			b.refusals++
		}
	}
}

// puts has each of n clients put a value of so many bytes at a time.
func puts(at string, n, size int) string {
	var b strings.Builder
	for i := 1; i <= n; i++ {
		fmt.Fprintf(&b, "at %s put c%d x %s\n", at, i, strings.Repeat("v", size))
	}
	return b.String()
}

// numbered are the names of clients.
func numbered(first, last int) string {
	var b strings.Builder
	for i := first; i <= last; i++ {
		fmt.Fprintf(&b, "c%d ", i)
	}
	return b.String()
}

// terms counts the terms that began after the first leader was there.
func terms(b *bill) int {
	first := b.at(500 * time.Millisecond).Leader().Raft.Term
	last := raft.Term(0)
	for i := range b.end().Servers {
		last = max(last, b.v.Servers[i].Raft.Term)
	}
	return int(last - first)
}

// led is how many milliseconds pass from a time on until a server leads, or the
// story ends.
func led(id raft.ID, since time.Duration) func(b *bill) int {
	return func(b *bill) int {
		for at := since; at < b.s.Config().For; at += time.Millisecond {
			if l := b.at(at).Leader(); l != nil && l.ID == id {
				return int((at - since) / time.Millisecond)
			}
		}
		return int((b.s.Config().For - since) / time.Millisecond)
	}
}

// prices has an entry for each rule of cost.
var prices = map[string]price{
	// S2 refuses a probe of S1, and the refusal takes its time. Meanwhile it
	// acknowledges what was sent again.
	"next-above-match": {what: "moments at which the next index is not above the match index", st: lateRefusal, count: func(b *bill) int {
		n := 0
		b.each(func(v *cluster.View) {
			l := v.Leader()
			if l == nil {
				return
			}
			for _, p := range l.Raft.Peers {
				if p.Next <= p.Match {
					n++
				}
			}
		})
		return n
	}},
	// S1 has 40 entries that nobody else has, and the leader has 40 others there.
	"fast-backup": {what: "refusals until the logs are in line", most: 4, st: story{
		servers: 5, clients: 80, workload: script.NoWorkload, length: 4 * time.Second, steps: `
			at 10ms timeout s1
			at 100ms fire 80 x
			at 500ms partition s1 ` + numbered(1, 40) + ` | s2 s3 s4 s5 ` + numbered(41, 80) + `
			at 505ms fire 80 x
			at 2s crash leader
			at 2600ms heal
		`}, count: func(b *bill) int {
		st := b.at(2600 * time.Millisecond).Servers[0].Raft
		if n := st.Last() - st.Commit; n < 40 {
			return -1
		}
		n := b.refusals
		b.end()
		return b.refusals - n
	}},
	"batching": {what: "AppendEntries for 50 operations that come at once, to four followers", most: 60, st: story{
		servers: 5, clients: 50, workload: script.NoWorkload, length: time.Second, steps: `
			at 10ms timeout s1
			at 100ms fire 50 x
			at 600ms fire 50 x
		`}, count: func(b *bill) int {
		b.at(600 * time.Millisecond)
		n := b.appends
		b.end()
		return b.appends - n
	}},
	"gather-small-appends": {what: "AppendEntries under the load of ten clients for 100 ms, to four followers", most: 240, st: story{
		servers: 5, clients: 10, workload: script.Appends, length: 600 * time.Millisecond, steps: `
			at 10ms timeout s1
		`}, count: func(b *bill) int {
		b.at(500 * time.Millisecond)
		n := b.appends
		b.end()
		return b.appends - n
	}},
	"pre-vote": {what: "terms that a server begins that was cut off", st: story{
		servers: 5, clients: 1, workload: script.Appends, length: 5 * time.Second, steps: `
			at 10ms timeout s1
			at 1s isolate s3
			at 3s heal
		`}, count: terms},
	"leader-stickiness": {what: "terms that a server begins that does not hear the leader", st: story{
		servers: 5, clients: 1, workload: script.NoWorkload, length: 5 * time.Second, steps: `
			at 10ms timeout s1
			at 1s cut s1 -> s3
		`}, count: terms},
	"check-quorum": {what: "milliseconds for which a leader without a quorum leads", most: 600, st: story{
		servers: 5, clients: 1, workload: script.Appends, length: 4 * time.Second, steps: `
			at 10ms timeout s1
			at 1s isolate s1
		`}, count: func(b *bill) int {
		n := 0
		for at := time.Second; at < 4*time.Second; at += time.Millisecond {
			if b.at(at).Servers[0].Raft.Role == raft.Leader {
				n++
			}
		}
		return n
	}},
	// There is always something on its way to S3, who is to take over.
	"no-proposals-in-transfer": {what: "milliseconds that a transfer takes under load", most: 100, st: story{
		servers: 3, clients: 40, workload: script.Appends, length: 3 * time.Second, steps: `
			at 10ms timeout s1
			at 1s transfer s3
		`}, count: led(3, time.Second)},
	// S3 hears all of it late.
	"transfer-after-catch-up": {what: "terms that a transfer takes", most: 1, st: story{
		servers: 3, clients: 5, workload: script.Appends, length: 3 * time.Second, steps: `
			at 10ms timeout s1
			at 990ms disk s3 40ms
			at 1s transfer s3
			at 1010ms disk s3 200us
		`}, count: terms},
	// S2 joins a cluster of one and lacks hundreds of entries when it is to vote.
	"learners-catch-up": {what: "milliseconds without a commit", most: 60, st: story{
		servers: 1, clients: 1, workload: script.Appends, length: 3 * time.Second, steps: `
			at 10ms timeout s1
			at 500ms add s2
			at 510ms partition s1 c1 | s2
			at 1s promote s2
			at 2s heal
		`}, count: func(b *bill) int {
		longest, since, last := 0, 200, raft.Index(0)
		for ms := since; ms < 3000; ms++ {
			if c := b.at(time.Duration(ms) * time.Millisecond).Stats.Committed; c != last {
				last, since = c, ms
			}
			longest = max(longest, ms-since)
		}
		return longest
	}},
	"only-voters-stand": {what: "terms that a learner begins that was cut off", st: story{
		servers: 3, clients: 1, workload: script.Appends, length: 5 * time.Second, steps: `
			at 5ms without pre-vote leader-stickiness
			at 10ms timeout s1
			at 100ms add s4
			at 1s isolate s4
			at 3s heal
		`}, count: terms},
	"removed-leader-steps-down": {what: "milliseconds for which somebody leads who is removed", most: 60, st: story{
		servers: 3, clients: 1, workload: script.Appends, length: 4 * time.Second, steps: `
			at 10ms timeout s1
			at 1s remove s1
		`}, count: func(b *bill) int {
		n := 0
		for at := time.Second; at < 4*time.Second; at += time.Millisecond {
			if b.at(at).Servers[0].Raft.Role == raft.Leader {
				n++
			}
		}
		return n
	}},
	// S3 comes back and lacks 360,000 bytes.
	"bound-batches": {what: "bytes in one message", most: raft.DefaultLimits.Batch, st: story{
		servers: 3, clients: 60, workload: script.NoWorkload, length: 2 * time.Second, steps: `
			at 10ms timeout s1
			at 100ms partition s1 s2 ` + numbered(1, 60) + ` | s3
			` + puts("110ms", 60, 6000) + `
			at 400ms heal
		`}, count: func(b *bill) int {
		b.at(390 * time.Millisecond)
		b.largest = 0
		b.end()
		return b.largest
	}},
	// S1 is alone with its clients and does not know it yet.
	"bound-uncommitted": {what: "bytes that a leader has taken on and cannot commit", most: 500, st: story{
		servers: 3, clients: 20, workload: script.NoWorkload, length: 2 * time.Second, uncommitted: 500, steps: `
			at 10ms timeout s1
			at 100ms fire 20 x
			at 500ms partition s1 ` + numbered(1, 20) + ` | s2 s3
			` + puts("510ms", 20, 100) + `
			at 1500ms heal
		`}, count: func(b *bill) int { return b.at(550 * time.Millisecond).Servers[0].Raft.Uncommitted }},
	"leader-hint": {what: "tries of the first operation of each of five clients", most: 9, st: story{
		servers: 5, clients: 5, workload: script.NoWorkload, length: 2 * time.Second, steps: `
			at 10ms timeout s1
			at 100ms fire 5 x
		`}, count: func(b *bill) int {
		st := b.end().Stats
		return int(st.Retries) + 5
	}},
}

var lateRefusal = story{servers: 3, clients: 5, workload: script.Appends, length: 4 * time.Second, steps: `
	at 0s without gather-small-appends
	at 10ms timeout s1
	at 500ms isolate s2
	at 600ms reorder 30% 5ms..40ms
	at 700ms heal
	at 1s isolate s2
	at 1100ms heal
	at 1400ms isolate s2
	at 1600ms heal
	at 2s crash s2
	at 2100ms restart s2
	at 2500ms timeout s3
`}

// TestEachRuleOfCostKeepsAPriceLow switches each rule of cost off: what it saves must
// then be over the bound, which is kept with it.
func TestEachRuleOfCostKeepsAPriceLow(t *testing.T) {
	for _, rule := range rules() {
		if rule.Kind != raft.Cost {
			continue
		}
		t.Run(rule.Name, func(t *testing.T) {
			t.Parallel()
			p, ok := prices[rule.Name]
			if !ok {
				t.Fatal("nothing here shows what a run costs without this rule: give it an entry in prices")
			}
			with := p.bill(t)
			without := p.bill(t, rule.Name)
			t.Logf("%s: %d, without the rule %d", p.what, with, without)
			if with < 0 || with > p.most {
				t.Errorf("%s: %d, want at most %d", p.what, with, p.most)
			}
			if without <= p.most {
				t.Errorf("%s: without the rule %d, but the bound of %d is kept", p.what, without, p.most)
			}
		})
	}
	for name := range prices {
		if !isRule(name, raft.Cost) {
			t.Errorf("there is no rule %s of cost", name)
		}
	}
}

func isRule(name string, kind raft.RuleKind) bool {
	for _, r := range rules() {
		if r.Name == name && r.Kind == kind {
			return true
		}
	}
	return false
}

// bill counts in a run without some rules, in which nothing may be violated.
func (p *price) bill(t *testing.T, without ...string) int {
	cfg, steps := directed(p.st)(1)
	cfg.Without = without
	b := new(bill)
	var err error
	b.s, err = cluster.Open(ours(), &script.Scenario{Config: cfg, Steps: steps}, cluster.Options{Trace: -1, Observe: b.observe})
	if err != nil {
		t.Fatal(err)
	}
	n := p.count(b)
	if v := b.s.Final(); !v.OK() {
		t.Errorf("without %v: %s", without, violations(v))
	}
	if skipped := b.s.Skipped(); len(skipped) > 0 {
		t.Errorf("without %v: %v was not done: %v", without, skipped[0].Step.Action, skipped[0].Err)
	}
	return n
}
