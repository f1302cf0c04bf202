//go:build (js && !viz) || (!js && headless)

package command

import (
	"context"

	"raftarium/cmd/raftarium/internal/cli"
)

// window is nil: Node.js has none, and a headless build wants none.
func window(*Program) func(context.Context, cli.Opening) error { return nil }
