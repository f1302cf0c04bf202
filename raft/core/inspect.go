package core

import (
	"encoding/binary"
	"math/bits"
	"slices"

	"raftarium/raft"
)

// Clone returns a server that behaves the same from here on. It costs little: the
// entries are shared.
func (n *Node) Clone() raft.Machine {
	c := *n
	c.log = n.log.clone()
	c.disk.pending = n.disk.pending.clone()
	c.peers = slices.Clone(n.peers)
	c.open = n.open.clone()
	c.configs = slices.Clip(n.configs)
	c.incoming.data = slices.Clip(n.incoming.data)
	c.reading.waiting = n.reading.waiting.clone()
	return &c
}

// AppendState appends all of the server's state, each number as a varint and each
// list with its length in front.
func (n *Node) AppendState(b []byte) []byte {
	num := func(v uint64) { b = binary.AppendUvarint(b, v) }
	flag := func(v bool) {
		if v {
			num(1)
		} else {
			num(0)
		}
	}
	num(uint64(n.id))
	// Places and majorities follow from the configurations.
	num(uint64(len(n.configs)))
	for i := range n.configs {
		num(uint64(n.configs[i].index))
		b = n.configs[i].config.AppendTo(b)
	}
	num(uint64(n.timing.Heartbeat))
	num(uint64(n.timing.ElectionMin))
	num(uint64(n.timing.ElectionMax))
	num(uint64(n.timing.Lease))
	num(uint64(n.limits.Batch))
	num(uint64(n.limits.Uncommitted))
	num(uint64(n.limits.Chunk))
	num(uint64(n.off))

	num(uint64(n.term))
	num(uint64(n.vote))
	b = appendSnapshot(b, n.snapshot)
	num(uint64(n.log.base))
	num(uint64(n.log.baseTerm))
	num(uint64(n.log.last()))
	for part := range n.log.stretches() {
		for i := range part {
			b = part[i].AppendTo(b)
		}
	}

	num(uint64(n.disk.state.Term))
	num(uint64(n.disk.state.Vote))
	num(uint64(n.disk.stateIn))
	flag(n.disk.behind)
	flag(n.disk.dirty)
	flag(n.disk.waiting)
	num(uint64(n.disk.same))
	num(uint64(n.disk.durable))
	num(uint64(n.disk.last))
	num(uint64(n.disk.done))
	num(uint64(len(n.disk.pending.live())))
	for _, w := range n.disk.pending.live() {
		num(uint64(w.seq))
		num(uint64(w.upTo))
		flag(w.quiet)
	}

	num(uint64(n.role))
	num(uint64(n.leader))
	num(uint64(n.commit))
	num(uint64(n.applied))
	num(uint64(n.incoming.from))
	num(uint64(n.incoming.index))
	num(uint64(n.incoming.term))
	b = n.incoming.config.AppendTo(b)
	num(n.incoming.size)
	num(uint64(len(n.incoming.data)))
	b = append(b, n.incoming.data...)
	num(uint64(n.votes))
	num(uint64(n.preVotes))
	flag(n.heard)
	for i := range n.peers {
		p := &n.peers[i]
		num(uint64(p.match))
		num(uint64(p.next))
		num(uint64(p.state))
		flag(p.active)
		num(p.round)
		num(uint64(p.flying))
		for _, last := range p.flight[:p.flying] {
			num(uint64(last))
		}
		flag(p.snapshot == n.snapshot)
		if p.snapshot != n.snapshot {
			b = appendSnapshot(b, p.snapshot)
		}
		num(p.offset)
	}
	num(uint64(n.filled))
	num(uint64(n.uncommitted))
	flag(n.change.open)
	num(uint64(n.change.handle))
	num(uint64(n.handover.to))
	num(uint64(n.handover.handle))
	flag(n.handover.asked)
	num(uint64(n.reading.start))
	num(n.reading.round)
	num(n.reading.confirmed)
	flag(n.reading.leasing)
	flag(n.reading.ended)
	for _, round := range n.reading.leases {
		num(round)
	}
	num(uint64(len(n.reading.waiting.live())))
	for _, r := range n.reading.waiting.live() {
		num(uint64(r.handle))
		num(uint64(r.index))
		num(r.round)
	}
	num(uint64(len(n.open.live())))
	for _, p := range n.open.live() {
		num(uint64(p.index))
		num(uint64(p.handle))
	}
	return b
}

func appendSnapshot(b []byte, s *raft.Snapshot) []byte {
	if s == nil {
		return append(b, 0)
	}
	b = binary.AppendUvarint(append(b, 1), uint64(s.Index))
	b = binary.AppendUvarint(b, uint64(s.Term))
	b = s.Config.AppendTo(b)
	b = binary.AppendUvarint(b, uint64(len(s.Data)))
	return append(b, s.Data...)
}

// inspectSnapshot overwrites *st with what there is to see of a snapshot.
func inspectSnapshot(st *raft.SnapshotStatus, s *raft.Snapshot) {
	if s == nil {
		st.Index, st.Term, st.Size = 0, 0, 0
		return
	}
	st.Index, st.Term, st.Size = s.Index, s.Term, len(s.Data)
}

// Inspect overwrites *st. The judge looks after every step, so each field is written
// where it stands, once, and what is empty costs nothing.
func (n *Node) Inspect(st *raft.Status) {
	st.ID, st.Role, st.Term, st.Vote, st.Leader = n.id, n.role, n.term, n.vote, n.leader
	st.Commit, st.Applied = n.commit, n.applied
	st.Log, st.First = nil, n.log.base+1
	if !st.NoLog {
		st.Log = n.log.whole()
	}
	st.Snapshot.Index, st.Snapshot.Term, st.Snapshot.Size = 0, 0, 0
	st.Incoming.Index, st.Incoming.Term, st.Incoming.Size, st.Have = 0, 0, 0, 0
	st.Sticky = n.sticks()
	st.LastSave, st.DurableSave = n.disk.last, n.disk.done
	st.Uncommitted, st.UncommittedLimit, st.Window = n.uncommitted, n.limits.Uncommitted, window
	st.Transferee = n.handover.to
	at := n.inForce()
	st.ConfigIndex, st.Quorum = at.index, raft.Quorum(bits.OnesCount32(n.voters))
	st.Config.Voters = at.config.Voters
	st.Config.Outgoing = at.config.Outgoing
	st.Config.Learners = at.config.Learners
	st.Votes = st.Votes[:0]
	st.PreVotes = st.PreVotes[:0]
	st.Without = st.Without[:0]
	st.Peers = st.Peers[:0]
	st.Reads, st.Lease, st.LeaseEnds = 0, false, 0
	if n.role == raft.Leader {
		n.inspectLeader(st)
	}
	if uint64(n.votes|n.preVotes)|uint64(n.off)|uint64(n.incoming.index) != 0 || n.snapshot != nil || n.id == raft.None {
		n.inspectRarer(st)
	}
}

func (n *Node) inspectLeader(st *raft.Status) {
	n.inspectPeers(st)
	st.Reads = len(n.reading.waiting.live())
	st.LeaseEnds, st.Lease = n.lease()
}

// inspectRarer adds what there is nothing of most of the time.
func (n *Node) inspectRarer(st *raft.Status) {
	if n.id == raft.None {
		st.Quorum = 0
	}
	inspectSnapshot(&st.Snapshot, n.snapshot)
	if in := &n.incoming; in.index != 0 {
		st.Incoming.Index, st.Incoming.Term, st.Incoming.Size = in.index, in.term, int(in.size)
		st.Have = len(in.data)
	}
	n.inspectVotes(st)
	for off := n.off; off != 0; off &= off - 1 {
		st.Without = append(st.Without, table[bits.TrailingZeros64(uint64(off))].Name)
	}
}

// inForce is the configuration that counts, an empty one before the start.
func (n *Node) inForce() *configAt {
	if k := len(n.configs) - 1; k >= 0 && n.configs[k].index == n.using {
		return &n.configs[k]
	}
	return n.earlierInForce()
}

func (n *Node) earlierInForce() *configAt {
	for i := range n.configs {
		if n.configs[i].index == n.using {
			return &n.configs[i]
		}
	}
	return new(configAt)
}

func (n *Node) inspectVotes(st *raft.Status) {
	for i, id := range n.servers {
		if n.votes&(1<<i) != 0 {
			st.Votes = append(st.Votes, id)
		}
		if n.preVotes&(1<<i) != 0 {
			st.PreVotes = append(st.PreVotes, id)
		}
	}
}

func (n *Node) inspectPeers(st *raft.Status) {
	list := slices.Grow(st.Peers, len(n.peers))
	for i := range n.peers {
		if i == n.self {
			continue
		}
		list = list[:len(list)+1]
		p, to := &n.peers[i], &list[len(list)-1]
		to.ID, to.Match, to.Next, to.InFlight = n.servers[i], p.match, p.next, p.flying
		to.Active, to.State, to.Sent = p.active, p.state, int(p.offset)
		inspectSnapshot(&to.Snapshot, p.snapshot)
	}
	st.Peers = list
}
