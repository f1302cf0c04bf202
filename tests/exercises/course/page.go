//go:build js && viz

package course

import (
	"raftarium/cmd/raftarium/command"
	"raftarium/netsim/cluster"
	"raftarium/tests/exercises/lab"
)

// Main is the program of an exercise, as a page: the stage with this code on it.
func Main(e lab.Exercise, code cluster.Code) {
	command.Main(command.Program{Code: held(&e, Complete(code)), Name: name(&e)})
}
