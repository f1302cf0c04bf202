package service

import (
	"fmt"
	"slices"

	"raftarium/kv"
	"raftarium/raft"
)

// Server is the door by which this service enters a world.
func Server() kv.ServerImplementation {
	return kv.ServerImplementation{Name: "reference", New: func() kv.Server { return new(server) }}
}

// server is the service's half of a server.
type server struct {
	id       raft.ID
	limit    int // of the log in bytes, 0 for none
	logBytes int // applied since the last snapshot
	applied  raft.Index
	store
	sessions
	reads

	handle  raft.Handle // the last one given out
	waiting []request   // requests that are not answered, in the order in which they came
}

// request is a client's request that waits for its entry to be applied.
type request struct {
	handle raft.Handle
	client kv.ClientID
	seq    uint64
	index  raft.Index // 0 until the node has accepted it
	term   raft.Term
}

// Step takes one event.
func (s *server) Step(ev kv.ServerEvent, out *kv.ServerEffects) {
	switch ev := ev.(type) {
	case *kv.ServerStart:
		*s = server{id: ev.ID, limit: ev.LogLimit}
		s.readBy(ev.Reads)
	case *kv.ServerDeliver:
		s.request(ev.Req, out)
	case *kv.Answered:
		s.answered(&ev.Answer, out)
	case *kv.Applied:
		for i := range ev.Entries {
			s.apply(&ev.Entries[i], out)
		}
		s.answerReads(out)
		s.compact(out)
	case *kv.Restored:
		s.restore(ev, out)
	case *kv.SetReads:
		s.readBy(ev.Reads)
	}
}

// request proposes what a client asks for. Only what was applied is ever answered.
func (s *server) request(req *kv.Request, out *kv.ServerEffects) {
	// A client that asks again does not wait for what it asked before.
	s.waiting = slices.DeleteFunc(s.waiting, func(r request) bool { return r.client == req.Client })
	s.handle++
	if s.read(req, out) {
		return
	}
	s.waiting = append(s.waiting, request{handle: s.handle, client: req.Client, seq: req.Seq})
	out.Proposals = append(out.Proposals, raft.Proposal{Handle: s.handle, Data: req.Command.AppendTo(nil)})
}

// answered takes what the node says of a proposal.
func (s *server) answered(a *raft.Answer, out *kv.ServerEffects) {
	i := slices.IndexFunc(s.waiting, func(r request) bool { return r.handle == a.Handle })
	if i < 0 {
		s.readAnswered(a, out)
		return
	}
	r := &s.waiting[i]
	switch a.Outcome {
	case raft.Accepted:
		if r.index, r.term = a.Index, a.Term; r.index > s.applied {
			return
		}
		// Something else was applied there.
		out.Reply(kv.Reply{Client: r.client, Seq: r.seq, Status: kv.Lost})
	case raft.NotLeader, raft.Busy:
		out.Reply(kv.Reply{Client: r.client, Seq: r.seq, Status: kv.NotLeader, Leader: a.Leader})
	default:
		out.Reply(kv.Reply{Client: r.client, Seq: r.seq, Status: kv.Lost})
	}
	s.waiting = slices.Delete(s.waiting, i, i+1)
}

// apply carries out a committed entry and answers whoever waits for its place.
func (s *server) apply(e *raft.Entry, out *kv.ServerEffects) {
	s.applied = e.Index
	s.logBytes += e.Size()
	var c kv.Command
	var value []byte
	if e.Kind == raft.EntryCommand {
		var err error
		if c, err = kv.DecodeCommand(e.Data); err != nil {
			c = kv.Command{} // no server can read it, so all pass it over
		} else {
			value = s.perform(&c, e.Index, out)
		}
	}
	s.waiting = slices.DeleteFunc(s.waiting, func(r request) bool {
		if r.index == 0 || r.index > e.Index {
			return false
		}
		// Is what stands there what was proposed? Another leader may have put
		// something else into this place.
		if r.index == e.Index && r.term == e.Term && r.client == c.Client && r.seq == c.Seq {
			out.Reply(kv.Reply{Client: r.client, Seq: r.seq, Value: value, Index: e.Index})
		} else {
			out.Reply(kv.Reply{Client: r.client, Seq: r.seq, Status: kv.Lost})
		}
		return true
	})
}

// do changes the store, or reads it, and reports what was done.
func (s *server) do(c *kv.Command, at raft.Index, out *kv.ServerEffects) []byte {
	out.Performed = append(out.Performed, kv.Performed{Index: at, Client: c.Client, Seq: c.Seq, Kind: c.Op.Kind})
	switch c.Op.Kind {
	case kv.Put:
		s.put(c.Op.Key, []byte(c.Op.Value))
	case kv.Append:
		s.put(c.Op.Key, slices.Concat(s.get(c.Op.Key), []byte(c.Op.Value)))
	}
	return s.get(c.Op.Key)
}

// compact offers the state in place of a log that has become too long (§7).
func (s *server) compact(out *kv.ServerEffects) {
	if s.limit > 0 && s.logBytes >= s.limit {
		s.logBytes = 0
		out.Compacts = append(out.Compacts, raft.Compact{Index: s.applied, State: s.sessions.appendState(s.store.appendState(nil))})
	}
}

// restore takes over a state that compact made, here or elsewhere.
func (s *server) restore(ev *kv.Restored, out *kv.ServerEffects) {
	st, rest, err := readStore(ev.State)
	if err == nil {
		var ss sessions
		if ss, rest, err = readSessions(rest); err == nil && len(rest) == 0 {
			s.store, s.sessions, s.applied, s.logBytes = st, ss, ev.Index, 0
			s.waiting = nil // their clients ask again
			s.answerReads(out)
			return
		}
	}
	out.Refused = fmt.Sprintf("a state of %d bytes is none that this service wrote: %v", len(ev.State), err)
}

// Clone returns a server that goes its own way from here on.
func (s *server) Clone() kv.Server {
	c := *s
	c.store, c.sessions, c.reads = s.store.clone(), s.sessions.clone(), s.reads.clone()
	c.waiting = slices.Clone(s.waiting)
	return &c
}

// AppendState appends all that matters for later steps.
func (s *server) AppendState(b []byte) []byte {
	b = fmt.Appendf(b, "%d %d %d %d %d %v|", s.id, s.limit, s.logBytes, s.applied, s.handle, s.waiting)
	return s.sessions.appendState(s.store.appendState(s.reads.appendState(b)))
}

// Inspect says what the server holds.
func (s *server) Inspect(st *kv.ServerStatus) {
	st.Reset()
	st.Applied, st.LogBytes, st.LogLimit = s.applied, s.logBytes, s.limit
	for _, c := range s.cells {
		st.Keys = append(st.Keys, kv.KeyValue{Key: c.key, Value: c.value})
	}
	s.sessions.inspect(st)
	for _, r := range s.waiting {
		if r.index != 0 {
			st.Waiting = append(st.Waiting, kv.Waiter{Client: r.client, Seq: r.seq, Index: r.index, Term: r.term})
		}
	}
	slices.SortStableFunc(st.Waiting, func(a, b kv.Waiter) int { return int(a.Index) - int(b.Index) })
}
