package cluster

import (
	"time"

	"raftarium/kv"
	"raftarium/netsim"
	"raftarium/netsim/cluster/check"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
)

// View is a picture of a world at one instant, for people, the visualizer and
// window.raftarium. It is filled by World.View, which reuses its memory; what it
// points to is read-only and valid until the world moves on.
type View struct {
	Now    netsim.Time
	Seed   uint64
	Events netsim.EventID // number of the last event
	Digest uint64         // of all that has happened
	// RaftName says whose Raft runs.
	RaftName string
	Servers  []ServerView // by increasing ID
	Clients  []ClientView // by increasing ID: those that take part, and those that left and finish
	// Active is how many clients take part: those with the IDs 1 to Active.
	Active int
	// InFlight are the messages on their way, by increasing ID.
	InFlight []MessageView
	// Lost are messages that were lost not long ago, oldest first. They are kept
	// with Options.Narrate.
	Lost    []MessageView
	Network NetworkView
	// Config is who belongs to the cluster as its leader has it or, where nobody leads,
	// as somebody with the newest log did last. Settled says that it is committed and
	// no joint one.
	Config  raft.Config
	Settled bool
	// Changes are those of the membership that were asked for and are not done.
	Changes []ChangeView
	Load    script.Load
	Reads   kv.Reads // how servers answer Gets
	Without []string // rules that are switched off
	Bug     string   // the seeded bug that the code has, "" for none; its rule is not in Without
	Verdict check.Verdict
	Stats   Stats
}

// ServerView is one server.
type ServerView struct {
	ID       raft.ID
	Standing Standing // by View.Config
	Up       bool     // not crashed
	Paused   bool
	Raft     raft.Status // of a crashed server: what its disk holds
	KV       kv.ServerStatus
	// Election and the others are timers of its Raft node: a leader's run when it
	// sends heartbeats, when it asks itself whether a quorum still answers, and when
	// it gives up handing over; a follower's until when it is bound to its leader.
	Election, Heartbeat, CheckQuorum, Transfer, Sticky TimerView
	// Lease runs while a leader holds a lease.
	Lease TimerView
	// Durable is the last index that its disk holds; Writing how many saves are
	// not durable yet.
	Durable raft.Index
	Writing int
	// Quorum says that this server can talk, both ways, to a majority by the
	// configuration that it uses, itself included if it votes. Those that are down or
	// paused talk to nobody.
	Quorum bool
	// InQuorum says that this server is one of a single group that can elect and
	// commit: those whom the leader can talk to, or if it reaches no majority or there is
	// none, who reaches most.
	InQuorum bool
	// Failed says why a foreign machine was stopped (a panic), "" if it was not.
	Failed string
}

// ChangeView is a change of membership that was asked for.
type ChangeView struct {
	Verb    string // "add", "promote" or "remove"
	Servers []raft.ID
	Taken   bool // the leader has taken it: it stands in its log
}

// TimerView is a timer that may run.
type TimerView struct {
	Running     bool
	Left, Total time.Duration
}

// ClientView is one client.
type ClientView struct {
	kv.ClientStatus
	// Since is when the outstanding operation was invoked.
	Since netsim.Time
	// Queued is how many operations wait behind it.
	Queued int
	// Completed is how many operations were answered; Last describes the newest.
	Completed int
	Last      kv.Result
	LastOp    kv.Op
	// Swallowed says that the session table swallowed a repetition of the last
	// operation: it took effect exactly once all the same.
	Swallowed bool
	// Failed says why a foreign machine was stopped, "" if it was not.
	Failed string
}

// MessageView is a message on its way, or one that was lost.
type MessageView struct {
	ID        netsim.EventID // what "drop" takes
	From, To  script.Endpoint
	Sent, Due netsim.Time // Due is when it arrives, or would have
	// LostAt is, for a lost message, when and so where on its way it was lost.
	Lost   bool
	LostAt netsim.Time
	Why    string         // of a lost one: "loss", "cut", "dropped", "down"
	Copy   bool           // a duplicate made by the network
	Cause  netsim.EventID // the event during which it was sent
	// Payload is a raft.Message, *kv.Request or *kv.Reply.
	Payload any
}

// NetworkView is the state of the network and the disks.
type NetworkView struct {
	Latency                  netsim.Range
	Loss, Duplicate, Reorder netsim.Ratio
	Detour                   netsim.Range // of those that Reorder hits; empty for the usual one
	Disk                     time.Duration
	// Cuts are the directed links that are cut, servers first, in order.
	Cuts []CutView
}

// CutView is a directed link that is cut, and since when.
type CutView struct {
	From, To script.Endpoint
	Since    netsim.Time
}

// Stats counts what has happened.
type Stats struct {
	Events, Messages, Lost, Elections uint64
	Puts, Appends, Gets               uint64 // completed
	Retries, DuplicatesSuppressed     uint64
	// Expired are operations that were given up because their session had ended, Busy
	// the refusals of leaders that had too much to commit.
	Expired, Busy uint64
	Committed     raft.Index // highest index applied anywhere
}

// Note is one sentence of the narration.
type Note struct {
	ID     netsim.EventID // the event that it tells of
	At     netsim.Time
	Kind   NoteKind
	Text   string
	Server raft.ID // whom it is about, or None
	Term   raft.Term
}

// NoteKind sorts notes, for marks on the timeline and for jumping to the next
// interesting event.
type NoteKind uint8

// The kinds of notes.
const (
	NoteOther     NoteKind = iota
	NoteAction             // somebody did something
	NoteElection           // a server asks for votes, or whether it would get them
	NoteLeader             // a server wins a term
	NoteStepDown           // a leader or candidate gives up
	NoteCommit             // an index is committed
	NoteClient             // an operation starts, is tried again, or is answered
	NoteDuplicate          // the session table swallowed a repetition
	NoteViolation          // a checker fired
	NoteConflict           // a follower refused an append or cut its log
)
