// Command 03-persistence is a whole raftarium with what you write in this folder inside. See
// README.md.
package main

import (
	"raftarium/netsim/cluster"
	"raftarium/tests/exercises/03-persistence/exam"
	"raftarium/tests/exercises/course"
)

func main() { course.Main(exam.Exercise(), cluster.Code{Raft: Node()}) }
