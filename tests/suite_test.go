package tests

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"testing"

	"raftarium/kv/client"
	"raftarium/kv/server"
	"raftarium/netsim/cluster"
	"raftarium/raft/core"
	"raftarium/tests/suite"
)

var (
	seeds     = flag.Int("seeds", 3, "how many seeds each of the twelve tests runs on")
	firstSeed = flag.Uint64("seed", 1, "the first seed")
)

// ours is the code that stands trial.
func ours() cluster.Code {
	return cluster.Code{Raft: core.Implementation(), Server: server.Implementation(), Client: client.Implementation()}
}

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
	for i := range *seeds {
		judgeRun(t, &test, ours(), *firstSeed+uint64(i))
	}
}

// judgeRun runs one test on one seed, and prints how it went.
func judgeRun(t *testing.T, test *suite.Test, code cluster.Code, seed uint64) {
	t.Helper()
	res, err := test.Run(code, seed)
	var failure *suite.Failure
	switch {
	case errors.As(err, &failure):
		t.Errorf("%v\n  replay: %s\n  look:   %s", failure, failure.Replay(), saved(failure))
	case err != nil:
		t.Error(err)
	default:
		// In one piece, because tests run side by side.
		fmt.Printf("Test: %s ...\n  ... Passed -- %.1fs virtual, %d operations, %d messages, %d elections, seed %d\n",
			test.What, res.Virtual.Seconds(), res.Operations, res.Messages, res.Elections, seed)
	}
}

// saved keeps the scenario of a failure and returns the command that runs it.
func saved(f *suite.Failure) string {
	var b bytes.Buffer
	_, err := f.Scenario.WriteTo(&b)
	if err == nil {
		var file *os.File
		if file, err = os.CreateTemp("", fmt.Sprintf("%s-seed%d-*.raft", f.Test.Name, f.Seed)); err == nil {
			_, err = file.Write(b.Bytes())
			err = errors.Join(err, file.Close())
			if err == nil {
				return "go run ./cmd/raftarium run --explain " + file.Name()
			}
		}
	}
	return fmt.Sprintf("the scenario could not be saved: %v", err)
}
