//go:build !js && window && !headless

package course

import (
	"context"

	"raftarium/cmd/raftarium/command"
	"raftarium/cmd/raftarium/command/bare"
	"raftarium/netsim/cluster"
	"raftarium/tests/exercises/lab"
)

// window is the program's own.
func window(e *lab.Exercise, code cluster.Code) func(context.Context, bare.Opening) error {
	return command.Window(command.Program{Code: code, Name: name(e)})
}
