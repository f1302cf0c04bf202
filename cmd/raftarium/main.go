//go:build !js || !viz

// Command raftarium is an aquarium for Raft: it runs a replicated key-value
// service in a simulated network, in a window, in a browser, or headless.
//
// Built for js/wasm without tags it is the headless command, for Node.js; with
// the tag viz it is the page of `raftarium web` (see page.go).
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"raftarium/cmd/raftarium/internal/cli"
)

// gcPercent lets the heap of a run grow to four times what lives in it before it is
// collected: most of what a run allocates is its log, which stays, and a collector
// that runs all the time slows each event down, in wasm by a third.
const gcPercent = 300

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// A second signal ends the program at once, whatever it does.
	context.AfterFunc(ctx, stop)
	status := cli.Main(ctx, cli.Program{Code: ourCode(), Window: window}, os.Args[1:], cli.Streams{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Terminal: isTerminal(os.Stderr),
	})
	stop()
	os.Exit(status)
}

// isTerminal says whether somebody watches f.
func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("TERM") != "dumb"
}
