package cli

import (
	"strings"
	"testing"
)

// Shards that were put one behind the other are as many shards.
func TestSeveralShardsInOneFileAreMerged(t *testing.T) {
	const (
		one = `{"seed":1,"status":3}
{"seed":3,"status":6}
{"summary":true,"hunt":"h","from":1,"seeds":4,"shard":"1/2","tried":2,"undecided":1,"failed":[1],"status":3,"failure":{"seed":1}}
`
		lines = `{"seed":2,"status":4}
{"seed":4,"status":0}
`
		other = lines + `{"summary":true,"hunt":"h","from":1,"seeds":4,"shard":"2/2","tried":2,"undecided":0,"failed":[2],"status":4,"failure":{"seed":2}}
`
	)
	merge := func(text string) (int, string, string) {
		return command(t.Context(), program(), text, false, "hunt", "--merge", "-")
	}
	if status, stdout, stderr := merge(one + other); status != StatusUnsafe || !strings.Contains(stdout, "2 shards, 4 of 4 seeds tried, 2 failed, 1 undecided") {
		t.Errorf("status %d\n%s%s", status, stdout, stderr)
	}
	if status, stdout, stderr := merge(one + lines); status != StatusFailed || !strings.Contains(stderr, "- has no summary at its end: the shard has not ended") {
		t.Errorf("with the second cut off: status %d\n%s%s", status, stdout, stderr)
	}
	if status, stdout, stderr := merge(strings.Replace(one+other, `"failed":[2]`, `"failed":[]`, 1)); status != StatusFailed || !strings.Contains(stderr, "by its lines [2] failed") {
		t.Errorf("with the second edited: status %d\n%s%s", status, stdout, stderr)
	}
}
