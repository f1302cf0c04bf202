package cluster

import (
	"slices"

	"raftarium/kv"
	"raftarium/raft"
)

// disk is what a server's disk holds.
type disk struct {
	state    raft.HardState
	snapshot *raft.Snapshot // nil if there is none
	log      []raft.Entry   // behind the snapshot
}

// base is up to which index the snapshot stands for the log.
func (d *disk) base() raft.Index {
	if d.snapshot == nil {
		return 0
	}
	return d.snapshot.Index
}

// last is the index of the last entry, or of the snapshot if there is none behind.
func (d *disk) last() raft.Index { return d.base() + raft.Index(len(d.log)) }

// entry is the entry at an index, nil if there is none.
func (d *disk) entry(i raft.Index) *raft.Entry {
	if i <= d.base() || i > d.last() {
		return nil
	}
	return &d.log[i-d.base()-1]
}

// store carries out a save: all of it, since it was checked before.
func (d *disk) store(sv *raft.Save) {
	d.state = sv.State
	if snap := sv.Snapshot; snap != nil {
		var rest []raft.Entry
		if base := d.base(); snap.Index >= base && snap.Index < d.last() {
			// In memory of its own, so that what is before can go.
			rest = slices.Clone(d.log[snap.Index-base:])
		}
		d.snapshot, d.log = snap, rest
	}
	if sv.From == 0 {
		return
	}
	log := d.log
	if keep := int(sv.From - d.base() - 1); keep < len(log) {
		// Clones and machines see the old entries: never write over them.
		log = log[:keep:keep]
	}
	d.log = appendEntries(log, sv.Entries)
}

// appendEntries is append, but makes four times the room, or twice once the log is
// long, where there is none: a log only grows, and to move it costs more than all else
// that is done with it.
func appendEntries(log, entries []raft.Entry) []raft.Entry {
	if need := len(log) + len(entries); need > cap(log) {
		factor := 4
		if len(log) >= 1<<14 {
			factor = 2
		}
		grown := make([]raft.Entry, len(log), max(need, factor*len(log), 16))
		copy(grown, log)
		log = grown
	}
	return append(log, entries...)
}

// chunkOf is how much of a snapshot a message carries where the log is compacted at
// limit bytes: little enough that what is lost, or comes late, is a part of one. 0 is
// the consensus node's own choice.
func chunkOf(limit int) int {
	if limit == 0 {
		return 0
	}
	return min(max(limit/4, 64), raft.DefaultLimits.Chunk)
}

// compacted takes down the states that a service hands over for its node.
func (w *World) compacted(s *server, out *kv.ServerEffects) {
	for i := range out.Compacts {
		c := &out.Compacts[i]
		w.judge.Compacted(s.id, c.Index, c.State)
		w.noteCompact(s, c)
	}
	w.compacts = append(w.compacts, out.Compacts...)
}

// install hands a snapshot to the service: at a start, or because its leader sent it.
func (w *World) install(s *server, snapshot *raft.Snapshot) {
	if !s.up {
		return
	}
	w.judge.Installed(s.id, snapshot)
	w.noteInstall(s, snapshot)
	w.stepServer(s, &kv.Restored{Index: snapshot.Index, State: snapshot.Data})
	if !s.up {
		return
	}
	s.kv.Inspect(&w.restored)
	w.judge.Restored(s.id, &w.restored)
}
