package check

import (
	"sort"

	"raftarium/raft"
)

// Leader completeness (Figure 3): what was committed in a term is in the logs of
// the leaders of all higher terms. It is judged twice: a leader that sends its
// first AppendEntries must hold what was committed before its term was led, and
// when an index is applied for the first time, the leader of the highest term
// must hold it, since it either committed the entry or was elected after that.
//
// A late leader of an old term may lack what later terms committed; it is held
// only against what had been applied when the first higher term began to be led.
//
// What it cannot see: entries that were committed and never applied by anybody,
// and leaders that never send anything.

// holdsCommitted judges a leader at its first AppendEntries.
func (j *Judge) holdsCommitted(id raft.ID, s *server, r *reign) {
	if at := min(r.before, j.committed.n); !j.holds(&s.asked, at) {
		miss := j.firstMissing(&s.asked, at)
		j.againstFirst(miss, j.fail(LeaderCompleteness, id, "%v leads term %d without the committed entry at index %d (applied first: %v)",
			id, r.term, miss, j.appliedFirst(miss)))
	}
}

// highestLeaderHas judges the leader of the highest term, if it is still up,
// when entries up to index at were applied for the first time.
func (j *Judge) highestLeaderHas(at int) {
	for k := len(j.reigns) - 1; k >= 0; k-- {
		r := &j.reigns[k]
		if !r.sent {
			continue
		}
		s := &j.servers[r.leader-1]
		if n := s.asked.len(); n < at && at <= s.told {
			at = n // it has the others, and did not ask to save them yet
		}
		if s.up && s.leads == r.term && !j.holds(&s.asked, at) {
			if j.termAt(at, j.chainOf(at)) > r.term {
				return // a leader without followers, which tells nobody, committed it
			}
			miss := j.firstMissing(&s.asked, at)
			j.fail(LeaderCompleteness, r.leader, "the entry at index %d was committed (applied first: %v), but %v, which leads term %d, does not have it",
				miss, j.appliedFirst(miss), r.leader, r.term).against(r.since, "%v began to lead term %d", r.leader, r.term)
		}
		return
	}
}

// holds says whether a log holds the first at committed entries.
func (j *Judge) holds(log *mirror, at int) bool {
	return at <= log.base && at <= j.committed.n || log.len() >= at && j.chain(log, at) == j.chainOf(at)
}

// firstMissing is the first index up to at at which a log does not hold the
// committed entry; there must be one.
func (j *Judge) firstMissing(log *mirror, at int) int {
	return 1 + sort.Search(at-1, func(k int) bool { return !j.holds(log, k+1) })
}
