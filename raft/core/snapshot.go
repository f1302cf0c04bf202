package core

import (
	"slices"

	"raftarium/raft"
)

// Log compaction (§7): a snapshot stands for all that was applied up to an index. A
// leader sends it, chunk by chunk, to whoever lacks entries that it has no more.

// compact keeps the service's state in place of the log up to its index: "Once a
// server completes writing a snapshot, it may delete all log entries up through the
// last included index, as well as any prior snapshot".
func (n *Node) compact(ev *raft.Compact) {
	if ev.Index > n.applied || ev.Index <= n.log.base {
		return
	}
	n.snapshot = &raft.Snapshot{
		Index: ev.Index, Term: n.log.term(ev.Index), Config: n.compactConfigs(ev.Index), Data: ev.State,
	}
	n.log.compact(ev.Index)
	n.disk.behind = true
	n.disk.same = max(n.disk.same, ev.Index)
}

// restore takes a snapshot for all of the log, and the service's state from it.
func (n *Node) restore(s *raft.Snapshot, out *raft.Effects) {
	n.snapshot = s
	n.log = newLog(s.Index, s.Term, nil)
	n.commit, n.applied = s.Index, s.Index
	n.restoreConfigs(s)
	out.Applies = append(out.Applies, raft.Apply{Snapshot: s})
}

// snapshotToSave is the snapshot as it belongs on disk. If it was written apart from
// the log, a crash in between would leave a log that begins behind the state.
func (n *Node) snapshotToSave(out *raft.Effects) *raft.Snapshot {
	if !n.on(snapshotWithState) {
		n.disk.last++
		n.disk.pending.push(write{seq: n.disk.last})
		out.Saves = append(out.Saves, raft.Save{
			Seq: n.disk.last, State: n.disk.state,
			Snapshot: &raft.Snapshot{Index: n.snapshot.Index, Term: n.snapshot.Term, Config: n.snapshot.Config},
		})
	}
	return n.snapshot
}

// startSnapshot begins to send the snapshot to a follower. It stays with this one
// though newer ones may come, so as to come to an end.
func (n *Node) startSnapshot(to int, out *raft.Effects) {
	if !n.on(sendSnapshot) {
		return
	}
	p := &n.peers[to]
	p.become(raft.PeerSnapshot)
	p.snapshot = n.snapshot
	n.sendChunk(to, out)
}

// mostChunks bounds the round trips that a snapshot takes.
const mostChunks = 64

// chunk is how much of a snapshot one message carries: what the limits say, or more where
// the state has grown so large that it would travel for longer than followers may lag.
func (n *Node) chunk(s *raft.Snapshot) uint64 {
	return uint64(max(n.limits.Chunk, (len(s.Data)+mostChunks-1)/mostChunks))
}

func (n *Node) sendChunk(to int, out *raft.Effects) {
	p := &n.peers[to]
	s := p.snapshot
	end := min(p.offset+n.chunk(s), uint64(len(s.Data)))
	out.Send(n.servers[to], n.afterState(), &raft.InstallSnapshot{
		Term: n.term, LastIndex: s.Index, LastTerm: s.Term, Config: s.Config,
		Size: uint64(len(s.Data)), Offset: p.offset, Data: s.Data[p.offset:end:end],
	})
}

// repeatChunk comes with each heartbeat: the chunk, or its answer, may be lost.
func (n *Node) repeatChunk(to int, out *raft.Effects) {
	if n.peers[to].state == raft.PeerSnapshot {
		n.sendChunk(to, out)
	}
}

// handleInstallSnapshotReply goes on where the follower says, if it answers the
// chunk that is under way.
func (n *Node) handleInstallSnapshotReply(from int, m *raft.InstallSnapshotReply, out *raft.Effects) {
	if n.role != raft.Leader {
		return
	}
	n.answered(from, m.Term, 0, out)
	p := &n.peers[from]
	if m.Term != n.term || p.state != raft.PeerSnapshot || m.LastIndex != p.snapshot.Index || m.Offset != p.offset {
		return
	}
	p.offset = min(m.Have, uint64(len(p.snapshot.Data)))
	n.sendChunk(from, out)
}

// incoming is as much of a snapshot as has arrived, in order.
type incoming struct {
	from   raft.Term // its leader's: another may have made another snapshot
	index  raft.Index
	term   raft.Term
	config raft.Config
	size   uint64
	data   []byte // shared with clones, none of which writes what another sees
}

// handleInstallSnapshot is the receiver of Figure 13, except that chunks come one
// after another.
func (n *Node) handleInstallSnapshot(leader raft.ID, m *raft.InstallSnapshot, out *raft.Effects) {
	if m.Term >= n.term {
		n.recognize(leader, out)
		if m.LastIndex <= n.commit && n.on(refuseOlderSnapshot) {
			n.incoming = incoming{}
			n.vouch(leader, m.LastIndex, out)
			return
		}
		if n.receive(m) {
			n.install(out)
			n.vouch(leader, m.LastIndex, out)
			return
		}
	}
	n.save(out)
	out.Send(leader, n.afterState(), &raft.InstallSnapshotReply{
		Term: n.term, LastIndex: m.LastIndex, Offset: m.Offset, Have: uint64(len(n.incoming.data)),
	})
}

// vouch tells the leader that the log equals its own up to i.
func (n *Node) vouch(leader raft.ID, i raft.Index, out *raft.Effects) {
	n.save(out)
	out.SendAppendEntriesReply(leader, n.afterEntries(i), raft.AppendEntriesReply{
		Term: n.term, Success: true, Index: i,
	})
}

// receive adds a chunk to what has arrived, and reports whether that is all. What
// came late, twice or too early adds nothing: the reply says what is missing.
func (n *Node) receive(m *raft.InstallSnapshot) bool {
	in := &n.incoming
	if in.from != m.Term || in.index != m.LastIndex || in.term != m.LastTerm || in.size != m.Size {
		*in = incoming{from: m.Term, index: m.LastIndex, term: m.LastTerm, config: m.Config, size: m.Size}
	}
	have := uint64(len(in.data))
	if m.Offset == have && uint64(len(m.Data)) <= m.Size-have || !n.on(chunksInOrder) {
		in.data = append(in.data, m.Data...)
	}
	return uint64(len(in.data)) >= m.Size
}

// install: "If existing log entry has same index and term as snapshot's last
// included entry, retain log entries following it and reply. Discard the entire log.
// Reset state machine using snapshot contents" (Figure 13).
func (n *Node) install(out *raft.Effects) {
	in := &n.incoming
	s := &raft.Snapshot{Index: in.index, Term: in.term, Config: in.config, Data: slices.Clip(in.data)}
	committed := n.commit
	kept := n.log
	agrees := kept.holds(s.Index, s.Term)
	n.restore(s, out)
	if agrees && n.on(snapshotKeepsLaterEntries) {
		kept.compact(s.Index)
		n.log = kept
		for part := range kept.stretches() {
			n.noteConfigs(part)
		}
		n.disk.same = max(n.disk.same, s.Index)
	} else {
		n.disk.replaced(min(committed, s.Index), s.Index)
	}
	n.disk.behind = true
	n.incoming = incoming{}
}
