package cluster_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"raftarium/kv"
	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/check"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
)

var allReads = []kv.Reads{kv.ReadsByLog, kv.ReadsByIndex, kv.ReadsByLease}

func TestHoweverGetsAreAnsweredTheRunIsLinearizable(t *testing.T) {
	for _, by := range allReads {
		t.Run(by.String(), func(t *testing.T) {
			for seed := uint64(1); seed <= 10; seed++ {
				cfg := config(func(c *script.Config) {
					c.Seed, c.Reads, c.Keys = seed, by, 3
					c.Loss, c.Duplicate, c.Reorder = netsim.Percent(2), netsim.Percent(1), netsim.Percent(1)
					c.Faults = []script.Fault{script.FaultCrash, script.FaultPartition, script.FaultPause, script.FaultDisk}
				})
				if s, v := run(t, cfg); !v.OK() || v.Linearizable != check.Yes || s.Stats().Gets == 0 {
					t.Errorf("seed %d: %d gets, %+v", seed, s.Stats().Gets, v)
				}
			}
		})
	}
}

// Only by the log does a Get leave an entry there.
func TestGetsWithoutTheLogLeaveNoEntries(t *testing.T) {
	for _, by := range allReads {
		s, v := run(t, config(func(c *script.Config) { c.Reads = by }))
		st := s.Stats()
		writes := st.Puts + st.Appends
		if !v.OK() || v.Linearizable != check.Yes || st.Gets < 500 {
			t.Errorf("%v: %d gets, %+v", by, st.Gets, v)
		}
		if extra := uint64(st.Committed) - writes; by == kv.ReadsByLog && extra < st.Gets || by != kv.ReadsByLog && extra > 10 {
			t.Errorf("%v: %d entries, %d writes and %d gets", by, st.Committed, writes, st.Gets)
		}
	}
}

// reading is a cluster in which S1 leads, c1 has written, and time goes by 5 ms a
// message.
func reading(t *testing.T, by kv.Reads) *cluster.Session {
	t.Helper()
	s := open(t, config(func(c *script.Config) {
		c.Clients, c.Workload, c.Reads = 2, script.NoWorkload, by
		c.Latency = netsim.Exactly(5 * time.Millisecond)
	}), cluster.Options{Narrate: true, VerifyMessages: true})
	do(t, s, "timeout s1")
	wait(s, 300)
	do(t, s, "put c1 x a")
	wait(s, 100)
	return s
}

func TestAReadByIndexIsToldAndShown(t *testing.T) {
	s := reading(t, kv.ReadsByIndex)
	do(t, s, "get c1 x")
	wait(s, 6)
	var v cluster.View
	s.View(&v)
	l := v.Leader()
	if v.Reads != kv.ReadsByIndex || l.Raft.Reads != 1 || len(l.KV.Reading) != 1 || l.KV.Reading[0].Confirmed || l.Lease.Running {
		t.Errorf("reads by %v, the leader waits for %d, %+v", v.Reads, l.Raft.Reads, l.KV.Reading)
	}
	wait(s, 50)
	text, _ := told(s, 0)
	for _, want := range []string{
		"S1 asks a majority whether it still leads, before it answers C1's Get of x",
		"S1 answers C1's Get as of entry 2: a majority still follows it",
		`C1 is done: get x is "a"`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("nothing is told of %q in\n%s", want, text)
		}
	}
}

func TestAReadByLeaseIsToldAndShown(t *testing.T) {
	s := reading(t, kv.ReadsByLease)
	do(t, s, "get c1 x") // the first one only makes the leader measure its leases
	wait(s, 100)
	var v cluster.View
	s.View(&v)
	l := v.Leader()
	if !l.Raft.Lease || !l.Lease.Running || l.Lease.Left <= 0 || l.Lease.Left > l.Lease.Total || l.Lease.Total != 135*time.Millisecond {
		t.Errorf("the lease is %v, %+v", l.Raft.Lease, l.Lease)
	}
	_, from := s.Notes(0)
	messages := s.Stats().Messages
	do(t, s, "get c1 x")
	wait(s, 11)
	if text, _ := told(s, from); !strings.Contains(text, "S1 answers C1's Get as of entry 2 under its lease, until 0.") {
		t.Errorf("told is\n%s", text)
	}
	if sent := s.Stats().Messages - messages; sent > 2+8 {
		t.Errorf("%d messages were sent: the request, its answer, and at most one round of heartbeats were due", sent)
	}
	do(t, s, "isolate leader")
	wait(s, 140)
	s.View(&v)
	if l := &v.Servers[0]; l.Raft.Role != raft.Leader || l.Raft.Lease || l.Lease.Running {
		t.Errorf("140 ms after it was cut off S1 is %v, its lease %v", l.Raft.Role, l.Raft.Lease)
	}
}

// A Get that waits is lost with its server, and asked for again elsewhere.
func TestAReadIsLostWithItsServerAndAskedForAgain(t *testing.T) {
	for _, line := range []string{"crash s1", "isolate s1", "pause s1"} {
		s := reading(t, kv.ReadsByIndex)
		do(t, s, "get c1 x")
		wait(s, 6)
		do(t, s, line)
		wait(s, 1500)
		if s.Busy(1) {
			t.Errorf("after %s the Get is not answered within 1.5 s", line)
		}
		if line == "crash s1" {
			do(t, s, "restart s1")
		}
		wait(s, 500)
		if v := s.Final(); !v.OK() || v.Linearizable != check.Yes {
			t.Errorf("%s: %+v", line, v)
		}
	}
}

func TestReadsChangeWhileTheRunGoesOnAndStandInTheJournal(t *testing.T) {
	s := open(t, config(nil), cluster.Options{})
	wait(s, 500)
	for _, line := range []string{"reads lease", "crash s2", "reads index", "restart s2", "reads log", "reads lease"} {
		do(t, s, line)
		wait(s, 700)
		c := s.Clone()
		wait(c, 200)
		wait(s, 200)
		if c.Digest() != s.Digest() || string(c.AppendState(nil)) != string(s.AppendState(nil)) {
			t.Fatalf("after %q a clone goes another way", line)
		}
	}
	var v cluster.View
	s.View(&v)
	for i := range v.Servers {
		if v.Servers[i].KV.Reads != kv.ReadsByLease || v.Reads != kv.ReadsByLease {
			t.Errorf("S%d reads by %v, the run by %v", i+1, v.Servers[i].KV.Reads, v.Reads)
		}
	}
	if v := s.Final(); !v.OK() || v.Linearizable != check.Yes {
		t.Errorf("%+v", v)
	}
	again := open(t, s.Scenario().Config, cluster.Options{}, s.Scenario().Steps...)
	again.AdvanceTo(s.Now())
	if again.Digest() != s.Digest() {
		t.Errorf("the journal gives digest %x, the run %x", again.Digest(), s.Digest())
	}
}

// deaf is a Raft that knows no Read, as a student's may.
type deaf struct{ raft.Machine }

func (d deaf) Step(ev raft.Event, out *raft.Effects) {
	if _, ok := ev.(*raft.Read); !ok {
		d.Machine.Step(ev, out)
	}
}

func (d deaf) Clone() raft.Machine { return deaf{d.Machine.Clone()} }

func TestARaftThatKnowsNoReadsAnswersNone(t *testing.T) {
	code := ours()
	code.Raft.New = func() raft.Machine { return deaf{ours().Raft.New()} }
	cfg := config(func(c *script.Config) { c.Reads, c.Workload, c.Clients = kv.ReadsByIndex, script.NoWorkload, 2 })
	s, err := cluster.Open(code, &script.Scenario{Config: cfg}, cluster.Options{})
	if err != nil {
		t.Fatal(err)
	}
	wait(s, 500)
	do(t, s, "get c1 x")
	wait(s, 1000)
	do(t, s, "put c2 x a")
	wait(s, 300)
	if !s.Busy(1) || s.Busy(2) {
		t.Errorf("the Get waits: %v; the Put waits: %v", s.Busy(1), s.Busy(2))
	}
	if st := s.Stats(); st.Retries < 4 {
		t.Errorf("%d retries", st.Retries)
	}
	do(t, s, "reads log")
	wait(s, 500)
	if s.Busy(1) {
		t.Error("by the log it is not answered either")
	}
	if vs := fmt.Sprint(s.Judge().Violations()); vs != "[]" {
		t.Errorf("%s", vs)
	}
}

func wait(s *cluster.Session, ms time.Duration) { s.Advance(ms * time.Millisecond) }
