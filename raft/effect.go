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
func (e *Effects) Reset() {
	clear(e.Saves)
	clear(e.Applies)
	clear(e.Sends)
	e.Saves, e.Timers, e.Applies = e.Saves[:0], e.Timers[:0], e.Applies[:0]
	e.Answers, e.Sends = e.Answers[:0], e.Sends[:0]
}

// Save asks for a durable, atomic write of the hard state together with a change
// of the log.
type Save struct {
	Seq   SaveSeq
	State HardState // always written, also where it did not change
	// From, if not 0, cuts the log: all entries at From and above are removed
	// before Entries, the first of which then has index From, are appended. With
	// From 0 the log stays as it is and Entries is empty.
	From    Index
	Entries []Entry
}

// TimerKey names a timer of a machine. A machine has at most one timer of a key.
type TimerKey uint8

// The timers of a Raft server (section 5.2).
const (
	TimerElection  TimerKey = iota // a follower or candidate has waited long enough
	TimerHeartbeat                 // a leader must be heard from
)

// String returns "election" or "heartbeat".
func (k TimerKey) String() string {
	switch k {
	case TimerElection:
		return "election"
	case TimerHeartbeat:
		return "heartbeat"
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
// once, from 1, without a gap.
type Apply struct {
	After   SaveSeq
	Entries []Entry
}

// Outcome is what became of a proposal.
type Outcome uint8

const (
	// Accepted: the command stands in this leader's log at Index in Term. It is
	// not committed yet and may still lose its place.
	Accepted Outcome = iota
	// NotLeader: nothing was done. Leader is who leads, as far as known.
	NotLeader
	// Lost: an accepted command can no longer be followed, because its entry was
	// overwritten or because this server no longer leads. It may or may not be
	// applied by whoever leads next.
	Lost
)

// String returns "accepted", "not leader" or "lost".
func (o Outcome) String() string {
	switch o {
	case Accepted:
		return "accepted"
	case NotLeader:
		return "not leader"
	case Lost:
		return "lost"
	}
	return fmt.Sprintf("Outcome(%d)", uint8(o))
}

// Answer tells a proposer what became of its proposal.
type Answer struct {
	After   SaveSeq
	Handle  Handle
	Outcome Outcome
	Index   Index // with Accepted
	Term    Term  // with Accepted
	Leader  ID    // with NotLeader and Lost; None if unknown
}

// Send asks for a message to be sent to another server; one to itself breaks the
// contract. Its own vote and its own disk a machine counts without messages.
type Send struct {
	After SaveSeq
	To    ID
	Msg   Message
}

// SendRequestVote appends a Send of m, placed so that it costs no allocation of
// its own.
func (e *Effects) SendRequestVote(to ID, after SaveSeq, m RequestVote) {
	e.Sends = append(e.Sends, Send{After: after, To: to, Msg: e.votes.put(m)})
}

// SendRequestVoteReply is like SendRequestVote for the reply.
func (e *Effects) SendRequestVoteReply(to ID, after SaveSeq, m RequestVoteReply) {
	e.Sends = append(e.Sends, Send{After: after, To: to, Msg: e.voted.put(m)})
}

// SendAppendEntries is like SendRequestVote for AppendEntries. m.Entries is given
// away: its elements must not be written again.
func (e *Effects) SendAppendEntries(to ID, after SaveSeq, m AppendEntries) {
	e.Sends = append(e.Sends, Send{After: after, To: to, Msg: e.appends.put(m)})
}

// SendAppendEntriesReply is like SendRequestVote for the reply to AppendEntries.
func (e *Effects) SendAppendEntriesReply(to ID, after SaveSeq, m AppendEntriesReply) {
	e.Sends = append(e.Sends, Send{After: after, To: to, Msg: e.appendeds.put(m)})
}

// arena hands out values from chunks, so that many messages share an allocation.
// A chunk lives as long as any message in it does.
type arena[T any] struct{ chunk []T }

const arenaChunk = 64

func (a *arena[T]) put(v T) *T {
	if len(a.chunk) == cap(a.chunk) {
		a.chunk = make([]T, 0, arenaChunk)
	}
	a.chunk = append(a.chunk, v)
	return &a.chunk[len(a.chunk)-1]
}
