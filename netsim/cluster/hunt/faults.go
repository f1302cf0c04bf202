package hunt

import (
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
	(*schedule).bursts, (*schedule).losses, (*schedule).figure8, (*schedule).lateVotes,
	(*schedule).shortReigns,
	(*schedule).transfers,
}

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
	pace := pick(s.dice, 40*time.Millisecond, 80*time.Millisecond, 200*time.Millisecond, 600*time.Millisecond)
	if s.once(4) { // one kind alone, undisturbed
		some, pace = []family{pick(s.dice, families...)}, 400*time.Millisecond
		if s.once(3) {
			some = []family{(*schedule).figure8}
			// It needs a network that keeps time, and entries that travel one by one.
			s.cfg.Latency = netsim.Range{Min: time.Millisecond, Max: time.Duration(2+s.below(3)) * time.Millisecond}
			s.cfg.Disk, s.cfg.Duplicate, s.cfg.Reorder, s.cfg.Timing = 200*time.Microsecond, 0, 0, raft.DefaultTiming
			s.add(0, script.Loss{})
			s.spare(func() bool { return true })
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
	drift := netsim.Drift(1+s.below(30)) * netsim.Drift(netsim.Percent(1))
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

// figure8 is what Figure 8 of the paper tells. S1 leads and reaches S2 only; it
// crashes; S5 is elected by the others and crashes with an entry that nobody else
// has; S1 comes back, is elected, and begins to spread its old entries; it crashes
// again before an entry of its new term is where it should be, and S5 comes back.
// Who is who is drawn.
func (s *schedule) figure8(at time.Duration) {
	if s.cfg.Servers < 5 {
		s.shortReigns(at)
		return
	}
	ids := make([]raft.ID, s.cfg.Servers)
	for i := range ids {
		ids[i] = raft.ID(i + 1)
		j := s.below(i + 1)
		ids[i], ids[j] = ids[j], ids[i]
	}
	s1, s5 := script.Target{IDs: ids[:1]}, script.Target{IDs: ids[len(ids)-1:]}
	two := script.Target{IDs: ids[:2]}
	way := (s.cfg.Latency.Min+s.cfg.Latency.Max)/2 + s.cfg.Disk
	s.add(at, script.Heal{})
	s.add(at, script.Restart{Servers: all})
	s.add(at, script.Resume{Servers: all})
	at += 2 * way
	s.add(at, script.Timeout{Servers: s1})
	at += 4*way + s.between(0, 4*way)
	s.add(at, script.Isolate{Servers: two})
	at += s.between(way, 8*way)
	s.add(at, script.Crash{Servers: s1})
	s.add(at, script.Heal{})
	at += way
	s.add(at, script.Timeout{Servers: s5})
	at += s.between(2*way, 3*way) // when it has won, and was not heard yet
	s.add(at, script.Isolate{Servers: s5})
	at += s.cfg.Disk + s.between(0, way)
	s.add(at, script.Crash{Servers: s5})
	s.add(at, script.Heal{})
	s.add(at, script.Restart{Servers: s1})
	at += s.between(0, way)
	s.stand(at, s1)
	// It wins after two ways, finds out after two more what S3 lacks, and hears after
	// another two that it has the first of it.
	at += s.between(5*way, 8*way)
	s.add(at, script.Crash{Servers: s1})
	s.add(at, script.Restart{Servers: s5})
	at += s.between(0, way)
	s.stand(at, s5)
	s.add(at+6*way, script.Restart{Servers: all})
}

// stand lets a server that has missed a term ask for votes in the next one.
func (s *schedule) stand(at time.Duration, who script.Target) {
	s.add(at, script.Timeout{Servers: who})
	s.add(at+time.Microsecond, script.Timeout{Servers: who})
}

// shortReigns elect leaders that are cut off, crash and come back before they have
// done anything.
func (s *schedule) shortReigns(at time.Duration) {
	if s.cfg.Servers < 3 {
		return
	}
	way := s.cfg.Latency.Max + s.cfg.Disk
	for range 2 + s.below(3) {
		a, b := s.server(), s.server()
		t := script.Target{Leader: true, IDs: []raft.ID{a}}
		s.add(at, script.Isolate{Servers: t})
		at += s.between(way, 8*way)
		if s.once(2) {
			s.add(at, script.Crash{Servers: leader})
		}
		s.add(at, script.Heal{})
		s.add(at+time.Microsecond, script.Timeout{Servers: script.Target{IDs: []raft.ID{b}}})
		at += s.between(way, 8*way)
		s.add(at, script.Crash{Servers: leader})
		s.add(at+time.Microsecond, script.Restart{Servers: all})
		s.add(at+2*time.Microsecond, script.Timeout{Servers: script.Target{IDs: []raft.ID{a}}})
		at += s.between(way, 4*way)
	}
	s.add(at, script.Heal{})
	s.add(at, script.Restart{Servers: all})
}

// lateVotes let a server stand, while what is sent to it takes long, and then again
// together with another: what was granted in one term arrives in the next.
func (s *schedule) lateVotes(at time.Duration) {
	n := raft.ID(s.cfg.Servers)
	a := s.server()
	b := a%n + 1
	slow := s.between(2*s.cfg.Latency.Max, 4*s.cfg.Latency.Max+s.cfg.Timing.ElectionMin)
	links := func(at time.Duration, r netsim.Range) {
		for id := range n {
			if id+1 != a {
				s.add(at, script.Latency{From: endpoint(a), To: endpoint(id + 1), Range: r})
			}
		}
	}
	s.add(at, script.Timeout{Servers: script.Target{IDs: []raft.ID{a}}})
	at += s.between(0, s.cfg.Latency.Max)
	links(at, netsim.Range{Min: s.cfg.Latency.Max, Max: slow})
	at += s.cfg.Latency.Max + s.cfg.Disk
	for range 1 + s.below(2) {
		s.add(at, script.Timeout{Servers: script.Target{IDs: []raft.ID{a}}})
		s.add(at, script.Timeout{Servers: script.Target{IDs: []raft.ID{b}}})
		at += s.between(s.cfg.Latency.Max, 2*slow)
	}
	links(at, s.cfg.Latency)
}

// transfers have the leader hand over, to whoever it is.
func (s *schedule) transfers(at time.Duration) {
	if s.cfg.Servers > 1 {
		s.add(at, script.Transfer{To: s.server()})
	}
}
