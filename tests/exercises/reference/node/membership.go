//go:build !no_membership

package node

import (
	"fmt"
	"slices"

	"raftarium/raft"
)

// members are the servers of the cluster. A change is an entry of the log, and is in
// force as soon as it stands there, committed or not. One voter at most comes or goes
// at a time, so that any two majorities, of before and of after, have a server in
// common (dissertation, 4.1).
type members struct {
	founders    raft.Config // of the cluster's start
	config      raft.Config // in force
	configIndex raft.Index  // of the entry that holds it, 0 if none does
	looked      raft.Index  // up to where the log was searched for it
	asked       []asked     // the change that is not committed yet, if it was asked for here
}

// asked is a change of membership that somebody waits for.
type asked struct {
	handle raft.Handle
	index  raft.Index
}

// found takes over the first configuration.
func (n *node) found(servers []raft.ID) {
	n.founders = raft.Config{Voters: slices.Clone(servers)}
	n.config = n.founders
}

// others are all servers but this one, learners too.
func (n *node) others() []raft.ID {
	return slices.DeleteFunc(n.config.Members(), func(id raft.ID) bool { return id == n.id })
}

// mayStand reports whether the server may stand for election, and lead: a voter may, and
// who is one no more as long as that is not committed, since nobody else may have the log
// that can be elected (dissertation, 4.2.2).
func (n *node) mayStand() bool {
	c, at := n.config, n.configIndex
	for at > n.commit && !slices.Contains(c.Voters, n.id) {
		c, at = n.latest(at - 1)
	}
	return slices.Contains(c.Voters, n.id)
}

// majority reports whether more than half of the voters do.
func (n *node) majority(do func(raft.ID) bool) bool {
	count := 0
	for _, id := range n.config.Voters {
		if do(id) {
			count++
		}
	}
	return count >= raft.Quorum(len(n.config.Voters))
}

// configAt is the configuration as of an index.
func (n *node) configAt(at raft.Index) raft.Config {
	c, _ := n.latest(at)
	return c
}

// latest is the last configuration up to an index, and the entry that holds it.
func (n *node) latest(at raft.Index) (raft.Config, raft.Index) {
	for i := at; i >= n.first(); i-- {
		if e := &n.log[i-n.first()]; e.Kind == raft.EntryConfig {
			if c, err := raft.DecodeConfig(e.Data); err == nil {
				return c, i
			}
		}
	}
	if s := n.snapshot; s != nil && len(s.Config.Voters) > 0 {
		return s.Config, 0
	}
	return n.founders, 0
}

// configChanged is told that the log did: what it says last is in force.
func (n *node) configChanged() {
	if n.looked > n.last() || n.first() > n.looked {
		n.config, n.configIndex = n.latest(n.last())
	}
	for i := max(n.looked+1, n.first()); i <= n.last(); i++ {
		if n.log[i-n.first()].Kind == raft.EntryConfig {
			n.config, n.configIndex = n.latest(i)
		}
	}
	n.looked = n.last()
	if n.role != raft.Leader {
		return
	}
	var peers []peer
	for _, id := range n.others() {
		p := peer{id: id, next: n.last() + 1}
		if i := slices.IndexFunc(n.peers, func(p peer) bool { return p.id == id }); i >= 0 {
			p = n.peers[i]
		}
		peers = append(peers, p)
	}
	n.peers = peers
}

// change takes a request for a change of membership.
func (n *node) change(ev *raft.ChangeMembership, out *raft.Effects) {
	a := raft.Answer{Handle: ev.Handle, Leader: n.leader}
	to := raft.Config{Voters: slices.Clone(ev.Voters), Learners: slices.Clone(ev.Learners)}
	a.Outcome = n.judge(&to)
	if a.Outcome == raft.Accepted {
		a.Index, a.Term = n.add(raft.EntryConfig, to.AppendTo(nil)), n.term
		n.asked = append(n.asked, asked{ev.Handle, a.Index})
		n.advanceCommit()
		n.replicate(out)
	}
	out.Answers = append(out.Answers, a)
}

// judge says what becomes of a request to change to a configuration.
func (n *node) judge(to *raft.Config) raft.Outcome {
	added, removed := 0, 0
	for _, id := range to.Voters {
		if !slices.Contains(n.config.Voters, id) {
			added++
		}
	}
	for _, id := range n.config.Voters {
		if !slices.Contains(to.Voters, id) {
			removed++
		}
	}
	switch {
	case n.role != raft.Leader:
		return raft.NotLeader
	case len(to.Voters) == 0 || added+removed > 1:
		return raft.Invalid // one at a time
	case slices.Equal(to.Voters, n.config.Voters) && slices.Equal(to.Learners, n.config.Learners):
		return raft.Done
	case n.configIndex > n.commit || n.termAt(n.commit) != n.term:
		// The last change must be committed, and so must an entry of this term, which
		// commits what earlier leaders changed.
		return raft.Busy
	}
	for _, id := range to.Voters {
		if slices.Contains(n.config.Voters, id) {
			continue
		}
		if !slices.Contains(n.config.Learners, id) {
			return raft.Invalid
		}
		if !n.has(id, n.commit) {
			return raft.Busy // it has to catch up before it has a say
		}
	}
	return raft.Accepted
}

// changeCommitted answers who waits for a change that is committed now. A leader
// that is no voter any more leaves (dissertation, 4.2.2).
func (n *node) changeCommitted(out *raft.Effects) {
	for len(n.asked) > 0 && n.asked[0].index <= n.commit {
		out.Answers = append(out.Answers, raft.Answer{Handle: n.asked[0].handle, Outcome: raft.Done, Leader: n.leader})
		n.asked = n.asked[1:]
	}
	if n.role == raft.Leader && n.configIndex <= n.commit && !n.mayStand() {
		n.replicate(out) // let the others know that it is committed
		n.follow(n.term, raft.None, out)
	}
}

// changeLost tells who waits that this server leads no more.
func (n *node) changeLost(leader raft.ID, out *raft.Effects) {
	for _, a := range n.asked {
		out.Answers = append(out.Answers, raft.Answer{Handle: a.handle, Outcome: raft.Lost, Leader: leader})
	}
	n.asked = nil
}

func (m members) clone() members {
	m.asked = slices.Clone(m.asked)
	return m
}

func (m *members) appendState(b []byte) []byte {
	b = fmt.Appendf(b, "%d %v|", m.configIndex, m.asked)
	return m.config.AppendTo(m.founders.AppendTo(b))
}

func (m *members) inspect(st *raft.Status) {
	st.Config, st.ConfigIndex, st.Quorum = m.config, m.configIndex, raft.Quorum(len(m.config.Voters))
}
