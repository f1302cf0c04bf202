package core

import "raftarium/raft"

// handleAppendEntries is the receiver of Figure 2.
func (n *Node) handleAppendEntries(leader raft.ID, m *raft.AppendEntries, out *raft.Effects) {
	if m.Term < n.term && n.on(refuseStaleAppends) {
		// 1. Reply false if term < currentTerm (§5.1).
		if n.role != raft.Leader && !n.on(staleAppendsKeepTimer) {
			n.setElectionTimer(out)
		}
		n.refuse(leader, m, out)
		return
	}
	n.recognize(leader, out)
	if !n.holdsPrevious(m) {
		// 2. Reply false if log doesn't contain an entry at prevLogIndex whose term
		// matches prevLogTerm (§5.3).
		n.refuse(leader, m, out)
		return
	}
	n.store(m)
	n.save(out)
	lastNew := m.PrevIndex + raft.Index(len(m.Entries))
	n.followCommit(m.Commit, lastNew, out)
	out.SendAppendEntriesReply(leader, n.afterEntries(lastNew), raft.AppendEntriesReply{
		Term: n.term, Success: true, Index: lastNew, Round: m.Round,
	})
}

// recognize takes the sender as the leader of the term: "If AppendEntries RPC
// received from new leader: convert to follower" (Figure 2, rules for candidates).
func (n *Node) recognize(leader raft.ID, out *raft.Effects) {
	if n.role != raft.Follower {
		n.becomeFollower(leader, out)
	}
	n.leader, n.preVotes = leader, 0
	n.hearLeader(out)
	n.setElectionTimer(out)
	if !n.on(keepVoteWithinTerm) {
		n.vote = raft.None
	}
}

// holdsPrevious is the consistency check (§5.3), an induction step: if the logs
// agree up to PrevIndex, they agree after the entries were stored.
func (n *Node) holdsPrevious(m *raft.AppendEntries) bool {
	if !n.on(appendConsistencyCheck) {
		// Even then entries cannot stand behind a gap.
		return len(m.Entries) == 0 || m.PrevIndex <= n.log.last()
	}
	// What a snapshot stands for was committed, and is the same everywhere.
	return m.PrevIndex < n.log.base || n.log.holds(m.PrevIndex, m.PrevTerm)
}

// refuse tells the leader where the own log stands at PrevIndex, so that it can
// skip a whole term (end of §5.3).
func (n *Node) refuse(leader raft.ID, m *raft.AppendEntries, out *raft.Effects) {
	n.save(out)
	reply := raft.AppendEntriesReply{
		Term: n.term, Index: m.PrevIndex, Round: m.Round,
		ConflictTerm: n.log.term(m.PrevIndex), ConflictIndex: n.log.last() + 1,
	}
	if reply.ConflictTerm != 0 {
		reply.ConflictIndex = n.log.firstOfTerm(reply.ConflictTerm)
	}
	out.SendAppendEntriesReply(leader, n.afterState(), reply)
}

// store: "3. If an existing entry conflicts with a new one (same index but
// different terms), delete the existing entry and all that follow it (§5.3).
// 4. Append any new entries not already in the log."
func (n *Node) store(m *raft.AppendEntries) {
	at, entries := m.PrevIndex+1, m.Entries
	if at > n.log.last() {
		n.extend(entries)
		return
	}
	if n.on(truncateOnlyOnConflict) {
		// A late message may hold less than the log does: what is there stays.
		known := n.present(entries)
		if known == len(entries) {
			return
		}
		at, entries = at+raft.Index(known), entries[known:]
	}
	if at <= n.log.base { // nothing can stand where the snapshot is
		entries = entries[min(int(n.log.base-at)+1, len(entries)):]
		at = n.log.base + 1
	}
	if last := n.log.last(); at <= last {
		if n.on(truncateOnConflict) {
			n.log.truncate(at)
			n.disk.truncated(at)
			n.forgetConfigs(at)
		} else {
			entries = entries[min(int(last-at)+1, len(entries)):]
		}
	}
	n.extend(entries)
}

// extend appends entries that follow the end of the log.
func (n *Node) extend(entries []raft.Entry) {
	if len(entries) > 0 {
		n.log.append(entries...)
		n.noteConfigs(entries)
		n.disk.dirty = true
	}
}

// present is how many of the entries, from the first on, the log already holds: the
// same term at the same index. A snapshot holds all up to its end.
func (n *Node) present(entries []raft.Entry) int {
	for k := range entries {
		i := entries[k].Index
		if i < n.log.base && n.on(compactedPrefixMatches) {
			continue
		}
		if !n.log.holds(i, entries[k].Term) {
			return k
		}
	}
	return len(entries)
}

// contiguous reports whether the entries follow PrevIndex one by one. No server
// sends others.
func contiguous(m *raft.AppendEntries) bool {
	next := m.PrevIndex + 1
	if next == 0 {
		return false // the largest number is no index that anything could follow
	}
	for k := range m.Entries {
		if m.Entries[k].Index != next+raft.Index(k) {
			return false
		}
	}
	return true
}
