package secondnode

import (
	"slices"

	"raftarium/raft"
)

// add appends an entry of the own term to the leader's log and returns its index.
func (n *node) add(kind raft.EntryKind, data []byte) raft.Index {
	n.put(raft.Entry{Term: n.state.Term, Index: n.last() + 1, Kind: kind, Data: data})
	return n.last()
}

// heartbeat tells everybody who leads, and asks to be woken for the next time.
func (n *node) heartbeat(out *raft.Effects) {
	if n.role != raft.Leader {
		return
	}
	out.Timers = append(out.Timers, raft.Timer{Key: raft.TimerHeartbeat, Min: n.timing.Heartbeat, Max: n.timing.Heartbeat})
	n.replicate(out)
}

// replicate sends each follower all that it is not known to have.
func (n *node) replicate(out *raft.Effects) {
	for i := range n.servers {
		n.sendTo(i, out)
	}
}

func (n *node) sendTo(i int, out *raft.Effects) {
	if n.servers[i] == n.id {
		return
	}
	prev := n.next[i] - 1
	out.SendAppendEntries(n.servers[i], 0, raft.AppendEntries{
		Term: n.state.Term, PrevIndex: prev, PrevTerm: n.termAt(prev), Commit: n.commit,
		Entries: n.log[prev:len(n.log):len(n.log)],
	})
}

// appendEntries is the receiver's side of AppendEntries (Figure 2).
func (n *node) appendEntries(from raft.ID, m *raft.AppendEntries, out *raft.Effects) {
	reply := raft.AppendEntriesReply{Term: n.state.Term, Index: m.PrevIndex}
	if m.Term == n.state.Term {
		n.follow(m.Term, from, out)
		n.resetElectionTimer(out)
		switch {
		case m.PrevIndex > n.last():
			reply.ConflictIndex = n.last() + 1
		case n.termAt(m.PrevIndex) != m.PrevTerm:
			reply.ConflictTerm, reply.ConflictIndex = n.conflict(m.PrevIndex)
		default:
			n.accept(m)
			reply.Success, reply.Index = true, m.PrevIndex+raft.Index(len(m.Entries))
		}
	}
	out.SendAppendEntriesReply(from, 0, reply)
}

// accept takes over the entries of a leader whose log equals the own one up to
// PrevIndex (steps 3 to 5 of the receiver, Figure 2).
func (n *node) accept(m *raft.AppendEntries) {
	for i, e := range m.Entries {
		if e.Index <= n.last() && n.termAt(e.Index) != e.Term {
			n.truncate(e.Index)
		}
		if e.Index > n.last() {
			n.put(m.Entries[i:]...)
			break
		}
	}
	if upTo := min(m.Commit, m.PrevIndex+raft.Index(len(m.Entries))); upTo > n.commit {
		n.commit = upTo
	}
}

// conflict is the term of the entry at i, and its first index in the log (end of
// §5.3).
func (n *node) conflict(i raft.Index) (raft.Term, raft.Index) {
	term := n.termAt(i)
	for i > 1 && n.termAt(i-1) == term {
		i--
	}
	return term, i
}

// appendEntriesReply is what a leader learns ("If successful: update nextIndex and
// matchIndex", Figure 2).
func (n *node) appendEntriesReply(from raft.ID, m *raft.AppendEntriesReply, out *raft.Effects) {
	if n.role != raft.Leader || m.Term != n.state.Term {
		return
	}
	i := slices.Index(n.servers, from)
	if !m.Success {
		if m.Index == n.next[i]-1 { // else it answers an earlier try
			n.next[i] = max(n.match[i]+1, min(m.ConflictIndex, m.Index))
			n.sendTo(i, out)
		}
		return
	}
	n.match[i] = max(n.match[i], m.Index)
	n.next[i] = max(n.next[i], n.match[i]+1)
	n.advanceCommit()
}

// advanceCommit commits the last entry of the own term that a majority has, and
// with it all before ("If there exists an N", Figure 2; §5.4.2).
func (n *node) advanceCommit() {
	if n.role != raft.Leader {
		return
	}
	for i := n.last(); i > n.commit && n.termAt(i) == n.state.Term; i-- {
		count := 0
		for k, id := range n.servers {
			if n.match[k] >= i || id == n.id && n.savedBy[i-1] <= n.durable {
				count++
			}
		}
		if count >= n.quorum() {
			n.commit = i
			return
		}
	}
}
