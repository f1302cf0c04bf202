package hunt

import (
	"slices"

	"raftarium/kv"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
)

// withServers takes servers away from a scenario: those above n. Steps that are
// about nobody else go too.
func withServers(sc *script.Scenario, n int) {
	sc.Config.Servers = n
	fit(sc, func(e script.Endpoint) bool { return int(e.Server) <= n })
}

// withClients takes clients away from a scenario: those above n.
func withClients(sc *script.Scenario, n int) {
	sc.Config.Clients = n
	fit(sc, func(e script.Endpoint) bool { return int(e.Client) <= n })
	for i := range sc.Steps {
		if f, ok := sc.Steps[i].Action.(script.Fire); ok {
			f.N = min(f.N, n)
			sc.Steps[i].Action = f
		}
	}
	sc.Steps = slices.DeleteFunc(sc.Steps, func(st script.Step) bool {
		f, ok := st.Action.(script.Fire)
		return ok && f.N == 0
	})
}

// fit leaves out of the steps whoever does not take part.
func fit(sc *script.Scenario, takesPart func(script.Endpoint) bool) {
	steps := sc.Steps[:0]
	for _, st := range sc.Steps {
		if a := limited(st.Action, takesPart); a != nil {
			st.Action = a
			steps = append(steps, st)
		}
	}
	sc.Steps = steps
}

// limited is an action without those who do not take part; nil if nothing is left
// of it.
func limited(a script.Action, takesPart func(script.Endpoint) bool) script.Action {
	switch a := a.(type) {
	case script.Partition:
		var groups [][]script.Endpoint
		for _, g := range a.Groups {
			g = slices.DeleteFunc(slices.Clone(g), func(e script.Endpoint) bool { return !takesPart(e) })
			if len(g) > 0 {
				groups = append(groups, g)
			}
		}
		if len(groups) == 0 {
			return nil
		}
		return script.Partition{Groups: groups}
	case script.Cut:
		if !takesPart(a.From) || !takesPart(a.To) {
			return nil
		}
	case script.Mend:
		if !takesPart(a.From) || !takesPart(a.To) {
			return nil
		}
	case script.Latency:
		if a.From != a.To && (!takesPart(a.From) || !takesPart(a.To)) {
			return nil
		}
	case script.Bridge:
		if !takesPart(endpoint(a.Server)) {
			return nil
		}
	case script.Transfer:
		if !takesPart(endpoint(a.To)) {
			return nil
		}
	case script.Expire:
		if !takesPart(script.Endpoint{Client: a.Client}) {
			return nil
		}
	case script.Do:
		if !takesPart(script.Endpoint{Client: a.Client}) {
			return nil
		}
	}
	t, ok := aimed(a)
	if !ok {
		return a
	}
	t.IDs = slices.DeleteFunc(slices.Clone(t.IDs), func(id raft.ID) bool { return !takesPart(endpoint(id)) })
	if len(t.IDs) == 0 && !t.Leader && !t.All {
		return nil
	}
	return aim(a, t)
}

// aimed returns the servers that an action names as a target, and aim names
// others.
func aimed(a script.Action) (script.Target, bool) {
	switch a := a.(type) {
	case script.Isolate:
		return a.Servers, true
	case script.Crash:
		return a.Servers, true
	case script.Restart:
		return a.Servers, true
	case script.Pause:
		return a.Servers, true
	case script.Resume:
		return a.Servers, true
	case script.Timeout:
		return a.Servers, true
	case script.SlowDisk:
		return a.Servers, true
	case script.Tear:
		return a.Servers, true
	case script.Fill:
		return a.Servers, true
	case script.Free:
		return a.Servers, true
	case script.Clock:
		return a.Servers, true
	case script.Add:
		return a.Servers, true
	case script.Promote:
		return a.Servers, true
	case script.Remove:
		return a.Servers, true
	}
	return script.Target{}, false
}

func aim(a script.Action, t script.Target) script.Action {
	switch a := a.(type) {
	case script.Isolate:
		return script.Isolate{Servers: t}
	case script.Crash:
		return script.Crash{Servers: t}
	case script.Restart:
		return script.Restart{Servers: t}
	case script.Pause:
		return script.Pause{Servers: t}
	case script.Resume:
		return script.Resume{Servers: t}
	case script.Timeout:
		return script.Timeout{Servers: t}
	case script.SlowDisk:
		return script.SlowDisk{Servers: t, Write: a.Write}
	case script.Tear:
		return script.Tear{Servers: t}
	case script.Fill:
		return script.Fill{Servers: t}
	case script.Free:
		return script.Free{Servers: t}
	case script.Clock:
		return script.Clock{Servers: t, Drift: a.Drift}
	case script.Add:
		return script.Add{Servers: t, Joint: a.Joint}
	case script.Promote:
		return script.Promote{Servers: t, Joint: a.Joint}
	case script.Remove:
		return script.Remove{Servers: t, Joint: a.Joint}
	}
	return a
}

// smaller lists actions that do a little less than one does.
func smaller(a script.Action) (list []script.Action) {
	if t, ok := aimed(a); ok {
		if len(t.IDs) > 1 || t.Leader && len(t.IDs) > 0 {
			if t.Leader {
				list = append(list, aim(a, script.Target{IDs: t.IDs}))
			}
			for i := range t.IDs {
				list = append(list, aim(a, script.Target{Leader: t.Leader, IDs: slices.Delete(slices.Clone(t.IDs), i, i+1)}))
			}
		}
		return list
	}
	p, ok := a.(script.Partition)
	if !ok {
		return nil
	}
	clients := false
	for g := range p.Groups {
		for i, e := range p.Groups[g] {
			if e.Client == kv.ClientID(0) {
				continue
			}
			clients = true
			groups := slices.Clone(p.Groups)
			groups[g] = slices.Delete(slices.Clone(groups[g]), i, i+1)
			if len(groups[g]) > 0 {
				list = append(list, script.Partition{Groups: groups})
			}
		}
	}
	if n := len(p.Groups); n > 1 && !clients {
		// Servers that are in no group form one: the last need not be named.
		list = append(list, script.Partition{Groups: p.Groups[:n-1]})
	}
	return list
}
