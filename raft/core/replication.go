package core

import "raftarium/raft"

// propose: "If command received from client: append entry to local log" (Figure 2,
// rules for leaders). All proposals of the event share one write and one round of
// messages.
func (n *Node) propose(proposals []raft.Proposal, out *raft.Effects) {
	if n.role != raft.Leader {
		refuseAll(proposals, raft.NotLeader, n.leader, out)
		return
	}
	if n.handover.to != raft.None && n.on(noProposalsInTransfer) {
		refuseAll(proposals, raft.Busy, n.handover.to, out)
		return
	}
	if len(proposals) == 0 {
		return
	}
	taken := n.log.last()
	for i := range proposals {
		p := &proposals[i]
		if n.isFull(len(p.Data)) {
			refuseAll(proposals[i:i+1], raft.Busy, raft.None, out)
			continue
		}
		index := n.add(raft.EntryCommand, p.Data)
		n.open.push(proposal{index: index, handle: p.Handle})
		out.Answers = append(out.Answers, raft.Answer{
			Handle: p.Handle, Outcome: raft.Accepted, Index: index, Term: n.term,
		})
	}
	switch {
	case n.log.last() == taken:
	case n.allGather():
		n.disk.waiting = true
	default:
		n.disk.dirty = true
		n.appended(out)
	}
}

// add puts a new entry at the end of a leader's log.
func (n *Node) add(kind raft.EntryKind, data []byte) raft.Index {
	e := n.log.next()
	e.Term, e.Index, e.Kind, e.Data = n.term, n.log.last(), kind, data
	n.uncommitted += len(data)
	return e.Index
}

// isFull reports whether a command has to wait until others are committed: what a
// leader cannot commit must not grow without bound.
func (n *Node) isFull(size int) bool {
	return n.uncommitted > 0 && n.uncommitted+size > n.limits.Uncommitted && n.on(boundUncommitted)
}

// refuseAll is rare where much is proposed, and not inlined, to keep propose small.
//
//go:noinline
func refuseAll(proposals []raft.Proposal, why raft.Outcome, leader raft.ID, out *raft.Effects) {
	for i := range proposals {
		out.Answers = append(out.Answers, raft.Answer{Handle: proposals[i].Handle, Outcome: why, Leader: leader})
	}
}

// appended writes what a leader has appended to its log, and sends it at the same
// time (dissertation, 10.2.1).
func (n *Node) appended(out *raft.Effects) {
	n.save(out)
	n.advanceCommit(out)
	for i := range n.peers {
		if i != n.self {
			n.replicate(i, out)
		}
	}
}

// replicate: "If last log index >= nextIndex for a follower: send AppendEntries
// RPC with log entries starting at nextIndex", as long as the follower's window
// has room. Where only a snapshot holds what comes next, it is sent whether there is
// room or not: what is under way may be lost, and no heartbeat could tell, because
// the entry before next is not there to ask for.
func (n *Node) replicate(to int, out *raft.Effects) {
	p := &n.peers[to]
	last := n.log.last()
	if p.next > last {
		return
	}
	if p.next <= n.log.base && p.state == raft.PeerReplicate {
		n.startSnapshot(to, out)
		return
	}
	if p.flying > 0 && n.gathers(p) {
		return
	}
	for p.next <= last && p.ready() {
		if p.next <= n.log.base {
			n.startSnapshot(to, out)
			return
		}
		hi := p.next
		if hi < last && n.on(batching) {
			hi = n.batchEnd(hi, last)
		}
		n.saveWaiting(out)
		n.sendAppend(to, n.log.toSend(p.next, hi), out)
		p.sent(hi)
		n.filled |= 1 << to
	}
	if n.filled == n.others() {
		n.fillSilence(out)
	}
}

// fillSilence begins the wait for the next heartbeat anew, once an append with entries
// went to each follower: heartbeats are for idle periods (§5.2). Not while leases run,
// which heartbeats extend.
func (n *Node) fillSilence(out *raft.Effects) {
	n.filled = 0
	if !n.reading.leasing {
		n.setHeartbeatTimer(out)
	}
}

// others is a bit for the place of each server but this one.
func (n *Node) others() uint32 { return (1<<len(n.servers) - 1) &^ (1 << n.self) }

// gathers reports whether what waits for a follower is so little that it waits on, while
// an append is under way: then it shares a message, a write and an answer with what
// comes meanwhile. What fills an append runs ahead of the answers (pipelining,
// dissertation, 10.2.2).
func (n *Node) gathers(p *progress) bool {
	last := n.log.last()
	if p.state != raft.PeerReplicate || p.next <= n.log.base || last-p.next >= crowd-1 {
		return false
	}
	// All that is not committed fits, nearly always.
	fits := p.next > n.commit && n.uncommitted <= n.limits.Batch || n.batchEnd(p.next, last) == last
	return fits && n.on(gatherSmallAppends)
}

// allGather reports whether new entries wait for every follower: then they wait for
// the own disk too, and share one write when the next append leaves, as they share that.
// Until then they lack the majority anyway, unless this server is one by itself.
func (n *Node) allGather() bool {
	if n.isQuorum(1 << n.self) {
		return false
	}
	for i := range n.peers {
		if p := &n.peers[i]; i != n.self && (p.flying == 0 || !n.gathers(p)) {
			return false
		}
	}
	return true
}

// batchEnd is the last of the entries from lo on that one append carries.
func (n *Node) batchEnd(lo, last raft.Index) raft.Index {
	hi, bytes := min(last, lo+maxBatch-1), 0
	for i := lo; i <= hi; {
		part := n.log.piece(i).from(i)
		for k := range part[:min(len(part), int(hi-i+1))] {
			bytes += len(part[k].Data)
			if i > lo && bytes > n.limits.Batch && n.on(boundBatches) {
				return i - 1
			}
			i++
		}
	}
	return hi
}

// sendAppend sends entries, which start at the next index, or none as a heartbeat.
// Either way the message says what must come before, and what is committed.
func (n *Node) sendAppend(to int, entries []raft.Entry, out *raft.Effects) {
	prev := n.peers[to].next - 1
	if prev < n.log.base {
		prev = 0 // a heartbeat that asks nothing: here a snapshot is due
	}
	if m := n.said; m != nil && m.PrevIndex == prev && m.Commit == n.commit && m.Round == n.reading.round &&
		m.Term == n.term && sameEntries(m.Entries, entries) && m.PrevTerm == n.log.term(prev) {
		out.Send(n.servers[to], n.afterState(), m) // it says all that is to be said
		return
	}
	m := out.NewAppendEntries(n.servers[to], n.afterState())
	m.Term, m.PrevIndex, m.PrevTerm, m.Commit = n.term, prev, n.log.term(prev), n.commit
	m.Round, m.Entries = n.reading.round, entries
	n.said = m
}

// sameEntries reports whether two slices are of the same entries in the same memory.
func sameEntries(a, b []raft.Entry) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

// heartbeat: a leader lets itself be heard often enough that nobody starts an
// election (§5.2). If an append or its reply was lost, the answer brings that to
// light: the follower then lacks the entry before next, or has all of them.
// It is also a round in which the leader makes sure that it leads (§8).
func (n *Node) heartbeat(out *raft.Effects) {
	n.beginRound(out)
	n.filled = 0
	n.saveWaiting(out)
	for i := range n.peers {
		if i != n.self {
			n.sendAppend(i, nil, out)
			n.repeatChunk(i, out)
		}
	}
	n.remindTransferee(out)
	n.setHeartbeatTimer(out)
	n.confirmRounds(out)
}

func (n *Node) setHeartbeatTimer(out *raft.Effects) {
	setTimer(out, exactly(raft.TimerHeartbeat, n.timing.Heartbeat))
}

// handleAppendEntriesReply: "If successful: update nextIndex and matchIndex for
// follower. If AppendEntries fails because of log inconsistency: decrement
// nextIndex and retry" (Figure 2, rules for leaders).
func (n *Node) handleAppendEntriesReply(from int, m *raft.AppendEntriesReply, out *raft.Effects) {
	if n.role != raft.Leader {
		return
	}
	n.answered(from, m.Term, m.Round, out)
	p := &n.peers[from]
	if n.isStale(m, p) && n.on(ignoreStaleReplies) {
		return
	}
	if m.Success {
		match := min(m.Index, n.log.last())
		if !n.on(matchOnlyWhatWasSent) {
			match = n.log.last()
		}
		p.acknowledged(match)
		if n.handover.to != raft.None {
			n.handOver(from, out)
		}
		n.advanceCommit(out)
	} else {
		next := n.backUp(m)
		if n.on(nextAboveMatch) {
			next = max(next, p.match+1)
		}
		p.refused(next)
	}
	n.replicate(from, out)
}

// isStale reports whether a reply answers nothing that this leader asked in this
// term and still wants to know: the network may deliver late and twice.
func (n *Node) isStale(m *raft.AppendEntriesReply, p *progress) bool {
	if m.Term != n.term {
		return true
	}
	if m.Success {
		return m.Index > n.log.last()
	}
	return !p.awaits(m.Index)
}

// backUp finds the next index to try after a refusal, a whole conflicting term at
// a time (end of §5.3). With entries of the follower's conflicting term in its own
// log, the leader goes on behind the last of them; with none, it skips that term.
func (n *Node) backUp(m *raft.AppendEntriesReply) raft.Index {
	next := m.Index // one before what was tried
	if n.on(fastBackup) {
		hint := m.ConflictIndex
		if m.ConflictTerm != 0 {
			if i := n.log.lastOfTerm(m.ConflictTerm); i != 0 {
				hint = i + 1
			}
		}
		next = min(next, hint)
	}
	return min(max(next, 1), n.log.last()+1)
}
