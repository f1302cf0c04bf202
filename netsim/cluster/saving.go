package cluster

import (
	"slices"

	"raftarium/raft"
)

// save takes a Save. It reports false if the save is impossible and the server
// was stopped for it.
func (w *World) save(s *server, sv *raft.Save) bool {
	base, last := s.lastBase, s.lastLog
	plain := sv.Seq == s.lastSave+1 && sv.Snapshot == nil && sv.From > base && sv.From <= last+1
	if !plain {
		var ok bool
		if base, last, ok = w.checkSave(s, sv); !ok {
			return false
		}
	}
	for i := range sv.Entries {
		if want := sv.From + raft.Index(i); sv.Entries[i].Index != want {
			w.fail(s, "saves an entry of index %d in place %d", sv.Entries[i].Index, want)
			return false
		}
	}
	if w.notes.on {
		w.noteSave(s, sv)
	}
	s.lastSave, s.lastBase, s.lastLog = sv.Seq, base, last
	if sv.From > 0 {
		s.lastLog = sv.From + raft.Index(len(sv.Entries)) - 1
	}
	w.judge.Saving(s.id, sv)
	s.saves = another(s.saves)
	s.saves[len(s.saves)-1] = *sv
	w.sim.Write(s.node, uint64(sv.Seq), w.event)
	return true
}

// checkSave checks a save that does not just go on where the log ends or within it,
// and returns of which index the snapshot is then, and where the log ends before
// Entries. It reports false if the save is impossible and the server was stopped.
func (w *World) checkSave(s *server, sv *raft.Save) (base, last raft.Index, ok bool) {
	switch {
	case sv.Seq != s.lastSave+1:
		w.fail(s, "numbers a save %d; the next one is %d", sv.Seq, s.lastSave+1)
		return 0, 0, false
	case sv.From == 0 && len(sv.Entries) > 0:
		w.fail(s, "saves %d entries without saying from where (Save.From is 0)", len(sv.Entries))
		return 0, 0, false
	case sv.Snapshot != nil && sv.Snapshot.Index == 0:
		w.fail(s, "saves a snapshot of index 0, which stands for nothing")
		return 0, 0, false
	}
	base, last = s.lastBase, s.lastLog
	if sv.Snapshot != nil {
		i := sv.Snapshot.Index
		if i < base && sv.From != i+1 {
			w.fail(s, "saves a snapshot of index %d in place of one of index %d, and leaves a gap behind it", i, base)
			return 0, 0, false
		}
		if base, last = i, max(last, i); i < s.lastBase {
			last = i
		}
	}
	switch {
	case sv.From > last+1:
		w.fail(s, "saves entries from %d, but its log ends at %d", sv.From, last)
		return 0, 0, false
	case sv.From > 0 && sv.From <= base:
		w.fail(s, "saves entries from %d, but its snapshot stands for all up to %d", sv.From, base)
		return 0, 0, false
	}
	return base, last, true
}

// written makes saves durable, up to seq.
func (w *World) written(s *server, seq raft.SaveSeq) {
	n, quiet := 0, true
	for n < len(s.saves) && s.saves[n].Seq <= seq {
		w.store(s, &s.saves[n])
		quiet = quiet && s.saves[n].Quiet
		n++
	}
	s.saves = without(s.saves, n)
	s.durable = seq
	w.judge.Saved(s.id, seq)
	switch {
	case w.sim.Paused(s.node):
	case quiet:
		s.told = seq
		w.release(s)
	default:
		w.tellSaved(s)
	}
}

// tellSaved lets go what waited for the disk, and tells the node. Whoever calls it
// rescues the server.
func (w *World) tellSaved(s *server) {
	s.told = s.durable
	w.release(s)
	if s.up {
		w.evSaved.Seq = s.told
		w.takeRaft(s, &w.evSaved)
	}
}

// release lets go what waited for the saves that are durable now. Whatever leaves
// may stop the server, and then the rest is lost.
func (w *World) release(s *server) {
	if len(s.applies) > 0 {
		n := 0
		for ; s.up && n < len(s.applies) && s.applies[n].after <= s.durable; n++ {
			w.apply(s, s.applies[n].snapshot, s.applies[n].entries)
		}
		if s.up {
			s.applies = without(s.applies, n)
		}
	}
	if len(s.answers) > 0 {
		w.releaseAnswers(s)
	}
	n := 0 // of those that stay
	for i := 0; s.up && i < len(s.sends); i++ {
		if h := &s.sends[i]; h.After <= s.durable {
			w.send(s, h.To, h.Msg, h.cause)
		} else {
			s.sends[n] = *h
			n++
		}
	}
	if s.up {
		s.sends = s.sends[:n]
	}
	w.propose(s)
}

func (w *World) releaseAnswers(s *server) {
	for i := 0; i < len(s.answers); {
		a := s.answers[i]
		if a.After > s.durable {
			i++
			continue
		}
		s.answers = slices.Delete(s.answers, i, i+1)
		w.answer(s, &a)
	}
}
