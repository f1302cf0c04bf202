package cluster_test

import (
	"testing"
	"time"

	"raftarium/kv/client"
	"raftarium/kv/server"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/check"
	"raftarium/netsim/cluster/script"
	"raftarium/raft/core"
)

func ours() cluster.Code {
	return cluster.Code{Raft: core.Implementation(), Server: server.Implementation(), Client: client.Implementation()}
}

// open makes a session of our own code from a configuration.
func open(t testing.TB, cfg script.Config, opt cluster.Options, steps ...script.Step) *cluster.Session {
	t.Helper()
	s, err := cluster.Open(ours(), &script.Scenario{Config: cfg, Steps: steps}, opt)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func config(change func(*script.Config)) script.Config {
	cfg := script.DefaultConfig()
	cfg.For = 10 * time.Second
	if change != nil {
		change(&cfg)
	}
	return cfg
}

// run makes the whole run of a configuration and returns the verdict.
func run(t testing.TB, cfg script.Config) (*cluster.Session, check.Verdict) {
	t.Helper()
	s := open(t, cfg, cluster.Options{VerifyMessages: true})
	for !s.AdvanceTo(0 + netTime(cfg.For)) {
	}
	return s, s.Final()
}
