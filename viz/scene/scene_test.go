package scene

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/check"
	"raftarium/raft"
	"raftarium/viz/draw"
	"raftarium/viz/text"
	"raftarium/viz/ui"
)

// each runs a test on all standard scenes in all windows.
func each(t *testing.T, test func(t *testing.T, p *shot, f *fake)) {
	for _, s := range standard {
		for _, w := range windows {
			t.Run(s.name+"/"+w.name, func(t *testing.T) {
				f := s.view()
				test(t, take(&f.v, w.w, w.h, options(&ui.Dark, s.sel), new(Scratch)), f)
			})
		}
	}
}

// placed is a text of a list with the room that they take and the clip in force.
type placed struct {
	text string
	rect draw.Rect
	clip draw.Rect
}

func textsOf(l *draw.List) []placed {
	var out []placed
	clip := draw.Rect{}
	for i := range l.Cmds {
		c := &l.Cmds[i]
		switch c.Op {
		case draw.OpClip:
			clip = c.Rect
		case draw.OpText:
			w := text.Width(c.Font, c.Size, c.Text)
			r := draw.Rect{X: c.Center.X, Y: c.Center.Y - c.Size*0.45, W: w, H: c.Size * 0.9}
			switch c.Align {
			case draw.Center:
				r.X -= w / 2
			case draw.Right:
				r.X -= w
			}
			out = append(out, placed{c.Text, r, clip})
		}
	}
	return out
}

func TestTextsDoNotOverlap(t *testing.T) {
	each(t, func(t *testing.T, p *shot, _ *fake) {
		all := textsOf(&p.list)
		for i, a := range all {
			for _, b := range all[:i] {
				if over := a.rect.Intersect(b.rect); over.W > 0.5 && over.H > 0.5 {
					t.Errorf("%q at %v lies over %q at %v", a.text, a.rect, b.text, b.rect)
				}
			}
		}
	})
}

func TestTextsStayInside(t *testing.T) {
	each(t, func(t *testing.T, p *shot, _ *fake) {
		window := draw.Rect{W: p.w, H: p.h}
		for _, a := range textsOf(&p.list) {
			if !inside(a.rect, window) {
				t.Errorf("%q at %v leaves the window", a.text, a.rect)
			}
			clip := a.clip
			if clip == p.areas["inspector"] {
				clip.H = 1e6 // it scrolls
			}
			// The first and the last cell of a log may be seen in part.
			if !clip.Empty() && !inside(a.rect, clip) && strings.Trim(a.text, "0123456789xyz+= -nopget") != "" {
				t.Errorf("%q at %v leaves its part at %v", a.text, a.rect, a.clip)
			}
		}
	})
}

func TestTextsHaveGlyphs(t *testing.T) {
	each(t, func(t *testing.T, p *shot, _ *fake) {
		for _, a := range textsOf(&p.list) {
			if m := text.Missing(a.text); len(m) > 0 {
				t.Errorf("%q needs %q, which the faces do not have", a.text, m)
			}
		}
	})
}

func TestTreeIsComplete(t *testing.T) {
	each(t, func(t *testing.T, p *shot, f *fake) {
		seen := map[string]bool{}
		for _, n := range p.tree.Nodes {
			if n.ID == "" || n.Role == "" || n.Label == "" {
				t.Errorf("node %+v lacks an ID, a role or a label", n)
			}
			if seen[n.ID] {
				t.Errorf("two nodes have the ID %q", n.ID)
			}
			seen[n.ID] = true
			if n.Role == ui.RoleImage && n.Value == "" {
				t.Errorf("%s says nothing", n.ID)
			}
			if !inside(n.Rect, draw.Rect{W: p.w, H: p.h}) {
				t.Errorf("%s at %v leaves the window", n.ID, n.Rect)
			}
		}
		var want []string
		for _, s := range f.v.Servers {
			want = append(want, ThingServer(s.ID).ID())
			for _, o := range f.v.Servers {
				if o.ID != s.ID {
					want = append(want, ThingLink(endpoint(s.ID.String()), endpoint(o.ID.String())).ID())
				}
			}
		}
		for i := range min(len(f.v.Clients), 9) {
			want = append(want, ThingClient(f.v.Clients[i].ID).ID())
		}
		for _, m := range f.v.InFlight {
			want = append(want, ThingMessage(m.ID).ID())
		}
		for _, m := range f.v.Lost {
			want = append(want, ThingMessage(m.ID).ID())
		}
		for _, id := range want {
			if !seen[id] {
				t.Errorf("no node %s", id)
			}
		}
	})
}

func TestHitAreas(t *testing.T) {
	each(t, func(t *testing.T, p *shot, f *fake) {
		for _, touch := range []bool{false, true} {
			o := p.frame.Options
			o.Touch = touch
			p := take(&f.v, p.w, p.h, o, new(Scratch))
			g := arrange(&f.v, p.areas["stage"], p.frame.Options)
			for _, n := range p.tree.Nodes {
				least := float32(24)
				kind := ParseThing(n.ID).Kind
				if touch && kind != Message {
					least = 44
				}
				if (kind == Message || kind == Server || kind == Link) && (n.Rect.W < least || n.Rect.H < least) {
					t.Errorf("touch %v: %s is only %v by %v", touch, n.ID, n.Rect.W, n.Rect.H)
				}
			}
			for i := range f.v.InFlight {
				m := &f.v.InFlight[i]
				at, _, _ := g.MessagePos(m, f.v.Now)
				if g.nearest(at) < g.Radius {
					continue // it passes behind a server
				}
				if n := p.tree.At(at); n == nil || ParseThing(n.ID).Kind != Message {
					t.Errorf("touch %v: at message %d lies %v", touch, m.ID, n)
				}
			}
			if len(f.v.InFlight) > labelledMost {
				continue // in a crowd messages pass over everything
			}
			for _, s := range f.v.Servers {
				at, _ := g.ServerPos(s.ID)
				if n := p.tree.At(at); n == nil || ParseThing(n.ID).Kind != Server || len(f.v.Servers) < 10 && n.ID != ThingServer(s.ID).ID() {
					t.Errorf("touch %v: at server %v lies %v", touch, s.ID, n)
				}
			}
		}
	})
}

func TestWordsForScreenReaders(t *testing.T) {
	f := partitionView()
	p := take(&f.v, 1440, 900, options(&ui.Dark, Thing{}), new(Scratch))
	for id, want := range map[string]string{
		"server/2":     "leader, term 7, commit 17, last 19",
		"server/4":     "candidate, term 8, 1 of 3 votes, commit 14, last 15, without a quorum",
		"server/5":     "crashed, term 6, commit 11, last 12",
		"client/3":     "get x, operation 5, try 3, asks S4",
		"client/4":     "idle, 4 done, a repetition of the last operation was swallowed",
		"link/s1/s2":   "open",
		"link/s1/s4":   "cut",
		"cell/2/19":    "x+=42, term 7, not committed, not on disk",
		"cell/1/15":    "no-op, term 7, committed",
		"message/803":  "term 7, entries 18–19, commit 17",
		"stage/quorum": "quorum: S1 S2 S3 · 3 of 5",
		"verdict":      "safe · linearizable",
	} {
		n := p.tree.Find(id)
		if n == nil {
			t.Errorf("no node %s", id)
		} else if n.Value != want {
			t.Errorf("%s says %q, want %q", id, n.Value, want)
		}
	}
}

func TestQuorumLine(t *testing.T) {
	f := newFake(5, 0, 0)
	line := func() string { return (&Frame{View: &f.v}).QuorumLine() }
	if got := line(); got != "quorum: S1 S2 S3 S4 S5 · 5 of 5" {
		t.Errorf("healthy: %q", got)
	}
	for i := range f.v.Servers {
		f.v.Servers[i].InQuorum = false
	}
	if got := line(); got != "no quorum: nobody can talk to 3 of 5" {
		t.Errorf("cut to pieces: %q", got)
	}
	f.server(1).Up, f.server(2).Up, f.server(3).Paused = false, false, true
	if got := line(); got != "no quorum: 2 of 5 up, 3 needed" {
		t.Errorf("down: %q", got)
	}
}

func TestRoleShapes(t *testing.T) {
	f := partitionView()
	p := take(&f.v, 1440, 900, options(&ui.Dark, Thing{}), new(Scratch))
	g := arrange(&f.v, p.areas["stage"], p.frame.Options)
	count := func(id raft.ID, is func(c *draw.Cmd) bool) (n int) {
		at, _ := g.ServerPos(id)
		for i := range p.list.Cmds {
			if c := &p.list.Cmds[i]; c.Center == at && is(c) {
				n++
			}
		}
		return n
	}
	rings := func(c *draw.Cmd) bool { return c.Op == draw.OpCircle && c.Stroke != 0 && c.Dash == 0 }
	if n := count(2, rings); n != 2 {
		t.Errorf("the leader has %d rings, want 2", n)
	}
	if n := count(2, func(c *draw.Cmd) bool { return c.Op == draw.OpCircle && c.Fill == ui.Dark.Term(7) }); n != 1 {
		t.Errorf("the leader's disc is filled %d times in its term's colour, want once", n)
	}
	arcs := func(c *draw.Cmd) bool { return c.Op == draw.OpArc }
	if n := count(2, arcs); n != 0 {
		t.Errorf("the leader has %d election timers", n)
	}
	if n := count(1, arcs); n != 1 {
		t.Errorf("a follower has %d election timers, want 1", n)
	}
	if n := count(5, func(c *draw.Cmd) bool { return c.Dash > 0 && c.Stroke == ui.Dark.Down }); n != 1 {
		t.Errorf("what is crashed has %d grey dashed rings, want 1", n)
	}
	want := float32(f.server(1).Election.Left) / float32(f.server(1).Election.Total)
	at, _ := g.ServerPos(1)
	for i := range p.list.Cmds {
		if c := &p.list.Cmds[i]; c.Center == at && arcs(c) && (c.From != 0 || c.To < want-0.001 || c.To > want+0.001) {
			t.Errorf("the timer runs from %v to %v, want 0 to %v", c.From, c.To, want)
		}
	}
}

func TestRedIsForViolationsAndCutsOnly(t *testing.T) {
	for _, view := range []func() *fake{electionView, func() *fake { return emptyView(5, 3) }} {
		f := view()
		p := take(&f.v, 1440, 900, options(&ui.Dark, Thing{}), new(Scratch))
		red := ui.Dark.Danger &^ 0xff
		for i := range p.list.Cmds {
			if c := &p.list.Cmds[i]; c.Fill&^0xff == red && c.Fill&0xff != 0 || c.Stroke&^0xff == red && c.Stroke&0xff != 0 {
				t.Errorf("red without a cut or a violation: %+v", *c)
			}
		}
	}
}

func TestInspectorDescribesEverything(t *testing.T) {
	f := partitionView()
	f.v.Lost[0].Why = "loss"
	things := []Thing{
		{}, ThingServer(1), ThingServer(2), ThingServer(4), ThingServer(5), ThingClient(1), ThingClient(3), ThingClient(4),
		ThingCell(2, 19), ThingCell(4, 15), ThingCell(1, 1), ThingLink(endpoint("s1"), endpoint("s4")), ThingMessage(f.v.Lost[0].ID),
	}
	for i := range f.v.InFlight {
		things = append(things, ThingMessage(f.v.InFlight[i].ID))
	}
	for _, th := range things {
		fr := &Frame{View: &f.v, List: new(draw.List), Tree: new(ui.Tree), Options: Options{Selected: th}}
		area := draw.Rect{X: 100, Y: 50, W: 316, H: 2000}
		height := fr.Inspector(area, 0)
		if height < 60 || height > area.H {
			t.Errorf("%q: height %v", th.ID(), height)
		}
		for _, p := range textsOf(fr.List) {
			if m := text.Missing(p.text); len(m) > 0 {
				t.Errorf("%q: %q needs %q, which the faces do not have", th.ID(), p.text, m)
			}
			if !inside(p.rect, area) {
				t.Errorf("%q: %q at %v leaves the panel", th.ID(), p.text, p.rect)
			}
		}
		if again := fr.Inspector(area, 40); again != height {
			t.Errorf("%q: scrolled, the height is %v, not %v", th.ID(), again, height)
		}
	}
}

// The line of a partition around a server beside the clients ends among them.
func TestHowLongAPartitionLastsIsNotWrittenBelowAClient(t *testing.T) {
	f := newFake(5, 5, 1000*ms)
	f.cut(600*ms, []int{1, 2, 3, 4}, []int{5})
	for _, size := range [][2]float32{{1440, 900}, {1280, 720}, {1024, 640}} {
		fr := &Frame{View: &f.v, List: new(draw.List), Tree: new(ui.Tree), Options: options(&ui.Dark, Thing{})}
		g := fr.Stage(draw.Rect{W: size[0] * 0.62, H: size[1] * 0.6})
		said := false
		for _, x := range textsOf(fr.List) {
			if !strings.HasPrefix(x.text, "partition") {
				continue
			}
			said = true
			for _, c := range g.clients {
				if r := x.rect.Intersect(c.rect); !r.Empty() {
					t.Errorf("%v: %q at %v lies below %v at %v", size, x.text, x.rect, c.id, c.rect)
				}
			}
		}
		if !said {
			t.Errorf("%v: nothing says how long the partition lasts", size)
		}
	}
}

// The commit index is what a server knows: one that crashed forgets it, and others are
// told later, though the entry is safe.
func TestAnEntryThatOthersKnowAsCommittedIsNotCalledUncommitted(t *testing.T) {
	f := partitionView()
	for cell, want := range map[Thing]string{
		ThingCell(5, 12): "committed, unknown here",
		ThingCell(4, 15): "not committed",
		ThingCell(1, 19): "not committed",
	} {
		fr := &Frame{View: &f.v, List: new(draw.List), Tree: new(ui.Tree), Options: Options{Selected: cell}}
		fr.Inspector(draw.Rect{W: 316, H: 2000}, 0)
		var said []string
		for _, x := range textsOf(fr.List) {
			said = append(said, x.text)
		}
		if !slices.Contains(said, want) {
			t.Errorf("%s: %q is not in %q", cell.ID(), want, said)
		}
	}
}

func TestInspectorSaysWhatIsGone(t *testing.T) {
	f := partitionView()
	for _, th := range []Thing{ThingServer(9), ThingClient(77), ThingMessage(1), ThingCell(2, 99), ThingCell(2, 0)} {
		fr := &Frame{View: &f.v, List: new(draw.List), Tree: new(ui.Tree), Options: Options{Selected: th}}
		fr.Inspector(draw.Rect{W: 316, H: 500}, 0)
		if n := fr.Tree.Find("inspector"); n.Label != "CLUSTER" {
			t.Errorf("%q, which does not exist, is described as %q", th.ID(), n.Label)
		}
	}
}

func TestNarrationIsNewestFirst(t *testing.T) {
	fr := &Frame{View: &partitionView().v, List: new(draw.List), Tree: new(ui.Tree)}
	notes := fakeNotes()
	area := draw.Rect{W: 316, H: 220}
	shown := fr.Narration(area, notes, 0)
	if shown < 3 || shown >= len(notes) {
		t.Fatalf("%d notes shown", shown)
	}
	if n := fr.Tree.Nodes[1]; n.Value != notes[len(notes)-1].Text || n.Label != "12.471" {
		t.Errorf("the first is %q at %s", n.Value, n.Label)
	}
	fr.Tree.Reset()
	fr.Narration(area, notes, 2)
	if n := fr.Tree.Nodes[1]; n.Value != notes[len(notes)-3].Text {
		t.Errorf("two skipped, the first is %q", n.Value)
	}
	if shown := fr.Narration(area, nil, 0); shown != 0 {
		t.Errorf("%d of no notes shown", shown)
	}
}

func TestPillNamesTheProperty(t *testing.T) {
	for _, c := range []struct {
		v     check.Verdict
		words string
		mood  mood
	}{
		{check.Verdict{Safety: true, ExactlyOnce: true, Linearizable: check.Yes}, "safe · linearizable", good},
		{check.Verdict{Safety: true, ExactlyOnce: true, Linearizable: check.Unknown}, "safe · linearizable?", open},
		{check.Verdict{Safety: true, ExactlyOnce: true, Linearizable: check.No}, "not linearizable", bad},
		{check.Verdict{Safety: true, ExactlyOnce: true, Linearizable: check.Yes, Progress: check.No}, "safe · no progress", bad},
		{check.Verdict{Safety: true, ExactlyOnce: true, Linearizable: check.Unknown, Judged: []check.Property{check.LogMatching}}, "no violation · 2 of 13", open},
		{check.Verdict{Violations: []check.Violation{{Property: check.LogMatching}}}, "log matching violated", bad},
	} {
		if words, mood := pill(&c.v); words != c.words || mood != c.mood {
			t.Errorf("%+v: %q, %v", c.v, words, mood)
		}
	}
}

func TestTheBannerOfRulesAppearsOnlyWhenNeeded(t *testing.T) {
	f := partitionView()
	fr := &Frame{View: &f.v, List: new(draw.List), Tree: new(ui.Tree)}
	fr.Modified(draw.Rect{W: 500, H: 30})
	if len(fr.List.Cmds) > 0 {
		t.Error("a healthy run has banners")
	}
	f = violationView()
	fr.View = &f.v
	fr.Modified(draw.Rect{W: 500, H: 30})
	if n := fr.Tree.Find("modified"); n == nil || !strings.Contains(n.Value, "one-vote-per-term, election-restriction") {
		t.Errorf("modified: %+v", n)
	}
	for _, c := range []struct {
		without []string
		want    string
	}{{nil, "a Raft with a bug (perch): find the first wrong event, and the rule that is missing"}, {[]string{"pre-vote"}, "a Raft with a bug (perch), and without pre-vote"}} {
		v := f.v
		v.Bug, v.Without = "perch", c.without
		bug := &Frame{View: &v, List: new(draw.List), Tree: new(ui.Tree)}
		bug.Modified(draw.Rect{W: 500, H: 30})
		if n := bug.Tree.Find("modified"); n == nil || n.Value != c.want {
			t.Errorf("modified: %+v, want %q", n, c.want)
		}
	}
}

func TestThingIDs(t *testing.T) {
	for _, th := range []Thing{
		ThingServer(3), ThingClient(12), ThingMessage(812), ThingCell(3, 17),
		ThingLink(endpoint("s1"), endpoint("s2")), ThingLink(endpoint("c1"), endpoint("s2")),
	} {
		if got := ParseThing(th.ID()); got != th {
			t.Errorf("%q reads back as %+v", th.ID(), got)
		}
	}
	for _, id := range []string{"", "server", "server/", "server/x", "server/99", "cell/3", "cell/3/x", "link/s1", "link/s1/q2", "button/crash", "client/-1", "message/1/2"} {
		if got := ParseThing(id); got != (Thing{}) {
			t.Errorf("%q is taken for %+v", id, got)
		}
	}
}

// TestAScratchChangesNothing: what is remembered from other frames must not show.
func TestAScratchChangesNothing(t *testing.T) {
	used := new(Scratch)
	for _, s := range standard {
		for _, w := range windows {
			f := s.view()
			a := take(&f.v, w.w, w.h, options(&ui.Dark, s.sel), used)
			b := take(&f.v, w.w, w.h, options(&ui.Dark, s.sel), new(Scratch))
			if x, y := fmt.Sprint(a.list.Cmds), fmt.Sprint(b.list.Cmds); x != y {
				t.Errorf("%s, %s: a used scratch draws another picture", s.name, w.name)
			}
			if x, y := fmt.Sprint(a.tree.Nodes), fmt.Sprint(b.tree.Nodes); x != y {
				t.Errorf("%s, %s: a used scratch makes another tree", s.name, w.name)
			}
		}
	}
}

func TestNothingIsTooSmallToDraw(t *testing.T) {
	for _, f := range []*fake{emptyView(0, 0), emptyView(1, 0), partitionView(), concurrentView(), emptyView(25, 100)} {
		for _, size := range []draw.Rect{{}, {W: 1, H: 1}, {W: 60, H: 40}, {W: 40, H: 600}, {W: 600, H: 40}} {
			for _, narrow := range []bool{false, true} {
				fr := &Frame{View: &f.v, List: new(draw.List), Tree: new(ui.Tree), Options: Options{Narrow: narrow, Labels: true}}
				fr.Stage(size)
				fr.Logs(size, LogScroll{Follow: true})
				fr.Keys(size, 0)
				fr.Inspector(size, 0)
				fr.Narration(size, fakeNotes(), 0)
				fr.Timeline(size, new(Timeline))
				fr.Pill(size)
				for i := range fr.List.Cmds {
					if c := &fr.List.Cmds[i]; c.Center != c.Center || c.Rect != c.Rect || c.Radius != c.Radius {
						t.Fatalf("not a number in %+v", *c)
					}
				}
			}
		}
	}
}

// TestFramesAllocateLittle: strings are cut from shared chunks, all else is reused.
func TestFramesAllocateLittle(t *testing.T) {
	f := busyView()
	p := take(&f.v, 1440, 900, options(&ui.Dark, ThingServer(3)), new(Scratch))
	if n := testing.AllocsPerRun(50, p.paint); n > 20 {
		t.Errorf("%v allocations for a frame, want 20 at most", n)
	}
}

func TestTheQuorumOfAnInspectedServerCountsVotersOnly(t *testing.T) {
	f := newFake(8, 0, 1000*ms)
	f.server(7).Standing, f.server(8).Standing = cluster.Learner, cluster.Outside
	f.server(5).Up, f.server(6).Up = false, false
	for _, c := range []struct {
		id   raft.ID
		want string
	}{{1, "S1 S2 S3 S4 · 4 of 6"}, {7, "S1 S2 S3 S4 · 4 of 6"}} {
		fr := &Frame{View: &f.v, List: new(draw.List), Tree: new(ui.Tree), Options: Options{Selected: ThingServer(c.id)}}
		fr.Inspector(draw.Rect{W: 316, H: 900}, 0)
		for _, n := range fr.Tree.Nodes {
			if n.Label == "quorum" && n.Value != c.want {
				t.Errorf("quorum of %v: %q, want %q", c.id, n.Value, c.want)
			}
		}
	}
}
