package cluster_test

import (
	"testing"

	"raftarium/netsim/cluster"
	"raftarium/raft"
	"raftarium/raft/core"
)

// thrifty is our node, which uses the slices of its status again, as the contract
// allows: what a status held is overwritten as soon as the node is asked again.
type thrifty struct {
	raft.Machine
	voters []raft.ID
}

func (m *thrifty) Clone() raft.Machine { return &thrifty{Machine: m.Machine.Clone()} }

func (m *thrifty) Inspect(st *raft.Status) {
	m.Machine.Inspect(st)
	m.voters = append(m.voters[:0], st.Config.Voters...)
	st.Config.Voters = m.voters
}

// A world remembers who belongs to the cluster where nobody leads, and so do its clones,
// whatever its nodes do with their slices after that.
func TestAWorldKeepsAConfigurationOfItsOwn(t *testing.T) {
	code := ours()
	var nodes []*thrifty
	code.Raft.New = func() raft.Machine {
		nodes = append(nodes, &thrifty{Machine: core.New()})
		return nodes[len(nodes)-1]
	}
	s := openCode(t, code, config(nil), cluster.Options{})
	do(t, s, "timeout s1")
	pass(s, 200)
	do(t, s, "add s6")
	pass(s, 400)
	do(t, s, "promote s6")
	pass(s, 700)
	belongs(t, s, "s1 s2 s3 s4 s5 s6")
	do(t, s, "crash all")
	clone := s.Clone()
	for _, m := range nodes {
		for i := range m.voters {
			m.voters[i] = 9
		}
	}
	for _, world := range []*cluster.Session{s, clone} {
		if got := of(world); got != "s1 s2 s3 s4 s5 s6" {
			t.Errorf("with all servers down, %s belong to the cluster", got)
		}
	}
}
