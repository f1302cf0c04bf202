//go:build js && !viz

// Command raftarium, built like this, is the headless command for Node.js. It grades
// nothing and writes no handout: there are no processes there to build and to run.
package main

import "raftarium/cmd/raftarium/command"

func main() { command.Main(command.Program{Code: ourCode()}) }
