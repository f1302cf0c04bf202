package lab

import (
	"fmt"
	"strings"
	"time"
)

// DoAll performs action lines, one after another, at the same time.
func (r *Run) DoAll(lines ...string) error {
	for _, line := range lines {
		if err := r.Do("%s", line); err != nil {
			return err
		}
	}
	return nil
}

// Appends has client 1 append n numbers to x, from one on, each within a time.
func (r *Run) Appends(within time.Duration, from, n int) error {
	for i := range n {
		if err := r.Ask(1, within, "append", fmt.Sprintf("x %d.", from+i)); err != nil {
			return fmt.Errorf("append number %d: %w", from+i+1, err)
		}
	}
	return nil
}

// Numbers is what the first n appends come to.
func Numbers(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%d.", i)
	}
	return b.String()
}

// Settle ends whatever was done to the run: the network is good and whole, all servers
// are up, and clients begin nothing more. All answers must come within a time.
func (r *Run) Settle(within time.Duration) error {
	lines := []string{"loss 0%", "reorder 0%", "duplicate 0%", "latency 1ms..5ms", "load none", "heal"}
	v := r.See()
	for i := range v.Servers {
		if !v.Servers[i].Up {
			lines = append(lines, fmt.Sprintf("restart %v", v.Servers[i].ID))
		}
	}
	if err := r.DoAll(lines...); err != nil {
		return err
	}
	if err := r.Answered(within); err != nil {
		return fmt.Errorf("when all was well again, %w", err)
	}
	return nil
}
