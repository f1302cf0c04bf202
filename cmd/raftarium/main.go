//go:build !js

// Command raftarium is an aquarium for Raft: it runs a replicated key-value
// service in a simulated network, in a window, in a browser, or headless.
//
// Package command says what it becomes when it is built for js/wasm, and with which
// tags.
package main

import (
	"raftarium/cmd/raftarium/command"
	"raftarium/cmd/raftarium/internal/grade"
	"raftarium/cmd/raftarium/internal/handout"
)

func main() {
	command.Main(command.Program{Code: ourCode(), Package: "./cmd/raftarium"}, grade.Command(), grade.TryCommand(), handout.Command())
}
