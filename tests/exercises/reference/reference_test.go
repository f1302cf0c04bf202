package reference

import (
	"strings"
	"testing"

	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/hunt"
	"raftarium/raft"
	"raftarium/tests/exercises/reference/node"
	"raftarium/tests/exercises/reference/service"
	"raftarium/tests/suite"
)

func code() cluster.Code {
	return cluster.Code{Raft: node.Node(), Server: service.Server(), Client: service.Client()}
}

// What students are given must be right: it stands the hunt.
func TestTheReferenceStandsTheHunt(t *testing.T) {
	o := hunt.Default(code())
	o.Features = []raft.Feature{raft.NeedsSnapshots, raft.NeedsReads, raft.NeedsMembership}
	for seed := range uint64(60) {
		res, err := hunt.Run(code(), hunt.Scenario(o, seed+1))
		if err != nil {
			t.Fatal(err)
		}
		if v, bad := res.First(); bad {
			t.Errorf("seed %d: %s at %v: %s", seed+1, v.Property, v.At, v.Text)
		}
	}
}

func TestTheReferencePassesTheCourse(t *testing.T) {
	for _, test := range append(suite.Tests(), suite.SnapshotTests()...) {
		if _, err := test.Run(code(), 1); err != nil {
			t.Errorf("%s: %v", test.Name, err)
		}
	}
}

// What is put together for an exercise must be whole, and hold nothing of later ones.
func TestEachExerciseHasItsParts(t *testing.T) {
	for number, want := range map[int]string{
		1: "election.go inspect.go membership.go node.go persistence.go replication.go backup.go reads.go snapshots.go",
		5: "log.go", 6: "server.go store.go client.go sessions.go",
	} {
		files, err := Files(number, "main")
		if err != nil {
			t.Fatal(err)
		}
		for name := range strings.FieldsSeq(want) {
			if _, ok := files[name]; !ok {
				t.Errorf("exercise %d has no %s", number, name)
			}
		}
	}
	one, _ := Files(1, "main")
	for name, text := range one {
		if !strings.HasPrefix(string(text), "package main\n") || strings.Contains(string(text), "advanceCommit() {\n") {
			t.Errorf("exercise 1 has too much in %s", name)
		}
	}
	if _, ok := one["log.go"]; ok {
		t.Error("exercise 1 has a log")
	}
	if _, err := Files(0, "main"); err == nil {
		t.Error("there is a reference for exercise 0")
	}
}
