package scene

import (
	"raftarium/kv"
	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
)

// eventRow adds the number of the newest event of what is selected, as traces and
// `raftarium bug answer` number events, and what it was in a few words. The row is there
// without an event too, so that nothing jumps.
func (f *Frame) eventRow(label string) {
	r := &f.Options.Event
	if r.ID == 0 {
		f.add(label, "")
		return
	}
	t := f.scratch().texts.begin().num(uint64(r.ID)).str(" · ")
	switch r.Kind {
	case netsim.Delivery:
		f.add(label, t.str(messageType(r.Payload)).str(" from ").endpoint(endpointOf(r.Peer)).end())
	case netsim.Lost:
		f.add(label, t.str(messageType(r.Payload)).str(" lost").end())
	case netsim.Timer:
		switch {
		case r.Node > script.MaxServers:
			f.add(label, t.str("out of patience").end())
		default:
			f.add(label, t.str(raft.TimerKey(r.Key).String()).str(" timer").end())
		}
	case netsim.Written:
		f.add(label, t.str("save ").num(r.Key).str(" on disk").end())
	default:
		f.add(label, t.str(cluster.Describe(r)).end())
	}
}

// endpointOf is whom an endpoint of the network stands for: servers have the numbers
// of their IDs, and clients follow the largest server that there can be.
func endpointOf(n netsim.NodeID) script.Endpoint {
	if n <= script.MaxServers {
		return script.Endpoint{Server: raft.ID(n)}
	}
	return script.Endpoint{Client: kv.ClientID(n - script.MaxServers)}
}
