// Package core is raftarium's own Raft: the algorithm of Figure 2 of the extended
// Raft paper (Ongaro and Ousterhout, 2014) as a deterministic [raft.Machine].
//
// It can be read from top to bottom beside the paper, a file for each part:
//
//	node.go         the state of a server, and where events go
//	election.go     leader election, §5.2 and §5.4.1
//	prevote.go      asking around before an election, dissertation 9.6
//	contact.go      who has heard from whom lately, dissertation 4.2.3 and 6.2
//	transfer.go     handing leadership over, dissertation 3.10
//	replication.go  what a leader sends, and what it learns from replies, §5.3
//	follower.go     the receiver of AppendEntries, §5.3
//	read.go         reads without the log, §8 and dissertation 6.4
//	snapshot.go     compaction, and snapshots for followers that are far behind, §7
//	commit.go       what is committed, and handing it to the service, §5.3 and §5.4.2
//	persist.go      what must be durable before who may hear of it, §5.1 and Figure 2
//	quorum.go       how many are enough
//	membership.go   who belongs to the cluster, §6 and dissertation 4.1
//	change.go       changing that, by one entry or by joint consensus
//	log.go          the log: a slice that clones and messages share
//	progress.go     a leader's view of a follower
//	queue.go        first in, first out
//	rules.go        the switches
//	inspect.go      copying a server, comparing it, looking at it
//
// Each rule that defends a property of Raft is a switch ([Rules]) which is
// consulted at one place only: search for its name, and you stand where the rule
// matters. Switched off, the server carries on as a Raft without that rule would,
// and it is for checkers outside to find out what broke. Therefore no property is
// asserted in here: each could be violated on purpose.
//
// What differs from the paper's text:
//
//   - A leader sends further entries before earlier ones are acknowledged
//     (dissertation, 10.2.2), up to a window of appends; what was lost comes to
//     light with the next heartbeat, whose consistency check then fails.
//   - A leader sends entries while its own disk writes them (dissertation,
//     10.2.1), and counts itself only once they are durable.
//   - A leader opens its term with an entry that does nothing (§8).
//   - There are no calls, only messages: what is lost is not sent again as such.
//     The next heartbeat, or the next election, stands in for it.
package core
