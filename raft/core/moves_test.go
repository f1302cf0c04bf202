package core_test

import (
	"fmt"

	"raftarium/raft"
)

// Moves that many tests begin with.

// give hands a message to a server and makes what it saves durable.
func (b *bench) give(n *node, from raft.ID, m raft.Message) {
	b.step(n, &raft.Deliver{From: from, Msg: m})
}

// flush makes all that a server saves durable.
func (b *bench) flush(n *node) {
	for len(n.saves) > 0 {
		b.written(n)
	}
}

// entries makes a run of entries from index at on, with these terms.
func entries(at raft.Index, terms ...raft.Term) []raft.Entry {
	var list []raft.Entry
	for k, t := range terms {
		list = append(list, raft.Entry{Term: t, Index: at + raft.Index(k), Data: fmt.Appendf(nil, "%d/%d", int(at)+k, t)})
	}
	return list
}

// holding is a cluster whose s1 got a log with these terms from s2, the leader of
// the last of them.
func holding(size int, off []string, terms ...raft.Term) (*bench, *node) {
	b := plain(size, off...)
	n := b.nodes[0]
	b.give(n, 2, &raft.AppendEntries{Term: terms[len(terms)-1], Entries: entries(1, terms...)})
	b.flush(n)
	return b, n
}

// stand makes s1 a candidate whose own vote is durable.
func stand(b *bench) *node {
	n := b.nodes[0]
	b.fire(n, raft.TimerElection)
	b.flush(n)
	return n
}

// lead makes s1 the leader by the votes of s2 and on; what it sends stays in the
// bag, what it appends is not durable yet.
func lead(b *bench) *node {
	n := stand(b)
	for id := raft.ID(2); int(id) <= raft.Quorum(len(b.nodes)); id++ {
		b.give(n, id, &raft.RequestVoteReply{Term: n.st.Term, Granted: true})
	}
	return n
}

// answer is what a server's last step sent as a reply, in a word.
func answer(n *node) string {
	for _, s := range n.out.Sends {
		switch m := s.Msg.(type) {
		case *raft.RequestVoteReply:
			if m.Granted {
				return "granted"
			}
			return "refused"
		case *raft.AppendEntriesReply:
			if m.Success {
				return "accepted"
			}
			return "refused"
		}
	}
	return "silent"
}

func election(n *node) string {
	for _, t := range n.out.Timers {
		if t.Key == raft.TimerElection && !t.Cancel {
			return "timer restarted"
		}
	}
	return "timer runs on"
}

// limited is a cluster of three with limits of its own.
func limited(l raft.Limits, off ...string) *bench {
	b := newBench(3, off...)
	b.limits = l
	for _, n := range b.nodes {
		b.start(n)
	}
	return b
}

// farBehind is a cluster whose s3 slept while the others committed three commands
// and compacted their logs, and then woke up.
func farBehind(off ...string) *bench {
	b := newBench(3, off...)
	b.crash(b.nodes[2], 0)
	n := b.elect(1)
	b.propose(n, 3)
	b.settle()
	b.fire(n, raft.TimerHeartbeat)
	b.settle()
	for _, n := range b.nodes[:2] {
		b.compact(n, 4)
		b.flush(n)
	}
	b.start(b.nodes[2])
	for range 3 {
		b.fire(n, raft.TimerHeartbeat)
		b.settle()
	}
	return b
}
