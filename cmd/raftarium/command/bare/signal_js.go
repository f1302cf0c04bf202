//go:build js && !viz

package bare

import "context"

// interruptible is a context that never ends by itself: no signal reaches a program in
// Node.js, which just ends it.
func interruptible() (context.Context, context.CancelFunc) {
	return context.WithCancel(context.Background())
}
