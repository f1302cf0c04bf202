package scene

import (
	"strings"
	"testing"

	"raftarium/raft"
	"raftarium/viz/draw"
	"raftarium/viz/ui"
)

// folded: the partition is healed, three servers have folded eight entries, and S4,
// which lacks what they have no more, gets a snapshot, of which two fifths are there.
func foldedView() *fake {
	f := partitionView()
	snap := raft.SnapshotStatus{Index: 8, Term: 4, Size: 320}
	for id := 1; id <= 3; id++ {
		r := &f.server(id).Raft
		r.Snapshot, r.First, r.Log = snap, 9, r.Log[8:]
		f.server(id).KV.LogBytes, f.server(id).KV.LogLimit = 510, 1000
	}
	f.v.Network.Cuts, f.v.Lost, f.v.InFlight = nil, nil, nil
	late := f.server(4)
	late.InQuorum, late.Raft.Role, late.Raft.Term, late.Raft.Leader, late.Raft.Votes = true, raft.Follower, 7, 2, nil
	late.Raft.Log, late.Raft.Commit, late.Raft.Applied, late.Durable = late.Raft.Log[:5], 5, 5, 5
	late.Raft.Incoming, late.Raft.Have = snap, 128
	p := &f.server(2).Raft.Peers[2]
	*p = raft.PeerStatus{ID: 4, Match: 5, Next: 6, State: raft.PeerSnapshot, Snapshot: snap, Sent: 128, Active: true}
	chunk := &raft.InstallSnapshot{Term: 7, LastIndex: 8, LastTerm: 4, Size: 320, Offset: 128, Data: make([]byte, 64)}
	f.send("s2", "s4", 45, chunk)
	f.send("s3", "s2", 45, &raft.InstallSnapshotReply{Term: 7, LastIndex: 8, Offset: 64, Have: 128})
	return f
}

func TestWhatIsFoldedIsOneBlock(t *testing.T) {
	f := foldedView()
	fr := &Frame{View: &f.v, List: new(draw.List), Tree: new(ui.Tree)}
	g := fr.Logs(draw.Rect{W: 1400, H: 213}, LogScroll{})
	if g.Last != 19 {
		t.Errorf("the longest log ends at %d, want 19", g.Last)
	}
	block, cell := fr.Tree.Find("snapshot/2"), fr.Tree.Find("cell/2/9")
	if block == nil || cell == nil || fr.Tree.Find("cell/2/8") != nil {
		t.Fatal("S2 shows no block, no entry 9, or an entry 8")
	}
	if block.Value != "stands for entries 1 to 8, 320 bytes" {
		t.Errorf("the block says %q", block.Value)
	}
	if block.Rect.X != g.Cells.X || block.Rect.X+block.Rect.W > cell.Rect.X || cell.Rect.X-block.Rect.X != 8*g.Pitch {
		t.Errorf("the block is at %v, entry 9 at %v", block.Rect, cell.Rect)
	}
	if fr.Tree.Find("snapshot/4") != nil || fr.Tree.Find("cell/4/5") == nil {
		t.Error("S4, which has no snapshot yet, does not show its log")
	}
	fr.Tree.Reset()
	if fr.Logs(draw.Rect{W: 700, H: 213}, LogScroll{First: 10}); fr.Tree.Find("snapshot/2") != nil {
		t.Error("the block is there, though it is out of view")
	}
}

// said is all that a part of the picture says, in one string.
func saidIn(l *draw.List) string {
	var words []string
	for _, p := range textsOf(l) {
		words = append(words, p.text)
	}
	return strings.Join(words, "\n")
}

func TestSnapshotsAreExplained(t *testing.T) {
	f := foldedView()
	for _, tc := range []struct {
		of   Thing
		want []string
	}{
		{ThingServer(2), []string{"through 8 (term 4)", "320 bytes", "510 of 1000 bytes", "snapshot ≤ 8 · 40 %"}},
		{ThingServer(4), []string{"snapshot through 8", "128 of", "last 5"}},
		{ThingCell(4, 5), []string{"in its snapshot"}},
		{ThingMessage(f.v.InFlight[0].ID), []string{"InstallSnapshot", "entries 1 to 8", "128 to 192 of 320"}},
		{ThingMessage(f.v.InFlight[1].ID), []string{"InstallSnapshot reply", "128 bytes"}},
	} {
		fr := &Frame{View: &f.v, List: new(draw.List), Tree: new(ui.Tree), Options: Options{Selected: tc.of}}
		fr.Inspector(draw.Rect{W: 316, H: 2000}, 0)
		got := strings.Join(strings.Fields(saidIn(fr.List)), " ")
		for _, want := range tc.want {
			if !strings.Contains(got, want) {
				t.Errorf("%s: nothing says %q in %q", tc.of.ID(), want, got)
			}
		}
	}
	fr := &Frame{View: &f.v, List: new(draw.List), Tree: new(ui.Tree)}
	if got := fr.MessageWords(&f.v.InFlight[0]); got != "term 7, snapshot up to 8 of term 4, bytes 128 to 192 of 320" {
		t.Errorf("the chunk says %q", got)
	}
	if got := fr.MessageWords(&f.v.InFlight[1]); got != "term 7, has 128 bytes of the snapshot up to 8" {
		t.Errorf("its answer says %q", got)
	}
}

// A snapshot of which only the last column is in view says how much of it is there,
// and nothing else is written over it.
func TestASnapshotThatIsComingInIsReadableInOneColumn(t *testing.T) {
	f := foldedView()
	fr := &Frame{View: &f.v, List: new(draw.List), Tree: new(ui.Tree)}
	fr.Logs(draw.Rect{W: 1400, H: 213}, LogScroll{First: 8})
	said := saidIn(fr.List)
	for _, want := range []string{"40 %", "≤ 8"} {
		if !strings.Contains(said, want) {
			t.Errorf("nothing says %q in %q", want, said)
		}
	}
	for _, bad := range []string{"ends at 5", "…"} {
		if strings.Contains(said, bad) {
			t.Errorf("%q stands in the way: %q", bad, said)
		}
	}
}
