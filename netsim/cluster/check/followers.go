package check

import (
	"raftarium/netsim"
	"raftarium/raft"
)

// Everybody keeps up: while it is calm, each member among those who hear each other
// applies within the bound what it knows committed (Figure 2, rules for all servers),
// and does not stand still for as long while others have applied more and somebody
// leads. Learners are members too (dissertation, 4.2.1). What takes its time, as a long
// snapshot does or a log that is brought into line step by step, is no standing still.
//
// It looks a few times in each bound, so that what is found late is found a little
// later still. What it cannot see: a follower that is only ever given a little less
// than it lacks.

// looks is how often in each bound the judge looks whether all keep up.
const looks = 4

// keeping is what was seen of a server when the judge last looked.
type keeping struct {
	seen    bool        // it was looked at since it started, and since it is calm
	since   netsim.Time // when it last moved, or lacked nothing
	knew    raft.Index  // what it knew committed and had not applied; 0 for nothing
	knewAt  netsim.Time
	applied raft.Index
	save    raft.SaveSeq
	steps   uint64
}

// refused and holds take down steps that need no save: an entry that was not asked for
// before is refused, or there is more of a snapshot.
func (s *server) refused(m *raft.AppendEntriesReply) {
	if m.Index != s.refusedAt {
		s.refusedAt = m.Index
		s.steps++
	}
}

func (s *server) holds(m *raft.InstallSnapshotReply) {
	// Another leader may have made another snapshot of the same index, and begins anew.
	if m.Have > s.have || m.LastIndex != s.incoming || m.Term != s.sender {
		s.have, s.incoming, s.sender = m.Have, m.LastIndex, m.Term
		s.steps++
	}
}

// look sees whether all keep up who should.
func (j *Judge) look(now netsim.Time) {
	bound := j.cfg.Bound
	j.progress.lookAt = now.Add(bound / looks)
	c := &j.inForce[len(j.inForce)-1]
	should := j.progress.group & (c.voters | c.outgoing | c.learners)
	led, waits := j.led()
	for i := range j.servers {
		s, id := &j.servers[i], raft.ID(i+1)
		k := &s.keeping
		if should>>i&1 == 0 || !s.up {
			k.seen = false
			continue
		}
		if !k.seen {
			*k = keeping{seen: true, since: now, applied: s.applied, save: s.lastSeq, steps: s.steps}
		}
		switch {
		case k.knew <= s.applied:
			k.knew, k.knewAt = s.commit, now
		case now > k.knewAt.Add(bound):
			j.fail(Progress, id, "for %v, while a majority was up and connected, %v did not apply the entries up to %d, which it knew to be committed",
				bound, id, k.knew)
			k.knewAt = now
		}
		if waits {
			k.since = max(k.since, j.progress.nearer)
		}
		switch {
		case !led || int(s.applied) >= j.committed.n || s.applied != k.applied || s.lastSeq != k.save || s.steps != k.steps:
			k.since, k.applied, k.save, k.steps = now, s.applied, s.lastSeq, s.steps
		case now > k.since.Add(bound):
			j.fail(Progress, id, "for %v, while a majority was up and connected and %v with it, %v got no further than to entry %d, though those up to %d are committed",
				bound, id, id, s.applied, j.committed.n)
			k.since = now
		}
	}
}

// led reports whether one of those for whom it is calm says that it leads, and whether
// all who do have yet to apply what is committed. Where that takes an entry that a
// majority has, and followers come into line entry by entry, see Patient, everybody waits
// for that, the leader too.
func (j *Judge) led() (led, waits bool) {
	waits = true
	for i := range j.servers {
		if s := &j.servers[i]; j.progress.group>>i&1 != 0 && s.up && s.leading {
			led = true
			waits = waits && int(s.applied) < j.committed.n
		}
	}
	return led, led && waits
}
