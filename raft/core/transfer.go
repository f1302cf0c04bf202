package core

import "raftarium/raft"

// Leadership transfer (dissertation, 3.10): "1. The prior leader stops accepting new
// client requests. 2. It fully updates the target server's log to match its own.
// 3. It sends a TimeoutNow request to the target server", which stands for election
// as if its election timer had run out.

// handover is a transfer under way. It is over when its leader is.
type handover struct {
	to     raft.ID // None: there is none
	handle raft.Handle
	asked  bool // TimeoutNow was sent
}

func (n *Node) transferLeadership(ev *raft.TransferLeadership, out *raft.Effects) {
	answer := raft.Answer{Handle: ev.Handle, Leader: n.leader}
	to := ev.To
	if to == raft.None {
		to = n.likeliest()
	}
	at, member := n.place(to)
	switch {
	case n.role != raft.Leader:
		answer.Outcome = raft.NotLeader
	case ev.To == n.id:
		answer.Outcome = raft.Done
	case !member || !n.hasSay(at):
		answer.Outcome = raft.Invalid
	case n.handover.to != raft.None:
		answer.Outcome, answer.Leader = raft.Busy, n.handover.to
	default:
		n.handover = handover{to: to, handle: ev.Handle}
		setTimer(out, exactly(raft.TimerTransfer, n.timing.ElectionMax))
		n.handOver(at, out)
		return
	}
	out.Answers = append(out.Answers, answer)
}

// likeliest is the follower whose log is nearest to the leader's.
func (n *Node) likeliest() raft.ID {
	best := raft.None
	var match raft.Index
	for i, id := range n.servers {
		if i != n.self && n.hasSay(i) && (best == raft.None || n.peers[i].match > match) {
			best, match = id, n.peers[i].match
		}
	}
	return best
}

// handOver lets the follower stand for election if it is the one to take over and
// has all of the log.
func (n *Node) handOver(to int, out *raft.Effects) {
	h := &n.handover
	if h.to != n.servers[to] || h.asked {
		return
	}
	if n.peers[to].match == n.log.last() || !n.on(transferAfterCatchUp) {
		h.asked = true
		n.sendTimeoutNow(out)
	}
}

func (n *Node) sendTimeoutNow(out *raft.Effects) {
	n.endLease()
	out.Send(n.handover.to, n.afterState(), &raft.TimeoutNow{Term: n.term})
}

// remindTransferee repeats with each heartbeat what may have been lost.
func (n *Node) remindTransferee(out *raft.Effects) {
	if n.handover.asked {
		n.sendTimeoutNow(out)
	}
}

// handleTimeoutNow is at the other end: the leader asks this server to take over.
// It need not ask around before.
func (n *Node) handleTimeoutNow(m *raft.TimeoutNow, out *raft.Effects) {
	if m.Term == n.term && n.role == raft.Follower && n.mayStand() {
		n.startElection(true, out)
	}
}

// tookOver ends the transfer well when the server that was asked to stand does.
func (n *Node) tookOver(candidate raft.ID, m *raft.RequestVote, out *raft.Effects) {
	if m.Transfer && m.Term > n.term && candidate == n.handover.to {
		n.endTransfer(raft.Done, candidate, out)
	}
}

// abortTransfer: "If leadership transfer does not complete after about an election
// timeout, the prior leader aborts the transfer and resumes accepting client
// requests."
func (n *Node) abortTransfer(out *raft.Effects) {
	if n.on(giveUpTransfer) {
		n.endTransfer(raft.Aborted, n.id, out)
	} else {
		setTimer(out, exactly(raft.TimerTransfer, n.timing.ElectionMax))
	}
}

// endTransfer answers whoever asked for the transfer, if one is under way.
func (n *Node) endTransfer(outcome raft.Outcome, leader raft.ID, out *raft.Effects) {
	if n.handover.to == raft.None {
		return
	}
	if leader == n.handover.to {
		outcome = raft.Done // it leads already: the news of its election was lost
	}
	out.Answers = append(out.Answers, raft.Answer{Handle: n.handover.handle, Outcome: outcome, Leader: leader})
	n.handover = handover{}
	setTimer(out, raft.Timer{Key: raft.TimerTransfer, Cancel: true})
}
