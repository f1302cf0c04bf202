// Command 09-membership is a whole raftarium with what you write in this folder inside. See
// README.md.
package main

import (
	"raftarium/netsim/cluster"
	"raftarium/tests/exercises/09-membership/exam"
	"raftarium/tests/exercises/course"
)

func main() { course.Main(exam.Exercise(), cluster.Code{Raft: Node()}) }
