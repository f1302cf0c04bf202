package check

import "raftarium/raft"

// stands has s2 stand for the next term with s1's leave, as it says.
func (p *play) stands(term raft.Term) {
	p.save(2, raft.HardState{Term: term, Vote: 2}, 0)
	p.send(2, 3, &raft.RequestVote{Term: term, Transfer: true})
}

var transferCases = []crime{
	{
		name: "leave that nobody gave", want: []Property{Contract},
		broken: func(p *play) { p.stands(2) },
		legal: func(p *play) {
			p.send(1, 2, &raft.TimeoutNow{Term: 1})
			p.send(1, 2, &raft.TimeoutNow{Term: 1})
			p.stands(2)
			p.send(2, 1, &raft.RequestVote{Term: 2, Transfer: true})
		},
	},
	{
		name: "leave of another term", want: []Property{Contract},
		broken: func(p *play) {
			p.send(1, 2, &raft.TimeoutNow{Term: 1})
			p.elect(3, 2, 2)
			p.stands(3)
		},
		legal: func(p *play) { // the older request comes late
			p.send(1, 2, &raft.TimeoutNow{Term: 1})
			p.send(1, 2, &raft.TimeoutNow{Term: 4})
			p.stands(2)
		},
	},
	{
		name: "a transfer that did not happen", want: []Property{Contract},
		broken: func(p *play) { p.j.HandedOver(1, 2, 2, 1) },
		legal: func(p *play) {
			p.send(1, 2, &raft.TimeoutNow{Term: 1})
			p.stands(2)
			p.j.HandedOver(1, 2, 2, 1)
			p.j.HandedOver(1, raft.None, 2, 1)
			p.j.HandedOver(3, 3, 3, 9) // it leads already
		},
	},
	{
		name: "a transfer to somebody else", want: []Property{Contract},
		broken: func(p *play) { p.j.HandedOver(1, 2, 1, 1) },
		legal:  func(p *play) { p.j.HandedOver(1, 1, 1, 1) },
	},
	{
		name: "a change of membership that did not happen", want: []Property{Contract},
		broken: func(p *play) { p.j.ChangeDone(1, ids(1, 2), nil) },
		legal: func(p *play) {
			p.j.ChangeDone(1, ids(1, 2, 3), nil) // there was nothing to change
			p.configure(1, 1, raft.Config{Voters: ids(1, 2), Learners: ids(3)})
			p.replicate(1, 1, 2, 3)
			p.apply(2, 1, 2, 3)
			p.knows(1, 2)
			p.j.ChangeDone(1, ids(1, 2), ids(3))
			p.configure(1, 1, raft.Config{Voters: ids(1, 2)})
			p.replicate(1, 1, 2, 3)
			p.apply(3, 1, 2, 3)
			p.knows(1, 3)
			p.j.ChangeDone(1, ids(1, 2), ids(3)) // another was quicker
		},
	},
	{
		name: "a change of membership that is not committed", want: []Property{Contract},
		broken: func(p *play) {
			p.configure(1, 1, raft.Config{Voters: ids(1, 2), Learners: ids(3)})
			p.knows(1, 1)
			p.j.ChangeDone(1, ids(1, 2), ids(3))
		},
		legal: func(p *play) { // who has crashed since keeps what it said to itself
			p.configure(1, 1, raft.Config{Voters: ids(1, 2), Learners: ids(3)})
			p.knows(1, 1)
			p.crash(1)
			p.j.ChangeDone(1, ids(1, 2), ids(3))
		},
	},
}
