package core

import (
	"math/bits"

	"raftarium/raft"
)

// A majority of any two quorums' servers overlap: this is what Raft rests on
// (§5.2, §5.4.3). Half the servers do not.

// wins reports whether these votes make a leader (§5.2).
func (n *Node) wins(votes uint32) bool {
	if n.on(majorityToWin) {
		return n.isQuorum(votes)
	}
	return bits.OnesCount32(votes) >= half(len(n.servers))
}

// isQuorum reports whether a set of servers, a bit for each place, is a majority.
func (n *Node) isQuorum(set uint32) bool {
	return bits.OnesCount32(set) >= raft.Quorum(len(n.servers))
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

// reached is the highest number that at least quorum of the servers have reached.
// It sorts the numbers.
func reached[T ~uint64](numbers []T, quorum int) T {
	for i := 1; i < len(numbers); i++ { // few, and nearly equal: insertion sort
		v, j := numbers[i], i
		for ; j > 0 && numbers[j-1] < v; j-- {
			numbers[j] = numbers[j-1]
		}
		numbers[j] = v
	}
	return numbers[quorum-1]
}
