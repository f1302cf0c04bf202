// Package node is the reference solution of the exercises on Raft: a server by
// Figure 2 of the paper, in parts, one file for each exercise. It takes the simplest
// way wherever there is a choice, and is written to be read.
//
//	node.go         the state of a server, and what happens at an event
//	election.go     exercise 1, leader election: §5.2 and §5.4.1
//	replication.go  exercise 2, log replication and commitment: §5.3 and §5.4.2
//	log.go          exercise 2, the log
//	persistence.go  exercise 3, what must be on disk before anybody hears of it
//	backup.go       exercise 4, where logs part, found a term at a time: end of §5.3
//	snapshots.go    exercise 5, a snapshot in place of the log: §7
//	reads.go        exercise 8, reads without an entry: §8 and dissertation 6.4
//	membership.go   exercise 9, one server in or out: dissertation, chapter 4
//
// Each file but node.go and inspect.go has another beside it, NAME_off.go, for a
// server without that part: the build tag no_NAME chooses it. The reference for an
// exercise is the parts up to there, and the others off (see package reference).
package node
