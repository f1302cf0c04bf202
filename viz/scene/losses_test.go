package scene

import (
	"slices"
	"strings"
	"testing"

	"raftarium/kv"
	"raftarium/netsim/cluster"
	"raftarium/raft"
	"raftarium/viz/draw"
	"raftarium/viz/ui"
)

func TestACrossIsNeverHalfBehindAServer(t *testing.T) {
	for done := 0; done <= 100; done += 5 {
		for _, to := range []string{"s1", "s3", "c1"} {
			fr, g := lostStage(options(&ui.Dark, Thing{}), func(f *fake) {
				f.lose("s2", to, done, 10, "down", &raft.AppendEntries{Term: 1})
			})
			at := fr.Scratch.spots[0]
			if least := g.Radius + ringWidth(g.Radius) + 6*fr.unit(g); at.near < least {
				t.Errorf("lost at %d %% on its way to %s, its cross is %v from a server's middle, not %v", done, to, at.near, least)
			}
		}
	}
}

func TestOfLossesAtOnePlaceTheLastIsShown(t *testing.T) {
	fr, _ := lostStage(options(&ui.Dark, Thing{}), func(f *fake) {
		for age := 50; age > 0; age -= 10 {
			f.lose("s2", "s3", 100, age, "down", &raft.AppendEntries{Term: 1})
		}
		f.lose("s2", "s3", 40, 30, "loss", &raft.AppendEntries{Term: 1}) // elsewhere
		f.lose("s3", "s2", 60, 20, "loss", &raft.AppendEntries{Term: 1}) // the other way
	})
	var ages []int64
	for _, s := range fr.Scratch.spots {
		ages = append(ages, int64(fr.View.Now-s.m.LostAt)/int64(ms))
	}
	if !slices.Equal(ages, []int64{10, 30, 20}) {
		t.Errorf("losses of %v ms ago are shown, want 10, 30 and 20", ages)
	}
	first := fr.View.Lost[0].ID
	fr, _ = lostStage(options(&ui.Dark, ThingMessage(first)), func(f *fake) {
		f.lose("s2", "s3", 100, 20, "down", &raft.AppendEntries{Term: 1})
		f.lose("s2", "s3", 100, 10, "down", &raft.AppendEntries{Term: 1})
	})
	if len(fr.Scratch.spots) != 2 || fr.Tree.Find(ThingMessage(first).ID()) == nil {
		t.Error("a newer loss hides the one that is selected")
	}
}

func TestFewLossesAreCalledLost(t *testing.T) {
	for n := 1; n <= 6; n++ {
		fr, _ := lostStage(options(&ui.Dark, Thing{}), func(f *fake) {
			for i := range n {
				f.lose("s2", "s5", 10+14*i, 200, "loss", &raft.AppendEntries{Term: 1})
			}
		})
		want := n
		if n > 4 {
			want = 0
		}
		words := 0
		for i := range fr.List.Cmds {
			c := &fr.List.Cmds[i]
			if c.Op == draw.OpText && c.Text == "lost" {
				words++
				if alpha := c.Fill & 0xff; alpha > 140 { // a third of its time is left, as of its cross
					t.Errorf("a loss of 200 ms ago is still written with %d of 255", alpha)
				}
			}
		}
		if words != want {
			t.Errorf("%d losses: %d are called lost, want %d", n, words, want)
		}
	}
}

func TestARetryHasNoColourOfATerm(t *testing.T) {
	fr := &Frame{}
	try := func(n uint32) draw.Color {
		return fr.messageColor(&cluster.MessageView{Payload: &kv.Request{Try: n}})
	}
	if try(2) != try(1) {
		t.Error("a retry has a colour of its own, which says term to whoever reads colours")
	}
}

// A label without its message in view speaks of nothing.
func TestWhatIsBehindAServerHasNoLabel(t *testing.T) {
	f := newFake(5, 5, 1000*ms)
	behind := 0
	for done := 1; done < 100; done++ {
		f.v.InFlight = f.v.InFlight[:0]
		f.send("c2", "s3", done, &kv.Request{Command: kv.Command{Client: 2, Seq: 1, Op: appendOp("x", "1")}, Try: 1})
		fr := &Frame{View: &f.v, List: new(draw.List), Tree: new(ui.Tree), Options: options(&ui.Dark, Thing{}), Scratch: new(Scratch)}
		g := fr.Stage(draw.Rect{W: 888, H: 500})
		if fr.Scratch.spots[0].near >= g.Radius {
			continue
		}
		behind++
		if len(fr.Scratch.labels) > 0 {
			t.Errorf("at %d %% of its way it is behind a server, and has a label", done)
		}
	}
	if behind == 0 {
		t.Error("it passes behind no server")
	}
}

func TestLabelsSideBySideCanBeToldApart(t *testing.T) {
	each(t, func(t *testing.T, p *shot, _ *fake) {
		s := p.frame.Scratch
		said := map[string]bool{}
		for _, l := range s.labels {
			said[l.text] = true
		}
		var labels []draw.Rect
		for _, a := range textsOf(&p.list) {
			if said[a.text] && inside(a.rect, p.areas["stage"]) && a.clip == p.areas["stage"] {
				labels = append(labels, a.rect)
			}
		}
		for i, a := range labels {
			for _, b := range labels[:i] {
				if a.Y < b.Y+b.H && b.Y < a.Y+a.H && a.X < b.X+b.W+4 && b.X < a.X+a.W+4 {
					t.Errorf("labels at %v and %v run together", a, b)
				}
			}
		}
	})
}

// The line of a partition is not cut in two by what messages say.
func TestLabelsKeepOffTheLineOfAPartition(t *testing.T) {
	for _, size := range [][2]float32{{888, 500}, {390, 380}} {
		placed := 0
		for done := 5; done < 100; done += 5 {
			f := newFake(5, 0, 1000*ms)
			f.cut(900*ms, []int{1}, []int{2, 3, 4, 5})
			for _, way := range [][2]string{{"s2", "s5"}, {"s5", "s2"}} {
				f.send(way[0], way[1], done, &raft.AppendEntries{Term: 1, Entries: log("1:x=1")})
			}
			fr := &Frame{View: &f.v, List: new(draw.List), Tree: new(ui.Tree), Options: options(&ui.Dark, Thing{}), Scratch: new(Scratch)}
			fr.Options.Narrow = size[0] < 600
			fr.Stage(draw.Rect{W: size[0], H: size[1]})
			for _, a := range textsOf(fr.List) {
				if strings.HasPrefix(a.text, "append") {
					placed++
					if !offLine(a.rect, fr.Scratch.borders[:fr.Scratch.bordered[0]]) {
						t.Errorf("%v, at %d %%: %q at %v lies on the line", size, done, a.text, a.rect)
					}
				}
			}
		}
		if placed == 0 {
			t.Errorf("%v: nothing is written", size)
		}
	}
}
