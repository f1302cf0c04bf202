package check

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"raftarium/kv"
	"raftarium/netsim"
	"raftarium/raft"
)

// wild makes an observation that no correct run would make, or that one might.
func wild(r *rand.Rand) func(j *Judge) {
	id := func() raft.ID { return raft.ID(r.IntN(6)) }
	num := func() uint64 {
		switch r.IntN(12) {
		case 0:
			return r.Uint64()
		case 1:
			return 1<<63 - 1
		}
		return r.Uint64N(8)
	}
	term := func() raft.Term { return raft.Term(num()) }
	index := func() raft.Index { return raft.Index(num()) }
	entries := func() []raft.Entry {
		es := make([]raft.Entry, r.IntN(5))
		at := raft.Index(r.IntN(5))
		for k := range es {
			at++
			es[k] = raft.Entry{Term: raft.Term(r.IntN(4)), Index: at, Kind: raft.EntryKind(r.IntN(3))}
			if r.IntN(10) == 0 {
				es[k].Index = index()
			}
			c := kv.Command{Client: kv.ClientID(r.IntN(5)), Seq: r.Uint64N(5), Op: kv.Op{Kind: kv.Kind(r.IntN(4)), Key: "x", Value: "v"}}
			es[k].Data = c.AppendTo(nil)
			if r.IntN(4) == 0 {
				es[k].Data = es[k].Data[:r.IntN(len(es[k].Data))]
			}
		}
		return es
	}
	client := func() kv.ClientID {
		if r.IntN(30) == 0 {
			return kv.ClientID(num())
		}
		return kv.ClientID(r.IntN(5))
	}
	op := func() kv.Op {
		return kv.Op{Kind: kv.Kind(r.IntN(5)), Key: fmt.Sprint(r.IntN(3)), Value: fmt.Sprint(r.IntN(3))}
	}
	from, to, t, i, c, o, es, n := id(), id(), term(), index(), client(), op(), entries(), num()
	flag := r.IntN(2) == 0
	switch r.IntN(20) {
	case 0:
		return func(j *Judge) { j.Started(from, raft.HardState{Term: t, Vote: to}, es) }
	case 1:
		return func(j *Judge) { j.Crashed(from) }
	case 2, 3, 4:
		if r.IntN(2) == 0 && len(es) > 0 {
			i = es[0].Index
		}
		return func(j *Judge) {
			j.Saving(from, &raft.Save{Seq: raft.SaveSeq(n), State: raft.HardState{Term: t, Vote: to}, From: i, Entries: es})
		}
	case 5:
		return func(j *Judge) { j.Saved(from, raft.SaveSeq(n)) }
	case 6:
		return func(j *Judge) { j.Sent(from, to, &raft.AppendEntries{Term: t, Entries: es}) }
	case 7:
		return func(j *Judge) { j.Sent(from, to, &raft.AppendEntriesReply{Term: t, Success: flag, Index: i}) }
	case 8:
		return func(j *Judge) { j.Sent(from, to, &raft.RequestVote{Term: t}) }
	case 9:
		return func(j *Judge) { j.Sent(from, to, &raft.RequestVoteReply{Term: t, Granted: flag}) }
	case 10, 11:
		return func(j *Judge) { j.Applied(from, es) }
	case 12:
		return func(j *Judge) { j.Answered(from, &raft.Answer{Index: i, Term: t}) }
	case 13:
		return func(j *Judge) {
			j.Status(from, &raft.Status{Role: raft.Role(n), Term: t, Commit: i, Peers: []raft.PeerStatus{{ID: to, Match: i, Next: raft.Index(n)}}})
		}
	case 14:
		return func(j *Judge) { j.Requested(c, to, &kv.Request{Command: kv.Command{Client: c, Seq: n, Op: o}}) }
	case 15:
		return func(j *Judge) {
			j.Performed(from, &kv.Performed{Index: i, Client: c, Seq: n, Kind: o.Kind, Duplicate: flag})
		}
	case 16:
		return func(j *Judge) { j.Invoked(c, o) }
	case 17:
		return func(j *Judge) { j.Returned(c, &kv.Result{Seq: n, Value: []byte(o.Value)}) }
	case 18:
		return func(j *Judge) {
			j.Store(from, &kv.ServerStatus{Applied: i, Keys: []kv.KeyValue{{Key: o.Key, Value: []byte(o.Value)}}})
		}
	}
	switch r.IntN(4) {
	case 0:
		return func(j *Judge) { j.Calm(j.now, 0) }
	case 1:
		return func(j *Judge) { j.Disturbed() }
	case 2:
		return func(j *Judge) { j.Stopped(c) }
	}
	return func(j *Judge) { j.Sent(from, to, nil) }
}

// outcome is all that a judge says.
func outcome(j *Judge) any {
	return []any{j.Quick(), j.Final(), j.Operations(), j.History().Operations}
}

func TestWhateverHappensTheJudgeGoesOnAndItsClonesGoTheirOwnWay(t *testing.T) {
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 9))
		var past, future, other []func(j *Judge)
		for range 600 {
			past = append(past, wild(r))
			future = append(future, wild(r))
			other = append(other, wild(r))
		}
		tell := func(j *Judge, what []func(j *Judge)) {
			for k, f := range what {
				j.At(netsim.Time(k)*1_000_000_00, netsim.EventID(k+1))
				f(j)
			}
		}
		cfg := Config{Servers: 5, KeepHistory: true}
		plain := New(cfg)
		tell(plain, past)
		tell(plain, future)
		want := outcome(plain)

		j := New(cfg)
		tell(j, past)
		before := outcome(j)
		a, b := j.Clone(), j.Clone()
		tell(b, other)
		tell(j.Clone(), other)
		if got := outcome(a); !reflect.DeepEqual(got, before) {
			t.Fatalf("seed %d: a clone changed when another went on", seed)
		}
		tell(a, future)
		tell(b.Clone(), past)
		tell(j, future)
		if got := outcome(j); !reflect.DeepEqual(got, want) {
			t.Fatalf("seed %d: the original was disturbed by its clones", seed)
		}
		if got := outcome(a); !reflect.DeepEqual(got, want) {
			t.Fatalf("seed %d: a clone says something else than the original", seed)
		}
	}
}

func TestHashOfAValueDoesNotDependOnHowItGrew(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	seen := map[digest]string{}
	for range 2000 {
		b := make([]byte, r.IntN(80))
		for k := range b {
			b[k] = byte(r.IntN(3))
		}
		want := valueOf(string(b))
		var got value
		for rest := b; len(rest) > 0; {
			n := 1 + r.IntN(len(rest))
			got.write(rest[:n])
			rest = rest[n:]
		}
		if got != want {
			t.Fatalf("%x has another hash when it grows piece by piece", b)
		}
		if s, ok := seen[got.digest()]; ok && s != string(b) {
			t.Fatalf("%x and %x have one hash", s, b)
		}
		seen[got.digest()] = string(b)
	}
}

func TestHashOfBytesTellsThemApart(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	seen := map[uint64]string{}
	for range 20_000 {
		b := make([]byte, r.IntN(30))
		for k := range b {
			b[k] = byte(r.IntN(2))
		}
		h := hashBytes(b)
		if s, ok := seen[h]; ok && s != string(b) {
			t.Fatalf("%x and %x have one hash", s, b)
		}
		seen[h] = string(b)
	}
}

func TestHashesAreTheSameOnEveryPlatform(t *testing.T) {
	if got, want := valueOf("raftarium, an aquarium").digest(), (digest{0x689fd84218a06ef8, 22}); got != want {
		t.Errorf("the digest is %x, want %x", got, want)
	}
}

func TestViolationsOfOneKindLeaveRoomForOthers(t *testing.T) {
	p := led()
	for k := range 3 * perProperty {
		p.j.Status(2, &raft.Status{Commit: raft.Index(100 - k)})
	}
	p.send(2, 3, &raft.AppendEntries{Term: 1})
	wantOnly(t, p.j, CommitMonotonic, ElectionSafety)
	if n := len(p.j.Violations()); n != perProperty+1 {
		t.Errorf("%d violations are kept, want %d", n, perProperty+1)
	}
}

func TestReportedViolationsCount(t *testing.T) {
	p := led()
	p.j.Report(Violation{Property: Contract, Server: 2, Text: "it panicked"})
	v := p.j.Quick()
	if v.Safety || v.OK() || len(v.Violations) != 1 || v.Violations[0].Event != p.event || v.Violations[0].At != p.now {
		t.Errorf("the verdict is %+v", v)
	}
}

// Machines that are not finished are held to what they can keep, and the verdict says
// what that is.
func TestWhatIsNotJudgedDoesNotCount(t *testing.T) {
	for _, judged := range [][]Property{nil, {ElectionSafety}, {}} {
		j := New(Config{Servers: 3, KeepHistory: true, Judged: judged})
		for _, p := range Properties() {
			j.Report(Violation{Property: p})
		}
		v := j.Final()
		if judged == nil {
			if len(v.Violations) != len(properties) || v.Judged != nil || !v.Judges(Progress) {
				t.Errorf("all are judged: %+v", v)
			}
			continue
		}
		var got []Property
		for _, x := range v.Violations {
			got = append(got, x.Property)
		}
		if want := append(slices.Clone(judged), Contract); !slices.Equal(got, want) {
			t.Errorf("violations of %v, want of %v", got, want)
		}
		if v.Safety || !v.ExactlyOnce || v.Linearizable != Unknown || v.Progress != Unknown ||
			v.Judges(Progress) || !v.Judges(Contract) || v.Judges(ElectionSafety) != (len(judged) > 0) {
			t.Errorf("of %v: %+v", judged, v)
		}
	}
}

func TestWhoAppliedFirstIsNamedAsOnTheStage(t *testing.T) {
	if got := (applier{from: 1, term: 2, by: 3}).String(); got != "term 2, by S3" {
		t.Errorf("%q", got)
	}
}
