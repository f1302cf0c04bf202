package core

import "raftarium/raft"

// rule is a switch. The order is that of the table below.
type rule uint8

const (
	electionRestriction rule = iota
	compareLastTerms
	oneVotePerTerm
	keepVoteWithinTerm
	votesCountForTheirTerm
	majorityToWin
	stepDownOnHigherTerm
	retryElection
	resetTimerOnlyOnGrant
	staleAppendsKeepTimer
	refuseStaleAppends
	appendConsistencyCheck
	truncateOnConflict
	truncateOnlyOnConflict
	ignoreStaleReplies
	matchOnlyWhatWasSent
	nextAboveMatch
	fastBackup
	batching
	gatherSmallAppends
	majorityToCommit
	currentTermCommit
	leaderNoop
	leaderCountsOwnDisk
	commitUpToLastNewEntry
	persistentTerm
	persistentVote
	persistentLog
	saveBeforeSend
	preVote
	leaderStickiness
	abstainAfterRestart
	checkQuorum
	noProposalsInTransfer
	transferAfterCatchUp
	giveUpTransfer
	confirmBeforeRead
	readFromOwnTerm
	leaseFromSending
	leaseShorterThanTimeout
	transferEndsLease
	boundBatches
	boundUncommitted
	sendSnapshot
	chunksInOrder
	refuseOlderSnapshot
	snapshotKeepsLaterEntries
	compactedPrefixMatches
	snapshotWithState
	adoptAtOnce
	jointConsensus
	bothMajorities
	leaveJointConsensus
	oneChangeAtATime
	changeInOwnTerm
	learnersCatchUp
	onlyVotersStand
	removedLeaderStepsDown

	ruleCount
)

// ruleSet is a set of rules, a bit for each.
type ruleSet uint64

// on reports whether the rule is in force. Each rule is asked for at exactly one
// place, which a test sees to.
func (n *Node) on(r rule) bool { return n.off&(1<<r) == 0 }

// rulesNamed is the set of the rules with these names. Other names belong to
// other layers.
func rulesNamed(names []string) ruleSet {
	var set ruleSet
	for _, name := range names {
		for r := range table {
			if table[r].Name == name {
				set |= 1 << r
			}
		}
	}
	return set
}

// Rules lists the switches of this Raft. The slice is the caller's.
func Rules() []raft.Rule {
	return append([]raft.Rule(nil), table[:]...)
}

const layer = "raft"

var table = [ruleCount]raft.Rule{
	electionRestriction: {
		Name: "election-restriction", Kind: raft.Safety, Layer: layer,
		Defends: "leader completeness", Section: "§5.4.1",
		Summary: "A voter refuses a candidate whose log is less up to date than its own.",
	},
	compareLastTerms: {
		Name: "compare-last-terms", Kind: raft.Safety, Layer: layer,
		Defends: "leader completeness", Section: "§5.4.1",
		Summary: "Of two logs the one whose last entry has the later term is more up to date, whatever their lengths.",
	},
	oneVotePerTerm: {
		Name: "one-vote-per-term", Kind: raft.Safety, Layer: layer,
		Defends: "election safety", Section: "§5.2",
		Summary: "A server votes for at most one candidate in a term.",
	},
	keepVoteWithinTerm: {
		Name: "keep-vote-within-term", Kind: raft.Safety, Layer: layer,
		Defends: "election safety", Section: "§5.2",
		Summary: "A vote is forgotten only when a new term begins, not when a leader of the same term is heard.",
	},
	votesCountForTheirTerm: {
		Name: "votes-count-for-their-term", Kind: raft.Safety, Layer: layer,
		Defends: "election safety", Section: "§5.2",
		Summary: "A candidate counts only votes of its current term.",
	},
	majorityToWin: {
		Name: "majority-to-win", Kind: raft.Safety, Layer: layer,
		Defends: "election safety", Section: "§5.2",
		Summary: "A candidate needs the votes of a majority; without the rule, of half the servers.",
	},
	stepDownOnHigherTerm: {
		Name: "step-down-on-higher-term", Kind: raft.Safety, Layer: layer,
		Defends: "election safety", Section: "§5.1",
		Summary: "A leader or candidate that sees a higher term becomes a follower; without the rule it keeps its role in that term.",
	},
	retryElection: {
		Name: "retry-election", Kind: raft.Liveness, Layer: layer,
		Defends: "progress", Section: "§5.2",
		Summary: "A candidate that times out starts another election.",
	},
	resetTimerOnlyOnGrant: {
		Name: "reset-timer-only-on-grant", Kind: raft.Liveness, Layer: layer,
		Defends: "progress", Section: "§5.2",
		Summary: "A vote request restarts the election timer only if it is granted.",
	},
	staleAppendsKeepTimer: {
		Name: "stale-appends-keep-timer", Kind: raft.Liveness, Layer: layer,
		Defends: "progress", Section: "§5.2",
		Summary: "AppendEntries of an old term does not restart the election timer.",
	},
	refuseStaleAppends: {
		Name: "refuse-stale-appends", Kind: raft.Safety, Layer: layer,
		Defends: "acknowledged means durable", Section: "§5.1",
		Summary: "AppendEntries of an old term is refused.",
	},
	appendConsistencyCheck: {
		Name: "append-consistency-check", Kind: raft.Safety, Layer: layer,
		Defends: "log matching", Section: "§5.3",
		Summary: "A follower accepts entries and heartbeats only if its log holds the entry just before.",
	},
	truncateOnConflict: {
		Name: "truncate-on-conflict", Kind: raft.Safety, Layer: layer,
		Defends: "log matching", Section: "§5.3",
		Summary: "An entry that conflicts with a new one is removed, with all that follow it.",
	},
	truncateOnlyOnConflict: {
		Name: "truncate-only-on-conflict", Kind: raft.Safety, Layer: layer,
		Defends: "acknowledged means durable", Section: "§5.3",
		Summary: "Entries are removed only on a conflict, so that a late AppendEntries takes nothing away.",
	},
	ignoreStaleReplies: {
		Name: "ignore-stale-replies", Kind: raft.Safety, Layer: layer,
		Defends: "match index is true", Section: "§5.1",
		Summary: "A leader learns nothing from replies to what it sent in an earlier term, or to a probe that it no longer waits for.",
	},
	matchOnlyWhatWasSent: {
		Name: "match-only-what-was-sent", Kind: raft.Safety, Layer: layer,
		Defends: "match index is true", Section: "§5.3",
		Summary: "A successful reply vouches for the entries of its request, not for the leader's log as it is by now.",
	},
	nextAboveMatch: {
		Name: "next-above-match", Kind: raft.Cost, Layer: layer,
		Defends: "next index is above match index", Section: "§5.3",
		Summary: "However late a refusal comes, a leader does not go back to entries that were acknowledged.",
	},
	fastBackup: {
		Name: "fast-backup", Kind: raft.Cost, Layer: layer,
		Defends: "catch-up in one round trip for each conflicting term", Section: "§5.3",
		Summary: "After a refusal the leader skips a whole term; without the rule, one entry.",
	},
	batching: {
		Name: "batching", Kind: raft.Cost, Layer: layer,
		Defends: "messages per commit", Section: "dissertation §10.2.2",
		Summary: "One AppendEntries carries all entries that wait; without the rule, one.",
	},
	gatherSmallAppends: {
		Name: "gather-small-appends", Kind: raft.Cost, Layer: layer,
		Defends: "messages per commit", Section: "dissertation §10.2.2",
		Summary: "A few entries wait while an append is on its way to the follower, and then travel together; without the rule each leaves at once, as long as the window has room.",
	},
	majorityToCommit: {
		Name: "majority-to-commit", Kind: raft.Safety, Layer: layer,
		Defends: "acknowledged means durable", Section: "§5.3",
		Summary: "An entry is committed once a majority stores it; without the rule, half the servers.",
	},
	currentTermCommit: {
		Name: "current-term-commit", Kind: raft.Safety, Layer: layer,
		Defends: "leader completeness", Section: "§5.4.2",
		Summary: "A leader commits by counting only entries of its own term; earlier ones commit with them.",
	},
	leaderNoop: {
		// Liveness, not only cost: with no further proposal, what an earlier
		// leader left behind would stay uncommitted for ever.
		Name: "leader-noop", Kind: raft.Liveness, Layer: layer,
		Defends: "progress", Section: "§8",
		Summary: "A leader opens its term with an entry that does nothing, so that what earlier terms left behind can commit.",
	},
	leaderCountsOwnDisk: {
		Name: "leader-counts-own-disk", Kind: raft.Safety, Layer: layer,
		Defends: "acknowledged means durable", Section: "dissertation §10.2.1",
		Summary: "A leader counts itself for an entry only once its own disk has it.",
	},
	commitUpToLastNewEntry: {
		Name: "commit-up-to-last-new-entry", Kind: raft.Safety, Layer: layer,
		Defends: "state machine safety", Section: "Figure 2; §5.3",
		Summary: "A follower commits no further than the entries that the message vouches for.",
	},
	persistentTerm: {
		Name: "persistent-term", Kind: raft.Safety, Layer: layer,
		Defends: "acknowledged means durable", Section: "Figure 2; dissertation §3.8",
		Summary: "The current term is on disk before anybody hears of it.",
	},
	persistentVote: {
		Name: "persistent-vote", Kind: raft.Safety, Layer: layer,
		Defends: "acknowledged means durable", Section: "Figure 2; dissertation §3.8",
		Summary: "A vote is on disk before the candidate hears of it.",
	},
	persistentLog: {
		Name: "persistent-log", Kind: raft.Safety, Layer: layer,
		Defends: "acknowledged means durable", Section: "Figure 2; dissertation §3.8",
		Summary: "Entries are written to disk.",
	},
	saveBeforeSend: {
		Name: "save-before-send", Kind: raft.Safety, Layer: layer,
		Defends: "acknowledged means durable", Section: "Figure 2; dissertation §3.8",
		Summary: "A message leaves only when all that it vouches for is durable.",
	},
	preVote: {
		Name: "pre-vote", Kind: raft.Cost, Layer: layer,
		Defends: "a server that comes back deposes nobody", Section: "dissertation §9.6",
		Summary: "A server stands for election only after a majority said that it would vote for it.",
	},
	leaderStickiness: {
		// Leases rest on it: without the rule there are none, and reads by lease cost
		// a round of heartbeats each.
		Name: "leader-stickiness", Kind: raft.Cost, Layer: layer,
		Defends: "nobody deposes a leader that is heard", Section: "§6; dissertation §4.2.3",
		Summary: "Who heard from a leader within the minimum election timeout ignores requests for votes.",
	},
	abstainAfterRestart: {
		Name: "abstain-after-restart", Kind: raft.Safety, Layer: layer,
		Defends: "linearizability", Section: "follows from dissertation §6.4.1", Needs: raft.NeedsReads,
		Summary: "A restarted server gives no vote for a minimum election timeout, because it may have promised a leader its loyalty just before.",
	},
	checkQuorum: {
		Name: "check-quorum", Kind: raft.Cost, Layer: layer,
		Defends: "a leader without a quorum resigns within two election timeouts", Section: "dissertation §6.2",
		Summary: "A leader that hears from no quorum for an election timeout steps down. Without the rule one that is heard, and hears nobody, holds up the cluster for as long as its links are so.",
	},
	noProposalsInTransfer: {
		Name: "no-proposals-in-transfer", Kind: raft.Cost, Layer: layer,
		Defends: "a transfer comes to its end under load", Section: "dissertation §3.10",
		Summary: "A leader takes no proposals while it hands over, so that the other's log can catch up with its own.",
	},
	transferAfterCatchUp: {
		Name: "transfer-after-catch-up", Kind: raft.Cost, Layer: layer,
		Defends: "a transfer takes one election", Section: "dissertation §3.10",
		Summary: "A leader lets its successor stand only once that one's log equals its own; else its election would be in vain.",
	},
	giveUpTransfer: {
		Name: "give-up-transfer", Kind: raft.Liveness, Layer: layer,
		Defends: "progress", Section: "dissertation §3.10",
		Summary: "A transfer that does not come about within an election timeout is given up, and the leader takes proposals again.",
	},
	confirmBeforeRead: {
		Name: "confirm-before-read", Kind: raft.Safety, Layer: layer,
		Defends: "linearizability", Section: "§8", Needs: raft.NeedsReads,
		Summary: "A leader makes sure that it still leads, by a round of heartbeats or a lease, before it answers a read.",
	},
	readFromOwnTerm: {
		Name: "read-from-own-term", Kind: raft.Safety, Layer: layer,
		Defends: "linearizability", Section: "§8", Needs: raft.NeedsReads,
		Summary: "A new leader's reads wait for all that its log held when it was elected, because it cannot know yet what of it is committed.",
	},
	leaseFromSending: {
		Name: "lease-from-sending", Kind: raft.Safety, Layer: layer,
		Defends: "linearizability", Section: "dissertation §6.4.1", Needs: raft.NeedsReads,
		Summary: "A lease runs from the moment at which the heartbeats left, not from that of the answers.",
	},
	leaseShorterThanTimeout: {
		Name: "lease-shorter-than-timeout", Kind: raft.Safety, Layer: layer,
		Defends: "linearizability", Section: "dissertation §6.4.1", Needs: raft.NeedsReads,
		Summary: "A lease is shorter than the least election timeout by the bound on the drift of clocks; without the rule, as long as the longest.",
	},
	transferEndsLease: {
		Name: "transfer-ends-lease", Kind: raft.Safety, Layer: layer,
		Defends: "linearizability", Section: "dissertation §6.4.1", Needs: raft.NeedsReads,
		Summary: "A leader that let another stand for election has no lease in this term any more.",
	},
	boundBatches: {
		Name: "bound-batches", Kind: raft.Cost, Layer: layer,
		Defends: "bytes per message", Section: "dissertation §10.2.2", Needs: raft.NeedsLimits,
		Summary: "One AppendEntries carries entries up to a limit in bytes; without the rule, up to a number of entries only.",
	},
	boundUncommitted: {
		Name: "bound-uncommitted", Kind: raft.Cost, Layer: layer,
		Defends: "bytes that a leader cannot commit", Section: "as in etcd; limits dissertation §10.2.2", Needs: raft.NeedsLimits,
		Summary: "A leader that cannot commit refuses further proposals beyond a limit in bytes.",
	},
	sendSnapshot: {
		Name: "send-snapshot", Kind: raft.Liveness, Layer: layer,
		Defends: "progress", Section: "§7", Needs: raft.NeedsSnapshots,
		Summary: "A follower that lacks entries which the leader has compacted gets a snapshot.",
	},
	chunksInOrder: {
		Name: "chunks-in-order", Kind: raft.Safety, Layer: layer,
		Defends: "state machine safety", Section: "§7", Needs: raft.NeedsSnapshots,
		Summary: "A chunk of a snapshot counts only in its own place, and only as part of the snapshot that it belongs to.",
	},
	refuseOlderSnapshot: {
		Name: "refuse-older-snapshot", Kind: raft.Safety, Layer: layer,
		Defends: "state machine safety", Section: "§7", Needs: raft.NeedsSnapshots,
		Summary: "A snapshot that holds no more than what is committed already is not installed.",
	},
	snapshotKeepsLaterEntries: {
		Name: "snapshot-keeps-later-entries", Kind: raft.Safety, Layer: layer,
		Defends: "acknowledged means durable", Section: "§7", Needs: raft.NeedsSnapshots,
		Summary: "A snapshot that the log agrees with replaces the entries up to its end and none behind.",
	},
	compactedPrefixMatches: {
		Name: "compacted-prefix-matches", Kind: raft.Safety, Layer: layer,
		Defends: "acknowledged means durable", Section: "§7", Needs: raft.NeedsSnapshots,
		Summary: "Entries that a snapshot already stands for are no conflict.",
	},
	snapshotWithState: {
		Name: "snapshot-with-state", Kind: raft.Safety, Layer: layer,
		Defends: "state machine safety", Section: "follows from §7", Needs: raft.NeedsSnapshots,
		Summary: "A snapshot is written together with the log that goes on behind it, all or nothing.",
	},
	adoptAtOnce: {
		Name: "adopt-at-once", Kind: raft.Safety, Layer: layer,
		Defends: "election safety", Section: "§6", Needs: raft.NeedsMembership,
		Summary: "A server uses the latest configuration in its log, whether it is committed or not.",
	},
	jointConsensus: {
		Name: "joint-consensus", Kind: raft.Safety, Layer: layer,
		Defends: "election safety", Section: "§6", Needs: raft.NeedsMembership,
		Summary: "A change of more than one voter goes by a configuration in which old and new must agree.",
	},
	bothMajorities: {
		Name: "both-majorities", Kind: raft.Safety, Layer: layer,
		Defends: "election safety", Section: "§6", Needs: raft.NeedsMembership,
		Summary: "In joint consensus elections and commitment take a majority of the old voters and one of the new.",
	},
	leaveJointConsensus: {
		Name: "leave-joint-consensus", Kind: raft.Liveness, Layer: layer,
		Defends: "a change of membership comes to its end", Section: "§6", Needs: raft.NeedsMembership,
		Summary: "Once the joint configuration is committed, the leader goes on to the new one.",
	},
	oneChangeAtATime: {
		Name: "one-change-at-a-time", Kind: raft.Safety, Layer: layer,
		Defends: "election safety", Section: "dissertation §4.1", Needs: raft.NeedsMembership,
		Summary: "A leader begins no change of membership while another is not committed.",
	},
	changeInOwnTerm: {
		Name: "change-in-own-term", Kind: raft.Safety, Layer: layer,
		Defends: "election safety", Section: "raft-dev, July 2015; mends dissertation §4.1", Needs: raft.NeedsMembership,
		Summary: "A leader begins a change of membership only once it has committed an entry of its term.",
	},
	learnersCatchUp: {
		Name: "learners-catch-up", Kind: raft.Cost, Layer: layer,
		Defends: "commits go on while a server is added", Section: "§6; dissertation §4.2.1", Needs: raft.NeedsMembership,
		Summary: "A new server becomes a voter only after it has caught up as a learner.",
	},
	onlyVotersStand: {
		Name: "only-voters-stand", Kind: raft.Cost, Layer: layer,
		Defends: "a learner deposes nobody", Section: "dissertation §4.2.1", Needs: raft.NeedsMembership,
		Summary: "A server stands for election only if it is a voter, or was until an entry that is not committed.",
	},
	removedLeaderStepsDown: {
		Name: "removed-leader-steps-down", Kind: raft.Cost, Layer: layer,
		Defends: "the leader belongs to the cluster", Section: "§6; dissertation §4.2.2", Needs: raft.NeedsMembership,
		Summary: "A leader that is not in the new configuration steps down once that is committed.",
	},
}
