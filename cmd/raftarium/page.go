//go:build js && viz

// Command raftarium, built like this, is the page of `raftarium web`: the
// visualizer alone. What runs and from when on, the page's address says.
package main

import (
	"fmt"
	"os"

	"raftarium/viz/app"
)

func main() {
	if err := app.Run(app.Options{Code: ourCode()}); err != nil {
		// The loader shows what is written here.
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
