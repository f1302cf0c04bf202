package scene

import (
	"math"
	"testing"

	"raftarium/netsim/cluster"
	"raftarium/viz/draw"
	"raftarium/viz/ui"
)

// lostStage draws a stage of five servers on which messages were lost.
func lostStage(o Options, lose func(f *fake)) (*Frame, *Geometry) {
	f := newFake(5, 2, 1000*ms)
	lose(f)
	fr := &Frame{View: &f.v, List: new(draw.List), Tree: new(ui.Tree), Options: o, Scratch: new(Scratch)}
	return fr, fr.Stage(stageArea)
}

func TestACutIsABarAndNoCross(t *testing.T) {
	fr, g := lostStage(options(&ui.Dark, Thing{}), func(f *fake) {
		f.v.Network.Cuts = append(f.v.Network.Cuts, cluster.CutView{From: endpoint("s2"), To: endpoint("s5")})
	})
	p, q, _ := g.Lane(endpoint("s2"), endpoint("s5"))
	d := direction(p, q)
	bars := 0
	for i := range fr.List.Cmds {
		c := &fr.List.Cmds[i]
		if c.Op != draw.OpLine || c.Stroke != ui.Dark.Danger || c.Dash > 0 {
			continue
		}
		pts := fr.List.Points(c)
		e := direction(pts[0], pts[len(pts)-1])
		if across := e.X*d.X + e.Y*d.Y; across < -0.01 || across > 0.01 {
			t.Errorf("a mark of a cut is not across its link: %v", pts)
		}
		bars++
	}
	if bars != 1 {
		t.Errorf("%d bars, want 1", bars)
	}
}

// contrast is that of WCAG 2 between colours that are opaque.
func contrast(a, b draw.Color) float64 {
	bright := func(c draw.Color) float64 {
		channel := func(v draw.Color) float64 {
			s := float64(v&0xff) / 255
			if s <= 0.04045 {
				return s / 12.92
			}
			return math.Pow((s+0.055)/1.055, 2.4)
		}
		return 0.2126*channel(c>>24) + 0.7152*channel(c>>16) + 0.0722*channel(c>>8)
	}
	x, y := bright(a), bright(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func TestFaintLinesCanBeSeen(t *testing.T) {
	for _, th := range []*ui.Theme{&ui.Dark, &ui.Light} {
		for name, c := range map[string]draw.Color{
			"quorum": th.OK.Fade(faintOK), "client link": th.Dim.Fade(faintDim), "cut link": th.Danger.Fade(faintDanger),
		} {
			over := th.Background.Mix(c|0xff, float32(c&0xff)/255)
			if got := contrast(over, th.Background); got < 3 || got > 4.5 {
				t.Errorf("%s, %s: a contrast of %.2f, want 3 or a little more", th.Name, name, got)
			}
		}
	}
}
