package cluster_test

import (
	"strings"
	"testing"

	"raftarium/kv"
	"raftarium/kv/client"
	"raftarium/kv/server"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/check"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
	"raftarium/raft/core"
)

// puppet is a consensus node that does what the test says, on top of another one
// if it has one.
type puppet struct {
	raft.Machine
	id   raft.ID
	step func(id raft.ID, ev raft.Event, out *raft.Effects)
}

func (p *puppet) Step(ev raft.Event, out *raft.Effects) {
	if start, ok := ev.(*raft.Start); ok {
		p.id = start.ID
	}
	if p.Machine != nil {
		p.Machine.Step(ev, out)
	}
	p.step(p.id, ev, out)
}

func (p *puppet) Clone() raft.Machine {
	c := *p
	if p.Machine != nil {
		c.Machine = p.Machine.Clone()
	}
	return &c
}

func (p *puppet) AppendState(b []byte) []byte {
	if p.Machine != nil {
		return p.Machine.AppendState(b)
	}
	return b
}

func (p *puppet) Inspect(st *raft.Status) {
	if p.Machine != nil {
		p.Machine.Inspect(st)
		return
	}
	st.Reset()
	st.ID = p.id
}

// puppets is code whose nodes do what step says and nothing else.
func puppets(step func(raft.ID, raft.Event, *raft.Effects)) cluster.Code {
	code := ours()
	code.Raft.New = func() raft.Machine { return &puppet{step: step} }
	return code
}

// spoilt is our code with something added to what its nodes do.
func spoilt(step func(raft.ID, raft.Event, *raft.Effects)) cluster.Code {
	code := ours()
	code.Raft.New = func() raft.Machine { return &puppet{Machine: core.New(), step: step} }
	return code
}

// oddServer and oddClient are ours with something added.
type oddServer struct {
	kv.Server
	step func(kv.ServerEvent, *kv.ServerEffects)
}

func (o *oddServer) Step(ev kv.ServerEvent, out *kv.ServerEffects) {
	o.Server.Step(ev, out)
	o.step(ev, out)
}

func (o *oddServer) Clone() kv.Server { return &oddServer{o.Server.Clone(), o.step} }

type oddClient struct {
	kv.Client
	step func(kv.ClientEvent, *kv.ClientEffects)
}

func (o *oddClient) Step(ev kv.ClientEvent, out *kv.ClientEffects) {
	o.Client.Step(ev, out)
	o.step(ev, out)
}

func (o *oddClient) Clone() kv.Client { return &oddClient{o.Client.Clone(), o.step} }

func oddServers(step func(kv.ServerEvent, *kv.ServerEffects)) cluster.Code {
	code := ours()
	code.Server.New = func() kv.Server { return &oddServer{server.New(), step} }
	return code
}

func oddClients(step func(kv.ClientEvent, *kv.ClientEffects)) cluster.Code {
	code := ours()
	code.Client.New = func() kv.Client { return &oddClient{client.New(), step} }
	return code
}

// openCode makes a session of other code than ours.
func openCode(t testing.TB, code cluster.Code, cfg script.Config, opt cluster.Options) *cluster.Session {
	t.Helper()
	s, err := cluster.Open(code, &script.Scenario{Config: cfg}, opt)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// do performs lines that must succeed.
func do(t testing.TB, s *cluster.Session, lines ...string) {
	t.Helper()
	for _, line := range lines {
		if _, err := s.Do(line); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
	}
}

// broken lists the texts of the violations of a property.
func broken(s *cluster.Session, p check.Property) string {
	var texts []string
	for _, v := range s.Judge().Violations() {
		if v.Property == p {
			texts = append(texts, v.Text)
		}
	}
	return strings.Join(texts, "\n")
}

// pass lets time pass, whatever checkers say.
func pass(s *cluster.Session, until int) {
	for !s.AdvanceTo(ms(until)) {
	}
}
