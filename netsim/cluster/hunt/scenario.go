package hunt

import (
	"slices"
	"time"

	"raftarium/kv"
	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/check"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
)

// Options is what all runs of a hunt have in common.
type Options struct {
	Servers, Clients int           // as in script.Config
	For              time.Duration // length of each run
	Without          []string      // rules that are switched off
	// Spared are rules that some runs go without until the recovery: those of cost,
	// which nothing else may depend on.
	Spared []string
	// Features are what the code knows beyond the log and elections. Nothing else is
	// asked of it, for who does not know a thing cannot get it right.
	Features []raft.Feature
	// Leaseless says that no lease is asked for: nobody has said that the code holds any,
	// and where it answers such Gets by index the run would only be tamer for nothing.
	Leaseless bool
	// Upright says that no server crashes: the machines keep nothing on a disk, and
	// would forget what they promised.
	Upright bool
}

// Default are the options of a hunt unless told otherwise.
func Default(code cluster.Code) Options {
	d := script.DefaultConfig()
	o := Options{
		Servers: d.Servers, Clients: d.Clients, For: 10 * time.Second,
		Features: slices.Clone(code.Features),
		Upright:  code.Judged != nil && !slices.Contains(code.Judged, check.AckDurable),
	}
	leases := false // the rules of reads are about them too
	for _, r := range code.Rules() {
		// Whoever has a rule about it knows it.
		if r.Needs != "" && !slices.Contains(o.Features, r.Needs) {
			o.Features = append(o.Features, r.Needs)
		}
		leases = leases || r.Needs == raft.NeedsReads
		// No run of it changes the membership, or comes to the limits in bytes.
		if r.Kind == raft.Cost && r.Needs != raft.NeedsMembership && r.Needs != raft.NeedsLimits {
			o.Spared = append(o.Spared, r.Name)
		}
	}
	o.Leaseless = !leases
	return o
}

// Recovery is how long the phase of liveness at the end of a run takes: a quarter
// of it, and longer by a second than the bound within which progress is due.
func Recovery(length time.Duration) time.Duration {
	return min(max(length/4, cluster.ProgressBound+time.Second), length)
}

// domain keeps the draws of a hunt apart from all others.
const domain = netsim.DomainUser + 3

// dice are the draws of one seed, in order.
type dice struct{ seed, n uint64 }

func (d *dice) below(limit int) int {
	d.n++
	return int(netsim.Below(netsim.Draw(d.seed, domain, d.n, 0, 0), uint64(max(limit, 1))))
}

// once in n times on average.
func (d *dice) once(n int) bool { return d.below(n) == 0 }

// between draws a duration, in steps of a microsecond.
func (d *dice) between(lo, hi time.Duration) time.Duration {
	return lo + time.Duration(d.below(int((hi-lo)/time.Microsecond)+1))*time.Microsecond
}

func pick[T any](d *dice, of ...T) T { return of[d.below(len(of))] }

// long is the length from which on runs are spared what would cost too much.
const long = 10 * time.Second

// Scenario is the run of a seed. All its faults are steps, at plain times.
func Scenario(o Options, seed uint64) *script.Scenario {
	d := &dice{seed: seed}
	cfg := script.DefaultConfig()
	cfg.Seed, cfg.Servers, cfg.Clients, cfg.For = seed, o.Servers, o.Clients, o.For
	cfg.Without = slices.Clone(o.Without)
	cfg.Keys = pick(d, 1, 1, 2, 4, 16)
	if d.once(4) {
		cfg.Workload = script.Appends
	}
	cfg.Latency.Min = pick(d, 100*time.Microsecond, time.Millisecond, 2*time.Millisecond)
	cfg.Latency.Max = cfg.Latency.Min + pick(d, 0, 2*time.Millisecond, 9*time.Millisecond, 40*time.Millisecond)
	cfg.Disk = pick(d, 0, 200*time.Microsecond, 2*time.Millisecond, 7*time.Millisecond)
	if d.once(2) {
		cfg.Duplicate = netsim.Percent(1 + d.below(30))
	}
	if d.once(2) {
		cfg.Reorder = netsim.Percent(1 + d.below(30))
	}
	if d.once(2) {
		cfg.Snapshot = pick(d, script.MinSnapshot, 200, 500, 2000)
		if cfg.Workload == script.Appends { // a store that grows, and chunks go by the limit
			cfg.Snapshot = pick(d, 8_000, 16_000)
		}
	}
	if o.For > long {
		// A network as fast as can be makes millions of events, and a store that only
		// grows, in chunks of a small limit, takes longer to send than a majority may stand
		// still.
		cfg.Latency.Min = max(cfg.Latency.Min, 500*time.Microsecond)
		cfg.Latency.Max = max(cfg.Latency.Max, cfg.Latency.Min)
		if cfg.Snapshot != 0 {
			cfg.Workload = script.Mixed
		}
	}
	if d.once(3) {
		cfg.Window = 2 + d.below(3)
	}
	if d.once(3) && o.Clients > 1 {
		cfg.Sessions = 1 + d.below(o.Clients-1)
	}
	if d.once(8) {
		cfg.Uncommitted = 20 + 20*d.below(3)
	}
	cfg.Reads = pick(d, kv.ReadsByLog, kv.ReadsByLog, kv.ReadsByIndex, kv.ReadsByLease)
	knows := func(f raft.Feature) bool { return slices.Contains(o.Features, f) }
	if !knows(raft.NeedsSnapshots) {
		cfg.Snapshot = 0
	}
	if !knows(raft.NeedsSessions) {
		cfg.Window, cfg.Sessions = 1, 0
	}
	if !knows(raft.NeedsLimits) {
		cfg.Uncommitted = 0
	}
	if !knows(raft.NeedsReads) {
		cfg.Reads = kv.ReadsByLog
	}
	if o.Leaseless && cfg.Reads == kv.ReadsByLease {
		cfg.Reads = kv.ReadsByIndex
	}
	if d.once(2) { // many elections, and messages that outlive terms
		cfg.Timing = raft.Timing{Heartbeat: 20 * time.Millisecond, ElectionMin: 60 * time.Millisecond, ElectionMax: 160 * time.Millisecond}
	}
	s := schedule{dice: d, cfg: cfg, end: o.For - Recovery(o.For), fixed: !knows(raft.NeedsMembership)}
	for _, rule := range o.Spared {
		if !slices.Contains(o.Without, rule) {
			s.spareable = append(s.spareable, rule)
		}
	}
	if d.once(2) {
		// A step, because a run that is lossy by its configuration is healed by
		// itself, at a time that depends on its length.
		s.add(0, script.Loss{Ratio: netsim.Percent(1 + d.below(15))})
	}
	if d.once(2) {
		s.spare(func(string) bool { return s.once(2) })
	}
	// Appends overtake one another only where they do not wait. Drawn beside the dice, so
	// that all else of a seed is as it was without.
	if netsim.Draw(seed, domain, 0, 0, 0)%2 == 0 {
		s.spare(func(rule string) bool { return rule == gathering })
	}
	s.classic()
	haunted := d.once(5) && s.end > 2*haunting
	if haunted {
		s.end -= haunting
	}
	s.faults()
	if haunted {
		s.haunt()
	}
	s.recovery(haunted)
	if o.Upright {
		s.steps = slices.DeleteFunc(s.steps, crashes)
	}
	slices.SortStableFunc(s.steps, func(a, b script.Step) int {
		switch {
		case a.At < b.At:
			return -1
		case a.At > b.At:
			return 1
		}
		return 0
	})
	return &script.Scenario{Config: s.cfg, Steps: s.steps}
}

// crashes reports whether a step stops a server, or starts one that was stopped.
func crashes(st script.Step) bool {
	switch st.Action.(type) {
	case script.Crash, script.Tear, script.Restart:
		return true
	}
	return false
}

// schedule is the faults of a run in the making.
type schedule struct {
	*dice
	cfg   script.Config
	end   time.Duration // of the faults: then comes the recovery
	steps []script.Step
	// spared are the rules of cost that the run goes without until the recovery, of
	// those that it may.
	spared, spareable []string
	crowd             bool // more clients than the run shall end with
	changing          bool // of the membership
	fixed             bool // the membership, because the code knows no changes of it
}

// leases says whether Gets are answered by lease: that rests on clocks that keep a
// bound, and on voters that stick to their leader.
func (s *schedule) leases() bool { return s.cfg.Reads == kv.ReadsByLease }

// later are the rules of elections that the paper does not have, in the order of their
// chapters.
var later = []string{"leader-stickiness", "check-quorum", "pre-vote"}

// classic lets some runs go without the later rules to the end: they keep elections
// rare, and so hide what other rules are good for, while nothing, progress included,
// may depend on them.
func (s *schedule) classic() {
	off := slices.DeleteFunc(slices.Clone(later), func(rule string) bool { return !slices.Contains(s.spareable, rule) })
	if !s.once(3) || len(off) == 0 || s.leases() {
		return
	}
	has := func(rule string) bool { return slices.Contains(off, rule) }
	s.spareable = slices.DeleteFunc(s.spareable, has)
	s.spared = slices.DeleteFunc(s.spared, has)
	s.add(0, script.Without{Rules: off})
}

// spare lets the run go without some more rules until the recovery.
func (s *schedule) spare(which func(rule string) bool) {
	var more []string
	for _, rule := range s.spareable {
		if !slices.Contains(s.spared, rule) && which(rule) && !(s.leases() && rule == "leader-stickiness") {
			more = append(more, rule)
		}
	}
	if len(more) > 0 {
		s.spared = append(s.spared, more...)
		s.add(0, script.Without{Rules: more})
	}
}

// add adds an action. What would come after the faults is left out.
func (s *schedule) add(at time.Duration, a script.Action) {
	if at < s.end || at == 0 {
		s.put(at, a)
	}
}

// put adds an action, whenever that is. To let an election timer run out is to let a
// clock run as fast as can be: nobody may do that who reads by lease.
func (s *schedule) put(at time.Duration, a script.Action) {
	if _, early := a.(script.Timeout); !early || !s.leases() {
		s.steps = append(s.steps, script.Step{At: netsim.Time(at), Action: a})
	}
}

var all = script.Target{All: true}
var leader = script.Target{Leader: true}

// haunting is how long what a leader says is on its way in a haunted run.
const haunting = 3 * time.Second

// haunt ends the faults early and lets a leader speak whose every word takes 3 s.
// The others go on without it. When the recovery begins, they will still hear of
// it for as long as that.
func (s *schedule) haunt() {
	for _, a := range []script.Action{
		script.Heal{}, script.Loss{}, script.Disk{Write: s.cfg.Disk}, script.Free{Servers: all}, script.Clock{Servers: all},
		// Another one than that of the recovery, which links take up only then.
		script.Latency{Range: netsim.Range{Min: time.Millisecond, Max: 4 * time.Millisecond}},
		script.Resume{Servers: all}, script.Restart{Servers: all},
	} {
		s.put(s.end, a)
	}
	at := s.end
	s.end += haunting
	a := s.server()
	s.add(at+10*time.Millisecond, script.Timeout{Servers: script.Target{IDs: []raft.ID{a}}})
	for id := range raft.ID(s.cfg.Servers) {
		if id+1 != a {
			s.add(at+60*time.Millisecond, script.Latency{From: endpoint(a), To: endpoint(id + 1), Range: netsim.Exactly(haunting)})
		}
	}
}

// recovery heals a majority that is drawn and keeps the others out of the way.
func (s *schedule) recovery(haunted bool) {
	n := s.cfg.Servers
	order := make([]raft.ID, n)
	for i := range order {
		order[i] = raft.ID(i + 1)
		j := s.below(i + 1)
		order[i], order[j] = order[j], order[i]
	}
	ending := s.below(12)
	if s.changing { // who is a majority then is nobody's guess: all are
		ending = 0
	}
	out := order[:s.below(n-raft.Quorum(n)+1)]
	if s.once(3) || ending < 5 {
		out = nil
	}
	slices.Sort(out)
	actions := []script.Action{
		script.Heal{}, script.Loss{}, script.Duplicate{}, script.Reorder{},
		// Progress needs elections that take longer than messages do (section 5.6).
		script.Latency{Range: netsim.Range{Min: time.Millisecond, Max: 5 * time.Millisecond}},
		script.Disk{Write: s.cfg.Disk}, script.Free{Servers: all}, script.Clock{Servers: all},
		script.Resume{Servers: all}, script.Restart{Servers: all},
	}
	if s.crowd {
		actions = append(actions, script.Clients{N: s.cfg.Clients}, script.Load{Workload: script.Mixed})
	}
	if len(s.spared) > 0 {
		actions = append(actions, script.With{Rules: s.spared})
	}
	if haunted && n > 1 {
		// The leader is gone, and only the former one is still heard.
		out = nil
		actions = append(actions, script.Crash{Servers: leader})
	}
	if len(out) > 0 {
		t := script.Target{IDs: out}
		actions = append(actions, pick[script.Action](s.dice, script.Crash{Servers: t}, s.cutOff(out), script.Pause{Servers: t}))
	}
	for _, a := range actions {
		s.put(s.end, a)
	}
	if haunted {
		if s.changing {
			// It may be that without this leader there is no majority but with the one that is
			// haunted, and that one hears for 3 s yet of the leader, and helps nobody else.
			s.later(500*time.Millisecond, script.Restart{Servers: all})
		}
		return
	}
	if s.changing {
		s.settle()
		return
	}
	switch ending {
	case 0, 1, 2:
		s.outvoted()
	case 3, 4:
		if n > 1 {
			s.inVain(order[0])
		}
	case 5, 6:
		s.rest(out)
	case 7, 8, 9:
		s.splitVotes(out)
	}
}

// inVain lets the leader hand over to a server that is cut off at the same time.
func (s *schedule) inVain(to raft.ID) {
	const at = 500 * time.Millisecond // there is a leader by then
	s.later(at, script.Transfer{To: to})
	s.later(at, script.Isolate{Servers: script.Target{IDs: []raft.ID{to}}})
}

// splitVotes lets all of the majority stand at once.
func (s *schedule) splitVotes(out []raft.ID) {
	var in script.Target
	for id := range raft.ID(s.cfg.Servers) {
		if !slices.Contains(out, id+1) {
			in.IDs = append(in.IDs, id+1)
		}
	}
	if s.once(2) { // a leader has no such timer
		s.later(0, script.Crash{Servers: in})
		s.later(0, script.Restart{Servers: in})
	}
	s.later(time.Microsecond, script.Timeout{Servers: in})
}

// later adds an action to the recovery.
func (s *schedule) later(after time.Duration, a script.Action) {
	s.put(s.end+after, a)
}

// outvoted leaves a majority of which only one server may be elected, for it alone
// has what the last leader wrote, and its clock is slow: the others will stand
// again and again, in vain, and must not keep it from standing.
func (s *schedule) outvoted() {
	n := s.cfg.Servers
	if n < 3 || s.leases() {
		return
	}
	a := s.server()
	b := a%raft.ID(n) + 1
	at := 10 * time.Millisecond
	s.later(at, script.Timeout{Servers: script.Target{IDs: []raft.ID{a}}})
	at += 60 * time.Millisecond
	s.later(at, script.Isolate{Servers: script.Target{IDs: []raft.ID{a, b}}})
	at += s.between(10*time.Millisecond, 50*time.Millisecond)
	gone := script.Target{IDs: []raft.ID{a}}
	for id := b; len(gone.IDs) < n-raft.Quorum(n); {
		id = id%raft.ID(n) + 1
		gone.IDs = append(gone.IDs, id)
	}
	s.later(at, script.Crash{Servers: gone})
	s.later(at, script.Heal{})
	s.later(at, script.Clock{Servers: script.Target{IDs: []raft.ID{b}}, Drift: -netsim.Drift(netsim.Percent(30))})
}

// rest lets the clients rest, and the leader crash before everybody knows what it
// committed last: the next one has to find out by itself.
func (s *schedule) rest(out []raft.ID) {
	at := 2 * s.cfg.Timing.ElectionMax // time enough for an election
	s.later(at, script.Load{Workload: script.NoWorkload})
	at += s.between(0, s.cfg.Timing.Heartbeat)
	s.later(at, script.Crash{Servers: leader})
	if len(out)+1 > s.cfg.Servers-raft.Quorum(s.cfg.Servers) {
		// Too few would be left.
		at += time.Millisecond
		s.later(at, script.Restart{Servers: all})
		s.later(at, script.Resume{Servers: all})
		s.later(at, script.Heal{})
	}
}

// cutOff cuts servers off from all others and from the clients.
func (s *schedule) cutOff(out []raft.ID) script.Action {
	var groups [2][]script.Endpoint
	for id := range raft.ID(s.cfg.Servers) {
		side := 1
		if slices.Contains(out, id+1) {
			side = 0
		}
		groups[side] = append(groups[side], endpoint(id+1))
	}
	for id := range s.cfg.Clients {
		groups[1] = append(groups[1], script.Endpoint{Client: kv.ClientID(id + 1)})
	}
	return script.Partition{Groups: groups[:]}
}
