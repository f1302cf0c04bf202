package shell

import (
	"raftarium/kv"
	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
	"raftarium/viz/scene"
)

// lastEvent remembers the newest event of what is selected, and up to where the trace
// was searched, so that a frame looks at new events only.
type lastEvent struct {
	of    scene.Thing
	world *cluster.Session
	term  raft.Term // of a log entry, whose place another may take
	upTo  netsim.EventID
	found netsim.Record
}

// eventOf is the newest event of what is selected; zero if there is none, or none that
// the trace still has.
func (s *Shell) eventOf() netsim.Record {
	now := lastEvent{of: s.selected, world: s.world}
	var mine func(r *netsim.Record) bool
	switch t := s.selected; t.Kind {
	case scene.Server:
		mine = func(r *netsim.Record) bool { return r.Node == netsim.NodeID(t.Server) && r.Kind != netsim.Lost }
	case scene.Client:
		mine = func(r *netsim.Record) bool {
			return r.Node == script.MaxServers+netsim.NodeID(t.Client) && r.Kind != netsim.Lost
		}
	case scene.Message:
		mine = func(r *netsim.Record) bool { return r.Kind == netsim.Lost && r.Number == t.Message }
	case scene.Cell:
		v := s.server(t.Server)
		if v == nil || v.Raft.Entry(t.Index) == nil {
			return netsim.Record{}
		}
		e := v.Raft.Entry(t.Index)
		now.term = e.Term
		cmd, err := kv.DecodeCommand(e.Data)
		command := err == nil && e.Kind == raft.EntryCommand
		mine = func(r *netsim.Record) bool {
			if r.Kind != netsim.Delivery || r.Node != netsim.NodeID(t.Server) {
				return false
			}
			switch m := r.Payload.(type) {
			case *raft.AppendEntries:
				return brings(m, e)
			case *kv.Request:
				return command && m.Client == cmd.Client && m.Seq == cmd.Seq
			}
			return false
		}
	default:
		return netsim.Record{}
	}
	if l := &s.last; l.of == now.of && l.world == now.world && l.term == now.term && l.upTo <= s.view.Events {
		now.upTo, now.found = l.upTo, l.found
	}
	for id := s.view.Events; id > now.upTo; id-- {
		r, ok := s.world.Trace(id)
		if !ok {
			break
		}
		if mine(r) {
			now.found = *r
			break
		}
	}
	now.upTo = s.view.Events
	s.last = now
	return now.found
}

// brings says that an AppendEntries holds an entry.
func brings(m *raft.AppendEntries, e *raft.Entry) bool {
	i := int64(e.Index) - int64(m.PrevIndex) - 1
	return i >= 0 && i < int64(len(m.Entries)) && m.Entries[i].Term == e.Term
}
