//go:build js && viz

// Command raftarium, built like this, is the page of `raftarium web`.
package main

import "raftarium/cmd/raftarium/command"

func main() { command.Main(command.Program{Code: ourCode()}) }
