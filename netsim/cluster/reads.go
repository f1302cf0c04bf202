package cluster

import (
	"fmt"
	"slices"
	"time"

	"raftarium/kv"
)

// Reads without the log (section 8; dissertation, 6.4): the service asks its node
// from which index on it may answer a Get.

// setReads sets how Gets are answered, for servers that start from now on too.
func (w *World) setReads(by kv.Reads) {
	w.reads = by
	if by != kv.ReadsByLog {
		w.judge.ReadsWithoutLog()
	}
}

func readsText(by kv.Reads) string {
	switch by {
	case kv.ReadsByIndex:
		return "Servers answer Gets without the log: the leader asks a majority whether it still leads"
	case kv.ReadsByLease:
		return "Servers answer Gets without the log: under a lease, the leader asks nobody"
	}
	return "Servers answer Gets by an entry in the log"
}

// askRead hands the service's first read to its node.
func (w *World) askRead(s *server) {
	w.evRead = w.asking[0]
	w.asking = slices.Delete(w.asking, 0, 1)
	waiting := s.status.Reads
	w.stepRaft(s, &w.evRead)
	if w.notes.on && s.up && s.status.Reads > waiting {
		w.noteAsksForRead(s, waiting > 0)
	}
}

// noteAsksForRead tells that a leader has to make sure that it leads; joins says that
// it was about to anyway.
func (w *World) noteAsksForRead(s *server, joins bool) {
	text := "asks a majority whether it still leads"
	if joins {
		text = "waits until it knows once more that it leads"
	}
	w.notes.add(w, NoteOther, s.id, s.status.Term, "%s %s, before it answers %s", name(s.id), text, w.readerText(s))
}

// readerText is whose Get came last to a server.
func (w *World) readerText(s *server) string {
	var st kv.ServerStatus
	if try("Inspect", func() { s.kv.Inspect(&st) }) != "" || len(st.Reading) == 0 {
		return "a Get"
	}
	r := &st.Reading[len(st.Reading)-1]
	return fmt.Sprintf("C%d's Get of %s", r.Client, r.Key)
}

// served takes note of a Get that a server answers without the log.
func (w *World) served(s *server, r *kv.Reply) {
	w.committedAt = w.sim.Now()
	if !w.notes.on {
		return
	}
	text := fmt.Sprintf("as of entry %d", r.Index)
	if r.By == kv.ReadsByLease {
		until := w.sim.Now().Add(w.viewTimer(s, s.status.LeaseEnds).Left).Duration() / time.Millisecond
		text += fmt.Sprintf(" under its lease, until %d.%03d s", until/1000, until%1000)
	} else {
		text += ": a majority still follows it"
	}
	w.notes.add(w, NoteClient, s.id, s.status.Term, "%s answers C%d's Get %s", name(s.id), r.Client, text)
}
