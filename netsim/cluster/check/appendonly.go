package check

import "raftarium/raft"

// Leader append-only (Figure 3): a leader never overwrites or deletes entries of
// its log. A Save by a server that leads the term that it saves must leave all
// that was in its log as it was.
//
// What it cannot see: a leader that changes its log in memory only, or in the
// same step in which it starts to lead, before anything shows that it leads.

// appendedOnly judges a Save that starts at or below the log's last index, after
// it changed the log; end was the chain hash there.
func (j *Judge) appendedOnly(id raft.ID, s *server, save *raft.Save, last int, end uint64) {
	term := save.State.Term
	if term == 0 || s.leads != term && s.claims != term {
		return
	}
	if s.asked.len() < last || j.chain(&s.asked, last) != end {
		j.fail(LeaderAppendOnly, id, "%v, which leads term %d, changed its own log from index %d on, where it ended at index %d",
			id, term, save.From, last)
	}
}
