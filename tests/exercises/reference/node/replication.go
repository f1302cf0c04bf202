//go:build !no_replication

package node

import (
	"fmt"
	"slices"

	"raftarium/raft"
)

// replication is what Figure 2 has on replicated logs.
type replication struct {
	log     []raft.Entry // log[0] has the index first(); what it holds is never written over
	commit  raft.Index
	applied raft.Index

	peers   []peer    // a leader's view of the others
	waiting []waiting // proposals that stand in the leader's log, not applied yet
}

// peer is what a leader knows of another server.
type peer struct {
	id    raft.ID
	next  raft.Index // of the next entry to send
	match raft.Index // up to which its log is known to be the leader's
}

// waiting is a proposal with its place in the log.
type waiting struct {
	handle raft.Handle
	index  raft.Index
}

// beginTerm is the first thing that a new leader does. An entry of its own term lets
// those of earlier terms commit (§5.4.2 and §8).
func (n *node) beginTerm() {
	n.peers = nil
	for _, id := range n.others() {
		n.peers = append(n.peers, peer{id: id, next: n.last() + 1})
	}
	n.add(raft.EntryNoOp, nil)
	n.advanceCommit()
}

// add appends an entry of the own term to the leader's log and returns its index.
func (n *node) add(kind raft.EntryKind, data []byte) raft.Index {
	n.put(raft.Entry{Term: n.term, Index: n.last() + 1, Kind: kind, Data: data})
	return n.last()
}

// propose takes commands of the service.
func (n *node) propose(proposals []raft.Proposal, out *raft.Effects) {
	for _, p := range proposals {
		a := raft.Answer{Handle: p.Handle, Outcome: raft.NotLeader, Leader: n.leader}
		if n.role == raft.Leader {
			a = raft.Answer{Handle: p.Handle, Outcome: raft.Accepted, Term: n.term, Index: n.add(raft.EntryCommand, p.Data)}
			n.waiting = append(n.waiting, waiting{p.Handle, a.Index})
		}
		out.Answers = append(out.Answers, a)
	}
	if n.role == raft.Leader {
		n.advanceCommit()
		n.replicate(out)
	}
}

// proposalsLost tells those who wait that this server leads no more.
func (n *node) proposalsLost(leader raft.ID, out *raft.Effects) {
	for _, w := range n.waiting {
		out.Answers = append(out.Answers, raft.Answer{Handle: w.handle, Outcome: raft.Lost, Leader: leader})
	}
	n.waiting = nil
}

// heartbeat tells everybody who leads, and asks to be woken for the next time.
func (n *node) heartbeat(out *raft.Effects) {
	if n.role == raft.Leader {
		n.setHeartbeatTimer(out)
		n.replicate(out)
	}
}

// replicate sends each of the others all that it is not known to have.
func (n *node) replicate(out *raft.Effects) {
	for i := range n.peers {
		n.sendTo(&n.peers[i], out)
	}
}

func (n *node) sendTo(p *peer, out *raft.Effects) {
	if p.next < n.first() {
		n.sendSnapshot(p.id, out)
		return
	}
	out.SendAppendEntries(p.id, 0, raft.AppendEntries{
		Term: n.term, PrevIndex: p.next - 1, PrevTerm: n.termAt(p.next - 1), Entries: n.from(p.next),
		Commit: n.commit, Round: n.round(),
	})
}

// appendEntries is the receiver's side of AppendEntries (Figure 2).
func (n *node) appendEntries(from raft.ID, m *raft.AppendEntries, out *raft.Effects) {
	reply := raft.AppendEntriesReply{Term: n.term, Index: m.PrevIndex, Round: m.Round}
	if m.Term == n.term {
		n.follow(m.Term, from, out)
		n.resetElectionTimer(out)
		if n.matches(m) {
			n.accept(m)
			reply.Success, reply.Index = true, m.PrevIndex+raft.Index(len(m.Entries))
		} else {
			reply.ConflictTerm, reply.ConflictIndex = n.conflict(m.PrevIndex)
		}
	}
	out.SendAppendEntriesReply(from, 0, reply)
}

// matches is the consistency check (step 2 of the receiver, Figure 2). What is
// committed is the same everywhere.
func (n *node) matches(m *raft.AppendEntries) bool {
	if m.PrevIndex < n.first() {
		return m.PrevIndex < n.first()-1 || m.PrevTerm == n.termBefore()
	}
	return m.PrevIndex <= n.last() && n.termAt(m.PrevIndex) == m.PrevTerm
}

// accept takes over entries (steps 3 to 5 of the receiver, Figure 2). A late message
// may hold fewer of them than the log: only a conflict cuts it.
func (n *node) accept(m *raft.AppendEntries) {
	for i := range m.Entries {
		e := &m.Entries[i]
		if e.Index < n.first() || e.Index <= n.last() && n.termAt(e.Index) == e.Term {
			continue
		}
		if e.Index <= n.last() {
			n.truncate(e.Index)
		}
		n.put(m.Entries[i:]...)
		break
	}
	// "index of last new entry": what stands behind it may not be the leader's.
	n.commit = max(n.commit, min(m.Commit, m.PrevIndex+raft.Index(len(m.Entries))))
}

// appendEntriesReply is what a leader learns of another server.
func (n *node) appendEntriesReply(from raft.ID, m *raft.AppendEntriesReply, out *raft.Effects) {
	i := slices.IndexFunc(n.peers, func(p peer) bool { return p.id == from })
	if n.role != raft.Leader || m.Term != n.term || i < 0 {
		return
	}
	p := &n.peers[i]
	n.heard(from, m.Round, out)
	if !m.Success {
		if m.Index == p.next-1 { // else it answers an earlier try
			p.next = max(p.match+1, n.backUp(p.next, m))
			n.sendTo(p, out)
		}
		return
	}
	p.match = max(p.match, m.Index)
	p.next = max(p.next, p.match+1)
	n.advanceCommit()
}

// advanceCommit commits the last entry of the own term that a majority has, and with
// it all before ("If there exists an N", Figure 2; §5.4.2).
func (n *node) advanceCommit() {
	for i := n.last(); n.role == raft.Leader && i > n.commit && n.termAt(i) == n.term; i-- {
		if n.majority(func(id raft.ID) bool { return n.has(id, i) }) {
			n.commit = i
		}
	}
}

// has reports whether a server is known to have the entry at i for good.
func (n *node) has(id raft.ID, i raft.Index) bool {
	if id == n.id {
		return n.isDurable(i)
	}
	k := slices.IndexFunc(n.peers, func(p peer) bool { return p.id == id })
	return k >= 0 && n.peers[k].match >= i
}

// apply hands on what is committed ("If commitIndex > lastApplied", Figure 2).
func (n *node) apply(out *raft.Effects) {
	if n.commit <= n.applied {
		return
	}
	from, to := n.applied+1-n.first(), n.commit+1-n.first()
	out.Applies = append(out.Applies, raft.Apply{Entries: n.log[from:to:to]})
	n.applied = n.commit
	n.waiting = slices.DeleteFunc(n.waiting, func(w waiting) bool { return w.index <= n.applied })
	n.committed(out)
	n.changeCommitted(out)
}

func (r replication) clone() replication {
	// The original may append behind what both hold; the copy must not.
	r.log = slices.Clip(r.log)
	r.peers, r.waiting = slices.Clone(r.peers), slices.Clone(r.waiting)
	return r
}

func (r *replication) appendState(b []byte) []byte {
	b = fmt.Appendf(b, "%d %d %v %v %d|", r.commit, r.applied, r.peers, r.waiting, len(r.log))
	for i := range r.log {
		b = r.log[i].AppendTo(b)
	}
	return b
}

func (r *replication) inspect(st *raft.Status) {
	st.Log, st.Commit, st.Applied = r.log, r.commit, r.applied
	for _, p := range r.peers {
		if st.Role == raft.Leader {
			st.Peers = append(st.Peers, raft.PeerStatus{ID: p.id, Match: p.match, Next: p.next})
		}
	}
}
