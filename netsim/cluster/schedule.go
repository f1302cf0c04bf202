package cluster

import (
	"slices"
	"time"

	"raftarium/netsim"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
)

// domainSchedule keeps the schedule's draws apart from all others.
const domainSchedule = netsim.DomainUser + 1

// HealAt is when a run with faults or loss is healed: for its last fifth, and at
// least 2 s.
func HealAt(length time.Duration) time.Duration {
	return max(length-max(length/5, ProgressBound), 0)
}

// Schedule draws the random faults that a configuration asks for, and the healing
// at the end, as ordinary steps: a function of the seed, the number of servers,
// the length and the families alone. A run with loss, and no faults, is healed
// just the same. A run without either has an empty schedule, and so has one
// without an end.
func Schedule(cfg script.Config) []script.Step {
	if cfg.For <= 0 || len(cfg.Faults) == 0 && cfg.Loss == 0 {
		return nil
	}
	heal := netsim.Time(HealAt(cfg.For))
	var steps []script.Step
	for i, f := range cfg.Faults {
		steps = append(steps, family(cfg, f, uint64(i), heal)...)
	}
	add := func(a script.Action) { steps = append(steps, script.Step{At: heal, Action: a}) }
	if len(cfg.Faults) > 0 {
		add(script.Heal{})
		add(script.Resume{Servers: script.Target{All: true}})
		add(script.Restart{Servers: script.Target{All: true}})
	}
	for _, a := range mending(cfg) {
		add(a)
	}
	if cfg.Loss > 0 {
		add(script.Loss{})
	}
	return steps
}

// mending is what ends the faults of disks and clocks.
func mending(cfg script.Config) (list []script.Action) {
	all := script.Target{All: true}
	if slices.Contains(cfg.Faults, script.FaultDisk) {
		list = append(list, script.Free{Servers: all}, script.Disk{Write: cfg.Disk})
	}
	if slices.Contains(cfg.Faults, script.FaultClock) {
		list = append(list, script.Clock{Servers: all})
	}
	return list
}

// family draws the faults of one family: each comes, lasts, and goes, so that the
// cluster is never left alone for long nor broken for good.
func family(cfg script.Config, f script.Fault, n uint64, end netsim.Time) []script.Step {
	var steps []script.Step
	var at netsim.Time
	for i := uint64(0); ; i++ {
		draw := func(what uint64) uint64 { return netsim.Draw(cfg.Seed, domainSchedule, n<<32|i, what, uint64(len(f))) }
		// A calm spell of 0.2 to 2 s, then a fault that lasts 0.1 to 2 s.
		at = at.Add(200*time.Millisecond + time.Duration(netsim.Below(draw(0), uint64(1800*time.Millisecond))))
		until := at.Add(100*time.Millisecond + time.Duration(netsim.Below(draw(1), uint64(1900*time.Millisecond))))
		if until >= end {
			return steps
		}
		on, off := fault(cfg, f, draw)
		for _, a := range on {
			steps = append(steps, script.Step{At: at, Action: a})
		}
		for _, a := range off {
			steps = append(steps, script.Step{At: until, Action: a})
		}
		at = until
	}
}

// fault draws one fault: what brings it and what takes it away.
func fault(cfg script.Config, f script.Fault, draw func(uint64) uint64) (on, off []script.Action) {
	servers := cfg.Servers
	some := func(what uint64, n int) script.Target {
		var t script.Target
		picked := map[raft.ID]bool{}
		for i := uint64(0); len(t.IDs) < n; i++ {
			id := raft.ID(netsim.Below(draw(what+i), uint64(servers)) + 1)
			if !picked[id] {
				picked[id] = true
				t.IDs = append(t.IDs, id)
			}
		}
		return t
	}
	all := script.Target{All: true}
	switch f {
	case script.FaultCrash:
		switch netsim.Below(draw(2), 4) {
		case 0: // the leader, whoever it is
			return []script.Action{script.Crash{Servers: script.Target{Leader: true}}}, []script.Action{script.Restart{Servers: all}}
		case 1: // all of them
			return []script.Action{script.Crash{Servers: all}}, []script.Action{script.Restart{Servers: all}}
		}
		t := some(16, 1+int(netsim.Below(draw(3), uint64((servers+1)/2))))
		return []script.Action{script.Crash{Servers: t}}, []script.Action{script.Restart{Servers: all}}
	case script.FaultPause:
		t := some(16, 1+int(netsim.Below(draw(3), uint64((servers+1)/2))))
		if netsim.Below(draw(2), 3) == 0 {
			t = script.Target{Leader: true}
		}
		return []script.Action{script.Pause{Servers: t}}, []script.Action{script.Resume{Servers: all}}
	case script.FaultDisk:
		t := some(16, 1+int(netsim.Below(draw(3), uint64((servers+1)/2))))
		if netsim.Below(draw(2), 3) == 0 {
			t = script.Target{Leader: true}
		}
		switch netsim.Below(draw(4), 3) {
		case 0: // torn in the midst of a write
			return []script.Action{script.Tear{Servers: t}}, []script.Action{script.Restart{Servers: all}}
		case 1:
			return []script.Action{script.Fill{Servers: t}}, []script.Action{script.Free{Servers: all}}
		}
		slow := time.Millisecond * time.Duration(1+netsim.Below(draw(5), 100))
		return []script.Action{script.SlowDisk{Servers: t, Write: slow}}, []script.Action{script.Disk{Write: cfg.Disk}}
	case script.FaultClock:
		t := some(16, 1+int(netsim.Below(draw(3), uint64((servers+1)/2))))
		drift := netsim.Drift(1+netsim.Below(draw(4), 25)) * netsim.Drift(netsim.Percent(1))
		if draw(5)&1 == 0 {
			drift = -drift
		}
		return []script.Action{script.Clock{Servers: t, Drift: drift}}, []script.Action{script.Clock{Servers: all}}
	}
	// A partition, of one of several kinds.
	heal := []script.Action{script.Heal{}}
	if servers == 1 {
		return nil, nil
	}
	switch netsim.Below(draw(2), 5) {
	case 0:
		return []script.Action{script.Isolate{Servers: script.Target{Leader: true}}}, heal
	case 1:
		if servers >= 3 {
			return []script.Action{script.Bridge{Server: some(16, 1).IDs[0]}}, heal
		}
	case 2: // some ways are cut in one direction only
		for i := range uint64(1 + netsim.Below(draw(3), uint64(servers))) {
			pair := some(32+64*i, 2).IDs
			on = append(on, script.Cut{From: script.Endpoint{Server: pair[0]}, To: script.Endpoint{Server: pair[1]}, OneWay: true})
		}
		return on, heal
	}
	// A fair coin for each server.
	var groups [2][]script.Endpoint
	u := draw(4)
	for i := range servers {
		g := u >> i & 1
		groups[g] = append(groups[g], script.Endpoint{Server: raft.ID(i + 1)})
	}
	if len(groups[0]) == 0 || len(groups[1]) == 0 {
		return nil, nil
	}
	return []script.Action{script.Partition{Groups: groups[:]}}, heal
}
