package raft

import (
	"fmt"
	"time"
)

// SaveSeq numbers the Saves of a machine from its Start on: 1, 2, 3 and so on. 0
// stands for "nothing to wait for".
type SaveSeq uint64

// Effects is what one step wants done. The world carries the effects of a step
// out in the order of the fields, and within a field in order. Saves are durable
// in the order of their Seq. Applies, Answers and Sends leave once all Saves up
// to their After are durable, at once if After is 0; a crash before that drops
// them together with the Save.
//
// An Effects is meant to be reused: Reset it, hand it to Step, read it.
type Effects struct {
	Saves   []Save
	Timers  []Timer
	Applies []Apply
	Answers []Answer
	Sends   []Send

	votes     arena[RequestVote]
	voted     arena[RequestVoteReply]
	appends   arena[AppendEntries]
	appendeds arena[AppendEntriesReply]
}

// Reset empties the lists and keeps their memory. Messages made before stay valid.
// What an element held stays reachable until another takes its place.
func (e *Effects) Reset() {
	e.Saves = e.Saves[:0]
	e.Timers = e.Timers[:0]
	e.Applies = e.Applies[:0]
	e.Answers = e.Answers[:0]
	e.Sends = e.Sends[:0]
}

// Save asks for a durable write of the hard state together with a snapshot and a
// change of the log: all of it or nothing.
type Save struct {
	Seq   SaveSeq
	State HardState // always written, also where it did not change
	// Snapshot, if not nil, takes the place of the one on disk, whatever its index,
	// and of all entries up to its Index, which are removed. If the log on disk ends
	// before that, it is empty then, and goes on at Index plus 1.
	Snapshot *Snapshot
	// From, if not 0, cuts the log: all entries at From and above are removed
	// before Entries, the first of which then has index From, are appended. With
	// From 0 the log stays as it is and Entries is empty.
	From    Index
	Entries []Entry
	// Quiet says that the machine need not hear when this is durable: there is no
	// [Saved] for it alone. The next one that is reported covers it.
	Quiet bool
}

// TimerKey names a timer of a machine. A machine has at most one timer of a key.
type TimerKey uint8

// The timers of a Raft server: the first two are those of section 5.2, the others
// serve what the dissertation adds. A machine sets those that it needs; the world
// treats all alike.
const (
	TimerElection   TimerKey = iota // a follower or candidate has waited long enough
	TimerHeartbeat                  // a leader must be heard from
	TimerQuorum                     // a leader asks itself whether a quorum still answers (6.2)
	TimerStickiness                 // a leader was heard from a minimum election timeout ago (4.2.3)
	TimerTransfer                   // a transfer of leadership has taken long enough (3.10)
	TimerLeaseA                     // a leader's lease ends (6.4.1); of two that take turns,
	TimerLeaseB                     // one runs while the other measures the next
)

var timerNames = [...]string{"election", "heartbeat", "quorum", "stickiness", "transfer", "lease A", "lease B"}

// String returns the name of the timer: "election", "heartbeat" and so on.
func (k TimerKey) String() string {
	if int(k) < len(timerNames) {
		return timerNames[k]
	}
	return fmt.Sprintf("timer %d", uint8(k))
}

// Timer sets the timer of a key, replacing one that runs, or cancels it. The
// world draws the length between Min and Max, both included.
type Timer struct {
	Key      TimerKey
	Cancel   bool
	Min, Max time.Duration
}

// Apply hands committed entries to the service (rule "If commitIndex >
// lastApplied" of Figure 2). From a Start on, a machine applies every index
// once, from 1, without a gap, unless a snapshot takes it forward.
type Apply struct {
	After SaveSeq
	// Snapshot, if not nil, replaces all of the service's state, before Entries,
	// which then go on behind it.
	Snapshot *Snapshot
	Entries  []Entry
}

// Outcome is what became of a proposal, or of another request with a [Handle].
// Proposals know the first four.
type Outcome uint8

const (
	// Accepted: the command stands in this leader's log at Index in Term. It is
	// not committed yet and may still lose its place.
	Accepted Outcome = iota
	// NotLeader: nothing was done. Leader is who leads, as far as known.
	NotLeader
	// Lost: an accepted command, or request, can no longer be followed, because its entry was
	// overwritten or because this server no longer leads. It may or may not be
	// applied by whoever leads next.
	Lost
	// Busy: nothing was done, because this leader takes no such request just now;
	// later it may. Leader is whom it hands its leadership to, if that is why.
	Busy
	// Done: the request was carried out.
	Done
	// Aborted: the request was given up, and the leader goes on as before.
	Aborted
	// Invalid: nothing was done, because the request asks for what cannot be.
	Invalid
)

var outcomeNames = [...]string{"accepted", "not leader", "lost", "busy", "done", "aborted", "invalid"}

// String returns the outcome in words: "accepted", "not leader" and so on.
func (o Outcome) String() string {
	if int(o) < len(outcomeNames) {
		return outcomeNames[o]
	}
	return fmt.Sprintf("Outcome(%d)", uint8(o))
}

// Answer tells who asked for something with a Handle what became of it.
type Answer struct {
	After   SaveSeq
	Handle  Handle
	Outcome Outcome
	Index   Index // with Accepted, and with Done for a Read
	Term    Term  // with Accepted
	Leader  ID    // with NotLeader, Lost, Busy and Done; None if unknown
	Lease   bool  // with Done for a Read: a lease stands for its being right
}

// Send asks for a message to be sent to another server; one to itself breaks the
// contract. Its own vote and its own disk a machine counts without messages.
type Send struct {
	After SaveSeq
	To    ID
	Msg   Message
}

// The New... methods append an element that holds nothing yet and return it, to be
// filled in where it stands: nearly all that a step costs is copying. It is valid
// until the next element is appended to the same list, a message for ever.

// NewSave appends a Save.
func (e *Effects) NewSave() *Save {
	n := len(e.Saves)
	if n == cap(e.Saves) {
		e.Saves = append(e.Saves, Save{})
		return &e.Saves[n]
	}
	e.Saves = e.Saves[:n+1]
	s := &e.Saves[n]
	s.Seq, s.State.Term, s.State.Vote, s.Snapshot, s.From, s.Entries, s.Quiet = 0, 0, None, nil, 0, nil, false
	return s
}

// NewApply appends an Apply.
func (e *Effects) NewApply() *Apply {
	n := len(e.Applies)
	if n == cap(e.Applies) {
		e.Applies = append(e.Applies, Apply{})
		return &e.Applies[n]
	}
	e.Applies = e.Applies[:n+1]
	a := &e.Applies[n]
	a.After, a.Snapshot, a.Entries = 0, nil, nil
	return a
}

// NewAppendEntries appends a Send of an AppendEntries, placed so that it costs no
// allocation of its own. Entries that it is given must not be written again.
func (e *Effects) NewAppendEntries(to ID, after SaveSeq) *AppendEntries {
	m := e.appends.next()
	e.Sends = append(e.Sends, Send{After: after, To: to, Msg: m})
	return m
}

// SendRequestVote appends a Send of m, placed like that of NewAppendEntries.
func (e *Effects) SendRequestVote(to ID, after SaveSeq, m RequestVote) {
	p := e.votes.next()
	*p = m
	e.Send(to, after, p)
}

// SendRequestVoteReply is like SendRequestVote for the reply.
func (e *Effects) SendRequestVoteReply(to ID, after SaveSeq, m RequestVoteReply) {
	p := e.voted.next()
	*p = m
	e.Send(to, after, p)
}

// SendAppendEntries is like SendRequestVote for AppendEntries. m.Entries is given
// away: its elements must not be written again.
func (e *Effects) SendAppendEntries(to ID, after SaveSeq, m AppendEntries) {
	*e.NewAppendEntries(to, after) = m
}

// SendAppendEntriesReply is like SendRequestVote for the reply to AppendEntries. Where the
// last one that was placed is equal, it is that which is sent: those who follow one leader
// say the same.
func (e *Effects) SendAppendEntriesReply(to ID, after SaveSeq, m AppendEntriesReply) {
	k := len(e.appendeds.chunk) - 1
	if k < 0 || e.appendeds.chunk[k] != m {
		*e.appendeds.next() = m
		k = len(e.appendeds.chunk) - 1
	}
	e.Sends = append(e.Sends, Send{After: after, To: to, Msg: &e.appendeds.chunk[k]})
}

// Send appends a Send of a message that is rare enough to have memory of its own.
func (e *Effects) Send(to ID, after SaveSeq, m Message) {
	e.Sends = append(e.Sends, Send{After: after, To: to, Msg: m})
}

// arena hands out values from chunks, so that many messages share an allocation.
// A chunk lives as long as any message in it does.
type arena[T any] struct{ chunk []T }

// A chunk is of 63 messages at first, which fills a page of 4 KiB but for the word that
// the allocator adds, and then of twice as many as the one before, up to 1008.
const (
	firstChunk   = 63
	largestChunk = 16 * firstChunk
)

// next is the place of the next value, which is zero.
func (a *arena[T]) next() *T {
	n := len(a.chunk)
	if n == cap(a.chunk) {
		a.chunk = make([]T, min(max(2*n, firstChunk), largestChunk))[:0]
		n = 0
	}
	a.chunk = a.chunk[:n+1]
	return &a.chunk[n]
}
