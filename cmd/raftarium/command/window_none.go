//go:build (js && !viz) || (!js && headless)

package command

import (
	"context"

	"raftarium/cmd/raftarium/internal/cli"
	"raftarium/netsim/cluster"
)

// window is nil: Node.js has none, and a headless build wants none.
func window(cluster.Code) func(context.Context, cli.Opening) error { return nil }
