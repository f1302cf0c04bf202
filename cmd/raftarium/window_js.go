//go:build !viz

package main

import (
	"context"

	"raftarium/cmd/raftarium/internal/cli"
)

// window is nil: Node.js has none.
var window func(context.Context, cli.Opening) error
