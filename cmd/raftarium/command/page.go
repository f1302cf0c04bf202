//go:build js && viz

package command

import (
	"fmt"
	"os"

	"raftarium/viz/app"
)

// Main is the page: the visualizer alone. What runs and from when on, the page's
// address says.
func Main(p Program) {
	if err := app.Run(app.Options{Code: p.Code}); err != nil {
		// The loader shows what is written here.
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
