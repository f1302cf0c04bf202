package kv

import "raftarium/raft"

// Server is the service's half of a server: the machine that sits on a consensus
// node, proposes what clients ask for, applies what the log says, and answers.
// The rules of [raft.Machine] hold for it: no I/O, no clock, no randomness.
//
// It has no disk of its own. After a crash a new machine gets *ServerStart and
// then, by *Applied, the log from index 1; or, where a snapshot stands for the
// beginning of the log, *Restored and then the log behind it.
type Server interface {
	Step(ev ServerEvent, out *ServerEffects)
	Clone() Server
	AppendState(b []byte) []byte
	// Inspect overwrites *st, reusing its slices.
	Inspect(st *ServerStatus)
}

// ServerImplementation is the door by which a service enters the world.
type ServerImplementation struct {
	Name  string
	New   func() Server
	Rules []raft.Rule
}

// ServerEvent is one of *[ServerStart], *[ServerDeliver], *[Applied], *[Restored],
// *[Answered], *[SetReads] and *[SetRules].
type ServerEvent interface{ serverEvent() }

// ServerStart is the first event of a server machine.
type ServerStart struct {
	ID      raft.ID
	Without []string // names of the rules that are switched off
	// LogLimit is after how many bytes of applied entries, by [raft.Entry.Size], the
	// server asks for a compaction of the log that it sits on. 0 is never; a service
	// that cannot compact may pass it over.
	LogLimit int
	// Reads is how Gets are answered, until a SetReads. A service that knows only the
	// log may pass it over.
	Reads Reads
	// Sessions is how many sessions there are at most (dissertation 6.3), alike on all
	// servers. Then a client registers, by a [Register] that goes through the log, and
	// the index of that entry names its session. A registration beyond the limit ends
	// the session that was used least recently: the one whose last command, or
	// registration, stands at the lowest index of the log. A command of a session that
	// has ended changes nothing and is answered with [Expired]. An [Expire] ends the
	// session that it names, and leaves the others as they are.
	//
	// 0 is: clients do not register. Each is known by its ClientID, from its first
	// operation on and for ever.
	Sessions int
}

// ServerDeliver hands over a client's request.
type ServerDeliver struct{ Req *Request }

// Applied hands over committed entries, in order, without a gap, from index 1 or
// from behind what was Restored.
type Applied struct{ Entries []raft.Entry }

// Restored replaces all of the state that comes from the log, sessions included, by
// what the service of some server handed over in a [raft.Compact] for Index. Bytes
// that are no such state must be refused (see ServerEffects.Refused).
type Restored struct {
	Index raft.Index
	State []byte // immutable
}

// Answered reports what the consensus node said to a proposal, or to a read.
type Answered struct{ Answer raft.Answer }

// SetReads changes how Gets are answered that come from now on.
type SetReads struct{ Reads Reads }

// SetRules switches rules off, as [raft.SetRules] does. It is an event of
// servers and of clients.
type SetRules struct{ Without []string }

func (*ServerStart) serverEvent()   {}
func (*ServerDeliver) serverEvent() {}
func (*Applied) serverEvent()       {}
func (*Restored) serverEvent()      {}
func (*Answered) serverEvent()      {}
func (*SetReads) serverEvent()      {}
func (*SetRules) serverEvent()      {}

// ServerEffects is what a step of a server wants done. It is reused: Reset it,
// hand it to Step, read it.
type ServerEffects struct {
	// Proposals are for the consensus node of the same server.
	Proposals []raft.Proposal
	// Reads are for it too. Their handles are none of a proposal's.
	Reads []raft.Read
	// Replies are for the clients named in them.
	Replies []*Reply
	// Performed reports what applying did, one for each command applied.
	Performed []Performed
	// Compacts are for the consensus node: the state as of the last index applied.
	// Equal states are equal bytes, whichever server wrote them.
	Compacts []raft.Compact
	// Refused says what is wrong with the state that was to be Restored; the server
	// then has the state that it had before. It is empty otherwise.
	Refused string

	replies arena[Reply]
}

// Reset empties the lists and keeps their memory. Replies made before stay valid.
// What an element held stays reachable until another takes its place.
func (e *ServerEffects) Reset() {
	e.Proposals = e.Proposals[:0]
	e.Reads = e.Reads[:0]
	e.Replies = e.Replies[:0]
	e.Performed = e.Performed[:0]
	e.Compacts = e.Compacts[:0]
	e.Refused = ""
}

// NewReply appends a Reply that holds nothing yet, placed so that it costs no
// allocation of its own, and returns it to be filled in.
func (e *ServerEffects) NewReply() *Reply {
	r := e.replies.next()
	e.Replies = append(e.Replies, r)
	return r
}

// Reply appends r to the Replies, placed like that of NewReply. It is for what is rare
// or where the copy does not matter, and not inlined, to keep its callers small.
//
//go:noinline
func (e *ServerEffects) Reply(r Reply) { *e.NewReply() = r }

// NewPerformed appends a Performed that holds nothing yet and returns it to be filled
// in, before the next is appended.
func (e *ServerEffects) NewPerformed() *Performed {
	n := len(e.Performed)
	if n == cap(e.Performed) {
		e.Performed = append(e.Performed, Performed{})
		return &e.Performed[n]
	}
	e.Performed = e.Performed[:n+1]
	p := &e.Performed[n]
	p.Index, p.Client, p.Seq, p.Kind = 0, 0, 0, 0
	p.Duplicate, p.Expired, p.Ended, p.EndedOf = false, false, 0, 0
	return p
}

// arena hands out values from chunks, so that many requests, or replies, share an
// allocation. A chunk lives as long as any value in it does.
type arena[T any] struct{ chunk []T }

// A chunk is of so many values at first, and then of twice as many as the one before.
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

// Performed says what applying the command at Index did. It never leaves the
// server: it is for checkers and for people.
type Performed struct {
	Index     raft.Index
	Client    ClientID
	Seq       uint64
	Kind      Kind
	Duplicate bool // the session table swallowed it: the store did not change
	Expired   bool // its session has ended: the store did not change
	// Ended is, of a Register, the session that had to make room for it, 0 if none had
	// to, and EndedOf the client whose it was; of an Expire, the session that it ended.
	Ended   raft.Index
	EndedOf ClientID
}

// ServerStatus is what a server says of itself.
type ServerStatus struct {
	Applied  raft.Index
	Keys     []KeyValue // in increasing order of keys
	Sessions []Session  // in increasing order of clients, or of IDs if they were registered
	// SessionLimit is how many sessions there are at most, 0 if clients do not register.
	SessionLimit int
	Waiting      []Waiter // requests not yet answered, in order of index
	Reads        Reads    // how Gets are answered
	Reading      []Reader // Gets not yet answered that do without the log, oldest first
	// LogBytes is how many bytes of entries were applied since the last snapshot,
	// LogLimit what makes the server compact them, 0 if nothing does.
	LogBytes, LogLimit int
}

// Reset empties st and keeps the memory of its slices.
func (st *ServerStatus) Reset() {
	*st = ServerStatus{Keys: st.Keys[:0], Sessions: st.Sessions[:0], Waiting: st.Waiting[:0], Reading: st.Reading[:0]}
}

// KeyValue is a key with its value, which is immutable.
type KeyValue struct {
	Key   string
	Value []byte
}

// Session is what the service remembers of a client (section 8; dissertation 6.3).
type Session struct {
	Client ClientID
	Seq    uint64 // highest sequence number of its operations that took effect
	// ID is the index of the entry that registered it, and Used that of the last
	// entry that used it: the lowest Used is the next to end. Both are 0 where clients
	// do not register.
	ID, Used raft.Index
	// Lowest is the lowest sequence number that the client waits for, as far as the
	// log says, 0 if it has one operation outstanding at a time. Kept are the numbers
	// from there on that took effect, Seq left out, in increasing order: their answers
	// are kept until the client acknowledges them.
	Lowest uint64
	Kept   []uint64
}

// Waiter is a request whose entry stands in the log and is not applied yet.
type Waiter struct {
	Client ClientID
	Seq    uint64
	Index  raft.Index
	Term   raft.Term
}

// Reader is a Get that waits for its turn without an entry in the log.
type Reader struct {
	Client ClientID
	Seq    uint64
	Key    string
	// Confirmed: the consensus node has answered. The Get then waits until the state
	// is as of Index or later.
	Confirmed bool
	Index     raft.Index
}
