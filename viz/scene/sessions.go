package scene

import (
	"raftarium/kv"
	"raftarium/netsim/cluster"
	"raftarium/raft"
	"raftarium/viz/draw"
)

// What the inspector says of clients and of their sessions: what is outstanding, what
// servers remember, and what a leader takes on.

func (f *Frame) describeClient(c *cluster.ClientView) {
	t, th, v := &f.scratch().texts, f.theme(), f.View
	state := "IDLE"
	if c.Busy {
		state = "WAITING FOR AN ANSWER"
	}
	f.section(t.begin().str("CLIENT ").client(c.ID).str(" · ").str(state).end())
	if c.Busy {
		f.add("operation", t.begin().op(&c.Op).end())
		f.add("sequence", t.begin().str("#").num(c.Seq).end())
		f.add("asks", f.asks(c.Server, c.Resting, c.Refused, c.Try))
		color := draw.Color(0)
		if c.Try > 1 {
			color = th.Warning
		}
		f.addIn("try", t.begin().num(uint64(c.Try)).end(), color)
		f.add("for", t.begin().lasts(v.Now.Sub(c.Since)).end())
	}
	f.sessionRows(c)
	f.add("queued", t.begin().num(uint64(c.Queued)).end())
	f.add("completed", t.begin().num(uint64(c.Completed)).end())
	f.eventRow("last event")
	if c.Completed == 0 {
		return
	}
	f.section("LAST ANSWER")
	f.add("operation", t.begin().op(&c.LastOp).end())
	f.add("sequence", t.begin().str("#").num(c.Last.Seq).end())
	if c.LastOp.Kind == kv.Get && !c.Last.Expired {
		f.add("value", tailBytes(c.Last.Value, 60))
	}
	if c.Last.Index > 0 {
		f.add("index", t.begin().num(uint64(c.Last.Index)).end())
	}
	if c.Last.Expired {
		f.addIn("expired", "may or may not have happened: its session had ended; not asked for again", th.Warning)
	}
	f.add("tries", t.begin().num(uint64(c.Last.Tries)).end())
	if c.Swallowed {
		f.addIn("repeat", "swallowed by the session table: it took effect once", th.OK)
	}
}

// asks says whom a client asks for an operation.
func (f *Frame) asks(server raft.ID, resting, refused bool, try uint32) string {
	switch {
	case resting && refused:
		return "nobody: rests, its leader is busy"
	case resting:
		return "nobody: rests after a refusal"
	case try == 0:
		return "nobody yet: has no session"
	}
	return f.scratch().texts.begin().server(server).end()
}

// sessionRows says under which session a client works, and what else it has
// outstanding.
func (f *Frame) sessionRows(c *cluster.ClientView) {
	t := &f.scratch().texts
	switch g := &c.Registration; {
	case g.Seq != 0:
		asks := f.asks(g.Server, g.Resting, g.Refused, g.Try)
		t.begin().str("registers, #").num(g.Seq).str(" · try ").num(uint64(g.Try)).str(" · asks ").str(asks)
		f.addIn("session", t.end(), f.theme().Warning)
	case c.Session != 0:
		f.add("session", t.begin().num(uint64(c.Session)).end())
	}
	if c.Window < 2 {
		return
	}
	f.add("window", t.begin().num(uint64(len(c.Outstanding))).str(" of ").num(uint64(c.Window)).str(" outstanding").end())
	for i := 1; i < len(c.Outstanding); i++ { // the first stands above
		o := &c.Outstanding[i]
		label, asks := t.begin().str("  #").num(o.Seq).end(), f.asks(o.Server, o.Resting, o.Refused, o.Try)
		t.begin().op(&o.Op).str(" · ")
		if o.Try > 1 {
			t.str("try ").num(uint64(o.Try)).str(" · ")
		}
		f.add(label, t.str("asks ").str(asks).end())
	}
}

// sessionsSection lists what a server remembers of clients.
func (f *Frame) sessionsSection(s *cluster.ServerView) {
	if !s.Up || len(s.KV.Sessions) == 0 {
		return
	}
	t := &f.scratch().texts
	t.begin().str("SESSIONS")
	if s.KV.SessionLimit > 0 {
		t.str(" · ").num(uint64(len(s.KV.Sessions))).str(" OF ").num(uint64(s.KV.SessionLimit))
	}
	f.section(t.end())
	next := -1
	if len(s.KV.Sessions) == s.KV.SessionLimit {
		next = 0
		for i := range s.KV.Sessions {
			if s.KV.Sessions[i].Used < s.KV.Sessions[next].Used {
				next = i
			}
		}
	}
	for i := range min(len(s.KV.Sessions), listed) {
		e := &s.KV.Sessions[i]
		name := t.begin().client(e.Client)
		if e.ID != 0 {
			name.str(" · ").num(uint64(e.ID))
		}
		label := name.end()
		color := draw.Color(0)
		switch t.begin(); {
		case e.Seq == 0:
			t.str("nothing done yet")
		case e.Lowest == 0:
			t.str("done up to #").num(e.Seq)
		default:
			t.str("done below #").num(e.Lowest)
			for _, seq := range e.Kept {
				t.str(", #").num(seq)
			}
			if e.Seq >= e.Lowest {
				t.str(", #").num(e.Seq)
			}
		}
		if e.Used != 0 {
			t.str(" · used by ").num(uint64(e.Used))
		}
		if i == next {
			t.str(" · ends next")
			color = f.theme().Warning
		}
		f.addIn(label, t.end(), color)
	}
	f.more(len(s.KV.Sessions))
}

// sessionOf says under which session a command was asked for.
func (f *Frame) sessionOf(c *kv.Command) {
	t := &f.scratch().texts
	if c.Session != 0 {
		f.add("session", t.begin().num(uint64(c.Session)).end())
	}
	if c.Lowest != 0 {
		f.add("waits from", t.begin().str("#").num(c.Lowest).str(" on").end())
	}
}

// uncommittedRow says how much a leader has taken on, once that is much.
func (f *Frame) uncommittedRow(s *cluster.ServerView) {
	n, limit := s.Raft.Uncommitted, s.Raft.UncommittedLimit
	if limit == 0 || n < limit/8 {
		return
	}
	color := draw.Color(0)
	if n >= limit/4*3 {
		color = f.theme().Warning
	}
	f.addIn("uncommitted", f.scratch().texts.begin().num(uint64(n)).str(" of ").num(uint64(limit)).str(" bytes").end(), color)
}
