package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"raftarium/kv/client"
	"raftarium/kv/server"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/check"
	"raftarium/raft/core"
	"raftarium/tests/secondnode"
)

func program() Program {
	return Program{Code: cluster.Code{
		Raft: core.Implementation(), Server: server.Implementation(), Client: client.Implementation(),
	}}
}

// command runs the command in this process.
func command(ctx context.Context, p Program, stdin string, terminal bool, args ...string) (status int, stdout, stderr string) {
	var out, diag bytes.Buffer
	status = Main(ctx, p, args, Streams{In: strings.NewReader(stdin), Out: &out, Err: &diag, Terminal: terminal})
	return status, out.String(), diag.String()
}

func TestJSONIsExactlyOneObjectWithExactlyTheseFields(t *testing.T) {
	for _, args := range [][]string{
		{"run", "--json", "--for", "1s"},
		{"run", "--json", "--for", "1s", "--without", "majority-to-commit", "--explain"},
	} {
		_, stdout, _ := command(t.Context(), program(), "", false, args...)
		dec := json.NewDecoder(strings.NewReader(stdout))
		var got map[string]any
		if err := dec.Decode(&got); err != nil {
			t.Fatalf("%v: %v in\n%s", args, err, stdout)
		}
		if err := dec.Decode(new(any)); !errors.Is(err, io.EOF) {
			t.Errorf("%v: something follows the object: %v", args, err)
		}
		fields := func(m map[string]any, names string) {
			t.Helper()
			for name := range strings.FieldsSeq(names) {
				if _, ok := m[name]; !ok {
					t.Errorf("no field %s in %v", name, m)
				}
			}
			if n := len(strings.Fields(names)); len(m) != n {
				t.Errorf("%d fields, want %d, in %v", len(m), n, m)
			}
		}
		fields(got, "seed servers clients virtual_seconds wall_seconds events messages elections ops committed verdict digest")
		fields(got["ops"].(map[string]any), "put append get retries duplicates_suppressed expired busy")
		fields(got["verdict"].(map[string]any), "safety exactly_once linearizable progress violations")
		if _, ok := got["verdict"].(map[string]any)["violations"].([]any); !ok {
			t.Errorf("%v: violations are no list", args)
		}
	}
}

func TestAFlagWinsOverTheFileAndListsGrow(t *testing.T) {
	p := program()
	var got Opening
	p.Window = func(_ context.Context, o Opening) error { got = o; return nil }
	status, _, stderr := command(t.Context(), p, "servers 3\nfor 2s\nat 1s heal\n", false, "-", "--at", "1.5s")
	if status != StatusOK || got.Scenario == nil || got.Scenario.Config.Servers != 3 || got.At != 1500*time.Millisecond {
		t.Errorf("status %d, %+v, %s", status, got, stderr)
	}
	_, stdout, _ := command(t.Context(), p, "", false, "run", "--for", "1s", "--without", "batching", "--without", "fast-backup,leader-hint")
	if !strings.Contains(stdout, "without batching, fast-backup, leader-hint") {
		t.Errorf("rules are missing in\n%s", stdout)
	}
}

func TestAFlagWinsOverWhatWouldBeWrongInTheFile(t *testing.T) {
	for _, c := range [][]string{
		{"at 10ms crash s6\n", "--servers", "7"},
		{"without foo\n", "--without", "none"},
	} {
		args := append([]string{"run", "-", "--for", "20ms"}, c[1:]...)
		if status, _, stderr := command(t.Context(), program(), c[0], false, args...); status != StatusOK {
			t.Errorf("%q: status %d, %s", c, status, stderr)
		}
		status, _, stderr := command(t.Context(), program(), c[0], false, "run", "-")
		if status != StatusMisuse || !strings.Contains(stderr, "standard input:1:") {
			t.Errorf("%q alone: status %d, %s", c[0], status, stderr)
		}
	}
}

func TestAWindowThatCannotOpenIsAFailureNotMisuse(t *testing.T) {
	p := program()
	if status, _, stderr := command(t.Context(), p, "", false); status != StatusFailed || !strings.Contains(stderr, "raftarium web") {
		t.Errorf("no window: status %d, %s", status, stderr)
	}
	p.Window = func(context.Context, Opening) error { return errors.New("no display") }
	if status, _, stderr := command(t.Context(), p, "", false); status != StatusFailed || strings.Contains(stderr, "--help") {
		t.Errorf("no display: status %d, %s", status, stderr)
	}
}

func TestARunCanBeInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	status, stdout, stderr := command(ctx, program(), "", true, "run", "--json")
	if status != StatusFailed || !strings.Contains(stdout, `"interrupted": true`) || !strings.Contains(stderr, "interrupted at 0s of 1m0s") {
		t.Errorf("status %d\n%s\n%s", status, stdout, stderr)
	}
}

// noticing is a writer that does something when a word is written.
type noticing struct {
	io.Writer
	word string
	do   func()
}

func (n noticing) Write(b []byte) (int, error) {
	if bytes.Contains(b, []byte(n.word)) {
		n.do()
	}
	return n.Writer.Write(b)
}

func TestWhatARunFoundBeforeItWasInterruptedIsReported(t *testing.T) {
	for _, form := range []string{"words", "json"} {
		ctx, cancel := context.WithCancel(t.Context())
		history := filepath.Join(t.TempDir(), "history.html")
		args := []string{"run", "--explain", "--without", "majority-to-commit", "--faults", "crash,partition", "--for", "10h", "--history", history}
		if form == "json" {
			args = append(args, "--json")
		}
		var stdout, stderr bytes.Buffer
		status := Main(ctx, program(), args, Streams{
			Out: noticing{&stdout, "Violation of", cancel}, Err: noticing{&stderr, "Violation of", cancel},
		})
		if status != StatusUnsafe || !strings.Contains(stderr.String(), "interrupted at ") {
			t.Errorf("%s: status %d, %s", form, status, &stderr)
		}
		if _, err := os.Stat(history); err != nil {
			t.Errorf("%s: %v", form, err)
		}
		if form == "words" {
			if !strings.Contains(stdout.String(), "\ninterrupted: ") || !strings.Contains(stdout.String(), "\nviolation of ") {
				t.Errorf("%s", &stdout)
			}
			continue
		}
		var got struct {
			Interrupted bool    `json:"interrupted"`
			Seconds     float64 `json:"virtual_seconds"`
			Verdict     struct {
				Safety bool `json:"safety"`
			} `json:"verdict"`
		}
		if err := json.Unmarshal(stdout.Bytes(), &got); err != nil || !got.Interrupted || got.Verdict.Safety || got.Seconds <= 0 || got.Seconds > 3600 {
			t.Errorf("%+v, %v", got, err)
		}
	}
}

// With a microsecond between machines, much happens before a tenth of a second is over.
func TestARunIsInterruptedWithinAMomentOfVirtualTime(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var stdout, stderr bytes.Buffer
	Main(ctx, program(), []string{"run", "--explain", "--latency", "1us", "--disk", "0", "--clients", "50", "--election", "4ms..8ms", "--heartbeat", "1ms", "--for", "99ms"}, Streams{
		Out: noticing{&stdout, "is done", cancel}, Err: &stderr,
	})
	if !strings.Contains(stderr.String(), "interrupted at ") {
		t.Errorf("it was not interrupted: %s", &stderr)
	}
}

func TestProgressIsForTerminalsAndLeavesNothingBehind(t *testing.T) {
	start := time.Unix(1000, 0)
	run := func(on bool, after time.Duration) string {
		var b strings.Builder
		m := meter{w: &b, on: on, start: start}
		m.show(start.Add(after), 90e9, 600e9, 1234)
		m.show(start.Add(after+meterEvery/2), 91e9, 600e9, 1235) // too soon for a second look
		m.clear()
		m.clear()
		return b.String()
	}
	if got := run(false, time.Hour); got != "" {
		t.Errorf("without a terminal: %q", got)
	}
	if got := run(true, meterAfter/2); got != "" {
		t.Errorf("of a short run: %q", got)
	}
	want := "\r\x1b[K1m30s of 10m0s, 1234 events, 90 times real time\r\x1b[K"
	if got := run(true, time.Second); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestTheReplayCommandSurvivesAShell(t *testing.T) {
	for arg, want := range map[string]string{
		"plain-1.txt": "plain-1.txt", "5%": "5%", "": "''", "two words": "'two words'", "it's": `'it'\''s'`, "$(rm)": "'$(rm)'",
	} {
		if got := Quote(arg); got != want {
			t.Errorf("Quote(%q) = %s, want %s", arg, got, want)
		}
	}
}

func TestRulesAreListedWithNothingMissing(t *testing.T) {
	_, stdout, _ := command(t.Context(), program(), "", false, "rules", "--json")
	var list []map[string]any
	if err := json.Unmarshal([]byte(stdout), &list); err != nil {
		t.Fatal(err)
	}
	if len(list) < 20 {
		t.Errorf("only %d rules", len(list))
	}
	for _, r := range list {
		for _, field := range []string{"name", "kind", "layer", "defends", "section", "summary"} {
			if text, ok := r[field].(string); !ok || text == "" {
				t.Errorf("%v has no %s", r, field)
			}
		}
		if n, ok := r["seeds"].(float64); !ok || n < 1 && r["kind"] != "cost" {
			t.Errorf("%v: nobody knows how many seeds the hunt needs: go run ./tests/seeds > cmd/raftarium/internal/cli/seeds.txt", r["name"])
		}
	}
}

func TestWaitingForAScenarioCanBeInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	in, w := io.Pipe() // nobody writes
	defer w.Close()
	var stderr strings.Builder
	cancel()
	status := Main(ctx, program(), []string{"run", "-"}, Streams{In: in, Out: io.Discard, Err: &stderr})
	if status != StatusFailed || !strings.Contains(stderr.String(), "interrupted while reading") {
		t.Errorf("status %d, %s", status, &stderr)
	}
}

// full is a disk without room.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no room") }

func TestAResultThatCannotBeWrittenIsAFailure(t *testing.T) {
	for _, args := range [][]string{{"rules"}, {"rules", "--json"}, {"run", "--for", "10ms"}, {"run", "--for", "10ms", "--json"}} {
		var stderr strings.Builder
		status := Main(t.Context(), program(), args, Streams{In: strings.NewReader(""), Out: full{}, Err: &stderr})
		if status != StatusFailed || !strings.Contains(stderr.String(), "no room") {
			t.Errorf("%v: status %d, %s", args, status, &stderr)
		}
	}
}

func TestAnOpeningIsShownAsOtherCommandsTakeIt(t *testing.T) {
	for _, c := range []struct {
		o                Opening
		shown, arguments string
	}{
		{Opening{}, "", ""},
		{Opening{At: 1500 * time.Millisecond}, "", " --at 1.5s"},
		{Opening{Argument: "my run.raft", At: time.Second}, " 'my run.raft'", " 'my run.raft' --at 1s"},
		{Opening{Argument: "-", At: time.Second}, "", " --at 1s"},
	} {
		if got := c.o.Shown(); got != c.shown {
			t.Errorf("%+v: %q, want %q", c.o, got, c.shown)
		}
		if got := c.o.Arguments(); got != c.arguments {
			t.Errorf("%+v: %q, want %q", c.o, got, c.arguments)
		}
	}
}

// The first exercises of a course: a Raft without rules, which is held to a part of what
// ours is.
func TestAProgramThatIsNotFinishedIsHeldToWhatItIsJudgedBy(t *testing.T) {
	p := program()
	p.Code.Raft = secondnode.Implementation()
	p.Code.Server.Rules, p.Code.Client.Rules = nil, nil
	p.Code.Judged = []check.Property{check.ElectionSafety}
	status, stdout, stderr := command(t.Context(), p, "", false, "hunt", "--seeds", "3", "--for", "5s")
	if status != StatusOK || !strings.Contains(stdout, "none failed") {
		t.Errorf("hunt: %d\n%s%s", status, stdout, stderr)
	}
	status, stdout, stderr = command(t.Context(), p, "", false, "run", "--for", "2s")
	if status != StatusOK || !strings.Contains(stdout, "judged here   election safety") || strings.Contains(stdout, "linearizable") {
		t.Errorf("run: %d\n%s%s", status, stdout, stderr)
	}
	status, stdout, stderr = command(t.Context(), p, "", false, "run", "--for", "2s", "--json")
	if status != StatusOK || !strings.Contains(stdout, `"judged": [`) || !strings.Contains(stdout, `"linearizable": "unknown"`) {
		t.Errorf("run --json: %d\n%s%s", status, stdout, stderr)
	}
}

func TestAValueThatAFlagDoesNotTakeIsToldWhatItTakes(t *testing.T) {
	for _, c := range []struct{ command, flag, want string }{
		{"run", "--json=maybe", `--json: found "maybe", but it takes true or false`},
		{"hunt", "--minimise=maybe", `--minimise: found "maybe", but it takes true or false`},
		{"hunt", "--jobs=x", `--jobs: found "x", but it takes a whole number`},
	} {
		if status, _, stderr := command(t.Context(), program(), "", false, c.command, c.flag); status != StatusMisuse || !strings.Contains(stderr, c.want) {
			t.Errorf("%s: status %d, %s", c.flag, status, stderr)
		}
	}
}

func TestAHistoryThatCannotBeWrittenIsSaidOnce(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip(err)
	}
	if _, _, stderr := command(t.Context(), program(), "", false, "run", "--for", "10ms", "--history", "/dev/full"); strings.Count(stderr, "/dev/full") != 2 {
		t.Errorf("%s", stderr) // the flag, and the error of the system
	}
}
