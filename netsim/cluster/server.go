package cluster

import (
	"fmt"
	"time"

	"raftarium/kv"
	"raftarium/netsim"
	"raftarium/netsim/cluster/check"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
)

// server is a consensus node and the service on it, with their disk.
type server struct {
	id     raft.ID
	node   netsim.NodeID
	up     bool
	away   bool   // not on the stage: it has left, or never joined
	failed string // why a machine was stopped, "" if none was
	raft   raft.Machine
	kv     kv.Server
	status raft.Status   // what the node said last
	waited time.Duration // what the timer that ran out last was set for
	// To whom it was last asked to hand over, and in which term.
	handsTo   raft.ID
	handsOver raft.Term

	disk     disk         // what is durable
	saves    []raft.Save  // asked for and not durable, oldest first
	lastSave raft.SaveSeq // asked for
	lastLog  raft.Index   // of the log once all saves are durable
	lastBase raft.Index   // of the snapshot, likewise
	durable  raft.SaveSeq
	torn     uint64       // how often a write of it was torn
	told     raft.SaveSeq // durable, as far as the node knows: less than durable while paused
	// Effects that wait for a save.
	applies []heldApply
	answers []raft.Answer
	sends   []heldSend
	// What it sent since then into a crowded network.
	counted     int
	countedFrom netsim.Time
}

type heldApply struct {
	after    raft.SaveSeq
	snapshot *raft.Snapshot
	entries  []raft.Entry
}

type heldSend struct {
	raft.Send
	cause netsim.EventID
}

// start gives a server new machines and what its disk holds.
func (w *World) start(s *server) {
	defer w.rescue(s)
	s.up, s.failed = true, ""
	s.raft, s.kv = w.code.Raft.New(), w.code.Server.New()
	s.status = raft.Status{}
	s.lastSave, s.durable, s.told = 0, 0, 0
	s.lastBase, s.lastLog = s.disk.base(), s.disk.last()
	log := s.disk.log.all()
	w.judge.StartedFrom(s.id, s.disk.state, s.disk.snapshot, log)
	w.runServer(s, &kv.ServerStart{ID: s.id, Without: w.off(), LogLimit: w.cfg.Snapshot, Reads: w.reads, Sessions: w.cfg.Sessions})
	w.runRaft(s, &raft.Start{
		ID: s.id, Servers: script.FirstServers(w.cfg.Servers), Timing: w.cfg.Timing,
		Limits: raft.Limits{Chunk: chunkOf(w.cfg.Snapshot), Uncommitted: w.cfg.Uncommitted},
		State:  s.disk.state, Log: log, Snapshot: s.disk.snapshot, Without: w.off(),
	})
}

// crash stops a server. All that was not durable is lost, and so is all that
// waited for it.
func (w *World) crash(s *server) {
	w.sim.Crash(s.node)
	s.up = false
	s.raft, s.kv = nil, nil
	s.saves, s.applies, s.answers, s.sends = nil, nil, nil, nil
	// What is left to see of it is its disk.
	s.status = raft.Status{ID: s.id, Term: s.disk.state.Term, Vote: s.disk.state.Vote, Quorum: s.status.Quorum, NoLog: true}
	if w.notes.on {
		s.status.Log, s.status.NoLog = s.disk.log.all(), false
	}
	if snap := s.disk.snapshot; snap != nil {
		s.status.First = snap.Index + 1
		s.status.Snapshot = raft.SnapshotStatus{Index: snap.Index, Term: snap.Term, Size: len(snap.Data)}
	}
	w.judge.Crashed(s.id)
}

// fail stops a server whose machine broke the contract: a finding about the
// machine, not a crash of the program.
func (w *World) fail(s *server, format string, args ...any) {
	w.stop(s, check.Contract, fmt.Sprintf(format, args...))
}

// stop stops a server that broke a property and cannot go on.
func (w *World) stop(s *server, broken check.Property, text string) {
	w.judge.Report(check.Violation{
		Property: broken, At: w.sim.Now(), Event: w.event, Server: s.id,
		Text: fmt.Sprintf("%s: %s", name(s.id), text),
	})
	w.proposals, w.compacts, w.asking = w.proposals[:0], w.compacts[:0], w.asking[:0]
	w.crash(s)
	s.failed = text
	w.notes.add(w, NoteOther, s.id, 0, "%s stops: %s", name(s.id), text)
	w.judgeCalm()
}

// takeRaft lets the consensus node take an event, and the service and the node
// whatever follows from it at once. Whoever calls it rescues the server.
func (w *World) takeRaft(s *server, ev raft.Event) {
	w.stepRaft(s, ev)
	w.propose(s)
}

// takeServer is takeRaft for an event of the service.
func (w *World) takeServer(s *server, ev kv.ServerEvent) {
	w.stepServer(s, ev)
	w.propose(s)
}

// runRaft is takeRaft for what is done from outside.
func (w *World) runRaft(s *server, ev raft.Event) {
	defer w.rescue(s)
	w.takeRaft(s, ev)
}

// runServer is takeServer for what is done from outside.
func (w *World) runServer(s *server, ev kv.ServerEvent) {
	defer w.rescue(s)
	w.takeServer(s, ev)
}

func (w *World) rescue(s *server) {
	if r := recover(); r != nil {
		w.fail(s, "%s", panicked(r))
	}
}

// proposeRounds bounds how often node and service may answer each other within
// one event.
const proposeRounds = 1000

// propose hands what the service proposed to the node, what it wants to read, and
// the state in place of which it may forget its log.
func (w *World) propose(s *server) {
	if len(w.proposals)+len(w.compacts)+len(w.asking) > 0 {
		w.proposeAll(s)
	}
}

func (w *World) proposeAll(s *server) {
	for round := 0; len(w.proposals)+len(w.compacts)+len(w.asking) > 0 && s.up; round++ {
		if round == proposeRounds {
			w.fail(s, "the service proposes without end within one event")
			return
		}
		if len(w.compacts) > 0 {
			// An older state says no more than a newer one.
			c := w.compacts[len(w.compacts)-1]
			w.noteCompact(s, &c)
			clear(w.compacts)
			w.compacts = w.compacts[:0]
			w.stepRaft(s, &c)
			continue
		}
		if len(w.asking) > 0 {
			w.askRead(s)
			continue
		}
		w.proposals, w.proposing = w.proposing[:0], w.proposals
		w.evPropose.Proposals = w.proposing
		w.stepRaft(s, &w.evPropose)
		clear(w.proposing)
	}
}

func (w *World) stepRaft(s *server, ev raft.Event) {
	out := &w.rout
	out.Reset()
	if w.compares() {
		w.stepTwin(s, ev, out)
	} else {
		s.raft.Step(ev, out)
	}
	if len(out.Saves)+len(out.Timers) > 0 && !w.saveAndTime(s, out) ||
		len(out.Applies)+len(out.Answers) > 0 && !w.hand(s, out) ||
		len(out.Sends) > 0 && !w.sendAll(s, out) {
		return
	}
	if s.up {
		w.inspect(s)
	}
}

// The parts of stepRaft are functions of their own, and not inlined, because of how Go
// compiles for WebAssembly: there each jump costs the more, the larger its function is.

// saveAndTime asks for the saves and sets the timers of a step. It reports false if one
// of them is impossible and the server was stopped for it.
//
//go:noinline
func (w *World) saveAndTime(s *server, out *raft.Effects) bool {
	for i := range out.Saves {
		if !w.save(s, &out.Saves[i]) {
			return false
		}
	}
	for i := range out.Timers {
		if !w.setTimer(s, &out.Timers[i]) {
			return false
		}
	}
	return true
}

// sendAll sends the messages of a step, at once or when their save is durable. It
// reports false if one of them cannot be sent, and the server was stopped for it or is
// down already.
//
//go:noinline
func (w *World) sendAll(s *server, out *raft.Effects) bool {
	for i := range out.Sends {
		snd := &out.Sends[i]
		if !s.up || snd.After > s.lastSave || snd.Msg == nil || snd.To == s.id || !w.has(snd.To) {
			w.refuseSend(s, snd)
			return false
		}
		if snd.After <= s.durable {
			w.send(s, snd.To, snd.Msg, w.event)
			continue
		}
		s.sends = another(s.sends)
		h := &s.sends[len(s.sends)-1]
		h.After, h.To, h.Msg, h.cause = snd.After, snd.To, snd.Msg, w.event
	}
	return true
}

// hand gives the service what is committed and answered, at once or when its save is
// durable. It reports false if the server is down, or stopped for that.
//
//go:noinline
func (w *World) hand(s *server, out *raft.Effects) bool {
	for i := range out.Applies {
		if a := &out.Applies[i]; s.up && a.After <= s.durable && len(s.applies) == 0 {
			w.apply(s, a.Snapshot, a.Entries)
		} else if !w.holdApply(s, a) {
			return false
		}
	}
	for i := range out.Answers {
		if a := &out.Answers[i]; s.up && a.After <= s.durable {
			w.answer(s, a)
		} else if !w.holdAnswer(s, a) {
			return false
		}
	}
	return true
}

// has reports whether there is a server of that number.
func (w *World) has(id raft.ID) bool {
	return id-1 < raft.ID(len(w.servers)) && w.servers[id-1].id != raft.None
}

// holdApply keeps an Apply until its save is durable. It reports false if the server
// is down, stopped for this effect or for one before.
func (w *World) holdApply(s *server, a *raft.Apply) bool {
	if !w.mayWait(s, a.After) {
		return false
	}
	s.applies = append(s.applies, heldApply{a.After, a.Snapshot, a.Entries})
	return true
}

// holdAnswer is holdApply for an Answer.
func (w *World) holdAnswer(s *server, a *raft.Answer) bool {
	if !w.mayWait(s, a.After) {
		return false
	}
	s.answers = append(s.answers, *a)
	return true
}

// refuseSend stops a server for a message that cannot be sent, if it is not down
// already.
func (w *World) refuseSend(s *server, snd *raft.Send) {
	switch {
	case !w.mayWait(s, snd.After):
	case snd.Msg == nil:
		w.fail(s, "sends no message (Send.Msg is nil) to %s", snd.To)
	default:
		w.fail(s, "sends a %s to %s, which is not another server of the cluster", snd.Msg.Kind(), snd.To)
	}
}

// mayWait checks what an effect waits for. It reports false if the server is
// down, stopped for that or by an effect before.
func (w *World) mayWait(s *server, after raft.SaveSeq) bool {
	if s.up && after > s.lastSave {
		w.fail(s, "waits for save %d, which it never asked for; the last one is %d", after, s.lastSave)
	}
	return s.up
}

// another makes a list longer by one element, which is to be written all over. To
// append one would make it elsewhere, and copy it.
func another[T any](list []T) []T {
	if n := len(list); n < cap(list) {
		return list[:n+1]
	}
	var zero T
	return append(list, zero)
}

// without is a list without its first n elements.
func without[T any](list []T, n int) []T {
	if n == len(list) {
		return list[:0] // as mostly
	}
	return list[:copy(list, list[n:])]
}

// minTimer is the shortest timer: what runs out at once could run out for ever,
// without time passing.
const minTimer = time.Microsecond

// setTimer sets or cancels a timer. It reports false if that is impossible and
// the server was stopped for it.
func (w *World) setTimer(s *server, t *raft.Timer) bool {
	switch {
	case t.Cancel:
		w.sim.CancelTimer(s.node, int(t.Key))
	case t.Min < 0 || t.Max < t.Min || t.Max < minTimer:
		w.refuseTimer(s, t)
		return false
	default:
		w.sim.SetTimer(s.node, int(t.Key), netsim.Range{Min: t.Min, Max: t.Max}, w.event)
	}
	return true
}

//go:noinline
func (w *World) refuseTimer(s *server, t *raft.Timer) {
	w.fail(s, "asks for the timer %s within %v..%v: the first must not be negative, nor the second less than it or than %v",
		t.Key, t.Min, t.Max, minTimer)
}

// apply hands the service what is committed.
func (w *World) apply(s *server, snapshot *raft.Snapshot, entries []raft.Entry) {
	if snapshot != nil {
		w.install(s, snapshot)
	}
	if len(entries) == 0 || !s.up {
		return
	}
	w.judge.Applied(s.id, entries)
	w.evApplied.Entries = entries
	w.stepServer(s, &w.evApplied)
	if last := entries[len(entries)-1].Index; last > w.stats.Committed {
		w.stats.Committed, w.committedAt = last, w.sim.Now()
	}
}

func (w *World) answer(s *server, a *raft.Answer) {
	if a.Handle >= changeHandle {
		w.operated(s, a)
		return
	}
	w.judge.Answered(s.id, a)
	w.evAnswered.Answer = *a
	w.stepServer(s, &w.evAnswered)
}

// Where each message brings forth more than one, a run would come to no end, and take
// all memory. That much is under way says little of a node: long links, short timeouts and
// copies make it so.
const (
	// crowd is from how much under way on what nodes send is counted, more than most runs
	// of 25 servers with long links have.
	crowd = 1 << 17
	// flood is how much a node that floods the network sends within its window.
	flood = 1 << 16
	// brim is how much the network holds: what is sent beyond is lost at once.
	brim = 1 << 20
)

func (w *World) send(s *server, to raft.ID, m raft.Message, cause netsim.EventID) {
	if w.sim.Pending() > crowd && !w.squeeze(s) {
		return
	}
	w.judge.Sent(s.id, to, m)
	w.sim.Send(s.node, serverNode(to), m, w.digestToSend(m), cause)
}

// squeeze counts a message that a node sends into a network that is crowded. It reports
// false if it is not to be sent: the network is full, or the node was stopped, since it
// sends far more than heartbeats and clients bring about.
//
//go:noinline
func (w *World) squeeze(s *server) bool {
	window := min(max(w.cfg.Timing.Heartbeat, time.Millisecond), 100*time.Millisecond)
	if now := w.sim.Now(); s.counted == 0 || now.Sub(s.countedFrom) >= window {
		s.counted, s.countedFrom = 0, now
	}
	if s.counted++; s.counted > flood {
		w.fail(s, "floods the network: it sent more than %d messages within %v", flood, window)
		return false
	}
	if w.sim.Pending() <= brim {
		return true
	}
	w.stats.Lost++
	if !w.full {
		w.full = true
		w.notes.add(w, NoteOther, raft.None, 0, "The network is full: %d messages are on their way, and what comes to more is lost", brim)
		w.judgeCalm() // what servers owe to clients is not judged from here on
	}
	return false
}

func (w *World) stepServer(s *server, ev kv.ServerEvent) {
	if !s.up {
		return // stopped earlier in this event
	}
	out := &w.kout
	out.Reset()
	if w.compares() {
		w.stepServerTwin(s, ev, out)
	} else {
		s.kv.Step(ev, out)
	}
	for i := range out.Performed {
		p := &out.Performed[i]
		w.judge.Performed(s.id, p)
		if p.Duplicate || p.Expired || p.Ended != 0 {
			if p.Index > w.stats.Committed && p.Duplicate {
				w.stats.DuplicatesSuppressed++
			}
			w.notePerformed(s, p)
		}
	}
	if len(out.Compacts) > 0 || out.Refused != "" {
		w.compacted(s, out)
		if out.Refused != "" {
			w.stop(s, check.StateMachineSafety, "cannot restore its state: "+out.Refused)
			return
		}
	}
	for _, r := range out.Replies {
		if r == nil || !w.knows(r.Client) {
			w.fail(s, "answers a client that does not exist")
			return
		}
		if r.Status == kv.Busy {
			w.stats.Busy++
		} else if r.By != kv.ReadsByLog {
			w.served(s, r)
		}
		w.sim.Send(s.node, clientNode(r.Client), r, digestReply(r), w.event)
	}
	if len(out.Proposals) > 0 {
		w.proposals = append(w.proposals, out.Proposals...)
	}
	if len(out.Reads) > 0 {
		w.asking = append(w.asking, out.Reads...)
	}
}

// look asks a server that is up for all of its status, its log included. If the
// machine panics at that, its next step will tell.
func (s *server) look() (st raft.Status) {
	try("Inspect", func() { s.raft.Inspect(&st) })
	return st
}

// inspect asks a node what it has become.
func (w *World) inspect(s *server) {
	st := &s.status
	role, term, commit, asked, config := st.Role, st.Term, st.Commit, len(st.PreVotes) > 0, st.ConfigIndex
	if w.notes.on {
		w.votes = append(w.votes[:0], st.Votes...)
	}
	st.NoLog = !w.notes.on // only sentences tell what stands in it
	s.raft.Inspect(st)
	w.judge.Status(s.id, st)
	if w.notes.on {
		w.noteAsking(s, asked)
		w.noteConfig(s, config)
	}
	if st.Role == role && st.Term == term && st.Commit == commit {
		return
	}
	if st.Role == raft.Candidate && (role != raft.Candidate || st.Term != term) ||
		st.Role == raft.Leader && role == raft.Follower && st.Term != term {
		w.stats.Elections++
	}
	if w.notes.on {
		w.noteStatus(s, role, term, commit, w.votes)
	}
}
