package check

import (
	"math"

	"raftarium/netsim"
	"raftarium/raft"
)

// Progress: while it is calm, that is, a majority is up and connected without
// loss, and an operation is outstanding, something new is applied, or an
// operation returns, within the bound. And whoever leads then, though nobody asks
// for anything, commits within the bound what stands in its log, and applies what
// was committed before.
//
// A Raft that goes without a rule of cost may bring a follower into line entry by
// entry, which takes as long as the log is: told so by Patient, the judge lets each
// step of that start the bound anew.
//
// What it cannot see: a single client that starves while others are served, and
// terms that change for ever as long as each commits something.

const never = netsim.Time(math.MaxInt64)

type progress struct {
	calm    bool
	moved   bool // something moved while it was calm
	stalled bool
	open    int // outstanding operations
	base    netsim.Time
	from    netsim.Time // since when it is calm, which may be still to come
	// by is when something has to have moved, jointBy when joint consensus has to be
	// over; never if nothing is due.
	by, jointBy netsim.Time
	inJoint     bool // the last configuration that was committed is a joint one

	patient bool
	nearer  netsim.Time // when a follower last came nearer to its leader, while patient

	group  uint32      // of the servers, who is part of the calm: see followers.go
	lookAt netsim.Time // when it is next looked whether they keep up; never while it is not calm
}

// alignment is how far the leader of a term has brought a follower: probes fall until
// one is accepted, and then the common part grows up to what the leader began with.
type alignment struct {
	term                  raft.Term
	began, probed, stored raft.Index
}

// Patient says whether the servers go without a rule that keeps cost low.
func (j *Judge) Patient(patient bool) { j.progress.patient = patient }

// Nearer is when a follower last came a step nearer to its leader's log, as far as that
// counts: see Patient.
func (j *Judge) Nearer() netsim.Time { return j.progress.nearer }

// probes takes down that a leader asks a follower for an entry further back than ever
// in this term. The first probe of a term does not count, nor does the first that is
// accepted, so that leaders that only take turns get nowhere.
func (j *Judge) probes(to raft.ID, m *raft.AppendEntries) {
	f := j.server(to)
	switch {
	case f == nil:
	case m.Term > f.aligned.term:
		f.aligned = alignment{term: m.Term, began: m.PrevIndex, probed: m.PrevIndex}
	case m.Term == f.aligned.term && m.PrevIndex < f.aligned.probed:
		f.aligned.probed = m.PrevIndex
		j.nearer()
	}
}

// stores takes down that a follower has more in common with the leader of the term, of
// what was there before: entries that are added and never committed are no step.
func (j *Judge) stores(s *server, m *raft.AppendEntriesReply) {
	if a := &s.aligned; m.Success && m.Term == a.term && m.Index > a.stored && m.Index <= a.began {
		if a.stored > 0 {
			j.nearer()
		}
		a.stored = m.Index
	}
}

// nearer starts the bound anew.
func (j *Judge) nearer() {
	j.progress.nearer = j.now
	if j.progress.calm {
		j.joint(j.progress.inJoint)
		j.rebase()
	}
}

// Calm says that from a time on, which may be still to come, say because messages of a
// slower network are under way, a majority is up and connected without loss, until
// Disturbed. The group are the servers for which that is so, bit 0 for s1; another group
// may be named meanwhile.
func (j *Judge) Calm(at netsim.Time, group uint32) {
	for i := range j.servers {
		if s := &j.servers[i]; !j.progress.calm || group&^j.progress.group>>i&1 != 0 {
			s.keeping.seen = false // it counts from now on
		}
	}
	j.progress.group = group
	if !j.progress.calm {
		j.progress.from = at
		j.progress.calm = true
		j.joint(j.progress.inJoint)
		j.progress.lookAt = max(j.now, at)
		j.rebase()
	}
}

// Disturbed takes back what Calm said.
func (j *Judge) Disturbed() {
	j.progress.calm = false
	j.progress.by, j.progress.jointBy, j.progress.lookAt, j.deadline = never, never, never, never
}

// IsCalm reports whether the last that was said is Calm, and not Disturbed.
func (j *Judge) IsCalm() bool { return j.progress.calm }

// joint takes down whether the last configuration that was committed is a joint one.
func (j *Judge) joint(joint bool) {
	j.progress.inJoint, j.progress.jointBy = joint, never
	if joint && j.progress.calm {
		j.progress.jointBy = max(j.now, j.progress.from).Add(j.cfg.Bound)
	}
}

// rebase starts the bound anew at the current time, if progress is due at all.
func (j *Judge) rebase() {
	j.progress.by = never
	if j.progress.calm && (j.progress.open > 0 || j.owing()) {
		j.progress.base = max(j.now, j.progress.from)
		j.progress.by = j.progress.base.Add(j.cfg.Bound)
	}
	j.deadline = min(j.progress.by, j.progress.jointBy, j.progress.lookAt)
}

// owing reports whether the leader of the latest term has something in its log that
// is not committed, or has not applied what is. Who leads nobody but itself sends
// nothing, and is known by its status only.
func (j *Judge) owing() bool {
	var (
		l    *server
		last raft.Term
	)
	for i := range j.servers {
		if s := &j.servers[i]; s.up && max(s.leads, s.claims) > last {
			l, last = s, max(s.leads, s.claims)
		}
	}
	return l != nil && (l.asked.len() > j.committed.n || int(l.applied) < j.committed.n)
}

// newLeader takes down that somebody began to lead. Where operations are
// outstanding, that alone is no progress.
func (j *Judge) newLeader() {
	if j.progress.calm && j.progress.open == 0 {
		j.rebase()
	}
}

// advanced takes down that something moved.
func (j *Judge) advanced() {
	if j.progress.calm {
		j.progress.moved = j.progress.moved || j.progress.open > 0
		j.rebase()
	}
}

// opened and closed follow how many operations are outstanding.
func (j *Judge) opened() {
	j.progress.open++
	if j.progress.open == 1 {
		j.rebase()
	}
}

func (j *Judge) closed() {
	j.progress.open--
	if j.progress.open == 0 {
		j.rebase()
	}
}

// stalled does what is due: it looks whether all keep up, or reports that a bound has
// passed, of which the next one counts from the next advance on.
func (j *Judge) stalled(now netsim.Time) {
	if now > j.progress.lookAt {
		j.look(now)
	}
	if now > j.progress.jointBy {
		v := j.stall(now)
		if j.progress.jointBy = never; j.note(v.Property) {
			j.violations = append(j.violations, v)
		}
	}
	if now > j.progress.by {
		v, due := j.stall(now), j.progress.open > 0 || j.owing()
		if j.progress.by = never; due && j.note(v.Property) {
			j.violations = append(j.violations, v)
		}
	}
	j.deadline = min(j.progress.by, j.progress.jointBy, j.progress.lookAt)
}

// stall is the violation by the bound that has passed now.
func (j *Judge) stall(now netsim.Time) Violation {
	if now >= j.progress.jointBy {
		return Violation{
			Property: ChangeEnds, At: j.progress.jointBy, Event: j.event, Server: raft.None,
			Text: "for " + j.cfg.Bound.String() + ", while a majority was up and connected, the cluster stayed in joint consensus",
		}
	}
	if j.progress.open == 0 {
		return Violation{
			Property: Progress, At: j.progress.by, Event: j.event, Server: raft.None,
			Text: "for " + j.cfg.Bound.String() + ", while a majority was up and connected, its leader did not commit and apply what stands in its log",
		}
	}
	return Violation{
		Property: Progress, At: j.progress.by, Event: j.event, Server: raft.None,
		Text: "nothing new was applied for " + j.cfg.Bound.String() + " while a majority was up and connected and operations were outstanding",
	}
}

func (p *progress) answer() Answer {
	switch {
	case p.stalled:
		return No
	case p.moved:
		return Yes
	}
	return Unknown
}
