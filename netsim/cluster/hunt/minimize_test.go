package hunt_test

import (
	"bytes"
	"strings"
	"testing"

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
