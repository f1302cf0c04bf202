package tests

import (
	"flag"
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

func TestBasic(t *testing.T)                       { course(t) }
func TestConcurrent(t *testing.T)                  { course(t) }
func TestUnreliable(t *testing.T)                  { course(t) }
func TestUnreliableOneKey(t *testing.T)            { course(t) }
func TestOnePartition(t *testing.T)                { course(t) }
func TestManyPartitionsOneClient(t *testing.T)     { course(t) }
func TestManyPartitionsManyClients(t *testing.T)   { course(t) }
func TestPersistOneClient(t *testing.T)            { course(t) }
func TestPersistConcurrent(t *testing.T)           { course(t) }
func TestPersistConcurrentUnreliable(t *testing.T) { course(t) }
func TestPersistPartition(t *testing.T)            { course(t) }
func TestPersistPartitionUnreliable(t *testing.T)  { course(t) }

// Those of later forms of the course.

func TestSpeed(t *testing.T)                                  { course(t) }
func TestPersistPartitionUnreliableLinearizable(t *testing.T) { course(t) }

// course runs the test of t's name, on each seed.
func course(t *testing.T) {
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
		test.Judge(t, ours(), *firstSeed+uint64(i), "-node core")
	}
	for i := range m {
		test.Judge(t, second(), *firstSeed+uint64(i), "-node second")
	}
}
