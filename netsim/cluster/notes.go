package cluster

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"raftarium/kv"
	"raftarium/netsim"
	"raftarium/netsim/cluster/check"
	"raftarium/raft"
)

// notesKept bounds the narration.
const notesKept = 4096

// notebook keeps the newest sentences about what happens. It writes only if it is
// on: sentences cost more than the events that they tell of.
type notebook struct {
	on         bool
	list       []Note
	dropped    int // notes that are no longer kept
	violations int // told so far
}

func (n *notebook) clone() notebook {
	c := *n
	c.list = append([]Note(nil), n.list...)
	return c
}

func (n *notebook) add(w *World, kind NoteKind, id raft.ID, term raft.Term, format string, args ...any) {
	if n.on {
		n.addAt(w, w.event, kind, id, term, fmt.Sprintf(format, args...))
	}
}

func (n *notebook) addAt(w *World, ev netsim.EventID, kind NoteKind, id raft.ID, term raft.Term, text string) {
	if !n.on {
		return
	}
	if len(n.list) == notesKept {
		n.dropped += notesKept / 4
		n.list = append(n.list[:0], n.list[notesKept/4:]...)
	}
	n.list = append(n.list, Note{ID: ev, At: w.sim.Now(), Kind: kind, Text: text, Server: id, Term: term})
}

// reserve takes the place for a sentence that is told later, and returns its
// number.
func (n *notebook) reserve(w *World, kind NoteKind) int {
	n.addAt(w, w.event, kind, raft.None, 0, "")
	return n.dropped + len(n.list) - 1
}

func (n *notebook) fill(number int, text string) {
	if i := number - n.dropped; n.on && i >= 0 {
		n.list[i].Text = text
	}
}

// Notes returns the sentences from the given number on, counted from 0 over the
// whole run, and the number of the next one to come. Old ones are dropped in the
// end. The slice is valid until the world goes on.
func (w *World) Notes(from int) ([]Note, int) {
	n := &w.notes
	next := n.dropped + len(n.list)
	if from >= next {
		return nil, next
	}
	return n.list[max(from-n.dropped, 0):], next
}

// noteStatus tells what became of a server.
// votes are those of its candidacy before this event.
func (w *World) noteStatus(s *server, role raft.Role, term raft.Term, commit raft.Index, votes []raft.ID) {
	if !w.notes.on {
		return
	}
	st := &s.status
	switch {
	case st.Role == raft.Candidate && (role != raft.Candidate || st.Term != term):
		w.notes.add(w, NoteElection, s.id, st.Term, "%s asks for votes in term %d", w.whyStands(s, role, term), st.Term)
	case st.Role == raft.Leader && role != raft.Leader:
		text := fmt.Sprintf("%s wins term %d", name(s.id), st.Term)
		text += w.votesText(s, votes)
		w.notes.add(w, NoteLeader, s.id, st.Term, "%s", text)
	case st.Role == raft.Follower && role != raft.Follower:
		switch {
		case st.Term != term:
			was := "leads"
			if role == raft.Candidate {
				was = "stands for"
			}
			w.notes.add(w, NoteStepDown, s.id, st.Term, "%s %s term %d no longer: it has seen term %d", name(s.id), was, term, st.Term)
		case role == raft.Leader && len(st.Config.Voters) > 0 && standing(&st.Config, s.id) == Outside:
			w.notes.add(w, NoteStepDown, s.id, st.Term, "%s steps down, for it belongs to the cluster no longer", name(s.id))
		case st.Leader == raft.None:
			w.notes.add(w, NoteStepDown, s.id, st.Term, "%s has not heard from a majority for %d ms and steps down", name(s.id), s.waited/time.Millisecond)
		default:
			w.notes.add(w, NoteStepDown, s.id, st.Term, "%s gives way to %s, the leader of term %d", name(s.id), name(st.Leader), st.Term)
		}
	}
	if st.Role == raft.Leader && role == raft.Leader && st.Commit > commit {
		w.notes.add(w, NoteCommit, s.id, st.Term, "%s commits %s%s",
			name(s.id), span(commit+1, st.Commit), w.stored(st, commit+1))
	}
}

// whyStands says who stands for election and why; role and term are those before.
func (w *World) whyStands(s *server, role raft.Role, term raft.Term) string {
	if ev := &w.happening; ev.Kind == netsim.Delivery && ev.Node == s.node {
		if _, ok := ev.Payload.(*raft.TimeoutNow); ok {
			return fmt.Sprintf("%s is to take over from %s and", name(s.id), name(raft.ID(ev.Peer)))
		}
		return name(s.id) + " hears from a majority that it could win and"
	}
	return w.whyAsks(s, role, term) + " and"
}

// whyAsks says whose patience has run out, and with whom.
func (w *World) whyAsks(s *server, role raft.Role, term raft.Term) string {
	if role == raft.Candidate {
		return fmt.Sprintf("%s won no majority in term %d within %d ms", name(s.id), term, s.waited/time.Millisecond)
	}
	return fmt.Sprintf("%s has not heard from a leader for %d ms", name(s.id), s.waited/time.Millisecond)
}

// noteAsking tells that a server asks around before it stands for election; again
// says that it did so before, in vain.
func (w *World) noteAsking(s *server, again bool) {
	st, ev := &s.status, &w.happening
	if !w.notes.on || len(st.PreVotes) == 0 ||
		ev.Kind != netsim.Timer || ev.Node != s.node || raft.TimerKey(ev.Key) != raft.TimerElection {
		return
	}
	if again {
		w.notes.add(w, NoteOther, s.id, st.Term, "%s got no majority behind it within %d ms and asks again whether it could win term %d",
			name(s.id), s.waited/time.Millisecond, st.Term+1)
		return
	}
	w.notes.add(w, NoteElection, s.id, st.Term, "%s and asks whether it could win term %d", w.whyAsks(s, st.Role, st.Term), st.Term+1)
}

// stored says of the entries from one on that st has committed where they are stored, "" of
// machines that nobody holds to storing anything.
func (w *World) stored(st *raft.Status, from raft.Index) string {
	if w.code.Judged != nil && !slices.Contains(w.code.Judged, check.AckDurable) {
		return ""
	}
	return fmt.Sprintf(": %s stored on %s", isOrAre(from, st.Commit), w.storing(st, st.Commit))
}

// storing says on how many of those who count the entry is stored that stands at i in
// the log of st.
func (w *World) storing(st *raft.Status, i raft.Index) string {
	e := st.Entry(i)
	on := func(ids []raft.ID) (n int) {
		for _, id := range ids {
			if id < 1 || int(id) > len(w.servers) {
				continue // a foreign machine may name anybody
			}
			d := &w.servers[id-1].disk
			if held := d.entry(i); e != nil && (held != nil && held.Term == e.Term || d.base() >= i) {
				n++
			}
		}
		return n
	}
	c := &st.Config
	switch {
	case len(c.Voters) == 0:
		all := w.serverIDs()
		return fmt.Sprintf("%d of %d servers", on(all), len(all))
	case len(c.Outgoing) > 0:
		return fmt.Sprintf("%d of %d servers of the old configuration and %d of %d of the new",
			on(c.Outgoing), len(c.Outgoing), on(c.Voters), len(c.Voters))
	}
	return fmt.Sprintf("%d of %d servers", on(c.Voters), len(c.Voters))
}

// votesText says with whose votes s wins, its own among them, since a majority
// counts it too.
func (w *World) votesText(s *server, before []raft.ID) string {
	voters := w.votersFor(s, before)
	others := slices.DeleteFunc(slices.Clone(voters), func(id raft.ID) bool { return id == s.id })
	those := "those of "
	if len(others) == 1 {
		those = "that of "
	}
	switch own := len(others) < len(voters); {
	case len(voters) == 0:
		return ""
	case len(others) == 0:
		return " with its own vote"
	case own:
		return " with its own vote and " + those + names(others)
	case len(others) == 1:
		return " with the vote of " + names(others)
	}
	return " with the votes of " + names(others)
}

// votersFor lists whose votes s has been given: those that it had before this
// event, and one that this event brings.
func (w *World) votersFor(s *server, before []raft.ID) []raft.ID {
	ids := slices.Clone(before)
	if ev := &w.happening; ev.Kind == netsim.Delivery && ev.Node == s.node {
		if m, ok := ev.Payload.(*raft.RequestVoteReply); ok && m.Granted && m.Term == s.status.Term {
			ids = append(ids, raft.ID(ev.Peer))
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// noteSave tells of entries that a save removes.
func (w *World) noteSave(s *server, sv *raft.Save) {
	if !w.notes.on || sv.From == 0 || sv.From > s.lastLog {
		return
	}
	text := name(s.id) + " removes " + span(sv.From, s.lastLog)
	if n := len(sv.Entries); n > 0 {
		text += " from its log and stores " + span(sv.From, sv.Entries[n-1].Index) + " of its leader there"
	} else {
		text += " from its log"
	}
	w.notes.addAt(w, w.event, NoteConflict, s.id, sv.State.Term, text)
}

// noteDelivery tells of answers that matter.
func (w *World) noteDelivery(s *server, from raft.ID, m raft.Message) {
	if !w.notes.on {
		return
	}
	switch m := m.(type) {
	case *raft.RequestVote:
		if !m.Transfer {
			w.noteSticky(s, from)
		}
	case *raft.PreVote:
		w.noteSticky(s, from)
	case *raft.PreVoteReply:
		if len(s.status.PreVotes) == 0 || m.Asked != s.status.Term {
			return
		}
		would, why := "would", ""
		if !m.Granted {
			would, why = "would not", w.behind(s, from)
		}
		w.notes.add(w, NoteOther, s.id, m.Asked, "%s %s vote for %s in term %d%s", name(from), would, name(s.id), m.Asked+1, why)
	case *raft.RequestVoteReply:
		if s.status.Role == raft.Candidate && m.Term == s.status.Term {
			if m.Granted {
				w.notes.add(w, NoteOther, s.id, m.Term, "%s gives %s its vote in term %d", name(from), name(s.id), m.Term)
			} else {
				w.notes.add(w, NoteOther, s.id, m.Term, "%s refuses %s its vote in term %d%s", name(from), name(s.id), m.Term, w.whyNoVote(s, from))
			}
		}
	case *raft.InstallSnapshot:
		w.noteChunk(s, from, m)
	case *raft.AppendEntries:
		if len(m.Entries) == 0 || m.Term >= s.status.Term {
			return
		}
		// The message may be old, and its sender wiser by now.
		if l := &w.servers[from-1]; l.up && l.status.Role == raft.Leader && l.status.Term == m.Term {
			w.notes.add(w, NoteOther, s.id, m.Term, "%s hears from %s, which still believes it leads term %d", name(s.id), name(from), m.Term)
		} else {
			w.notes.add(w, NoteOther, s.id, m.Term, "%s, in term %d, gets a late append that %s sent as leader of term %d",
				name(s.id), s.status.Term, name(from), m.Term)
		}
	}
}

// noteSticky tells of a server that does not even answer somebody who would depose
// its leader.
func (w *World) noteSticky(s *server, from raft.ID) {
	st := &s.status
	switch {
	case !st.Sticky:
	case st.Role == raft.Leader:
		w.notes.add(w, NoteOther, s.id, st.Term, "%s leads term %d and does not answer %s, which would have its place", name(s.id), st.Term, name(from))
	case st.Leader != raft.None:
		w.notes.add(w, NoteOther, s.id, st.Term, "%s hears from %s, its leader, and does not answer %s", name(s.id), name(st.Leader), name(from))
	default: // it restarted, or was made to time out
		w.notes.add(w, NoteOther, s.id, st.Term, "%s may still be bound to a leader and does not answer %s", name(s.id), name(from))
	}
}

// whyNoVote says what kept a voter from voting for s in the term of s, where it is
// still to be seen: a vote for somebody else, or a log that is more up to date.
func (w *World) whyNoVote(s *server, from raft.ID) string {
	v := &w.servers[from-1]
	if !v.up || v.status.Term != s.status.Term {
		return ""
	}
	if vote := v.status.Vote; vote != raft.None && vote != s.id {
		if vote == from {
			return ": it has voted for itself"
		}
		return ": it has voted for " + name(vote)
	}
	if v.status.Vote == raft.None {
		return w.behind(s, from)
	}
	return ""
}

// behind says that the log of s is less up to date than that of another, if it is.
func (w *World) behind(s *server, other raft.ID) string {
	index, term := lastOf(&s.status)
	itsIndex, itsTerm := lastOf(&w.servers[other-1].status)
	if itsTerm > term || itsTerm == term && itsIndex > index {
		return fmt.Sprintf(": its log is more up to date and ends at %d, term %d, not %d, term %d", itsIndex, itsTerm, index, term)
	}
	return ""
}

// lastOf is where a log ends: at its last entry or, where there is none, with its
// snapshot.
func lastOf(st *raft.Status) (raft.Index, raft.Term) {
	if n := len(st.Log); n > 0 {
		return st.Log[n-1].Index, st.Log[n-1].Term
	}
	return st.Snapshot.Index, st.Snapshot.Term
}

// nextFor is the next index that s, if it leads, would send to a follower, as far
// as sentences need it, and 0 otherwise.
func (w *World) nextFor(s *server, follower raft.ID) raft.Index {
	if w.notes.on && s.status.Role == raft.Leader {
		for i := range s.status.Peers {
			if p := &s.status.Peers[i]; p.ID == follower {
				return p.Next
			}
		}
	}
	return 0
}

// noteRefusal tells of a refused append that made a leader go back; next is where
// it was before. Other refusals are old news to it.
func (w *World) noteRefusal(s *server, from raft.ID, m raft.Message, next raft.Index) {
	r, ok := m.(*raft.AppendEntriesReply)
	if !ok || r.Success || next == 0 {
		return
	}
	if now := w.nextFor(s, from); now != 0 && now < next {
		w.notes.add(w, NoteConflict, s.id, r.Term, "%s refuses an append of %s: %s; %s goes back to %d",
			name(from), name(s.id), refusal(r, &s.status), name(s.id), now)
	}
}

// refusal says why an append was refused by a follower that holds it against the
// leader's log.
func refusal(m *raft.AppendEntriesReply, leader *raft.Status) string {
	switch {
	case m.ConflictTerm == 0:
		return fmt.Sprintf("it has no entry %d", m.Index)
	}
	if e := leader.Entry(m.Index); e != nil && e.Term == m.ConflictTerm {
		return "it was of an earlier term"
	}
	return fmt.Sprintf("its entry %d is of term %d, another than the leader's", m.Index, m.ConflictTerm)
}

// noteRequest tells of a try of a client.
func (w *World) noteRequest(c *client, snd *kv.ClientSend) {
	if !w.notes.on {
		return
	}
	op := opText(snd.Req.Op)
	if snd.Req.Op.Kind == kv.Register {
		op = "register a session"
	}
	if snd.Req.Try > 1 {
		w.notes.add(w, NoteClient, snd.To, 0, "C%d tries again, at %s: %s (number %d, try %d)", c.id, name(snd.To), op, snd.Req.Seq, snd.Req.Try)
		return
	}
	w.notes.add(w, NoteClient, snd.To, 0, "C%d asks %s: %s (number %d)", c.id, name(snd.To), op, snd.Req.Seq)
}

// noteReply tells of a refusal that the client waits for. Others are late: it asks
// somebody else by now, or for something else.
func (w *World) noteReply(c *client, from raft.ID, r *kv.Reply) {
	if c.failed != "" {
		return
	}
	var st kv.ClientStatus
	if try("Inspect", func() { c.m.Inspect(&st) }) != "" {
		return
	}
	now := waitsFor(&st, r.Seq)
	switch {
	case now == nil:
		return
	case r.Status == kv.OK && now.Op.Kind == kv.Register:
		w.notes.add(w, NoteClient, from, 0, "C%d has a session now: entry %d registered it", c.id, r.Index)
	case r.Status == kv.OK || now.Server != from || now.Resting:
	case r.Status == kv.Busy:
		w.notes.add(w, NoteClient, from, 0, "%s has as much to commit as it takes on and refuses C%d as busy; C%d will try again", name(from), c.id, c.id)
	case r.Status == kv.NotLeader && r.Leader != raft.None && w.servers[from-1].status.Transferee == r.Leader:
		w.notes.add(w, NoteClient, from, 0, "%s is handing over to %s and sends C%d there", name(from), name(r.Leader), c.id)
	case r.Status == kv.NotLeader && r.Leader != raft.None:
		w.notes.add(w, NoteClient, from, 0, "%s is not the leader and sends C%d to %s", name(from), c.id, name(r.Leader))
	case r.Status == kv.NotLeader:
		w.notes.add(w, NoteClient, from, 0, "%s is not the leader and knows none; C%d will try again", name(from), c.id)
	case r.Status == kv.Lost:
		w.notes.add(w, NoteClient, from, 0, "%s lost track of C%d's operation; C%d will try again", name(from), c.id, c.id)
	}
}

// waitsFor finds what a client waits for under a sequence number, or returns nil. A
// machine that lists nothing waits for one operation at most.
func waitsFor(st *kv.ClientStatus, seq uint64) *kv.Outstanding {
	if st.Registration.Seq == seq && seq != 0 {
		return &st.Registration
	}
	for i := range st.Outstanding {
		if o := &st.Outstanding[i]; o.Seq == seq {
			return o
		}
	}
	if len(st.Outstanding) == 0 && st.Busy && st.Seq == seq {
		return &kv.Outstanding{Op: st.Op, Seq: st.Seq, Try: st.Try, Server: st.Server, Resting: st.Resting}
	}
	return nil
}

// notePerformed tells of a repetition that was swallowed, or of a session that had
// ended, once: by the server that applies it first.
func (w *World) notePerformed(s *server, p *kv.Performed) {
	switch {
	case p.Index <= w.stats.Committed || p.Ended == 0:
	case p.Kind == kv.Expire:
		w.notes.add(w, NoteClient, s.id, 0, "Entry %d ends session %d, of C%d, on every server alike", p.Index, p.Ended, p.EndedOf)
	default:
		w.notes.add(w, NoteClient, s.id, 0, "Entry %d opens a session for C%d, one too many: session %d, of C%d, was used longest ago and ends", p.Index, p.Client, p.Ended, p.EndedOf)
	}
	if p.Expired && p.Index > w.stats.Committed {
		w.notes.add(w, NoteClient, s.id, 0, "Entry %d changes nothing: the session of C%d's operation %d has ended", p.Index, p.Client, p.Seq)
	}
	if !p.Duplicate || p.Index <= w.stats.Committed {
		return
	}
	if w.knows(p.Client) {
		w.clients[p.Client-1].swallow = p.Seq
	}
	if !w.notes.on {
		return
	}
	w.notes.add(w, NoteDuplicate, s.id, 0, "The session table swallows entry %d: operation %d of C%d took effect before", p.Index, p.Seq, p.Client)
}

func (w *World) noteDone(c *client, r *kv.Result) {
	if !w.notes.on {
		return
	}
	if r.Expired {
		w.notes.add(w, NoteClient, raft.None, 0, "C%d's session has expired: %s may or may not have happened, and C%d does not ask again",
			c.id, opText(c.lastOp), c.id)
		return
	}
	text := fmt.Sprintf("C%d is done: %s", c.id, opText(c.lastOp))
	if c.lastOp.Kind == kv.Get {
		from := max(0, len(r.Value)-24)
		for from > 0 && from < len(r.Value) && !utf8.RuneStart(r.Value[from]) {
			from++
		}
		v := strings.TrimRight(string(r.Value[from:]), " ")
		if from > 0 {
			v = "..." + v
		}
		text += " is " + strconv.Quote(v)
	}
	if r.Tries > 1 {
		text += fmt.Sprintf(", after %d tries", r.Tries)
	}
	w.notes.add(w, NoteClient, raft.None, 0, "%s", text)
}

// noticeViolations tells of what the judge has found.
func (w *World) noticeViolations() {
	if w.notes.violations < len(w.judge.Violations()) {
		w.noteViolations()
	}
}

func (w *World) noteViolations() {
	vs := w.judge.Violations()
	for ; w.notes.violations < len(vs); w.notes.violations++ {
		v := &vs[w.notes.violations]
		w.notes.add(w, NoteViolation, v.Server, 0, "Violation of %s: %s", v.Property, v.Text)
	}
}
