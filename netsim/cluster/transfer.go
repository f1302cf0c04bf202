package cluster

import (
	"fmt"

	"raftarium/raft"
)

// transferHandle is under which a leader answers to a transfer of its leadership:
// none that a service has, which counts its proposals from 1. One is enough, because a
// leader takes no second transfer.
const transferHandle raft.Handle = 1 << 63

// refuseTransfer finds a reason for which leadership cannot go to a server now. One
// that is cut off may be named: the leader will give up.
func (w *World) refuseTransfer(to raft.ID) error {
	leader, heir := w.leader(), &w.servers[to-1]
	switch {
	case leader == nil:
		return fmt.Errorf("there is no leader at %v that could hand over: wait for an election", w.Now())
	case leader == heir:
		return fmt.Errorf("%s leads already: name another server", to)
	case standing(w.config(), to) != Voter:
		return fmt.Errorf("%s has no vote, so it cannot lead: name a voter", to)
	case !heir.up:
		return fmt.Errorf("%s is down: restart it first", to)
	case w.sim.Paused(heir.node):
		return fmt.Errorf("%s is paused: resume it first", to)
	case w.sim.Paused(leader.node):
		return fmt.Errorf("%s, which leads, is paused: resume it first", leader.id)
	case leader.status.Transferee != raft.None:
		return fmt.Errorf("%s is handing over to %s: wait until that has come about or is given up", leader.id, leader.status.Transferee)
	}
	return nil
}

// operated takes an answer to what was asked for from outside.
func (w *World) operated(s *server, a *raft.Answer) {
	switch {
	case a.Handle == transferHandle:
		w.transferred(s, a)
		return
	case a.Handle >= expireHandle:
		w.expiring(s, a)
		return
	}
	w.changed(s, a)
}

// transferred tells what became of a transfer that was asked for.
func (w *World) transferred(s *server, a *raft.Answer) {
	// Its status is that of before this event.
	heir := s.status.Transferee
	switch a.Outcome {
	case raft.Done:
		w.judge.HandedOver(s.id, s.handsTo, a.Leader, s.handsOver)
		w.notes.add(w, NoteOther, s.id, s.status.Term, "%s has handed over: %s stands for election with its leave", name(s.id), name(a.Leader))
	case raft.Aborted:
		w.notes.add(w, NoteOther, s.id, s.status.Term, "%s gives the transfer to %s up and leads on", name(s.id), name(heir))
	case raft.Lost:
		w.notes.add(w, NoteOther, s.id, s.status.Term, "The transfer to %s comes to nothing: %s leads no longer", name(heir), name(s.id))
	default: // asked in vain: it is no leader, is busy, or the other cannot lead
		w.notes.add(w, NoteOther, s.id, s.status.Term, "%s hands over to nobody: %s", name(s.id), a.Outcome)
	}
}
