package cluster

import (
	"slices"

	"raftarium/kv"
	"raftarium/netsim"
	"raftarium/netsim/cluster/check"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
)

// Code is whose code takes part in a run.
type Code struct {
	Raft   raft.Implementation
	Server kv.ServerImplementation
	Client kv.ClientImplementation
	// Features are what all three know beyond the log and elections, where no rule of
	// theirs says so: a hunt asks for nothing else.
	Features []raft.Feature
	// Bugs are those that a scenario can ask for by name, with `bug NAME`.
	Bugs []Bug
	// Judged are the properties that a run is held to, beside the contract; nil are all.
	// It is for machines that are not finished, as in the first exercises of a course:
	// what they cannot keep yet would stop each run at once.
	Judged []check.Property
}

// asked are the features that a World asks of its machines. A rule that needs
// another makes no difference in it: to switch it off would show nothing.
var asked = []raft.Feature{raft.NeedsSnapshots, raft.NeedsReads, raft.NeedsMembership, raft.NeedsSessions, raft.NeedsLimits}

// offered goes over the rules that matter in a World.
func (c *Code) offered(yield func(*raft.Rule) bool) {
	for _, rules := range [...][]raft.Rule{c.Raft.Rules, c.Server.Rules, c.Client.Rules} {
		for i := range rules {
			if need := rules[i].Needs; (need == "" || slices.Contains(asked, need)) && !yield(&rules[i]) {
				return
			}
		}
	}
}

// Rules lists the rule switches of all three that can matter in a World, in the
// order of their tables. The slice is the caller's.
func (c *Code) Rules() []raft.Rule {
	var all []raft.Rule
	for r := range c.offered {
		all = append(all, *r)
	}
	return all
}

// costs reports whether something is missing that keeps cost low: one of the rules for
// that is off, or the Raft has no such rules, so that nothing of the kind can be asked.
func (c *Code) costs(off []string) bool {
	if !slices.ContainsFunc(c.Raft.Rules, func(r raft.Rule) bool { return r.Kind == raft.Cost }) {
		return true
	}
	if len(off) == 0 {
		return false
	}
	for r := range c.offered {
		if r.Kind == raft.Cost && slices.Contains(off, r.Name) {
			return true
		}
	}
	return false
}

// RuleNames lists the names of Rules. The slice is the caller's.
func (c *Code) RuleNames() []string {
	names := make([]string, 0, len(c.Raft.Rules)+len(c.Server.Rules)+len(c.Client.Rules))
	for r := range c.offered {
		names = append(names, r.Name)
	}
	return names
}

// Known are the names that a scenario may use.
func (c *Code) Known() *script.Known {
	k := script.Known{Rules: c.RuleNames(), Bugs: make([]string, len(c.Bugs))}
	for i := range c.Bugs {
		k.Bugs[i] = c.Bugs[i].Name
	}
	return &k
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
	// Twins steps beside every machine of a code with a bug one that is in the same
	// state and has the rule, to find out where they part (see Departures).
	Twins bool
	// Compare, if set, is asked of an event whether machines have twins in it, one for
	// each rule that is off and known to be, which has that one (see Differences). It
	// must not touch the world.
	Compare func(netsim.EventID) bool
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
