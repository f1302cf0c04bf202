package exam

import (
	"fmt"
	"strings"

	"raftarium/raft"
	"raftarium/tests/exercises/lab"
)

// latest is the last entry that one of these servers has committed.
func latest(r *lab.Run, of []raft.ID) (e raft.Entry) {
	for _, id := range of {
		st := &r.Server(id).Raft
		for _, in := range st.Log {
			if in.Index <= st.Commit && in.Index > e.Index {
				e = in
			}
		}
	}
	return e
}

// electedBefore reports whether the log with which a leader was elected, without what it
// has appended since, ends in an older term than that of an entry.
func electedBefore(st *raft.Status, e raft.Entry) bool {
	n := len(st.Log)
	for n > 0 && st.Log[n-1].Term == st.Term {
		n--
	}
	return n == 0 || st.Log[n-1].Term < e.Term
}

// oldTail strands entries with an old leader, more than the others have of their own.
func oldTail(r *lab.Run) error {
	const last = 6 // the client of the majority
	if err := r.Ask(last, soon, "append", "x a."); err != nil {
		return err
	}
	old, err := r.Elected(soon)
	if err != nil {
		return err
	}
	others, term := r.Others(old), r.Server(old).Raft.Term
	if err := r.Do("partition %v c1 c2 c3 c4 c5 | %s c6", old, lab.Names(others...)); err != nil {
		return err
	}
	for c := range last - 1 {
		if err := r.Do("append c%d y b.", c+1); err != nil {
			return err
		}
	}
	if err := r.Ask(last, soon, "append", "x c."); err != nil {
		return fmt.Errorf("in the majority, %w", err)
	}
	committed := latest(r, others)
	// Its clients are kept away from here on, so that only the logs matter.
	if err := r.Do("partition %v %s c6 | c1 c2 c3 c4 c5", old, lab.Names(others...)); err != nil {
		return err
	}
	for k := range 8 {
		// The old one stands, and then somebody whose log ends before its.
		id := old
		if k%2 == 1 {
			id = others[k/2%2]
		}
		if r.Server(id).Raft.Role != raft.Leader {
			if err := r.Timeout(id); err != nil {
				return err
			}
		}
		if err := r.Wait(lab.Millis(15)); err != nil {
			return err
		}
		if s := r.Server(old); s.Raft.Role == raft.Leader && s.Raft.Term > term && electedBefore(&s.Raft, committed) {
			return r.Wrong("%v leads term %d with %d entries, but the last of them is of an older term than what is committed: the log that ends in the later term is the newer one, and only of equal terms the longer", old, s.Raft.Term, s.Raft.Last())
		}
	}
	if _, err := r.Elected(soon); err != nil {
		return err
	}
	if err := r.Everywhere(soon, "x", "a.c."); err != nil {
		return err
	}
	if err := r.Do("heal"); err != nil {
		return err
	}
	if err := r.Answered(soon); err != nil {
		return err
	}
	if err := r.Alike(soon); err != nil {
		return err
	}
	return newerWins(r)
}

// newerWins leaves who has the longer log of an older term and who has the shorter one of
// a newer term: both are a majority, and one of them must win.
func newerWins(r *lab.Run) error {
	const last = 6 // the client of the majority
	old, err := r.Elected(soon)
	if err != nil {
		return err
	}
	if err := r.Do("partition %s c%d", lab.Names(r.Others(old)...), last); err != nil {
		return err
	}
	for c := range last - 1 {
		if err := r.Do("append c%d y d.", c+1); err != nil {
			return err
		}
	}
	if err := r.Ask(last, soon, "append", "x e."); err != nil {
		return fmt.Errorf("in the majority, %w", err)
	}
	next, err := r.Another(soon, old)
	if err != nil {
		return err
	}
	newer := r.Others(old, next)[0]
	if err := r.Everywhere(soon, "x", "a.c.e.", newer); err != nil {
		return err
	}
	if err := r.DoAll("latency 10ms", fmt.Sprintf("partition %v %v | c1 c2 c3 c4 c5 c6", old, newer)); err != nil {
		return err
	}
	long, short := end(r, old), end(r, newer)
	term := r.Server(newer).Raft.Term
	winner := raft.None
	why := fmt.Sprintf("the log of %v ends at %s, that of %v at %s: the log that ends in the later term is the newer one, and only of equal terms the longer", newer, short, old, long)
	if err := r.Until(2*soon, fmt.Sprintf("%v should lead, which with %v is a majority, now that %v is cut off", newer, old, next), func() bool {
		for _, id := range []raft.ID{old, newer} {
			if s := &r.Server(id).Raft; s.Role == raft.Leader && s.Term > term {
				winner = id
			}
		}
		return winner != raft.None
	}); err != nil {
		return lab.Hint(err, "%s", strings.ToUpper(why[:1])+why[1:])
	}
	if winner == old {
		return r.Wrong("%v leads term %d, elected by %v, but %s", old, r.Server(old).Raft.Term, newer, why)
	}
	if err := r.DoAll("latency 1ms..10ms", "heal"); err != nil {
		return err
	}
	if err := r.Answered(soon); err != nil {
		return err
	}
	return r.Alike(soon)
}

// end says where a server's log ends.
func end(r *lab.Run, id raft.ID) string {
	st := &r.Server(id).Raft
	if e := st.Entry(st.Last()); e != nil {
		return fmt.Sprintf("index %d in term %d", e.Index, e.Term)
	}
	return "index 0"
}
