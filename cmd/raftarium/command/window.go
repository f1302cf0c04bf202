//go:build !js && !headless

package command

import (
	"cmp"
	"context"
	"errors"
	"os"

	"raftarium/cmd/raftarium/command/bare"
	"raftarium/viz/app"
)

// stateVariable names the file to which the state of the run and the nodes of the
// interface are written while they change, for tests that press the real controls.
const stateVariable = "RAFTARIUM_STATE"

// Window is what opens the visualizer of a program and returns when it is closed, which
// the end of the context does too; nil in a build that has none.
func Window(p Program) func(context.Context, bare.Opening) error {
	return func(ctx context.Context, o bare.Opening) error {
		err := app.Run(app.Options{
			Code: p.Code, Scenario: o.Scenario, Name: o.Name, At: o.At, State: os.Getenv(stateVariable),
			Done: ctx.Done(),
		})
		if errors.Is(err, app.ErrNoDisplay) {
			return bare.Elsewhere(err, cmp.Or(p.Name, "raftarium"), o)
		}
		return err
	}
}
