package main

import (
	"testing"

	"raftarium/netsim/cluster"
	"raftarium/tests/exercises/00-hello/exam"
	"raftarium/tests/exercises/internal/trial"
)

func TestTheNodeHasFullPoints(t *testing.T) {
	trial.Own(t, exam.Exercise(), cluster.Code{Raft: Node()})
}
