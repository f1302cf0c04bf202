package scenarios

import (
	"time"

	"raftarium/netsim/cluster"
	"raftarium/raft"
)

// standing is what a server is in a view; ok is false if it is not on the stage.
func standing(v *cluster.View, id raft.ID) (s cluster.Standing, ok bool) {
	for i := range v.Servers {
		if v.Servers[i].ID == id {
			return v.Servers[i].Standing, true
		}
	}
	return 0, false
}

// who checks who belongs to the cluster at a time.
func (r *run) who(at time.Duration, want string) {
	r.t.Helper()
	if got := r.to(at).Config.String(); got != want {
		r.t.Errorf("at %v the cluster is %s, want %s", at, got, want)
	}
}

// wrote checks that more was committed between two times.
func (r *run) wrote(from, to time.Duration) {
	r.t.Helper()
	before := r.to(from).Stats.Committed
	if after := r.to(to).Stats.Committed; after <= before {
		r.t.Errorf("nothing was committed from %v to %v", from, to)
	}
}

func grow(r *run) {
	r.who(900*time.Millisecond, "s1 s2 s3")
	r.who(1990*time.Millisecond, "s1 s2 s3 + s4 s5")
	r.who(2010*time.Millisecond, "s1 s2 s3 and s1 s2 s3 s4 s5")
	r.who(3900*time.Millisecond, "s1 s2 s3 s4 s5")
	r.wrote(4100*time.Millisecond, 6*time.Second)
	r.fine()
}

func replace(r *run) {
	r.who(1900*time.Millisecond, "s1 s2 s3 + s4")
	r.who(2400*time.Millisecond, "s1 s2 s3 s4")
	r.who(3900*time.Millisecond, "s1 s2 s4")
	if _, ok := standing(&r.view, 3); ok {
		r.t.Error("S3 is on the stage still")
	}
	r.wrote(4*time.Second, 6*time.Second)
	r.fine()
}

func removeLeader(r *run) {
	r.to(1001 * time.Millisecond)
	if l := r.view.Leader(); l == nil || l.ID != 1 || l.Standing != cluster.Outside {
		r.t.Errorf("S1 does not lead from outside, %+v does", l)
	}
	r.wrote(2*time.Second, 4*time.Second)
	r.who(4*time.Second, "s2 s3 s4 s5")
	if l := r.view.Leader(); l == nil || l.ID == 1 || r.view.Servers[0].Raft.Role != raft.Follower {
		r.t.Errorf("%+v leads, and S1 is %v", l, r.view.Servers[0].Raft.Role)
	}
	if n := r.view.Servers[0].Raft.Term; n != 1 {
		r.t.Errorf("S1 stood for election: it is in term %d", n)
	}
	r.fine()
}

func disruptive(r *run) {
	term := func(at time.Duration) raft.Term { return r.to(at).Servers[1].Raft.Term }
	quiet, deposed := term(2*time.Second), term(5*time.Second)
	if deposed < quiet+4 {
		r.t.Errorf("from 2 s to 5 s terms went from %d to %d only", quiet, deposed)
	}
	if s, ok := standing(&r.view, 5); !ok || s != cluster.Outside {
		r.t.Errorf("S5 is %v", s)
	}
	settled := term(6 * time.Second)
	r.wrote(6*time.Second, 8*time.Second)
	if now := term(8 * time.Second); now != settled {
		r.t.Errorf("with the rules on, terms went from %d to %d", settled, now)
	}
	r.fine()
}

// fine checks that nothing was violated.
func (r *run) fine() {
	r.t.Helper()
	if v := r.Final(); !v.OK() {
		r.t.Errorf("%+v", v.Violations)
	}
}
