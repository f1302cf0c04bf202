package cluster_test

import (
	"slices"
	"testing"
	"time"

	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
)

func ms(n int) netsim.Time { return netsim.Time(n) * netsim.Time(time.Millisecond) }

// slowDisk has links of 1 ms, disks of 5 ms and no clients.
func slowDisk(c *script.Config) {
	c.Servers, c.Clients, c.Workload = 2, 0, script.NoWorkload
	c.Latency = netsim.Exactly(time.Millisecond)
	c.Disk = 5 * time.Millisecond
}

// seen is what happened to a puppet.
type seen struct {
	starts []raft.Start
	saved  []raft.SaveSeq
	got    []raft.Term // of messages
}

// writer makes S1 save at its start and send something before, with and after it.
func writer(saves int, logs map[raft.ID]*seen) cluster.Code {
	return puppets(func(id raft.ID, ev raft.Event, out *raft.Effects) {
		if logs[id] == nil {
			logs[id] = &seen{}
		}
		l := logs[id]
		switch ev := ev.(type) {
		case *raft.Start:
			l.starts = append(l.starts, *ev)
			if id != 1 {
				return
			}
			out.SendRequestVoteReply(2, 0, raft.RequestVoteReply{Term: 100})
			for i := 1; i <= saves; i++ {
				n := raft.Index(i)
				out.Saves = append(out.Saves, raft.Save{
					Seq: raft.SaveSeq(i), State: raft.HardState{Term: raft.Term(i)}, From: n, Entries: []raft.Entry{{Term: 1, Index: n}},
				})
				out.SendRequestVoteReply(2, raft.SaveSeq(i), raft.RequestVoteReply{Term: raft.Term(i)})
			}
		case *raft.Saved:
			l.saved = append(l.saved, ev.Seq)
		case *raft.Deliver:
			l.got = append(l.got, ev.Msg.MessageTerm())
		}
	})
}

func TestAnEffectLeavesWhenItsSaveIsDurable(t *testing.T) {
	logs := map[raft.ID]*seen{}
	s := openCode(t, writer(1, logs), config(slowDisk), cluster.Options{})
	pass(s, 5)
	if got := logs[2].got; !slices.Equal(got, []raft.Term{100}) || !slices.Equal(logs[1].saved, []raft.SaveSeq{1}) {
		t.Errorf("after 5 ms S2 has %v, S1 knows of %v", got, logs[1].saved)
	}
	pass(s, 6)
	if got := logs[2].got; !slices.Equal(got, []raft.Term{100, 1}) {
		t.Errorf("after 6 ms S2 has %v", got)
	}
}

func TestWritesOfOneDiskGoTogether(t *testing.T) {
	logs := map[raft.ID]*seen{}
	s := openCode(t, writer(3, logs), config(slowDisk), cluster.Options{})
	pass(s, 9)
	if !slices.Equal(logs[1].saved, []raft.SaveSeq{1}) {
		t.Errorf("after 9 ms S1 knows of %v", logs[1].saved)
	}
	pass(s, 11)
	if !slices.Equal(logs[1].saved, []raft.SaveSeq{1, 3}) || !slices.Equal(logs[2].got, []raft.Term{100, 1, 2, 3}) {
		t.Errorf("after 11 ms S1 knows of %v, S2 has %v", logs[1].saved, logs[2].got)
	}
}

func TestACrashLosesWhatIsNotDurableAndWhatWaitsForIt(t *testing.T) {
	logs := map[raft.ID]*seen{}
	s := openCode(t, writer(3, logs), config(slowDisk), cluster.Options{})
	pass(s, 7) // one of three saves is durable
	do(t, s, "crash s1")
	pass(s, 30)
	if got := logs[2].got; !slices.Equal(got, []raft.Term{100, 1}) {
		t.Errorf("S2 has %v", got)
	}
	do(t, s, "restart s1")
	pass(s, 31)
	st := logs[1].starts[1]
	if st.State.Term != 1 || len(st.Log) != 1 {
		t.Errorf("it comes back with term %d and %d entries", st.State.Term, len(st.Log))
	}
	// A new life numbers its saves from 1 again, and nothing is left of the old.
	pass(s, 60)
	if got := logs[2].got; !slices.Equal(got, []raft.Term{100, 1, 100, 1, 2, 3}) {
		t.Errorf("in the end S2 has %v", got)
	}
	var v cluster.View
	if s.View(&v); v.Servers[0].Failed != "" || v.Servers[0].Durable != 3 {
		t.Errorf("%+v", v.Servers[0])
	}
}

func TestTheDiskOfAPausedServerWorksOnAndIsHeardOfLater(t *testing.T) {
	logs := map[raft.ID]*seen{}
	s := openCode(t, writer(3, logs), config(slowDisk), cluster.Options{})
	pass(s, 1)
	do(t, s, "pause s1")
	pass(s, 20)
	if len(logs[1].saved) != 0 || !slices.Equal(logs[2].got, []raft.Term{100}) {
		t.Errorf("paused, it knows of %v and S2 has %v", logs[1].saved, logs[2].got)
	}
	other := s.Clone()
	do(t, s, "resume s1")
	pass(s, 21)
	if !slices.Equal(logs[1].saved, []raft.SaveSeq{3}) || !slices.Equal(logs[2].got, []raft.Term{100, 1, 2, 3}) {
		t.Errorf("resumed, it knows of %v and S2 has %v", logs[1].saved, logs[2].got)
	}
	// Crashed instead, it comes back with all that its disk had written.
	do(t, other, "crash s1", "restart s1")
	if st := logs[1].starts[1]; st.State.Term != 3 || len(st.Log) != 3 {
		t.Errorf("it comes back with term %d and %d entries", st.State.Term, len(st.Log))
	}
	var v cluster.View
	if other.View(&v); v.Servers[0].Paused {
		t.Error("a crash ends a pause")
	}
}

func TestMessagesOfAnEarlierLifeStillArrive(t *testing.T) {
	logs := map[raft.ID]*seen{}
	s := openCode(t, writer(1, logs), config(slowDisk), cluster.Options{})
	do(t, s, "crash s1", "crash s2", "restart s2")
	pass(s, 1)
	if got := logs[2].got; !slices.Equal(got, []raft.Term{100}) {
		t.Errorf("S2 has %v", got)
	}
}
