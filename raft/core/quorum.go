package core

import (
	"math/bits"

	"raftarium/raft"
)

// Any two majorities of the servers have one in common: this is what Raft rests on
// (§5.2, §5.4.3). Two halves need not have any.

// maxPlaces is for all members, and a server that is not one.
const maxPlaces = raft.MaxServers + 1

// wins reports whether these votes make a leader (§5.2).
func (n *Node) wins(votes uint32) bool { return n.have(votes, n.on(majorityToWin)) }

// isQuorum reports whether a set of servers, a bit for each place, is a majority.
func (n *Node) isQuorum(set uint32) bool { return n.have(set, true) }

// have reports whether a set of servers is enough: a majority, or what is mistaken
// for one. In joint consensus "agreement (for elections and entry commitment)
// requires separate majorities from both the old and new configurations" (§6).
func (n *Node) have(set uint32, majority bool) bool {
	return enough(set, n.voters, majority) &&
		(n.outgoing == 0 || enough(set, n.outgoing, majority) || !n.on(bothMajorities))
}

func enough(set, voters uint32, majority bool) bool {
	in, of := bits.OnesCount32(set&voters), bits.OnesCount32(voters)
	if majority {
		return in >= raft.Quorum(of)
	}
	return in >= max(1, of/2) // half of them
}

// agreed is the highest number that enough servers have reached, but at least floor.
// numbers are by place.
func (n *Node) agreed(numbers []uint64, floor uint64, majority bool) uint64 {
	for {
		var above uint32
		lowest := ^uint64(0)
		for i, v := range numbers {
			if v > floor {
				above |= 1 << i
				if n.hasSay(i) {
					lowest = min(lowest, v)
				}
			}
		}
		if !n.have(above, majority) {
			return floor
		}
		floor = lowest // all of them have reached it
	}
}
