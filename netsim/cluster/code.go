package cluster

import (
	"raftarium/kv"
	"raftarium/netsim"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
)

// Code is whose code takes part in a run.
type Code struct {
	Raft   raft.Implementation
	Server kv.ServerImplementation
	Client kv.ClientImplementation
}

// Rules lists the rule switches of all three, in the order of their tables.
func (c *Code) Rules() []raft.Rule {
	var all []raft.Rule
	all = append(all, c.Raft.Rules...)
	all = append(all, c.Server.Rules...)
	return append(all, c.Client.Rules...)
}

// RuleNames lists the names of Rules. It is asked at every action, so it is cheap.
func (c *Code) RuleNames() []string {
	names := make([]string, 0, len(c.Raft.Rules)+len(c.Server.Rules)+len(c.Client.Rules))
	for _, rules := range [...][]raft.Rule{c.Raft.Rules, c.Server.Rules, c.Client.Rules} {
		for i := range rules {
			names = append(names, rules[i].Name)
		}
	}
	return names
}

// Options says how much of a run is kept and checked. They do not change what
// happens in it.
type Options struct {
	// Narrate keeps the newest sentences about what happens (see Notes).
	Narrate bool
	// Trace is how many of the newest events are kept, for causes and for the
	// visualizer; 0 keeps 4,096, a negative number none.
	Trace int
	// VerifyMessages hashes every message again when it arrives, to catch a
	// machine that writes what it has sent.
	VerifyMessages bool
	// Completions keeps finished operations until TakeCompleted.
	Completions bool
	// NoHistory leaves linearizability unjudged and keeps no history of clients.
	NoHistory bool
	// Observe, if set, is shown every event. It must not touch the world.
	Observe func(*netsim.Record)
}

// Endpoints and nodes: servers have the numbers of their IDs, clients follow.

func serverNode(id raft.ID) netsim.NodeID { return netsim.NodeID(id) }
func clientNode(id kv.ClientID) netsim.NodeID {
	return netsim.NodeID(script.MaxServers) + netsim.NodeID(id)
}

func endpoint(n netsim.NodeID) script.Endpoint {
	if n <= script.MaxServers {
		return script.Endpoint{Server: raft.ID(n)}
	}
	return script.Endpoint{Client: kv.ClientID(n - script.MaxServers)}
}

func nodeOf(e script.Endpoint) netsim.NodeID {
	if e.Server != raft.None {
		return serverNode(e.Server)
	}
	return clientNode(e.Client)
}
