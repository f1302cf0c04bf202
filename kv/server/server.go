// Package server is the replicated key-value service at the side of a consensus
// node: the store, the sessions around it that make each Put and Append take
// effect exactly once, and the machine that proposes, applies and answers.
package server

import (
	"slices"

	"raftarium/kv"
	"raftarium/raft"
)

// Implementation is the door by which this service enters the world.
func Implementation() kv.ServerImplementation {
	return kv.ServerImplementation{Name: "raftarium", New: New, Rules: Rules()}
}

// New makes a server machine that has not been started.
func New() kv.Server { return new(machine) }

// machine is the server's half of the service. What it holds is either a
// function of the log (applied, store, sessions) or about requests that came to
// this server since it started (proposed, waiting,
// reading, handle).
type machine struct {
	id       raft.ID
	rules    ruleSet
	applied  raft.Index
	log      log
	store    store
	sessions sessions

	handle raft.Handle // the last one given out
	// proposed are the requests that the consensus node has not answered yet, by
	// increasing handle; waiting are those whose entry stands in its log, by
	// increasing index. Each operation of a client is at most once in the two and in
	// reading.
	proposed []waiter
	waiting  []waiter
	reading  reading

	// chunk is where commands are encoded, one behind the other. What is written
	// is given away; only the room behind it is still ours.
	chunk []byte
}

// waiter is a request that waits for its answer.
type waiter struct {
	handle raft.Handle
	client kv.ClientID
	kind   kv.Kind
	seq    uint64
	key    string
	index  raft.Index // 0 until accepted
	term   raft.Term
}

// chunkSize is how much room for commands is allocated at a time.
const chunkSize = 4096

// Step takes one event. See [kv.Server].
func (s *machine) Step(ev kv.ServerEvent, out *kv.ServerEffects) {
	switch ev := ev.(type) {
	case *kv.ServerStart:
		s.start(ev)
	case *kv.ServerDeliver:
		s.request(ev.Req, out)
	case *kv.Answered:
		s.answered(&ev.Answer, out)
	case *kv.Applied:
		s.apply(ev.Entries, out)
		if len(s.reading.list) > 0 {
			s.serveReads(out)
		}
		if s.log.limit > 0 {
			s.compact(ev.Entries, out)
		}
	case *kv.Restored:
		s.restore(ev, out)
		s.serveReads(out)
	case *kv.SetReads:
		s.setReads(ev.Reads, out)
	case *kv.SetRules:
		s.rules = without(ev.Without)
	}
}

// start begins a server's life.
func (s *machine) start(ev *kv.ServerStart) {
	*s = machine{
		id: ev.ID, rules: without(ev.Without), log: log{limit: max(ev.LogLimit, 0)}, reading: reading{by: ev.Reads},
		sessions: sessions{limit: max(ev.Sessions, 0)},
	}
}

// request takes what a client asks for: it answers from the session table what
// has been done before, and proposes what is not already on its way.
func (s *machine) request(req *kv.Request, out *kv.ServerEffects) {
	op := &req.Op
	if op.Kind == kv.Get && !s.rules.on(readsThroughLog) {
		out.Reply(kv.Reply{Client: req.Client, Seq: req.Seq, Value: s.store.get([]byte(op.Key))})
		return
	}
	if s.sessions.limit > 0 && !s.admit(req, out) {
		return
	}
	switch v, index := s.sessions.judge(s.rules, s.sessions.keyOf(req.Client, req.Session), req.Seq); {
	case v == stale:
		return // the client has its answer, this is a late copy
	case v == repeated && op.Kind != kv.Get:
		out.Reply(kv.Reply{Client: req.Client, Seq: req.Seq, Index: index, Duplicate: true})
		return
	}
	if !s.supersede(req) {
		return
	}
	s.handle++
	if op.Kind == kv.Get && s.reading.by != kv.ReadsByLog {
		s.read(req, out)
		return
	}
	s.proposed = append(s.proposed, waiter{
		handle: s.handle, client: req.Client, seq: req.Seq, kind: op.Kind, key: op.Key,
	})
	out.Proposals = append(out.Proposals, raft.Proposal{Handle: s.handle, Data: s.encode(req)})
}

// admit takes note of a request where sessions are registered. A new session, and what
// becomes of an old one, is for the log to say: a server that lags behind does not know
// the sessions yet that others have.
func (s *machine) admit(req *kv.Request, out *kv.ServerEffects) bool {
	if req.Op.Kind != kv.Register {
		s.sessions.use(s.rules, byRequest, req.Session, s.applied)
		return true
	}
	if s.rules.on(registerThroughLog) {
		return true
	}
	id := s.applied + 1
	s.sessions.open(req.Client, id)
	out.Reply(kv.Reply{Client: req.Client, Seq: req.Seq, Index: id})
	return false
}

// supersede forgets older requests of the client, which nobody waits for any
// more. It returns false if req itself, or a newer one, is on its way already.
func (s *machine) supersede(req *kv.Request) bool {
	if len(s.reading.list) > 0 && !s.reading.supersede(req) {
		return false
	}
	if req.Lowest != 0 {
		return s.supersedeBelow(req)
	}
	for _, list := range [...]*[]waiter{&s.proposed, &s.waiting} {
		for i := range *list {
			if w := &(*list)[i]; w.client == req.Client {
				if w.seq >= req.Seq {
					return false
				}
				remove(list, i)
				return true
			}
		}
	}
	return true
}

// supersedeBelow is supersede for a client that has several operations outstanding.
func (s *machine) supersedeBelow(req *kv.Request) bool {
	for _, list := range [...]*[]waiter{&s.proposed, &s.waiting} {
		for i := 0; i < len(*list); i++ {
			switch w := &(*list)[i]; {
			case w.client != req.Client:
			case w.seq == req.Seq:
				return false
			case w.seq < req.Lowest:
				remove(list, i)
				i--
			}
		}
	}
	return true
}

// encode returns the command's bytes, which are never written again.
func (s *machine) encode(req *kv.Request) []byte {
	const numbers = 5 + 10 + 1 + 10 + 10 + 10 + 10 // client, seq, kind, session, lowest and two lengths, at most
	if need := numbers + len(req.Op.Key) + len(req.Op.Value); cap(s.chunk)-len(s.chunk) < need {
		s.chunk = make([]byte, 0, max(need, chunkSize))
	}
	from := len(s.chunk)
	s.chunk = req.Command.AppendTo(s.chunk)
	return limited(s.chunk[from:])
}

// answered takes what the consensus node says of a proposal. Answers to requests
// that were superseded, or answered before, meet no waiter.
func (s *machine) answered(a *raft.Answer, out *kv.ServerEffects) {
	if len(s.reading.list) > 0 && s.readAnswered(a, out) {
		return
	}
	if i := withHandle(s.proposed, a.Handle); i >= 0 {
		w := s.proposed[i]
		remove(&s.proposed, i)
		switch a.Outcome {
		case raft.Accepted:
			w.index, w.term = a.Index, a.Term
			s.accepted(w, out)
		case raft.NotLeader:
			out.Reply(w.refused(a.Leader))
		case raft.Busy:
			r := w.refused(a.Leader)
			if a.Leader == raft.None { // otherwise it is handing over
				r.Status = kv.Busy
			}
			out.Reply(r)
		default:
			out.Reply(w.lost())
		}
		return
	}
	if i := withHandle(s.waiting, a.Handle); i >= 0 && a.Outcome == raft.Lost {
		if w := s.waiting[i]; !s.decides(&w, nil, nil) {
			remove(&s.waiting, i)
			out.Reply(w.lost())
		}
	}
}

// accepted makes w, which now has its place in the log, wait for that place to be
// applied.
func (s *machine) accepted(w waiter, out *kv.ServerEffects) {
	if !s.rules.on(answerAfterCommit) {
		r := kv.Reply{Client: w.client, Seq: w.seq, Index: w.index}
		if w.kind == kv.Get {
			r.Value = s.store.get([]byte(w.key))
		}
		out.Reply(r)
		return
	}
	if w.index <= s.applied {
		// Something else was applied there: apply answers those that it can while
		// they are not accepted yet.
		out.Reply(w.lost())
		return
	}
	i := len(s.waiting)
	for i > 0 && s.waiting[i-1].index > w.index {
		i--
	}
	s.waiting = append(s.waiting, waiter{})
	copy(s.waiting[i+1:], s.waiting[i:])
	s.waiting[i] = w
}

// apply carries out committed entries and answers those who waited for them.
func (s *machine) apply(entries []raft.Entry, out *kv.ServerEffects) {
	var c view
	var res result
	done := 0
	for i := range entries {
		e := &entries[i]
		s.applied = e.Index
		var command *view
		// An entry that nobody can read is passed over, by every server alike.
		if e.Kind == raft.EntryCommand && c.read(e.Data) {
			command = &c
			res.clear()
			s.perform(command, e.Index, &res)
			p := out.NewPerformed()
			p.Index, p.Client, p.Seq, p.Kind = e.Index, c.client, c.seq, c.kind
			p.Duplicate, p.Expired, p.Ended, p.EndedOf = res.duplicate, res.expired, res.ended, res.endedOf
		}
		for ; done < len(s.waiting) && s.waiting[done].index <= e.Index; done++ {
			if w := &s.waiting[done]; s.decides(w, e, command) {
				res.reply(w, e.Index, out)
			} else {
				out.Reply(w.lost())
			}
		}
		if command != nil && len(s.proposed) > 0 {
			s.answerEarly(command, e.Index, &res, out)
		}
	}
	if done > 0 {
		s.waiting = slices.Delete(s.waiting, 0, done)
	}
}

// decides reports whether the entry e, which holds the command c if it holds any,
// answers w. Where e is nil, leadership was lost.
func (s *machine) decides(w *waiter, e *raft.Entry, c *view) bool {
	if !s.rules.on(checkAppliedEntry) {
		return true
	}
	return c != nil && e.Index == w.index && e.Term == w.term && c.client == w.client && c.seq == w.seq
}

// answerEarly answers a request whose operation was just applied before the
// consensus node said anything of its proposal: the entry came from another
// leader, or the node reports in that order.
func (s *machine) answerEarly(c *view, at raft.Index, res *result, out *kv.ServerEffects) {
	for i := range s.proposed {
		if w := &s.proposed[i]; w.client == c.client && w.seq == c.seq {
			res.reply(w, at, out)
			remove(&s.proposed, i)
			return
		}
	}
}

// result is what carrying out a command gave.
type result struct {
	value     []byte // of a Get
	duplicate bool   // the session table swallowed it
	stale     bool   // and its client does not wait any more
	expired   bool   // there is no such session
	// ended is the session that made room for a new one, of the client endedOf.
	ended   raft.Index
	endedOf kv.ClientID
}

// reply answers w with the result, which the entry at index gave.
func (r *result) reply(w *waiter, index raft.Index, out *kv.ServerEffects) {
	if r.expired {
		out.Reply(kv.Reply{Client: w.client, Seq: w.seq, Status: kv.Expired})
	} else if !r.stale {
		reply := out.NewReply()
		reply.Client, reply.Seq, reply.Value = w.client, w.seq, r.value
		reply.Index, reply.Duplicate = index, r.duplicate
	}
}

func (r *result) clear() {
	r.value, r.duplicate, r.stale, r.expired = nil, false, false, false
	r.ended, r.endedOf = 0, 0
}

// perform carries out one command, unless the session table knows it, and says in
// res, which is clear, what that gave. A Get that is repeated is read again, because
// it changes nothing and its old answer is not kept.
func (s *machine) perform(c *view, at raft.Index, res *result) {
	if s.sessions.limit > 0 {
		if c.kind == kv.Register {
			ended := s.sessions.open(c.client, at)
			res.ended, res.endedOf = raft.Index(ended.key), ended.client
			return
		}
		if c.kind == kv.Expire {
			ended := s.sessions.end(c.session)
			res.ended, res.endedOf = raft.Index(ended.key), ended.client
			return
		}
		if !s.sessions.use(s.rules, byEntry, c.session, at) {
			res.expired = true
			return
		}
	}
	if c.kind == kv.Expire {
		return // there are no sessions that end
	}
	v := fresh
	if s.rules.on(dedupAtApply) {
		v, _ = s.sessions.judge(s.rules, s.sessions.keyOf(c.client, c.session), c.seq)
	}
	if v == stale || v == repeated && c.kind != kv.Get {
		res.duplicate, res.stale = true, v == stale
		return
	}
	s.sessions.record(s.rules, c, at)
	switch c.kind {
	case kv.Put:
		s.store.put(c.key, c.value)
	case kv.Append:
		s.store.append(c.key, c.value)
	case kv.Get:
		res.value = s.store.get(c.key)
	}
}

// refused says that w's request was not taken here.
func (w *waiter) refused(leader raft.ID) kv.Reply {
	return kv.Reply{Client: w.client, Seq: w.seq, Status: kv.NotLeader, Leader: leader}
}

// lost says that w's entry lost its place.
func (w *waiter) lost() kv.Reply {
	return kv.Reply{Client: w.client, Seq: w.seq, Status: kv.Lost}
}

func withHandle(list []waiter, h raft.Handle) int {
	for i := range list {
		if list[i].handle == h {
			return i
		}
	}
	return -1
}

// remove takes the waiter at i out and keeps the order.
func remove(list *[]waiter, i int) {
	l := *list
	copy(l[i:], l[i+1:])
	l[len(l)-1] = waiter{}
	*list = l[:len(l)-1]
}
