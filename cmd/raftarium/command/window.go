//go:build !js && !headless

package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"

	"raftarium/cmd/raftarium/internal/cli"
	"raftarium/viz/app"
)

// stateVariable names the file to which the state of the run and the nodes of the
// interface are written while they change, for tests that press the real controls.
const stateVariable = "RAFTARIUM_STATE"

// window opens the visualizer and returns when it is closed, which the end of ctx
// does too.
func window(p *Program) func(context.Context, cli.Opening) error {
	return func(ctx context.Context, o cli.Opening) error {
		err := app.Run(app.Options{
			Code: p.Code, Scenario: o.Scenario, Name: o.Name, At: o.At, State: os.Getenv(stateVariable),
			Done: ctx.Done(),
		})
		if errors.Is(err, app.ErrNoDisplay) {
			name, what := cmp.Or(p.Name, "raftarium"), o.Arguments()
			return fmt.Errorf("%w\nTo see the same in a browser: %s web%s\nTo run it without a picture: %s run%s", err, name, what, name, o.Shown())
		}
		return err
	}
}
