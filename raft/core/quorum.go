package core

import "raftarium/raft"

// Any two majorities of the servers have one in common: this is what Raft rests on
// (§5.2, §5.4.3). Two halves need not have any.

// votesToWin is how many votes make a leader (§5.2).
func (n *Node) votesToWin() int {
	if n.on(majorityToWin) {
		return raft.Quorum(len(n.servers))
	}
	return half(len(n.servers))
}

// copiesToCommit is how many servers must store an entry (§5.3).
func (n *Node) copiesToCommit() int {
	if n.on(majorityToCommit) {
		return raft.Quorum(len(n.servers))
	}
	return half(len(n.servers))
}

// half is what is mistaken for a majority.
func half(servers int) int { return max(1, servers/2) }

// reached is the highest index that at least quorum of the servers have reached.
// It sorts match.
func reached(match []raft.Index, quorum int) raft.Index {
	for i := 1; i < len(match); i++ { // few, and nearly equal: insertion sort
		v, j := match[i], i
		for ; j > 0 && match[j-1] < v; j-- {
			match[j] = match[j-1]
		}
		match[j] = v
	}
	return match[quorum-1]
}
