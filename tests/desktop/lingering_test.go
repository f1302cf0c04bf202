//go:build unix

package desktop

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"testing"
	"time"
)

// TestNothingOutlivesTheProgramUnderTest: a program that dies without the window that it
// has started, as an exercise could, must not keep the test waiting, nor leave the window.
func TestNothingOutlivesTheProgramUnderTest(t *testing.T) {
	r, held, err := os.Pipe() // held by whatever is alive
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var said bytes.Buffer
	w := &window{t: t, command: exec.Command("sh", "-c", "sleep 600 & exit 0")}
	w.command.Stdout, w.command.WaitDelay, w.command.ExtraFiles = &said, time.Millisecond, []*os.File{held}
	confine(w.command)
	w.ok(w.command.Start())
	held.Close()
	if err := w.ended(); !errors.Is(err, exec.ErrWaitDelay) {
		t.Errorf("the program ended with %v, want %v", err, exec.ErrWaitDelay)
	}
	stop(w.command)
	w.ok(r.SetReadDeadline(time.Now().Add(patience)))
	if _, err := io.ReadAll(r); err != nil {
		t.Errorf("what the program has started lives on: %v", err)
	}
}
