package check

import (
	"slices"

	"raftarium/kv"
	"raftarium/raft"
)

// Sessions (dissertation 6.3), where they are registered. Which there are follows from
// the log alone, and so the judge keeps a table of its own (the rule stands at
// kv.ServerStart.Sessions): a command of a session that has ended changes nothing, on
// no server, and all others do.
//
// What it cannot see: a session that a server has and no command uses.

// sessions is the judge's table.
type sessions struct {
	list []sessionUse // by increasing id
	// expired are the indices of commands whose session had ended, in increasing order.
	expired []raft.Index
}

// sessionUse is a session and the last index of the log that used it.
type sessionUse struct{ id, used raft.Index }

func (t *sessions) clone() sessions {
	// expired is only appended to.
	return sessions{list: slices.Clone(t.list), expired: slices.Clip(t.expired)}
}

func (t *sessions) has(id raft.Index) bool {
	return slices.ContainsFunc(t.list, func(s sessionUse) bool { return s.id == id })
}

// open begins the session that an index registers. With too many, the one that was
// used least recently ends.
func (t *sessions) open(limit int, index raft.Index) {
	if limit == 0 {
		return
	}
	if len(t.list) >= limit {
		oldest := slices.MinFunc(t.list, func(a, b sessionUse) int { return int(a.used) - int(b.used) })
		t.list = slices.DeleteFunc(t.list, func(s sessionUse) bool { return s.id == oldest.id })
	}
	t.list = append(t.list, sessionUse{index, index})
}

// end ends a session because an entry of the log says so.
func (t *sessions) end(id raft.Index) {
	t.list = slices.DeleteFunc(t.list, func(s sessionUse) bool { return s.id == id })
}

// use notes that the command at an index uses a session, and says whether there is
// such a session.
func (t *sessions) use(id, index raft.Index) bool {
	for i := range t.list {
		if t.list[i].id == id {
			t.list[i].used = index
			return true
		}
	}
	t.expired = append(t.expired, index)
	return false
}

// inSession judges what a server says of a command's session, and reports whether the
// command was to be performed.
func (j *Judge) inSession(id raft.ID, p *kv.Performed) bool {
	if p.Kind == kv.Register || p.Kind == kv.Expire {
		return true
	}
	_, expired := slices.BinarySearch(j.sessions.expired, p.Index)
	switch {
	case expired && !p.Expired:
		j.fail(ExactlyOnce, id, "%v performed, at index %d, a command of %v with sequence number %d, whose session had ended by then", id, p.Index, p.Client, p.Seq)
	case !expired && p.Expired:
		j.fail(ExactlyOnce, id, "%v passed over the command of %v with sequence number %d at index %d as one of a session that had ended, but it had not", id, p.Client, p.Seq, p.Index)
	}
	return !expired && !p.Expired
}
