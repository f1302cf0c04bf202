package shell

import (
	"slices"

	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
	"raftarium/viz/scene"
)

// nextServer is the number of the server that would join next, None if there are as
// many as there can be.
func (m *model) nextServer() raft.ID {
	id := raft.ID(m.world.Config().Servers)
	for i := range m.view.Servers {
		id = max(id, m.view.Servers[i].ID)
	}
	if id++; id <= script.MaxServers {
		return id
	}
	for id = 1; id <= script.MaxServers; id++ {
		if m.server(id) == nil {
			return id
		}
	}
	return raft.None
}

// addServer has one more server join.
func addServer(m *model) intent {
	if id := m.nextServer(); id != raft.None {
		return act{Action: script.Add{Servers: only(id)}}
	}
	return Say{"There are as many servers as there can be."}
}

func addLabel(m *model) string {
	if id := m.nextServer(); id != raft.None {
		return "Add " + serverName(id)
	}
	return "Add a server"
}

// memberItems are the changes of membership that can be asked for a server.
func (m *model) memberItems(s *cluster.ServerView) []menuItem {
	name, t := serverName(s.ID), only(s.ID)
	remove := do("Remove "+name+" from the cluster", "", script.Remove{Servers: t})
	switch {
	case s.Standing == cluster.Outside:
		return []menuItem{do("Add "+name+" to the cluster", "", script.Add{Servers: t})}
	case s.Standing == cluster.Learner:
		return []menuItem{do("Promote "+name+" to a voter", "", script.Promote{Servers: t}), remove}
	case len(m.view.Config.Voters) > 1:
		return []menuItem{remove}
	}
	return nil
}

// turnRing lets servers move to their places when others have joined or left, and
// reports whether one moved.
func (s *Shell) turnRing() bool {
	n, r := len(s.view.Servers), &s.ring
	if s.calm() || r.world != s.world || len(r.turns) == 0 {
		// Even shares, at once.
		r.world = s.world
		r.turns = r.turns[:0]
		for i := range s.view.Servers {
			r.turns = append(r.turns, scene.Turn{ID: s.view.Servers[i].ID, At: share(i, n)})
		}
		return false
	}
	moved := false
	r.turns = slices.DeleteFunc(r.turns, func(t scene.Turn) bool { return s.server(t.ID) == nil })
	for i := range s.view.Servers {
		id := s.view.Servers[i].ID
		if i == len(r.turns) || r.turns[i].ID != id { // it joins half-way between its neighbours
			before, after := float32(0), float32(1)
			if i > 0 {
				before = r.turns[i-1].At
			}
			if i < len(r.turns) {
				after = r.turns[i].At
			}
			r.turns = slices.Insert(r.turns, i, scene.Turn{ID: id, At: (before + after) / 2})
		}
		at, to := &r.turns[i].At, share(i, n)
		switch d := to - *at; {
		case d == 0:
			continue
		case max(d, -d) < 0.0005:
			*at = to
		default:
			*at += d * 0.14
		}
		moved = true
	}
	return moved
}

func share(i, n int) float32 { return float32(i) / float32(n) }
