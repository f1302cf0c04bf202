package hunt

import (
	"slices"
	"time"

	"raftarium/kv"
	"raftarium/netsim"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
)

// family is a kind of fault: it adds what it does from a time on.
type family func(s *schedule, at time.Duration)

// families are all kinds of faults. A run has some of them: with fewer kinds each
// comes more often, and what takes many steps of one kind is found too.
var families = []family{
	(*schedule).elections, (*schedule).crashes, (*schedule).tears, (*schedule).partitions,
	(*schedule).isolations, (*schedule).oneWays, (*schedule).bridges, (*schedule).pauses,
	(*schedule).ghosts, (*schedule).slowDisks, (*schedule).fullDisks, (*schedule).clocks,
	(*schedule).bursts, (*schedule).losses, once((*schedule).figure8), (*schedule).lateVotes,
	once((*schedule).lateReplies), (*schedule).shortReigns, (*schedule).transfers,
}

// changing is how many runs in a hundred may change the membership in between.
const changing = 15

// faults draws the faults of a run.
func (s *schedule) faults() {
	var some []family
	for _, f := range families {
		if s.once(2) {
			some = append(some, f)
		}
	}
	if len(some) == 0 {
		some = families
	}
	if s.below(100) < changing {
		some = append(slices.Clone(some), (*schedule).changes, (*schedule).changes)
	}
	pace := pick(s.dice, 40*time.Millisecond, 80*time.Millisecond, 200*time.Millisecond, 600*time.Millisecond)
	switch s.below(8) {
	case 0: // one kind alone, undisturbed
		some, pace = []family{pick(s.dice, families...)}, 400*time.Millisecond
	case 1, 2:
		s.tellStories()
		return
	case 3:
		if s.leases() {
			s.tellStories()
			return
		}
	}
	for at := s.between(100*time.Millisecond, 500*time.Millisecond); at < s.end; at += s.between(5*time.Millisecond, 2*pace) {
		switch s.below(8) {
		case 0:
			s.add(at, script.Heal{})
		case 1:
			s.add(at, script.Restart{Servers: all})
			s.add(at, script.Resume{Servers: all})
		default:
			pick(s.dice, some...)(s, at)
		}
	}
}

// server draws a server, and server's name as an endpoint.
func (s *schedule) server() raft.ID { return raft.ID(1 + s.below(s.cfg.Servers)) }

func endpoint(id raft.ID) script.Endpoint { return script.Endpoint{Server: id} }

// target draws the leader, or one or two servers.
func (s *schedule) target() script.Target {
	if s.once(3) {
		return leader
	}
	t := script.Target{IDs: []raft.ID{s.server()}}
	if second := s.server(); second != t.IDs[0] && s.once(2) {
		t.IDs = append(t.IDs, second)
	}
	return t
}

// spell is how long something lasts: mostly about as long as elections do,
// sometimes much shorter or longer.
func (s *schedule) spell() time.Duration {
	e := s.cfg.Timing.ElectionMax
	return pick(s.dice, s.between(time.Millisecond, e/4), s.between(e/4, 2*e), s.between(e/4, 2*e), s.between(2*e, 8*e))
}

func (s *schedule) elections(at time.Duration) {
	t := script.Target{IDs: []raft.ID{s.server()}}
	if second := s.server(); second != t.IDs[0] && s.once(2) {
		t.IDs = append(t.IDs, second)
	}
	s.add(at, script.Timeout{Servers: t})
}

func (s *schedule) crashes(at time.Duration) {
	t := s.target()
	if s.once(8) {
		t = all
	}
	s.add(at, script.Crash{Servers: t})
	s.add(at+s.spell(), script.Restart{Servers: all})
}

func (s *schedule) tears(at time.Duration) {
	t := s.target()
	if s.once(8) {
		t = all
	}
	s.add(at, script.Tear{Servers: t})
	s.add(at+s.spell(), script.Restart{Servers: all})
}

// partitions make two groups. Clients go with one of them, or reach both.
func (s *schedule) partitions(at time.Duration) {
	var groups [2][]script.Endpoint
	for id := range s.cfg.Servers {
		side := s.below(2)
		groups[side] = append(groups[side], endpoint(raft.ID(id+1)))
	}
	for id := range s.cfg.Clients {
		if side := s.below(4); side < 2 {
			groups[side] = append(groups[side], script.Endpoint{Client: kv.ClientID(id + 1)})
		}
	}
	if len(groups[0]) > 0 && len(groups[1]) > 0 {
		s.add(at, script.Partition{Groups: groups[:]})
		s.add(at+s.spell(), script.Heal{})
	}
}

func (s *schedule) isolations(at time.Duration) {
	t := s.target()
	if s.cfg.Servers < 3 {
		return
	}
	s.add(at, script.Isolate{Servers: t})
	s.add(at+s.spell(), script.Heal{})
}

func (s *schedule) oneWays(at time.Duration) {
	for range 1 + s.below(s.cfg.Servers) {
		if a, b := s.server(), s.server(); a != b {
			s.add(at, script.Cut{From: endpoint(a), To: endpoint(b), OneWay: true})
		}
	}
	s.add(at+s.spell(), script.Heal{})
}

func (s *schedule) bridges(at time.Duration) {
	if s.cfg.Servers >= 3 {
		s.add(at, script.Bridge{Server: s.server()})
		s.add(at+s.spell(), script.Heal{})
	}
}

func (s *schedule) pauses(at time.Duration) {
	s.add(at, script.Pause{Servers: s.target()})
	s.add(at+s.spell(), script.Resume{Servers: all})
}

// ghosts let all that a server says and hears take long, until it is as before:
// what was said then is heard in a later term.
func (s *schedule) ghosts(at time.Duration) {
	slow := netsim.Exactly(s.between(s.cfg.Timing.ElectionMin, 10*s.cfg.Timing.ElectionMax))
	until := at + s.spell()
	a := s.server()
	for id := range raft.ID(s.cfg.Servers) {
		if b := id + 1; b != a && s.below(4) > 0 {
			s.add(at, script.Latency{From: endpoint(a), To: endpoint(b), Range: slow})
			s.add(until, script.Latency{From: endpoint(a), To: endpoint(b), Range: s.cfg.Latency})
		}
	}
	if s.once(2) { // meanwhile the others go on without it
		s.add(until, script.Timeout{Servers: script.Target{IDs: []raft.ID{a%raft.ID(s.cfg.Servers) + 1}}})
	}
}

// slowDisks slow disks down, and sometimes crash them before they have written.
func (s *schedule) slowDisks(at time.Duration) {
	t := s.target()
	slow := s.between(5*time.Millisecond, s.cfg.Timing.ElectionMin)
	s.add(at, script.SlowDisk{Servers: t, Write: slow})
	until := at + s.spell()
	if s.once(2) {
		down := at + s.between(0, 4*slow)
		s.add(down, script.Crash{Servers: t})
		s.add(down+s.spell(), script.Restart{Servers: all})
		until = max(until, down)
	}
	s.add(until, script.Disk{Write: s.cfg.Disk})
}

func (s *schedule) fullDisks(at time.Duration) {
	t := s.target()
	s.add(at, script.Fill{Servers: t})
	until := at + s.spell()
	if s.once(3) {
		s.add(until, script.Crash{Servers: t})
		s.add(until+s.spell(), script.Restart{Servers: all})
	}
	s.add(until, script.Free{Servers: all})
}

func (s *schedule) clocks(at time.Duration) {
	most := 30
	if s.leases() {
		most = 4 // two clocks that are that far apart keep within a tenth
	}
	drift := netsim.Drift(1+s.below(most)) * netsim.Drift(netsim.Percent(1))
	if s.once(2) {
		drift = -drift
	}
	s.add(at, script.Clock{Servers: s.target(), Drift: drift})
	s.add(at+4*s.spell(), script.Clock{Servers: all})
}

func (s *schedule) bursts(at time.Duration) {
	if s.cfg.Clients > 0 {
		s.add(at, script.Fire{N: 1 + s.below(s.cfg.Clients), Key: "x"})
	}
}

func (s *schedule) losses(at time.Duration) {
	s.add(at, script.Loss{Ratio: netsim.Percent(5 + s.below(50))})
	s.add(at+s.spell(), script.Loss{})
}

// transfers have the leader hand over, to whoever it is.
func (s *schedule) transfers(at time.Duration) {
	if s.cfg.Servers > 1 {
		s.add(at, script.Transfer{To: s.server()})
	}
}
