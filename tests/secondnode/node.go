package secondnode

import (
	"slices"

	"raftarium/raft"
)

// Implementation is the door by which this Raft enters a world.
func Implementation() raft.Implementation {
	return raft.Implementation{Name: "second", New: func() raft.Machine { return new(node) }}
}

// node is a server as Figure 2 describes it.
type node struct {
	id      raft.ID
	servers []raft.ID // all of them, by increasing ID; never written
	timing  raft.Timing

	// Persistent state.
	state raft.HardState
	log   []raft.Entry // log[0] has index 1; what it once held is never written over

	// Volatile state on all servers.
	role    raft.Role
	leader  raft.ID
	commit  raft.Index
	applied raft.Index

	// Volatile state on candidates and leaders, by position in servers.
	votes []bool
	next  []raft.Index
	match []raft.Index

	// The disk: what changed since the last Save, the last Save asked for, the last
	// one that is durable, and for each entry the Save that wrote it.
	changed     bool
	changedFrom raft.Index // first entry that changed, 0 if none did
	saves       raft.SaveSeq
	durable     raft.SaveSeq
	savedBy     []raft.SaveSeq

	// waiting are the accepted proposals that are not applied yet, by index.
	waiting []waiting
}

type waiting struct {
	handle raft.Handle
	index  raft.Index
}

// Step takes one event, and saves what it changed before anybody hears of it.
func (n *node) Step(ev raft.Event, out *raft.Effects) {
	switch ev := ev.(type) {
	case *raft.Start:
		n.start(ev, out)
	case *raft.Deliver:
		n.deliver(ev.From, ev.Msg, out)
	case *raft.TimerFired:
		if ev.Key == raft.TimerHeartbeat {
			n.heartbeat(out)
		} else {
			n.stand(out)
		}
	case *raft.Saved:
		n.saved(ev.Seq, out)
	case *raft.Propose:
		n.propose(ev.Proposals, out)
	}
	n.apply(out)
	n.save(out)
}

func (n *node) start(ev *raft.Start, out *raft.Effects) {
	*n = node{
		id: ev.ID, servers: slices.Clone(ev.Servers), timing: ev.Timing,
		state: ev.State, log: slices.Clip(ev.Log), savedBy: make([]raft.SaveSeq, len(ev.Log)),
	}
	n.resetElectionTimer(out)
}

func (n *node) deliver(from raft.ID, m raft.Message, out *raft.Effects) {
	if m.MessageTerm() > n.state.Term {
		n.follow(m.MessageTerm(), raft.None, out)
	}
	switch m := m.(type) {
	case *raft.RequestVote:
		n.requestVote(from, m, out)
	case *raft.RequestVoteReply:
		n.requestVoteReply(from, m, out)
	case *raft.AppendEntries:
		n.appendEntries(from, m, out)
	case *raft.AppendEntriesReply:
		n.appendEntriesReply(from, m, out)
	}
}

// follow makes the server a follower in a term ("If RPC request or response
// contains term T > currentTerm", Figure 2).
func (n *node) follow(term raft.Term, leader raft.ID, out *raft.Effects) {
	if term > n.state.Term {
		n.state, n.changed = raft.HardState{Term: term}, true
	}
	if n.role == raft.Leader {
		out.Timers = append(out.Timers, raft.Timer{Key: raft.TimerHeartbeat, Cancel: true})
		n.resetElectionTimer(out)
		for _, w := range n.waiting {
			out.Answers = append(out.Answers, raft.Answer{Handle: w.handle, Outcome: raft.Lost, Leader: leader})
		}
		n.waiting = nil
	}
	n.role, n.leader = raft.Follower, leader
}

func (n *node) resetElectionTimer(out *raft.Effects) {
	out.Timers = append(out.Timers, raft.Timer{
		Key: raft.TimerElection, Min: n.timing.ElectionMin, Max: n.timing.ElectionMax,
	})
}

// propose appends commands to the leader's log.
func (n *node) propose(proposals []raft.Proposal, out *raft.Effects) {
	for _, p := range proposals {
		a := raft.Answer{Handle: p.Handle, Outcome: raft.NotLeader, Leader: n.leader}
		if n.role == raft.Leader {
			a = raft.Answer{Handle: p.Handle, Outcome: raft.Accepted, Index: n.add(raft.EntryCommand, p.Data), Term: n.state.Term}
			n.waiting = append(n.waiting, waiting{p.Handle, a.Index})
		}
		out.Answers = append(out.Answers, a)
	}
	if n.role == raft.Leader {
		n.replicate(out)
	}
}

// apply hands on what is committed ("If commitIndex > lastApplied", Figure 2).
func (n *node) apply(out *raft.Effects) {
	if n.commit > n.applied {
		out.Applies = append(out.Applies, raft.Apply{Entries: n.log[n.applied:n.commit:n.commit]})
		n.applied = n.commit
		n.waiting = slices.DeleteFunc(n.waiting, func(w waiting) bool { return w.index <= n.applied })
	}
}

// save asks for one write of all that changed, and lets everything else wait for
// all that was ever asked for ("Updated on stable storage before responding").
func (n *node) save(out *raft.Effects) {
	if n.changed || n.changedFrom != 0 {
		n.saves++
		s := raft.Save{Seq: n.saves, State: n.state, From: n.changedFrom}
		if s.From != 0 {
			s.Entries = n.log[s.From-1 : len(n.log) : len(n.log)]
			for i := s.From - 1; i < n.last(); i++ {
				n.savedBy[i] = n.saves
			}
		}
		out.Saves = append(out.Saves, s)
		n.changed, n.changedFrom = false, 0
	}
	for i := range out.Applies {
		out.Applies[i].After = n.saves
	}
	for i := range out.Answers {
		out.Answers[i].After = n.saves
	}
	for i := range out.Sends {
		out.Sends[i].After = n.saves
	}
}

// last is the index of the last entry.
func (n *node) last() raft.Index { return raft.Index(len(n.log)) }

// termAt is the term of the entry at i, 0 for index 0.
func (n *node) termAt(i raft.Index) raft.Term {
	if i == 0 {
		return 0
	}
	return n.log[i-1].Term
}

// put appends entries that are at hand.
func (n *node) put(entries ...raft.Entry) {
	if n.changedFrom == 0 {
		n.changedFrom = n.last() + 1
	}
	n.log = append(n.log, entries...)
	n.savedBy = append(n.savedBy, make([]raft.SaveSeq, len(entries))...)
}

// truncate removes the entries from index i on.
func (n *node) truncate(i raft.Index) {
	// Messages and clones see the old entries: the next append must not hit them.
	n.log = slices.Clip(n.log[:i-1])
	n.savedBy = n.savedBy[:i-1]
	if n.changedFrom == 0 || n.changedFrom > i {
		n.changedFrom = i
	}
}

// quorum is how many servers are a majority.
func (n *node) quorum() int { return raft.Quorum(len(n.servers)) }
