package kv

import "raftarium/raft"

// Server is the service's half of a server: the machine that sits on a consensus
// node, proposes what clients ask for, applies what the log says, and answers.
// The rules of [raft.Machine] hold for it: no I/O, no clock, no randomness.
//
// It has no disk of its own. After a crash a new machine gets *ServerStart and
// then, by *Applied, the log from index 1.
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

// ServerEvent is one of *[ServerStart], *[ServerDeliver], *[Applied],
// *[Answered] and *[SetRules].
type ServerEvent interface{ serverEvent() }

// ServerStart is the first event of a server machine.
type ServerStart struct {
	ID      raft.ID
	Without []string // names of the rules that are switched off
}

// ServerDeliver hands over a client's request.
type ServerDeliver struct{ Req *Request }

// Applied hands over committed entries, in order, without a gap, from index 1.
type Applied struct{ Entries []raft.Entry }

// Answered reports what the consensus node said to a proposal.
type Answered struct{ Answer raft.Answer }

// SetRules switches rules off, as [raft.SetRules] does. It is an event of
// servers and of clients.
type SetRules struct{ Without []string }

func (*ServerStart) serverEvent()   {}
func (*ServerDeliver) serverEvent() {}
func (*Applied) serverEvent()       {}
func (*Answered) serverEvent()      {}
func (*SetRules) serverEvent()      {}

// ServerEffects is what a step of a server wants done. It is reused: Reset it,
// hand it to Step, read it.
type ServerEffects struct {
	// Proposals are for the consensus node of the same server.
	Proposals []raft.Proposal
	// Replies are for the clients named in them.
	Replies []*Reply
	// Performed reports what applying did, one for each command applied.
	Performed []Performed

	replies []Reply
}

// Reset empties the lists and keeps their memory. Replies made before stay valid.
func (e *ServerEffects) Reset() {
	clear(e.Proposals)
	clear(e.Replies)
	e.Proposals, e.Replies, e.Performed = e.Proposals[:0], e.Replies[:0], e.Performed[:0]
}

// Reply appends r to the Replies, placed so that it costs no allocation of its own.
func (e *ServerEffects) Reply(r Reply) {
	if len(e.replies) == cap(e.replies) {
		e.replies = make([]Reply, 0, 64)
	}
	e.replies = append(e.replies, r)
	e.Replies = append(e.Replies, &e.replies[len(e.replies)-1])
}

// Performed says what applying the command at Index did. It never leaves the
// server: it is for checkers and for people.
type Performed struct {
	Index     raft.Index
	Client    ClientID
	Seq       uint64
	Kind      Kind
	Duplicate bool // the session table swallowed it: the store did not change
}

// ServerStatus is what a server says of itself.
type ServerStatus struct {
	Applied  raft.Index
	Keys     []KeyValue // in increasing order of keys
	Sessions []Session  // in increasing order of clients
	Waiting  []Waiter   // requests not yet answered, in order of index
}

// Reset empties st and keeps the memory of its slices.
func (st *ServerStatus) Reset() {
	*st = ServerStatus{Keys: st.Keys[:0], Sessions: st.Sessions[:0], Waiting: st.Waiting[:0]}
}

// KeyValue is a key with its value, which is immutable.
type KeyValue struct {
	Key   string
	Value []byte
}

// Session is what the service remembers of a client (section 8; dissertation 6.3).
type Session struct {
	Client ClientID
	Seq    uint64 // sequence number of its last operation that took effect
}

// Waiter is a request whose entry stands in the log and is not applied yet.
type Waiter struct {
	Client ClientID
	Seq    uint64
	Index  raft.Index
	Term   raft.Term
}
