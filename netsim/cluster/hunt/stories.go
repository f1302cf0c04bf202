package hunt

import (
	"slices"
	"time"

	"raftarium/netsim"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
)

// sharing are the rules by which entries wait for others and travel with them. They
// keep messages few, and with that the chance small that one overtakes another.
var sharing = []string{"batching", gathering}

const gathering = "gather-small-appends"

// story is a fault that is told step by step, from a time on. It returns its end.
type story func(s *schedule, at time.Duration) (end time.Duration)

// once makes a story one fault among others, which may come in between.
func once(tell story) family {
	return func(s *schedule, at time.Duration) { tell(s, at) }
}

// tellStories makes a run of stories of one kind, one after another, and gives it what
// they need to come as they are told: a network that keeps time, elections as in the
// paper, and entries that travel one by one.
func (s *schedule) tellStories() {
	s.cfg.Latency = netsim.Range{Min: time.Millisecond, Max: time.Duration(2+s.below(3)) * time.Millisecond}
	s.cfg.Disk, s.cfg.Duplicate, s.cfg.Reorder, s.cfg.Timing = 200*time.Microsecond, 0, 0, raft.DefaultTiming
	s.add(0, script.Loss{})
	s.spare(func(rule string) bool {
		return slices.Contains(sharing, rule) || slices.Contains(later, rule) || s.once(4)
	})
	tell := pick[story](s.dice, (*schedule).figure8, (*schedule).lateReplies, (*schedule).members)
	switch {
	case s.leases():
		tell = (*schedule).lease
		s.steady()
	case s.doubted():
		tell = (*schedule).oldAnswers
		s.crowded()
	}
	for at := 300 * time.Millisecond; at < s.end; {
		at = tell(s, at) + s.between(20*time.Millisecond, 120*time.Millisecond)
	}
}

// way is about how long it takes to be heard, and to write down what was heard.
func (s *schedule) way() time.Duration { return (s.cfg.Latency.Min+s.cfg.Latency.Max)/2 + s.cfg.Disk }

// roles draws the order in which servers come into a story.
func (s *schedule) roles() []raft.ID {
	ids := make([]raft.ID, s.cfg.Servers)
	for i := range ids {
		ids[i] = raft.ID(i + 1)
		j := s.below(i + 1)
		ids[i], ids[j] = ids[j], ids[i]
	}
	return ids
}

// quiet undoes what hinders a story, and returns when it can begin.
func (s *schedule) quiet(at time.Duration) time.Duration {
	s.add(at, script.Heal{})
	s.add(at, script.Restart{Servers: all})
	s.add(at, script.Resume{Servers: all})
	return at + 2*s.way()
}

// figure8 is what Figure 8 of the paper tells. S1 leads and reaches S2 only; it
// crashes; S5 is elected by the others and crashes with an entry that nobody else
// has; S1 comes back, is elected, and begins to spread its old entries; it crashes
// again before an entry of its new term is where it should be, and S5 comes back.
// Who is who is drawn.
func (s *schedule) figure8(at time.Duration) time.Duration {
	if s.cfg.Servers < 5 {
		s.shortReigns(at)
		return at
	}
	ids := s.roles()
	s1, s5 := script.Target{IDs: ids[:1]}, script.Target{IDs: ids[len(ids)-1:]}
	two := script.Target{IDs: ids[:2]}
	way := s.way()
	at = s.quiet(at)
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
	s.add(at, script.Isolate{Servers: s1}) // with what it has just sent
	s.add(at, script.Crash{Servers: s1})
	s.add(at, script.Restart{Servers: s5})
	at += s.between(0, way)
	s.stand(at, s5)
	at += 6 * way
	s.add(at, script.Heal{})
	s.add(at, script.Restart{Servers: all})
	return at
}

// stand lets a server that has missed a term ask for votes in the next one.
func (s *schedule) stand(at time.Duration, who script.Target) {
	s.add(at, script.Timeout{Servers: who})
	s.add(at+time.Microsecond, script.Timeout{Servers: who})
}

// lateReplies let a former leader hear, when it leads again, that a server has stored
// what it has lost since. A leads, and only B hears it; B's answers take long. C is
// elected by the others, and what it writes takes the place of A's entries. A follows
// C, is elected again, and only then B's answers arrive.
func (s *schedule) lateReplies(at time.Duration) time.Duration {
	if s.cfg.Servers < 5 || s.cfg.Clients == 0 {
		s.ghosts(at)
		return at
	}
	ids, way := s.roles(), s.way()
	a, b, c, rest := ids[0], ids[1], script.Target{IDs: ids[2:3]}, ids[2:]
	former := script.Target{IDs: []raft.ID{a}}
	mend := func(at time.Duration, who raft.ID) {
		for _, id := range rest {
			s.add(at, script.Mend{From: endpoint(who), To: endpoint(id)})
		}
	}
	at = s.quiet(at)
	s.add(at, script.Load{Workload: script.NoWorkload}) // few entries, so that C has fewer
	s.stand(at, former)
	at += 6*way + s.between(0, 4*way)
	s.add(at, script.Isolate{Servers: script.Target{IDs: []raft.ID{a, b}}})
	write := s.between(4*way, 10*way)
	s.add(at, script.SlowDisk{Servers: script.Target{IDs: []raft.ID{b}}, Write: write})
	s.add(at, script.Fire{N: s.cfg.Clients, Key: "x"})
	at += 4 * way // B writes now
	slow := s.between(20*way, 60*way)
	s.add(at, script.Latency{From: endpoint(a), To: endpoint(b), Range: netsim.Exactly(slow)})
	answers := at + slow
	at += write
	mend(at, b)
	s.stand(at, c)
	at += 6*way + write
	mend(at, a) // it hears of C, and follows
	at += max(10*way, answers-at-s.between(2*way, 12*way))
	s.stand(at, former)
	at += 10 * way
	s.add(at, script.Latency{From: endpoint(a), To: endpoint(b), Range: s.cfg.Latency})
	s.add(at, script.Disk{Write: s.cfg.Disk})
	s.add(at, script.Heal{})
	s.add(at, script.Load{Workload: s.cfg.Workload})
	return at
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
