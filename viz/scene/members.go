package scene

import (
	"strings"

	"raftarium/netsim/cluster"
	"raftarium/raft"
	"raftarium/viz/draw"
)

// Turn is where on the ring a server stands, as a fraction of the way around,
// clockwise from 12 o'clock.
type Turn struct {
	ID raft.ID
	At float32
}

// turn is where a server stands: where the options say, or in its even share.
func (o *Options) turn(id raft.ID, even float32) float32 {
	for i := range o.Ring {
		if o.Ring[i].ID == id {
			return o.Ring[i].At
		}
	}
	return even
}

// Who belongs to the cluster (section 6; dissertation, chapter 4) shows in three
// ways: learners and those outside have smaller discs, joint consensus has two
// outlines, and the line at the foot counts both majorities.

// smaller is how large the disc of a server without a vote is.
const smaller = 0.8

// inJoint says that it takes two majorities.
func (f *Frame) inJoint() bool { return len(f.View.Config.Outgoing) > 0 }

// hasVote says that the server counts for a majority.
func hasVote(s *cluster.ServerView) bool {
	return s.Standing == cluster.Voter || s.Standing == cluster.Leaving
}

// standingLabel is what stands below a server on account of its standing, "" if that
// is nothing special.
func (f *Frame) standingLabel(s *cluster.ServerView) string {
	switch {
	case !s.Up:
		return ""
	case s.Standing == cluster.Learner:
		return "learner"
	case s.Standing == cluster.Outside:
		return "no member"
	case s.Standing == cluster.Leaving:
		return "C-old only"
	case f.inJoint() && !contains(f.View.Config.Outgoing, s.ID):
		return "C-new only"
	}
	return ""
}

func contains(ids []raft.ID, id raft.ID) bool {
	for _, x := range ids {
		if x == id {
			return true
		}
	}
	return false
}

// withoutVote draws the open disc of a learner, with a plus, or of a server outside.
func (f *Frame) withoutVote(g *Geometry, s *cluster.ServerView, c draw.Point, r float32) {
	th := f.theme()
	w := max(r*0.05, 1.5)
	if s.Standing == cluster.Outside {
		f.List.DashedCircle(c, r-w, th.Background, th.Dim, w, r*0.12, r*0.12)
		return
	}
	f.List.Circle(c, r-w, th.Background, f.ink(th.Term(s.Raft.Term)), w)
	at, b := draw.Point{X: c.X + r*0.78, Y: c.Y - r*0.78}, max(r*0.26, 5)
	f.List.Circle(at, b, th.Background, th.Text, 1.25)
	k := b * 0.55
	f.List.Line(th.Text, 1.5, draw.Point{X: at.X - k, Y: at.Y}, draw.Point{X: at.X + k, Y: at.Y})
	f.List.Line(th.Text, 1.5, draw.Point{X: at.X, Y: at.Y - k}, draw.Point{X: at.X, Y: at.Y + k})
}

// counted counts, of some servers, those that reach a quorum and those that run.
func (f *Frame) counted(ids []raft.ID) (can, up int) {
	for _, id := range ids {
		if s := serverOf(f.View, id); s != nil {
			if s.InQuorum {
				can++
			}
			if s.Up && !s.Paused {
				up++
			}
		}
	}
	return can, up
}

// jointLine says who can form both majorities now.
func (f *Frame) jointLine() string {
	c := &f.View.Config
	oldCan, oldUp := f.counted(c.Outgoing)
	newCan, newUp := f.counted(c.Voters)
	t := f.scratch().texts.begin()
	tail := ""
	if oldCan == 0 && newCan == 0 {
		t.str("no joint quorum: ")
		oldCan, newCan, tail = oldUp, newUp, " up"
	} else {
		t.str("joint consensus: ")
	}
	of := func(name string, n, all int) { t.str(name).num(uint64(n)).str(" of ").num(uint64(all)).str(tail) }
	of("C-old ", oldCan, len(c.Outgoing))
	of(" and C-new ", newCan, len(c.Voters))
	if tail != "" {
		t.str(", ").num(uint64(raft.Quorum(len(c.Outgoing)))).str(" and ").num(uint64(raft.Quorum(len(c.Voters)))).str(" needed")
	}
	return t.end()
}

// jointHalos outline the old and the new configuration, each as far as it reaches a
// quorum.
func (f *Frame) jointHalos(g *Geometry) {
	th := f.theme()
	f.outline(g, f.View.Config.Outgoing, g.Radius+max(g.Radius*0.46, 8), func(p ...draw.Point) {
		f.List.DashedLine(th.Dim, 1.5, 6, 5, p...) // no colour of a term
	})
	f.outline(g, f.View.Config.Voters, g.Radius+max(g.Radius*0.3, 5), func(p ...draw.Point) {
		f.List.Polygon(th.OK.Fade(0.05), p[:len(p)-1]...)
		f.List.Line(th.OK.Fade(faintOK), 1.5, p...)
	})
}

// outline goes around those of some servers that reach a quorum.
func (f *Frame) outline(g *Geometry, ids []raft.ID, d float32, paint func(...draw.Point)) {
	s := f.scratch()
	s.points = s.points[:0]
	for _, id := range ids {
		if sv := serverOf(f.View, id); sv != nil && sv.InQuorum {
			p, _ := g.ServerPos(id)
			s.points = append(s.points, p)
		}
	}
	if len(s.points) == 0 {
		return
	}
	s.more = hull(s.more[:0], s.points)
	s.points = round(s.points[:0], s.more, d)
	s.points = append(s.points, s.points[0])
	paint(s.points...)
	s.keep(s.points...)
}

// members writes servers in short, each number behind a prefix: "S1–S3 S5".
func (t *texts) members(ids []raft.ID, prefix string) *texts {
	for i := 0; i < len(ids); {
		j := i
		for j+1 < len(ids) && ids[j+1] == ids[j]+1 {
			j++
		}
		if i > 0 {
			t.str(" ")
		}
		t.str(prefix).num(uint64(ids[i]))
		if j > i {
			if j == i+1 {
				t.str(" ")
			} else {
				t.str("–")
			}
			t.str(prefix).num(uint64(ids[j]))
		}
		i = j + 1
	}
	return t
}

// config writes a configuration in short: "S1–S3 +S4", "S1–S5 & S1–S3" in joint
// consensus.
func (t *texts) config(c *raft.Config, prefix string) *texts {
	if len(c.Outgoing) > 0 {
		t.members(c.Outgoing, prefix).str(" & ")
	}
	t.members(c.Voters, prefix)
	if len(c.Learners) > 0 {
		t.str(" +").members(c.Learners, prefix)
	}
	return t
}

// configCell is what a cell says that holds a configuration: how many vote, "C 5", how
// many learn besides, "C 3+2", and in joint consensus by either half, "C 3&5".
func configCell(data []byte) string {
	c, err := raft.DecodeConfig(data)
	if err != nil {
		return "?"
	}
	var t texts
	t.begin().str("C ")
	if n := len(c.Outgoing); n > 0 {
		t.num(uint64(n)).str("&")
	}
	t.num(uint64(len(c.Voters)))
	if n := len(c.Learners); n > 0 {
		t.str("+").num(uint64(n))
	}
	return strings.Clone(t.end())
}

// configWords says who belongs to a configuration: "configuration of S1–S3 +S4".
func (t *texts) configWords(data []byte) string {
	c, err := raft.DecodeConfig(data)
	if err != nil {
		return "a configuration that nobody can read"
	}
	return t.begin().str("configuration of ").config(&c, "S").end()
}

// describeConfig is what the inspector says of an entry that holds a configuration.
func (f *Frame) describeConfig(data []byte) {
	c, err := raft.DecodeConfig(data)
	if err != nil {
		f.addIn("configuration", "that nobody can read", f.theme().Danger)
		return
	}
	t := &f.scratch().texts
	if len(c.Outgoing) > 0 {
		f.add("C-old", t.begin().members(c.Outgoing, "S").end())
		f.add("C-new", t.begin().members(c.Voters, "S").end())
	} else {
		f.add("voters", t.begin().members(c.Voters, "S").end())
	}
	if len(c.Learners) > 0 {
		f.add("learners", t.begin().members(c.Learners, "S").end())
	}
}

// describeMembers is what the inspector says of the configuration of a server.
func (f *Frame) describeMembers(s *cluster.ServerView) {
	c, t := &s.Raft.Config, &f.scratch().texts
	if len(c.Voters) == 0 {
		return
	}
	if s.Standing != cluster.Voter {
		f.addIn("standing", map[cluster.Standing]string{
			cluster.Learner: "learner: no vote yet", cluster.Leaving: "votes in C-old only", cluster.Outside: "no member",
		}[s.Standing], f.theme().Warning)
	}
	f.add("members", t.begin().config(c, "S").end())
	if s.Raft.ConfigIndex > 0 {
		t.begin().str("entry ").num(uint64(s.Raft.ConfigIndex))
		if s.Raft.ConfigIndex > s.Raft.Commit {
			t.str(", not committed")
		}
		f.add("since", t.end())
	}
}

// electors is how many servers vote by the configuration of a server.
func (f *Frame) electors(r *raft.Status) int {
	if n := len(r.Config.Voters); n > 0 {
		return n
	}
	return len(f.View.Servers)
}
