package cluster

import (
	"fmt"

	"raftarium/raft"
)

// noteCompact tells of a log that is folded.
func (w *World) noteCompact(s *server, c *raft.Compact) {
	if !w.notes.on {
		return
	}
	w.notes.add(w, NoteOther, s.id, s.status.Term, "%s folds %s into a snapshot of %d bytes",
		name(s.id), span(s.disk.base()+1, c.Index), len(c.State))
}

// noteInstall tells of a state that is taken over.
func (w *World) noteInstall(s *server, snapshot *raft.Snapshot) {
	if !w.notes.on {
		return
	}
	if snapshot == s.disk.snapshot {
		w.notes.add(w, NoteOther, s.id, 0, "%s starts from its snapshot, which stands for %s", name(s.id), span(1, snapshot.Index))
		return
	}
	w.notes.add(w, NoteOther, s.id, s.status.Term, "%s has the whole snapshot and takes its state from it: it stands for %s",
		name(s.id), span(1, snapshot.Index))
}

// noteChunk tells of a piece of a snapshot that s gets.
func (w *World) noteChunk(s *server, from raft.ID, m *raft.InstallSnapshot) {
	if m.Term < s.status.Term {
		return
	}
	if m.Offset == 0 {
		w.notes.add(w, NoteOther, s.id, m.Term, "%s is too far behind: %s sends it a snapshot up to entry %d, %s",
			name(s.id), name(from), m.LastIndex, chunkText(m))
		return
	}
	w.notes.add(w, NoteOther, s.id, m.Term, "%s gets %s of the snapshot up to entry %d from %s",
		name(s.id), chunkText(m), m.LastIndex, name(from))
}

// chunkText is which piece of a snapshot a message carries. All but the last are of
// the same size, so that one tells how many there are.
func chunkText(m *raft.InstallSnapshot) string {
	size := uint64(len(m.Data))
	switch {
	case size == 0 || m.Offset == 0 && size >= m.Size:
		return "all in one chunk"
	case m.Offset+size >= m.Size:
		return "the last chunk"
	}
	return fmt.Sprintf("chunk %d of %d", m.Offset/size+1, (m.Size+size-1)/size)
}
