package check

import "raftarium/raft"

// Log matching (Figure 3): logs that have an entry of the same index and term are
// equal up to there. One table, over all servers and all times, holds for each
// index and term the chain hash of the log up to there, as it was seen first.
// Every entry that a server asks to save, or finds on its disk, is held against
// it.
//
// What it cannot see: logs that a machine keeps in memory and never saves.

// cell is what the table holds for an index and a term. Cells of the same index
// are a list that starts in Judge.cells with the newest.
type cell struct {
	term  raft.Term
	chain uint64
	next  int32 // position in Judge.spare plus 1, or 0
	by    raft.ID
	seen  Moment
}

// matches holds an entry with its chain hash against the table.
func (j *Judge) matches(id raft.ID, index int, term raft.Term, chain uint64) {
	if index > j.cells.n {
		if index > j.committed.n+j.cells.n+1 {
			return // behind a snapshot of what nobody applied
		}
		for index > j.cells.n+1 {
			j.cells.add(cell{}) // applied, and never saved
		}
		j.cells.add(cell{term: term, chain: chain, by: id, seen: j.moment()})
		return
	}
	head := j.cells.ref(index - 1)
	for c := head; ; c = &j.spare[c.next-1] {
		if c.term == term {
			if c.chain != chain {
				j.fail(LogMatching, id, "%v has an entry of term %d at index %d, and its log up to there differs from another log with an entry of that term there",
					id, term, index).against(c.seen, "%v was the first to have an entry of term %d at index %d", c.by, term, index)
			}
			return
		}
		if c.next == 0 {
			break
		}
	}
	j.spare = append(j.spare, *head)
	j.cells.set(index-1, cell{term: term, chain: chain, next: int32(len(j.spare)), by: id, seen: j.moment()})
}

// termAt is the term of the entry at index in the log with that chain hash, 0 if
// no server had it.
func (j *Judge) termAt(index int, chain uint64) raft.Term {
	if index < 1 || index > j.cells.n {
		return 0
	}
	for c := j.cells.ref(index - 1); ; c = &j.spare[c.next-1] {
		if c.chain == chain {
			return c.term
		}
		if c.next == 0 {
			return 0
		}
	}
}
