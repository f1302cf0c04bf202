// Package catalog lists the exercises.
package catalog

import (
	hello "raftarium/tests/exercises/00-hello/exam"
	election "raftarium/tests/exercises/01-election/exam"
	replication "raftarium/tests/exercises/02-replication/exam"
	persistence "raftarium/tests/exercises/03-persistence/exam"
	backup "raftarium/tests/exercises/04-backup/exam"
	snapshots "raftarium/tests/exercises/05-snapshots/exam"
	service "raftarium/tests/exercises/06-service/exam"
	once "raftarium/tests/exercises/07-exactly-once/exam"
	reads "raftarium/tests/exercises/08-reads/exam"
	membership "raftarium/tests/exercises/09-membership/exam"
	bugs "raftarium/tests/exercises/10-find-the-bug/exam"
	"raftarium/tests/exercises/10-find-the-bug/judge"
	"raftarium/tests/exercises/lab"
)

// All returns the exercises, in order. The slice is the caller's.
func All() []lab.Exercise {
	return []lab.Exercise{
		hello.Exercise(), election.Exercise(), replication.Exercise(), persistence.Exercise(), backup.Exercise(),
		snapshots.Exercise(), service.Exercise(), once.Exercise(), reads.Exercise(), membership.Exercise(),
		bugs.Exercise(nil, judge.Judge{}),
	}
}
