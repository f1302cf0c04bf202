//go:build unix

package bare

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"
)

// deafTo has this program be one that counts signals, but for those that it names, and
// ends with their number when its input does.
const deafTo = "RAFTARIUM_TEST_DEAF_TO"

func TestMain(m *testing.M) {
	names, ok := os.LookupEnv(deafTo)
	if !ok {
		os.Exit(m.Run())
	}
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	input := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		close(input)
	}()
	fmt.Println("ready")
	for {
		select {
		case s := <-signals:
			fmt.Println(s)
			if !strings.Contains(names, s.String()) {
				os.Exit(int(s.(syscall.Signal)))
			}
		case <-input:
			os.Exit(0)
		}
	}
}

// A program that is asked to end has the time that it needs, and not for ever.
func TestAProgramInsteadOfThisOneIsAskedToEnd(t *testing.T) {
	for _, c := range []struct {
		name, deaf string
		term       bool // this program was sent a SIGTERM
		ends       bool // the program ends by itself
		out        int  // of the times that it has, how many run out
		want       string
		said       string
	}{
		{"ends by itself", "", false, true, 0, "<nil>", ""},
		{"was terminated", "", true, false, 0, "the verdict has status 15", "terminated"},
		{"has to be asked", "", false, false, 1, "the verdict has status 2", "interrupt"},
		{"is deaf", "interrupt terminated", false, false, 2, "signal: killed", "interrupt"},
		{"is deaf and was terminated", "interrupt terminated", true, false, 2, "signal: killed", "terminated"},
	} {
		t.Run(c.name, func(t *testing.T) {
			self, err := os.Executable()
			if err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command(self)
			cmd.Env = append(os.Environ(), deafTo+"="+c.deaf)
			stdin, in, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer stdin.Close()
			defer in.Close()
			out, w, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer out.Close()
			defer w.Close()
			cmd.Stdin, cmd.Stdout = stdin, w
			lines := bufio.NewReader(out)
			ctx, cancel := context.WithCancel(t.Context())
			terms := make(chan os.Signal, 1)
			times := 0
			after := func(time.Duration) <-chan time.Time {
				out := make(chan time.Time, 1)
				times++
				if c.term && times == 1 {
					return out // it is sent that before
				}
				if times <= c.out {
					if times == 2 {
						if line, _ := lines.ReadString('\n'); line != c.said+"\n" {
							t.Errorf("it was sent %q, want %q", line, c.said)
						}
					}
					out <- time.Time{}
				}
				return out
			}
			ended := make(chan error, 1)
			go func() { ended <- instead(ctx, cmd, terms, after) }()
			if line, err := lines.ReadString('\n'); line != "ready\n" {
				t.Fatalf("it said %q, %v", line, err)
			}
			if c.term {
				terms <- syscall.SIGTERM
			}
			cancel()
			if c.ends {
				in.Close()
			}
			if got := fmt.Sprint(<-ended); got != c.want {
				t.Errorf("it ended with %q, want %q", got, c.want)
			}
		})
	}
}
