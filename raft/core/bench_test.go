package core_test

import (
	"fmt"
	"testing"

	"raftarium/raft"
	"raftarium/raft/core"
)

// line is the shortest possible world: no network, no time, and disks that write
// at once. It allocates nothing of its own, so that what is measured is the core.
type line struct {
	nodes   []raft.Machine
	out     raft.Effects
	queue   []envelope
	applied []raft.Index
	data    []byte

	deliver raft.Deliver
	saved   raft.Saved
	propose raft.Propose
}

func newLine(tb testing.TB, size int) *line {
	l := &line{data: make([]byte, 16), applied: make([]raft.Index, size)}
	var ids []raft.ID
	for i := range size {
		ids = append(ids, raft.ID(i+1))
	}
	for i, id := range ids {
		l.nodes = append(l.nodes, core.New())
		l.step(i, &raft.Start{ID: id, Servers: ids, Timing: raft.DefaultTiming})
	}
	l.step(0, &raft.TimerFired{Key: raft.TimerElection})
	l.drain()
	if l.applied[0] != 1 {
		tb.Fatal("the first server was not elected")
	}
	return l
}

func (l *line) step(i int, ev raft.Event) {
	for {
		l.out.Reset()
		l.nodes[i].Step(ev, &l.out)
		for _, s := range l.out.Sends {
			l.queue = append(l.queue, envelope{raft.ID(i + 1), s.To, s.Msg})
		}
		for _, a := range l.out.Applies {
			l.applied[i] += raft.Index(len(a.Entries))
		}
		if len(l.out.Saves) == 0 {
			return
		}
		l.saved.Seq = l.out.Saves[len(l.out.Saves)-1].Seq
		ev = &l.saved
	}
}

func (l *line) drain() {
	for k := 0; k < len(l.queue); k++ {
		e := l.queue[k]
		l.deliver = raft.Deliver{From: e.from, Msg: e.msg}
		l.step(int(e.to-1), &l.deliver)
	}
	clear(l.queue)
	l.queue = l.queue[:0]
}

// commit puts commands through: so many events of so many proposals each.
func (l *line) commit(tb testing.TB, events, each int) {
	before := l.applied[0]
	for range events {
		l.propose.Proposals = l.propose.Proposals[:0]
		for k := range each {
			l.propose.Proposals = append(l.propose.Proposals, raft.Proposal{Handle: raft.Handle(k), Data: l.data})
		}
		l.step(0, &l.propose)
	}
	l.drain()
	if got := int(l.applied[0] - before); got != events*each {
		tb.Fatalf("%d of %d proposals were committed", got, events*each)
	}
}

// BenchmarkCommit reports the time and the allocations for each committed command
// at all servers together.
func BenchmarkCommit(b *testing.B) {
	shapes := []struct {
		name         string
		events, each int
	}{
		{"one at a time", 1, 1},
		{"64 in flight", 64, 1},
		{"64 in one message", 1, 64},
	}
	for _, size := range []int{3, 5} {
		for _, s := range shapes {
			b.Run(fmt.Sprintf("%d servers/%s", size, s.name), func(b *testing.B) {
				b.ReportAllocs()
				l := newLine(b, size)
				commits := 0
				for b.Loop() {
					// A new cluster now and then, so that a long run measures commits and
					// not the memory that an endless log takes.
					if l.applied[0] > 65536 {
						b.StopTimer()
						l = newLine(b, size)
						b.StartTimer()
					}
					l.commit(b, s.events, s.each)
					commits += s.events * s.each
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(commits), "ns/commit")
			})
		}
	}
}

// BenchmarkCommitByLogLength commits one command at a time behind a log that is long
// already, at three servers.
func BenchmarkCommitByLogLength(b *testing.B) {
	for _, length := range []int{1_000, 10_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprint(length), func(b *testing.B) {
			l := newLine(b, 3)
			for l.applied[0] < raft.Index(length) {
				l.commit(b, 1, 64)
			}
			b.ReportAllocs()
			for b.Loop() {
				l.commit(b, 1, 1)
			}
		})
	}
}

// BenchmarkCommitByServers commits one command at a time in clusters of all sizes.
func BenchmarkCommitByServers(b *testing.B) {
	for _, size := range []int{3, 5, 9, 15, 25} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			l := newLine(b, size)
			b.ReportAllocs()
			for b.Loop() {
				l.commit(b, 1, 1)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(size), "ns/server")
		})
	}
}

// TestACommitAllocatesNextToNothing: what is left is a chunk of messages now and
// then. A long log changes nothing about it.
func TestACommitAllocatesNextToNothing(t *testing.T) {
	for _, before := range []int{1, 400} {
		l := newLine(t, 3)
		for range before {
			l.commit(t, 1, 64)
		}
		l.commit(t, 1, 64)
		got := testing.AllocsPerRun(10, func() {
			for range 100 {
				l.commit(t, 1, 1)
			}
		}) / 100
		if got > 0.2 {
			t.Errorf("with %d entries in the log a commit allocates %.2f times", 64*before, got)
		}
	}
}
