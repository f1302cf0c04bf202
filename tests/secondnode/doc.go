// Package secondnode is another Raft, written against package raft alone: Figure 2
// of the paper, with the no-op entry of §8, refusals that say where to go on (end of
// §5.3), and nothing else. It is there to show that the door is open, and that tests
// and checkers judge whoever comes in by it.
//
// It takes the simplest way wherever there is a choice. A step ends with one
// Save of all that changed, and everything that the step sends, applies or
// answers waits for it. A leader sends each follower all entries from nextIndex
// on, every time, until the follower has acknowledged them. There are no
// switches, no pipelining and no batching, and no reads without the log: a service that
// asks it for one gets no answer.
//
//	node.go       the state of a server, and what happens at an event
//	election.go   leader election, §5.2 and §5.4.1
//	replicate.go  log replication and commitment, §5.3 and §5.4.2
//	inspect.go    copying a server, comparing it, looking at it
package secondnode
