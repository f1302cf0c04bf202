//go:build !no_snapshots

package node

import (
	"fmt"
	"slices"

	"raftarium/raft"
)

// snapshots is the log before the first entry in memory (section 7).
type snapshots struct {
	snapshot *raft.Snapshot // nil if there is none; never written
	unsaved  bool           // it is not on its way to the disk yet
}

// first is the index of the first entry in memory, or of the next to come.
func (n *node) first() raft.Index {
	if n.snapshot == nil {
		return 1
	}
	return n.snapshot.Index + 1
}

// termBefore is the term of the entry before the first in memory.
func (n *node) termBefore() raft.Term {
	if n.snapshot == nil {
		return 0
	}
	return n.snapshot.Term
}

// restoreSnapshot begins with what the disk held: the service gets it first of all.
func (n *node) restoreSnapshot(s *raft.Snapshot, out *raft.Effects) {
	if s != nil {
		n.snapshot, n.commit, n.applied = s, s.Index, s.Index
		out.Applies = append(out.Applies, raft.Apply{Snapshot: s})
	}
}

// compact forgets the log up to an index, in place of which the service's state
// stands from now on.
func (n *node) compact(ev *raft.Compact) {
	if ev.Index > n.applied || ev.Index < n.first() {
		return
	}
	n.keep(&raft.Snapshot{Index: ev.Index, Term: n.termAt(ev.Index), Config: n.configAt(ev.Index), Data: ev.State})
}

// keep replaces the log up to a snapshot's index.
func (n *node) keep(s *raft.Snapshot) {
	var rest []raft.Entry
	if s.Index < n.last() {
		// A copy, so that the memory of what is forgotten comes free.
		rest = slices.Clone(n.from(s.Index + 1))
	}
	n.snapshot, n.unsaved, n.log = s, true, rest
	if n.changedFrom != 0 {
		n.changedFrom = max(n.changedFrom, n.first())
	}
	n.stateChanged()
}

// unsavedSnapshot is the snapshot if the disk has not got it.
func (n *node) unsavedSnapshot() *raft.Snapshot {
	if !n.unsaved {
		return nil
	}
	n.unsaved = false
	return n.snapshot
}

// sendSnapshot brings a follower up to where the log begins. All of it is one message.
func (n *node) sendSnapshot(to raft.ID, out *raft.Effects) {
	s := n.snapshot
	out.Send(to, 0, &raft.InstallSnapshot{
		Term: n.term, LastIndex: s.Index, LastTerm: s.Term, Config: s.Config, Size: uint64(len(s.Data)), Data: s.Data,
	})
}

// installSnapshot is the receiver's side of InstallSnapshot (Figure 13). What it is
// answered with says up to where the logs are the same.
func (n *node) installSnapshot(from raft.ID, m *raft.InstallSnapshot, out *raft.Effects) {
	if m.Term == n.term {
		n.follow(m.Term, from, out)
		n.resetElectionTimer(out)
	}
	if m.Term != n.term || m.Size != uint64(len(m.Data)) {
		out.Send(from, 0, &raft.InstallSnapshotReply{Term: n.term, LastIndex: m.LastIndex, Offset: m.Offset})
		return
	}
	// An old snapshot says nothing new, and must not take the service back.
	if m.LastIndex > n.commit {
		if m.LastIndex > n.last() || n.termAt(m.LastIndex) != m.LastTerm {
			n.log = nil // what follows is another log's
			n.changedFrom = 0
		}
		n.keep(&raft.Snapshot{Index: m.LastIndex, Term: m.LastTerm, Config: m.Config, Data: m.Data})
		if len(n.log) == 0 {
			n.logChanged(n.first())
		}
		n.commit, n.applied = m.LastIndex, m.LastIndex
		n.configChanged()
		out.Applies = append(out.Applies, raft.Apply{Snapshot: n.snapshot})
	}
	out.SendAppendEntriesReply(from, 0, raft.AppendEntriesReply{Term: n.term, Success: true, Index: m.LastIndex})
}

func (s snapshots) clone() snapshots { return s }

func (s *snapshots) appendState(b []byte) []byte {
	if s.snapshot == nil {
		return append(b, "none|"...)
	}
	b = fmt.Appendf(b, "%d %d %v|", s.snapshot.Index, s.snapshot.Term, s.unsaved)
	return append(s.snapshot.Config.AppendTo(b), s.snapshot.Data...)
}

func (s *snapshots) inspect(st *raft.Status) {
	if s.snapshot != nil {
		st.Snapshot = raft.SnapshotStatus{Index: s.snapshot.Index, Term: s.snapshot.Term, Size: len(s.snapshot.Data)}
	}
}
