package check

import (
	"slices"
	"testing"
	"time"

	"raftarium/raft"
)

func noop(term raft.Term, index int) raft.Entry {
	return raft.Entry{Term: term, Index: raft.Index(index), Kind: raft.EntryNoOp}
}

// crime is a run that a checker must catch, and a similar one that is legal.
type crime struct {
	name   string
	want   []Property
	broken func(p *play)
	legal  func(p *play)
}

var cases = slices.Concat(raftCases, serviceCases)

func TestEachCheckerCatchesItsViolationAndNoLegalRun(t *testing.T) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			p := led()
			c.broken(p)
			wantOnly(t, p.j, c.want...)
			if v := p.j.Final(); v.OK() {
				t.Error("the verdict says that all is well")
			}
			p = led()
			c.legal(p)
			wantOnly(t, p.j)
			if v := p.j.Final(); !v.OK() {
				t.Errorf("the verdict on the legal run is %+v", v)
			}
		})
	}
}

func TestEveryPropertyHasACase(t *testing.T) {
	for _, want := range []Property{
		ElectionSafety, LeaderAppendOnly, LogMatching, LeaderCompleteness, StateMachineSafety, CommitMonotonic,
		AckDurable, Contract, LeaderTruth, ExactlyOnce, Linearizability, Progress,
	} {
		ok := false
		for _, c := range cases {
			ok = ok || slices.Contains(c.want, want)
		}
		if !ok {
			t.Errorf("no case breaks %q", want)
		}
	}
}

func TestViolationSaysWhenWhereAndWhat(t *testing.T) {
	p := led()
	p.pass(time.Second)
	p.now = p.now.Add(-time.Microsecond)
	p.send(2, 3, &raft.AppendEntries{Term: 1})
	want := Violation{
		Property: ElectionSafety, At: p.now, Event: p.event, Server: 2,
		Text: "S2 sent AppendEntries in term 1, which S1 leads already",
	}
	if got := p.j.Violations(); len(got) != 1 || got[0] != want {
		t.Errorf("violations are %+v, want %+v", got, want)
	}
}
