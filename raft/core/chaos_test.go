package core_test

import (
	"math/rand/v2"
	"slices"

	"raftarium/raft"
)

// chaos makes random things happen: messages reordered, dropped and repeated,
// crashes between any two saves, timers at any time.
func (b *bench) chaos(r *rand.Rand, steps int) {
	for range steps {
		if b.violation != nil {
			return
		}
		n := b.nodes[r.IntN(len(b.nodes))]
		switch p := r.IntN(100); {
		case p < 50 && len(b.net) > 0:
			// Mostly the oldest few, so that things get done; now and then any.
			i := r.IntN(min(len(b.net), 4))
			if r.IntN(8) == 0 {
				i = r.IntN(len(b.net))
			}
			b.deliver(i, r.IntN(12) == 0)
		case p < 55 && len(b.net) > 0:
			i := r.IntN(len(b.net))
			b.net = slices.Delete(b.net, i, i+1)
		case p < 80:
			if !n.down {
				b.written(n)
			}
		case p < 81 && b.spare():
			if l := b.leader(); l != nil {
				b.randomChange(r, l)
			}
		case p < 82:
			if !n.down && n.applied > 0 && int(n.applied) < len(b.states) {
				b.compact(n, 1+raft.Index(r.Uint64N(uint64(n.applied)))) // now and then it is too late
			}
		case p < 84:
			// Without stickiness no lease holds what it promises.
			b.read(n, r.IntN(2) == 0 && (len(b.off) == 0 || b.off[0] != plainRules[0]))
		case p < 90:
			if !n.down {
				b.propose(n, 1+r.IntN(3))
			}
		case p < 93:
			b.fire(n, raft.TimerHeartbeat)
		case p < 97:
			for _, n := range b.nodes {
				if r.IntN(2) == 0 {
					b.fire(n, raft.TimerStickiness)
				}
			}
			b.fire(n, raft.TimerElection)
			switch r.IntN(16) {
			case 0:
				b.forget()
			case 1, 2:
				b.group = uint(r.Uint32())
			case 3, 4, 5, 6:
				b.group = 0
			}
			if r.IntN(2) == 0 {
				b.transfer(n, raft.ID(r.IntN(len(b.nodes)+1)))
				b.fire(b.nodes[r.IntN(len(b.nodes))], raft.TimerTransfer)
			}
		case p < 98:
			if !n.down {
				b.crash(n, r.IntN(len(n.saves)+1))
			}
		default:
			if n.down {
				b.start(n)
			}
		}
		if len(b.net) > 200 {
			b.net = slices.Delete(b.net, 0, 50)
		}
	}
}

// heal restarts all and reports whether something new is committed everywhere.
func (b *bench) heal() bool {
	b.group = 0
	for _, n := range b.nodes {
		if n.down {
			b.start(n)
		}
	}
	b.settle()
	before := len(b.applied)
	for round := range 4 * len(b.nodes) {
		id := raft.ID(round%len(b.nodes) + 1)
		if b.leader() == nil {
			b.elect(id)
		}
		l := b.leader()
		if l == nil {
			continue
		}
		b.fire(l, raft.TimerTransfer)
		b.propose(l, 1)
		b.settle()
		for range 2 {
			b.fire(l, raft.TimerHeartbeat)
			b.settle()
		}
		if l.st.Role == raft.Leader && len(b.applied) > before && b.allApplied(&l.st.Config) {
			return true
		}
		b.elect(id)
	}
	return false
}

// allApplied reports whether all members of a configuration applied all there is.
func (b *bench) allApplied(c *raft.Config) bool {
	for _, id := range c.Members() {
		if int(b.nodes[id-1].applied) != len(b.applied) {
			return false
		}
	}
	return true
}

// randomChange adds, promotes or removes a server or two.
func (b *bench) randomChange(r *rand.Rand, n *node) {
	voters, learners := slices.Clone(n.st.Config.Voters), slices.Clone(n.st.Config.Learners)
	for range 1 + r.IntN(3) {
		id := raft.ID(1 + r.IntN(len(b.nodes)))
		v, isVoter := slices.BinarySearch(voters, id)
		l, isLearner := slices.BinarySearch(learners, id)
		switch {
		case isLearner:
			learners = slices.Delete(learners, l, l+1)
			if r.IntN(4) > 0 {
				voters = slices.Insert(voters, v, id)
			}
		case isVoter && r.IntN(2) == 0:
			voters = slices.Delete(voters, v, v+1)
		case !isVoter:
			learners = slices.Insert(learners, l, id)
		}
	}
	b.change(n, voters, learners)
}
