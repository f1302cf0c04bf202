//go:build !no_persistence

package node

import (
	"fmt"
	"slices"

	"raftarium/raft"
)

// persistence is what the server knows of its disk. A step ends with one Save of all
// that changed, and all that the step sends, applies or answers waits for all that
// was ever asked for ("Updated on stable storage before responding to RPCs").
type persistence struct {
	changed     bool       // something is to be saved
	changedFrom raft.Index // the first entry that changed, 0 if none did
	saves       raft.SaveSeq
	durable     raft.SaveSeq
	writing     []write    // asked for, and not durable yet
	onDisk      raft.Index // up to which the log is durable as it is
}

// write is a Save under way: the log up to last is durable once it is.
type write struct {
	seq  raft.SaveSeq
	last raft.Index
}

// restore takes over what the disk held.
func (n *node) restore(ev *raft.Start, out *raft.Effects) {
	n.term, n.vote = ev.State.Term, ev.State.Vote
	n.log = slices.Clip(ev.Log)
	n.restoreSnapshot(ev.Snapshot, out)
	n.onDisk = n.last()
	n.configChanged()
}

// stateChanged notes that term or vote are to be saved.
func (n *node) stateChanged() { n.changed = true }

// logChanged notes that the log is to be saved from index i on.
func (n *node) logChanged(i raft.Index) {
	if n.changedFrom == 0 || i < n.changedFrom {
		n.changedFrom = i
	}
	n.changed = true
	n.onDisk = min(n.onDisk, i-1)
	for k := range n.writing {
		n.writing[k].last = min(n.writing[k].last, i-1)
	}
}

// save asks for one write of all that changed, and lets everything else wait.
func (n *node) save(out *raft.Effects) {
	if n.changed {
		n.saves++
		s := raft.Save{Seq: n.saves, State: raft.HardState{Term: n.term, Vote: n.vote}, Snapshot: n.unsavedSnapshot()}
		if n.changedFrom != 0 {
			s.From, s.Entries = n.changedFrom, n.from(n.changedFrom)
		}
		out.Saves = append(out.Saves, s)
		n.writing = append(n.writing, write{n.saves, n.last()})
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

// saved takes down what is durable, and counts what now may count: the own vote, and
// the own copy of entries.
func (n *node) saved(seq raft.SaveSeq, out *raft.Effects) {
	n.durable = seq
	for len(n.writing) > 0 && n.writing[0].seq <= seq {
		n.onDisk = max(n.onDisk, n.writing[0].last)
		n.writing = n.writing[1:]
	}
	if n.role == raft.Candidate && n.durable == n.saves {
		n.votedFor(n.id, out)
	}
	n.advanceCommit()
}

// votedForSelf does not count yet: until its vote is on disk, a server could crash
// and vote for somebody else in the same term. See saved.
func (n *node) votedForSelf(*raft.Effects) {}

// isDurable reports whether the own disk holds the entry at i.
func (n *node) isDurable(i raft.Index) bool { return i <= n.onDisk }

func (p persistence) clone() persistence {
	p.writing = slices.Clone(p.writing)
	return p
}

func (p *persistence) appendState(b []byte) []byte {
	return fmt.Appendf(b, "%d %d %v %d|", p.saves, p.durable, p.writing, p.onDisk)
}

func (p *persistence) inspect(st *raft.Status) { st.LastSave, st.DurableSave = p.saves, p.durable }
