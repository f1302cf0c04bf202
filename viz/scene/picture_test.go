package scene

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"raftarium/kv"
	"raftarium/netsim/cluster"
	"raftarium/viz/draw"
	"raftarium/viz/ui"
)

// shot is a whole window, laid out as the interface does it: the parts of this
// package at their places, without buttons.
type shot struct {
	w, h   float32
	list   draw.List
	tree   ui.Tree
	areas  map[string]draw.Rect
	frame  Frame
	strips Timeline
}

func take(v *cluster.View, w, h float32, o Options, s *Scratch) *shot {
	p := &shot{w: w, h: h, areas: map[string]draw.Rect{}}
	for _, n := range fakeNotes() {
		p.strips.Add(n)
	}
	p.strips.Observe(v)
	o.Narrow = w < 600
	p.frame = Frame{View: v, Options: o, List: &p.list, Tree: &p.tree, Scratch: s}
	p.paint()
	return p
}

func (p *shot) paint() {
	f := &p.frame
	o := f.Options
	th := f.theme()
	p.list.Reset()
	p.tree.Reset()
	area := func(name string, r draw.Rect) draw.Rect {
		p.areas[name] = r
		return r
	}
	k := f.pt(1)
	p.list.Rect(draw.Rect{W: p.w, H: p.h}, 0, th.Background)
	pill := f.PillWidth()
	f.Pill(area("pill", draw.Rect{X: p.w - pill - 16, Y: 9, W: pill, H: 30 * k}))
	banner := float32(0)
	if len(f.View.Without) > 0 {
		banner += 38
	}
	stage := draw.Rect{X: 236, Y: 92, W: p.w - 236 - 316, H: p.h - 92 - 282*k}
	logs := draw.Rect{Y: p.h - 282*k, W: p.w, H: 216 * k}
	side := draw.Rect{X: p.w - 316, Y: 48, W: 316, H: logs.Y - 48}
	if o.Narrow {
		stage = draw.Rect{Y: 100, W: p.w, H: 379}
		logs = draw.Rect{Y: p.h - 309, W: p.w, H: 195}
		side = draw.Rect{}
	}
	strip := draw.Rect{Y: logs.Y + logs.H, W: p.w, H: 66 * k}
	if o.Narrow {
		strip.H = 58
	}
	p.list.Rect(logs, 0, th.Panel)
	p.list.Rect(strip, 0, th.Panel)
	p.list.Rect(draw.Rect{Y: logs.Y, W: p.w, H: 1}, 0, th.Line)
	p.list.Rect(draw.Rect{Y: strip.Y, W: p.w, H: 1}, 0, th.Line)
	if !side.Empty() {
		p.list.Rect(side, 0, th.Panel)
		p.list.Rect(draw.Rect{X: side.X, Y: side.Y, W: 1, H: side.H}, 0, th.Line)
		half := side
		half.H *= 0.58
		f.Inspector(area("inspector", half), 0)
		f.Narration(area("narration", draw.Rect{X: side.X, Y: side.Y + half.H, W: side.W, H: side.H - half.H}), fakeNotes(), 0)
	}
	bannerX, bannerW := stage.X+12, stage.W-24
	if len(f.View.Without) > 0 {
		f.Modified(area("modified", draw.Rect{X: bannerX, Y: stage.Y + 8, W: bannerW, H: 30}))
	}
	stage.Y, stage.H = stage.Y+banner, stage.H-banner
	f.Stage(area("stage", stage))
	f.Logs(area("logs", logs), LogScroll{Follow: true})
	f.Timeline(area("timeline", strip), &p.strips)
}

var standard = []struct {
	name string
	view func() *fake
	sel  Thing
}{
	{"partition", partitionView, ThingServer(2)},
	{"election", electionView, ThingServer(3)},
	{"concurrent", concurrentView, ThingCell(7, 28)},
	{"violation", violationView, Thing{}},
	{"busy", busyView, Thing{}},
	{"single", func() *fake { return emptyView(1, 1) }, Thing{}},
	{"folded", foldedView, ThingServer(2)},
	{"joint", jointView, ThingServer(9)},
	{"pair", func() *fake { return emptyView(2, 0) }, Thing{}},
	{"crowd", func() *fake { return emptyView(25, 100) }, Thing{}},
}

var windows = []struct {
	name string
	w, h float32
}{{"wide", 1440, 900}, {"narrow", 390, 844}}

func options(t *ui.Theme, sel Thing) Options {
	return Options{Theme: t, Selected: sel, Labels: true, Hint: "drag across links to cut them · click a server to inspect · right-click for actions"}
}

// TestPictures writes the standard scenes as SVG for people to look at, where
// RAFTARIUM_PICTURES names a directory for them.
func TestPictures(t *testing.T) {
	dir := os.Getenv("RAFTARIUM_PICTURES")
	if dir == "" {
		t.Skip("RAFTARIUM_PICTURES names no directory")
	}
	for _, s := range standard {
		for _, w := range windows {
			for _, th := range []*ui.Theme{&ui.Dark, &ui.Light} {
				p := take(&s.view().v, w.w, w.h, options(th, s.sel), new(Scratch))
				write(t, filepath.Join(dir, s.name+"-"+w.name+"-"+th.Name+".svg"), p, w.w, w.h)
			}
		}
	}
	f := partitionView()
	for i, value := range []string{"", "0123456789", "z"} {
		f.server(i + 1).KV.Keys = append(f.server(i+1).KV.Keys, kv.KeyValue{Key: "zz-long-name", Value: []byte(strings.Repeat("abc", 30) + value)})
	}
	for _, w := range []float32{390, 888} {
		for _, th := range []*ui.Theme{&ui.Dark, &ui.Light} {
			p := &shot{}
			p.frame = Frame{View: &f.v, Options: options(th, Thing{}), List: &p.list, Tree: &p.tree}
			p.frame.Keys(draw.Rect{W: w, H: 300}, 0)
			g := p.frame.Stage(draw.Rect{Y: 300, W: w, H: 420})
			p.frame.Slice(g, []draw.Point{g.onRing(0.1, 1.3), g.onRing(0.15, 0.5), g.onRing(0.4, 1.3)})
			p.frame.Lasso(g, []draw.Point{g.onRing(0.5, 1.4), g.onRing(0.6, 0.5), g.onRing(0.7, 1.4), g.onRing(0.6, 1.5)})
			write(t, filepath.Join(dir, fmt.Sprintf("keys-%v-%s.svg", w, th.Name)), p, w, 720)
		}
	}
	f = partitionView()
	o := options(&ui.Dark, ThingServer(2))
	o.Type = 1.5
	write(t, filepath.Join(dir, "projector.svg"), take(&f.v, 1920, 1200, o, new(Scratch)), 1920, 1200)
}

func write(t *testing.T, name string, p *shot, w, h float32) {
	t.Helper()
	file, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := draw.WriteSVG(file, &p.list, w, h, p.frame.theme().Background); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
}
