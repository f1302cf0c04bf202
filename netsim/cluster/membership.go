package cluster

import (
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"raftarium/kv"
	"raftarium/netsim"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
)

// Changes of membership (section 6; dissertation, chapter 4) are asked for from
// outside, as an operator would: of whoever leads, again if it cannot now or leads no
// longer, and for some time only.

// operator is the endpoint whose timer says when the leader is asked again. Nothing is
// ever sent to it or by it.
const operator = netsim.NodeID(script.MaxServers + script.MaxClients + 1)

const (
	// operatorPause is how long the operator waits before it asks again, and
	// operatorTries how often it does: for 10 s in all.
	operatorPause = 50 * time.Millisecond
	operatorTries = 200
)

// changeHandle is added to the numbers of what the operator asks, so that they are
// none that a service has, which counts its proposals from 1.
const changeHandle raft.Handle = 1 << 62

// request is a change of membership that was asked for and is not done.
type request struct {
	action script.Action // an Add, Promote or Remove
	ids    []raft.ID     // whom it is about; never written
	joint  bool

	tries  int         // how often the operator looked after it
	handle raft.Handle // under which it was asked last, 0 if that was answered in vain
	leader raft.ID     // who was asked, as the leader of term
	term   raft.Term
	want   raft.Config // what was asked for; never written
	taken  bool        // it stands in the leader's log
	done   bool        // as the leader answered, and still to be told
	over   bool        // done or refused; what is left of it goes with the next look
	told   string      // why it waits, as was told last
}

func (r *request) names(id raft.ID) bool { return slices.Contains(r.ids, id) }

// appendState appends all of the request that affects later steps.
func (r *request) appendState(b []byte) []byte {
	b = append(append(b, r.action.Verb()...), 0)
	for _, id := range r.ids {
		b = append(b, byte(id))
	}
	for _, v := range [...]uint64{0, uint64(r.tries), uint64(r.handle), uint64(r.leader), uint64(r.term)} {
		b = binary.AppendUvarint(b, v)
	}
	if r.joint {
		b = append(b, 1)
	}
	if r.taken {
		b = append(b, 2)
	}
	return append(b, 0)
}

// Standing is what a server is to the cluster.
type Standing uint8

// The standings.
const (
	Voter   Standing = iota
	Learner          // it gets the log and has no vote
	Leaving          // it votes in the old half of a joint configuration only
	Outside          // it belongs to no configuration: not yet, or no more
)

// String returns "voter", "learner", "leaving" or "outside".
func (s Standing) String() string {
	return [...]string{"voter", "learner", "leaving", "outside"}[min(s, Outside)]
}

// standing is what a server is by a configuration.
func standing(c *raft.Config, id raft.ID) Standing {
	switch {
	case slices.Contains(c.Voters, id):
		return Voter
	case slices.Contains(c.Outgoing, id):
		return Leaving
	case slices.Contains(c.Learners, id):
		return Learner
	}
	return Outside
}

// config is the configuration that the leader uses or, where nobody leads, the last
// that anybody with the newest log used.
func (w *World) config() *raft.Config {
	if l := w.leader(); l != nil && len(l.status.Config.Voters) > 0 {
		return &l.status.Config
	}
	return &w.latest
}

// pending finds a request of a verb that names a server.
func (w *World) pending(verb string, id raft.ID) bool {
	return slices.ContainsFunc(w.requests, func(r request) bool { return !r.over && r.action.Verb() == verb && r.names(id) })
}

// misfitMember says why a change of membership cannot be about a server, "" if it can.
func (w *World) misfitMember(a script.Action, s *server) string {
	is := standing(w.config(), s.id)
	if w.pending(a.Verb(), s.id) {
		return "is asked for already: wait until that has come about or is given up"
	}
	leaves, joins := w.pending("remove", s.id), w.pending("add", s.id)
	switch a.(type) {
	case script.Add:
		switch {
		case is == Learner && !leaves:
			return "is a learner already: promote it"
		case is == Voter && !leaves:
			return "votes already"
		}
	case script.Promote:
		switch {
		case is == Voter:
			return "votes already"
		case is != Learner && !joins:
			return "is no learner: add it first"
		}
	case script.Remove:
		if is == Outside && !joins {
			return "belongs to no configuration: there is nothing to remove it from"
		}
	}
	return ""
}

// someRemain reports an error if nobody would vote after a removal.
func (w *World) someRemain(ids []raft.ID) error {
	for _, id := range w.config().Voters {
		if !slices.Contains(ids, id) {
			return nil
		}
	}
	return fmt.Errorf("nobody would be left to vote without %s: leave a voter out", names(ids))
}

// change begins a change of membership. Those who join come to life at once.
func (w *World) change(a script.Action, ids []raft.ID) string {
	r := request{action: a, ids: ids}
	text := ""
	switch a := a.(type) {
	case script.Add:
		r.joint = a.Joint
		text = "You add " + names(ids) + " to the cluster"
		w.drop("remove", ids)
		w.join(ids)
	case script.Promote:
		r.joint = a.Joint
		if len(ids) == 0 {
			return "Nobody is a learner"
		}
		text = "You ask that " + names(ids) + " become " + aOr(len(ids), "a voter", "voters")
	case script.Remove:
		r.joint = a.Joint
		text = "You remove " + names(ids) + " from the cluster"
		w.drop("add", ids)
		w.drop("promote", ids)
	}
	w.requests = append(w.requests, r)
	w.pursue()
	return text
}

func aOr(n int, one, more string) string {
	if n == 1 {
		return one
	}
	return more
}

// drop takes back what was asked for before about the same servers, and stands in no
// log.
func (w *World) drop(verb string, ids []raft.ID) {
	for i := range w.requests {
		r := &w.requests[i]
		if r.action.Verb() != verb || r.taken || r.over {
			continue
		}
		r.ids = slices.DeleteFunc(slices.Clone(r.ids), func(id raft.ID) bool { return slices.Contains(ids, id) })
		r.over = len(r.ids) == 0
	}
}

// join brings servers onto the stage and lets them run.
func (w *World) join(ids []raft.ID) {
	for _, id := range ids {
		for int(id) > len(w.servers) {
			w.servers = append(w.servers, server{away: true})
		}
		s := &w.servers[id-1]
		if s.id == raft.None {
			s.id, s.node = id, serverNode(id)
			w.judge.Joined(id)
		}
		if s.away {
			s.away = false
			w.start(s)
		}
	}
	w.tellClients()
}

// known lists the servers on the stage, and those that have left it.
func (w *World) known() []raft.ID {
	var ids []raft.ID
	for i := range w.servers {
		if id := w.servers[i].id; id != raft.None {
			ids = append(ids, id)
		}
	}
	return ids
}

// tellClients lets the clients know whom they may ask.
func (w *World) tellClients() {
	for i := range w.clients {
		w.runClient(&w.clients[i], &kv.SetServers{Servers: w.serverIDs()})
	}
}

// pursue asks the leader for all that waits, and sees to it that this goes on.
func (w *World) pursue() {
	for i := range w.requests {
		if r := &w.requests[i]; !r.over {
			w.advance(r)
		}
	}
	w.requests = slices.DeleteFunc(w.requests, func(r request) bool { return r.over })
	if len(w.requests) > 0 {
		w.sim.SetTimer(operator, 0, netsim.Exactly(operatorPause), w.event)
	}
}

// advance looks after a request.
func (w *World) advance(r *request) {
	r.tries++
	if r.tries > operatorTries {
		r.end(w, nil, "is given up after "+(operatorPause*operatorTries).String())
		return
	}
	leader := w.leader()
	if leader == nil || w.sim.Paused(leader.node) {
		r.tell(w, nil, "waits for a leader")
		return
	}
	st := &leader.status
	if r.handle != 0 && r.leader == leader.id && r.term == st.Term {
		return // it will answer
	}
	r.handle, r.taken = 0, false
	now := w.config()
	next, why := r.apply(now)
	switch {
	case why != "" && slices.ContainsFunc(r.ids, func(id raft.ID) bool { return w.pending("add", id) }):
		r.tell(w, leader, "waits until they have joined")
		return
	case why != "":
		r.end(w, leader, "comes to nothing: "+why)
		return
	case slices.Equal(next.Voters, now.Voters) && slices.Equal(next.Learners, now.Learners):
		if st.ConfigIndex <= st.Commit && len(now.Outgoing) == 0 {
			r.end(w, leader, "is done: "+configText(now))
		}
		return // else it stands in the log, and is not committed
	}
	w.asked++
	r.handle, r.leader, r.term = changeHandle+w.asked, leader.id, st.Term
	r.want = next
	w.runRaft(leader, &raft.ChangeMembership{
		Handle: r.handle, Voters: slices.Clone(next.Voters), Learners: slices.Clone(next.Learners), Joint: r.joint,
	})
}

// apply makes the configuration that is wanted, or says why there is none.
func (r *request) apply(now *raft.Config) (next raft.Config, why string) {
	next = raft.Config{Voters: slices.Clone(now.Voters), Learners: slices.Clone(now.Learners)}
	for _, id := range r.ids {
		votes, learns := slices.Index(next.Voters, id), slices.Index(next.Learners, id)
		switch r.action.(type) {
		case script.Add:
			if votes < 0 && learns < 0 {
				next.Learners = append(next.Learners, id)
			}
		case script.Promote:
			if learns >= 0 {
				next.Learners = slices.Delete(next.Learners, learns, learns+1)
				next.Voters = append(next.Voters, id)
			} else if votes < 0 {
				return next, name(id) + " is no learner"
			}
		case script.Remove:
			if votes >= 0 {
				next.Voters = slices.Delete(next.Voters, votes, votes+1)
			} else if learns >= 0 {
				next.Learners = slices.Delete(next.Learners, learns, learns+1)
			}
		}
	}
	slices.Sort(next.Voters)
	slices.Sort(next.Learners)
	if err := next.Check(); err != nil {
		return next, "nobody would be left to vote"
	}
	return next, ""
}

// changed takes the answer to a change that was asked for.
func (w *World) changed(s *server, a *raft.Answer) {
	i := slices.IndexFunc(w.requests, func(r request) bool { return r.handle == a.Handle })
	if i < 0 {
		return // somebody else was asked since, or it was given up
	}
	r := &w.requests[i]
	switch a.Outcome {
	case raft.Accepted:
		r.taken = true
		r.tell(w, s, fmt.Sprintf("stands in the log of %s as entry %d", name(s.id), a.Index))
	case raft.Done:
		// What it is made of, the commitment, is told first.
		r.handle, r.taken, r.done = 0, false, true
	case raft.Lost:
		r.handle, r.taken = 0, false
		r.tell(w, s, "is uncertain, for "+name(s.id)+" leads no longer: it will be asked for again")
	case raft.Invalid:
		r.end(w, s, "is refused by "+name(s.id)+" as impossible")
	default:
		r.handle = 0
		if w.notes.on {
			r.tell(w, s, "has to wait: "+w.whyBusy(s, r))
		}
	}
}

// finishChanges tells of the changes that are done.
func (w *World) finishChanges() {
	for i := range w.requests {
		if r := &w.requests[i]; r.done && !r.over {
			w.judge.ChangeDone(r.leader, r.want.Voters, r.want.Learners)
			r.end(w, w.leader(), "is done: "+configText(w.config()))
		}
	}
}

// noteConfig tells that a leader goes by another configuration from now on: it does
// once that stands in its log (section 6).
func (w *World) noteConfig(s *server, before raft.Index) {
	if st := &s.status; w.notes.on && st.Role == raft.Leader && st.ConfigIndex > before {
		w.notes.add(w, NoteOther, s.id, st.Term, "%s goes by entry %d from now on: %s", name(s.id), st.ConfigIndex, configText(&st.Config))
	}
}

// whyBusy says why a leader does not take a change now, where that is told.
func (w *World) whyBusy(s *server, r *request) string {
	st := &s.status
	switch {
	case st.Role != raft.Leader:
		return name(s.id) + " does not lead"
	case st.Transferee != raft.None:
		return name(s.id) + " is handing over to " + name(st.Transferee)
	case st.ConfigIndex > st.Commit || len(st.Config.Outgoing) > 0:
		return "another change is not committed yet"
	}
	for i := range st.Peers {
		p := &st.Peers[i]
		if _, promotes := r.action.(script.Promote); promotes && r.names(p.ID) && st.Commit > 0 && p.Match < st.Last() {
			return name(p.ID) + " has not caught up"
		}
	}
	return name(s.id) + " has only just been elected"
}

// tell narrates what becomes of the request, each thing once in a row.
func (r *request) tell(w *World, s *server, text string) {
	if r.told == text || !w.notes.on {
		return
	}
	r.told = text
	about, term := raft.None, raft.Term(0)
	if s != nil {
		about, term = s.id, s.status.Term
	}
	doing := map[string]string{"add": "Adding", "promote": "Promoting", "remove": "Removing"}[r.action.Verb()]
	w.notes.add(w, NoteOther, about, term, "%s %s %s", doing, names(r.ids), text)
}

// end is tell, and nothing becomes of the request after that.
func (r *request) end(w *World, s *server, text string) {
	r.tell(w, s, text)
	r.over, r.handle, r.taken = true, 0, false
}

// configText says who belongs to a configuration.
func configText(c *raft.Config) string {
	text := names(c.Voters) + " vote"
	if len(c.Voters) == 1 {
		text += "s"
	}
	if len(c.Outgoing) > 0 {
		text = "it takes a majority of " + names(c.Outgoing) + " and one of " + names(c.Voters)
	}
	if n := len(c.Learners); n > 0 {
		text += ", and " + names(c.Learners) + aOr(n, " learns", " learn")
	}
	return text
}

// reconfigured follows a change of who may have a say.
func (w *World) reconfigured() {
	w.configs = w.judge.Reconfigured()
	best := w.leader()
	if best == nil {
		best = w.mostUpToDate()
	}
	if best != nil && len(best.status.Config.Voters) > 0 {
		// A node may use the slices of its status again, and clones of the world keep this.
		c := &best.status.Config
		w.latest = raft.Config{Voters: slices.Clone(c.Voters), Outgoing: slices.Clone(c.Outgoing), Learners: slices.Clone(c.Learners)}
	}
	w.judge.Disturbed()
	w.judgeCalm()
	w.dismiss()
}

// mostUpToDate is the server that is up whose log is the most up to date, nil if all are
// down.
func (w *World) mostUpToDate() (best *server) {
	var most raft.Status
	for i := range w.servers {
		s := &w.servers[i]
		if !s.up {
			continue
		}
		if st := s.look(); best == nil || newer(&st, &most) {
			best, most = s, st
		}
	}
	return best
}

// newer reports whether one log is more up to date than another (section 5.4.1).
func newer(a, b *raft.Status) bool {
	x, y := lastTerm(a), lastTerm(b)
	return x > y || x == y && a.Last() > b.Last()
}

func lastTerm(st *raft.Status) raft.Term {
	if e := st.Entry(st.Last()); e != nil {
		return e.Term
	}
	return st.Snapshot.Term
}

// dismiss takes servers from the stage that are down, and that no configuration names
// which is in force or may come to be. They keep their disks.
func (w *World) dismiss() {
	members, left := w.judge.Members(), false
	for i := range w.servers {
		s := &w.servers[i]
		if s.away || s.up || s.failed != "" || members>>i&1 != 0 || w.pending("add", s.id) {
			continue
		}
		s.away, left = true, true
		for n := netsim.NodeID(1); n < operator; n++ {
			w.sim.Cut(s.node, n, false)
			w.sim.Cut(n, s.node, false)
		}
		w.notes.add(w, NoteOther, s.id, 0, "%s is down and belongs to no configuration: it leaves", name(s.id))
	}
	if left {
		w.tellClients()
		w.judgeCalm()
	}
}
