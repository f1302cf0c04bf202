package check

import (
	"raftarium/raft"
)

// raftCases break what Raft promises (Figure 3), and what a node says of its logs.
var raftCases = []crime{
	{
		name: "two leaders of a term by what they send", want: []Property{ElectionSafety},
		broken: func(p *play) {
			p.send(2, 3, &raft.AppendEntries{Term: 1})
		},
		legal: func(p *play) {
			p.elect(2, 2, 3)
			p.send(1, 3, &raft.AppendEntries{Term: 1}) // deposed, does not know it yet
		},
	},
	{
		name: "two leaders of a term by what they say", want: []Property{ElectionSafety},
		broken: func(p *play) {
			p.j.Status(1, &raft.Status{Role: raft.Leader, Term: 3})
			p.j.Status(2, &raft.Status{Role: raft.Leader, Term: 3})
		},
		legal: func(p *play) {
			p.j.Status(1, &raft.Status{Role: raft.Leader, Term: 3})
			p.j.Status(2, &raft.Status{Role: raft.Candidate, Term: 3})
			p.j.Status(2, &raft.Status{Role: raft.Leader, Term: 4})
			p.j.Status(1, &raft.Status{Role: raft.Leader, Term: 3})
		},
	},
	{
		name: "a leader that a majority did not elect", want: []Property{ElectionSafety},
		broken: func(p *play) {
			p.vote(1, 3, 3) // in another term
			p.send(2, 1, &raft.RequestVote{Term: 2})
			p.send(3, 2, &raft.RequestVoteReply{Term: 2})
			p.send(2, 1, &raft.AppendEntries{Term: 2})
		},
		legal: func(p *play) {
			p.send(2, 1, &raft.RequestVote{Term: 2})
			p.vote(3, 2, 2)
			p.crash(3) // its vote counts all the same
			p.send(2, 1, &raft.AppendEntries{Term: 2})
			p.crash(2)
			p.start(2)
		},
	},
	{
		name: "two votes in a term, before and after a crash", want: []Property{ElectionSafety},
		broken: func(p *play) {
			p.save(3, raft.HardState{Term: 5, Vote: 1}, 0)
			p.send(3, 1, &raft.RequestVoteReply{Term: 5, Granted: true})
			p.crash(3)
			p.states[3] = raft.HardState{Term: 5, Vote: 2}
			p.start(3)
			p.send(3, 2, &raft.RequestVoteReply{Term: 5, Granted: true})
		},
		legal: func(p *play) {
			p.save(3, raft.HardState{Term: 5, Vote: 1}, 0)
			p.send(3, 1, &raft.RequestVoteReply{Term: 5, Granted: true})
			p.crash(3)
			p.start(3)
			p.send(3, 1, &raft.RequestVoteReply{Term: 5, Granted: true})
			p.send(3, 2, &raft.RequestVoteReply{Term: 5})
			p.save(3, raft.HardState{Term: 6, Vote: 2}, 0)
			p.send(3, 2, &raft.RequestVoteReply{Term: 6, Granted: true})
		},
	},
	{
		name: "a vote for another after standing oneself", want: []Property{ElectionSafety},
		broken: func(p *play) {
			p.save(2, raft.HardState{Term: 5, Vote: 2}, 0)
			p.send(2, 3, &raft.RequestVote{Term: 5})
			p.save(2, raft.HardState{Term: 5, Vote: 3}, 0)
			p.send(2, 3, &raft.RequestVoteReply{Term: 5, Granted: true})
		},
		legal: func(p *play) {
			p.save(2, raft.HardState{Term: 5, Vote: 2}, 0)
			p.send(2, 3, &raft.RequestVote{Term: 5})
			p.send(2, 3, &raft.RequestVoteReply{Term: 5})
		},
	},
	{
		name: "a leader rewrites its log", want: []Property{LeaderAppendOnly},
		broken: func(p *play) {
			p.propose(1, 1, raft.EntryCommand, []byte("a"))
			p.save(1, raft.HardState{Term: 1, Vote: 1}, 2)
		},
		legal: func(p *play) {
			p.propose(1, 1, raft.EntryCommand, []byte("a"))
			p.save(1, raft.HardState{Term: 1, Vote: 1}, 2, p.logs[1][1], noop(1, 3)) // the same again
			p.save(1, raft.HardState{Term: 2}, 2)                                    // no leader any more
		},
	},
	{
		name: "logs that differ below an equal entry", want: []Property{LogMatching},
		broken: func(p *play) {
			p.elect(1, 2, 2, 3)
			p.save(3, raft.HardState{Term: 2, Vote: 1}, 2, noop(1, 2), noop(2, 3))
			p.save(2, raft.HardState{Term: 2, Vote: 1}, 2, noop(2, 2), noop(2, 3))
		},
		legal: func(p *play) {
			p.elect(1, 2, 2, 3)
			p.save(3, raft.HardState{Term: 2, Vote: 1}, 2, noop(1, 2))
			p.save(2, raft.HardState{Term: 2, Vote: 1}, 2, noop(2, 2), noop(2, 3))
			p.save(3, raft.HardState{Term: 2, Vote: 1}, 2, noop(2, 2), noop(2, 3))
		},
	},
	{
		name: "one entry with two contents", want: []Property{LogMatching},
		broken: func(p *play) {
			p.save(2, raft.HardState{Term: 1, Vote: 1}, 2, raft.Entry{Term: 1, Index: 2, Data: []byte("a")})
			p.save(3, raft.HardState{Term: 1, Vote: 1}, 2, raft.Entry{Term: 1, Index: 2, Data: []byte("b")})
		},
		legal: func(p *play) {
			p.save(2, raft.HardState{Term: 1, Vote: 1}, 2, raft.Entry{Term: 1, Index: 2, Data: []byte("a")})
			p.save(3, raft.HardState{Term: 2, Vote: 3}, 2, raft.Entry{Term: 2, Index: 2, Data: []byte("b")})
		},
	},
	{
		name: "a leader without a committed entry", want: []Property{LeaderCompleteness},
		broken: func(p *play) {
			p.propose(1, 1, raft.EntryCommand, []byte("?"))
			p.replicate(1, 1, 2)
			p.apply(2, 1)
			p.elect(3, 2, 2)
		},
		legal: func(p *play) {
			p.propose(1, 1, raft.EntryCommand, []byte("?"))
			p.replicate(1, 1, 2)
			p.apply(2, 1)
			p.elect(2, 2, 3)
		},
	},
	{
		name: "an entry committed without the leader", want: []Property{LeaderCompleteness},
		broken: func(p *play) {
			p.propose(1, 1, raft.EntryCommand, []byte("?"))
			p.elect(3, 2, 2)
			p.replicate(1, 1, 2)
			p.apply(2, 1)
		},
		legal: func(p *play) {
			p.propose(1, 1, raft.EntryCommand, []byte("?"))
			p.replicate(1, 1, 2)
			p.elect(2, 2, 3)
			p.apply(2, 1) // what term 1 committed is applied late
		},
	},
	{
		name: "a late leader of an old term", want: []Property{LeaderCompleteness},
		broken: func(p *play) {
			// Committed in term 1, before term 3 began, and 2 is elected without it.
			p.propose(1, 1, raft.EntryCommand, []byte("?"))
			p.replicate(1, 1, 2)
			p.apply(2, 1)
			p.vote(2, 3, 2)
			p.elect(1, 3, 2)
			p.send(3, 2, &raft.AppendEntries{Term: 2})
		},
		legal: func(p *play) {
			// Committed in term 3: a leader of term 2 that hears of its election
			// late cannot have it.
			p.vote(2, 3, 2)
			p.elect(1, 3, 2)
			p.replicate(1, 3, 2)
			p.apply(2, 1)
			p.send(3, 2, &raft.AppendEntries{Term: 2})
		},
	},
	{
		name: "different entries applied", want: []Property{StateMachineSafety},
		broken: func(p *play) {
			p.propose(1, 1, raft.EntryCommand, []byte("?"))
			p.replicate(1, 1, 2, 3)
			p.apply(2, 1, 2)
			p.j.Applied(3, []raft.Entry{{Term: 1, Index: 2, Data: []byte("!")}})
		},
		legal: func(p *play) {
			p.propose(1, 1, raft.EntryCommand, []byte("?"))
			p.replicate(1, 1, 2, 3)
			p.apply(2, 1, 2)
			p.j.Applied(3, []raft.Entry{{Term: 1, Index: 2, Data: []byte("?")}})
		},
	},
	{
		name: "applied twice", want: []Property{StateMachineSafety},
		broken: func(p *play) {
			p.j.Applied(3, p.logs[3][:1])
		},
		legal: func(p *play) {
			p.crash(3)
			p.start(3)
			p.j.Applied(3, p.logs[3][:1])
		},
	},
	{
		name: "applied with a gap", want: []Property{StateMachineSafety},
		broken: func(p *play) {
			p.propose(1, 1, raft.EntryNoOp, nil)
			p.propose(1, 1, raft.EntryNoOp, nil)
			p.replicate(1, 1, 2, 3)
			p.apply(3, 1)
			p.j.Applied(2, p.logs[2][2:3])
		},
		legal: func(p *play) {
			p.propose(1, 1, raft.EntryNoOp, nil)
			p.propose(1, 1, raft.EntryNoOp, nil)
			p.replicate(1, 1, 2, 3)
			p.apply(3, 1)
			p.j.Applied(2, p.logs[2][1:3])
		},
	},
	{
		name: "the commit index goes back", want: []Property{CommitMonotonic},
		broken: func(p *play) {
			p.j.Status(2, &raft.Status{Commit: 2})
			p.j.Status(2, &raft.Status{Commit: 1})
		},
		legal: func(p *play) {
			p.j.Status(2, &raft.Status{Commit: 2})
			p.j.Status(2, &raft.Status{Commit: 2})
			p.crash(2)
			p.start(2)
			p.j.Status(2, &raft.Status{Commit: 0})
		},
	},
	{
		name: "entries acknowledged that are not durable", want: []Property{AckDurable},
		broken: func(p *play) {
			p.propose(1, 1, raft.EntryNoOp, nil)
			p.ask(2, p.states[2], 2, p.logs[1][1])
			p.send(2, 1, &raft.AppendEntriesReply{Term: 1, Success: true, Index: 2})
		},
		legal: func(p *play) {
			p.propose(1, 1, raft.EntryNoOp, nil)
			seq := p.ask(2, p.states[2], 2, p.logs[1][1])
			p.send(2, 1, &raft.AppendEntriesReply{Term: 1, Success: false, Index: 2})
			p.send(2, 1, &raft.AppendEntriesReply{Term: 1, Success: true, Index: 1})
			p.j.Saved(2, seq)
			p.send(2, 1, &raft.AppendEntriesReply{Term: 1, Success: true, Index: 2})
		},
	},
	{
		name: "other entries acknowledged than the leader has", want: []Property{AckDurable},
		broken: func(p *play) {
			p.save(2, raft.HardState{Term: 1, Vote: 1}, 2, noop(0, 2))
			p.propose(1, 1, raft.EntryNoOp, nil)
			p.send(2, 1, &raft.AppendEntriesReply{Term: 1, Success: true, Index: 2})
		},
		legal: func(p *play) {
			// The leader stepped down and gave up the entry before the reply left.
			p.propose(1, 1, raft.EntryNoOp, nil)
			p.save(2, p.states[2], 2, p.logs[1][1])
			p.elect(3, 2, 1)
			p.save(1, p.states[1], 2, p.logs[3][1])
			p.send(2, 1, &raft.AppendEntriesReply{Term: 1, Success: true, Index: 2})
		},
	},
	{
		// D 10.2.1: a leader may send entries, and even commit them, before its own disk has them.
		name: "a leader that saves later than it sends", want: []Property{AckDurable},
		broken: func(p *play) {
			p.send(1, 2, &raft.AppendEntries{Term: 1, PrevIndex: 1, Entries: []raft.Entry{noop(1, 2)}})
			p.save(2, p.states[2], 2, noop(1, 2), noop(1, 3))
			p.send(2, 1, &raft.AppendEntriesReply{Term: 1, Success: true, Index: 3}) // of which nobody told
		},
		legal: func(p *play) {
			for _, id := range []raft.ID{2, 3} {
				p.send(1, id, &raft.AppendEntries{Term: 1, PrevIndex: 1, Entries: []raft.Entry{noop(1, 2)}})
				p.save(id, p.states[id], 2, noop(1, 2))
				p.send(id, 1, &raft.AppendEntriesReply{Term: 1, Success: true, Index: 2})
			}
			p.j.Status(1, &raft.Status{Role: raft.Leader, Term: 1, Peers: []raft.PeerStatus{{ID: 2, Match: 2, Next: 3}}})
			p.apply(2, 2)
			p.propose(1, 1, raft.EntryNoOp, nil)
			p.replicate(1, 1, 2, 3)
		},
	},
	{
		name: "a vote that is not durable", want: []Property{AckDurable},
		broken: func(p *play) {
			p.ask(2, raft.HardState{Term: 2, Vote: 3}, 0)
			p.send(2, 3, &raft.RequestVoteReply{Term: 2, Granted: true})
		},
		legal: func(p *play) {
			p.save(2, raft.HardState{Term: 2, Vote: 3}, 0)
			p.save(2, raft.HardState{Term: 3}, 0) // it may be in a later term when it leaves
			p.send(2, 3, &raft.RequestVoteReply{Term: 2, Granted: true})
		},
	},
	{
		name: "a vote for another than the disk knows", want: []Property{AckDurable},
		broken: func(p *play) {
			p.save(3, raft.HardState{Term: 5}, 0)
			p.send(3, 1, &raft.RequestVoteReply{Term: 5, Granted: true})
		},
		legal: func(p *play) {
			p.save(3, raft.HardState{Term: 5, Vote: 1}, 0)
			p.send(3, 1, &raft.RequestVoteReply{Term: 5, Granted: true})
		},
	},
	{
		name: "entries acknowledged in a term that the disk does not know", want: []Property{AckDurable},
		broken: func(p *play) {
			p.elect(1, 5, 2)
			p.send(3, 1, &raft.AppendEntriesReply{Term: 5, Success: true, Index: 1})
		},
		legal: func(p *play) {
			p.elect(1, 5, 2)
			p.save(3, raft.HardState{Term: 5}, 0)
			p.send(3, 1, &raft.AppendEntriesReply{Term: 5, Success: true, Index: 1})
		},
	},
	{
		name: "applied without a majority", want: []Property{AckDurable},
		broken: func(p *play) {
			p.propose(1, 1, raft.EntryNoOp, nil)
			p.ask(2, p.states[2], 2, p.logs[1][1])
			p.apply(2, 1)
		},
		legal: func(p *play) {
			p.propose(1, 1, raft.EntryNoOp, nil)
			p.save(2, p.states[2], 2, p.logs[1][1])
			p.apply(2, 1)
		},
	},
	{
		name: "a committed entry overwritten", want: []Property{AckDurable},
		broken: func(p *play) {
			p.save(3, raft.HardState{Term: 2}, 1, noop(2, 1))
		},
		legal: func(p *play) {
			p.save(3, raft.HardState{Term: 2}, 1, p.logs[3][0], noop(2, 2))
			p.save(3, raft.HardState{Term: 3}, 2, noop(3, 2)) // that one was not committed
		},
	},
	{
		name: "a committed entry left on a minority", want: []Property{AckDurable},
		broken: func(p *play) {
			// s2 holds index 2 and has acknowledged it in term 1 only. Nobody may
			// count that in term 9, since a late message of term 8 takes it away.
			p.propose(1, 1, raft.EntryNoOp, nil)
			p.replicate(1, 1, 2)
			p.elect(1, 9, 3)
			p.apply(2, 1)
			p.save(2, raft.HardState{Term: 8}, 2, noop(8, 2))
		},
		legal: func(p *play) {
			p.propose(1, 1, raft.EntryNoOp, nil)
			p.replicate(1, 1, 2)
			p.elect(1, 9, 3)
			p.replicate(1, 9, 3)
			p.apply(2, 1)
			p.save(2, raft.HardState{Term: 8}, 2, noop(8, 2))
		},
	},
	{
		name: "a committed entry lost by the disk", want: []Property{AckDurable},
		broken: func(p *play) {
			p.crash(3)
			p.logs[3] = nil
			p.start(3)
		},
		legal: func(p *play) {
			p.save(3, raft.HardState{Term: 2}, 2, noop(2, 2))
			p.crash(3)
			p.logs[3] = p.logs[3][:1]
			p.start(3)
		},
	},
	{
		name: "a match above what is there", want: []Property{LeaderTruth},
		broken: func(p *play) {
			p.propose(1, 1, raft.EntryNoOp, nil)
			p.j.Status(1, &raft.Status{Role: raft.Leader, Term: 1, Peers: []raft.PeerStatus{{ID: 2, Match: 2, Next: 3}}})
		},
		legal: func(p *play) {
			p.propose(1, 1, raft.EntryNoOp, nil)
			p.j.Status(1, &raft.Status{Role: raft.Leader, Term: 1, Peers: []raft.PeerStatus{{ID: 2, Match: 1, Next: 3}}})
			p.j.Status(1, &raft.Status{Role: raft.Leader, Term: 1, Peers: []raft.PeerStatus{{ID: 2, Match: 1, Next: 1}}})
			p.save(3, raft.HardState{Term: 2}, 0) // gone on to another term
			p.j.Status(1, &raft.Status{Role: raft.Leader, Term: 1, Peers: []raft.PeerStatus{{ID: 3, Match: 2, Next: 3}}})
		},
	},
	{
		name: "a match where the logs differ", want: []Property{LeaderTruth},
		broken: func(p *play) {
			p.propose(1, 1, raft.EntryNoOp, nil)
			p.save(2, p.states[2], 2, noop(0, 2))
			p.j.Status(1, &raft.Status{Role: raft.Leader, Term: 1, Peers: []raft.PeerStatus{{ID: 2, Match: 2, Next: 3}}})
		},
		legal: func(p *play) {
			p.propose(1, 1, raft.EntryNoOp, nil)
			p.save(2, p.states[2], 2, p.logs[1][1])
			p.j.Status(1, &raft.Status{Role: raft.Leader, Term: 1, Peers: []raft.PeerStatus{{ID: 2, Match: 2, Next: 3}}})
		},
	},
}
