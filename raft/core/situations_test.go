package core_test

import (
	"fmt"

	"raftarium/raft"
)

// switches has, for each rule, a situation in which it matters: what is seen with
// the rule and what without.
var switches = []struct {
	rule          string
	with, without string
	see           func(off []string) string
}{
	{"election-restriction", "refused", "granted", func(off []string) string {
		b, n := holding(3, off, 1)
		b.give(n, 3, &raft.RequestVote{Term: 2})
		return answer(n)
	}},
	{"compare-last-terms", "refused", "granted", func(off []string) string {
		b, n := holding(3, off, 2)
		b.give(n, 3, &raft.RequestVote{Term: 3, LastIndex: 9, LastTerm: 1})
		return answer(n)
	}},
	{"one-vote-per-term", "refused", "granted", func(off []string) string {
		b := plain(3, off...)
		n := b.nodes[0]
		b.give(n, 2, &raft.RequestVote{Term: 1})
		b.give(n, 3, &raft.RequestVote{Term: 1})
		return answer(n)
	}},
	{"keep-vote-within-term", "refused", "granted", func(off []string) string {
		b := plain(3, off...)
		n := b.nodes[0]
		b.give(n, 2, &raft.RequestVote{Term: 1})
		b.give(n, 2, &raft.AppendEntries{Term: 1})
		b.give(n, 3, &raft.RequestVote{Term: 1})
		return answer(n)
	}},
	{"votes-count-for-their-term", "candidate", "leader", func(off []string) string {
		b := plain(3, off...)
		stand(b)
		n := stand(b)
		b.give(n, 2, &raft.RequestVoteReply{Term: 1, Granted: true})
		return n.st.Role.String()
	}},
	{"majority-to-win", "candidate", "leader", func(off []string) string {
		b := plain(5, off...)
		n := stand(b)
		b.give(n, 2, &raft.RequestVoteReply{Term: 1, Granted: true})
		return n.st.Role.String()
	}},
	{"step-down-on-higher-term", "follower in term 9", "leader in term 9", func(off []string) string {
		b := plain(3, off...)
		n := lead(b)
		b.give(n, 3, &raft.RequestVoteReply{Term: 9})
		return fmt.Sprintf("%v in term %d", n.st.Role, n.st.Term)
	}},
	{"retry-election", "term 2", "term 1", func(off []string) string {
		b := plain(3, off...)
		stand(b)
		return fmt.Sprintf("term %d", stand(b).st.Term)
	}},
	{"reset-timer-only-on-grant", "timer runs on", "timer restarted", func(off []string) string {
		b, n := holding(3, off, 1)
		b.give(n, 3, &raft.RequestVote{Term: 2})
		return election(n)
	}},
	{"stale-appends-keep-timer", "timer runs on", "timer restarted", func(off []string) string {
		b, n := holding(3, off, 2)
		b.give(n, 3, &raft.AppendEntries{Term: 1})
		return election(n)
	}},
	{"refuse-stale-appends", "refused, 1 entry", "accepted, 2 entries", func(off []string) string {
		b, n := holding(3, off, 2)
		b.give(n, 3, &raft.AppendEntries{Term: 1, Entries: entries(1, 1, 1)})
		if len(n.st.Log) == 1 {
			return answer(n) + ", 1 entry"
		}
		return fmt.Sprintf("%s, %d entries", answer(n), len(n.st.Log))
	}},
	{"append-consistency-check", "refused", "accepted", func(off []string) string {
		b, n := holding(3, off, 1)
		b.give(n, 3, &raft.AppendEntries{Term: 3, PrevIndex: 1, PrevTerm: 2, Entries: entries(2, 3)})
		return answer(n)
	}},
	{"truncate-on-conflict", "term 2 at index 2", "term 1 at index 2", func(off []string) string {
		b, n := holding(3, off, 1, 1)
		b.give(n, 3, &raft.AppendEntries{Term: 2, PrevIndex: 1, PrevTerm: 1, Entries: entries(2, 2)})
		return fmt.Sprintf("term %d at index 2", n.st.Log[1].Term)
	}},
	{"truncate-only-on-conflict", "2 entries", "1 entries", func(off []string) string {
		b, n := holding(3, off, 1, 1)
		b.give(n, 2, &raft.AppendEntries{Term: 1, Entries: entries(1, 1)})
		return fmt.Sprintf("%d entries", len(n.st.Log))
	}},
	{"ignore-stale-replies", "match 0", "match 2", func(off []string) string {
		b := plain(3, off...)
		n := lead(b)
		b.propose(n, 1)
		b.give(n, 3, &raft.RequestVoteReply{Term: 2})
		lead(b)
		b.give(n, 2, &raft.AppendEntriesReply{Term: 1, Success: true, Index: 2})
		return fmt.Sprintf("match %d", n.st.Peers[0].Match)
	}},
	{"match-only-what-was-sent", "match 1", "match 4", func(off []string) string {
		b := plain(3, off...)
		n := lead(b)
		b.propose(n, 3)
		b.give(n, 2, &raft.AppendEntriesReply{Term: 1, Success: true, Index: 1})
		return fmt.Sprintf("match %d", n.st.Peers[0].Match)
	}},
	{"next-above-match", "next 5", "next 3", func(off []string) string {
		b := plain(3, off...)
		n := lead(b)
		b.give(n, 2, &raft.AppendEntriesReply{Term: 1, Success: true, Index: 1})
		b.propose(n, 3)
		b.give(n, 2, &raft.AppendEntriesReply{Term: 1, Success: true, Index: 4})
		b.propose(n, 3)
		b.give(n, 2, &raft.AppendEntriesReply{Term: 1, Index: 5, ConflictIndex: 3})
		return fmt.Sprintf("next %d", n.st.Peers[0].Next)
	}},
	{"fast-backup", "next 1", "next 4", func(off []string) string {
		b, n := holding(3, off, 1, 1, 1, 1)
		lead(b)
		b.give(n, 2, &raft.AppendEntriesReply{Term: 2, Index: 4, ConflictIndex: 1})
		return fmt.Sprintf("next %d", n.st.Peers[0].Next)
	}},
	{"batching", "2 messages", "16 messages", func(off []string) string {
		b := plain(3, off...)
		n := lead(b)
		for id := raft.ID(2); id <= 3; id++ {
			b.give(n, id, &raft.AppendEntriesReply{Term: 1, Success: true, Index: 1})
		}
		b.propose(n, 64)
		return fmt.Sprintf("%d messages", len(n.out.Sends))
	}},
	{"gather-small-appends", "2 messages", "10 messages", func(off []string) string {
		b := plain(3, off...)
		n := b.elect(1)
		for range 5 {
			b.propose(n, 1)
		}
		return fmt.Sprintf("%d messages", len(b.net))
	}},
	{"majority-to-commit", "commit 0", "commit 1", func(off []string) string {
		b := plain(5, off...)
		n := lead(b)
		b.flush(n)
		b.give(n, 2, &raft.AppendEntriesReply{Term: 1, Success: true, Index: 1})
		return fmt.Sprintf("commit %d", n.st.Commit)
	}},
	{"current-term-commit", "commit 0", "commit 1", func(off []string) string {
		b, n := holding(3, off, 1)
		lead(b)
		b.flush(n)
		b.give(n, 2, &raft.AppendEntriesReply{Term: 2, Success: true, Index: 1})
		return fmt.Sprintf("commit %d", n.st.Commit)
	}},
	{"leader-noop", "1 entries", "0 entries", func(off []string) string {
		return fmt.Sprintf("%d entries", len(lead(plain(3, off...)).st.Log))
	}},
	{"leader-counts-own-disk", "commit 0", "commit 1", func(off []string) string {
		b := plain(3, off...)
		n := lead(b)
		b.give(n, 2, &raft.AppendEntriesReply{Term: 1, Success: true, Index: 1})
		return fmt.Sprintf("commit %d", n.st.Commit)
	}},
	{"commit-up-to-last-new-entry", "commit 1", "commit 3", func(off []string) string {
		b, n := holding(3, off, 1, 1, 1)
		b.give(n, 3, &raft.AppendEntries{Term: 2, PrevIndex: 1, PrevTerm: 1, Commit: 3})
		return fmt.Sprintf("commit %d", n.st.Commit)
	}},
	{"persistent-term", "term 5", "term 0", func(off []string) string {
		b := plain(3, off...)
		n := b.nodes[0]
		b.give(n, 2, &raft.AppendEntries{Term: 5})
		b.flush(n)
		b.crash(n, 0)
		b.start(n)
		return fmt.Sprintf("term %d", n.st.Term)
	}},
	{"persistent-vote", "voted for s2", "voted for nobody", func(off []string) string {
		b := plain(3, off...)
		n := b.nodes[0]
		b.give(n, 2, &raft.RequestVote{Term: 1})
		b.flush(n)
		b.crash(n, 0)
		b.start(n)
		return fmt.Sprintf("voted for %v", n.st.Vote)
	}},
	{"persistent-log", "2 entries", "0 entries", func(off []string) string {
		b, n := holding(3, off, 1, 1)
		b.crash(n, 0)
		b.start(n)
		return fmt.Sprintf("%d entries", len(n.st.Log))
	}},
	{"save-before-send", "after Save 1", "after Save 0", func(off []string) string {
		b := plain(3, off...)
		n := b.nodes[0]
		b.give(n, 2, &raft.AppendEntries{Term: 1, Entries: entries(1, 1)})
		return fmt.Sprintf("after Save %d", n.out.Sends[0].After)
	}},
	{"pre-vote", "follower in term 0", "candidate in term 1", func(off []string) string {
		n := stand(newBench(3, off...))
		return fmt.Sprintf("%v in term %d", n.st.Role, n.st.Term)
	}},
	{"leader-stickiness", "silent", "granted", func(off []string) string {
		b := newBench(3, off...)
		n := b.nodes[0]
		b.give(n, 2, &raft.AppendEntries{Term: 1})
		b.give(n, 3, &raft.RequestVote{Term: 2})
		return answer(n)
	}},
	{"abstain-after-restart", "silent", "granted", func(off []string) string {
		b := newBench(3, off...)
		n := b.nodes[0]
		n.state.Term = 1
		b.start(n)
		b.give(n, 3, &raft.RequestVote{Term: 2})
		return answer(n)
	}},
	{"check-quorum", "follower", "leader", func(off []string) string {
		b := newBench(3, off...)
		n := b.elect(1)
		b.fire(n, raft.TimerQuorum)
		b.fire(n, raft.TimerQuorum)
		return n.st.Role.String()
	}},
	{"no-proposals-in-transfer", "busy", "accepted", func(off []string) string {
		b := newBench(3, off...)
		n := b.elect(1)
		b.step(n, &raft.TransferLeadership{Handle: 100, To: 2})
		return b.answers[b.propose(n, 1)[0]][0].Outcome.String()
	}},
	{"transfer-after-catch-up", "0 requests to time out", "1 requests to time out", func(off []string) string {
		b := newBench(3, off...)
		n := b.elect(1)
		b.propose(n, 1)
		b.step(n, &raft.TransferLeadership{Handle: 100, To: 2})
		return fmt.Sprintf("%d requests to time out", len(sends[*raft.TimeoutNow](n)))
	}},
	{"give-up-transfer", "accepted", "busy", func(off []string) string {
		b := newBench(3, off...)
		n := b.elect(1)
		b.step(n, &raft.TransferLeadership{Handle: 100, To: 2})
		b.fire(n, raft.TimerTransfer)
		return b.answers[b.propose(n, 1)[0]][0].Outcome.String()
	}},
	{"confirm-before-read", "0 answers", "1 answers", func(off []string) string {
		b := newBench(3, off...)
		return fmt.Sprintf("%d answers", len(b.answers[b.read(b.elect(1), false)]))
	}},
	{"read-from-own-term", "from index 2", "from index 0", func(off []string) string {
		b, n := holding(3, off, 1, 1)
		lead(b)
		h := b.read(n, false)
		b.give(n, 2, &raft.AppendEntriesReply{Term: 2, Index: 2, Round: 1})
		return fmt.Sprintf("from index %d", b.answers[h][0].Index)
	}},
	{"lease-from-sending", "0 timers", "1 timers", func(off []string) string {
		b := newBench(3, off...)
		n := b.elect(1)
		b.read(n, true)
		b.give(n, 2, &raft.AppendEntriesReply{Term: 1, Success: true, Index: 1, Round: 1})
		return fmt.Sprintf("%d timers", len(n.out.Timers))
	}},
	{"lease-shorter-than-timeout", "135ms", "300ms", func(off []string) string {
		b := newBench(3, off...)
		n := b.elect(1)
		b.read(n, true)
		for _, t := range n.out.Timers {
			if t.Key == raft.TimerLeaseA {
				return t.Max.String()
			}
		}
		return "none"
	}},
	{"transfer-ends-lease", "lease false", "lease true", func(off []string) string {
		b := newBench(3, off...)
		n := b.elect(1)
		b.read(n, true)
		b.settle()
		b.transfer(n, 2)
		return fmt.Sprintf("lease %v", n.st.Lease)
	}},
	{"bound-batches", "2 entries", "4 entries", func(off []string) string {
		b := limited(raft.Limits{Batch: 5}, off...)
		n := b.elect(1)
		b.propose(n, 4) // of two bytes each
		return fmt.Sprintf("%d entries", len(sends[*raft.AppendEntries](n)[0].Msg.(*raft.AppendEntries).Entries))
	}},
	{"bound-uncommitted", "busy", "accepted", func(off []string) string {
		b := limited(raft.Limits{Uncommitted: 5}, off...)
		n := b.elect(1)
		return b.answers[b.propose(n, 3)[2]][0].Outcome.String()
	}},
	{"send-snapshot", "s3 applied 4", "s3 applied 0", func(off []string) string {
		return fmt.Sprintf("s3 applied %d", farBehind(off...).nodes[2].applied)
	}},
	{"chunks-in-order", "14 bytes", "16 bytes", func(off []string) string {
		b := plain(3, off...)
		n := b.nodes[0]
		for _, offset := range []uint64{0, 7, 7} {
			b.give(n, 2, &raft.InstallSnapshot{Term: 1, LastIndex: 5, LastTerm: 1, Size: 16, Offset: offset, Data: []byte("1234567")})
		}
		if n.st.Incoming.Index == 0 {
			return "16 bytes" // it took that for all
		}
		return fmt.Sprintf("%d bytes", n.st.Have)
	}},
	{"refuse-older-snapshot", "commit 3", "commit 1", func(off []string) string {
		b, n := holding(3, off, 1, 1, 1)
		b.give(n, 2, &raft.AppendEntries{Term: 1, PrevIndex: 3, PrevTerm: 1, Commit: 3})
		b.give(n, 2, &raft.InstallSnapshot{Term: 1, LastIndex: 1, LastTerm: 1})
		return fmt.Sprintf("commit %d", n.st.Commit)
	}},
	{"snapshot-keeps-later-entries", "last index 3", "last index 2", func(off []string) string {
		b, n := holding(3, off, 1, 1, 1)
		b.give(n, 2, &raft.InstallSnapshot{Term: 1, LastIndex: 2, LastTerm: 1})
		return fmt.Sprintf("last index %d", n.last())
	}},
	{"compacted-prefix-matches", "last index 3", "last index 2", func(off []string) string {
		b, n := holding(3, off, 1, 1, 1)
		b.give(n, 2, &raft.AppendEntries{Term: 1, PrevIndex: 3, PrevTerm: 1, Commit: 3})
		b.compact(n, 2)
		b.give(n, 2, &raft.AppendEntries{Term: 1, Entries: entries(1, 1)}) // late
		return fmt.Sprintf("last index %d", n.last())
	}},
	{"snapshot-with-state", "1 save", "2 saves", func(off []string) string {
		b, n := holding(3, off, 1)
		b.give(n, 2, &raft.AppendEntries{Term: 1, PrevIndex: 1, PrevTerm: 1, Commit: 1})
		b.compact(n, 1)
		if len(n.out.Saves) == 1 {
			return "1 save"
		}
		return fmt.Sprintf("%d saves", len(n.out.Saves))
	}},
	{"adopt-at-once", "in force: entry 2", "in force: entry 0", func(off []string) string {
		b := newBenchWith(3, 1, off...)
		n := b.elect(1)
		b.change(n, []raft.ID{1, 2, 3}, []raft.ID{4})
		return fmt.Sprintf("in force: entry %d", n.st.ConfigIndex)
	}},
	{"joint-consensus", "s1 s2 s3 and s1", "s1", func(off []string) string {
		b := newBench(3, off...)
		n := b.elect(1)
		b.change(n, []raft.ID{1}, nil)
		return n.st.Config.String()
	}},
	{"both-majorities", "commit 1", "commit 2", func(off []string) string {
		b := newBench(3, off...)
		n := b.elect(1)
		b.change(n, []raft.ID{1}, nil)
		b.written(n)
		return fmt.Sprintf("commit %d", n.st.Commit)
	}},
	{"leave-joint-consensus", "s1", "s1 s2 s3 and s1", func(off []string) string {
		b := newBench(3, off...)
		n := b.elect(1)
		b.change(n, []raft.ID{1}, nil)
		b.settle()
		return n.st.Config.String()
	}},
	{"one-change-at-a-time", "busy", "accepted", func(off []string) string {
		b := newBench(3, off...)
		n := b.elect(1)
		b.change(n, []raft.ID{1, 2}, nil)
		return b.answers[b.change(n, []raft.ID{1}, nil)][0].Outcome.String()
	}},
	{"change-in-own-term", "busy", "accepted", func(off []string) string {
		b := plain(3, off...)
		return b.answers[b.change(lead(b), []raft.ID{1, 2}, nil)][0].Outcome.String()
	}},
	{"learners-catch-up", "invalid", "accepted", func(off []string) string {
		b := newBenchWith(3, 1, off...)
		return b.answers[b.change(b.elect(1), []raft.ID{1, 2, 3, 4}, nil)][0].Outcome.String()
	}},
	{"only-voters-stand", "0 questions", "3 questions", func(off []string) string {
		b := newBenchWith(3, 1, off...)
		n := b.nodes[3]
		b.fire(n, raft.TimerElection)
		return fmt.Sprintf("%d questions", len(polls(n)))
	}},
	{"removed-leader-steps-down", "follower", "leader", func(off []string) string {
		b := newBench(3, off...)
		n := b.elect(1)
		b.change(n, []raft.ID{2, 3}, nil)
		b.settle()
		return n.st.Role.String()
	}},
}
