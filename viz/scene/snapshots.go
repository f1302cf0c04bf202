package scene

import (
	"raftarium/netsim/cluster"
	"raftarium/raft"
	"raftarium/viz/draw"
	"raftarium/viz/ui"
)

// logFold draws what of a log is folded into a snapshot as one block, as far as it is
// in view, and behind the log a snapshot that is just coming in.
func (f *Frame) logFold(l *logLayout, s *cluster.ServerView, y float32) {
	th, t := f.theme(), &f.scratch().texts
	if first := s.Raft.FirstIndex(); first > l.from {
		r := f.columns(l, l.from, first-1, y)
		line := th.Panel.Mix(th.Text, 0.25)
		if !s.Up {
			line = th.Panel.Mix(th.Text, 0.12)
		}
		f.List.Box(r, min(4, l.high*0.25), th.Raised, line, 1)
		f.foldText(l, r, t.begin().str("snapshot ≤ ").num(uint64(first-1)).end(), t.begin().str("≤ ").num(uint64(first-1)).end())
		f.Tree.Add(ui.Node{
			ID: t.begin().str("snapshot/").num(uint64(s.ID)).end(), Role: ui.RoleImage, Rect: r,
			Label: t.begin().str("Snapshot of ").server(s.ID).end(),
			Value: t.begin().str("stands for entries 1 to ").num(uint64(first - 1)).str(", ").num(uint64(s.Raft.Snapshot.Size)).str(" bytes").end(),
		})
	}
	in, from := &s.Raft.Incoming, max(s.Raft.Last()+1, l.from)
	if in.Index < from || from > l.to {
		return
	}
	r := f.columns(l, from, min(in.Index, l.to), y)
	done := r
	done.W *= float32(s.Raft.Have) / float32(max(in.Size, 1))
	f.List.Rect(done, min(4, l.high*0.25), th.Dim.Fade(0.35))
	f.List.DashedBox(inset(r, 0.75), min(4, l.high*0.25), 0, th.Dim, 1.25, 4, 3)
	f.foldText(l, r, t.begin().str("≤ ").num(uint64(in.Index)).str(" · ").share(s.Raft.Have, in.Size).end(), t.begin().share(s.Raft.Have, in.Size).end())
}

// columns is the rectangle of the cells of some indices in a row.
func (f *Frame) columns(l *logLayout, from, to raft.Index, y float32) draw.Rect {
	left := max(l.x(from), l.grid.Cells.X)
	right := min(l.x(to+1)-f.cellGap(), l.grid.Cells.X+l.grid.Cells.W)
	return draw.Rect{X: left, Y: y, W: max(right-left, 0), H: l.high}
}

// foldText writes on a fold what there is room for: the text, or its short form.
func (f *Frame) foldText(l *logLayout, r draw.Rect, text, short string) {
	if l.high < f.pt(textLeast) || r.W < f.pt(20) {
		return
	}
	size := float32(sizeLabel)
	if l.high < f.pt(12) {
		size = cellLeast - 1
	}
	if f.width(text, draw.Mono, size) > r.W-6 {
		text = short
	}
	f.text(r.Center(), f.fit(text, draw.Mono, size, r.W-6), draw.Mono, size, draw.Center, f.theme().Dim)
}

// share is how much of something is done, in hundredths.
func (t *texts) share(done, all int) *texts {
	return t.num(uint64(100 * min(done, all) / max(all, 1))).str(" %")
}

// snapshotRows are what the inspector says of the snapshots of a server.
func (f *Frame) snapshotRows(s *cluster.ServerView) {
	t := &f.scratch().texts
	if snap := &s.Raft.Snapshot; snap.Index > 0 {
		f.add("snapshot", t.begin().str("through ").num(uint64(snap.Index)).str(" (term ").num(uint64(snap.Term)).str("), ").
			num(uint64(snap.Size)).str(" bytes").end())
	}
	if in := &s.Raft.Incoming; in.Index > 0 {
		f.addIn("incoming", t.begin().str("snapshot through ").num(uint64(in.Index)).str(": ").num(uint64(s.Raft.Have)).str(" of ").
			num(uint64(in.Size)).str(" bytes").end(), f.theme().Warning)
	}
	if limit := s.KV.LogLimit; limit > 0 && s.Up {
		f.add("log size", t.begin().num(uint64(s.KV.LogBytes)).str(" of ").num(uint64(limit)).str(" bytes").end())
	}
}

// sendingRow is the inspector's row of a snapshot on its way to a follower.
func (f *Frame) sendingRow(p *raft.PeerStatus) {
	t := &f.scratch().texts
	f.addIn("sending", t.begin().str("snapshot ≤ ").num(uint64(p.Snapshot.Index)).str(" · ").share(p.Sent, p.Snapshot.Size).end(), f.theme().Warning)
}

// chunk is a piece of a snapshot on its way: a block, filled as far as the snapshot
// has arrived once this piece has.
func (f *Frame) chunk(p draw.Point, u float32, m *raft.InstallSnapshot, c draw.Color) {
	r := draw.Rect{X: p.X - 9*u, Y: p.Y - 6*u, W: 18 * u, H: 12 * u}
	f.List.Box(r, 2*u, f.theme().Background, c, 1.6*u)
	r = inset(r, 3*u)
	r.W *= float32(min(m.Offset+uint64(len(m.Data)), m.Size)) / float32(max(m.Size, 1))
	f.List.Rect(r, u, c)
}

func chunkLabel(t *texts, m *raft.InstallSnapshot) string {
	return t.begin().str("snapshot ≤ ").num(uint64(m.LastIndex)).str(" · ").share(int(m.Offset)+len(m.Data), int(m.Size)).end()
}

func chunkWords(t *texts, m *raft.InstallSnapshot) {
	t.str("term ").num(uint64(m.Term)).str(", snapshot up to ").num(uint64(m.LastIndex)).str(" of term ").num(uint64(m.LastTerm)).
		str(", bytes ").num(m.Offset).str(" to ").num(m.Offset + uint64(len(m.Data))).str(" of ").num(m.Size)
}

func (f *Frame) describeChunk(m *raft.InstallSnapshot) {
	t := &f.scratch().texts
	f.add("type", "InstallSnapshot")
	f.add("term", t.begin().num(uint64(m.Term)).end())
	f.add("stands for", t.begin().str("entries 1 to ").num(uint64(m.LastIndex)).str(", term ").num(uint64(m.LastTerm)).end())
	f.add("bytes", t.begin().num(m.Offset).str(" to ").num(m.Offset+uint64(len(m.Data))).str(" of ").num(m.Size).end())
}

func (f *Frame) describeChunkReply(m *raft.InstallSnapshotReply) {
	t := &f.scratch().texts
	f.add("type", "InstallSnapshot reply")
	f.add("term", t.begin().num(uint64(m.Term)).end())
	f.add("snapshot", t.begin().str("through ").num(uint64(m.LastIndex)).end())
	f.add("has", t.begin().num(m.Have).str(" bytes").end())
}
