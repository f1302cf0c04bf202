package check

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"raftarium/kv"
	"raftarium/netsim"
	"raftarium/raft"
)

// register runs clients against one correct store, which answers in whatever
// order the dice say, and takes down for the judge what they see. With log, what
// they do is applied in the log; without, the witness sees nothing. With lie, one
// read gets a wrong answer.
func register(r *rand.Rand, clients, keys, operations int, log, lie bool) *Judge {
	p := led()
	type op struct {
		kv.Op
		state  int // 0 idle, 1 invoked, 2 has taken effect
		data   []byte
		result string
	}
	ops := make([]op, clients+1)
	store := map[string]string{}
	lieAt := -1
	if lie {
		lieAt = operations / 2
	}
	for n := 0; n < operations; {
		c := kv.ClientID(r.IntN(clients) + 1)
		o := &ops[c]
		switch o.state {
		case 0:
			n++
			key := fmt.Sprint("key", r.IntN(keys))
			o.Op = []kv.Op{get(key), put(key, fmt.Sprint(n, ".")), app(key, fmt.Sprint(n, "."))}[r.IntN(3)]
			o.data = p.invoke(c, o.Op)
			o.state = 1
		case 1:
			switch o.Kind {
			case kv.Get:
				o.result = store[o.Key]
				if lieAt >= 0 && n > lieAt {
					o.result, lieAt = "a lie", -1
				}
			case kv.Put:
				store[o.Key] = o.Value
			case kv.Append:
				store[o.Key] += o.Value
			}
			if log {
				p.propose(1, 1, raft.EntryCommand, o.data)
				p.replicate(1, 1, 2)
				p.apply(len(p.logs[1]), 1)
				p.performed(1, c, p.client[c], o.Kind, false)
			}
			o.state = 2
		case 2:
			o.state = 0
			if r.IntN(50) == 0 {
				p.j.Stopped(c) // and comes back with something else
				continue
			}
			if o.Kind != kv.Get {
				o.result = ""
			}
			p.result(c, o.result)
			o.result = ""
		}
	}
	return p.j
}

// bare is a judge with no witness to go by: only the search can decide.
func bare(j *Judge) *Judge {
	c := j.Clone()
	c.model.blind = true
	return c
}

func TestWitnessAndSearchAcceptLegalHistories(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 1))
		j := register(r, 1+r.IntN(6), 1+r.IntN(4), 200, true, false)
		wantOnly(t, j)
		if got := j.Quick().Linearizable; got != Yes {
			t.Errorf("seed %d: the witness says %q of a legal history", seed, got)
		}
		if got := bare(j).Final().Linearizable; got != Yes {
			t.Errorf("seed %d: the search alone says %q of a legal history", seed, got)
		}
	}
}

func TestSearchAcceptsWhatTheLogDoesNotExplain(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 2))
		j := register(r, 1+r.IntN(4), 1+r.IntN(4), 100, false, false)
		if got := j.Quick().Linearizable; got != Unknown {
			t.Errorf("seed %d: the witness says %q of a history without a log", seed, got)
		}
		if got := j.Final().Linearizable; got != Yes {
			t.Errorf("seed %d: the search says %q of a legal history", seed, got)
		}
	}
}

func TestWitnessAndSearchRejectALie(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 3))
		j := register(r, 1+r.IntN(6), 1+r.IntN(4), 200, true, true)
		if got := j.Quick().Linearizable; got != Unknown {
			t.Errorf("seed %d: the witness says %q of a history with a lie", seed, got)
		}
		v := j.Final()
		if v.Linearizable != No || bare(j).Final().Linearizable != No {
			t.Errorf("seed %d: Final says %q of a history with a lie", seed, v.Linearizable)
		}
		if len(v.Violations) != 1 || !strings.Contains(v.Violations[0].Text, `which returned "a lie" at`) {
			t.Errorf("seed %d: violations are %+v, want the read that returned a lie", seed, v.Violations)
		}
		if again := j.Final(); again.Linearizable != No || len(again.Violations) != 1 {
			t.Errorf("seed %d: Final says something else the second time: %+v", seed, again)
		}
	}
}

// TestASecondOpinionIsHeardFromTheBeginningOfEachKey makes the witness say that it
// accepted what it did not.
func TestASecondOpinionIsHeardFromTheBeginningOfEachKey(t *testing.T) {
	for lie, want := range map[int]Answer{1: No, secondOpinion - 1: No, secondOpinion: Yes} {
		p := led()
		p.do(1, 1, put("x", "a"), "")
		for k := range 2 * secondOpinion {
			result := []byte("a")
			if k+1 == lie {
				result = []byte("b")
			}
			p.j.Invoked(2, get("x"))
			p.j.Returned(2, &kv.Result{Value: result})
		}
		if !p.j.model.keys[0].open {
			t.Fatal("the witness accepts a lie")
		}
		p.j.model.keys[0].open, p.j.model.openKeys = false, 0
		if got := p.j.Final().Linearizable; got != want {
			t.Errorf("with a lie in read %d Final says %q, want %q", lie, got, want)
		}
	}
}

func TestWitnessDoesNotAcceptAWriteThatNobodyApplied(t *testing.T) {
	p := led()
	p.invoke(1, app("x", "a"))
	p.result(1, "")
	if got := p.j.Quick().Linearizable; got != Unknown {
		t.Errorf("the witness says %q of a write that is done and was not applied", got)
	}
	if got := p.j.Final().Linearizable; got != Yes {
		t.Errorf("the search says %q of a lone write", got)
	}
	p.do(1, 2, get("x"), "")
	if got := p.j.Final().Linearizable; got != No {
		t.Errorf("the search says %q of a read that does not find what was written before", got)
	}
}

func TestSearchThatIsTooLargeIsUnknown(t *testing.T) {
	p := led()
	// Appends by many clients at a time, and a read of their sum in an order
	// that does not exist: every order of them would have to be tried.
	const n = 60
	for c := kv.ClientID(1); c <= n; c++ {
		p.invoke(c, app("x", fmt.Sprint(c, ".")))
	}
	for c := kv.ClientID(1); c <= n; c++ {
		p.j.Returned(c, &kv.Result{})
	}
	p.invoke(1, get("x"))
	p.result(1, "something")
	if got := p.j.Final().Linearizable; got != Unknown {
		t.Errorf("Final says %q, want %q", got, Unknown)
	}
}

func TestRepeatedReadMayReturnWhatEitherCopyFound(t *testing.T) {
	for _, want := range []string{"", "a", "ab"} {
		p := led()
		read := p.invoke(1, get("x"))
		p.propose(1, 1, raft.EntryCommand, read)
		p.propose(1, 1, raft.EntryCommand, p.invoke(2, app("x", "a")))
		p.propose(1, 1, raft.EntryCommand, read)
		p.propose(1, 1, raft.EntryCommand, p.invoke(3, app("x", "b")))
		p.replicate(1, 1, 2, 3)
		p.apply(len(p.logs[1]), 1)
		p.result(1, want)
		wantOnly(t, p.j)
		if got := p.j.Quick().Linearizable; got != Yes {
			t.Errorf("the witness says %q of a read that returned %q", got, want)
		}
	}
}

func TestLongResultsAreTakenFromWhereTheLastOneEnded(t *testing.T) {
	p := led()
	var val []byte
	for range 40 {
		chunk := strings.Repeat("long value ", 50)
		p.do(1, 1, app("x", chunk), "")
		val = append(val, chunk...)
		p.propose(1, 1, raft.EntryCommand, p.invoke(2, get("x")))
		p.replicate(1, 1, 2, 3)
		p.apply(len(p.logs[1]), 1, 2, 3)
		p.j.Returned(2, &kv.Result{Value: val})
	}
	if got := p.j.Quick().Linearizable; got != Yes {
		t.Errorf("the witness says %q", got)
	}
	p.invoke(2, get("x"))
	p.j.Returned(2, &kv.Result{Value: bytes.Clone(val)[:len(val)-1]})
	if got := p.j.Quick().Linearizable; got != Unknown {
		t.Errorf("the witness says %q of a value that lacks its last byte", got)
	}
	wantOnly(t, p.j, Linearizability)
}

func TestWithoutHistoryOnlyTheWitnessJudges(t *testing.T) {
	p := led()
	p.j.cfg.KeepHistory = false
	p.do(1, 1, put("x", "a"), "")
	if got := p.j.Final().Linearizable; got != Yes {
		t.Errorf("Final says %q of what the witness accepts", got)
	}
	p.do(1, 1, get("x"), "b")
	if got := p.j.Final().Linearizable; got != Unknown {
		t.Errorf("Final says %q of what the witness does not accept", got)
	}
	if h := p.j.History(); len(h.Operations) != 0 || h.WriteHTML(new(bytes.Buffer)) == nil {
		t.Error("there is a history, or a picture of none")
	}
}

func TestHistoryListsOperationsInTheOrderOfTheirInvocation(t *testing.T) {
	p := led()
	p.now = 0
	p.invoke(2, get("x"))
	p.do(1, 1, put("x", strings.Repeat("0123456789", 3)), "")
	p.result(2, strings.Repeat("0123456789", 3))
	p.invoke(1, app("y", "never"))
	h := p.j.History()
	if p.j.Operations() != 3 || len(h.Operations) != 3 {
		t.Fatalf("there are %d operations and %d in the history, want 3", p.j.Operations(), len(h.Operations))
	}
	read, write, open := h.Operations[0], h.Operations[1], h.Operations[2]
	if read.Client != 2 || read.Op != get("x") || read.Pending || read.ResultLen != 30 || read.ResultTail != "678901234567890123456789" {
		t.Errorf("the read is %+v", read)
	}
	if write.Client != 1 || write.Op.Kind != kv.Put || write.Call <= read.Call || write.Return >= read.Return {
		t.Errorf("the write is %+v", write)
	}
	if !open.Pending || open.Op != app("y", "never") {
		t.Errorf("the open operation is %+v", open)
	}
}

func TestHTMLShowsLegalAndIllegalHistories(t *testing.T) {
	for _, lie := range []bool{false, true} {
		j := register(rand.New(rand.NewPCG(4, 4)), 4, 3, 300, true, lie)
		var b bytes.Buffer
		if err := j.History().WriteHTML(&b); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"<html", `append \"key1\"`, "did not return"} {
			if !strings.Contains(b.String(), want) {
				t.Errorf("the page does not say %q", want)
			}
		}
	}
}

// A run without clients has a verdict, and a picture in which there is nothing.
func TestHTMLOfNoOperationsSaysSo(t *testing.T) {
	for name, play := range map[string]func(*play){
		"nobody asks":                func(*play) {},
		"a Get that does not return": func(p *play) { p.invoke(1, get("x")) },
	} {
		p := led()
		play(p)
		var b bytes.Buffer
		if err := p.j.History().WriteHTML(&b); err != nil || !strings.Contains(b.String(), "nothing to draw") {
			t.Errorf("%s: %v\n%s", name, err, b.String())
		}
	}
}

func TestHTMLOfManyOperationsStaysSmall(t *testing.T) {
	j := register(rand.New(rand.NewPCG(5, 5)), 5, 1, 3*htmlOperations, true, false)
	var b bytes.Buffer
	if err := j.History().WriteHTML(&b); err != nil {
		t.Fatal(err)
	}
	if b.Len() > 20<<20 {
		t.Errorf("the page takes %d bytes", b.Len())
	}
}

func TestStallAtTheEndOfTheRunCounts(t *testing.T) {
	p := led()
	p.j.Calm(p.j.now, 0)
	p.invoke(1, get("x"))
	p.j.At(p.j.now.Add(DefaultBound)-1, 99)
	wantOnly(t, p.j)
	p.j.At(p.j.now+1, 99)
	wantOnly(t, p.j, Progress)
	if q, f := p.j.Quick().Progress, p.j.Final().Progress; q != Unknown || f != No {
		t.Errorf("progress is %q and finally %q; something may still happen at this very moment", q, f)
	}
}

func TestProgressIsUnknownUntilThereIsSomethingToJudge(t *testing.T) {
	p := led()
	p.j.Calm(p.j.now, 0)
	p.pass(time.Minute)
	if got := p.j.Quick().Progress; got != Unknown {
		t.Errorf("progress is %q with nothing outstanding, want %q", got, Unknown)
	}
	p.do(1, 1, put("x", "a"), "")
	if got := p.j.Quick().Progress; got != Yes {
		t.Errorf("progress is %q after something moved, want %q", got, Yes)
	}
}

// What people read is cut to milliseconds, as the stage's clock is.
func TestMomentIsAsTheClockShowsIt(t *testing.T) {
	for at, want := range map[time.Duration]string{
		0: "0.000 s", 999 * time.Microsecond: "0.000 s", 2309999174: "2.309 s", 61 * time.Second: "61.000 s",
	} {
		if got := moment(netsim.Time(at)); got != want {
			t.Errorf("moment(%v) = %q, want %q", at, got, want)
		}
	}
}
