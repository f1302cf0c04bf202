//go:build !viz

package main

import "raftarium/cmd/raftarium/internal/cli"

// window is nil: Node.js has none.
var window func(cli.Opening) error
