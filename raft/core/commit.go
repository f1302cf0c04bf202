package core

import "raftarium/raft"

// advanceCommit: "If there exists an N such that N > commitIndex, a majority of
// matchIndex[i] >= N, and log[N].term == currentTerm: set commitIndex = N" (Figure
// 2, rules for leaders).
func (n *Node) advanceCommit(out *raft.Effects) {
	var match [maxPlaces]raft.Index
	for i := range n.peers {
		match[i] = n.peers[i].match
	}
	match[n.self] = n.ownMatch()
	needed := raft.Quorum
	if !n.on(majorityToCommit) {
		needed = half
	}
	i := agreed(n, match[:len(n.peers)], needed)
	if i <= n.commit {
		return
	}
	// An entry of an earlier term can still be overwritten, though a majority
	// stores it (§5.4.2, Figure 8).
	if n.log.term(i) != n.term && n.on(currentTermCommit) {
		return
	}
	n.commit = i
	n.apply(out)
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
	out.Applies = append(out.Applies, raft.Apply{Entries: n.log.between(n.applied+1, n.commit)})
	if n.role == raft.Leader {
		n.uncommitted -= bytesOf(n.log.between(n.applied+1, n.commit))
	}
	n.applied = n.commit
	settled := 0
	for _, p := range n.open.live() {
		if p.index > n.commit {
			break
		}
		settled++
	}
	n.open.drop(settled)
}
