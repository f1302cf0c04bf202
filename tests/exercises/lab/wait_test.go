package lab

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"raftarium/netsim"
	"raftarium/netsim/cluster/check"
)

func TestWhatComesTooLateIsASentence(t *testing.T) {
	at := netsim.Time(2632 * time.Millisecond)
	waited := &late{what: "s1 should follow", within: 2 * time.Second, at: at}
	broken := &violation{Violation: check.Violation{Property: check.ElectionSafety, At: 233_695_906, Text: "S2 leads"}}
	for _, c := range []struct {
		err  error
		want string
	}{
		{waited, "s1 should follow; 2s later, at 2.632s, that is still not so"},
		{&late{what: "s1 should follow", at: at, but: "s1 leads", more: ". It is alone"}, "s1 should follow; at 2.632s, s1 leads. It is alone"},
		{Hint(waited, "Does it hear of %v?", "s2"), "s1 should follow; 2s later, at 2.632s, that is still not so. Does it hear of s2?"},
		{Hint(fmt.Errorf("round 1: %w", Hint(waited, "Why?")), "How?"), "round 1: s1 should follow; 2s later, at 2.632s, that is still not so. Why? How?"},
		{Hint(broken, "Does it hear of s2?"), "election safety is violated at 234ms: S2 leads"},
		{Hint(errors.New("no"), "Why?"), "no"},
	} {
		if got := c.err.Error(); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
	if err := Hint(nil, "Why?"); err != nil {
		t.Errorf("a hint made the error %v of none", err)
	}
}
