package check

import (
	"sort"

	"raftarium/raft"
)

// Acknowledged means durable (Figure 2: "updated on stable storage before
// responding"). When a successful AppendEntriesReply leaves, the disk must hold
// the log up to its Index, equal to that of the leader that it goes to; when a
// vote leaves, the disk must hold it; when an index is applied for the first
// time, the same log up to there must be on the disks of a majority, and stay
// there; a disk that held a committed entry in the term that committed it, or a
// later one, must not lose it or get another in its place; and a client is told
// that a write is done only after some server has applied it.
//
// A server that holds a committed entry from a term before it was committed may
// well lose it for a while, to a late message of a leader that was elected
// without it; it is not among those who acknowledged it.
//
// A server whose disk is in a later term than the message has moved on: what it
// acknowledged before may have been overwritten since, and is not judged.
//
// What a snapshot stands for is as durable as the snapshot.
//
// What it cannot see: whether a disk keeps what it reports as durable, other than
// at the next start; a message's After that is too high does no harm and is not
// reported.

// acknowledged judges a successful AppendEntriesReply of id.
func (j *Judge) acknowledged(id raft.ID, s *server, to raft.ID, m *raft.AppendEntriesReply) {
	if s.state.Term > m.Term || m.Index == 0 {
		return
	}
	if s.state.Term < m.Term {
		j.fail(AckDurable, id, "%v acknowledged entries in term %d, but its disk knows only term %d", id, m.Term, s.state.Term)
	}
	if m.Index > raft.Index(s.durable.len()) {
		j.fail(AckDurable, id, "%v acknowledged index %d in term %d, but its durable log ends at index %d", id, m.Index, m.Term, s.durable.len())
		return
	}
	if to < 1 || int(to) > len(j.servers) {
		return
	}
	l := &j.servers[to-1]
	if l.leads != m.Term || l.term > m.Term {
		return // it does not lead any more, and its log may have changed since
	}
	at := int(m.Index)
	if !j.leadersLog(l, at, &s.durable) {
		j.fail(AckDurable, id, "%v acknowledged index %d to %v in term %d, but its log up to there is not that of the leader", id, at, to, m.Term)
	}
}

// leadersLog reports whether a log is that of a leader up to index at. A leader may send
// entries before it has asked to save them itself (dissertation 10.2.1): as far as it
// told of them, those are for log matching to judge.
func (j *Judge) leadersLog(l *server, at int, log *mirror) bool {
	if n := l.asked.len(); n < at && at <= l.told {
		at = n
	}
	return at <= min(l.asked.len(), log.len()) && j.chain(&l.asked, at) == j.chain(log, at)
}

// voteIsDurable judges a granted vote of id.
func (j *Judge) voteIsDurable(id raft.ID, s *server, to raft.ID, m *raft.RequestVoteReply) {
	if s.state.Term > m.Term || s.state.Term == m.Term && s.state.Vote == to {
		return
	}
	j.fail(AckDurable, id, "%v granted %v its vote in term %d, but its disk knows term %d and a vote for %v",
		id, to, m.Term, s.state.Term, s.state.Vote)
}

// onMajority judges the first application, by id, of the entries up to index at.
func (j *Judge) onMajority(id raft.ID, at int) {
	set := j.durableOn(at)
	if c, ok := j.committable(id, at, set); !ok {
		j.fail(AckDurable, id, "%v applied index %d (term %d), which is durable on %s, fewer than a majority",
			id, at, j.appliedFirst(at).term, c.count(set))
	}
}

// durableOn is the servers, as a set, whose disks hold the first at committed
// entries.
func (j *Judge) durableOn(at int) (set uint32) {
	for k := range j.servers {
		if j.holds(&j.servers[k].durable, at) {
			set |= 1 << k
		}
	}
	return set
}

// heldCommitted is how many of the committed entries the disk holds.
func (j *Judge) heldCommitted(s *server) int {
	n := min(s.durable.len(), j.committed.n)
	if j.holds(&s.durable, n) {
		return n
	}
	return sort.Search(n, func(k int) bool { return !j.holds(&s.durable, k+1) })
}

// stillHeld judges a change of the disk that, in a term, held the first held
// committed entries before.
func (j *Judge) stillHeld(id raft.ID, s *server, term raft.Term, held int) {
	if j.holds(&s.durable, held) {
		return
	}
	what, miss := "overwrote", j.firstMissing(&s.durable, held)
	if miss > s.durable.len() {
		what = "dropped"
	}
	set := j.durableOn(held)
	switch c, kept := j.keeps(set); {
	case term >= j.committedBy(miss):
		j.againstFirst(miss, j.fail(AckDurable, id, "%v %s the committed entry at index %d (applied first: %v) on its disk",
			id, what, miss, j.appliedFirst(miss)))
	case !kept:
		j.againstFirst(miss, j.fail(AckDurable, id, "%v %s the committed entries from index %d on, on its disk, and index %d is left on %s, fewer than a majority",
			id, what, miss, held, c.count(set)))
	}
}

// committedBy is the highest term that can have committed the entry at index at:
// the last one that was led when it was applied first.
func (j *Judge) committedBy(at int) raft.Term {
	k := sort.Search(len(j.reigns), func(k int) bool { return j.reigns[k].before >= at })
	if k == 0 {
		return 0
	}
	return j.reigns[k-1].term
}
