package check

import (
	"strings"
	"testing"

	"raftarium/kv"
	"raftarium/raft"
)

// sitting is a judge of one server and two clients, where sessions are registered.
type sitting struct {
	t     *testing.T
	j     *Judge
	index raft.Index
}

func newSitting(t *testing.T, sessions, window int) *sitting {
	s := &sitting{t: t, j: New(Config{Servers: 1, KeepHistory: true, Sessions: sessions, Window: window})}
	s.j.Started(1, raft.HardState{}, nil)
	return s
}

// applies lets the server apply a command, and say that it did what p says.
func (s *sitting) applies(c kv.Command, p kv.Performed) raft.Index {
	s.index++
	entries := []raft.Entry{{Term: 1, Index: s.index, Data: c.AppendTo(nil)}}
	s.j.Saving(1, &raft.Save{Seq: raft.SaveSeq(s.index), State: raft.HardState{Term: 1}, From: s.index, Entries: entries})
	s.j.Saved(1, raft.SaveSeq(s.index))
	s.j.Applied(1, entries)
	p.Index, p.Client, p.Seq, p.Kind = s.index, c.Client, c.Seq, c.Op.Kind
	s.j.Performed(1, &p)
	return s.index
}

// register gives a client a session.
func (s *sitting) register(c kv.ClientID, seq uint64) raft.Index {
	return s.applies(kv.Command{Client: c, Seq: seq, Op: kv.Op{Kind: kv.Register}}, kv.Performed{})
}

// asks has a client asked for an Append and sends its request.
func (s *sitting) asks(c kv.ClientID, seq uint64, session raft.Index, value string) kv.Command {
	op := kv.Op{Kind: kv.Append, Key: "x", Value: value}
	s.j.Invoked(c, op)
	return s.sends(kv.Command{Client: c, Seq: seq, Session: session, Op: op})
}

func (s *sitting) sends(c kv.Command) kv.Command {
	s.j.Requested(c.Client, 1, &kv.Request{Command: c, Try: 1})
	return c
}

func (s *sitting) reads(c kv.ClientID, seq uint64, session raft.Index, want string) {
	op := kv.Op{Kind: kv.Get, Key: "x"}
	s.j.Invoked(c, op)
	s.applies(s.sends(kv.Command{Client: c, Seq: seq, Session: session, Op: op}), kv.Performed{})
	s.j.Returned(c, &kv.Result{Seq: seq, Value: []byte(want)})
}

// want is what the judge must find, "" for nothing.
func (s *sitting) want(text string) {
	s.t.Helper()
	v := s.j.Final()
	switch {
	case text == "" && len(v.Violations) > 0:
		s.t.Errorf("violations %+v, want none", v.Violations)
	case text != "" && (len(v.Violations) == 0 || !strings.Contains(v.Violations[0].Text, text)):
		s.t.Errorf("violations %+v, want one that says %q", v.Violations, text)
	}
}

func TestAnExpiredOperationMayHaveHappenedOrNot(t *testing.T) {
	for _, happened := range []bool{false, true} {
		s := newSitting(t, 1, 1)
		a := s.register(1, 1)
		put := s.asks(1, 2, a, "a")
		if happened {
			s.applies(put, kv.Performed{})
		}
		b := s.register(2, 1) // which ends the session of c1
		s.applies(put, kv.Performed{Expired: true})
		s.j.Returned(1, &kv.Result{Seq: 2, Expired: true})
		want := ""
		if happened {
			want = "a"
		}
		s.reads(2, 2, b, want)
		s.want("")
		if h := s.j.History(); !h.Operations[0].Pending {
			t.Errorf("history %+v, want the first operation open", h.Operations)
		}
	}
}

func TestTheJudgeKnowsWhichSessionHasEnded(t *testing.T) {
	for name, tc := range map[string]struct {
		ends, says bool
		want       string
	}{
		"a command of one that has ended":       {ends: true, says: false, want: "whose session had ended"},
		"a command of one that goes on":         {ends: false, says: true, want: "but it had not"},
		"ended, and said so":                    {ends: true, says: true},
		"goes on, and nothing is said about it": {},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSitting(t, 2, 1)
			a := s.register(1, 1)
			s.register(2, 1)
			if tc.ends {
				s.register(2, 2)
			}
			s.applies(s.asks(1, 2, a, "a"), kv.Performed{Expired: tc.says})
			s.want(tc.want)
		})
	}
}

func TestWhoGivesUpBeforeItsSessionHasEndedBreaksTheContract(t *testing.T) {
	s := newSitting(t, 2, 1)
	s.asks(1, 2, s.register(1, 1), "a")
	s.j.Returned(1, &kv.Result{Seq: 2, Expired: true})
	s.want("has expired, but it has not")
}

func TestAnOperationThatIsAskedForInTwoSessionsIsDoneTwice(t *testing.T) {
	s := newSitting(t, 1, 1)
	put := s.asks(1, 2, s.register(1, 1), "a")
	s.applies(put, kv.Performed{})
	put.Session = s.register(1, 3)
	s.applies(s.sends(put), kv.Performed{})
	s.want("performed operation 1 of C1 (append) again")
}

func TestOperationsOfAWindowComeInAnyOrderAndOnce(t *testing.T) {
	s := newSitting(t, 0, 3)
	a, b, c := s.asks(1, 1, 0, "a"), s.asks(1, 2, 0, "b"), s.asks(1, 3, 0, "c")
	s.applies(c, kv.Performed{})
	s.applies(a, kv.Performed{})
	s.applies(c, kv.Performed{Duplicate: true})
	s.applies(b, kv.Performed{})
	for _, seq := range []uint64{2, 1, 3} {
		s.j.Returned(1, &kv.Result{Seq: seq})
	}
	s.reads(1, 4, 0, "cab")
	s.want("")
	s.applies(a, kv.Performed{})
	s.want("again")
}

func TestADuplicateOfAWindowMustHaveBeenPerformed(t *testing.T) {
	s := newSitting(t, 0, 2)
	a, b := s.asks(1, 1, 0, "a"), s.asks(1, 2, 0, "b")
	s.applies(b, kv.Performed{})
	s.applies(a, kv.Performed{Duplicate: true})
	s.want("but it never performed it")
}

func TestMoreThanAWindowIsNotAskedFor(t *testing.T) {
	s := newSitting(t, 0, 2)
	s.asks(1, 1, 0, "a")
	s.asks(1, 2, 0, "b")
	s.asks(1, 3, 0, "c")
	s.want("while")
}

func TestDoneSet(t *testing.T) {
	var s doneSet
	for _, n := range []uint32{3, 7, 5, 1, 7} {
		s.add(n, true)
	}
	c := s.clone()
	c.add(2, true)
	for n, want := range []bool{false, true, false, true, false, true, false, true, false} {
		if n > 0 && s.has(uint32(n)) != want {
			t.Errorf("has(%d) is %v", n, !want)
		}
	}
	var inOrder doneSet
	inOrder.add(7, false)
	if !inOrder.has(3) {
		t.Error("in order, what the highest reaches is in")
	}
}

// The judge takes the end of a session from the log, where an entry says so.
func TestTheJudgeKnowsWhatAnEntryEnds(t *testing.T) {
	for _, says := range []bool{false, true} {
		s := newSitting(t, 3, 1)
		a := s.register(1, 1)
		put := s.asks(1, 2, a, "a")
		s.applies(kv.Command{Client: 1, Session: a, Op: kv.Op{Kind: kv.Expire}}, kv.Performed{Ended: a, EndedOf: 1})
		s.applies(put, kv.Performed{Expired: says})
		want := ""
		if !says {
			want = "whose session had ended"
		}
		s.want(want)
	}
}
