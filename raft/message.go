package raft

// Message is what servers say to each other: *[RequestVote] and *[AppendEntries]
// of Figure 2, each with its reply, and what the dissertation adds: *[PreVote] with
// its reply, *[TimeoutNow], and *[InstallSnapshot] with its reply. A node needs to know only those of Figure 2, and may ignore the
// others. A message is immutable from the moment at which it is sent: sender, network, receiver and
// trace share it. Its receiver learns the sender from the envelope ([Deliver]).
type Message interface {
	// Kind names the type of the message.
	Kind() MessageKind
	// MessageTerm is the sender's term, which every message carries (section 5.1).
	MessageTerm() Term
	// AppendTo appends the canonical encoding, which [DecodeMessage] reads.
	AppendTo(b []byte) []byte

	message()
}

// MessageKind names a type of message. The values are those of the encoding.
type MessageKind uint8

// The kinds of messages.
const (
	KindRequestVote MessageKind = iota + 1
	KindRequestVoteReply
	KindAppendEntries
	KindAppendEntriesReply
	KindPreVote
	KindPreVoteReply
	KindTimeoutNow
	KindInstallSnapshot
	KindInstallSnapshotReply
)

// String is the name that the paper uses, with "Reply" for results.
func (k MessageKind) String() string {
	switch k {
	case KindRequestVote:
		return "RequestVote"
	case KindRequestVoteReply:
		return "RequestVoteReply"
	case KindAppendEntries:
		return "AppendEntries"
	case KindAppendEntriesReply:
		return "AppendEntriesReply"
	case KindPreVote:
		return "PreVote"
	case KindPreVoteReply:
		return "PreVoteReply"
	case KindTimeoutNow:
		return "TimeoutNow"
	case KindInstallSnapshot:
		return "InstallSnapshot"
	case KindInstallSnapshotReply:
		return "InstallSnapshotReply"
	}
	return "unknown message"
}

// RequestVote is a candidate's request for a vote (Figure 2).
type RequestVote struct {
	Term      Term
	LastIndex Index // index of the candidate's last log entry
	LastTerm  Term  // term of that entry
	// Transfer tells that the leader itself asked for this election, with a
	// [TimeoutNow]: no server needs to stick to it (dissertation, 4.2.3).
	Transfer bool
}

// RequestVoteReply answers a RequestVote.
type RequestVoteReply struct {
	Term    Term // the voter's term, at least that of the request it answers
	Granted bool // the sender's vote in Term, if true
}

// PreVote asks whether the receiver would vote for the sender in the term after
// Term (dissertation, 9.6). It changes nothing at the receiver, Term included.
type PreVote struct {
	Term      Term
	LastIndex Index // index of the sender's last log entry
	LastTerm  Term  // term of that entry
}

// PreVoteReply answers a PreVote.
type PreVoteReply struct {
	Term    Term // the sender's term, which may be lower or higher than Asked
	Asked   Term // Term of the PreVote that this answers
	Granted bool
}

// TimeoutNow is a leader's request to stand for election at once and take over
// (dissertation, 3.10).
type TimeoutNow struct{ Term Term }

// InstallSnapshot carries a chunk of a snapshot to a follower that lacks entries
// which the leader has no more (section 7). Chunks come in order, each after the
// reply to the one before.
type InstallSnapshot struct {
	Term      Term
	LastIndex Index  // of the snapshot
	LastTerm  Term   // of the entry at LastIndex
	Config    Config // as of LastIndex
	Size      uint64 // of the snapshot's data
	Offset    uint64 // where Data stands in it
	Data      []byte
}

// InstallSnapshotReply answers an InstallSnapshot as long as the snapshot is not
// complete, or the request is of an old term. What completes it, or is not needed,
// is answered by an [AppendEntriesReply] with the snapshot's LastIndex, once it is
// durable.
type InstallSnapshotReply struct {
	Term      Term
	LastIndex Index  // as in the request
	Offset    uint64 // as in the request
	Have      uint64 // how many bytes of the snapshot the sender holds
}

// AppendEntries replicates entries and is the heartbeat where Entries is empty
// (Figure 2).
type AppendEntries struct {
	Term      Term
	PrevIndex Index // index of the entry just before Entries
	PrevTerm  Term  // its term
	Commit    Index // the leader's commit index
	// Round counts the times that the leader of this term asked all for a sign of
	// life. The reply echoes it, so that the leader knows of each reply at what time
	// at the earliest its follower still followed. A leader that does not read
	// without the log may leave it 0.
	Round uint64
	// Entries may have room behind its end, which is the sender's: to add to the slice,
	// copy it.
	Entries []Entry
}

// AppendEntriesReply answers an AppendEntries.
type AppendEntriesReply struct {
	Term    Term
	Success bool
	// Index is, on success, the last index up to which the follower's durable log
	// is known to equal the leader's: PrevIndex plus the number of entries. On
	// failure it echoes PrevIndex, so that the leader can tell which probe failed.
	Index Index
	// ConflictTerm is, on failure, the term of the follower's entry at PrevIndex,
	// 0 if its log is shorter. ConflictIndex is the first index of that term in
	// the follower's log, or the follower's last index plus 1. They let the leader
	// skip a whole term at a time (end of section 5.3).
	ConflictTerm  Term
	ConflictIndex Index
	Round         uint64 // of the AppendEntries that this answers
}

// Kind returns KindRequestVote.
func (*RequestVote) Kind() MessageKind { return KindRequestVote }

// Kind returns KindRequestVoteReply.
func (*RequestVoteReply) Kind() MessageKind { return KindRequestVoteReply }

// Kind returns KindAppendEntries.
func (*AppendEntries) Kind() MessageKind { return KindAppendEntries }

// Kind returns KindAppendEntriesReply.
func (*AppendEntriesReply) Kind() MessageKind { return KindAppendEntriesReply }

// Kind returns KindPreVote.
func (*PreVote) Kind() MessageKind { return KindPreVote }

// Kind returns KindPreVoteReply.
func (*PreVoteReply) Kind() MessageKind { return KindPreVoteReply }

// Kind returns KindTimeoutNow.
func (*TimeoutNow) Kind() MessageKind { return KindTimeoutNow }

// Kind returns KindInstallSnapshot.
func (*InstallSnapshot) Kind() MessageKind { return KindInstallSnapshot }

// Kind returns KindInstallSnapshotReply.
func (*InstallSnapshotReply) Kind() MessageKind { return KindInstallSnapshotReply }

// MessageTerm returns the sender's term.
func (m *RequestVote) MessageTerm() Term { return m.Term }

// MessageTerm returns the sender's term.
func (m *RequestVoteReply) MessageTerm() Term { return m.Term }

// MessageTerm returns the sender's term.
func (m *AppendEntries) MessageTerm() Term { return m.Term }

// MessageTerm returns the sender's term.
func (m *AppendEntriesReply) MessageTerm() Term { return m.Term }

// MessageTerm returns the sender's term.
func (m *PreVote) MessageTerm() Term { return m.Term }

// MessageTerm returns the sender's term.
func (m *PreVoteReply) MessageTerm() Term { return m.Term }

// MessageTerm returns the sender's term.
func (m *TimeoutNow) MessageTerm() Term { return m.Term }

// MessageTerm returns the sender's term.
func (m *InstallSnapshot) MessageTerm() Term { return m.Term }

// MessageTerm returns the sender's term.
func (m *InstallSnapshotReply) MessageTerm() Term { return m.Term }

func (*RequestVote) message()          {}
func (*RequestVoteReply) message()     {}
func (*AppendEntries) message()        {}
func (*AppendEntriesReply) message()   {}
func (*PreVote) message()              {}
func (*PreVoteReply) message()         {}
func (*TimeoutNow) message()           {}
func (*InstallSnapshot) message()      {}
func (*InstallSnapshotReply) message() {}
