package check

import (
	"cmp"
	"slices"

	"raftarium/raft"
)

// Election safety (Figure 3): at most one leader in a term. A server leads a term
// if it sends AppendEntries in it; its status is believed as well. Two things are
// judged besides, from which it follows: a server votes once in a term, over all
// its incarnations, a candidate's RequestVote being its vote for itself; and who
// sends AppendEntries was sent the votes of a majority, its own included, by the
// configuration in its log.
//
// What it cannot see: a leader that neither sends nor says anything, and a vote that
// was sent and is counted although it never came, or before it does.

// reign is a term with its leader.
type reign struct {
	term   raft.Term
	leader raft.ID
	sent   bool   // it is known by what it sent, not only by what it says
	since  Moment // when it showed
	// before is how many entries were committed when the term began to be led.
	before int
}

type vote struct {
	term raft.Term
	to   raft.ID
	cast Moment
}

// leads takes down that id sent AppendEntries in a term other than its last one.
func (j *Judge) leads(id raft.ID, s *server, term raft.Term) {
	if s.leads < term {
		s.leads, s.told = term, 0
	} // else what waited for the disk left late
	j.newLeader()
	if term == 0 {
		j.fail(ElectionSafety, id, "%v sent AppendEntries in term 0, in which there is no leader", id)
		return
	}
	r := j.reign(id, term, "sent AppendEntries")
	if !r.sent || r.leader != id {
		if r.sent = true; r.leader == id {
			j.wasElected(id, term)
		}
		j.holdsCommitted(id, s, r)
	}
}

// wasElected judges a leader at its first AppendEntries by the votes that were sent
// to it, its own being one.
func (j *Judge) wasElected(id raft.ID, term raft.Term) {
	set := bit(id)
	for k := range j.servers {
		if at, found := find(j.servers[k].votes, term); found && j.servers[k].votes[at].to == id {
			set |= 1 << k
		}
	}
	if c := j.elects(&j.servers[id-1], term); !c.decides(set) {
		j.fail(ElectionSafety, id, "%v sent AppendEntries in term %d, as only its leader may, with the votes of %s, fewer than a majority", id, term, c.count(set))
	}
}

func find(votes []vote, term raft.Term) (int, bool) {
	return slices.BinarySearchFunc(votes, term, func(v vote, t raft.Term) int { return cmp.Compare(v.term, t) })
}

// claimsToLead takes down that id's status says that it leads a term.
func (j *Judge) claimsToLead(id raft.ID, s *server, term raft.Term) {
	s.claims = term
	clear(s.matched)
	j.reign(id, term, "says that it is leader")
}

// reign finds the term, or opens it with id as leader. did says how id showed
// that it leads.
func (j *Judge) reign(id raft.ID, term raft.Term, did string) *reign {
	at := len(j.reigns)
	if at > 0 && j.reigns[at-1].term >= term {
		var found bool
		at, found = slices.BinarySearchFunc(j.reigns, term, func(r reign, t raft.Term) int { return cmp.Compare(r.term, t) })
		if found {
			r := &j.reigns[at]
			if r.leader != id {
				j.fail(ElectionSafety, id, "%v %s in term %d, which %v leads already", id, did, term, r.leader).
					against(r.since, "%v began to lead term %d", r.leader, term)
			}
			return r
		}
	}
	before := j.committed.n
	if at < len(j.reigns) {
		before = j.reigns[at].before
	}
	j.reigns = slices.Insert(j.reigns, at, reign{term: term, leader: id, since: j.moment(), before: before})
	return &j.reigns[at]
}

// voted takes down a vote of id.
func (j *Judge) voted(id raft.ID, s *server, term raft.Term, to raft.ID) {
	at := len(s.votes)
	if at > 0 && s.votes[at-1].term >= term {
		if last := s.votes[at-1]; last.term == term && last.to == to {
			return
		}
		var found bool
		if at, found = find(s.votes, term); found {
			if first := &s.votes[at]; first.to != to {
				j.fail(ElectionSafety, id, "%v voted for %v in term %d, in which it had voted for %v", id, to, term, first.to).
					against(first.cast, "%v voted for %v in term %d", id, first.to, term)
			}
			return
		}
	}
	s.votes = slices.Insert(s.votes, at, vote{term, to, j.moment()})
}
