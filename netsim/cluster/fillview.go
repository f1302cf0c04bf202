package cluster

import (
	"math/bits"
	"slices"

	"raftarium/kv"
	"raftarium/netsim"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
)

// View fills v with a picture of the world as it is now, reusing v's memory.
func (w *World) View(v *View) {
	now := w.sim.Now()
	net := w.sim.Network()
	v.Now, v.Seed, v.Events, v.Digest = now, w.cfg.Seed, w.event, w.Digest()
	v.RaftName = w.code.Raft.Name
	v.Load, v.Reads, v.Without, v.Bug = w.load, w.reads, w.without, w.cfg.Bug
	v.Stats = w.Stats()
	v.Verdict = w.judge.Quick()
	v.Network = NetworkView{
		Latency: net.Latency, Loss: net.Loss, Duplicate: net.Duplicate, Reorder: net.Reorder, Detour: net.Detour, Disk: net.Disk,
		Cuts: v.Network.Cuts[:0],
	}
	for _, c := range w.sim.Cuts() {
		v.Network.Cuts = append(v.Network.Cuts, CutView{From: endpoint(c.From), To: endpoint(c.To), Since: c.Since})
	}
	w.viewMembers(v)
	v.Servers = v.Servers[:0]
	for i := range w.servers {
		if s := &w.servers[i]; !s.away {
			v.Servers = grow(v.Servers, len(v.Servers)+1)
			at := &v.Servers[len(v.Servers)-1]
			w.viewServer(s, at)
			if w.hidden != "" {
				at.Raft.Without = slices.Clone(w.without) // the node would name the rule
			}
			at.Standing = standing(&v.Config, s.id)
		}
	}
	w.viewQuorum(v)
	// A client that has left is shown until it is done.
	v.Clients, v.Active = v.Clients[:0], w.active
	for i := range w.clients {
		if c := &w.clients[i]; i < w.active || len(c.open) > 0 {
			v.Clients = grow(v.Clients, len(v.Clients)+1)
			w.viewClient(c, &v.Clients[len(v.Clients)-1])
		}
	}
	w.flights = w.sim.InFlight(w.flights[:0])
	v.InFlight = v.InFlight[:0]
	for i := range w.flights {
		v.InFlight = append(v.InFlight, messageView(&w.flights[i], false))
	}
	v.Lost = v.Lost[:0]
	for i := range w.lost {
		v.Lost = append(v.Lost, messageView(&w.lost[i], true))
	}
}

// grow changes the length of s to n and keeps the memory inside its elements.
func grow[T any](s []T, n int) []T {
	if n <= cap(s) {
		return s[:n]
	}
	return append(s[:cap(s)], make([]T, n-cap(s))...)
}

func (w *World) viewServer(s *server, v *ServerView) {
	v.ID, v.Up, v.Paused, v.Failed = s.id, s.up, w.sim.Paused(s.node), s.failed
	v.Durable, v.Writing = s.disk.last(), len(s.saves)
	v.Election, v.Heartbeat = w.viewTimer(s, raft.TimerElection), w.viewTimer(s, raft.TimerHeartbeat)
	v.CheckQuorum, v.Transfer = w.viewTimer(s, raft.TimerQuorum), w.viewTimer(s, raft.TimerTransfer)
	v.Sticky = w.viewTimer(s, raft.TimerStickiness)
	v.Lease = TimerView{}
	if s.up && s.status.Lease {
		v.Lease = w.viewTimer(s, s.status.LeaseEnds)
	}
	if s.up {
		if v.Failed = try("Inspect", func() { s.raft.Inspect(&v.Raft); s.kv.Inspect(&v.KV) }); v.Failed != "" {
			v.Raft.Reset()
			v.KV.Reset()
		}
		return
	}
	votes, preVotes, peers := v.Raft.Votes[:0], v.Raft.PreVotes[:0], v.Raft.Peers[:0]
	v.Raft = s.status
	if v.Raft.NoLog {
		v.Raft.Log, v.Raft.NoLog = s.disk.log.all(), false
	}
	v.Raft.Votes, v.Raft.Peers = append(votes, s.status.Votes...), append(peers, s.status.Peers...)
	v.Raft.PreVotes = append(preVotes, s.status.PreVotes...)
	v.KV.Reset()
}

// quorate reports whether a server that reaches a set of servers has a quorum of the
// configuration that it uses.
func (w *World) quorate(s *server, set uint32) bool {
	c := &s.status.Config
	if len(c.Voters) == 0 {
		c = &w.latest
	}
	most := func(ids []raft.ID) bool {
		n := 0
		for _, id := range ids {
			n += int(set >> (id - 1) & 1)
		}
		return n >= raft.Quorum(len(ids))
	}
	return most(c.Voters) && (len(c.Outgoing) == 0 || most(c.Outgoing))
}

// viewQuorum shows who has a quorum, and which single group can elect and commit: it
// needs somebody who reaches all of it, and not that each reaches each.
func (w *World) viewQuorum(v *View) {
	var group uint32
	most, leader := 0, v.Leader()
	for i := range v.Servers {
		at := &v.Servers[i]
		s := &w.servers[at.ID-1]
		set := w.reach(s)
		if at.Quorum = s.up && w.quorate(s, set); !at.Quorum {
			continue
		}
		n := bits.OnesCount32(set)
		if leader == at {
			n += len(v.Servers)
		}
		if n > most {
			group, most = set, n
		}
	}
	for i := range v.Servers {
		at := &v.Servers[i]
		at.InQuorum = group>>(at.ID-1)&1 != 0
	}
}

// viewMembers shows who belongs to the cluster and who is to.
func (w *World) viewMembers(v *View) {
	v.Config, v.Settled, v.Changes = *w.config(), true, v.Changes[:0]
	if l := w.leader(); l != nil {
		v.Settled = l.status.ConfigIndex <= l.status.Commit && len(v.Config.Outgoing) == 0
	}
	for i := range w.requests {
		if r := &w.requests[i]; !r.over {
			v.Changes = append(v.Changes, ChangeView{Verb: r.action.Verb(), Servers: r.ids, Taken: r.taken})
		}
	}
}

func (w *World) viewTimer(s *server, key raft.TimerKey) TimerView {
	left, total, running := w.sim.TimerLeft(s.node, int(key))
	return TimerView{Running: running, Left: left, Total: total}
}

func (w *World) viewClient(c *client, v *ClientView) {
	now := opened{op: c.lastOp}
	if len(c.open) > 0 {
		now = c.open[0]
	}
	v.ClientStatus = kv.ClientStatus{ID: c.id, Busy: len(c.open) > 0, Op: now.op, Outstanding: v.Outstanding[:0]}
	if v.Failed = c.failed; v.Failed == "" {
		v.Failed = try("Inspect", func() { c.m.Inspect(&v.ClientStatus) })
	}
	v.Since, v.Queued, v.Completed = now.since, len(c.queue), c.done
	v.Last, v.LastOp, v.Swallowed = c.last, c.lastOp, c.done > 0 && c.swallow == c.last.Seq
}

// messageView shows a message. One that will be lost looks like any other until
// it is.
func messageView(f *netsim.Flight, lost bool) MessageView {
	m := MessageView{
		ID: f.Number, From: endpoint(f.From), To: endpoint(f.To), Sent: f.Sent, Due: f.Due,
		Copy: f.Copy, Cause: f.Cause, Payload: f.Payload,
	}
	if lost {
		m.Lost, m.LostAt, m.Why = true, f.LostAt, f.Lost.String()
	}
	return m
}

// Leader is the server that leads the highest term, or nil. A leader on the wrong
// side of a partition, that does not know it yet, has a lower one.
func (v *View) Leader() *ServerView {
	var best *ServerView
	for i := range v.Servers {
		s := &v.Servers[i]
		if s.Up && s.Raft.Role == raft.Leader && (best == nil || s.Raft.Term > best.Raft.Term) {
			best = s
		}
	}
	return best
}

// IsCut reports whether the directed link is cut.
func (v *View) IsCut(from, to script.Endpoint) bool {
	return slices.ContainsFunc(v.Network.Cuts, func(c CutView) bool { return c.From == from && c.To == to })
}
