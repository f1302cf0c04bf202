package cli

import (
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"raftarium/netsim/cluster/check"
)

func TestASlowHuntCountsSecondsForEachSeed(t *testing.T) {
	for _, c := range []struct {
		done uint64
		in   time.Duration
		want string
	}{
		{0, time.Minute, ""},
		{10, 25 * time.Second, ", 2.5 seconds a seed"},
		{100, 50 * time.Second, ", 2 seeds a second"},
		{96, 98 * time.Second, ", 1 seed a second"},
	} {
		if got := pace(c.done, c.in); got != c.want {
			t.Errorf("%d in %v: %q, want %q", c.done, c.in, got, c.want)
		}
	}
}

// The examples of a program in another module name no file that only ours has.
func TestExamplesNameNoFilesThatAreNotThere(t *testing.T) {
	p := program()
	p.Name = "go run ./tests/exercises/01-election"
	each(newRoot(p, Streams{}, ""), func(cmd *cobra.Command) {
		if strings.Contains(cmd.Example, "figure8") {
			t.Errorf("%s: %s", cmd.CommandPath(), cmd.Example)
		}
	})
}

// A hunt that crashes nobody promises no crashes.
func TestTheHelpOfAHuntPromisesCrashesWhereThereAreSome(t *testing.T) {
	p := program()
	for _, judged := range [][]check.Property{nil, {check.ElectionSafety}} {
		p.Code.Judged = judged
		if has := strings.Contains(newHunt(p, Streams{}).Long, "partitions, crashes"); has != (judged == nil) {
			t.Errorf("judged by %v: the help of hunt has crashes: %v", judged, has)
		}
	}
}
