//go:build !viz || !js

package bare

import (
	"context"
	"io"
	"os"
	"os/exec"
	"time"
)

// Instead runs another program in the place of this one, with this one's output, and
// returns how it ended: nil, the [Status] it ended with, or why it did not come to that.
// The end of ctx asks it to end; how it does that is its own.
func Instead(ctx context.Context, in io.Reader, program string, args ...string) error {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = in, os.Stdout, os.Stderr
	// A terminal asks it to end, as it asked this program, and a second time would end it
	// at once: it gets some time for the first.
	cmd.Cancel = func() error {
		time.Sleep(500 * time.Millisecond)
		return cmd.Process.Signal(os.Interrupt)
	}
	cmd.WaitDelay = 2 * time.Second
	err := cmd.Run()
	if cmd.ProcessState == nil || !cmd.ProcessState.Exited() {
		return err
	}
	if code := cmd.ProcessState.ExitCode(); code != 0 {
		return Status(code)
	}
	return nil
}
