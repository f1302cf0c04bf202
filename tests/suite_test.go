package tests

import (
	"errors"
	"flag"
	"fmt"
	"testing"

	"raftarium/kv/client"
	"raftarium/kv/server"
	"raftarium/netsim/cluster"
	"raftarium/raft"
	"raftarium/raft/core"
	"raftarium/tests/secondnode"
	"raftarium/tests/suite"
)

var (
	seeds     = flag.Int("seeds", 3, "how many seeds each of the twelve tests runs on")
	firstSeed = flag.Uint64("seed", 1, "the first seed")
	whose     = flag.String("node", "", "whose Raft runs the twelve tests: core, second or both; unless told, core on all seeds and second on the first")
)

// code is a Raft with our service and our clients. Here, and nowhere else in the
// suite, our algorithm has a name.
func code(node raft.Implementation) cluster.Code {
	return cluster.Code{Raft: node, Server: server.Implementation(), Client: client.Implementation()}
}

// ours is the code that stands trial.
func ours() cluster.Code { return code(core.Implementation()) }

// second is a Raft that shares nothing with ours.
func second() cluster.Code { return code(secondnode.Implementation()) }

// The twelve tests. Package suite has what each does.

func TestBasic(t *testing.T)                       { twelve(t) }
func TestConcurrent(t *testing.T)                  { twelve(t) }
func TestUnreliable(t *testing.T)                  { twelve(t) }
func TestUnreliableOneKey(t *testing.T)            { twelve(t) }
func TestOnePartition(t *testing.T)                { twelve(t) }
func TestManyPartitionsOneClient(t *testing.T)     { twelve(t) }
func TestManyPartitionsManyClients(t *testing.T)   { twelve(t) }
func TestPersistOneClient(t *testing.T)            { twelve(t) }
func TestPersistConcurrent(t *testing.T)           { twelve(t) }
func TestPersistConcurrentUnreliable(t *testing.T) { twelve(t) }
func TestPersistPartition(t *testing.T)            { twelve(t) }
func TestPersistPartitionUnreliable(t *testing.T)  { twelve(t) }

// twelve runs the test of t's name, on each seed.
func twelve(t *testing.T) {
	t.Parallel()
	test, ok := suite.Named(t.Name())
	if !ok {
		t.Fatalf("the suite has no test %s", t.Name())
	}
	n, m := *seeds, 0
	switch *whose {
	case "":
		m = min(n, 1)
	case "core":
	case "second":
		n, m = 0, n
	case "both":
		m = n
	default:
		t.Fatalf("-node %s: it is core, second or both", *whose)
	}
	for i := range n {
		judgeRun(t, &test, ours(), *firstSeed+uint64(i))
	}
	for i := range m {
		judgeRun(t, &test, second(), *firstSeed+uint64(i))
	}
}

// judgeRun runs one test on one seed, and prints how it went.
func judgeRun(t *testing.T, test *suite.Test, code cluster.Code, seed uint64) {
	t.Helper()
	by, option := "", " -node core"
	if code.Raft.Name == second().Raft.Name {
		by, option = ", second node", " -node second"
	}
	res, err := test.Run(code, seed)
	var failure *suite.Failure
	switch {
	case errors.As(err, &failure):
		file, err := stored(failure.Scenario, fmt.Sprintf("%s-seed%d", test.Name, seed))
		look := "go run ./cmd/raftarium run --explain " + file
		switch {
		case err != nil:
			look = fmt.Sprintf("the scenario could not be saved: %v", err)
		case by != "":
			look = "name that node in cmd/raftarium/code.go, then " + look
		}
		t.Errorf("%v\n  replay: %s%s\n  look:   %s", failure, failure.Replay(), option, look)
	case err != nil:
		t.Error(err)
	default:
		// In one piece, because tests run side by side.
		fmt.Printf("Test: %s ...\n  ... Passed -- %.1fs virtual, %d operations, %d messages, %d elections, seed %d%s\n",
			test.What, res.Virtual.Seconds(), res.Operations, res.Messages, res.Elections, seed, by)
	}
}
