package check

import (
	"time"

	"raftarium/kv"
	"raftarium/raft"
)

// serviceCases break what the service promises, progress, and the contract.
var serviceCases = []crime{
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
			p.j.Calm(p.j.now, 0)
			p.invoke(1, get("x"))
			p.pass(DefaultBound + 1)
		},
		legal: func(p *play) {
			p.j.Calm(p.j.now.Add(DefaultBound), 0)
			p.invoke(2, get("x"))
			p.pass(2*DefaultBound - time.Millisecond) // it is not calm for longer than the bound yet
			p.j.Disturbed()
			p.j.Returned(2, &kv.Result{Seq: 1})
			p.j.Calm(p.j.now, 0)
			p.pass(DefaultBound + 1) // nobody wants anything
			p.invoke(1, get("x"))
			p.pass(DefaultBound - time.Millisecond)
			p.propose(1, 1, raft.EntryNoOp, nil)
			p.replicate(1, 1, 2, 3)
			p.apply(2, 1)
			p.pass(DefaultBound - time.Millisecond)
			p.j.Disturbed()
			p.pass(DefaultBound + 1)
			p.j.Calm(p.j.now, 0)
			p.pass(DefaultBound - time.Millisecond)
			p.j.Stopped(1)
			p.pass(DefaultBound + 1)
		},
	},
	{
		name: "a follower that comes no nearer", want: []Property{Progress},
		broken: func(p *play) {
			p.j.Patient(true)
			p.elect(1, 1, 3)
			p.j.Calm(p.j.now, 0)
			p.invoke(1, get("x"))
			for _, at := range []raft.Index{9, 8, 8, 9} { // the same probes again
				p.send(1, 2, &raft.AppendEntries{Term: 1, PrevIndex: at})
				p.pass(DefaultBound / 2)
			}
		},
		legal: func(p *play) {
			p.j.Patient(true)
			p.elect(1, 1, 3)
			p.j.Calm(p.j.now, 0)
			p.invoke(1, get("x"))
			p.send(2, 1, &raft.AppendEntriesReply{Term: 1, Index: 1}) // to what was asked in an earlier term
			for at := raft.Index(9); at > 0; at-- {
				p.send(1, 2, &raft.AppendEntries{Term: 1, PrevIndex: at})
				p.pass(DefaultBound / 2)
			}
		},
	},
	{
		name: "a follower that comes nearer while no rule of cost is off", want: []Property{Progress},
		broken: func(p *play) {
			p.elect(1, 1, 3)
			p.j.Calm(p.j.now, 0)
			p.invoke(1, get("x"))
			for at := raft.Index(9); at > 0; at-- {
				p.send(1, 2, &raft.AppendEntries{Term: 1, PrevIndex: at})
				p.pass(DefaultBound / 2)
			}
		},
		legal: func(p *play) {
			p.elect(1, 1, 3)
			p.j.Calm(p.j.now, 0)
			p.invoke(1, get("x"))
			p.send(1, 2, &raft.AppendEntries{Term: 1, PrevIndex: 9})
			p.pass(DefaultBound / 2)
		},
	},
	{
		name: "leaders that each probe once", want: []Property{Progress},
		broken: func(p *play) {
			p.j.Patient(true)
			p.j.Calm(p.j.now, 0)
			p.invoke(1, get("x"))
			for term := range raft.Term(6) {
				p.elect(1, term+1, 3)
				p.send(1, 2, &raft.AppendEntries{Term: term + 1, PrevIndex: 9})
				p.pass(DefaultBound / 2)
			}
		},
		legal: func(p *play) {
			p.j.Patient(true)
			p.elect(1, 1, 3)
			p.j.Calm(p.j.now, 0)
			p.invoke(1, get("x"))
			p.send(1, 2, &raft.AppendEntries{Term: 1, PrevIndex: 9})
			p.pass(DefaultBound / 2)
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
