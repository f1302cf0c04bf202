package check

import "raftarium/raft"

// Match index is true: what a leader believes a follower to hold, the follower's
// disk holds. It is diagnosis, from the leader's own Status, and names the cause
// where other checkers see the consequence.
//
// A follower whose disk is in a later term has moved on, and its log may have;
// the leader cannot know, and it is not judged. A Match is judged when it
// changes.
//
// A Next at or below Match is not held against a leader: it sends again what is
// there, which costs and breaks nothing. Figure 2 taken at its word does that after
// a late refusal.
//
// What it cannot see: a machine whose Inspect does not tell.

func (j *Judge) peersAre(id raft.ID, s *server, st *raft.Status) {
	for k := range st.Peers {
		p := &st.Peers[k]
		if i := int(p.ID) - 1; i >= 0 && i < len(s.matched) && s.matched[i] == p.Match {
			continue
		}
		j.peerIs(id, s, st.Term, p)
	}
}

// peerIs judges what a leader newly believes of another server.
func (j *Judge) peerIs(id raft.ID, s *server, term raft.Term, p *raft.PeerStatus) {
	if p.ID < 1 || int(p.ID) > len(j.servers) || p.ID == id {
		return
	}
	for int(p.ID) > len(s.matched) {
		s.matched = append(s.matched, 0)
	}
	if p.Match == s.matched[p.ID-1] {
		return
	}
	s.matched[p.ID-1] = p.Match
	f := &j.servers[p.ID-1]
	if p.Match == 0 || f.state.Term > term {
		return
	}
	at := int(p.Match)
	if p.Match > raft.Index(f.durable.len()) || !j.leadersLog(s, at, &f.durable) {
		j.believesWrongly(id, term, p, f)
	}
}

//go:noinline
func (j *Judge) believesWrongly(id raft.ID, term raft.Term, p *raft.PeerStatus, f *server) {
	if p.Match > raft.Index(f.durable.len()) {
		j.fail(LeaderTruth, id, "%v, leader of term %d, believes that %v has entries up to index %d, but its durable log ends at index %d",
			id, term, p.ID, p.Match, f.durable.len())
		return
	}
	j.fail(LeaderTruth, id, "%v, leader of term %d, believes that the log of %v equals its own up to index %d, but it differs",
		id, term, p.ID, p.Match)
}
