package hunt

import (
	"time"

	"raftarium/netsim/cluster/script"
	"raftarium/raft"
)

// Changes of membership. Some runs have two servers more than they begin with, which
// come and go.

// newcomers are the servers that a run does not begin with.
func (s *schedule) newcomers() []raft.ID {
	n := raft.ID(s.cfg.Servers)
	if n+2 > script.MaxServers {
		return nil
	}
	return []raft.ID{n + 1, n + 2}
}

func only(ids ...raft.ID) script.Target { return script.Target{IDs: ids} }

// changes add, promote and remove servers. What does not fit when its time comes is
// left out.
func (s *schedule) changes(at time.Duration) {
	if s.fixed || s.leases() || s.newcomers() == nil {
		return
	}
	s.changing = true
	who := raft.ID(1 + s.below(s.cfg.Servers+2))
	switch s.below(3) {
	case 0:
		s.add(at, script.Add{Servers: only(who)})
		s.add(at, script.Promote{Servers: only(who)})
	case 1:
		s.add(at, script.Add{Servers: only(s.newcomers()...)})
		s.add(at+s.spell(), script.Promote{Servers: all})
	default:
		s.add(at, script.Remove{Servers: only(who), Joint: s.once(2)})
		s.add(at+s.spell(), script.Add{Servers: only(who)})
	}
}

// members changes the membership while servers are cut off, in one of four ways: two
// servers begin to vote at once, so that there is a majority of all without one of those
// before; a leader that is heard by one other server only removes two, one after the
// other, until the two are a majority; a leader adds one, and crashes when only one
// other has heard of it; or the same of six, and its successor removes it at once, so
// that each has a majority of the servers that it knows of.
func (s *schedule) members(at time.Duration) time.Duration {
	fresh := s.newcomers()
	if s.fixed || s.cfg.Servers != 5 || fresh == nil {
		s.changes(at)
		return at + 500*time.Millisecond
	}
	s.changing = true
	const ms = time.Millisecond
	ids, way := s.roles(), s.way()
	a, b, c, d, e := ids[0], ids[1], ids[2], ids[3], ids[4]
	partition := func(at time.Duration, groups ...[]raft.ID) {
		var named [][]script.Endpoint
		for _, g := range groups {
			var list []script.Endpoint
			for _, id := range g {
				list = append(list, endpoint(id))
			}
			named = append(named, list)
		}
		s.add(at, script.Partition{Groups: named})
	}
	at = s.quiet(at)
	// As it was at the start.
	for _, id := range ids {
		s.add(at, script.Add{Servers: only(id)})
	}
	for _, id := range fresh {
		s.add(at, script.Remove{Servers: only(id)})
	}
	at += 150 * ms
	s.add(at, script.Promote{Servers: all})
	at += 150 * ms
	s.add(at, script.Add{Servers: only(fresh...)})
	s.stand(at, only(a))
	at += 100*ms + 10*way
	switch s.below(4) {
	case 0:
		partition(at, []raft.ID{a, b, fresh[0], fresh[1]}, []raft.ID{c, d, e})
		s.add(at, script.Promote{Servers: only(fresh...)})
		at += s.between(4*way, 16*way)
		s.add(at, script.Timeout{Servers: only(c, fresh[0])})
	case 1:
		partition(at, []raft.ID{a, b}, []raft.ID{c, d, e}, fresh)
		s.add(at, script.Remove{Servers: only(d)})
		at += s.between(0, 4*way)
		s.add(at, script.Remove{Servers: only(e)})
		at += s.between(4*way, 60*way)
		s.add(at, script.Timeout{Servers: only(b, c)})
	case 2:
		partition(at, []raft.ID{a, b}, []raft.ID{c, d, e}, fresh)
		s.add(at, script.Promote{Servers: only(fresh[0])})
		at += s.between(way, 4*way)
		s.add(at, script.Crash{Servers: only(a)})
		partition(at, []raft.ID{b, c, d}, append([]raft.ID{a, e}, fresh...))
		at += way
		s.stand(at, only(b))
	case 3:
		f, g := fresh[0], fresh[1]
		s.add(at, script.Promote{Servers: only(f)})
		at += 12 * way
		partition(at, []raft.ID{a, g}, []raft.ID{b, c, d, e, f})
		s.add(at, script.Promote{Servers: only(g)})
		at += 4 * way
		s.add(at, script.Crash{Servers: only(a, g)})
		s.stand(at, only(b))
		at += s.between(2*way, 3*way) // b is about to be elected, and e and f are not to hear of it
		partition(at, []raft.ID{b, c, d}, []raft.ID{e, f})
		s.add(at, script.Remove{Servers: only(a)})
		s.add(at+way, script.Remove{Servers: only(a)})
		at += 6 * way
		s.add(at, script.Restart{Servers: only(a, g)})
		partition(at, []raft.ID{b, c, d}, []raft.ID{a, e, f, g})
		s.add(at, script.Timeout{Servers: only(a)})
		at += 6 * way
		s.stand(at, only(a))
	}
	at += 20 * way
	s.add(at, script.Heal{})
	s.add(at, script.Restart{Servers: all})
	return at + 50*ms
}

// settle ends the changes of membership: while all are well, two servers begin to vote,
// or stop, in one change.
func (s *schedule) settle() {
	for i, a := range []script.Action{
		script.Add{Servers: only(s.newcomers()...)}, script.Promote{Servers: only(s.newcomers()...), Joint: true},
	} {
		s.later(time.Duration(i+1)*300*time.Millisecond, a)
	}
}
