package hunt

import (
	"strings"
	"testing"

	"raftarium/netsim/cluster/script"
)

func scenario(t *testing.T, lines string) *script.Scenario {
	t.Helper()
	sc, err := script.Parse(strings.NewReader(lines), "test")
	if err != nil {
		t.Fatal(err)
	}
	return sc
}

func lines(sc *script.Scenario) string {
	var b strings.Builder
	for _, st := range sc.Steps {
		b.WriteString(st.Action.String() + "\n")
	}
	return b.String()
}

func TestStepsLoseWhoDoesNotTakePart(t *testing.T) {
	sc := scenario(t, `servers 5
clients 5
at 1s partition s1 s4 c5 | s2 s3 s5 c1
at 1s partition s4 | s5
at 1s isolate leader s5
at 1s crash s4 s5
at 1s restart all
at 1s tear s1 s5
at 1s disk s5 10ms
at 1s clock s1 s4 +5%
at 1s cut s1 -> s5
at 1s mend s1 s2
at 1s latency s1 s4 80ms
at 1s latency 5ms
at 1s bridge s5
at 1s append c4 x a
at 1s get c1 x
at 1s fire 5 x
at 1s cut c3 s1
`)
	before := lines(sc)
	c := clone(sc)
	withServers(c, 3)
	withClients(c, 2)
	const want = `partition s1 | s2 s3 c1
isolate leader
restart all
tear s1
clock s1 +5%
mend s1 s2
latency 5ms
get c1 x
fire 2 x
`
	if got := lines(c); got != want {
		t.Errorf("left are\n%swant\n%s", got, want)
	}
	if err := c.Check(nil); err != nil {
		t.Error(err)
	}
	withClients(c, 0)
	if got := lines(c); strings.Contains(got, "fire") || strings.Contains(got, "c1") {
		t.Errorf("without clients\n%s", got)
	}
	if lines(sc) != before || sc.Config.Servers != 5 {
		t.Errorf("the original has become\n%s", lines(sc))
	}
}

func TestASmallerActionNamesFewer(t *testing.T) {
	for line, want := range map[string]string{
		"crash s1 s2":           "crash s2, crash s1",
		"crash leader s1":       "crash s1, crash leader",
		"crash s1":              "",
		"heal":                  "",
		"partition s1 | s2 s3":  "partition s1",
		"partition s1 c1 | s2":  "partition s1 | s2",
		"partition s1":          "",
		"clock s1 leader +1.5%": "clock s1 +1.5%, clock leader +1.5%",
	} {
		a, err := script.ParseAction(line)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, b := range smaller(a) {
			got = append(got, b.String())
		}
		if s := strings.Join(got, ", "); s != want {
			t.Errorf("%s: %s; want %s", line, s, want)
		}
	}
}
