package cluster

import (
	"fmt"
	"slices"
	"time"

	"raftarium/netsim"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
)

// connected reports whether two servers are up, not paused, and hear each other.
func (w *World) connected(a, b *server) bool {
	return a.up && b.up && !w.sim.Paused(a.node) && !w.sim.Paused(b.node) &&
		!w.sim.IsCut(a.node, b.node) && !w.sim.IsCut(b.node, a.node)
}

// apart reports whether two servers hear nothing of each other.
func (w *World) apart(a, b *server) bool {
	return w.sim.IsCut(a.node, b.node) && w.sim.IsCut(b.node, a.node)
}

// reach is the servers that a server that is up can talk to, itself included: a bit
// for each, from s1 on.
func (w *World) reach(a *server) (set uint32) {
	for i := range w.servers {
		if b := &w.servers[i]; a == b && a.up && !w.sim.Paused(a.node) || a != b && w.connected(a, b) {
			set |= 1 << i
		}
	}
	return set
}

// judgeCalm tells the judge whether progress is due: nothing hinders a majority, and
// messages, disks and clocks keep the timing requirement.
func (w *World) judgeCalm() {
	group := w.healed()
	switch {
	case group == 0:
		w.healedAt = never
	case w.healedAt == never:
		w.healedAt = w.sim.Now()
	}
	if w.healedAt == never {
		w.judge.Disturbed()
		return
	}
	late := w.late()
	w.healedAt = max(w.healedAt, late)
	timely := w.timely()
	if timely != w.judge.IsCalm() {
		w.healedAt = max(w.healedAt, w.sim.Now()) // what stalled looks at is another network
	}
	if timely {
		w.judge.Calm(max(w.sim.Now(), late), group)
	} else {
		w.judge.Disturbed()
	}
}

// late is by when all has arrived that leaders of the latest term said in a network that
// was slower than it is now: until then whoever hears it keeps to a leader that may be long
// gone. It is 0 if the others are a majority. What leaders of earlier terms said hinders
// nobody who keeps the rules.
func (w *World) late() (at netsim.Time) {
	var (
		latest raft.Term
		free   uint32 // of the servers, who hears nothing of the kind: a bit for each
	)
	for i := range w.servers {
		s := &w.servers[i]
		latest = max(latest, s.status.Term)
		if s.up && !w.sim.Paused(s.node) {
			free |= 1 << i
		}
	}
	limit := w.sim.Now().Add(w.sim.MaxLatency())
	for f := range w.sim.Flights {
		if f.Due > limit && f.Lost == netsim.NotLost && leads(f.Payload, latest) {
			at = max(at, f.Due)
			free &^= 1 << (f.To - 1)
		}
	}
	if w.judge.Majority(free) {
		return 0
	}
	return at
}

// leads reports whether a message is what only a leader says, of that term or a later one.
func leads(payload any, term raft.Term) bool {
	switch m := payload.(type) {
	case *raft.AppendEntries:
		return m.Term >= term
	case *raft.InstallSnapshot:
		return m.Term >= term
	}
	return false
}

// healed is a majority of servers, up and not paused, in which everybody hears everybody
// and whom every client reaches, while all others that run are cut off from each of them
// both ways: a bit for each, from s1 on, and 0 if there is none or messages are lost. It
// is a majority by every configuration that may be in force.
func (w *World) healed() uint32 {
	for i := range w.clients {
		if w.clients[i].failed != "" {
			return 0 // what it had begun is never answered
		}
	}
	if w.full || w.sim.Network().Loss != 0 {
		return 0
	}
	return w.wholeMajority(false)
}

// stalled reports whether the cluster stands still at the end of a run, and for how long:
// though nothing has hindered the servers, and links and disks are as fast or slow as they
// are, nothing is committed that a client waits for. Unlike the judge it does not ask
// whether they are fast enough for the timeouts: at the end of a run a cluster that does
// not serve does not serve. One that has served before may only have become slow, and
// has the time for a few messages and writes more.
func (w *World) stalled() (still time.Duration, is bool) {
	if w.healedAt == never {
		return 0, false
	}
	patience := ProgressBound
	if w.committedAt > 0 {
		patience += 4 * (w.sim.MaxLatency() + w.sim.MaxDisk())
	}
	from, since := max(w.healedAt, w.committedAt, w.judge.Nearer()), w.sim.Now().Add(-patience)
	if from > since {
		return 0, false
	}
	for i := range w.clients {
		if c := &w.clients[i]; len(c.open) > 0 && c.open[0].since <= since {
			return w.sim.Now().Sub(from), true
		}
	}
	return 0, false
}

// heldUp reports whether the cluster stands still at the end of a run and nobody judges
// that, since links between a majority and others work one way only. A leader who is
// heard and hears nobody may do that to a Raft without check-quorum, and a server that
// cannot win an election, and asks for it all the same, to one without pre-vote.
func (w *World) heldUp() bool {
	since := w.sim.Now().Add(-ProgressBound)
	if w.healedAt != never || w.committedAt > since || w.wholeMajority(true) == 0 {
		return false
	}
	return slices.ContainsFunc(w.clients, func(c client) bool { return len(c.open) > 0 && c.open[0].since <= since })
}

// wholeMajority finds a majority that is as healed wants it; what passes between it and
// others does not matter if loose. A full disk keeps its server from all that matters,
// though not from sending heartbeats: with one in the majority nothing is due.
func (w *World) wholeMajority(loose bool) (group uint32) {
	var first *server
	for i := range w.servers {
		if s := &w.servers[i]; w.judge.Majority(w.reach(s)) {
			first = s
			break
		}
	}
	if first == nil {
		return 0
	}
	var in [script.MaxServers + 1]bool // by ID
	for i := range w.servers {
		s := &w.servers[i]
		in[s.id] = s == first || w.connected(first, s)
		if in[s.id] {
			group |= 1 << i
		}
		if in[s.id] && w.sim.Full(s.node) {
			return 0
		}
	}
	for i := range w.servers {
		for j := range w.servers {
			a, b := &w.servers[i], &w.servers[j]
			switch {
			case i == j || !in[a.id] || !b.up || w.sim.Paused(b.node):
			case in[b.id] && !w.connected(a, b), !in[b.id] && !loose && !w.apart(a, b):
				return 0
			}
		}
	}
	if slices.ContainsFunc(w.sim.Cuts(), func(c netsim.Cut) bool {
		from, to := c.From, c.To
		if from > script.MaxServers {
			from, to = to, from
		}
		return to > script.MaxServers && in[from]
	}) {
		return 0
	}
	return group
}

// timely is the timing requirement (section 5.6), with clocks as they are: a
// candidate gathers its votes, and a leader is heard from, before election timers
// run out; those differ by more than it takes to gather votes, or nobody is ahead of
// the others; and a few elections fit into the bound.
func (w *World) timely() bool {
	t, way := w.cfg.Timing, w.way()
	slowest, fastest := w.sim.Clocks()
	least, most := fastest.True(t.ElectionMin), slowest.True(t.ElectionMax)
	votes, spread := 2*(way+w.sim.MaxDisk()), fastest.True(t.ElectionMax-t.ElectionMin)
	return votes <= least && votes+votes/8 < spread && slowest.True(t.Heartbeat)+way <= least && 4*most <= ProgressBound
}

// way is how long messages travel that elections have to rely on. The usual detours, of
// up to four times the latency, count by how likely one is, and most by how likely both
// ways of a round trip have one: while that is rare, the others are a majority in time.
func (w *World) way() time.Duration {
	way, net := w.sim.MaxLatency(), w.sim.Network()
	if net.Detour != (netsim.Range{}) {
		return way // MaxLatency has such detours
	}
	permille := time.Duration(net.Reorder / (netsim.Always / 1000))
	part := min(way, time.Hour) * permille / 1000
	return way + part + 4*part*permille/1000
}

// stillness says that the cluster has stood still, and what is too slow for it.
func (w *World) stillness(still time.Duration) string {
	text := fmt.Sprintf("nothing was committed for %v though a majority is up and connected and clients wait", still)
	if w.timely() {
		return text
	}
	text += fmt.Sprintf("; messages take up to %v", w.sim.MaxLatency())
	if r := w.sim.Network().Reorder; r > 0 {
		text += fmt.Sprintf(", with a detour for %v of them", r)
	}
	return text + fmt.Sprintf(", durable writes up to %v, and election timeouts of %v..%v may be too short or too much alike for that (section 5.6)",
		w.sim.MaxDisk(), w.cfg.Timing.ElectionMin, w.cfg.Timing.ElectionMax)
}
