// Digest makes a few runs of every kind and prints a line for each: how many
// events there were, and the digest of all that happened. The lines are the same
// on every platform; a test builds this program for several and compares them.
package main

import (
	"fmt"
	"os"
	"time"

	"raftarium/kv/client"
	"raftarium/kv/server"
	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/hunt"
	"raftarium/netsim/cluster/script"
	"raftarium/raft/core"
	"raftarium/tests/suite"
)

func main() {
	if err := digests(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func digests() error {
	code := cluster.Code{Raft: core.Implementation(), Server: server.Implementation(), Client: client.Implementation()}
	for _, name := range []string{"TestUnreliableOneKey", "TestOnePartition", "TestPersistPartitionUnreliable"} {
		test, _ := suite.Named(name)
		res, err := test.Run(code, 7)
		if err != nil {
			return err
		}
		fmt.Printf("%s: %d events, digest %016x\n", name, res.Events, res.Digest)
	}
	for _, without := range [][]string{nil, {"persistent-log", "session-table"}, {"majority-to-win", "fast-backup", "batching"}} {
		cfg := script.DefaultConfig()
		cfg.For, cfg.Seed, cfg.Without = 6*time.Second, 42, without
		cfg.Loss, cfg.Duplicate, cfg.Reorder = netsim.Percent(5), netsim.Percent(2), netsim.Percent(3)
		cfg.Faults = []script.Fault{script.FaultCrash, script.FaultPartition, script.FaultPause}
		s, err := cluster.Open(code, &script.Scenario{Config: cfg}, cluster.Options{})
		if err != nil {
			return err
		}
		for !s.AdvanceTo(netsim.Time(cfg.For)) {
		}
		v := s.Final()
		fmt.Printf("everything at once, without %v: %d events, digest %016x, %d violations, linearizable %s\n",
			without, s.Events(), s.Digest(), len(v.Violations), v.Linearizable)
	}
	for seed := range uint64(4) {
		r, err := hunt.Run(code, hunt.Scenario(hunt.Default(code), seed+1))
		if err != nil {
			return err
		}
		fmt.Printf("the hunt's seed %d: %d events, digest %016x, %d violations\n", r.Seed, r.Events, r.Digest, len(r.Verdict.Violations))
	}
	return nil
}
