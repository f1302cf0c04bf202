package core

import (
	"slices"
	"time"

	"raftarium/raft"
)

// Node is a Raft server (Figure 2). It implements [raft.Machine].
type Node struct {
	id raft.ID

	// Who belongs to the cluster: see membership.go.
	configs  []configAt
	using    raft.Index // of the one in force; all below follows from it
	servers  []raft.ID  // all members, and this server, in increasing order; never written
	self     int        // own place in servers
	voters   uint32     // a bit for each place
	outgoing uint32     // those of the old half in joint consensus

	timing raft.Timing
	limits raft.Limits
	off    ruleSet // rules that are switched off

	// Persistent state: saved to disk before anybody hears of it.
	term raft.Term
	vote raft.ID
	log  entryLog

	// The state that stands for the log up to log.base, nil while that is 0.
	snapshot *raft.Snapshot

	disk disk // what of it is saved

	// Volatile state.
	role    raft.Role
	leader  raft.ID // who leads term, if known
	commit  raft.Index
	applied raft.Index

	incoming incoming // a snapshot that is being received

	// As a candidate: who granted its vote, a bit for each place in servers. While
	// asking around before an election: who would.
	votes, preVotes uint32

	// A leader was heard from within the minimum election timeout.
	heard bool

	// As a leader: the others by their place in servers, with the own place left
	// unused, and the proposals that are not committed yet, by increasing index.
	peers []progress
	open  queue[proposal]

	filled      uint32 // to whom entries were sent since all were sent something, a bit for each place
	uncommitted int    // bytes of the entries behind the commit index

	change   change   // of the membership, under way
	handover handover // of the leadership, under way
	reading  reading  // what reads wait for

	// said is the last append that was sent: what goes to several followers is one
	// message, since messages are values.
	said *raft.AppendEntries
}

// proposal is a proposer's command that may still lose its place.
type proposal struct {
	index  raft.Index
	handle raft.Handle
}

// Implementation is the door by which this Raft enters a world.
func Implementation() raft.Implementation {
	return raft.Implementation{Name: "raftarium", New: New, Rules: Rules()}
}

// New makes a server that waits for its Start and ignores all else before.
func New() raft.Machine { return new(Node) }

// Step takes one event.
func (n *Node) Step(ev raft.Event, out *raft.Effects) {
	if ev, ok := ev.(*raft.Start); ok {
		n.start(ev, out)
		return
	}
	if n.id == raft.None {
		return
	}
	switch ev := ev.(type) {
	case *raft.Deliver:
		n.deliver(ev, out)
	case *raft.Saved:
		n.saved(ev.Seq, out)
	default:
		n.rarer(ev, out)
	}
	n.refresh()
	if n.role == raft.Leader {
		n.concludeChange(out)
	}
	n.save(out)
}

// rarer takes an event that is none of those that happen all the time.
func (n *Node) rarer(ev raft.Event, out *raft.Effects) {
	switch ev := ev.(type) {
	case *raft.Propose:
		n.propose(ev.Proposals, out)
	case *raft.Read:
		n.read(ev, out)
	case *raft.Compact:
		n.compact(ev)
	case *raft.ChangeMembership:
		n.changeMembership(ev, out)
	case *raft.TransferLeadership:
		n.transferLeadership(ev, out)
	case *raft.TimerFired:
		switch {
		case ev.Key == raft.TimerElection && n.role != raft.Leader:
			n.electionTimeout(out)
		case ev.Key == raft.TimerHeartbeat && n.role == raft.Leader:
			n.heartbeat(out)
		case ev.Key == raft.TimerQuorum && n.role == raft.Leader:
			n.askQuorum(out)
		case ev.Key == raft.TimerStickiness:
			n.heard = false
		case ev.Key == raft.TimerLeaseA || ev.Key == raft.TimerLeaseB:
			n.reading.leases[ev.Key-raft.TimerLeaseA] = 0
		case ev.Key == raft.TimerTransfer && n.handover.to != raft.None:
			n.abortTransfer(out)
		}
	case *raft.SetRules:
		n.off = rulesNamed(ev.Without)
	}
}

// start begins a life: all that is volatile is new, all else comes from the disk.
// A Start that names no cluster of 1 to [raft.MaxServers] servers in increasing
// order leaves the server stopped. One that is not among them waits to be added.
func (n *Node) start(ev *raft.Start, out *raft.Effects) {
	*n = Node{}
	first := raft.Config{Voters: slices.Clone(ev.Servers)}
	if first.Check() != nil || ev.ID == raft.None {
		return
	}
	n.id = ev.ID
	n.configs = []configAt{{config: first}}
	n.timing, n.limits = ev.Timing, ev.Limits.OrDefault()
	n.off = rulesNamed(ev.Without)
	n.term, n.vote = ev.State.Term, ev.State.Vote
	if ev.Snapshot != nil {
		n.restore(ev.Snapshot, out)
	}
	n.log = newLog(n.log.base, n.log.baseTerm, ev.Log)
	n.noteConfigs(ev.Log[:n.log.len()])
	n.refresh()
	n.disk = disk{state: ev.State, same: n.log.last(), durable: n.log.last()}
	n.setElectionTimer(out)
	n.abstain(out)
}

// deliver takes a message. Requests are answered whoever sends them: who belongs to
// the cluster may be news to this server (dissertation, 4.1).
func (n *Node) deliver(ev *raft.Deliver, out *raft.Effects) {
	from := ev.From
	if from == n.id || from == raft.None {
		return
	}
	switch m := ev.Msg.(type) {
	case *raft.AppendEntries:
		if contiguous(m) {
			n.observeTerm(m.Term, from, out)
			n.handleAppendEntries(from, m, out)
		}
	case *raft.AppendEntriesReply:
		if place, member := n.place(from); member {
			n.observeTerm(m.Term, raft.None, out)
			n.handleAppendEntriesReply(place, m, out)
		}
	default:
		n.deliverRarer(from, m, out)
	}
}

// deliverRarer takes a message that is none of those that go to and fro all the time.
func (n *Node) deliverRarer(from raft.ID, m raft.Message, out *raft.Effects) {
	switch m := m.(type) {
	case *raft.InstallSnapshot:
		if m.LastIndex <= maxIndex {
			n.observeTerm(m.Term, from, out)
			n.handleInstallSnapshot(from, m, out)
		}
	case *raft.RequestVote:
		if m.Transfer || !n.sticks() {
			n.tookOver(from, m, out)
			n.observeTerm(m.Term, raft.None, out)
			n.handleRequestVote(from, m, out)
		}
	case *raft.PreVote:
		// Its term is not taken over: to be asked changes nothing.
		if !n.sticks() {
			n.handlePreVote(from, m, out)
		}
	case *raft.TimeoutNow:
		n.observeTerm(m.Term, from, out)
		n.handleTimeoutNow(m, out)
	default:
		if place, member := n.place(from); member {
			n.deliverReply(place, m, out)
		}
	}
}

// deliverReply takes the answer of a server of the cluster; others are not asked
// anything.
func (n *Node) deliverReply(from int, m raft.Message, out *raft.Effects) {
	switch m := m.(type) {
	case *raft.InstallSnapshotReply:
		n.observeTerm(m.Term, raft.None, out)
		n.handleInstallSnapshotReply(from, m, out)
	case *raft.RequestVoteReply:
		n.observeTerm(m.Term, raft.None, out)
		n.handleRequestVoteReply(from, m, out)
	case *raft.PreVoteReply:
		n.observeTerm(m.Term, raft.None, out)
		n.handlePreVoteReply(from, m, out)
	}
}

// place is where a server stands in n.servers.
func (n *Node) place(id raft.ID) (int, bool) {
	if i := int(id) - 1; i >= 0 && i < len(n.servers) && n.servers[i] == id {
		return i, true // servers are numbered 1, 2, 3 nearly always
	}
	return slices.BinarySearch(n.servers, id)
}

// observeTerm: "If RPC request or response contains term T > currentTerm: set
// currentTerm = T, convert to follower" (Figure 2, §5.1). leader is who leads that
// term, if the message tells.
func (n *Node) observeTerm(t raft.Term, leader raft.ID, out *raft.Effects) {
	if t > n.term {
		n.enterTerm(t, leader, out)
	}
}

func (n *Node) enterTerm(t raft.Term, leader raft.ID, out *raft.Effects) {
	n.term, n.vote, n.preVotes = t, raft.None, 0
	if n.on(stepDownOnHigherTerm) {
		n.becomeFollower(leader, out)
	}
}

// becomeFollower follows leader, who may be unknown. A leader that steps down can
// no longer tell what becomes of the proposals that it took.
func (n *Node) becomeFollower(leader raft.ID, out *raft.Effects) {
	was := n.role
	n.role, n.leader, n.votes, n.preVotes = raft.Follower, leader, 0, 0
	if was != raft.Leader {
		return
	}
	clear(n.peers)
	n.uncommitted, n.filled, n.said = 0, 0, nil
	n.disk.dirty = n.disk.dirty || n.disk.waiting
	setTimer(out, raft.Timer{Key: raft.TimerHeartbeat, Cancel: true})
	setTimer(out, raft.Timer{Key: raft.TimerQuorum, Cancel: true})
	n.setElectionTimer(out) // a leader has none that runs
	for _, p := range n.open.live() {
		out.Answers = append(out.Answers, raft.Answer{Handle: p.handle, Outcome: raft.Lost, Leader: leader})
	}
	n.open.drop(len(n.open.live()))
	n.endTransfer(raft.Lost, leader, out)
	n.endReads(leader, out)
	n.endChange(leader, out)
}

// setElectionTimer starts to wait for a leader, anew and for a random time, so
// that split votes are rare (§5.2).
func (n *Node) setElectionTimer(out *raft.Effects) {
	setTimer(out, raft.Timer{Key: raft.TimerElection, Min: n.timing.ElectionMin, Max: n.timing.ElectionMax})
}

// exactly is a timer of one length only.
func exactly(key raft.TimerKey, length time.Duration) raft.Timer {
	return raft.Timer{Key: key, Min: length, Max: length}
}

// setTimer lets the last word of a step on a timer be the only one.
func setTimer(out *raft.Effects, t raft.Timer) {
	for i := range out.Timers {
		if out.Timers[i].Key == t.Key {
			out.Timers[i] = t
			return
		}
	}
	out.Timers = append(out.Timers, t)
}
