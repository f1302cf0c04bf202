package check

import (
	"strings"
	"testing"

	"raftarium/kv"
	"raftarium/raft"
)

// readsAside is a judge of clients whose Gets leave no command in the log.
func readsAside() (p *play, write func(c kv.ClientID, op kv.Op)) {
	p = led()
	p.j.ReadsWithoutLog()
	return p, func(c kv.ClientID, op kv.Op) {
		data := p.invoke(c, op)
		p.propose(1, 1, raft.EntryCommand, data)
		p.replicate(1, 1, 2)
		p.apply(len(p.logs[1]), 1)
		p.performed(1, c, p.client[c], op.Kind, false)
		p.result(c, "")
	}
}

func TestTheWitnessAcceptsWhatAKeyHeldWhileAGetWasOutstanding(t *testing.T) {
	for _, value := range []string{"a", "b", "c"} {
		p, write := readsAside()
		write(1, put("x", "a"))
		p.invoke(2, get("x"))
		write(1, put("x", "b"))
		write(1, put("y", "other"))
		write(1, put("x", "c"))
		p.result(2, value)
		wantOnly(t, p.j)
		if got := p.j.Quick().Linearizable; got != Yes {
			t.Errorf("the witness says %q of %s", got, value)
		}
		if got := bare(p.j).Final().Linearizable; got != Yes {
			t.Errorf("the search says %q of %s", got, value)
		}
	}
}

func TestAStaleReadIsCaughtWhenItReturns(t *testing.T) {
	p, write := readsAside()
	write(1, put("x", "a"))
	write(1, put("x", "b"))
	p.invoke(2, get("x"))
	p.result(2, "a")
	vs := p.j.Violations()
	if len(vs) != 1 || vs[0].Property != Linearizability || !strings.Contains(vs[0].Text, `which returned "a"`) {
		t.Fatalf("violations %+v", vs)
	}
	if v := p.j.Final(); v.Linearizable != No || len(v.Violations) != 1 || !v.Safety {
		t.Errorf("in the end %+v", v)
	}
}

// What the witness cannot place may have another order: a write that is still
// outstanding, and was applied after one that began later.
func TestWhatOnlyAnotherOrderExplainsIsNoStaleRead(t *testing.T) {
	p, write := readsAside()
	data := p.invoke(1, put("x", "late"))
	write(2, put("x", "b"))
	p.invoke(3, get("x"))
	p.result(3, "late") // from a server that nobody has heard of yet
	if vs := p.j.Violations(); len(vs) != 0 {
		t.Fatalf("violations %+v", vs)
	}
	p.propose(1, 1, raft.EntryCommand, data)
	p.replicate(1, 1, 2)
	p.apply(len(p.logs[1]), 1)
	p.result(1, "")
	if got := p.j.Final().Linearizable; got != Yes {
		t.Errorf("the search says %q", got)
	}
}

func TestTheWitnessRemembersAsLongAsAGetIsOutstanding(t *testing.T) {
	p, write := readsAside()
	write(1, put("x", "first"))
	p.invoke(2, get("x"))
	for range versionsKept + 1 {
		write(1, app("x", "."))
	}
	p.result(2, "first") // which is what it was at the invocation
	if n := len(p.j.model.versions); n != 2*versionsKept {
		t.Errorf("%d versions are kept, with %d writes while a Get was outstanding", n, versionsKept+1)
	}
	p.invoke(2, get("x"))
	write(1, put("x", "seen"))
	for range 5 * versionsKept {
		write(1, app("x", "."))
	}
	c := p.j.Clone()
	p.result(2, "seen")
	if got := p.j.Quick().Linearizable; got != Yes {
		t.Errorf("the witness says %q of a value that the Get may have read", got)
	}
	if got := p.j.Final().Linearizable; got != Yes || len(p.j.Violations()) != 0 {
		t.Errorf("the search says %q, %+v", got, p.j.Violations())
	}
	kept := len(p.j.model.versions)
	if kept != 8*versionsKept || len(c.model.versions) != kept {
		t.Errorf("%d versions are kept, %d by a clone", kept, len(c.model.versions))
	}
	for range 9 * versionsKept {
		write(1, app("x", "."))
	}
	if n := len(p.j.model.versions); n != kept {
		t.Errorf("without a Get they grow from %d to %d", kept, n)
	}
}
