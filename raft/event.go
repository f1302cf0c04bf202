package raft

// Event is something that happens to a machine: one of *[Start], *[Deliver],
// *[TimerFired], *[Saved], *[Propose] and *[SetRules], which every machine knows,
// and *[TransferLeadership] *[ChangeMembership], *[Read] and *[Compact], which it may leave out: a machine
// that does not know an event ignores it, and whoever asked gets no answer.
type Event interface{ event() }

// Start is the first event of a machine, at its first start and after each crash.
// No timer runs then, and none of the effects of before is still to come: a machine
// that does not set its election timer here never stands.
type Start struct {
	ID ID // who the machine is
	// Servers are the voters of the cluster's first configuration, in increasing
	// order. A server that is not among them waits until it is added; a machine that
	// knows no change of membership may refuse to run there.
	Servers []ID
	Timing  Timing // how long its timers run
	Limits  Limits // how much it takes on at a time
	// State and Log are what the disk held: all that was reported as [Saved], and
	// perhaps more, that was written but not yet reported. The machine may keep
	// Log but must never write to its elements.
	State HardState
	Log   []Entry
	// Snapshot is the last that was saved, nil if none was: a machine that never
	// asked for one to be saved never gets one. Log then begins right behind it, and
	// the machine's first effect is to Apply it.
	Snapshot *Snapshot
	// Without names the rules that are switched off, as in [SetRules].
	Without []string
}

// Deliver hands over a message. It may be late, repeated, or out of order.
type Deliver struct {
	From ID
	Msg  Message
}

// TimerFired reports that the timer of that key ran out. A timer that was
// replaced or cancelled does not fire.
type TimerFired struct{ Key TimerKey }

// Saved reports that all Saves up to and including Seq are durable. Of those that were
// [Save].Quiet alone there is no report.
type Saved struct{ Seq SaveSeq }

// Propose asks for commands to be put into the log, in this order.
type Propose struct {
	Proposals []Proposal // the slice is the caller's, each Data is given away
}

// Proposal is one command. Each proposal gets an [Answer] with its Handle at
// once, and a second one, [Lost], if it was accepted and loses its place.
type Proposal struct {
	Handle Handle // chosen by the proposer, unique among its open proposals
	Data   []byte // the command; never written again by anybody
}

// Handle ties an Answer to its Proposal, or to another request.
type Handle uint64

// TransferLeadership asks a leader to hand over to another server (dissertation,
// 3.10). It brings that server's log up to date, taking no proposals meanwhile,
// and then lets it stand for election at once.
//
// There is one [Answer]. Done: Leader, the server named, stands for election with
// this server's leave, which follows it from now on. Aborted: that did not come
// about within an election timeout; this server leads on. Lost: another election
// came in between. Busy: a transfer is already under way. Invalid: To is nobody to
// whom leadership could go.
type TransferLeadership struct {
	Handle Handle
	To     ID // None leaves the choice to the leader
}

// Read asks from which index on the service's state may answer a query that
// arrives now, so that reads are linearizable without an entry in the log (section
// 8; dissertation, 6.4).
//
// There is one [Answer]. Done: the state may be read once all entries up to Index
// were applied at this server, whatever becomes of its leadership by then.
// NotLeader: nothing was done. Lost: this server lost its leadership before it was
// sure to have had it when the query arrived.
type Read struct {
	Handle Handle
	// Lease lets a leader answer at once where it holds a lease (dissertation,
	// 6.4.1): correct as long as clocks run alike within the bound of
	// [Timing.Lease]. Without a lease, the read is one like any other.
	Lease bool
}

// Compact hands over the service's state after the entry at Index, which this
// machine has applied. The machine may forget the log up to there, and keep a
// [Snapshot] in its place (section 7). An Index that was not applied yet, or is
// already part of a snapshot, changes nothing. There is no answer.
type Compact struct {
	Index Index
	State []byte // given away; never written again by anybody
}

// ChangeMembership asks a leader to change who belongs to the cluster. Where the
// voters differ by more than one, it goes by joint consensus (section 6), else by a
// single entry (dissertation, chapter 4). Who is to become a voter must have been a
// learner first, and have caught up.
//
// There is one [Answer] or there are two. Accepted: the change stands in the log at
// Index and is in force, not committed yet. Then Done: the new configuration is
// committed, or Lost. Busy: not now, because another change is under way, a new
// voter has not caught up, or this leader has only just been elected. Invalid: the
// lists make no configuration, or name a new voter that is no learner. With nothing
// to change the answer is Done.
type ChangeMembership struct {
	Handle   Handle
	Voters   []ID // who shall be, in increasing order; given away
	Learners []ID
	Joint    bool // by joint consensus in any case
}

// SetRules switches rules off while the machine runs: those named in Without are
// off and all others on. Names that a machine does not know are not its own.
type SetRules struct{ Without []string }

func (*Start) event()              {}
func (*Deliver) event()            {}
func (*TimerFired) event()         {}
func (*Saved) event()              {}
func (*Propose) event()            {}
func (*SetRules) event()           {}
func (*TransferLeadership) event() {}
func (*Read) event()               {}
func (*Compact) event()            {}
func (*ChangeMembership) event()   {}
