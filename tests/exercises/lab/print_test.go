package lab

import (
	"strings"
	"testing"
)

func TestAFailureIsPrintedWithTheCommandsThatShowIt(t *testing.T) {
	var b strings.Builder
	Print(&b, &Result{
		Name: "stays", What: "the leader stays", Of: 3, Reason: "it did not", Seed: 2,
		Replay: "go run ./tests/exercises/01-election /tmp/stays-seed2.raft --at 1.5s", At: "1.5s",
	})
	const want = `FAIL   0/3   stays: the leader stays
      seed 2: it did not
      see it: go run ./tests/exercises/01-election /tmp/stays-seed2.raft --at 1.5s
      have it told: go run ./tests/exercises/01-election run /tmp/stays-seed2.raft --explain
`
	if b.String() != want {
		t.Errorf("it prints\n%s\nand not\n%s", b.String(), want)
	}
}
