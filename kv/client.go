package kv

import (
	"time"

	"raftarium/raft"
)

// Client is the machine at a client's side: it has one operation outstanding, or a
// window of them, guesses who leads, and tries until an answer comes. The rules of
// [raft.Machine] hold for it.
type Client interface {
	Step(ev ClientEvent, out *ClientEffects)
	Clone() Client
	AppendState(b []byte) []byte
	// Inspect overwrites *st.
	Inspect(st *ClientStatus)
}

// ClientImplementation is the door by which a client enters the world.
type ClientImplementation struct {
	Name  string
	New   func() Client
	Rules []raft.Rule
}

// ClientEvent is one of *[ClientStart], *[Invoke], *[ClientDeliver],
// *[ClientTimerFired], *[SetServers] and *[SetRules]. A client may pass over the last
// two.
type ClientEvent interface{ clientEvent() }

// ClientStart is the first event of a client machine.
type ClientStart struct {
	ID      ClientID
	Servers []raft.ID // whom it may ask, in increasing order
	Timing  ClientTiming
	Without []string
	// Sessions says that servers know a client by its session only: it has to register
	// before its first operation, and again for later ones once its session has expired.
	Sessions bool
	// Window is how many operations may be outstanding at a time; 0 stands for 1.
	Window int
}

// ClientTiming is what a client may know of time.
type ClientTiming struct {
	// Timeout is how long a try waits for its answer.
	Timeout time.Duration
	// Backoff is how long a client rests after a refusal that names no leader.
	Backoff time.Duration
}

// DefaultClientTiming suits links of up to some 10 ms.
var DefaultClientTiming = ClientTiming{Timeout: 150 * time.Millisecond, Backoff: 10 * time.Millisecond}

// Invoke starts an operation. The world invokes only while fewer than
// ClientStart.Window are outstanding.
type Invoke struct{ Op Op }

// ClientDeliver hands over a reply, which may be late or repeated.
type ClientDeliver struct {
	From  raft.ID
	Reply *Reply
}

// ClientTimerFired reports that one of the client's timers ran out.
type ClientTimerFired struct{ Key int }

// SetServers tells whom the client may ask from now on, in increasing order: servers
// have joined or left.
type SetServers struct{ Servers []raft.ID }

func (*ClientStart) clientEvent()      {}
func (*SetServers) clientEvent()       {}
func (*Invoke) clientEvent()           {}
func (*ClientDeliver) clientEvent()    {}
func (*ClientTimerFired) clientEvent() {}
func (*SetRules) clientEvent()         {}

// ClientEffects is what a step of a client wants done. It is reused.
type ClientEffects struct {
	// Timers set (replacing) or cancel the client's timers, in order.
	Timers []ClientTimer
	Sends  []ClientSend
	// Done reports finished operations; at most one for each step.
	Done []Result

	requests arena[Request]
}

// Reset empties the lists and keeps their memory. Requests made before stay valid.
// What an element held stays reachable until another takes its place.
func (e *ClientEffects) Reset() {
	e.Timers = e.Timers[:0]
	e.Sends = e.Sends[:0]
	e.Done = e.Done[:0]
}

// NewRequest appends a ClientSend of a Request that holds nothing yet, placed so that it
// costs no allocation of its own, and returns it to be filled in.
func (e *ClientEffects) NewRequest(to raft.ID) *Request {
	r := e.requests.next()
	e.Sends = append(e.Sends, ClientSend{To: to, Req: r})
	return r
}

// Send appends a ClientSend of r, placed like that of NewRequest.
func (e *ClientEffects) Send(to raft.ID, r Request) { *e.NewRequest(to) = r }

// ClientTimer sets or cancels a timer of a client. The world draws the length
// between Min and Max, both included.
type ClientTimer struct {
	Cancel   bool
	Min, Max time.Duration
	// Key tells the client's timers apart, from 0 to Window, so that each outstanding
	// operation may have its own, and a registration too.
	Key int
}

// ClientSend asks for a request to be sent.
type ClientSend struct {
	To  raft.ID
	Req *Request
}

// Result is a finished operation.
type Result struct {
	Seq   uint64
	Value []byte     // of a Get; immutable
	Index raft.Index // as in [Reply]
	Tries uint32     // how many requests it took
	// Expired: the operation may or may not have taken effect, once at most. Its session
	// ended before an answer came, and it was not asked for again (dissertation 6.3).
	Expired bool
}

// ClientStatus is what a client says of itself.
type ClientStatus struct {
	ID      ClientID
	Busy    bool    // an operation is outstanding
	Op      Op      // the outstanding operation, or the last one
	Seq     uint64  // its sequence number
	Try     uint32  // number of its current try
	Server  raft.ID // whom the current try went to
	Resting bool    // waiting out a refusal before the next try
	Refused bool    // that refusal said Busy
	// Session is the client's session, 0 if it has none. Registration is its asking for
	// one, with a Seq of 0 while it does not.
	Session      raft.Index
	Registration Outstanding
	// Window is how many operations may be outstanding. Outstanding are those that
	// are, in increasing order of Seq; where there is one, Op to Refused are its. It is
	// overwritten by the next Inspect.
	Window      int
	Outstanding []Outstanding
}

// Outstanding is an operation that a client waits for.
type Outstanding struct {
	Op      Op
	Seq     uint64
	Try     uint32     // 0: not asked for yet, because there is no session
	Server  raft.ID    // whom the current try went to
	Session raft.Index // under which it is asked for
	Resting bool
	Refused bool
}
