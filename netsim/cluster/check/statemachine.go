package check

import (
	"fmt"
	"sort"

	"raftarium/raft"
)

// State machine safety (Figure 3): no two servers apply different entries at the
// same index. What is applied at an index is held against what was applied there
// first, and from each start on a server applies every index once, from 1,
// without a gap.
//
// What it cannot see: a service that does something else than what it was handed;
// for that the judge compares stores, see exactlyonce.go.

// applier is of what term the committed entries are from an index on, and who applied
// them first.
type applier struct {
	from int
	term raft.Term
	by   raft.ID
}

// String is "term 2, by S3".
func (a applier) String() string { return fmt.Sprintf("term %d, by %v", a.term, named(a.by)) }

// appliedFirst is the first application of an index; there must be one.
func (j *Judge) appliedFirst(at int) applier {
	k := sort.Search(len(j.firsts), func(k int) bool { return j.firsts[k].from > at })
	return j.firsts[k-1]
}

// againstFirst says that a violation is at odds with the first application of an index.
func (j *Judge) againstFirst(at int, v *Violation) {
	if v != nil {
		first := j.appliedFirst(at)
		v.against(j.since.get(at-1), "%v was the first to apply the entry at index %d, of term %d", first.by, at, first.term)
	}
}

// Applied tells that a server hands committed entries to its service.
func (j *Judge) Applied(id raft.ID, entries []raft.Entry) {
	s := j.server(id)
	if s == nil {
		return
	}
	known := j.committed.n
	for k := range entries {
		if e := &entries[k]; !j.appliesKnown(s, e) && !j.appliesOther(id, s, e) {
			return
		}
	}
	if j.committed.n > known {
		if j.committed.n>>chunkBits > known>>chunkBits {
			j.shareCommitted()
		}
		j.highestLeaderHas(j.committed.n)
		j.onMajority(id, j.committed.n)
		j.advanced()
	}
}

// appliesKnown takes it that a server applies, in its turn, what another has applied
// before, as most are, and reports whether that is so.
func (j *Judge) appliesKnown(s *server, e *raft.Entry) bool {
	at := int(e.Index)
	if e.Index != s.applied+1 || at < 2 || at > j.committed.n {
		return false
	}
	data := hashBytes(e.Data)
	if j.committed.get(at-1) != link(j.committed.get(at-2), hashEntry(e, data)) {
		return false
	}
	s.applied = e.Index
	return true
}

// appliesOther judges the application of any entry. It reports whether what follows can
// be judged.
func (j *Judge) appliesOther(id raft.ID, s *server, e *raft.Entry) bool {
	if e.Index != s.applied+1 {
		j.fail(StateMachineSafety, id, "%v applied index %d after index %d: every index is applied once and in order", id, e.Index, s.applied)
	}
	if e.Index == 0 || e.Index > raft.Index(j.committed.n)+1 {
		return false
	}
	s.applied = e.Index
	data := hashBytes(e.Data)
	at := int(e.Index)
	before := uint64(rootChain)
	if at > 1 {
		before = j.committed.get(at - 2)
	}
	chain := link(before, hashEntry(e, data))
	if at <= j.committed.n {
		if j.committed.get(at-1) != chain {
			j.againstFirst(at, j.fail(StateMachineSafety, id, "%v applied an entry of term %d at index %d, which is not what was applied there first: %v",
				id, e.Term, at, j.appliedFirst(at)))
		}
		return true
	}
	j.committed.add(chain)
	j.since.add(j.moment())
	if n := len(j.firsts); n == 0 || j.firsts[n-1].by != id || j.firsts[n-1].term != e.Term {
		j.firsts = append(j.firsts, applier{from: at, term: e.Term, by: id})
	}
	if e.Kind == raft.EntryConfig {
		j.commitsConfig(e)
	}
	j.perform(id, e, data)
	j.states.add(j.model.digest)
	return true
}
