package check

import (
	"slices"

	"raftarium/raft"
)

// What is asked of a leader from outside comes about when it says so, and who says that
// its leader let it stand for election was asked to (dissertation, 3.10 and 4.2.3):
// others grant such a candidate what they would grant nobody else while they hear from
// a leader, and its leader has given up its lease for it.
//
// What it cannot see: a leader that never does what it is asked for, and says so.

// invites takes down that the leader of a term asks a server to take over.
func (j *Judge) invites(to raft.ID, term raft.Term) {
	if s := j.server(to); s != nil && (len(s.invited) == 0 || s.invited[len(s.invited)-1] != term) {
		s.invited = append(s.invited, term)
	}
}

// standsWithLeave judges a candidate that says that it was asked to take over: that
// was by the leader of the term before.
func (j *Judge) standsWithLeave(id raft.ID, s *server, m *raft.RequestVote) {
	if m.Transfer && !slices.Contains(s.invited, m.Term-1) {
		j.fail(Contract, id, "%v asks for votes in term %d as if its leader had asked it to take over, but no leader of term %d did",
			id, m.Term, m.Term-1)
	}
}

// HandedOver judges a leader's answer that it has handed over to a server, as it was
// asked to in a term: by then that has asked for votes in a later term. None was asked
// where the choice was the leader's.
func (j *Judge) HandedOver(id, asked, to raft.ID, term raft.Term) {
	if asked != raft.None && to != asked {
		j.fail(Contract, id, "%v says that it has handed over to %v, though it was to hand over to %v", id, to, asked)
		return
	}
	s := j.server(to)
	if s == nil || id == to {
		return
	}
	for _, v := range s.votes {
		if v.term > term && v.to == to {
			return
		}
	}
	j.fail(Contract, id, "%v says that it has handed over to %v, which has asked nobody for votes since term %d", id, to, term)
}

// ChangeDone judges a leader's answer that a change of membership is done: by then the
// configuration that was asked for is committed in its log. There may be a later one.
func (j *Judge) ChangeDone(id raft.ID, voters, learners []raft.ID) {
	s := j.server(id)
	if s == nil || !s.up {
		return
	}
	last := 0
	for n := range s.configs {
		c := &s.configs[n]
		if n > 0 && raft.Index(c.index) > s.commit {
			break
		}
		if last = c.index; c.is(&raft.Config{Voters: voters, Learners: learners}) {
			return
		}
	}
	j.fail(Contract, id, "%v says that a change of membership is done, but the last configuration committed in its log, of entry %d, is another", id, last)
}
