//go:build !js

package bare

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// interruptible is a context that ends when the program is asked to end.
func interruptible() (context.Context, context.CancelFunc) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// A second signal ends the program at once, whatever it does.
	context.AfterFunc(ctx, stop)
	return ctx, stop
}
