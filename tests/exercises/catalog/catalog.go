// Package catalog lists the exercises.
package catalog

import (
	hello "raftarium/tests/exercises/00-hello/exam"
	election "raftarium/tests/exercises/01-election/exam"
	replication "raftarium/tests/exercises/02-replication/exam"
	"raftarium/tests/exercises/lab"
)

// All returns the exercises, in order. The slice is the caller's.
func All() []lab.Exercise {
	return []lab.Exercise{hello.Exercise(), election.Exercise(), replication.Exercise()}
}
