package check

import "raftarium/raft"

// Commit never regresses (Figure 2: commitIndex "increases monotonically"). The
// commit index that a server states does not go back from a start on.
//
// What it cannot see: a commit index that is only kept inside; what comes of it
// is judged by state machine safety.

func (j *Judge) commitIs(id raft.ID, s *server, commit raft.Index) {
	if commit < s.commit {
		j.wentBack(id, s.commit, commit)
	}
	s.commit = commit
}

//go:noinline
func (j *Judge) wentBack(id raft.ID, from, to raft.Index) {
	j.fail(CommitMonotonic, id, "the commit index of %v went back from %d to %d", id, from, to)
}
