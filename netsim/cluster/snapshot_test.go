package cluster_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/check"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
)

// foldedAway is a cluster in which S1 leads and S5 was down while the others folded
// what it lacks into snapshots; it has just been restarted.
func foldedAway(t *testing.T) *cluster.Session {
	t.Helper()
	s := open(t, config(func(c *script.Config) {
		c.Clients, c.Workload, c.Snapshot = 1, script.NoWorkload, 400
		c.Latency = netsim.Exactly(5 * time.Millisecond)
	}), cluster.Options{Narrate: true, VerifyMessages: true})
	do(t, s, "timeout s1")
	pass(s, 300)
	do(t, s, "crash s5")
	for i := range 40 {
		do(t, s, fmt.Sprintf("put c1 k%d value-%d", i%20, i))
	}
	pass(s, 2500)
	do(t, s, "restart s5")
	return s
}

func TestASnapshotIsToldAndShownOnItsWay(t *testing.T) {
	s := foldedAway(t)
	var v cluster.View
	var chunk cluster.MessageView
	for end := s.Now() + netTime(2*time.Second); chunk.Payload == nil && s.Now() < end; {
		s.Step()
		s.View(&v)
		for _, m := range v.InFlight {
			if c, ok := m.Payload.(*raft.InstallSnapshot); ok && c.Offset > 0 {
				chunk = m
			}
		}
	}
	if chunk.Payload == nil {
		t.Fatal("no second chunk is ever sent to S5")
	}
	m := chunk.Payload.(*raft.InstallSnapshot)
	if words := cluster.DescribeMessage(m); !strings.HasPrefix(words, "chunk 2 of ") || !strings.Contains(words, fmt.Sprintf("snapshot up to %d", m.LastIndex)) {
		t.Errorf("the chunk is described as %q", words)
	}
	var from *raft.PeerStatus
	for i := range v.Leader().Raft.Peers {
		if p := &v.Leader().Raft.Peers[i]; p.ID == 5 {
			from = p
		}
	}
	late := &v.Servers[4].Raft
	if from.State != raft.PeerSnapshot || from.Snapshot.Index != m.LastIndex || late.Incoming.Index != m.LastIndex || late.Have == 0 {
		t.Errorf("the leader sees %+v, S5 has %d bytes of %+v", from, late.Have, late.Incoming)
	}
	if l := &v.Leader().Raft; l.Snapshot.Index == 0 || l.First != l.Snapshot.Index+1 || l.Entry(l.First-1) != nil || l.Last() < l.Commit {
		t.Errorf("the leader's log begins at %d behind a snapshot of index %d", l.First, l.Snapshot.Index)
	}
	s.Advance(2 * time.Second)
	s.View(&v)
	a, b := &v.Servers[0], &v.Servers[4]
	if b.Raft.Applied != a.Raft.Applied || fmt.Sprint(a.KV.Keys) != fmt.Sprint(b.KV.Keys) || fmt.Sprint(a.KV.Sessions) != fmt.Sprint(b.KV.Sessions) {
		t.Errorf("S5 has applied %d and holds %v; S1 %d and %v", b.Raft.Applied, b.KV, a.Raft.Applied, a.KV)
	}
	text, _ := told(s, 0)
	for _, want := range []string{
		"S1 folds entries 1-", " into a snapshot of ",
		"S5 is too far behind: S1 sends it a snapshot up to entry ", ", chunk 1 of ",
		"S5 gets chunk 2 of ", "S5 gets the last chunk of the snapshot",
		"S5 has the whole snapshot and takes its state from it: it stands for entries 1-",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("nothing is told of %q in\n%s", want, text)
		}
	}
	if v := s.Final(); !v.OK() {
		t.Errorf("%+v", v)
	}
}

func TestAServerComesBackWithItsSnapshot(t *testing.T) {
	s := foldedAway(t)
	do(t, s, "crash s2")
	var v cluster.View
	s.View(&v)
	down := v.Servers[1]
	if down.Raft.Snapshot.Index == 0 || down.Raft.First != down.Raft.Snapshot.Index+1 || down.Durable != down.Raft.Last() {
		t.Errorf("the disk of S2 holds %+v, durable up to %d", down.Raft, down.Durable)
	}
	index := down.Raft.Snapshot.Index
	do(t, s, "restart s2")
	s.View(&v)
	if up := &v.Servers[1]; up.KV.Applied != index || len(up.KV.Keys) == 0 {
		t.Errorf("S2 comes back with %+v", up.KV)
	}
	text, _ := told(s, 0)
	if want := fmt.Sprintf("S2 starts from its snapshot, which stands for entries 1-%d", index); !strings.Contains(text, want) {
		t.Errorf("nothing is told of %q", want)
	}
	s.Advance(time.Second)
	if v := s.Final(); !v.OK() {
		t.Errorf("%+v", v)
	}
}

// badSaves asks for a save that cannot be, once its log is compacted.
type badSaves struct {
	raft.Machine
	save raft.Save
}

func (m *badSaves) Step(ev raft.Event, out *raft.Effects) {
	m.Machine.Step(ev, out)
	if _, ok := ev.(*raft.Compact); ok && len(out.Saves) > 0 {
		seq := out.Saves[len(out.Saves)-1].Seq
		bad := m.save
		bad.Seq, bad.State = seq+1, out.Saves[0].State
		out.Saves = append(out.Saves, bad)
	}
}

func (m *badSaves) Clone() raft.Machine { return &badSaves{Machine: m.Machine.Clone(), save: m.save} }

func TestASnapshotThatCannotBeSavedStopsTheServer(t *testing.T) {
	for want, save := range map[string]raft.Save{
		"snapshot of index 0":               {Snapshot: &raft.Snapshot{}},
		"leaves a gap behind it":            {Snapshot: &raft.Snapshot{Index: 1}},
		"its snapshot stands for all up to": {From: 2},
		"but its log ends at":               {From: 900},
	} {
		code := ours()
		node := code.Raft.New
		code.Raft.New = func() raft.Machine { return &badSaves{Machine: node(), save: save} }
		s, err := cluster.Open(code, &script.Scenario{Config: config(func(c *script.Config) { c.Snapshot = 200 })}, cluster.Options{})
		if err != nil {
			t.Fatal(err)
		}
		s.Advance(3 * time.Second)
		vs := s.Judge().Violations()
		if len(vs) == 0 || vs[0].Property != check.Contract || !strings.Contains(vs[0].Text, want) {
			t.Errorf("want a violation that says %q, got %v", want, vs)
		}
	}
}

// S3 stays behind with a log that is all snapshot, while S1 and S2 commit one entry more.
func TestASnapshotIsToldAfterItsCommitAndIsWhereItsLogEnds(t *testing.T) {
	s := open(t, config(func(c *script.Config) {
		c.Servers, c.Clients, c.Workload, c.Snapshot = 3, 1, script.NoWorkload, 100
		c.Latency = netsim.Exactly(5 * time.Millisecond)
	}), cluster.Options{Narrate: true})
	do(t, s, "timeout s1")
	pass(s, 300)
	do(t, s, "append c1 x "+strings.Repeat("a", 120))
	pass(s, 450)
	text, _ := told(s, 0)
	commit, fold := strings.Index(text, "S1 commits entry 2:"), strings.Index(text, "S1 folds entries 1-2 into")
	if commit < 0 || fold < commit {
		t.Errorf("S1 commits entry 2 and then folds it, but told is\n%s", text)
	}
	do(t, s, "isolate s3")
	do(t, s, "append c1 x b")
	pass(s, 750)
	do(t, s, "crash s1")
	do(t, s, "crash s2")
	do(t, s, "restart s2")
	pass(s, 905) // it may have promised its loyalty before it crashed
	do(t, s, "heal")
	do(t, s, "timeout s3")
	pass(s, 930)
	text, _ = told(s, 0)
	if want := "its log is more up to date and ends at 3, term 1, not 2, term 1"; !strings.Contains(text, want) {
		t.Errorf("nothing is told of %q in\n%s", want, text)
	}
}
