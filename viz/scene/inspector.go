package scene

import (
	"raftarium/kv"
	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/raft"
	"raftarium/viz/draw"
	"raftarium/viz/text"
	"raftarium/viz/ui"
)

// row is a line of the inspector: a heading (no value), or a label with a value.
type row struct {
	label, value string
	color        draw.Color // of the value; 0 is the usual
}

// Inspector describes what is selected, or the cluster if nothing is. top is how
// far the content is scrolled up, in points; the height of the whole content
// comes back.
func (f *Frame) Inspector(area draw.Rect, top float32) (height float32) {
	s := f.scratch()
	s.rows = s.rows[:0]
	f.describe()
	th := f.theme()
	f.List.Clip(area)
	title := ""
	if len(s.rows) > 0 {
		title = s.rows[0].label
	}
	f.Tree.Add(ui.Node{ID: "inspector", Role: ui.RoleGroup, Label: title, Rect: area})
	pad := f.pt(12)
	x, y := area.X+pad, area.Y+f.pt(8)-top
	labels := min(f.pt(80), area.W*0.36)
	line := f.pt(18)
	wrap := func(r *row) (tall float32) {
		s.lines = text.AppendWrap(s.lines[:0], draw.Sans, f.pt(sizeNote), r.value, area.W-2*pad-labels)
		return float32(max(len(s.lines), 1))*f.pt(17) + f.pt(3)
	}
	for i := range s.rows {
		r := &s.rows[i]
		if r.value == "" { // a heading
			if i > 0 {
				y += f.pt(9)
			}
			need := line + f.pt(2)
			if i+1 < len(s.rows) {
				need += wrap(&s.rows[i+1])
			}
			if y > area.Y-line/2 && y+need <= area.Y+area.H { // with a row at least
				f.head(draw.Point{X: x, Y: y + line/2}, f.fit(r.label, draw.SansBold, sizeLabel, area.W-2*pad))
			}
			y += line + f.pt(2)
			continue
		}
		tall := wrap(r)
		if y > area.Y-line/2 && y+tall <= area.Y+area.H { // no half lines
			f.text(draw.Point{X: x, Y: y + line/2}, f.fit(r.label, draw.Sans, sizeNote, labels-f.pt(6)), draw.Sans, sizeNote, draw.Left, th.Dim)
			c := r.color
			if c == 0 {
				c = th.Text
			}
			for k, l := range s.lines {
				f.text(draw.Point{X: x + labels, Y: y + line/2 + float32(k)*f.pt(17)}, l, draw.Sans, sizeNote, draw.Left, c)
			}
			f.Tree.Add(ui.Node{
				ID:   s.texts.begin().str("inspector/").num(uint64(i)).end(),
				Role: ui.RoleText, Label: r.label, Value: r.value,
				Rect: draw.Rect{X: x, Y: y, W: area.W - 2*pad, H: tall}.Intersect(area),
			})
		}
		y += tall
	}
	height = y + top + f.pt(8) - area.Y
	f.thumb(area, top, height)
	f.List.Clip(draw.Rect{})
	return height
}

// thumb shows at the right edge of an area which part of a longer content it is.
func (f *Frame) thumb(area draw.Rect, top, height float32) {
	if height <= area.H || area.H <= 0 {
		return
	}
	track := area.H - 8
	long := max(track*area.H/height, 24)
	y := area.Y + 4 + (track-long)*min(max(top/(height-area.H), 0), 1)
	f.List.Rect(draw.Rect{X: area.X + area.W - 6, Y: y, W: 3, H: long}, 1.5, f.theme().Dim.Fade(0.5))
}

func (f *Frame) add(label, value string) { f.addIn(label, value, 0) }

func (f *Frame) addIn(label, value string, c draw.Color) {
	if value == "" {
		value = "–"
	}
	s := f.scratch()
	s.rows = append(s.rows, row{label, value, c})
}

func (f *Frame) section(label string) {
	s := f.scratch()
	s.rows = append(s.rows, row{label: label})
}

// describe fills the rows.
func (f *Frame) describe() {
	v, sel := f.View, f.Options.Selected
	switch sel.Kind {
	case Server:
		if s := serverOf(v, sel.Server); s != nil {
			f.describeServer(s)
			return
		}
	case Client:
		for i := range v.Clients {
			if v.Clients[i].ID == sel.Client {
				f.describeClient(&v.Clients[i])
				return
			}
		}
	case Message:
		if m := messageOf(v, sel.Message); m != nil {
			f.describeMessage(m)
			return
		}
	case Cell:
		if s := serverOf(v, sel.Server); s != nil && s.Raft.Entry(sel.Index) != nil {
			f.describeCell(s, sel.Index)
			return
		}
	case Link:
		f.describeLink(sel)
		return
	}
	f.describeCluster()
}

func serverOf(v *cluster.View, id raft.ID) *cluster.ServerView {
	if i := int(id) - 1; i >= 0 && i < len(v.Servers) && v.Servers[i].ID == id {
		return &v.Servers[i]
	}
	for i := range v.Servers {
		if v.Servers[i].ID == id {
			return &v.Servers[i]
		}
	}
	return nil
}

// messageOf finds a message, on its way or lost, or returns nil.
func messageOf(v *cluster.View, id netsim.EventID) *cluster.MessageView {
	for i := range v.InFlight {
		if v.InFlight[i].ID == id {
			return &v.InFlight[i]
		}
	}
	for i := range v.Lost {
		if v.Lost[i].ID == id {
			return &v.Lost[i]
		}
	}
	return nil
}

func upper(role string) string {
	switch role {
	case "leader":
		return "LEADER"
	case "follower":
		return "FOLLOWER"
	case "candidate":
		return "CANDIDATE"
	case "crashed":
		return "CRASHED"
	case "paused":
		return "PAUSED"
	}
	return "STOPPED"
}

func (f *Frame) describeServer(s *cluster.ServerView) {
	t, th, r := &f.scratch().texts, f.theme(), &s.Raft
	f.section(t.begin().str("SERVER ").server(s.ID).str(" · ").str(upper(role(s))).end())
	if s.Failed != "" {
		f.addIn("stopped", s.Failed, th.Danger)
	}
	f.add("term", t.begin().num(uint64(r.Term)).end())
	f.add("votedFor", t.begin().server(r.Vote).end())
	if s.Up && r.Role != raft.Leader {
		f.add("leader", t.begin().server(r.Leader).end())
	}
	t.begin().str("last ").num(uint64(r.Last())).str(" · commit ").num(uint64(r.Commit))
	f.add("log", t.str(" · applied ").num(uint64(r.Applied)).end())
	f.snapshotRows(s)
	f.describeMembers(s)
	f.reach(s)
	t.begin().str("synced ").num(uint64(s.Durable)).str(" · ").num(uint64(s.Writing)).str(" pending")
	f.add("disk", t.end())
	f.eventRow("last event")
	f.timerRow("election", s.Election)
	f.timerRow("heartbeat", s.Heartbeat)
	f.describeStanding(s)
	f.readRows(s)

	switch {
	case !s.Up:
	case asking(s):
		f.describeAsking(s)
	case r.Role == raft.Leader:
		f.uncommittedRow(s)
		f.section(t.begin().str("FOLLOWERS AS ").server(s.ID).str(" SEES THEM").end())
		cuts := f.cutTable()
		for i := range r.Peers {
			f.peer(s, &r.Peers[i], cuts)
		}
	case r.Role == raft.Candidate:
		f.section("VOTES")
		f.add("granted", f.serverList(r.Votes))
		f.add("needed", t.begin().num(uint64(r.Quorum)).str(" of ").num(uint64(f.electors(r))).end())
	}
	if len(s.KV.Waiting) > 0 {
		f.section("WAITING FOR THEIR INDEX")
		for i := range min(len(s.KV.Waiting), listed) {
			w := &s.KV.Waiting[i]
			f.add(t.begin().client(w.Client).str(" #").num(w.Seq).end(), t.begin().str("index ").num(uint64(w.Index)).str(", term ").num(uint64(w.Term)).end())
		}
		f.more(len(s.KV.Waiting))
	}
	f.readersSection(s)
	f.sessionsSection(s)
}

// listed bounds the lists of an inspected server.
const listed = 16

func (f *Frame) more(n int) {
	if n > listed {
		f.add("", f.scratch().texts.begin().str("and ").num(uint64(n-listed)).str(" more").end())
	}
}

// reach says with which voters a server can talk both ways, itself included: others do
// not count for a quorum.
func (f *Frame) reach(s *cluster.ServerView) {
	v, t, cuts := f.View, &f.scratch().texts, f.cutTable()
	if !s.Up {
		return
	}
	t.begin()
	n, all := 0, 0
	for i := range v.Servers {
		o := &v.Servers[i]
		if !hasVote(o) {
			continue
		}
		all++
		if o.ID != s.ID && (!o.Up || o.Paused || cuts[s.ID][o.ID] != 0 || cuts[o.ID][s.ID] != 0) {
			continue
		}
		t.server(o.ID).str(" ")
		n++
	}
	if n == 0 {
		t.str("nobody ")
	}
	t.str("· ").num(uint64(n)).str(" of ").num(uint64(all))
	c := draw.Color(0)
	if !s.Quorum {
		t.str(", no quorum")
		c = f.theme().Warning
	}
	f.addIn("quorum", t.end(), c)
}

func (f *Frame) timerRow(name string, timer cluster.TimerView) {
	if timer.Running {
		t := f.scratch().texts.begin()
		f.add(name, t.lasts(timer.Left).str(" of ").lasts(timer.Total).end())
	}
}

func (f *Frame) peer(s *cluster.ServerView, p *raft.PeerStatus, cuts *cutTable) {
	t, th := &f.scratch().texts, f.theme()
	name := t.begin().server(p.ID).end()
	o := serverOf(f.View, p.ID)
	at, cut := f.since(cuts, s.ID, p.ID)
	t.begin().str("match ").num(uint64(p.Match)).str(" · next ").num(uint64(p.Next))
	switch {
	case o != nil && !o.Up:
		f.addIn(name, t.str(" · down").end(), th.Dim)
	case cut:
		f.addIn(name, t.str(" · cut for ").lasts(f.View.Now.Sub(at)).end(), th.Danger)
	case p.State == raft.PeerProbe:
		f.addIn(name, t.str(" · probing, one at a time").end(), th.Warning)
	case p.InFlight > 0:
		f.add(name, t.str(" · ").num(uint64(p.InFlight)).str(" of ").num(uint64(s.Raft.Window)).str(" on the way").end())
	default:
		f.add(name, t.end())
	}
	if p.State == raft.PeerSnapshot {
		f.sendingRow(p)
	}
}

func (f *Frame) describeMessage(m *cluster.MessageView) {
	t, th, v := &f.scratch().texts, f.theme(), f.View
	f.section(t.begin().str("MESSAGE ").num(uint64(m.ID)).str(" · ").endpoint(m.From).str(" TO ").endpoint(m.To).end())
	num := func(label string, n uint64) { f.add(label, t.begin().num(n).end()) }
	switch q := m.Payload.(type) {
	case *raft.RequestVote:
		f.add("type", "RequestVote")
		num("term", uint64(q.Term))
		f.add("last entry", t.begin().num(uint64(q.LastIndex)).str(" of term ").num(uint64(q.LastTerm)).end())
		f.add("asks", t.begin().str("that ").endpoint(m.To).str(" vote for ").endpoint(m.From).end())
	case *raft.RequestVoteReply:
		f.add("type", "RequestVote reply")
		num("term", uint64(q.Term))
		if q.Granted {
			f.add("vote", "granted")
		} else {
			f.add("vote", "refused")
		}
	case *raft.PreVote, *raft.PreVoteReply, *raft.TimeoutNow:
		f.describeAround(m)
	case *raft.AppendEntries:
		f.add("type", "AppendEntries")
		num("term", uint64(q.Term))
		f.add("after", t.begin().num(uint64(q.PrevIndex)).str(" of term ").num(uint64(q.PrevTerm)).end())
		if len(q.Entries) == 0 {
			f.add("entries", "none: a heartbeat")
		} else {
			f.add("entries", t.begin().span(q.PrevIndex+1, q.PrevIndex+raft.Index(len(q.Entries))).end())
			for i := range min(len(q.Entries), 6) {
				e := &q.Entries[i]
				what := f.scratch().cell(e)
				f.add(t.begin().str("  ").num(uint64(e.Index)).end(), t.begin().str(what).str(", term ").num(uint64(e.Term)).end())
			}
		}
		num("commit", uint64(q.Commit))
		if v.Reads != kv.ReadsByLog {
			f.add("round", t.begin().num(q.Round).str(": who answers confirms that ").endpoint(m.From).str(" leads").end())
		}
	case *raft.AppendEntriesReply:
		f.add("type", "AppendEntries reply")
		num("term", uint64(q.Term))
		if q.Success {
			f.add("success", t.begin().str("has all up to ").num(uint64(q.Index)).end())
		} else {
			f.add("refused", t.begin().str("at ").num(uint64(q.Index)).end())
			f.add("conflict", t.begin().str("from ").num(uint64(q.ConflictIndex)).str(", term ").num(uint64(q.ConflictTerm)).end())
		}
	case *raft.InstallSnapshot:
		f.describeChunk(q)
	case *raft.InstallSnapshotReply:
		f.describeChunkReply(q)
	case *kv.Request:
		f.add("type", "request of a client")
		f.add("operation", t.begin().op(&q.Op).end())
		f.add("sequence", t.begin().str("#").num(q.Seq).end())
		f.sessionOf(&q.Command)
		num("try", uint64(q.Try))
	case *kv.Reply:
		f.add("type", "answer to a client")
		f.add("sequence", t.begin().str("#").num(q.Seq).end())
		f.add("status", q.Status.String())
		switch {
		case q.Status == kv.NotLeader:
			f.add("leader", t.begin().server(q.Leader).end())
		case q.By != kv.ReadsByLog:
			f.add("read", readWords(t.begin(), q).end())
		case q.Status == kv.OK && q.Index > 0:
			num("index", uint64(q.Index))
		}
		if len(q.Value) > 0 {
			f.add("value", tailBytes(q.Value, 60))
		}
		if q.Duplicate {
			f.addIn("repeat", "swallowed: had taken effect before", th.OK)
		}
	}
	f.add("sent", t.begin().clock(m.Sent).str(" s, in event ").num(uint64(m.Cause)).end())
	if m.Lost {
		f.addIn("lost", t.begin().clock(m.LostAt).str(" s, ").str(lostWords(m)).end(), th.Danger)
		f.eventRow("lost in")
	} else {
		f.add("arrives", t.begin().clock(m.Due).str(" s, in ").lasts(m.Due.Sub(v.Now)).end())
	}
	if m.Copy {
		f.addIn("copy", "a duplicate made by the network", th.Warning)
	}
}

func (f *Frame) describeLink(l Thing) {
	t, th, v := &f.scratch().texts, f.theme(), f.View
	f.section(t.begin().str("LINK ").endpoint(l.From).str(" – ").endpoint(l.To).end())
	for _, d := range [2]Direction{{l.From, l.To}, {l.To, l.From}} {
		label := t.begin().endpoint(d.From).str(" to ").endpoint(d.To).end()
		value, c := "open", draw.Color(0)
		for i := range v.Network.Cuts {
			if cut := &v.Network.Cuts[i]; cut.From == d.From && cut.To == d.To {
				value, c = t.begin().str("cut for ").lasts(v.Now.Sub(cut.Since)).end(), th.Danger
			}
		}
		f.addIn(label, value, c)
		n := uint64(0)
		for i := range v.InFlight {
			if m := &v.InFlight[i]; m.From == d.From && m.To == d.To {
				n++
			}
		}
		f.add("  on the way", t.begin().num(n).end())
	}
}

func (f *Frame) describeCluster() {
	t, th, v := &f.scratch().texts, f.theme(), f.View
	f.section("CLUSTER")
	if l := leaderOf(v); l != nil {
		f.add("leader", t.begin().server(l.ID).str(", term ").num(uint64(l.Raft.Term)).end())
	} else {
		f.addIn("leader", "none", th.Warning)
	}
	f.add("committed", t.begin().str("index ").num(uint64(v.Stats.Committed)).end())
	f.add("elections", t.begin().num(v.Stats.Elections).end())
	if v.RaftName != "" {
		f.add("raft", v.RaftName)
	}
	f.section("OPERATIONS DONE")
	f.add("put", t.begin().num(v.Stats.Puts).end())
	f.add("append", t.begin().num(v.Stats.Appends).end())
	f.add("get", t.begin().num(v.Stats.Gets).end())
	if v.Reads != kv.ReadsByLog {
		f.add("gets go", t.begin().str("without the log, by ").str(v.Reads.String()).end())
	}
	f.add("retries", t.begin().num(v.Stats.Retries).end())
	f.add("swallowed", t.begin().plural(int(v.Stats.DuplicatesSuppressed), "duplicate", "duplicates").end())
	if v.Stats.Expired > 0 {
		f.addIn("expired", t.begin().num(v.Stats.Expired).str(" that may or may not have happened").end(), f.theme().Warning)
	}
	if v.Stats.Busy > 0 {
		f.add("refused", t.begin().num(v.Stats.Busy).str(" as busy").end())
	}
	f.section("NETWORK")
	f.add("messages", t.begin().num(v.Stats.Messages).str(" · ").num(v.Stats.Lost).str(" lost").end())
	f.add("on the way", t.begin().num(uint64(len(v.InFlight))).end())
	if n := len(v.Network.Cuts); n > 0 {
		f.addIn("cut", t.begin().plural(n, "direction", "directions").end(), th.Danger)
	}
	f.section("RUN")
	f.add("seed", t.begin().num(v.Seed).end())
	f.add("events", t.begin().num(v.Stats.Events).end())
}
