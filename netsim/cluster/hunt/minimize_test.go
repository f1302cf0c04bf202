package hunt_test

import (
	"bytes"
	"strings"
	"testing"

	"raftarium/netsim"
	"raftarium/netsim/cluster/hunt"
	"raftarium/netsim/cluster/script"
)

// failing is the first run of the hunt that fails without a rule.
func failing(t *testing.T, rule string, within uint64) hunt.Result {
	t.Helper()
	o := hunt.Default(ours())
	o.Without = []string{rule}
	for seed := range within {
		r, err := hunt.Run(ours(), hunt.Scenario(o, seed+1))
		if err != nil {
			t.Fatal(err)
		}
		if r.Failed() {
			return r
		}
	}
	t.Fatalf("without %s nothing fails within %d seeds", rule, within)
	return hunt.Result{}
}

func TestAFailingRunIsMadeSmallAndReplaysFromItsFile(t *testing.T) {
	for _, rule := range []string{"truncate-on-conflict", "persistent-vote", "retry-elsewhere", "session-table"} {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			o := hunt.Default(ours())
			o.Without = []string{rule}
			r := failing(t, rule, 40)
			first, _ := r.First()
			full := hunt.Scenario(o, r.Seed)
			m, err := hunt.Minimize(ours(), full, first.Property, hunt.DefaultEffort/4, nil)
			if err != nil {
				t.Fatal(err)
			}
			var file bytes.Buffer
			if _, err := m.Scenario.WriteTo(&file); err != nil {
				t.Fatal(err)
			}
			text := file.String()
			t.Logf("%d steps, %d runs:\n%s", len(full.Steps), m.Runs, text)
			sc, err := script.Parse(strings.NewReader(text), "small")
			if err != nil {
				t.Fatal(err)
			}
			again, err := hunt.Run(ours(), sc)
			if err != nil {
				t.Fatal(err)
			}
			if v, ok := again.First(); !ok || v != m.First {
				t.Errorf("replayed, it violates %+v first, want %+v", v, m.First)
			}
			if n := len(m.Scenario.Steps); n > 8 || n >= len(full.Steps) {
				t.Errorf("%d of %d steps are left", n, len(full.Steps))
			}
			// It is the rule that is missed.
			sc.Config.Without = nil
			if r, err := hunt.Run(ours(), sc); err != nil || r.Failed() {
				t.Errorf("with the rule: %+v, %v", r.Verdict.Violations, err)
			}
		})
	}
}

// TestWhatNeedsNothingIsLeftWithNothing: where any run will do, all that was configured
// goes, and no run is tried twice for it.
func TestWhatNeedsNothingIsLeftWithNothing(t *testing.T) {
	sc, err := script.Parse(strings.NewReader(strings.Join([]string{
		"servers 5", "clients 5", "seed 7", "latency 2ms..20ms", "loss 1%", "duplicate 2%", "reorder 3%",
		"disk 1ms", "for 3s", "workload mixed", "keys 9", "heartbeat 40ms", "election 160ms..320ms",
		"snapshot 4000", "sessions 5", "window 4", "uncommitted 1000", "reads lease",
		"", "at 1s crash s1",
	}, "\n")), "all")
	if err != nil {
		t.Fatal(err)
	}
	tried := make(map[string]int)
	write := func(sc *script.Scenario) string {
		var b strings.Builder
		if _, err := sc.WriteTo(&b); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	m, err := hunt.MinimizeFor(sc, func(sc *script.Scenario) (netsim.Time, uint64, bool) {
		tried[write(sc)]++
		return 0, 1, true
	}, hunt.DefaultEffort, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Join([]string{
		"servers 2", "clients 0", "seed 7", "latency 1ms", "loss 0%", "duplicate 0%", "reorder 0%",
		"disk 200us", "for 1ms", "workload append", "keys 1", "heartbeat 50ms", "election 150ms..300ms", "",
	}, "\n")
	if got := write(m.Scenario); got != want {
		t.Errorf("left is\n%s\nwant\n%s", got, want)
	}
	for text, n := range tried {
		if n > 1 {
			t.Errorf("tried %d times:\n%s", n, text)
		}
	}
}
