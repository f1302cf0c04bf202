package core

import "raftarium/raft"

// advanceCommit: "If there exists an N such that N > commitIndex, a majority of
// matchIndex[i] >= N, and log[N].term == currentTerm: set commitIndex = N" (Figure
// 2, rules for leaders).
func (n *Node) advanceCommit(out *raft.Effects) {
	own, majority := n.ownMatch(), n.on(majorityToCommit)
	var above uint32
	for i := range n.peers {
		above |= ahead(n.peers[i].match, n.commit) << i
	}
	if !n.have(above&^(1<<n.self)|ahead(own, n.commit)<<n.self, majority) {
		return
	}
	var match [maxPlaces]uint64
	for i := range n.peers {
		match[i] = uint64(n.peers[i].match)
	}
	match[n.self] = uint64(own)
	i := raft.Index(n.agreed(match[:len(n.peers)], uint64(n.commit), majority))
	// An entry of an earlier term can still be overwritten, though a majority
	// stores it (§5.4.2, Figure 8).
	if n.log.term(i) != n.term && n.on(currentTermCommit) {
		return
	}
	n.commit = i
	n.apply(out)
}

// ahead is 1 if a server's match is beyond the commit index, else 0.
func ahead(match, commit raft.Index) uint32 {
	if match > commit {
		return 1
	}
	return 0
}

// ownMatch is how far the leader counts itself. It sends while its disk still
// writes, and may even commit before its disk is done, if others make the majority
// (dissertation, 10.2.1).
func (n *Node) ownMatch() raft.Index {
	if n.on(leaderCountsOwnDisk) {
		return n.disk.durable
	}
	return n.log.last()
}

// followCommit: "5. If leaderCommit > commitIndex, set commitIndex =
// min(leaderCommit, index of last new entry)" (Figure 2, AppendEntries). What lies
// beyond may be left over from another leader.
func (n *Node) followCommit(leaderCommit, lastNew raft.Index, out *raft.Effects) {
	i := min(leaderCommit, n.log.last())
	if n.on(commitUpToLastNewEntry) {
		i = min(i, lastNew)
	}
	if i > n.commit {
		n.commit = i
		n.apply(out)
	}
}

// apply follows a commit index that rose: "If commitIndex > lastApplied: increment
// lastApplied, apply log[lastApplied] to state machine" (Figure 2, rules for all
// servers). What is committed can no longer lose its place.
func (n *Node) apply(out *raft.Effects) {
	entries := n.log.between(n.applied+1, n.commit)
	out.NewApply().Entries = entries
	if n.role == raft.Leader {
		n.uncommitted -= bytesOf(entries)
	}
	n.applied = n.commit
	settled, open := 0, n.open.live()
	for settled < len(open) && open[settled].index <= n.commit {
		settled++
	}
	n.open.drop(settled)
}
