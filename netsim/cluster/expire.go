package cluster

import (
	"fmt"

	"raftarium/kv"
	"raftarium/raft"
)

// expireHandle is added to the numbers of what the operator asks where that is the end
// of a session: none of a change of membership.
const expireHandle raft.Handle = 1<<62 | 1<<61

// sessionToEnd is the newest session of a client that the leader knows of, or why none
// can be ended now.
func (w *World) sessionToEnd(id kv.ClientID) (raft.Index, error) {
	if w.cfg.Sessions == 0 {
		return 0, fmt.Errorf("clients do not register in this run, and are known for ever: start it with `sessions registered`")
	}
	leader := w.leader()
	if leader == nil {
		return 0, fmt.Errorf("there is no leader at %v that could propose it: wait for an election", w.Now())
	}
	if w.sim.Paused(leader.node) {
		return 0, fmt.Errorf("%s, which leads, is paused: resume it first", leader.id)
	}
	var st kv.ServerStatus
	if broken := try("Inspect", func() { leader.kv.Inspect(&st) }); broken != "" {
		return 0, fmt.Errorf("%s does not say which sessions it has: %s", leader.id, broken)
	}
	newest := raft.Index(0)
	for i := range st.Sessions {
		if s := &st.Sessions[i]; s.Client == id {
			newest = max(newest, s.ID)
		}
	}
	if newest == 0 {
		return 0, fmt.Errorf("%s has no session at %s, which leads: a client registers with its first operation", id, leader.id)
	}
	return newest, nil
}

// expire has the leader propose the end of a client's session (dissertation 6.3). It is
// an entry of the log that ends it, on every server at the same index, and no clock.
func (w *World) expire(id kv.ClientID) string {
	session, err := w.sessionToEnd(id)
	if err != nil {
		return err.Error() // it was asked before
	}
	leader := w.leader()
	cmd := kv.Command{Client: id, Op: kv.Op{Kind: kv.Expire}, Session: session}
	w.asked++
	w.runRaft(leader, &raft.Propose{Proposals: []raft.Proposal{{Handle: expireHandle + w.asked, Data: cmd.AppendTo(nil)}}})
	return fmt.Sprintf("You have %s propose that session %d, of C%d, ends", name(leader.id), session, id)
}

// expiring takes an answer to the proposal that a session ends. What comes of one that
// is accepted is told where it is applied.
func (w *World) expiring(s *server, a *raft.Answer) {
	switch a.Outcome {
	case raft.Accepted:
	case raft.Lost:
		w.notes.add(w, NoteOther, s.id, 0, "The end of a session lost its place in the log of %s: ask again", name(s.id))
	default:
		w.notes.add(w, NoteOther, s.id, 0, "%s does not take the end of a session: %s", name(s.id), a.Outcome)
	}
}
