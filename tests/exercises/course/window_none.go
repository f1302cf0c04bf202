//go:build (js && !viz) || (!js && headless)

package course

import (
	"context"

	"raftarium/cmd/raftarium/command/bare"
	"raftarium/netsim/cluster"
	"raftarium/tests/exercises/lab"
)

// window is nil: Node.js has none, and a headless build wants none.
func window(*lab.Exercise, cluster.Code) func(context.Context, bare.Opening) error { return nil }
