package core

import "raftarium/raft"

// disk is what a server knows of its disk: what it asked to have written, and what
// of that is durable.
type disk struct {
	state   raft.HardState // as last written
	stateIn raft.SaveSeq   // the Save that wrote it
	behind  bool           // the snapshot is not as last written
	dirty   bool           // the log is not as last written, and is to be
	waiting bool           // it is not, and entries wait to be written with the next append
	same    raft.Index     // up to here the log is as last written
	durable raft.Index     // up to here it is durable

	last    raft.SaveSeq // last Save asked for
	done    raft.SaveSeq // last Save known to be durable
	pending queue[write] // those between
}

// write is a Save under way.
type write struct {
	seq raft.SaveSeq
	// upTo is the last index of the log that is durable with it, as far as the log
	// still is what was written then.
	upTo  raft.Index
	quiet bool // nobody will tell when it is durable, before a later one is
}

// truncated notes that the log was cut from index i on.
func (d *disk) truncated(i raft.Index) {
	d.dirty = true
	d.same = min(d.same, i-1)
	d.durable = min(d.durable, i-1)
	pending := d.pending.live()
	for k := range pending {
		pending[k].upTo = min(pending[k].upTo, i-1)
	}
}

// replaced notes that the log was thrown away for a snapshot, except what is
// committed: that is part of it.
func (d *disk) replaced(committed, snapshot raft.Index) {
	d.truncated(committed + 1)
	d.same = snapshot
}

// save asks for a write of all that changed since the last one, if anything did.
// It comes before each message, and once at the end of a step.
func (n *Node) save(out *raft.Effects) {
	if n.disk.dirty || n.disk.behind || n.disk.state != (raft.HardState{Term: n.term, Vote: n.vote}) {
		n.write(out)
	}
}

// saveWaiting writes the entries that waited, as they go to a follower now, or have
// waited long enough.
func (n *Node) saveWaiting(out *raft.Effects) {
	if n.disk.waiting {
		n.disk.dirty = true
		n.save(out)
	}
}

func (n *Node) write(out *raft.Effects) {
	d := &n.disk
	var (
		from     raft.Index
		entries  []raft.Entry
		snapshot *raft.Snapshot
	)
	state := n.stateToSave()
	if d.dirty {
		if n.on(persistentLog) {
			from = d.same + 1
			entries = n.log.between(from, n.log.last())
			d.same, d.dirty, d.waiting = n.log.last(), false, false
		} else {
			d.durable = n.log.last() // taken for durable, wrongly
		}
	}
	if d.behind {
		snapshot = n.snapshotToSave(out)
		d.behind = false
	}
	if from == 0 && snapshot == nil && state == d.state {
		return
	}
	d.last++
	w := write{seq: d.last}
	if from != 0 || snapshot != nil {
		w.upTo = d.same
	}
	// A follower does nothing when its copy of entries is durable: the answer that
	// waits for that leaves by itself. What it wrote counts once it leads, and before
	// that comes the Save of its vote for itself.
	w.quiet = n.role == raft.Follower && snapshot == nil && state == d.state
	if state != d.state {
		d.state, d.stateIn = state, d.last
	}
	d.push(w)
	s := out.NewSave()
	s.Seq, s.State, s.From = d.last, state, from
	s.Entries, s.Snapshot, s.Quiet = entries, snapshot, w.quiet
}

// push notes a Save under way. Of several in a row that nobody will report one is
// enough: to wait for the last of them is to wait for all.
func (d *disk) push(w write) {
	if live := d.pending.live(); w.quiet && len(live) > 0 && live[len(live)-1].quiet {
		live[len(live)-1] = w
		return
	}
	d.pending.push(w)
}

// stateToSave is term and vote as they belong on disk (Figure 2, persistent state).
// What a rule leaves out stays as it is there.
func (n *Node) stateToSave() raft.HardState {
	s := n.disk.state
	if s.Term != n.term && n.on(persistentTerm) {
		s = raft.HardState{Term: n.term}
	}
	if s.Vote != n.vote && n.on(persistentVote) {
		s.Vote = n.vote
	}
	return s
}

// saved takes the news that all Saves up to seq are durable. The own vote, and the
// own copy of an entry, count from now on.
func (n *Node) saved(seq raft.SaveSeq, out *raft.Effects) {
	d := &n.disk
	seq = min(seq, d.last)
	if seq <= d.done {
		return
	}
	d.done = seq
	landed, pending := 0, d.pending.live()
	for landed < len(pending) && pending[landed].seq <= seq {
		d.durable = max(d.durable, pending[landed].upTo)
		landed++
	}
	d.pending.drop(landed)
	switch n.role {
	case raft.Candidate:
		n.countVotes(out)
	case raft.Leader:
		n.advanceCommit(out)
	}
}

// afterState is the Save that a message has to wait for because it tells the term
// or the vote.
func (n *Node) afterState() raft.SaveSeq { return n.after(n.disk.stateIn) }

// afterEntries is the Save to wait for because a message vouches for the entries
// up to i too. They may stand in the log already while their Save is under way.
func (n *Node) afterEntries(i raft.Index) raft.SaveSeq {
	seq := n.disk.stateIn
	if i > n.disk.durable {
		for _, w := range n.disk.pending.live() {
			if w.upTo >= i {
				seq = max(seq, w.seq)
				break
			}
		}
	}
	return n.after(seq)
}

// after is what a message that depends on the Save seq has to wait for.
func (n *Node) after(seq raft.SaveSeq) raft.SaveSeq {
	if seq <= n.disk.done || !n.on(saveBeforeSend) {
		return 0
	}
	return seq
}
