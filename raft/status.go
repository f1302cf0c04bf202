package raft

// Role is what a server is in its term (section 5.1).
type Role uint8

// The roles.
const (
	Follower Role = iota
	Candidate
	Leader
)

// String returns "follower", "candidate" or "leader".
func (r Role) String() string {
	switch r {
	case Follower:
		return "follower"
	case Candidate:
		return "candidate"
	case Leader:
		return "leader"
	}
	return "unknown role"
}

// Status is what a machine says of itself. Checkers judge by effects first and
// use this as diagnosis; people see all of it.
type Status struct {
	ID      ID
	Role    Role
	Term    Term
	Vote    ID    // whom it voted for in Term
	Leader  ID    // who leads Term, as far as it knows
	Commit  Index // commit index
	Applied Index // last index handed to the service
	// Log is the log in memory, Log[0] having index First, or 1 if First is 0. Read
	// only, and only until the machine's next Step: it may be the machine's own. So
	// Inspect assigns it, and never appends to what it was (Log[:0]).
	Log   []Entry
	First Index
	// NoLog is set by who asks and does without Log: a machine that would have to put
	// Log together may leave it nil then, and Last and Entry know of no entries.
	NoLog bool
	// Snapshot stands for the log before First; its Index is 0 if there is none.
	// Incoming is a snapshot that is being received, and Have how much of it is here.
	Snapshot, Incoming SnapshotStatus
	Have               int
	// Votes are those who granted their vote, itself included, while a candidate.
	Votes []ID
	// PreVotes are those who would vote for it, itself included, while it asks
	// around before it stands for election (dissertation, 9.6): as a follower, or as
	// a candidate whose election came to nothing.
	PreVotes []ID
	// Sticky tells that it ignores requests for votes, because it leads, heard from
	// a leader within the minimum election timeout, or has only just restarted
	// (dissertation, 4.2.3).
	Sticky bool
	// Peers is how a leader sees the others, by increasing ID; empty otherwise.
	Peers []PeerStatus
	// Uncommitted is how many bytes of commands wait at a leader to be committed, of
	// UncommittedLimit that it takes on.
	Uncommitted, UncommittedLimit int
	// Window is how many appends with entries may be on their way to a follower before
	// one is answered, 0 if that has no bound.
	Window int
	// Reads is how many reads wait at a leader for a sign that it still leads. Lease
	// tells that it holds a lease, and answers reads by lease at once; it ends when the
	// timer LeaseEnds does, if it is not extended before.
	Reads     int
	Lease     bool
	LeaseEnds TimerKey
	// Transferee is whom a leader hands its leadership to, None if nobody.
	Transferee ID
	// Config is the configuration in force, and ConfigIndex the entry that holds it,
	// 0 for the first. It is committed if ConfigIndex is at most Commit. Config has
	// no voters where a machine knows no change of membership.
	Config      Config
	ConfigIndex Index
	// Quorum is how many servers must agree, of Config.Voters in joint consensus.
	Quorum int
	// LastSave and DurableSave are the last Save asked for and the last known to
	// be durable.
	LastSave, DurableSave SaveSeq
	// Without lists the rules that are switched off, in the order of the table.
	Without []string
}

// FirstIndex is the index of the first entry in memory, or of the next one to come
// if there is none.
func (st *Status) FirstIndex() Index { return max(st.First, 1) }

// Last is the index of the last entry of the log, or of the snapshot that stands for
// all of it. It needs Log: where that is left out (NoLog) it is FirstIndex less one.
func (st *Status) Last() Index { return st.FirstIndex() + Index(len(st.Log)) - 1 }

// Entry is the entry at an index, nil where there is none in memory: before
// FirstIndex and after Last. It needs Log: where that is left out (NoLog) there is none.
func (st *Status) Entry(i Index) *Entry {
	if i < st.FirstIndex() || i > st.Last() {
		return nil
	}
	return &st.Log[i-st.FirstIndex()]
}

// Reset empties st, all but what it asks for, and keeps the memory of its slices, for
// Inspect.
func (st *Status) Reset() {
	*st = Status{NoLog: st.NoLog, Votes: st.Votes[:0], PreVotes: st.PreVotes[:0], Peers: st.Peers[:0], Without: st.Without[:0]}
}

// SnapshotStatus is a snapshot without its data. Its Index is 0 if there is none.
type SnapshotStatus struct {
	Index Index
	Term  Term
	Size  int // bytes of data
}

// PeerState is how a leader goes about bringing a follower up to date.
type PeerState uint8

// The states of a follower as its leader sees it.
const (
	PeerProbe     PeerState = iota // where the logs part is not known: one message at a time
	PeerReplicate                  // entries are sent ahead of the acknowledgements
	PeerSnapshot                   // it lacks entries that only a snapshot holds
)

// String returns "probe", "replicate" or "snapshot".
func (s PeerState) String() string {
	switch s {
	case PeerProbe:
		return "probe"
	case PeerReplicate:
		return "replicate"
	case PeerSnapshot:
		return "snapshot"
	}
	return "unknown state"
}

// PeerStatus is a leader's view of one follower (Figure 2, volatile state on
// leaders).
type PeerStatus struct {
	ID       ID
	Match    Index // highest index known to be replicated
	Next     Index // next index to send
	InFlight int   // appends with entries that were sent and not answered
	// Active tells that it answered since the leader last asked itself whether a
	// quorum still does.
	Active bool
	State  PeerState
	// With PeerSnapshot: the snapshot on its way, and how much of it has arrived.
	Snapshot SnapshotStatus
	Sent     int
}
