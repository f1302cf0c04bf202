package check

import "raftarium/raft"

// This file follows the log of each server, as asked for and as durable.

// pendingSave is a Save that is not durable. Its chain hashes are the first
// entries ones of server.chains that no earlier pendingSave owns.
type pendingSave struct {
	seq      raft.SaveSeq
	state    raft.HardState
	snapshot int // its index, 0 if there is none
	from     int // 0: the log stays
	entries  int
}

// Saving tells that a server asks for a Save.
func (j *Judge) Saving(id raft.ID, save *raft.Save) {
	s := j.server(id)
	if s == nil || save == nil {
		return
	}
	if save.Seq == s.lastSeq+1 && save.Snapshot == nil && save.From == raft.Index(s.asked.len())+1 {
		// It goes on where the log ends, as most do.
		s.lastSeq, s.term = save.Seq, save.State.Term
		j.rewrite(id, s, save)
		s.saves = append(s.saves, pendingSave{seq: save.Seq, state: save.State, from: int(save.From), entries: len(save.Entries)})
		return
	}
	j.savingOther(id, s, save)
}

// savingOther is Saving for any Save.
func (j *Judge) savingOther(id raft.ID, s *server, save *raft.Save) {
	if save.Seq != s.lastSeq+1 {
		j.fail(Contract, id, "%v asked for save %d after save %d: they are numbered 1, 2, 3 and so on", id, save.Seq, s.lastSeq)
	}
	s.lastSeq = max(s.lastSeq, save.Seq)
	s.term = save.State.Term
	p := pendingSave{seq: save.Seq, state: save.State}
	last := s.asked.len()
	end := j.chain(&s.asked, last)
	if save.Snapshot != nil {
		p.snapshot = j.saneIndex(save.Snapshot.Index)
		j.coverConfigs(s, save.Snapshot, p.snapshot < s.asked.base || p.snapshot > last)
		s.asked.cover(p.snapshot)
	}
	switch {
	case save.From == 0 && len(save.Entries) > 0:
		j.fail(Contract, id, "%v asked to save %d entries from index 0: a save with entries names the index of the first", id, len(save.Entries))
	case save.From > raft.Index(s.asked.len())+1:
		j.fail(Contract, id, "%v asked to save entries from index %d on, but its log ends at index %d", id, save.From, s.asked.len())
	case save.From != 0 && save.From <= raft.Index(s.asked.base):
		j.fail(Contract, id, "%v asked to save entries from index %d on, but its snapshot stands for all up to index %d", id, save.From, s.asked.base)
	case save.From != 0:
		p.from, p.entries = int(save.From), len(save.Entries)
		j.rewrite(id, s, save)
	}
	if s.asked.len() < last || p.from > 0 && p.from <= last {
		j.appendedOnly(id, s, save, last, end)
	}
	s.saves = append(s.saves, p)
}

// rewrite applies the log part of a Save to the log as asked for.
func (j *Judge) rewrite(id raft.ID, s *server, save *raft.Save) {
	from := int(save.From)
	s.asked.cut(from - 1)
	if s.configs[len(s.configs)-1].index >= from {
		j.cutConfigs(s, from)
	}
	chain := j.chain(&s.asked, from-1)
	for k := range save.Entries {
		e := &save.Entries[k]
		if e.Index != raft.Index(from+k) {
			j.misplaced(id, e.Index, from+k)
		}
		chain = link(chain, hashEntry(e, hashBytes(e.Data)))
		j.matches(id, from+k, e.Term, chain)
		if e.Kind == raft.EntryConfig {
			j.takesConfig(s, e)
		}
		s.asked.tail.add(chain)
		s.chains = append(s.chains, chain)
	}
}

//go:noinline
func (j *Judge) misplaced(id raft.ID, says raft.Index, at int) {
	j.fail(Contract, id, "%v asked to save an entry that says index %d at index %d", id, says, at)
}

// Saved tells that all saves up to seq are durable.
func (j *Judge) Saved(id raft.ID, seq raft.SaveSeq) {
	s := j.server(id)
	if s == nil {
		return
	}
	if len(s.saves) == 1 {
		if p := &s.saves[0]; p.seq == seq && p.snapshot == 0 && p.from == s.durable.len()+1 && p.entries == len(s.chains) {
			// One that goes on where the log ends, as most do.
			s.state = p.state
			for _, chain := range s.chains {
				s.durable.tail.add(chain)
			}
			s.saves, s.chains = s.saves[:0], s.chains[:0]
			return
		}
	}
	j.savedOther(id, s, seq)
}

// savedOther is Saved for any Saves.
func (j *Judge) savedOther(id raft.ID, s *server, seq raft.SaveSeq) {
	done, chains := 0, s.chains
	for done < len(s.saves) && s.saves[done].seq <= seq {
		p := &s.saves[done]
		term := s.state.Term
		s.state = p.state
		held := 0
		if p.snapshot > 0 || p.from > 0 && p.from <= min(s.durable.len(), j.committed.n) {
			held = j.heldCommitted(s)
		}
		if p.snapshot > 0 {
			s.durable.cover(p.snapshot)
		}
		if p.from > 0 {
			s.durable.cut(p.from - 1)
			for _, chain := range chains[:p.entries] {
				s.durable.tail.add(chain)
			}
			chains = chains[p.entries:]
		}
		if held > 0 {
			j.stillHeld(id, s, term, held)
		}
		done++
	}
	switch done {
	case 0:
	case len(s.saves): // nearly always
		s.saves = s.saves[:0]
		s.chains = s.chains[:0]
	default:
		s.saves = s.saves[:copy(s.saves, s.saves[done:])]
		s.chains = s.chains[:copy(s.chains, chains)]
	}
}

// restore takes down what the disk held at a start: the log behind index base.
func (j *Judge) restore(id raft.ID, s *server, state raft.HardState, base int, log []raft.Entry) {
	term, held := s.state.Term, j.heldCommitted(s)
	s.state, s.term = state, state.Term
	base = j.saneIndex(raft.Index(base))
	s.asked.reach(base)
	s.durable.reach(base)
	chain := j.chain(&s.durable, base)
	// Most of it is known, and what is equal is not written, since clones may
	// share it.
	for k := range log {
		e, at := &log[k], base+k+1
		if e.Index != raft.Index(at) {
			j.fail(Contract, id, "the disk of %v holds an entry that says index %d at index %d", id, e.Index, at)
		}
		chain = link(chain, hashEntry(e, hashBytes(e.Data)))
		j.matches(id, at, e.Term, chain)
		if e.Kind == raft.EntryConfig {
			j.takesConfig(s, e)
		}
		j.replace(&s.asked, at, chain)
		j.replace(&s.durable, at, chain)
	}
	s.asked.cut(base + len(log))
	s.durable.cut(base + len(log))
	j.stillHeld(id, s, term, held)
}

func (j *Judge) replace(m *mirror, at int, chain uint64) {
	if at <= m.len() && j.chain(m, at) == chain {
		return
	}
	m.cut(at - 1)
	m.tail.add(chain)
}
