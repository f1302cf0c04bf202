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
// What it cannot see: a single client that starves while others are served, and
// terms that change for ever as long as each commits something.

const never = netsim.Time(math.MaxInt64)

type progress struct {
	calm    bool
	moved   bool // something moved while it was calm
	stalled bool
	open    int // outstanding operations
	base    netsim.Time
	// by is when something has to have moved, jointBy when joint consensus has to be
	// over; never if nothing is due.
	by, jointBy netsim.Time
	inJoint     bool // the last configuration that was committed is a joint one
}

// Calm says that from now on a majority is up and connected without loss, until
// Disturbed.
func (j *Judge) Calm() {
	if !j.progress.calm {
		j.progress.calm = true
		j.joint(j.progress.inJoint)
		j.rebase()
	}
}

// Disturbed takes back what Calm said.
func (j *Judge) Disturbed() {
	j.progress.calm = false
	j.progress.by, j.progress.jointBy, j.deadline = never, never, never
}

// joint takes down whether the last configuration that was committed is a joint one.
func (j *Judge) joint(joint bool) {
	j.progress.inJoint, j.progress.jointBy = joint, never
	if joint && j.progress.calm {
		j.progress.jointBy = j.now.Add(j.cfg.Bound)
	}
}

// rebase starts the bound anew at the current time, if progress is due at all.
func (j *Judge) rebase() {
	j.progress.by = never
	if j.progress.calm && (j.progress.open > 0 || j.owing()) {
		j.progress.base = j.now
		j.progress.by = j.now.Add(j.cfg.Bound)
	}
	j.deadline = min(j.progress.by, j.progress.jointBy)
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

// stalled reports that a bound has passed; the next one counts from the next
// advance on.
func (j *Judge) stalled(now netsim.Time) {
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
	j.deadline = min(j.progress.by, j.progress.jointBy)
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
