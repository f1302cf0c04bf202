package scenarios

import (
	"strings"
	"time"

	"raftarium/kv"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/check"
	"raftarium/netsim/cluster/script"
)

func init() {
	promises["lease-holds.txt"] = leaseHolds
	promises["lease-broken.txt"] = leaseBroken
}

// told reports whether a sentence with this in it was told between two times.
func (r *run) told(words string, from, to time.Duration) bool {
	for _, kind := range []cluster.NoteKind{cluster.NoteClient, cluster.NoteOther} {
		for _, n := range r.notes(kind, from, to) {
			if strings.Contains(n.Text, words) {
				return true
			}
		}
	}
	return false
}

func leaseHolds(r *run) {
	r.to(1499 * time.Millisecond)
	if s := r.server(1); !s.Raft.Lease || !s.Lease.Running || s.Lease.Total != 270*time.Millisecond {
		r.t.Errorf("S1 has no lease before the partition: %+v", s.Lease)
	}
	if n := r.view.Stats.Committed; n != 2 {
		r.t.Errorf("%d entries, though Gets take no place in the log", n)
	}
	r.to(1790 * time.Millisecond)
	if r.server(1).Raft.Lease || r.read(1) != "old" || r.client(1).Completed != 5 {
		r.t.Errorf("at 1.79 s S1 holds a lease: %v; C1 has read %q and has done %d operations",
			r.server(1).Raft.Lease, r.read(1), r.client(1).Completed)
	}
	if !r.told("S1 answers C1's Get as of entry 2 under its lease", 1500*time.Millisecond, 1700*time.Millisecond) {
		r.t.Error("after it was cut off S1 answers nothing under its lease")
	}
	r.to(2900 * time.Millisecond)
	if !r.told("S1 asks a majority whether it still leads, before it answers C1's Get of x", 1800*time.Millisecond, 1850*time.Millisecond) ||
		!r.client(1).Busy || r.read(3) != "new" {
		r.t.Errorf("before the heal C1 does not wait: %v, or C3 has read %q", !r.client(1).Busy, r.read(3))
	}
	r.good()
	if got := r.read(1); got != "new" {
		r.t.Errorf("in the end C1 has read %q", got)
	}
}

func leaseBroken(r *run) {
	r.to(2350 * time.Millisecond)
	if r.read(3) != "new" || r.read(1) != "old" {
		r.t.Errorf("C3 has read %q, and then C1 %q", r.read(3), r.read(1))
	}
	if !r.told("S1 answers C1's Get as of entry 2 under its lease", 2300*time.Millisecond, 2350*time.Millisecond) {
		r.t.Error("S1 does not rely on its lease at 2.3 s")
	}
	v := r.end()
	if !v.Safety || !v.ExactlyOnce || v.Linearizable != check.No {
		r.t.Errorf("the verdict is %+v", v)
	}
	r.first(check.Linearizability, 2300*time.Millisecond, 2350*time.Millisecond)
	for what, change := range map[string]func(*script.Scenario){
		"by index": func(sc *script.Scenario) { sc.Config.Reads = kv.ReadsByIndex },
		"with a true clock": func(sc *script.Scenario) {
			sc.Steps = append(sc.Steps[:4:4], sc.Steps[5:]...)
		},
	} {
		other := open(r.t, r.name, r.seed, change)
		if v := other.end(); !v.OK() || v.Linearizable != check.Yes || other.read(1) != "new" {
			r.t.Errorf("%s: C1 has read %q, %+v", what, other.read(1), v)
		}
	}
}
