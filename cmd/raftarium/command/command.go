// Package command is the raftarium command as something to build: a main package of
// a few lines that hands its machines to [Main] is a whole raftarium, with the
// desktop window, the page in a browser, runs without a picture and the hunt.
//
//	func main() {
//		command.Main(command.Program{Code: cluster.Code{Raft: mine(), Server: theirs(), Client: theirs()}})
//	}
//
// What Main is depends on how the program is built, as with raftarium itself. For
// js/wasm with the tag viz it is the page; without that tag the headless command for
// Node.js; natively the command with a window, or, with the tag headless, without one
// and without anything of the interface linked.
package command

import "raftarium/netsim/cluster"

// Program is whose program it is.
type Program struct {
	// Code is whose Raft, service and client run.
	Code cluster.Code
	// Name is what people type to run the program, in replay commands and in help:
	// "go run ./tests/exercises/01-election". "" is "raftarium".
	Name string
	// Package is the main package of which `web` builds the page, by import path or
	// relative to the directory of its module. "" is this very program, by what the
	// go command has written into it.
	Package string
}
