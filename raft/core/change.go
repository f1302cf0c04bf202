package core

import (
	"slices"

	"raftarium/raft"
)

// A leader changes the membership by an entry of the log: one, if the voters differ
// by one at most, so that any majorities of old and new overlap (dissertation, 4.1),
// else two, with joint consensus in between (§6).

// change is one under way. It is over when its leader is.
type change struct {
	open   bool
	handle raft.Handle
}

// catchUpLag is how many entries a learner may lack and count as caught up.
const catchUpLag = 64

func (n *Node) changeMembership(ev *raft.ChangeMembership, out *raft.Effects) {
	answer := raft.Answer{Handle: ev.Handle, Leader: n.leader}
	latest := &n.configs[len(n.configs)-1]
	next := raft.Config{Voters: ev.Voters, Learners: ev.Learners}
	if differ(latest.config.Voters, next.Voters) > 1 && n.on(jointConsensus) || ev.Joint {
		next.Outgoing = latest.config.Voters
	}
	switch {
	case n.role != raft.Leader:
		answer.Outcome = raft.NotLeader
	case next.Check() != nil:
		answer.Outcome = raft.Invalid
	case n.handover.to != raft.None || n.changing() && n.on(oneChangeAtATime):
		answer.Outcome = raft.Busy
	case n.log.term(n.commit) != n.term && n.on(changeInOwnTerm):
		answer.Outcome = raft.Busy
	case slices.Equal(next.Voters, latest.config.Voters) && slices.Equal(next.Learners, latest.config.Learners):
		answer.Outcome = raft.Done
	case !n.mayVote(next.Voters, &answer):
	default:
		n.endChange(n.id, out) // only without the rule of one at a time
		n.change = change{open: true, handle: ev.Handle}
		answer.Outcome, answer.Leader = raft.Accepted, raft.None
		answer.Index, answer.Term = n.log.last()+1, n.term
		out.Answers = append(out.Answers, answer)
		n.appendConfig(&next, out)
		return
	}
	out.Answers = append(out.Answers, answer)
}

// changing reports whether a configuration stands in the log that is not committed,
// or a joint one, which must not last.
func (n *Node) changing() bool {
	latest := &n.configs[len(n.configs)-1]
	return latest.index > n.commit || len(latest.config.Outgoing) > 0
}

// differ is how many servers are in one of two lists only.
func differ(a, b []raft.ID) int {
	count := 0
	for _, id := range a {
		if !slices.Contains(b, id) {
			count++
		}
	}
	for _, id := range b {
		if !slices.Contains(a, id) {
			count++
		}
	}
	return count
}

// mayVote reports whether all new voters were learners before and caught up, or else
// says in the answer what is wrong: "Raft introduces an additional phase before the
// configuration change, in which a new server joins the cluster as a non-voting
// member" (dissertation, 4.2.1).
func (n *Node) mayVote(voters []raft.ID, answer *raft.Answer) bool {
	outcome := raft.Done
	for _, id := range voters {
		at, member := n.place(id)
		switch {
		case member && (at == n.self || n.hasSay(at)):
		case !member:
			outcome = raft.Invalid
		case outcome == raft.Done && n.peers[at].match+catchUpLag < n.log.last():
			outcome = raft.Busy
		}
	}
	if outcome == raft.Done || !n.on(learnersCatchUp) {
		return true
	}
	answer.Outcome = outcome
	return false
}

// appendConfig puts a configuration into the log, and in force.
func (n *Node) appendConfig(c *raft.Config, out *raft.Effects) {
	n.add(raft.EntryConfig, c.AppendTo(nil))
	n.noteConfigs(n.log.between(n.log.last(), n.log.last()))
	n.refresh()
	n.disk.dirty = true
	n.appended(out)
}

// concludeChange goes on once the latest configuration is committed: from a joint one
// to the new one alone, and from that to the end.
func (n *Node) concludeChange(out *raft.Effects) {
	if n.role != raft.Leader || n.outgoing == 0 && !n.change.open && n.hasSay(n.self) {
		return
	}
	latest := &n.configs[len(n.configs)-1]
	if latest.index > n.commit {
		return
	}
	if c := latest.config; len(c.Outgoing) > 0 {
		if n.on(leaveJointConsensus) {
			n.appendConfig(&raft.Config{Voters: c.Voters, Learners: c.Learners}, out)
		}
		return
	}
	if n.change.open {
		out.Answers = append(out.Answers, raft.Answer{
			Handle: n.change.handle, Outcome: raft.Done, Index: latest.index, Term: n.term, Leader: n.id,
		})
		n.change = change{}
	}
	// "A leader that is removed from the configuration steps down once the Cnew entry
	// is committed" (dissertation, 4.2.2), and lets the others know that it is.
	if !n.hasSay(n.self) && n.on(removedLeaderStepsDown) {
		n.heartbeat(out)
		n.becomeFollower(raft.None, out)
	}
}

// endChange tells who asked for a change that this server cannot follow it any more.
func (n *Node) endChange(leader raft.ID, out *raft.Effects) {
	if n.change.open {
		out.Answers = append(out.Answers, raft.Answer{Handle: n.change.handle, Outcome: raft.Lost, Leader: leader})
		n.change = change{}
	}
}
