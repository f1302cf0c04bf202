package cluster

import (
	"raftarium/kv"
	"raftarium/netsim"
	"raftarium/raft"
)

// disk is what a server's disk holds.
type disk struct {
	state    raft.HardState
	snapshot *raft.Snapshot // nil if there is none
	log      diskLog        // behind the snapshot
}

// base is up to which index the snapshot stands for the log.
func (d *disk) base() raft.Index {
	if d.snapshot == nil {
		return 0
	}
	return d.snapshot.Index
}

// last is the index of the last entry, or of the snapshot if there is none behind.
func (d *disk) last() raft.Index { return d.base() + raft.Index(d.log.len()) }

// entry is the entry at an index, nil if there is none.
func (d *disk) entry(i raft.Index) *raft.Entry {
	if i <= d.base() || i > d.last() {
		return nil
	}
	return d.log.at(int(i - d.base() - 1))
}

// store carries out a save: all of it, since it was checked before. The shelf keeps
// the entries.
func (d *disk) store(sh *shelf, sv *raft.Save) {
	d.state = sv.State
	if snap := sv.Snapshot; snap != nil {
		rest := diskLog{base: snap.Index}
		if base := d.base(); snap.Index >= base && snap.Index < d.last() {
			rest = d.log.from(int(snap.Index - base))
		}
		d.snapshot, d.log = snap, rest
		sh.forget(snap.Index)
	}
	if sv.From == 0 {
		return
	}
	d.log.truncate(int(sv.From - d.base() - 1))
	d.log.append(sh, sv.Entries)
}

// store carries out a save and takes it into the digest. What entries hold is there
// already, by the messages that brought them.
func (w *World) store(s *server, sv *raft.Save) {
	h := netsim.Fold(w.digest, uint64(sv.State.Term)<<8^uint64(sv.State.Vote))
	if n := len(sv.Entries); n > 0 {
		h = netsim.Fold(h, uint64(sv.Entries[n-1].Term)<<16^uint64(n))
	}
	if sv.Snapshot != nil {
		h = netsim.Fold(netsim.Fold(h, uint64(sv.Snapshot.Index)), netsim.Digest(sv.Snapshot.Data))
	}
	w.digest = netsim.Fold(h, uint64(sv.From)<<8^uint64(s.id))
	s.disk.store(w.shelf, sv)
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
