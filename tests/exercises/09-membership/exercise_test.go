package main

import (
	"testing"

	"raftarium/netsim/cluster"
	"raftarium/tests/exercises/09-membership/exam"
	"raftarium/tests/exercises/internal/trial"
)

func TestTheReferenceHasFullPoints(t *testing.T) { trial.Reference(t, exam.Exercise()) }

func TestTheSkeletonFailsClearly(t *testing.T) {
	trial.Skeleton(t, exam.Exercise(), cluster.Code{Raft: Node()})
}
