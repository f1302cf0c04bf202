package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"raftarium/raft"
)

// cancelling is an output that interrupts the command once something is in it.
type cancelling struct {
	bytes.Buffer
	at     string
	cancel context.CancelFunc
}

func (c *cancelling) Write(b []byte) (int, error) {
	if bytes.Contains(b, []byte(c.at)) {
		c.cancel()
	}
	return c.Buffer.Write(b)
}

// Who stops a long hunt keeps what it found.
func TestAnInterruptedHuntKeepsWhatItFound(t *testing.T) {
	hunt := func(at string, args ...string) (status int, stdout, stderr string) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		out, diag := cancelling{at: at, cancel: cancel}, strings.Builder{}
		args = append([]string{"hunt", "--seeds", "100000", "--jobs", "1", "--for", "4s", "--keep-going"}, args...)
		status = Main(ctx, program(), args, Streams{In: strings.NewReader(""), Out: &out, Err: &diag})
		return status, out.String(), diag.String()
	}
	t.Setenv("TMPDIR", t.TempDir())
	status, stdout, stderr := hunt(`"violations"`, "--json", "--without", "majority-to-commit")
	lines := slices.Collect(strings.Lines(stdout))
	var sum huntSummary
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &sum); err != nil {
		t.Fatal(err)
	}
	if status != StatusUnsafe || !strings.HasPrefix(stderr, "raftarium: interrupted after ") {
		t.Errorf("status %d, %s", status, stderr)
	}
	if !sum.Summary || sum.Status != StatusUnsafe || sum.Tried != uint64(len(lines)-1) || len(sum.Failed) == 0 ||
		sum.Failure == nil || sum.Failure.Seed != sum.Failed[0] || sum.Failure.Tried != 1 {
		t.Errorf("the summary is %s", lines[len(lines)-1])
	}
	if status, stdout, _ := command(t.Context(), program(), stdout, false, "hunt", "--merge", "-"); status != StatusUnsafe || !strings.Contains(stdout, "of 100000 seeds tried") {
		t.Errorf("merged: status %d, %s", status, stdout)
	}
	status, stdout, stderr = hunt(" violates ", "--without", "majority-to-commit")
	if status != StatusUnsafe || !strings.Contains(stdout, "small: ") || !strings.HasPrefix(stderr, "raftarium: interrupted after ") {
		t.Errorf("status %d\n%s%s", status, stdout, stderr)
	}
	// Where nothing was found that is no verdict.
	status, stdout, stderr = hunt(`"seed":2,`, "--json")
	if status != StatusFailed || !strings.Contains(stdout, `"summary":true`) || !strings.HasPrefix(stderr, "raftarium: interrupted after ") {
		t.Errorf("status %d\n%s%s", status, stdout, stderr)
	}
}

// Nobody reads what the other runs would find.
func TestAHuntThatCannotBeWrittenEnds(t *testing.T) {
	p := program()
	var made atomic.Int64
	fresh := p.Code.Raft.New
	p.Code.Raft.New = func() raft.Machine { made.Add(1); return fresh() }
	count := func(out io.Writer, seeds string) int64 {
		made.Store(0)
		Main(t.Context(), p, []string{"hunt", "--json", "--seeds", seeds, "--jobs", "1", "--for", "4s"},
			Streams{In: strings.NewReader(""), Out: out, Err: io.Discard})
		return made.Load()
	}
	one := count(io.Discard, "1")
	if got := count(full{}, "60"); got > 10*one {
		t.Errorf("%d machines were made after the first run had %d", got, one)
	}
}
