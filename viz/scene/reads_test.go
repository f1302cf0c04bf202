package scene

import (
	"strings"
	"testing"
	"time"

	"raftarium/kv"
	"raftarium/netsim/cluster"
	"raftarium/raft"
	"raftarium/viz/draw"
	"raftarium/viz/ui"
)

func TestReadsWithoutTheLogAreExplained(t *testing.T) {
	f := partitionView()
	f.v.Reads = kv.ReadsByLease
	leader := f.server(2)
	leader.Raft.Lease, leader.Raft.Reads = true, 2
	leader.Lease = cluster.TimerView{Running: true, Left: 82 * time.Millisecond, Total: 135 * time.Millisecond}
	leader.KV.Reading = []kv.Reader{{Client: 3, Seq: 7, Key: "y"}, {Client: 4, Seq: 8, Key: "z", Confirmed: true, Index: 20}}
	f.v.InFlight = nil
	f.send("s2", "s1", 45, &raft.AppendEntries{Term: 7, Round: 12})
	f.send("s2", "c3", 45, &kv.Reply{Client: 3, Seq: 7, Value: []byte("v"), Index: 19, By: kv.ReadsByLease})
	f.send("s2", "c4", 45, &kv.Reply{Client: 4, Seq: 8, Value: []byte("v"), Index: 20, By: kv.ReadsByIndex})
	wants := func(of Thing, want ...string) {
		t.Helper()
		fr := &Frame{View: &f.v, List: new(draw.List), Tree: new(ui.Tree), Options: Options{Selected: of}}
		fr.Inspector(draw.Rect{W: 316, H: 2000}, 0)
		got := strings.Join(strings.Fields(saidIn(fr.List)), " ")
		for _, w := range want {
			if !strings.Contains(got, w) {
				t.Errorf("%s: nothing says %q in %q", of.ID(), w, got)
			}
		}
	}
	wants(ThingServer(2), "lease 82 ms of 135 ms", "2 wait for a majority", "GETS THAT WAIT",
		"C3 #7 get y, until a majority answers", "C4 #8 get z, until index 20 is applied")
	wants(ThingMessage(f.v.InFlight[0].ID), "12: who answers confirms that S2 leads")
	wants(ThingMessage(f.v.InFlight[1].ID), "as of index 19, under a lease")
	wants(ThingMessage(f.v.InFlight[2].ID), "as of index 20, a majority was asked")
	wants(Thing{}, "without the log, by lease")
	fr := &Frame{View: &f.v, List: new(draw.List), Tree: new(ui.Tree)}
	if words := fr.MessageWords(&f.v.InFlight[1]); !strings.Contains(words, ", read as of index 19, under a lease") {
		t.Errorf("the answer says %q", words)
	}
	leader.Lease = cluster.TimerView{}
	wants(ThingServer(2), "none: a Get asks a majority")
	f.v.Reads, leader.Raft.Reads, leader.KV.Reading = kv.ReadsByLog, 0, nil
	fr = &Frame{View: &f.v, List: new(draw.List), Tree: new(ui.Tree), Options: Options{Selected: ThingServer(2)}}
	fr.Inspector(draw.Rect{W: 316, H: 2000}, 0)
	if got := saidIn(fr.List); strings.Contains(got, "lease") || strings.Contains(got, "GETS") {
		t.Errorf("by the log, the leader says %q", got)
	}
}
