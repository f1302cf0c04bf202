package shell

import (
	"slices"

	"raftarium/netsim/cluster/script"
	"raftarium/raft"
	"raftarium/viz/draw"
	"raftarium/viz/scene"
)

// choose adds a server to those that an armed tool works on, or takes it away.
func (m *model) choose(n int) {
	id := raft.ID(n)
	if m.server(id) == nil {
		return
	}
	if i := slices.Index(m.chosen, id); i >= 0 {
		m.chosen = slices.Delete(m.chosen, i, i+1)
		return
	}
	m.chosen = append(m.chosen, id)
	if m.tool == toolOneWay && len(m.chosen) == 2 {
		m.finish()
	}
}

// finish performs what the tool and the chosen servers say.
func (m *model) finish() {
	tool, chosen := m.tool, m.chosen
	switch {
	case tool == toolOneWay && len(chosen) == 2:
		m.tool, m.chosen = noTool, nil
		act{Action: script.Cut{From: script.Endpoint{Server: chosen[0]}, To: script.Endpoint{Server: chosen[1]}, OneWay: true}}.apply(m)
	case tool == toolSlice || tool == toolLasso:
		m.tool, m.chosen = noTool, nil
		if a := isolating(chosen, len(m.view.Servers)); a != nil {
			act{Action: a}.apply(m)
		}
	}
}

// isolating is the action that cuts a group from the rest, nil if there is no rest
// or no group.
func isolating(ids []raft.ID, servers int) script.Action {
	if len(ids) == 0 || len(ids) >= servers {
		return nil
	}
	ids = slices.Clone(ids)
	slices.Sort(ids)
	return script.Isolate{Servers: script.Target{IDs: ids}}
}

// slicing is the intent of a line drawn across links: a partition where it parts
// the servers cleanly, else the cuts of single links. It is nil if the line
// crosses nothing.
func slicing(g *scene.Geometry, line []draw.Point, servers int, cut bool) intent {
	crossed := map[[2]raft.ID]bool{}
	var order [][2]raft.ID
	for _, d := range g.CrossedLinks(line) {
		if d.From.Server == raft.None || d.To.Server == raft.None {
			continue
		}
		p := [2]raft.ID{min(d.From.Server, d.To.Server), max(d.From.Server, d.To.Server)}
		if !crossed[p] {
			crossed[p] = true
			order = append(order, p)
		}
	}
	if len(order) == 0 {
		return nil
	}
	if groups := parts(servers, crossed); groups != nil && !cut {
		return act{Action: script.Partition{Groups: groups}}
	}
	var acts acts
	for _, p := range order {
		acts.Actions = append(acts.Actions, script.Cut{From: script.Endpoint{Server: p[0]}, To: script.Endpoint{Server: p[1]}})
	}
	return acts
}

// parts returns the groups into which the servers fall without the crossed links,
// nil if they hang together or if a link within a group is crossed.
func parts(servers int, crossed map[[2]raft.ID]bool) [][]script.Endpoint {
	group := make([]int, servers+1)
	n := 0
	for id := 1; id <= servers; id++ {
		if group[id] != 0 {
			continue
		}
		n++
		for queue := []int{id}; len(queue) > 0; queue = queue[1:] {
			if group[queue[0]] != 0 {
				continue
			}
			group[queue[0]] = n
			for o := 1; o <= servers; o++ {
				if group[o] == 0 && !crossed[[2]raft.ID{raft.ID(min(queue[0], o)), raft.ID(max(queue[0], o))}] {
					queue = append(queue, o)
				}
			}
		}
	}
	if n < 2 {
		return nil
	}
	for p := range crossed {
		if group[p[0]] == group[p[1]] {
			return nil
		}
	}
	out := make([][]script.Endpoint, n)
	for id := 1; id <= servers; id++ {
		out[group[id]-1] = append(out[group[id]-1], script.Endpoint{Server: raft.ID(id)})
	}
	return out
}
