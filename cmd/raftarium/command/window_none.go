//go:build (js && !viz) || (!js && headless)

package command

import (
	"context"

	"raftarium/cmd/raftarium/command/bare"
)

// Window is nil: Node.js has none, and a headless build wants none.
func Window(Program) func(context.Context, bare.Opening) error { return nil }
