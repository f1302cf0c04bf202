package check

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"raftarium/kv"
	"raftarium/netsim"
	"raftarium/raft"
)

// steady is a cluster of five in its stride: s1 leads, and each turn carries one
// operation through all of it. Nothing in here allocates but the judge.
type steady struct {
	j       *Judge
	now     netsim.Time
	event   netsim.EventID
	index   raft.Index
	entry   [1]raft.Entry
	req     kv.Request
	append  raft.AppendEntries
	reply   raft.AppendEntriesReply
	save    raft.Save
	status  raft.Status
	peers   [4]raft.PeerStatus
	perform kv.Performed
	result  kv.Result
	events  int
}

func newSteady() *steady {
	s := &steady{j: New(Config{Servers: 5, KeepHistory: true})}
	for id := raft.ID(1); id <= 5; id++ {
		s.j.Started(id, raft.HardState{}, nil)
	}
	for id := raft.ID(1); id <= 5; id++ {
		s.votes(id)
	}
	s.status.Peers = s.peers[:]
	s.save.Entries = s.entry[:]
	s.append.Entries = s.entry[:]
	return s
}

// votes has a server vote for s1 in term 1.
func (s *steady) votes(id raft.ID) {
	s.j.Saving(id, &raft.Save{Seq: 1, State: raft.HardState{Term: 1, Vote: 1}})
	s.at()
	s.j.Saved(id, 1)
	if id == 1 {
		s.j.Sent(1, 2, &raft.RequestVote{Term: 1})
	} else {
		s.j.Sent(id, 1, &raft.RequestVoteReply{Term: 1, Granted: true})
	}
}

func (s *steady) at() {
	s.now = s.now.Add(100 * time.Microsecond)
	s.event++
	s.events++
	s.j.At(s.now, s.event)
}

func (s *steady) write(id raft.ID) {
	s.save.Seq, s.save.From = raft.SaveSeq(s.index)+1, s.index // the vote was the first
	s.save.State = raft.HardState{Term: 1, Vote: 1}
	s.j.Saving(id, &s.save)
	s.say(id)
	s.at()
	s.j.Saved(id, s.save.Seq)
}

func (s *steady) say(id raft.ID) {
	st := &s.status
	st.Role, st.Term, st.Commit, st.Peers = raft.Follower, 1, s.index-1, nil
	if id == 1 {
		st.Role, st.Peers = raft.Leader, s.peers[:]
	}
	s.j.Status(id, st)
}

// turn is one operation, one way and back for each message, and a heartbeat.
func (s *steady) turn(keys []string) {
	s.index++
	n := int(s.index)
	c := kv.ClientID(n%5 + 1)
	op := kv.Op{Kind: kv.Get + kv.Kind(n%3), Key: keys[n%len(keys)]}
	if op.Kind != kv.Get {
		op.Value = "c1-123456"
	}
	s.req.Command = kv.Command{Client: c, Seq: uint64(n), Op: op}
	data := s.req.Command.AppendTo(make([]byte, 0, 32))
	s.entry[0] = raft.Entry{Term: 1, Index: s.index, Data: data}

	s.at()
	s.j.Invoked(c, op)
	s.j.Requested(c, 1, &s.req)
	s.at()
	s.write(1)
	s.j.Answered(1, &raft.Answer{Outcome: raft.Accepted, Index: s.index, Term: 1})
	s.append.Term = 1
	for to := raft.ID(2); to <= 5; to++ {
		s.j.Sent(1, to, &s.append)
	}
	for f := raft.ID(2); f <= 5; f++ {
		s.at()
		s.write(f)
		s.reply = raft.AppendEntriesReply{Term: 1, Success: true, Index: s.index}
		s.j.Sent(f, 1, &s.reply)
		s.say(f)
	}
	for f := raft.ID(2); f <= 5; f++ {
		s.at()
		s.peers[f-2] = raft.PeerStatus{ID: f, Match: s.index, Next: s.index + 1}
		s.say(1)
	}
	for id := raft.ID(1); id <= 5; id++ {
		if id > 1 {
			s.j.Sent(1, id, &s.append)
			s.at()
			s.j.Sent(id, 1, &s.reply)
			s.say(id)
			s.at()
			s.say(1)
		}
		s.j.Applied(id, s.entry[:])
		s.perform = kv.Performed{Index: s.index, Client: c, Seq: uint64(n), Kind: op.Kind}
		s.j.Performed(id, &s.perform)
	}
	s.at()
	s.j.Returned(c, &s.result)
}

var manyKeys = func() (keys []string) {
	for k := range 16 {
		keys = append(keys, fmt.Sprint("key", k))
	}
	return keys
}()

// BenchmarkOperation is all that the judge does for one operation in a cluster of
// five, and for each of its events. The one allocation is the benchmark's own,
// of the command.
func BenchmarkOperation(b *testing.B) {
	s := newSteady()
	b.ReportAllocs()
	for b.Loop() {
		s.turn(manyKeys)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(s.events), "ns/event")
	if s.j.unsafe || s.j.notOnce {
		b.Fatal(s.j.violations)
	}
}

// BenchmarkHeartbeat is an idle leader's message: sent, delivered, answered.
func BenchmarkHeartbeat(b *testing.B) {
	s := newSteady()
	s.turn(manyKeys)
	b.ReportAllocs()
	for b.Loop() {
		s.at()
		s.j.Sent(1, 2, &s.append)
		s.say(1)
		s.at()
		s.j.Sent(2, 1, &s.reply)
		s.say(2)
	}
}

func BenchmarkCloneAndGoOn(b *testing.B) {
	for _, turns := range []int{100, 15_000} {
		b.Run(fmt.Sprint(turns, "operations"), func(b *testing.B) {
			s := newSteady()
			for range turns {
				s.turn(manyKeys)
			}
			b.ReportAllocs()
			for b.Loop() {
				c := *s
				c.j = s.j.Clone()
				c.turn(manyKeys)
			}
		})
	}
}

// BenchmarkFinal judges a run like a minute of five clients over 16 keys.
func BenchmarkFinal(b *testing.B) {
	j := register(rand.New(rand.NewPCG(1, 1)), 5, 16, 15_000, true, false)
	b.ReportAllocs()
	for b.Loop() {
		if v := j.Final(); !v.OK() || v.Linearizable != Yes {
			b.Fatalf("the verdict is %+v", v)
		}
	}
}

// What the benchmarks measure is a run in which nothing is wrong.
func TestTheSteadyClusterBreaksNothing(t *testing.T) {
	s := newSteady()
	for range 200 {
		s.turn(manyKeys)
	}
	if vs := s.j.Violations(); len(vs) > 0 {
		t.Error(vs)
	}
}
