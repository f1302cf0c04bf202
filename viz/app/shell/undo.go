package shell

import (
	"slices"
	"time"

	"raftarium/kv"
	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
)

// link is a directed link.
type link struct{ from, to script.Endpoint }

// situation is the part of a view that actions set directly, and that can
// therefore be set back: which links are cut, who is up, how the network is.
type situation struct {
	cuts       []link
	up, paused []raft.ID
	// electing are those who vote; voters and members those who will vote and belong
	// to the cluster when all that was asked for is done.
	electing, voters, members []raft.ID

	latency   netsim.Range
	loss, dup netsim.Ratio
	reorder   script.Reorder
	disk      time.Duration
	load      script.Load
	reads     kv.Reads
	clients   int
	without   []string
}

// situationOf copies what it keeps, so that it outlives the view.
func situationOf(v *cluster.View) situation {
	s := situation{
		latency: v.Network.Latency, loss: v.Network.Loss, dup: v.Network.Duplicate, reorder: script.Reorder{Ratio: v.Network.Reorder, Detour: v.Network.Detour},
		disk: v.Network.Disk, load: v.Load, reads: v.Reads, clients: v.Active, without: slices.Clone(v.Without),
	}
	for _, c := range v.Network.Cuts {
		s.cuts = append(s.cuts, link{c.From, c.To})
	}
	s.electing = slices.Clone(v.Config.Voters)
	s.voters, s.members = slices.Clone(v.Config.Voters), v.Config.Members()
	for _, c := range v.Changes {
		switch c.Verb {
		case "add":
			s.members = append(minus(s.members, c.Servers), c.Servers...)
		case "promote":
			s.voters = append(minus(s.voters, c.Servers), c.Servers...)
		case "remove":
			s.voters, s.members = minus(s.voters, c.Servers), minus(s.members, c.Servers)
		}
	}
	for i := range v.Servers {
		if v.Servers[i].Up {
			s.up = append(s.up, v.Servers[i].ID)
		}
		if v.Servers[i].Paused {
			s.paused = append(s.paused, v.Servers[i].ID)
		}
	}
	return s
}

// undoing returns the actions that lead from the situation now back to before.
// What ran meanwhile stays: undoing a crash restarts the server, it does not make
// the crash unhappened. Empty means that there is nothing to undo.
func undoing(before, now situation) []script.Action {
	var out []script.Action
	add := func(a script.Action) { out = append(out, a) }
	if len(before.cuts) == 0 && len(now.cuts) > 0 {
		add(script.Heal{})
	} else {
		for _, c := range pairs(minus(now.cuts, before.cuts)) {
			add(script.Mend{From: c.from, To: c.to, OneWay: c.oneWay})
		}
		for _, c := range pairs(minus(before.cuts, now.cuts)) {
			add(script.Cut{From: c.from, To: c.to, OneWay: c.oneWay})
		}
	}
	if ids := minus(before.up, now.up); len(ids) > 0 {
		add(script.Restart{Servers: script.Target{IDs: ids}})
	}
	if ids := minus(now.members, before.members); len(ids) > 0 {
		add(script.Remove{Servers: script.Target{IDs: ids}})
	}
	if ids := minus(before.members, now.members); len(ids) > 0 {
		add(script.Add{Servers: script.Target{IDs: ids}})
	}
	if ids := minus(minus(before.voters, now.voters), now.electing); len(ids) > 0 {
		add(script.Promote{Servers: script.Target{IDs: ids}})
	}
	if ids := minus(now.up, before.up); len(ids) > 0 {
		add(script.Crash{Servers: script.Target{IDs: ids}})
	}
	if ids := minus(now.paused, before.paused); len(ids) > 0 {
		add(script.Resume{Servers: script.Target{IDs: ids}})
	}
	if ids := both(minus(before.paused, now.paused), now.up); len(ids) > 0 {
		add(script.Pause{Servers: script.Target{IDs: ids}})
	}
	if before.latency != now.latency {
		add(script.Latency{Range: before.latency})
	}
	if before.loss != now.loss {
		add(script.Loss{Ratio: before.loss})
	}
	if before.dup != now.dup {
		add(script.Duplicate{Ratio: before.dup})
	}
	if before.reorder != now.reorder {
		add(before.reorder)
	}
	if before.disk != now.disk {
		add(script.Disk{Write: before.disk})
	}
	if before.load != now.load {
		add(before.load)
	}
	if before.reads != now.reads {
		add(script.Reads{By: before.reads})
	}
	if before.clients != now.clients {
		add(script.Clients{N: before.clients})
	}
	if rules := minus(now.without, before.without); len(rules) > 0 {
		add(script.With{Rules: rules})
	}
	if rules := minus(before.without, now.without); len(rules) > 0 {
		add(script.Without{Rules: rules})
	}
	return out
}

// minus is what is in a and not in b, in the order of a.
func minus[T comparable](a, b []T) []T {
	var out []T
	for _, x := range a {
		if !slices.Contains(b, x) {
			out = append(out, x)
		}
	}
	return out
}

// both is what is in a and in b, in the order of a.
func both[T comparable](a, b []T) []T { return minus(a, minus(a, b)) }

// pair is a link, both ways unless oneWay.
type pair struct {
	link
	oneWay bool
}

// pairs joins the two directions of a link where both are given.
func pairs(links []link) []pair {
	var out []pair
	for i, l := range links {
		back := link{l.to, l.from}
		switch j := slices.Index(links, back); {
		case j < 0:
			out = append(out, pair{l, true})
		case i < j:
			out = append(out, pair{l, false})
		}
	}
	return out
}
