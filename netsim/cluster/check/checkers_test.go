package check

import (
	"slices"
	"testing"
	"time"

	"raftarium/kv"
	"raftarium/raft"
)

func noop(term raft.Term, index int) raft.Entry {
	return raft.Entry{Term: term, Index: raft.Index(index), Kind: raft.EntryNoOp}
}

// Each case is a run that a checker must catch, and a similar one that is legal.
var cases = []struct {
	name   string
	want   []Property
	broken func(p *play)
	legal  func(p *play)
}{
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
	{
		name: "an operation performed twice", want: []Property{ExactlyOnce},
		broken: func(p *play) {
			p.do(1, 1, app("x", "a"), "")
			p.propose(1, 1, raft.EntryCommand, p.logs[1][1].Data)
			p.replicate(1, 1, 2, 3)
			p.apply(3, 2)
			p.performed(2, 1, 1, kv.Append, false)
		},
		legal: func(p *play) {
			p.do(1, 1, app("x", "a"), "")
			p.propose(1, 1, raft.EntryCommand, p.logs[1][1].Data)
			p.replicate(1, 1, 2, 3)
			p.apply(3, 2)
			p.performed(2, 1, 1, kv.Append, true)
			p.crash(2)
			p.start(2)
			p.apply(3, 2)
			p.performed(2, 1, 1, kv.Append, false)
			p.performed(2, 1, 1, kv.Append, true)
		},
	},
	{
		name: "an operation performed under two sequence numbers", want: []Property{ExactlyOnce},
		broken: func(p *play) {
			p.propose(1, 1, raft.EntryCommand, p.invoke(1, app("x", "a")))
			p.propose(1, 1, raft.EntryCommand, p.request(1, 2, app("x", "a")))
			p.replicate(1, 1, 2, 3)
			p.apply(3, 1)
			p.performed(1, 1, 1, kv.Append, false)
			p.performed(1, 1, 2, kv.Append, false)
		},
		legal: func(p *play) {
			p.propose(1, 1, raft.EntryCommand, p.invoke(1, get("x")))
			p.propose(1, 1, raft.EntryCommand, p.request(1, 2, get("x")))
			p.replicate(1, 1, 2, 3)
			p.apply(3, 1)
			p.performed(1, 1, 1, kv.Get, false)
			p.performed(1, 1, 2, kv.Get, false) // reading twice does no harm
		},
	},
	{
		name: "operations performed out of order", want: []Property{ExactlyOnce},
		broken: func(p *play) {
			p.do(1, 1, app("x", "a"), "")
			p.do(1, 1, app("x", "b"), "")
			p.crash(2)
			p.start(2)
			p.performed(2, 1, 2, kv.Append, false)
			p.performed(2, 1, 1, kv.Append, false)
		},
		legal: func(p *play) {
			p.do(1, 1, app("x", "a"), "")
			p.do(1, 1, app("x", "b"), "")
			p.crash(2)
			p.start(2)
			p.performed(2, 1, 1, kv.Append, false)
			p.performed(2, 1, 2, kv.Append, false)
		},
	},
	{
		name: "a duplicate of what was never performed", want: []Property{ExactlyOnce},
		broken: func(p *play) {
			p.propose(1, 1, raft.EntryCommand, p.invoke(1, app("x", "a")))
			p.replicate(1, 1, 2, 3)
			p.apply(2, 1)
			p.performed(1, 1, 1, kv.Append, true)
		},
		legal: func(p *play) {
			p.propose(1, 1, raft.EntryCommand, p.invoke(1, app("x", "a")))
			p.replicate(1, 1, 2, 3)
			p.apply(2, 1)
			p.performed(1, 1, 1, kv.Append, false)
			p.performed(1, 1, 1, kv.Append, true)
		},
	},
	{
		name: "a command that nobody sent", want: []Property{ExactlyOnce},
		broken: func(p *play) {
			p.do(1, 1, app("x", "a"), "")
			cmd := kv.Command{Client: 1, Seq: 9, Op: app("x", "b")}
			p.propose(1, 1, raft.EntryCommand, cmd.AppendTo(nil))
			p.replicate(1, 1, 2, 3)
			p.apply(3, 1)
		},
		legal: func(p *play) {
			p.do(1, 1, app("x", "a"), "")
			p.propose(1, 1, raft.EntryCommand, []byte("what no service can read"))
			p.replicate(1, 1, 2, 3)
			p.apply(3, 1)
		},
	},
	{
		name: "a command that says something else than was asked", want: []Property{ExactlyOnce},
		broken: func(p *play) {
			p.invoke(1, app("x", "a"))
			cmd := kv.Command{Client: 1, Seq: 1, Op: app("x", "b")}
			p.propose(1, 1, raft.EntryCommand, cmd.AppendTo(nil))
			p.replicate(1, 1, 2, 3)
			p.apply(2, 1)
		},
		legal: func(p *play) {
			p.propose(1, 1, raft.EntryCommand, p.invoke(1, app("x", "a")))
			p.replicate(1, 1, 2, 3)
			p.apply(2, 1)
		},
	},
	{
		name: "a sequence number used for two operations", want: []Property{ExactlyOnce},
		broken: func(p *play) {
			p.do(1, 1, app("x", "a"), "")
			p.j.Invoked(1, app("x", "b"))
			p.request(1, 1, app("x", "b"))
		},
		legal: func(p *play) {
			p.do(1, 1, app("x", "a"), "")
			p.request(1, 1, app("x", "a")) // a late copy
			p.j.Invoked(1, app("x", "b"))
			p.request(1, 7, app("x", "b"))
			p.request(1, 7, app("x", "b"))
		},
	},
	{
		name: "a write acknowledged that is never applied", want: []Property{AckDurable, ExactlyOnce},
		broken: func(p *play) {
			p.propose(1, 1, raft.EntryCommand, p.invoke(1, app("x", "a")))
			p.result(1, "")
		},
		legal: func(p *play) {
			p.propose(1, 1, raft.EntryCommand, p.invoke(1, app("x", "a")))
			p.replicate(1, 1, 2, 3)
			p.apply(2, 1)
			p.result(1, "")
		},
	},
	{
		name: "a write acknowledged before it is applied", want: []Property{AckDurable},
		broken: func(p *play) {
			p.propose(1, 1, raft.EntryCommand, p.invoke(1, app("x", "a")))
			p.result(1, "")
			p.replicate(1, 1, 2, 3)
			p.apply(2, 1)
		},
		legal: func(p *play) {
			p.propose(1, 1, raft.EntryCommand, p.invoke(1, get("x")))
			p.result(1, "") // a read may be answered without the log
			p.replicate(1, 1, 2, 3)
			p.apply(2, 1)
		},
	},
	{
		name: "a store that is not what the log makes", want: []Property{ExactlyOnce},
		broken: func(p *play) {
			p.do(1, 1, app("x", "a"), "")
			p.j.Store(1, &kv.ServerStatus{Applied: 2, Keys: []kv.KeyValue{{Key: "x", Value: []byte("aa")}}})
		},
		legal: func(p *play) {
			p.do(1, 1, app("x", "a"), "")
			p.j.Store(1, &kv.ServerStatus{Applied: 2, Keys: []kv.KeyValue{{Key: "e"}, {Key: "x", Value: []byte("a")}}})
			p.j.Store(1, &kv.ServerStatus{Applied: 1}) // not the same moment
		},
	},
	{
		name: "a store that lacks a key", want: []Property{ExactlyOnce},
		broken: func(p *play) {
			p.do(1, 1, app("x", "a"), "")
			p.j.Store(1, &kv.ServerStatus{Applied: 2})
		},
		legal: func(p *play) {
			p.do(1, 1, put("x", ""), "")
			p.j.Store(1, &kv.ServerStatus{Applied: 2})
		},
	},
	{
		name: "a stall", want: []Property{Progress},
		broken: func(p *play) {
			p.j.Calm()
			p.invoke(1, get("x"))
			p.pass(DefaultBound + 1)
		},
		legal: func(p *play) {
			p.j.Calm()
			p.pass(DefaultBound + 1) // nobody wants anything
			p.invoke(1, get("x"))
			p.pass(DefaultBound - time.Millisecond)
			p.propose(1, 1, raft.EntryNoOp, nil)
			p.replicate(1, 1, 2, 3)
			p.apply(2, 1)
			p.pass(DefaultBound - time.Millisecond)
			p.j.Disturbed()
			p.pass(DefaultBound + 1)
			p.j.Calm()
			p.pass(DefaultBound - time.Millisecond)
			p.j.Stopped(1)
			p.pass(DefaultBound + 1)
		},
	},
	{
		name: "a stale read", want: []Property{Linearizability},
		broken: func(p *play) {
			p.do(1, 1, put("x", "old"), "")
			p.do(1, 1, put("x", "new"), "")
			p.do(1, 2, get("x"), "old")
		},
		legal: func(p *play) {
			p.do(1, 1, put("x", "old"), "")
			p.invoke(2, get("x"))
			p.do(1, 1, put("x", "new"), "")
			p.result(2, "old") // it began before
		},
	},
	{
		name: "a read of what nobody wrote", want: []Property{Linearizability},
		broken: func(p *play) {
			p.do(1, 1, app("x", "a"), "")
			p.do(1, 2, get("x"), "ab")
		},
		legal: func(p *play) {
			p.do(1, 1, app("x", "a"), "")
			p.invoke(3, app("x", "b")) // whose client never hears of it
			p.propose(1, 1, raft.EntryCommand, p.invoke(2, get("x")))
			p.result(2, "ab")
		},
	},
	{
		name: "saves that cannot be", want: []Property{Contract},
		broken: func(p *play) {
			p.ask(1, p.states[1], 1<<30, noop(1, 1<<30))
			p.ask(1, p.states[1], 0, noop(1, 2))
			p.ask(1, p.states[1], 2, noop(1, 3))
			p.seqs[1] += 5
			p.ask(1, p.states[1], 0)
		},
		legal: func(p *play) {
			p.ask(1, p.states[1], 2, noop(1, 2))
			p.ask(1, p.states[1], 3, noop(1, 3))
			p.j.Saved(1, 99)
		},
	},
	{
		name: "proposals that are accepted at one place", want: []Property{Contract},
		broken: func(p *play) {
			p.j.Answered(1, &raft.Answer{Outcome: raft.Accepted, Index: 2, Term: 1})
			p.j.Answered(1, &raft.Answer{Outcome: raft.Accepted, Index: 2, Term: 1})
		},
		legal: func(p *play) {
			p.j.Answered(1, &raft.Answer{Outcome: raft.Accepted, Index: 3, Term: 1})
			p.j.Answered(1, &raft.Answer{Outcome: raft.Lost})
			p.j.Answered(1, &raft.Answer{Outcome: raft.Accepted, Index: 2, Term: 2})
		},
	},
}

func TestEachCheckerCatchesItsViolationAndNoLegalRun(t *testing.T) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			p := led()
			c.broken(p)
			wantOnly(t, p.j, c.want...)
			if v := p.j.Final(); v.OK() {
				t.Error("the verdict says that all is well")
			}
			p = led()
			c.legal(p)
			wantOnly(t, p.j)
			if v := p.j.Final(); !v.OK() {
				t.Errorf("the verdict on the legal run is %+v", v)
			}
		})
	}
}

func TestEveryPropertyHasACase(t *testing.T) {
	for _, want := range []Property{
		ElectionSafety, LeaderAppendOnly, LogMatching, LeaderCompleteness, StateMachineSafety, CommitMonotonic,
		AckDurable, Contract, LeaderTruth, ExactlyOnce, Linearizability, Progress,
	} {
		ok := false
		for _, c := range cases {
			ok = ok || slices.Contains(c.want, want)
		}
		if !ok {
			t.Errorf("no case breaks %q", want)
		}
	}
}

func TestViolationSaysWhenWhereAndWhat(t *testing.T) {
	p := led()
	p.pass(time.Second)
	p.now = p.now.Add(-time.Microsecond)
	p.send(2, 3, &raft.AppendEntries{Term: 1})
	want := Violation{
		Property: ElectionSafety, At: p.now, Event: p.event, Server: 2,
		Text: "S2 sent AppendEntries in term 1, which S1 leads already",
	}
	if got := p.j.Violations(); len(got) != 1 || got[0] != want {
		t.Errorf("violations are %+v, want %+v", got, want)
	}
}
