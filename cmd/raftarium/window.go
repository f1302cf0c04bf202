//go:build !js

package main

import "raftarium/cmd/raftarium/internal/cli"

var window func(cli.Opening) error
