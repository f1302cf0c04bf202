//go:build !js

package main

import (
	"errors"
	"fmt"

	"raftarium/cmd/raftarium/internal/cli"
	"raftarium/viz/app"
)

// window opens the visualizer and returns when it is closed.
func window(o cli.Opening) error {
	err := app.Run(app.Options{Code: ourCode(), Scenario: o.Scenario, Name: o.Name, At: o.At})
	if errors.Is(err, app.ErrNoDisplay) {
		return fmt.Errorf("%w\nTo see the same in a browser: raftarium web. To run without a picture: raftarium run", err)
	}
	return err
}
