package check

import (
	"slices"
	"sort"

	"raftarium/kv"
	"raftarium/raft"
)

// Snapshots stand for what was applied (section 7). Which bytes stand for an index
// is settled by the first server that makes a snapshot there: others that make one,
// and those that take one over, must have the same, byte for byte, of an index that
// was applied, with its term. A snapshot takes a server forward and never back, and
// the store that comes of it is that of the judge's own model as of that index
// (state machine safety; exactly once).
//
// What it cannot see: what is wrong in a snapshot that all servers would make alike
// and nobody restores.

// madeSnapshot is the state that a server handed over for an index.
type madeSnapshot struct {
	index raft.Index
	hash  uint64
	by    raft.ID
	when  Moment
}

// Compacted tells that a server's service hands over its state as of an index.
func (j *Judge) Compacted(id raft.ID, index raft.Index, state []byte) {
	s := j.server(id)
	if s == nil {
		return
	}
	if index != s.applied {
		j.fail(Contract, id, "%v hands over its state as of index %d, but it has applied index %d", id, index, s.applied)
		return
	}
	at, found := j.madeAt(index)
	h := hashBytes(state)
	switch {
	case !found:
		j.made = slices.Insert(j.made, at, madeSnapshot{index, h, id, j.moment()})
	case j.made[at].hash != h:
		first := &j.made[at]
		j.fail(StateMachineSafety, id, "the state of %v as of index %d is not that of the first server that made a snapshot there", id, index).
			against(first.when, "%v was the first to make a snapshot of index %d", first.by, index)
	}
}

// madeAt is where the snapshot of an index stands, or would stand.
func (j *Judge) madeAt(index raft.Index) (at int, found bool) {
	at = len(j.made)
	if at == 0 || j.made[at-1].index < index {
		return at, false
	}
	at = sort.Search(at, func(k int) bool { return j.made[k].index >= index })
	return at, j.made[at].index == index
}

// Installed tells that a server hands a snapshot to its service.
func (j *Judge) Installed(id raft.ID, snapshot *raft.Snapshot) {
	s := j.server(id)
	if s == nil || snapshot == nil {
		return
	}
	i := snapshot.Index
	if i < s.applied {
		j.fail(StateMachineSafety, id, "%v went back from index %d, which it had applied, to a snapshot of index %d", id, s.applied, i)
	}
	s.applied = i
	if i > raft.Index(j.committed.n) {
		j.fail(StateMachineSafety, id, "%v takes over a snapshot of index %d, but no server has applied more than index %d", id, i, j.committed.n)
		return
	}
	if t := j.termAt(int(i), j.chainOf(int(i))); t != 0 && t != snapshot.Term {
		j.fail(StateMachineSafety, id, "%v takes over a snapshot of index %d in term %d, but what was applied there is of term %d", id, i, snapshot.Term, t)
	}
	if !j.names(snapshot) {
		j.fail(StateMachineSafety, id, "%v takes over a snapshot of index %d that names the configuration %v, which is not the one that was committed there", id, i, &snapshot.Config)
	}
	at, found := j.madeAt(i)
	switch {
	case !found:
		j.fail(StateMachineSafety, id, "%v takes over a snapshot of index %d, which no server made", id, i)
	case j.made[at].hash != hashBytes(snapshot.Data):
		j.fail(StateMachineSafety, id, "%v takes over a snapshot of index %d whose %d bytes are not the state that was made there", id, i, len(snapshot.Data))
	}
}

// Restored tells what the service holds after it took over a snapshot. It costs as
// much as the store is large.
func (j *Judge) Restored(id raft.ID, st *kv.ServerStatus) {
	s := j.server(id)
	if s == nil || st == nil {
		return
	}
	clear(s.performed)
	for k := range j.clients {
		done := j.reachedBy(&j.clients[k], int(s.applied))
		if done.max == 0 {
			continue
		}
		for len(s.performed) <= k {
			s.performed = append(s.performed, doneSet{})
		}
		s.performed[k] = done
	}
	if s.applied < 1 || s.applied > raft.Index(j.states.n) || j.model.blind || j.model.skewed {
		return
	}
	var sum uint64
	for k := range st.Keys {
		var v value
		v.write(st.Keys[k].Value)
		sum += partOf(hashName(st.Keys[k].Key), v.digest())
	}
	if sum != j.states.get(int(s.applied)-1) {
		j.fail(ExactlyOnce, id, "%v restored a snapshot of index %d with other values than performing each operation of the log up to there once gives",
			id, s.applied)
	}
}

// reach takes down that a command of operation number was applied first at index at.
func (j *Judge) reach(c *client, number uint32, at raft.Index) {
	if !c.arrived.has(number) {
		c.arrived.add(number, j.cfg.Window > 1)
		c.reached.add(reached{int(at), number})
	}
}

// reachedBy is what was performed of a client up to index at.
func (j *Judge) reachedBy(c *client, at int) (done doneSet) {
	n := sort.Search(c.reached.n, func(k int) bool { return c.reached.ref(k).at > at })
	if j.cfg.Window <= 1 {
		if n > 0 {
			done.max = c.reached.ref(n - 1).number
		}
		return done
	}
	for k := range n {
		done.add(c.reached.ref(k).number, true)
	}
	return done
}

// partOf is what a key adds to the digest of a store. A key without a value adds
// nothing: it is as if it was not there.
func partOf(name uint64, d digest) uint64 {
	if d.n == 0 {
		return 0
	}
	return seal(fold(fold(name, d.hash), d.n))
}

func hashName(name string) uint64 {
	v := valueOf(name)
	return v.digest().hash
}
