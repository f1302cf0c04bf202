package scene

import "raftarium/viz/draw"

// Slice shows a line being drawn across the stage and which links it would cut.
func (f *Frame) Slice(g *Geometry, line []draw.Point) {
	if len(line) < 2 {
		return
	}
	th := f.theme()
	f.List.Clip(g.Area)
	cuts := f.cutTable()
	for _, d := range g.CrossedLinks(line) {
		if cuts[d.From.Server][d.To.Server] != 0 {
			continue
		}
		a, b, _ := g.Lane(d.From, d.To)
		f.List.Line(th.Danger.Fade(0.8), 2, a, b)
	}
	f.List.DashedLine(th.Danger, 2.5, 5, 4, line...)
	f.List.Clip(draw.Rect{})
}

// Lasso shows a closed line being drawn around servers and whom it encloses.
func (f *Frame) Lasso(g *Geometry, line []draw.Point) {
	if len(line) < 2 {
		return
	}
	th := f.theme()
	f.List.Clip(g.Area)
	for _, id := range g.Enclosed(line) {
		p, _ := g.ServerPos(id)
		f.List.Circle(p, g.Radius+max(g.Radius*0.3, 6), th.Accent.Fade(0.12), th.Accent, 2)
	}
	f.List.DashedLine(th.Accent, 2, 5, 4, line...)
	f.List.DashedLine(th.Accent.Fade(0.5), 1.25, 2, 4, line[len(line)-1], line[0])
	f.List.Clip(draw.Rect{})
}
