package hunt

import (
	"time"

	"raftarium/kv"
	"raftarium/netsim"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
)

// steadyDrift is how far a clock may be off where Gets are answered by lease: then none
// runs a tenth faster than another.
const steadyDrift = 47 // in thousandths

// lease is what is told where Gets are answered by lease: a leader is cut off together
// with clients that go on to ask it, while others write wherever somebody is elected.
// That may be at once, for who should have waited has restarted, or because the leader
// had just let somebody else stand; or late, because its heartbeats were on their way
// for long.
func (s *schedule) lease(at time.Duration) time.Duration {
	if s.cfg.Servers < 3 {
		s.crashes(at)
		return at + time.Second
	}
	const ms = time.Millisecond
	ids := s.roles()
	former, rival, others := ids[0], ids[1], script.Target{IDs: ids[2:]}
	at = s.quiet(at)
	s.add(at, script.Transfer{To: former})
	at += 200 * ms
	s.get(at, s.reader())
	way := s.cfg.Latency.Max
	kind := s.below(5)
	switch kind {
	case 0: // the rival hears nothing of its leader, and asks in vain
		s.add(at, script.Cut{From: endpoint(former), To: endpoint(rival)})
	case 1, 4: // what the leader hears is old
		// Still, each round of heartbeats has been answered when the next begins.
		way = s.between(s.cfg.Timing.Heartbeat/3, s.cfg.Timing.Heartbeat*12/25)
		for _, id := range ids[1:] {
			s.add(at, script.Latency{From: endpoint(former), To: endpoint(id), Range: netsim.Exactly(way)})
		}
	}
	at += s.between(500*ms, 700*ms)
	if kind == 2 {
		s.add(at, script.Transfer{To: rival})
		at += way + s.between(0, ms)
	}
	cut := []script.Endpoint{endpoint(former)}
	for c := range kv.ClientID(readers) {
		cut = append(cut, script.Endpoint{Client: c + 1})
	}
	s.add(at, script.Partition{Groups: [][]script.Endpoint{cut}})
	if kind == 0 {
		s.add(at, script.Crash{Servers: others})
		at += time.Microsecond
		s.add(at, script.Restart{Servers: others})
	}
	for end := at + 3*s.cfg.Timing.ElectionMin; at < end; at += s.between(ms, 6*ms) {
		s.get(at, s.reader())
		if s.once(4) {
			s.write(at)
		}
	}
	s.mend(at)
	return at
}

// steady sets the clocks of a run whose Gets are answered by lease, and the rest of what
// the story of lease needs.
func (s *schedule) steady() {
	s.crowded()
	s.cfg.Latency = netsim.Range{Min: 500 * time.Microsecond, Max: time.Duration(1+s.below(3)) * time.Millisecond}
	const ms = time.Millisecond
	s.cfg.Timing = pick(s.dice, raft.DefaultTiming,
		raft.Timing{Heartbeat: 100 * ms, ElectionMin: 150 * ms, ElectionMax: 200 * ms},
		raft.Timing{Heartbeat: 100 * ms, ElectionMin: 300 * ms, ElectionMax: 400 * ms})
	for id := range raft.ID(s.cfg.Servers) {
		drift := netsim.Drift(s.below(2*steadyDrift+1)-steadyDrift) * netsim.Drift(netsim.Percent(1)/10)
		s.add(0, script.Clock{Servers: script.Target{IDs: []raft.ID{id + 1}}, Drift: drift})
	}
}
