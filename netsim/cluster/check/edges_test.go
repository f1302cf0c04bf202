package check

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"raftarium/kv"
	"raftarium/raft"
)

func TestWriteThatComesAfterALaterOneOfItsClientFitsNoLog(t *testing.T) {
	p := led()
	early := p.invoke(1, put("x", "a"))
	p.result(1, "") // too early: nothing was applied
	p.do(1, 1, put("x", "b"), "")
	p.propose(1, 1, raft.EntryCommand, early)
	p.replicate(1, 1, 2, 3)
	p.apply(len(p.logs[1]), 1)
	if got := p.j.Quick().Linearizable; got != Unknown {
		t.Errorf("the witness says %q", got)
	}
	// Whether a session table swallowed it is the server's business: no store is
	// right or wrong any more.
	p.j.Store(1, &kv.ServerStatus{Applied: raft.Index(len(p.logs[1])), Keys: []kv.KeyValue{{Key: "x", Value: []byte("a")}}})
	wantOnly(t, p.j, AckDurable)
}

func TestReadRepeatedOftenMayReturnTheLastThatItFound(t *testing.T) {
	p := led()
	read := p.invoke(1, get("x"))
	sum := ""
	for k := range 6 {
		p.do(1, 2, app("x", fmt.Sprint(k)), "")
		sum += fmt.Sprint(k)
		p.propose(1, 1, raft.EntryCommand, read)
		p.replicate(1, 1, 2, 3)
		p.apply(len(p.logs[1]), 1, 2, 3)
	}
	p.do(1, 2, app("x", "more"), "")
	p.result(1, sum)
	if got := p.j.Quick().Linearizable; got != Yes {
		t.Errorf("the witness says %q", got)
	}
}

func TestSequenceNumbersMayComeInAnyOrder(t *testing.T) {
	p := led()
	for k, seq := range []uint64{900, 3, 1 << 60, 0, 40} {
		p.client[1] = seq - 1
		p.do(1, 1, app("x", fmt.Sprint(k)), "")
	}
	c := &p.j.clients[0]
	for k, seq := range []uint64{900, 3, 1 << 60, 0, 40} {
		if got := c.numberOf(seq); got != uint32(k+1) {
			t.Errorf("sequence number %d belongs to operation %d, want %d", seq, got, k+1)
		}
	}
	if got := c.numberOf(41); got != 0 {
		t.Errorf("an unknown sequence number belongs to operation %d", got)
	}
	wantOnly(t, p.j)
	if got := p.j.Quick().Linearizable; got != Yes {
		t.Errorf("the witness says %q", got)
	}
}

func TestMisbehavingClientsAreNamed(t *testing.T) {
	for _, c := range []struct {
		want string
		do   func(p *play)
	}{
		{"C1 sent a request in the name of C2", func(p *play) {
			p.invoke(1, get("x"))
			p.j.Requested(1, 1, &kv.Request{Command: kv.Command{Client: 2, Seq: 1, Op: get("x")}})
		}},
		{"before it was asked for anything", func(p *play) { p.request(1, 1, get("x")) }},
		{"with no operation outstanding", func(p *play) {
			p.do(1, 1, get("x"), "")
			p.request(1, 2, get("x"))
		}},
		{"reported a result with no operation outstanding", func(p *play) { p.result(1, "") }},
		{"while \"get x\" is outstanding", func(p *play) {
			p.invoke(1, get("x"))
			p.invoke(1, get("y"))
		}},
		{"C99999 cannot be followed", func(p *play) { p.j.Invoked(99999, get("x")) }},
		{"unknown kind 9", func(p *play) { p.j.Invoked(1, kv.Op{Kind: 9}) }},
		{"there is no server S7", func(p *play) { p.j.Crashed(7) }},
	} {
		p := led()
		c.do(p)
		wantOnly(t, p.j, Contract)
		if vs := p.j.Violations(); len(vs) != 1 || !strings.Contains(vs[0].Text, c.want) {
			t.Errorf("violations are %+v, want %q", vs, c.want)
		}
	}
}

func TestTooManyOperationsOfAKeyAreNotSearched(t *testing.T) {
	p := led()
	p.do(1, 1, put("x", "a"), "")
	for range maxKeyOperations {
		p.j.Invoked(2, get("x"))
		p.j.Returned(2, &kv.Result{Value: []byte("a")})
	}
	if got := p.j.Final().Linearizable; got != Yes {
		t.Errorf("Final says %q of what the witness accepts", got)
	}
	p.j.Invoked(2, get("x"))
	p.j.Returned(2, &kv.Result{Value: []byte("b")})
	if got := p.j.Final().Linearizable; got != Unknown {
		t.Errorf("Final says %q, want %q", got, Unknown)
	}
}

func TestLinearizabilityViolationTellsOfLongValuesInShort(t *testing.T) {
	p := led()
	long := strings.Repeat("0123456789", 10)
	p.invoke(2, app("x", long))
	p.do(1, 1, get("x"), long[:60])
	vs := p.j.Final().Violations
	if len(vs) != 1 {
		t.Fatalf("violations are %+v", vs)
	}
	for _, want := range []string{
		`key "x"`, `C1's get "x"`, `returned 60 bytes that end in "678901234567890123456789"`,
		`at the same time: C2's append "x" "0123456789012345678901234567890123456789"... (100 bytes)`,
	} {
		if !strings.Contains(vs[0].Text, want) {
			t.Errorf("%q does not say %q", vs[0].Text, want)
		}
	}
}

// A machine that writes into data which logs share gives servers different entries: the
// judge looks at the bytes each time, and does not know data by where it stands.
func TestDataThatIsWrittenInPlaceIsNoticed(t *testing.T) {
	for _, c := range []struct {
		name string
		want Property
		act  func(p *play, write func())
	}{
		{"before a follower saves it", LogMatching, func(p *play, write func()) {
			write()
			p.replicate(1, 1, 2)
		}},
		{"between two servers that apply it", StateMachineSafety, func(p *play, write func()) {
			p.replicate(1, 1, 2)
			p.apply(2, 1)
			write()
			p.apply(2, 2)
		}},
		{"between a crash and a start", LogMatching, func(p *play, write func()) {
			p.replicate(1, 1, 2)
			p.crash(2)
			write()
			p.start(2)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, written := range []bool{false, true} {
				p := newPlay(3)
				p.elect(1, 1, 2)
				data := []byte("one command")
				p.propose(1, 1, raft.EntryNoOp, data)
				c.act(p, func() {
					if written {
						copy(data, "two")
					}
				})
				if has := slices.ContainsFunc(p.j.Violations(), func(v Violation) bool { return v.Property == c.want }); has != written {
					t.Errorf("written %v, %v broken: %v; violations %v", written, c.want, has, p.j.Violations())
				}
			}
		})
	}
}
