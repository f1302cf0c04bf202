package tests

import (
	"time"

	"raftarium/kv"
	"raftarium/netsim"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
)

const domainChaos = netsim.DomainUser + 201

// chaos is a run in which something goes wrong every few tens of milliseconds:
// elections are forced, servers crash again and again, messages outlive terms.
// It brings together what ordinary faults keep apart, and all of it is a function
// of the seed. Everything is healed 2.5 s before the end.
func chaos(seed uint64) (script.Config, []script.Step) {
	n := uint64(0)
	below := func(limit int) int {
		n++
		return int(netsim.Below(netsim.Draw(seed, domainChaos, n, 0, 0), uint64(limit)))
	}
	cfg := script.DefaultConfig()
	cfg.Seed, cfg.For = seed, 6*time.Second
	cfg.Servers = []int{3, 4, 5, 5}[below(4)]
	cfg.Clients, cfg.Keys = 1+below(4), 1+below(2)
	cfg.Latency = netsim.Range{Min: time.Millisecond, Max: time.Duration(2+below(40)) * time.Millisecond}
	cfg.Disk = time.Duration(below(8)) * time.Millisecond
	cfg.Reorder, cfg.Duplicate = netsim.Percent(below(30)), netsim.Percent(below(30))
	cfg.Timing = raft.Timing{Heartbeat: 20 * time.Millisecond, ElectionMin: 60 * time.Millisecond, ElectionMax: 160 * time.Millisecond}

	server := func() raft.ID { return raft.ID(1 + below(cfg.Servers)) }
	target := func() script.Target {
		t := script.Target{IDs: []raft.ID{server()}}
		if second := server(); second != t.IDs[0] && below(2) == 0 {
			t.IDs = append(t.IDs, second)
		}
		return t
	}
	all := script.Target{All: true}
	loss := 0
	action := func() script.Action {
		switch below(12) {
		case 0, 1, 2:
			return script.Timeout{Servers: target()}
		case 3:
			return script.Crash{Servers: target()}
		case 4:
			return script.Crash{Servers: script.Target{Leader: true}}
		case 5, 6:
			return script.Restart{Servers: all}
		case 7, 8:
			// Clients go with one side or the other, or reach both.
			var groups [2][]script.Endpoint
			for id := range cfg.Servers {
				side := below(2)
				groups[side] = append(groups[side], script.Endpoint{Server: raft.ID(id + 1)})
			}
			for id := range cfg.Clients {
				if side := below(3); side < 2 {
					groups[side] = append(groups[side], script.Endpoint{Client: kv.ClientID(id + 1)})
				}
			}
			if len(groups[0]) == 0 || len(groups[1]) == 0 {
				return script.Heal{}
			}
			return script.Partition{Groups: groups[:]}
		case 9:
			from := server()
			return script.Cut{
				From: script.Endpoint{Server: from}, OneWay: true,
				To: script.Endpoint{Server: from%raft.ID(cfg.Servers) + 1},
			}
		case 10:
			loss = 30 - loss
			return script.Loss{Ratio: netsim.Percent(loss)}
		}
		return script.Heal{}
	}
	var steps []script.Step
	end := cfg.For - 2500*time.Millisecond
	for at := 200 * time.Millisecond; at < end; at += time.Duration(5+below(60)) * time.Millisecond {
		steps = append(steps, script.Step{At: netsim.Time(at), Action: action()})
	}
	// Progress needs elections that take longer than messages do (section 5.6).
	for _, a := range []script.Action{
		script.Heal{}, script.Loss{}, script.Reorder{}, script.Duplicate{},
		script.Latency{Range: netsim.Range{Min: time.Millisecond, Max: 5 * time.Millisecond}}, script.Restart{Servers: all},
	} {
		steps = append(steps, script.Step{At: netsim.Time(end), Action: a})
	}
	return cfg, steps
}
