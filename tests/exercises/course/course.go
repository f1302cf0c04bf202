// Package course is what the exercises of a course have in common: the program of
// an exercise, and the parts that a student has not written, or not in this exercise.
package course

import (
	"raftarium/netsim/cluster"
	"raftarium/raft"
	"raftarium/tests/exercises/lab"
)

// Complete fills in what is missing of somebody's code: the Raft below a service, or
// the service and the client above a Raft.
func Complete(code cluster.Code) cluster.Code {
	if code.Raft.New == nil {
		code.Raft = Raft()
	}
	server, client := Service()
	if code.Server.New == nil {
		code.Server = server
	}
	if code.Client.New == nil {
		code.Client = client
	}
	return code
}

// held is code in the program of an exercise, held to what the exercise counts, and asked
// for what it is about.
func held(e *lab.Exercise, code cluster.Code) cluster.Code {
	if e.Partly {
		code.Judged = e.Judged
	}
	code.Features = features(e.Number)
	return code
}

// features are what the machines of an exercise know, so that its hunt asks for it.
func features(number int) []raft.Feature {
	var known []raft.Feature
	for _, f := range []struct {
		from int
		raft.Feature
	}{{5, raft.NeedsSnapshots}, {8, raft.NeedsReads}, {9, raft.NeedsMembership}} {
		if number >= f.from {
			known = append(known, f.Feature)
		}
	}
	return known
}

// name is what people type to run the program of an exercise.
func name(e *lab.Exercise) string { return "go run ./tests/exercises/" + e.Name }

// Options are how `go test` runs an exercise: as a student's check does, in the folder
// of the exercise.
func Options() lab.Options {
	files, err := lab.StudentFiles(".")
	if err != nil {
		return lab.Options{} // it only costs a hint
	}
	return lab.Options{Sources: files}
}
