package cluster

import "testing"

// What is named after a panic is a function of somebody's machine, and nothing that
// only calls it or is called by it.
func TestAFunctionOfAMachineIsToldFromAllOthers(t *testing.T) {
	for name, want := range map[string]bool{
		"main.(*node).Step":                                  true,
		"main.(*table[go.shape.int]).put":                    true,
		"raftarium/tests/exercises/reference/node.agrees":    true,
		"course.example/labs/raft.(*node).Step":              true,
		"raftarium/raft/core.(*Node).Step":                   true,
		"raftarium/tests/exercises/lab.watchedNode.Step":     false,
		"raftarium/netsim/cluster.(*World).stepRaft":         false,
		"raftarium/raft.(*Effects).SendAppendEntries":        false,
		"slices.Insert[go.shape.[]raftarium/raft.ID,int]":    false,
		"runtime.gopanic":                                    false,
		"created by raftarium/tests/exercises/lab.Supervise": false,
		"nonsense": false,
		"":         false,
	} {
		if OfMachine(name) != want {
			t.Errorf("%q is that of a machine: %v", name, !want)
		}
	}
	if got := Place("raftarium/tests/exercises/wrong/program/01-election/a.(*node).stand", "/x/y/node.go", 12); got != "node.go:12, in (*node).stand" {
		t.Errorf("the place is %q", got)
	}
}
