package scene

import (
	"math"

	"raftarium/netsim/cluster"
	"raftarium/raft"
	"raftarium/viz/draw"
)

// What surrounds an election: servers that ask whether they could win before they
// stand (pre-vote), leaders that count who still answers (check-quorum), and a
// leadership that is handed over.

// asking says that a server asks around before it stands for election. It may be a
// candidate whose last election came to nothing.
func asking(s *cluster.ServerView) bool {
	return s.Up && !s.Paused && s.Raft.Role != raft.Leader && len(s.Raft.PreVotes) > 0
}

// handingOver is to whom a server hands its leadership, None if to nobody.
func handingOver(s *cluster.ServerView) raft.ID {
	if !s.Up || s.Raft.Role != raft.Leader {
		return raft.None
	}
	return s.Raft.Transferee
}

// stand draws the places for the votes that are needed: filled are those that came;
// of a server that only asks, ringed dots are those that would come.
func (f *Frame) stand(at draw.Point, r float32, s *cluster.ServerView) {
	need := max(s.Raft.Quorum, 1)
	color := f.ink(f.theme().Term(s.Raft.Term))
	dot := max(min(r*0.085, r*1.1/float32(need)/2.6), 1.2)
	step := dot * 2.9
	x := at.X - step*float32(need-1)/2
	have, only := len(s.Raft.Votes), asking(s)
	if only {
		have = len(s.Raft.PreVotes)
	}
	for i := range need {
		p := draw.Point{X: x + step*float32(i), Y: at.Y}
		switch {
		case i >= have:
			f.List.Circle(p, dot, 0, color.Fade(0.8), 1)
		case only:
			f.List.Circle(p, dot, 0, color, 1)
			f.List.Circle(p, dot*0.5, color, 0, 0)
		default:
			f.List.Circle(p, dot+0.5, color, 0, 0)
		}
	}
}

// dashed is a hollow diamond with gaps in its sides: a question, or the answer to
// one, that binds nobody. There may be hundreds, so it is made of few parts: a
// diamond, its inside, and two bars that take the middles out of its sides.
func (f *Frame) dashed(p, d draw.Point, long, wide, u float32, c draw.Color) {
	bg := f.theme().Background
	side := float32(math.Hypot(float64(long), float64(wide)))
	// The edge is 1.5u wide, half of it outside; less than a point would be a blot.
	edge := max(1.5*u, 1.25) * side / (2 * long * wide)
	f.diamond(p, d, long*(1+edge), wide*(1+edge), c)
	f.diamond(p, d, long*(1-edge), wide*(1-edge), bg)
	// From the middle of a side to that of the one opposite, a little further.
	k := 0.5 * (1 + 2*edge)
	x, y := draw.Point{X: d.X * long * k, Y: d.Y * long * k}, draw.Point{X: -d.Y * wide * k, Y: d.X * wide * k}
	f.List.Line(bg, 0.34*side, draw.Point{X: p.X + x.X + y.X, Y: p.Y + x.Y + y.Y}, draw.Point{X: p.X - x.X - y.X, Y: p.Y - x.Y - y.Y})
	f.List.Line(bg, 0.34*side, draw.Point{X: p.X + x.X - y.X, Y: p.Y + x.Y - y.Y}, draw.Point{X: p.X - x.X + y.X, Y: p.Y - x.Y + y.Y})
}

// describeStanding adds to the inspector what surrounds an election.
func (f *Frame) describeStanding(s *cluster.ServerView) {
	t, r := &f.scratch().texts, &s.Raft
	if to := handingOver(s); to != raft.None {
		f.addIn("hands over", t.begin().str("to ").server(to).end(), f.theme().Warning)
		f.timerRow("gives up", s.Transfer)
	}
	switch {
	case !s.Up:
	case r.Role == raft.Leader:
		// The others make themselves known within the time that runs.
		if s.CheckQuorum.Running {
			n := 1
			for i := range r.Peers {
				if r.Peers[i].Active {
					n++
				}
			}
			f.add("heard from", t.begin().num(uint64(n)).str(" of ").num(uint64(len(r.Peers)+1)).str(", itself included").end())
			f.timerRow("until", s.CheckQuorum)
		}
	case r.Sticky:
		f.add("loyal", "ignores requests for votes")
		f.timerRow("until", s.Sticky)
	}
}

// describeAsking is the inspector's section on who would vote for a server.
func (f *Frame) describeAsking(s *cluster.ServerView) {
	t := &f.scratch().texts
	f.section(t.begin().str("COULD IT WIN TERM ").num(uint64(s.Raft.Term + 1)).end())
	f.add("would vote", f.serverList(s.Raft.PreVotes))
	f.add("needed", t.begin().num(uint64(s.Raft.Quorum)).str(" of ").num(uint64(f.electors(&s.Raft))).end())
}

func (f *Frame) serverList(ids []raft.ID) string {
	t := f.scratch().texts.begin()
	for i, id := range ids {
		if i > 0 {
			t.str(" ")
		}
		t.server(id)
	}
	return t.end()
}

// describeAround describes the messages that surround an election.
func (f *Frame) describeAround(m *cluster.MessageView) {
	t := &f.scratch().texts
	switch q := m.Payload.(type) {
	case *raft.PreVote:
		f.add("type", "PreVote")
		f.add("term", t.begin().num(uint64(q.Term)).end())
		f.add("last entry", t.begin().num(uint64(q.LastIndex)).str(" of term ").num(uint64(q.LastTerm)).end())
		f.add("asks", t.begin().str("whether ").endpoint(m.To).str(" would vote for ").endpoint(m.From).str(" in term ").num(uint64(q.Term+1)).end())
	case *raft.PreVoteReply:
		f.add("type", "PreVote reply")
		f.add("term", t.begin().num(uint64(q.Term)).end())
		answer := t.begin().str("no vote in term ")
		if q.Granted {
			answer = t.begin().str("would vote in term ")
		}
		f.add("says", answer.num(uint64(q.Asked+1)).end())
	case *raft.TimeoutNow:
		f.add("type", "TimeoutNow")
		f.add("term", t.begin().num(uint64(q.Term)).end())
		f.add("asks", t.begin().str("that ").endpoint(m.To).str(" stand for election and take over").end())
	}
}
