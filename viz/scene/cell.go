package scene

import (
	"raftarium/kv"
	"raftarium/netsim/cluster"
	"raftarium/raft"
)

// describeCell is the inspector's rows on a log entry of a server.
func (f *Frame) describeCell(s *cluster.ServerView, i raft.Index) {
	t, th, v := &f.scratch().texts, f.theme(), f.View
	e := s.Raft.Entry(i)
	f.section(t.begin().str("ENTRY ").num(uint64(i)).str(" OF ").server(s.ID).end())
	f.add("index", t.begin().num(uint64(i)).end())
	f.add("term", t.begin().num(uint64(e.Term)).end())
	cmd, err := kv.DecodeCommand(e.Data)
	switch {
	case e.Kind == raft.EntryNoOp:
		f.add("command", "no-op, opens a leader's term")
	case e.Kind == raft.EntryConfig:
		f.describeConfig(e.Data)
	case err != nil:
		f.add("command", t.begin().num(uint64(len(e.Data))).str(" bytes of another service").end())
	default:
		f.add("command", t.begin().op(&cmd.Op).end())
		f.add("from", t.begin().client(cmd.Client).str(" #").num(cmd.Seq).end())
		f.sessionOf(&cmd)
	}
	switch {
	case i <= s.Raft.Applied:
		f.addIn("state", "committed and applied", th.OK)
	case i <= s.Raft.Commit:
		f.addIn("state", "committed", th.OK)
	case f.committedElsewhere(s, i):
		f.addIn("state", "committed, unknown here", th.Warning)
	default:
		f.addIn("state", "not committed", th.Warning)
	}
	if i > s.Durable {
		f.addIn("disk", "not written yet", th.Warning)
	} else {
		f.add("disk", "synced")
	}
	f.eventRow("last came")
	f.section("THE SAME INDEX ELSEWHERE")
	for k := range v.Servers {
		o := &v.Servers[k]
		if o.ID == s.ID {
			continue
		}
		name := t.begin().server(o.ID).end()
		switch other := o.Raft.Entry(i); {
		case i < o.Raft.FirstIndex():
			f.add(name, "in its snapshot")
		case other == nil:
			f.addIn(name, "not there", th.Dim)
		case other.Term != e.Term:
			f.addIn(name, t.begin().str("other: term ").num(uint64(other.Term)).end(), th.Warning)
		case i <= o.Raft.Commit:
			f.add(name, "the same, committed")
		default:
			f.add(name, "the same")
		}
	}
}

// committedElsewhere reports whether another server knows that an entry of s is
// committed: s itself learns it later, or forgot it when it crashed, as the commit index
// is on no disk.
func (f *Frame) committedElsewhere(s *cluster.ServerView, i raft.Index) bool {
	e := s.Raft.Entry(i)
	for k := range f.View.Servers {
		o := &f.View.Servers[k].Raft
		if other := o.Entry(i); other != nil && other.Term == e.Term && i <= o.Commit {
			return true
		}
	}
	return false
}
