package core

import "raftarium/raft"

const (
	// window is how many appends with entries may be under way to a follower.
	// Beyond it entries wait, and then travel together.
	window = 8
	// crowd is how many entries leave at once though an append is under way. Fewer wait
	// for its answer.
	crowd = 64
	// maxBatch is how many entries one append carries.
	maxBatch = 1024
)

// progress is a leader's view of a follower (Figure 2, volatile state on leaders).
//
// While it probes, the leader does not know where the follower's log stops
// matching its own: it sends one append and waits for the answer. After the first
// success it replicates: next runs ahead of the acknowledgements. A follower that
// lacks what the leader has compacted gets a snapshot first.
type progress struct {
	match, next raft.Index
	state       raft.PeerState
	active      bool   // it answered since the last check of the quorum
	round       uint64 // the last round that it answered

	// The last indices of the appends with entries that are under way, the oldest
	// first.
	flight [window]raft.Index
	flying int

	// The snapshot on its way, nil in other states, and how much of it has arrived.
	snapshot *raft.Snapshot
	offset   uint64
}

// ready reports whether another append with entries may leave.
func (p *progress) ready() bool {
	switch p.state {
	case raft.PeerProbe:
		return p.flying == 0
	case raft.PeerReplicate:
		return p.flying < window
	}
	return false
}

// sent notes that entries up to last are under way.
func (p *progress) sent(last raft.Index) {
	p.flight[p.flying] = last
	p.flying++
	if p.state == raft.PeerReplicate {
		p.next = last + 1
	}
}

// become enters another state, with nothing under way.
func (p *progress) become(state raft.PeerState) {
	p.state, p.flying = state, 0
	p.snapshot, p.offset = nil, 0
}

// acknowledged notes that the follower's log equals the leader's up to i.
func (p *progress) acknowledged(i raft.Index) {
	p.match = max(p.match, i)
	p.next = max(p.next, p.match+1)
	switch {
	case p.state == raft.PeerSnapshot && p.match < p.snapshot.Index:
		return
	case p.state != raft.PeerReplicate:
		p.become(raft.PeerReplicate)
		p.next = p.match + 1
		return
	}
	landed := 0
	for landed < p.flying && p.flight[landed] <= i {
		landed++
	}
	switch landed {
	case 0:
	case p.flying:
		p.flying = 0
	default:
		p.flying = copy(p.flight[:], p.flight[landed:p.flying])
	}
}

// refused goes back to next, to find out where the logs part.
func (p *progress) refused(next raft.Index) {
	p.become(raft.PeerProbe)
	p.next = next
}

// awaits reports whether a refusal at prev can be about something that is still
// open. Where appends run ahead, that is each place that was not acknowledged; in a
// probe it is one place only.
func (p *progress) awaits(prev raft.Index) bool {
	switch p.state {
	case raft.PeerProbe:
		return prev > p.match && prev == p.next-1
	case raft.PeerReplicate:
		return prev > p.match && prev < p.next
	}
	return false
}
