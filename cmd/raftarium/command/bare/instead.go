//go:build !viz || !js

package bare

import (
	"context"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"
)

// patience is how long a program has to end before it is asked, and again before it is
// ended: longer than ours take for that, of which a server takes longest, 3 s.
const patience = 5 * time.Second

// Instead runs another program in the place of this one, with this one's output, and
// returns how it ended: nil, the [Status] it ended with, or why it did not come to that.
//
// When ctx ends, so shall the program. It is sent the SIGTERM that this one got. A terminal
// interrupts both, and a second interrupt would stop it from putting its things away, so
// it is interrupted only if it is still there after 5 s, and killed after as much again.
// On Windows no program can ask another to end: what the console does not tell it, it does
// not learn before it is killed.
func Instead(ctx context.Context, in io.Reader, program string, args ...string) error {
	cmd := exec.Command(program, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = in, os.Stdout, os.Stderr
	terms := make(chan os.Signal, 1)
	signal.Notify(terms, syscall.SIGTERM)
	defer signal.Stop(terms)
	return instead(ctx, cmd, terms, time.After)
}

// instead is Instead of a command. terms has the SIGTERM that this program is sent.
func instead(ctx context.Context, cmd *exec.Cmd, terms <-chan os.Signal, after func(time.Duration) <-chan time.Time) error {
	cmd.WaitDelay = 2 * time.Second // what the program started may hold its pipes open
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	var err error
	select {
	case err = <-ended:
	case <-ctx.Done():
		err = end(cmd.Process, ended, terms, after)
	}
	if cmd.ProcessState == nil || !cmd.ProcessState.Exited() {
		return err
	}
	if code := cmd.ProcessState.ExitCode(); code != 0 {
		return Status(code)
	}
	return nil
}

// end has a program end, which it does in its own way if it can, and returns how it did.
// That a signal cannot be sent is of no use to know: the program has ended, or this is
// Windows.
func end(p *os.Process, ended <-chan error, terms <-chan os.Signal, after func(time.Duration) <-chan time.Time) error {
	select {
	case err := <-ended:
		return err
	case sig := <-terms:
		_ = p.Signal(sig)
	case <-after(patience):
		_ = p.Signal(os.Interrupt)
	}
	select {
	case err := <-ended:
		return err
	case <-terms: // a second time is at once, as of this program
	case <-after(patience):
	}
	_ = p.Kill()
	return <-ended
}
