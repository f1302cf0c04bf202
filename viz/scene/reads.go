package scene

import (
	"raftarium/kv"
	"raftarium/netsim/cluster"
	"raftarium/raft"
)

// Reads without the log (section 8): what a leader knows of its leadership, and the
// Gets that wait for it.

// readRows are what the inspector says of a leader's lease and of what waits for a
// sign that it still leads.
func (f *Frame) readRows(s *cluster.ServerView) {
	t, th := &f.scratch().texts, f.theme()
	if !s.Up || s.Raft.Role != raft.Leader {
		return
	}
	switch {
	case s.Lease.Running:
		f.timerRow("lease", s.Lease)
	case f.View.Reads == kv.ReadsByLease:
		f.addIn("lease", "none: a Get asks a majority", th.Dim)
	}
	if n := s.Raft.Reads; n > 0 {
		f.addIn("reads", t.begin().plural(n, "waits", "wait").str(" for a majority").end(), th.Warning)
	}
}

// readersSection lists the Gets that wait without an entry in the log.
func (f *Frame) readersSection(s *cluster.ServerView) {
	t, list := &f.scratch().texts, s.KV.Reading
	if len(list) == 0 {
		return
	}
	f.section("GETS THAT WAIT")
	for i := range min(len(list), listed) {
		r := &list[i]
		name := t.begin().client(r.Client).str(" #").num(r.Seq).end()
		t.begin().str("get ").str(r.Key)
		if r.Confirmed {
			t.str(", until index ").num(uint64(r.Index)).str(" is applied")
		} else {
			t.str(", until a majority answers")
		}
		f.add(name, t.end())
	}
	f.more(len(list))
}

// readWords say how a Get was answered that did without the log.
func readWords(t *texts, r *kv.Reply) *texts {
	t.str("as of index ").num(uint64(r.Index))
	if r.By == kv.ReadsByLease {
		return t.str(", under a lease")
	}
	return t.str(", a majority was asked")
}
