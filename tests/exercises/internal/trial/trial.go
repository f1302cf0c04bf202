// Package trial tests the exercises themselves: on the reference, which must have
// full points, and on what students begin with.
package trial

import (
	"flag"
	"strings"
	"testing"

	"raftarium/netsim/cluster"
	"raftarium/tests/exercises/course"
	"raftarium/tests/exercises/lab"
	"raftarium/tests/exercises/reference/node"
	"raftarium/tests/exercises/reference/service"
)

var seeds = flag.Int("seeds", 0, "on how many seeds each test of an exercise is played; 0 is as a student's")

func options() lab.Options {
	var o lab.Options
	for i := range *seeds {
		o.Seeds = append(o.Seeds, uint64(i+1))
	}
	return o
}

// Reference runs an exercise on the complete reference.
func Reference(t *testing.T, e lab.Exercise) {
	t.Helper()
	Own(t, e, cluster.Code{Raft: node.Node(), Server: service.Server(), Client: service.Client()})
}

// Own runs an exercise on somebody's code, which must have full points.
func Own(t *testing.T, e lab.Exercise, code cluster.Code) {
	t.Helper()
	e.Run(course.Complete(code), options(), nil, func(res lab.Result) {
		if !res.Passed {
			t.Errorf("%s, seed %d: %s\n%s", res.Name, res.Seed, res.Reason, res.Scenario)
		}
	})
}

// Skeleton runs an exercise on what a student begins with: it must have no points,
// and say so in sentences.
func Skeleton(t *testing.T, e lab.Exercise, code cluster.Code) {
	t.Helper()
	e.Run(course.Complete(code), lab.Options{Seeds: []uint64{1}}, nil, func(res lab.Result) {
		if res.Passed {
			t.Errorf("the skeleton passes %s", res.Name)
		}
		if !res.Passed && (strings.TrimSpace(res.Reason) == "" || strings.Contains(res.Reason, "runtime error")) {
			t.Errorf("%s does not say what is missing: %q", res.Name, res.Reason)
		}
	})
}
