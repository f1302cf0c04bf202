package node

import (
	"slices"

	"raftarium/raft"
)

// Node is the door by which this Raft enters a world.
func Node() raft.Implementation {
	return raft.Implementation{Name: "reference", New: func() raft.Machine { return new(node) }}
}

// node is a server. What a part of it needs is in that part's file.
type node struct {
	id      raft.ID
	timing  raft.Timing
	members // who takes part

	// Figure 2: the state of all servers.
	term   raft.Term
	vote   raft.ID // whom it voted for in term
	role   raft.Role
	leader raft.ID // who leads term, as far as it knows

	votes []raft.ID // who voted for it in term, while it is a candidate

	replication
	persistence
	snapshots
	reads
}

// Step takes one event.
func (n *node) Step(ev raft.Event, out *raft.Effects) {
	switch ev := ev.(type) {
	case *raft.Start:
		*n = node{id: ev.ID, timing: ev.Timing}
		n.found(ev.Servers)
		n.restore(ev, out)
		n.resetElectionTimer(out)
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
	case *raft.Compact:
		n.compact(ev)
	case *raft.Read:
		n.read(ev, out)
	case *raft.ChangeMembership:
		n.change(ev, out)
	}
	n.apply(out)
	n.save(out)
}

// deliver takes a message. Whatever it is, a newer term comes first ("If RPC request
// or response contains term T > currentTerm", Figure 2).
func (n *node) deliver(from raft.ID, m raft.Message, out *raft.Effects) {
	if m.MessageTerm() > n.term {
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
	case *raft.InstallSnapshot:
		n.installSnapshot(from, m, out)
	}
}

// follow makes the server a follower in a term, of a leader if it knows one.
func (n *node) follow(term raft.Term, leader raft.ID, out *raft.Effects) {
	if term > n.term {
		n.term, n.vote = term, raft.None
		n.stateChanged()
	}
	if n.role == raft.Leader {
		out.Timers = append(out.Timers, raft.Timer{Key: raft.TimerHeartbeat, Cancel: true})
		n.resetElectionTimer(out)
		n.proposalsLost(leader, out)
		n.readsLost(leader, out)
		n.changeLost(leader, out)
	}
	n.role, n.leader, n.votes = raft.Follower, leader, nil
}

// resetElectionTimer lets the server wait anew. The world draws how long.
func (n *node) resetElectionTimer(out *raft.Effects) {
	out.Timers = append(out.Timers, raft.Timer{Key: raft.TimerElection, Min: n.timing.ElectionMin, Max: n.timing.ElectionMax})
}

// setHeartbeatTimer lets a leader speak again in time.
func (n *node) setHeartbeatTimer(out *raft.Effects) {
	out.Timers = append(out.Timers, raft.Timer{Key: raft.TimerHeartbeat, Min: n.timing.Heartbeat, Max: n.timing.Heartbeat})
}

// agrees reports whether a server is among those listed.
func agrees(list []raft.ID) func(raft.ID) bool {
	return func(id raft.ID) bool { return slices.Contains(list, id) }
}
