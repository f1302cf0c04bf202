package check

import (
	"testing"
	"time"

	"raftarium/kv"
	"raftarium/raft"
)

const all = 1<<3 - 1

// calmly lets time pass in small steps, a leader's heartbeats being heard.
func (p *play) calmly(d time.Duration) {
	for ; d > 0; d -= DefaultBound / 10 {
		p.pass(DefaultBound / 10)
	}
}

// again lets half a bound pass before each of several acts.
func (p *play) again(act func(i uint64)) {
	for i := range uint64(6) {
		p.calmly(DefaultBound / 2)
		act(i)
	}
}

// knows has a server say that entries up to an index are committed.
func (p *play) knows(id raft.ID, commit raft.Index) {
	p.j.Status(id, &raft.Status{ID: id, Term: 1, Commit: commit})
}

// committed is an entry more that s1 has committed with s2, and has applied.
func (p *play) committed() {
	p.propose(1, 1, raft.EntryNoOp, nil)
	p.replicate(1, 1, 2)
	p.apply(2, 1, 2)
	p.j.Status(1, &raft.Status{ID: 1, Term: 1, Role: raft.Leader})
}

// chunk has s3 say how much it has of the snapshot that the leader of a term sends.
func (p *play) chunk(term raft.Term, have uint64) {
	p.send(3, 1, &raft.InstallSnapshotReply{Term: term, LastIndex: 2, Have: have})
}

var followerCases = []crime{
	{
		name: "a follower that does not apply", want: []Property{Progress},
		broken: func(p *play) {
			p.j.Calm(p.j.now, all)
			p.committed()
			p.replicate(1, 1, 3)
			p.knows(3, 2)
			p.calmly(2 * DefaultBound)
		},
		legal: func(p *play) {
			p.j.Calm(p.j.now, all)
			p.committed()
			p.replicate(1, 1, 3)
			p.knows(3, 2)
			p.calmly(DefaultBound / 2)
			p.crash(3)
			p.start(3)
			p.knows(3, 1)
			p.apply(1, 3)
			p.calmly(DefaultBound / 2)
			p.knows(3, 2)
			p.apply(2, 3)
			p.calmly(3 * DefaultBound)
		},
	},
	{
		name: "a follower that is sent nothing", want: []Property{Progress},
		broken: func(p *play) {
			p.j.Calm(p.j.now, all)
			p.committed()
			p.calmly(3 * DefaultBound)
		},
		legal: func(p *play) { // it cannot be reached, and then for a while it can
			p.j.Calm(p.j.now, 3)
			p.committed()
			p.calmly(3 * DefaultBound)
			p.j.Calm(p.j.now, all)
			p.calmly(DefaultBound)
			p.j.Disturbed()
			p.calmly(3 * DefaultBound)
			p.j.Calm(p.j.now, all)
			p.calmly(DefaultBound)
			p.j.Status(1, &raft.Status{ID: 1, Term: 2}) // and then nobody leads
			p.calmly(3 * DefaultBound)
		},
	},
	{
		name: "a follower that is sent nothing, seen in small steps", want: []Property{Progress},
		broken: func(p *play) {
			p.j.Calm(p.j.now, all)
			p.committed()
			for range 30 {
				p.calmly(DefaultBound / 10)
				p.j.Calm(p.j.now, all)
			}
		},
		legal: func(p *play) { // it is cut off again and again
			p.j.Calm(p.j.now, all)
			p.committed()
			for range 30 {
				p.calmly(DefaultBound / 10)
				p.j.Calm(p.j.now, 3)
				p.pass(time.Millisecond)
				p.j.Calm(p.j.now, all)
			}
		},
	},
	{
		name: "a follower that gets the same chunk for ever", want: []Property{Progress},
		broken: func(p *play) {
			p.j.Calm(p.j.now, all)
			p.committed()
			p.again(func(uint64) { p.chunk(1, 10) })
		},
		legal: func(p *play) {
			p.j.Calm(p.j.now, all)
			p.committed()
			p.again(func(have uint64) { p.chunk(1, have) })
		},
	},
	{
		name: "a follower that begins a snapshot anew for nothing", want: []Property{Progress},
		broken: func(p *play) {
			p.j.Calm(p.j.now, all)
			p.committed()
			p.chunk(1, 50)
			p.again(func(have uint64) { p.chunk(1, have) })
		},
		legal: func(p *play) { // it has crashed, and then there is another leader
			p.j.Calm(p.j.now, all)
			p.committed()
			p.chunk(1, 50)
			p.crash(3)
			p.start(3)
			p.apply(1, 3)
			for term := range raft.Term(2) {
				p.again(func(have uint64) { p.chunk(1+term, have) })
			}
		},
	},
	{
		name: "a follower that refuses the same append for ever", want: []Property{Progress},
		broken: func(p *play) {
			p.j.Calm(p.j.now, all)
			p.committed()
			p.again(func(uint64) { p.send(3, 1, &raft.AppendEntriesReply{Term: 1, Index: 9}) })
		},
		legal: func(p *play) {
			p.j.Calm(p.j.now, all)
			p.committed()
			p.again(func(i uint64) { p.send(3, 1, &raft.AppendEntriesReply{Term: 1, Index: raft.Index(9 - i)}) })
		},
	},
	{
		name: "a learner that is sent nothing", want: []Property{Progress},
		broken: func(p *play) {
			p.j.Status(1, &raft.Status{ID: 1, Term: 1, Role: raft.Leader})
			p.configure(1, 1, raft.Config{Voters: ids(1, 2), Learners: ids(3)})
			p.replicate(1, 1, 2)
			p.apply(2, 1, 2)
			p.j.Calm(p.j.now, all)
			p.calmly(3 * DefaultBound)
		},
		legal: func(p *play) { // it was removed
			p.j.Status(1, &raft.Status{ID: 1, Term: 1, Role: raft.Leader})
			p.configure(1, 1, raft.Config{Voters: ids(1, 2)})
			p.replicate(1, 1, 2)
			p.apply(2, 1, 2)
			p.j.Calm(p.j.now, all)
			p.calmly(3 * DefaultBound)
		},
	},
	{
		name: "a follower that applies nothing of much that comes", want: []Property{Progress},
		broken: func(p *play) {
			p.j.Calm(p.j.now, all)
			for i := raft.Index(2); i < 20; i++ {
				p.do12(i)
				p.replicate(1, 1, 3)
				p.knows(3, i)
				p.calmly(DefaultBound / 5)
			}
		},
		legal: func(p *play) {
			p.j.Calm(p.j.now, all)
			for i := raft.Index(2); i < 20; i++ {
				p.do12(i)
				p.replicate(1, 1, 3)
				p.knows(3, i)
				p.apply(int(i), 3)
				p.performed(3, 1, uint64(i-1), kv.Put, false)
				p.calmly(DefaultBound / 5)
			}
		},
	},
	{
		name: "a leader that stands still while a follower comes no nearer", want: []Property{Progress},
		broken: func(p *play) {
			p.unready(1)
			for range 6 { // the same probe again
				p.probe(3, 9)
			}
		},
		legal: func(p *play) { // and who only waits for it stands as still
			p.unready(1)
			for at := raft.Index(9); at > 0; at-- {
				p.probe(3, at)
			}
		},
	},
	{
		name: "a follower that is sent nothing while another comes nearer", want: []Property{Progress},
		broken: func(p *play) {
			p.unready(3)
			p.apply(2, 2)
			for at := raft.Index(9); at > 0; at-- {
				p.probe(1, at)
			}
		},
		legal: func(p *play) {
			p.unready(3)
			p.replicate(2, 2, 3)
			p.apply(2, 2, 3)
			for at := raft.Index(9); at > 0; at-- {
				p.probe(1, at)
			}
		},
	},
}

// unready has s2 lead, with the vote of another, without having applied what s1 committed
// before, which takes an entry of its own term; no rule keeps the cost of that low.
func (p *play) unready(voter raft.ID) {
	p.j.Patient(true)
	p.propose(1, 1, raft.EntryNoOp, nil)
	p.replicate(1, 1, 2)
	p.apply(2, 1)
	p.j.Status(1, &raft.Status{ID: 1, Term: 1})
	p.elect(2, 2, voter)
	p.j.Status(2, &raft.Status{ID: 2, Term: 2, Role: raft.Leader})
	p.j.Calm(p.j.now, all)
}

// probe has s2 ask a follower for an entry.
func (p *play) probe(id raft.ID, at raft.Index) {
	p.send(2, id, &raft.AppendEntries{Term: 2, PrevIndex: at})
	p.calmly(DefaultBound / 2)
}

// do12 is do without s3.
func (p *play) do12(at raft.Index) {
	p.propose(1, 1, raft.EntryCommand, p.invoke(1, put("x", "a")))
	p.replicate(1, 1, 2)
	for id := raft.ID(1); id <= 2; id++ {
		p.apply(int(at), id)
		p.performed(id, 1, uint64(at-1), kv.Put, false)
	}
	p.result(1, "")
}

// When it is next looked whether all keep up is no time by which anything is due.
func TestARunMayEndJustWhenTheJudgeLooks(t *testing.T) {
	p := led()
	p.j.Calm(p.j.now, all)
	wantOnly(t, p.j)
	p.pass(DefaultBound / looks)
	p.pass(DefaultBound / looks)
	wantOnly(t, p.j)
}
