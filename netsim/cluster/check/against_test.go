package check

import (
	"slices"
	"strings"
	"testing"

	"raftarium/raft"
)

// It takes two to disagree: a violation says which server did what before, and when.
func TestAViolationSaysWhatItIsAtOddsWith(t *testing.T) {
	for name, want := range map[string]string{
		"two leaders of a term by what they send":           "S1 began to lead term 1",
		"two leaders of a term by what they say":            "S1 began to lead term 3",
		"two votes in a term, before and after a crash":     "S3 voted for S1 in term 5",
		"logs that differ below an equal entry":             "S3 was the first to have an entry of term 2 at index 3",
		"one entry with two contents":                       "S2 was the first to have an entry of term 1 at index 2",
		"a leader without a committed entry":                "S1 was the first to apply the entry at index 2, of term 1",
		"an entry committed without the leader":             "S3 began to lead term 2",
		"different entries applied":                         "S1 was the first to apply the entry at index 2, of term 1",
		"a committed entry overwritten":                     "S1 was the first to apply the entry at index 1, of term 1",
		"a committed entry left on a minority":              "S1 was the first to apply the entry at index 2, of term 1",
		"an operation performed twice":                      "S1 was the first to apply the entry at index 2, which holds operation 1",
		"an operation performed under two sequence numbers": "S1 was the first to apply the entry at index 2, which holds operation 1",
		"operations performed out of order":                 "S1 was the first to apply the entry at index 3, which holds operation 2",
		"a stale read":                                      `C1's put "x" "new" had come to its end before that began`,
	} {
		t.Run(name, func(t *testing.T) {
			at := slices.IndexFunc(cases, func(c crime) bool { return c.name == name })
			if at < 0 {
				t.Fatal("there is no such case")
			}
			p := led()
			cases[at].broken(p)
			final := p.j.Final()
			v := &final.Violations[0]
			if !strings.Contains(v.Against.Text, want) {
				t.Errorf("%q is at odds with %q, want %q", v.Text, v.Against.Text, want)
			}
			if a := v.Against; a.Event == 0 || a.Event > v.Event || a.At == 0 || a.At > v.At {
				t.Errorf("a violation at %v in event %d is at odds with something at %v in event %d", v.At, v.Event, a.At, a.Event)
			}
		})
	}
}

// What concerns one server alone has no other side.
func TestAViolationOfOneServerIsAtOddsWithNothing(t *testing.T) {
	for _, name := range []string{"a vote that is not durable", "the commit index goes back", "a leader rewrites its log"} {
		p := led()
		cases[slices.IndexFunc(cases, func(c crime) bool { return c.name == name })].broken(p)
		if v := p.j.Final().Violations[0]; v.Against != (Against{}) {
			t.Errorf("%s: %q is at odds with %+v", name, v.Text, v.Against)
		}
	}
}

// The other side survives a clone, and what the clone does is not seen by its original.
func TestAClonedJudgeKnowsTheOtherSide(t *testing.T) {
	p := led()
	c := p.j.Clone()
	c.At(p.now+5, p.event+5)
	c.fail(Contract, 1, "of the clone alone").against(c.moment(), "the same")
	p.send(2, 3, &raft.AppendEntries{Term: 1})
	c.At(p.now+9, p.event+9)
	c.Sent(2, 3, &raft.AppendEntries{Term: 1})
	if v := p.j.Violations(); len(v) != 1 || v[0].Against.Text != "S1 began to lead term 1" {
		t.Errorf("the original says %+v", v)
	}
	if v := c.Violations(); len(v) != 2 || v[1].Against.Text != "S1 began to lead term 1" {
		t.Errorf("the clone says %+v", v)
	}
}
