package raft

// Event is something that happens to a machine: one of *[Start], *[Deliver],
// *[TimerFired], *[Saved], *[Propose] and *[SetRules].
type Event interface{ event() }

// Start is the first event of a machine, at its first start and after each crash.
// No timer runs then, and none of the effects of before is still to come: a machine
// that does not set its election timer here never stands.
type Start struct {
	ID      ID     // who the machine is
	Servers []ID   // all servers of the cluster, ID included, in increasing order
	Timing  Timing // how long its timers run
	// State and Log are what the disk held: all that was reported as [Saved], and
	// perhaps more, that was written but not yet reported. The machine may keep
	// Log but must never write to its elements.
	State HardState
	Log   []Entry
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

// Saved reports that all Saves up to and including Seq are durable.
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

// Handle ties an Answer to its Proposal.
type Handle uint64

// SetRules switches rules off while the machine runs: those named in Without are
// off and all others on. Names that a machine does not know are not its own.
type SetRules struct{ Without []string }

func (*Start) event()      {}
func (*Deliver) event()    {}
func (*TimerFired) event() {}
func (*Saved) event()      {}
func (*Propose) event()    {}
func (*SetRules) event()   {}
