package core

import "raftarium/raft"

// A majority of any two quorums' servers overlap: this is what Raft rests on
// (§5.2, §5.4.3). Half the servers do not.

// maxPlaces is for all members, and a server that is not one.
const maxPlaces = raft.MaxServers + 1

// wins reports whether these votes make a leader (§5.2).
func (n *Node) wins(votes uint32) bool {
	if n.on(majorityToWin) {
		return n.isQuorum(votes)
	}
	return n.have(votes, half)
}

// isQuorum reports whether a set of servers, a bit for each place, is a majority.
func (n *Node) isQuorum(set uint32) bool { return n.have(set, raft.Quorum) }

func (n *Node) have(set uint32, needed func(voters int) int) bool {
	var in [maxPlaces]uint64
	for i := range n.servers {
		in[i] = uint64(set >> i & 1)
	}
	return agreed(n, in[:len(n.servers)], needed) == 1
}

// agreed is the highest number that enough voters have reached. In joint consensus
// "agreement (for elections and entry commitment) requires separate majorities from
// both the old and new configurations" (§6).
func agreed[T ~uint64](n *Node, numbers []T, needed func(voters int) int) T {
	result := agreedBy(numbers, n.voters, needed)
	if n.outgoing != 0 && n.on(bothMajorities) {
		result = min(result, agreedBy(numbers, n.outgoing, needed))
	}
	return result
}

func agreedBy[T ~uint64](numbers []T, voters uint32, needed func(voters int) int) T {
	var theirs [maxPlaces]T
	count := 0
	for i := range numbers {
		if voters>>i&1 != 0 {
			theirs[count] = numbers[i]
			count++
		}
	}
	if count == 0 {
		return 0
	}
	return reached(theirs[:count], needed(count))
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
