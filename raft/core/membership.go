package core

import (
	"slices"

	"raftarium/raft"
)

// Who belongs to the cluster (§6; dissertation, chapter 4) stands in the log: "a
// server always uses the latest configuration in its log, regardless of whether the
// entry is committed".

// configAt is a configuration and the index of its entry, 0 for the first one.
type configAt struct {
	index  raft.Index
	config raft.Config
}

// noteConfigs takes in the configurations among entries that were appended to the
// log. One that cannot be is passed over, the same at each server.
func (n *Node) noteConfigs(entries []raft.Entry) {
	for i := range entries {
		if entries[i].Kind != raft.EntryConfig {
			continue
		}
		if c, err := raft.DecodeConfig(entries[i].Data); err == nil && c.Check() == nil {
			n.configs = append(n.configs, configAt{entries[i].Index, c})
		}
	}
}

// forgetConfigs drops those of entries at i and above, which were removed.
func (n *Node) forgetConfigs(i raft.Index) {
	k := len(n.configs)
	for k > 1 && n.configs[k-1].index >= i {
		k--
	}
	if k < len(n.configs) {
		n.configs = slices.Clip(n.configs[:k]) // clones see what stood behind
		n.using = noConfig
	}
}

// compactConfigs keeps what is still of use behind index i, and returns the
// configuration as of there.
func (n *Node) compactConfigs(i raft.Index) raft.Config {
	k := 0
	for k+1 < len(n.configs) && n.configs[k+1].index <= i {
		k++
	}
	n.configs = slices.Clone(n.configs[k:])
	return n.configs[0].config
}

// restoreConfigs starts anew from a snapshot.
func (n *Node) restoreConfigs(s *raft.Snapshot) {
	at := n.configs[0]
	if s.Config.Check() == nil {
		at = configAt{s.Index, s.Config}
	}
	n.configs = []configAt{at}
	n.using = noConfig
}

// noConfig makes the next refresh take in the configuration anew.
const noConfig = ^raft.Index(0)

// refresh puts the configuration in force that should be.
func (n *Node) refresh() {
	k := len(n.configs) - 1
	if !n.on(adoptAtOnce) {
		for k > 0 && n.configs[k].index > n.commit {
			k--
		}
	}
	if at := &n.configs[k]; n.using != at.index || n.servers == nil {
		n.use(at)
	}
}

// use gives each member its place. What is known of those who stay goes with them.
func (n *Node) use(at *configAt) {
	servers := at.config.Members()
	self, member := slices.BinarySearch(servers, n.id)
	if !member {
		servers = slices.Insert(servers, self, n.id)
	}
	peers := make([]progress, len(servers))
	var votes, preVotes uint32
	for i, id := range servers {
		if was, known := slices.BinarySearch(n.servers, id); known {
			peers[i] = n.peers[was]
			votes |= n.votes >> was & 1 << i
			preVotes |= n.preVotes >> was & 1 << i
		} else if n.role == raft.Leader {
			peers[i] = progress{next: max(n.log.last(), 1)}
		}
	}
	n.using = at.index
	n.servers, n.self, n.peers = servers, self, peers
	n.votes, n.preVotes, n.filled = votes, preVotes, 0
	n.voters, n.outgoing = n.places(at.config.Voters), n.places(at.config.Outgoing)
}

func (n *Node) places(ids []raft.ID) uint32 {
	var set uint32
	for _, id := range ids {
		i, _ := n.place(id)
		set |= 1 << i
	}
	return set
}

// hasSay reports whether the server at a place votes.
func (n *Node) hasSay(place int) bool { return (n.voters|n.outgoing)>>place&1 != 0 }

// mayStand reports whether this server may stand for election. Who was removed may
// as long as that is not committed: without its help it might never be
// (dissertation, 4.2.2). Who was never more than a learner may not.
func (n *Node) mayStand() bool {
	if !n.on(onlyVotersStand) {
		return true
	}
	for k := len(n.configs) - 1; k >= 0; k-- {
		if n.configs[k].config.IsVoter(n.id) {
			return true
		}
		if n.configs[k].index <= n.commit {
			break
		}
	}
	return false
}
