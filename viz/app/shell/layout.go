package shell

import (
	"time"

	"raftarium/viz/draw"
	"raftarium/viz/scene"
	"raftarium/viz/ui"
)

// areas is where the parts of the window are. Empty rectangles are not shown.
type areas struct {
	whole, top, strip    draw.Rect
	panel                draw.Rect // the controls, or the open drawer
	tabs, stage          draw.Rect
	inspector, narration draw.Rect
	card                 draw.Rect // a violation, or the tour
	transport            draw.Rect // of a narrow window
	logs, timeline       draw.Rect
	bar                  draw.Rect // opens the drawers of a narrow window
	narrow, dense        bool
	aside                bool    // a phone that lies on its side
	large                bool    // type is large
	side                 float32 // width of the panel at the right of a window that is not narrow
}

// A window is laid out like a phone's below the first width; below the second if it
// stands upright, or is as low as a phone that lies on its side. Below the last height
// controls move closer together.
const (
	narrowBelow  = 820
	uprightBelow = 1000
	lowBelow     = 480
	denseBelow   = 830
)

// sideWidth is how wide the panel at the right is, in a window that is not narrow. With
// large type the stage needs it more, unless a card has two buttons.
func (s *Shell) sideWidth() float32 {
	card := s.cardNow()
	switch {
	case s.size.X >= 1240:
		return 316
	case s.settings.Large && card != tourCard && card != lessonCard:
		return 220
	}
	return 256
}

// arrange divides a window. card is how high the card of a violation or of the tour
// is to be beside the stage, low how high across a narrow window; 0 for none. That of
// the tour may be lower.
func arrange(size draw.Point, side float32, servers int, large, strip, bug, tour bool, card, low float32, drawer Drawer) areas {
	a := areas{whole: draw.Rect{W: size.X, H: size.Y}, side: side, large: large}
	a.narrow = narrow(size)
	a.dense = size.Y < denseBelow
	if a.narrow {
		a.arrangeNarrow(servers, strip, bug, low, drawer)
	} else {
		a.arrangeWide(servers, strip, tour, card)
	}
	return a
}

// transportLeast is how wide the buttons that stand for time are at least.
const transportLeast = 338

// narrow reports whether a window is laid out like a phone's.
func narrow(size draw.Point) bool {
	return size.X < narrowBelow || size.X < uprightBelow && (size.X < size.Y || size.Y < lowBelow)
}

// lies reports whether a window is a phone's that lies on its side.
func lies(size draw.Point) bool {
	return size.Y < lowBelow && size.X > size.Y && size.X < uprightBelow
}

// lowerWidth is how wide what stands below the stage is in a narrow window, or beside it
// where that is low.
func lowerWidth(size draw.Point) float32 {
	if lies(size) {
		return max(size.X*0.5, transportLeast)
	}
	return size.X
}

// cut takes h from the top of r.
func cutTop(r *draw.Rect, h float32) draw.Rect {
	h = min(max(h, 0), r.H)
	out := draw.Rect{X: r.X, Y: r.Y, W: r.W, H: h}
	r.Y, r.H = r.Y+h, r.H-h
	return out
}

func cutBottom(r *draw.Rect, h float32) draw.Rect {
	h = min(max(h, 0), r.H)
	r.H -= h
	return draw.Rect{X: r.X, Y: r.Y + r.H, W: r.W, H: h}
}

func cutLeft(r *draw.Rect, w float32) draw.Rect {
	w = min(max(w, 0), r.W)
	out := draw.Rect{X: r.X, Y: r.Y, W: w, H: r.H}
	r.X, r.W = r.X+w, r.W-w
	return out
}

func cutRight(r *draw.Rect, w float32) draw.Rect {
	w = min(max(w, 0), r.W)
	r.W -= w
	return draw.Rect{X: r.X + r.W, Y: r.Y, W: w, H: r.H}
}

// largeLogs is how high the logs of n servers are at most with large type, which is to
// make servers larger as well: as high as they need, and no more than a third.
func largeLogs(n int, room float32) float32 {
	return min(max(0.28*room, 46+15*float32(n)), room/3)
}

// logsHeight is what the logs of n servers want, with an index line and a legend.
func logsHeight(n int, room float32) float32 {
	row := float32(34)
	if n > 5 {
		row = 26
	}
	return min(46+float32(n)*row, room)
}

// The panel at the right goes down beside the logs where it would be lower than the
// first, if the logs are left the second. Inspector and narration are no lower than the
// third, if they are shown.
const (
	sideLeast   = 480
	besideLeast = 700
	partLeast   = 128
)

func (a *areas) arrangeWide(servers int, strip, tour bool, card float32) {
	r := a.whole
	a.top = cutTop(&r, 48)
	if strip {
		a.strip = cutTop(&r, 30)
	}
	a.panel = cutLeft(&r, 236)
	timeline, tabs := float32(66), float32(44)
	if a.large {
		timeline, tabs = 58, 40
	}
	// A low window gives the stage what it can: its timeline goes first.
	if r.H > 420 {
		a.timeline = cutBottom(&r, timeline)
	}
	logs := logsHeight(servers, r.H*0.42)
	if a.large {
		logs = min(logs, largeLogs(servers, r.H))
	}
	var side draw.Rect
	if w := a.side; r.H-logs < sideLeast && r.W-w >= besideLeast {
		// What is told and inspected needs the height more than the logs the width.
		side = cutRight(&r, w)
		a.logs = cutBottom(&r, logs)
	} else {
		a.logs = cutBottom(&r, logs)
		side = cutRight(&r, w)
	}
	if card > side.H*0.7 && tour {
		card = side.H * 0.7 // its steps differ in length, and it speaks of what is told below
	}
	a.card = cutTop(&side, card)
	switch {
	case card > 0 && side.H < 2*partLeast:
		// There is room for one of the two: for what a tour and a violation speak of.
	case side.H*0.42 < partLeast:
		a.inspector = cutTop(&side, side.H-partLeast)
	default:
		a.inspector = cutTop(&side, side.H*0.58)
	}
	a.narration = side
	a.tabs = cutTop(&r, tabs)
	a.stage = r
}

// bars are how high the bars of a narrow window are, upright and on its side.
type bars struct{ top, strip, transport, tabs, bar float32 }

var (
	upright = bars{top: 52, strip: 36, transport: 56, tabs: 48, bar: 56}
	onSide  = bars{top: 44, strip: 30, transport: 52, tabs: 44, bar: 48}
)

// answerStrip is how high the strip is that holds a button for a finger.
const answerStrip = ui.TouchLeast + 4

func (a *areas) arrangeNarrow(servers int, strip, bug bool, card float32, drawer Drawer) {
	r, size, high := a.whole, draw.Point{X: a.whole.W, Y: a.whole.H}, &upright
	a.aside = lies(size)
	aside := a.aside
	if aside {
		high = &onSide
	}
	a.top = cutTop(&r, high.top)
	switch {
	case bug && !aside:
		a.strip = cutTop(&r, answerStrip)
	case strip:
		a.strip = cutTop(&r, high.strip)
	}
	a.bar = cutBottom(&r, high.bar)
	short := !aside && r.H < 420
	least := 25 + 15*float32(servers) // of the logs below a card
	var lower draw.Rect
	if aside { // what stands below the stage elsewhere has no room there
		lower = cutRight(&r, lowerWidth(size))
	} else {
		part := lowerPart(short, card > 0, drawer != noDrawer)
		if rest := lowerPart(short, card > 0, false); r.H*rest-high.transport >= drawerLeast {
			part = rest // the drawer lies over the logs, and no server moves
		}
		if want := (high.transport + card + least) / r.H; card > 0 && drawer == noDrawer && !short && want > part && want < mostLower {
			part = want // a little more shows card and logs
		}
		lower = cutBottom(&r, r.H*part)
	}
	a.transport = cutTop(&lower, min(high.transport, lower.H))
	switch {
	case drawer != noDrawer:
		a.panel = lower
	case card > 0 && !short:
		// The logs stay in view below the card, where they can be read: it may speak
		// of them.
		if lower.H-card < least-0.5 {
			card = lower.H
		}
		a.card = cutTop(&lower, card)
		a.logs = lower
	default:
		if !aside && lower.H > 180 {
			a.timeline = cutBottom(&lower, 58)
		}
		a.logs = lower
	}
	a.tabs = cutTop(&r, high.tabs)
	a.stage = r
}

// mostLower is the most of an upright window that is below the stage for a card's sake.
const mostLower = 0.54

// drawerLeast is how high the drawer of an upright window is, if the window has that much
// below a stage that stays as it is.
const drawerLeast = 240

// lowerPart is the part of a window that stands upright which is below the stage.
func lowerPart(short, card, drawer bool) float32 {
	switch {
	case short:
		return 0.4
	case drawer:
		return 0.56
	case card:
		return 0.48
	}
	return 0.42
}

// Layout lays the model out for the size of the last tick, and reports whether
// the picture differs from the one before.
func (s *Shell) Layout() bool {
	s.dirty = false
	previous := s.list
	if s.list == &s.lists[0] {
		s.list = &s.lists[1]
	} else {
		s.list = &s.lists[0]
	}
	s.list.Reset()
	s.tree.Reset()
	c, a := &s.ctx, &s.areas
	c.Theme = s.themeNow()
	c.Hover, c.Focus, c.Pressed, c.FocusVisible = s.under, s.focus, s.pressed, s.visible
	c.ReducedMotion = s.calm()
	c.Tick = s.tick
	c.Begin(s.list, &s.tree)

	f := scene.Frame{View: &s.view, List: s.list, Tree: &s.tree, Scratch: &s.scratch, Options: scene.Options{
		Theme: c.Theme, Selected: s.selected, Hover: s.hover, Labels: s.labels(), Ring: s.ring.turns, Event: s.eventOf(),
		Fade: s.settings.Speed.lasting(lostShown),
	}}
	c.Touch = narrow(s.size) || s.touch
	*a = arrange(s.size, s.sideWidth(), len(s.view.Servers), s.settings.Large, s.modified(), s.view.Bug != "", s.cardNow() == tourCard, s.cardHeight(), s.lowCardHeight(), s.drawer)
	if a.inspector.Empty() && !a.narrow && s.selected.Kind != scene.Nothing {
		a.inspector, a.narration = a.narration, draw.Rect{} // where there is room for one, what was asked for
	}
	f.Options.Narrow, f.Options.Hint = a.narrow, s.hint()
	f.Options.Touch = c.Touch
	s.list.Rect(a.whole, 0, c.Theme.Background)
	s.drawStage(&f)
	s.drawLower(&f)
	s.drawSides(&f)
	s.drawTop(&f)
	s.drawLines()
	s.drawOver()
	if s.tree.Find(s.focus) == nil {
		s.focus = ""
	}
	return !same(previous, s.list)
}

// cardHeight is how high the card is, 0 for none.
func (s *Shell) cardHeight() float32 {
	return s.cardHeightIn(s.sideWidth())
}

// lowCardHeight is the same for the card of a narrow window.
func (s *Shell) lowCardHeight() float32 {
	return s.cardHeightIn(lowerWidth(s.size))
}

func (s *Shell) cardHeightIn(width float32) float32 {
	switch s.cardNow() {
	case alarmCard:
		return s.alarmHeight(width - 20)
	case lessonCard:
		return s.lessonHeight(width)
	case clueCard:
		return s.clueHeight(width)
	case tourCard:
		return s.tourHeight(width)
	}
	return 0
}

// card is what stands beside the stage, or below it, until it is closed.
type card uint8

// The cards.
const (
	noCard card = iota
	alarmCard
	lessonCard
	clueCard
	tourCard
)

// cardNow is the card that comes first of those that are open.
func (m *model) cardNow() card {
	switch {
	case m.alarm:
		return alarmCard
	case m.lesson != nil:
		return lessonCard
	case m.clue:
		return clueCard
	case m.tour.On():
		return tourCard
	}
	return noCard
}

// labels says whether what messages say can be read at the present speed.
func (s *Shell) labels() bool { return !s.playing || s.speed() <= 7 }

// lostShown is for how much real time what was lost stays to be seen.
const lostShown = 1200 * time.Millisecond

// lasting is the virtual time of so much real time. It has bounds: single steps take no
// real time, and at the highest speeds too much would be there at once.
func (s speed) lasting(real time.Duration) time.Duration {
	const least, most = 2 * time.Millisecond, 2 * time.Second
	v := speeds[s]
	if v[0] == 0 {
		return most
	}
	return min(max(time.Duration(int64(real)*v[0]/v[1]), least), most)
}

// hint says what can be done on the stage.
func (s *Shell) hint() string {
	switch s.tool {
	case toolSlice:
		if len(s.chosen) > 0 {
			return "Enter cuts " + names(s.chosen) + " off"
		}
		return "drag a line across links, or choose servers and press Enter"
	case toolLasso:
		if len(s.chosen) > 0 {
			return "Enter isolates " + names(s.chosen)
		}
		return "draw a line around servers, or choose them and press Enter"
	case toolOneWay:
		if len(s.chosen) > 0 {
			return "now the server that " + names(s.chosen) + " cannot reach any more"
		}
		return "choose the server that sends"
	}
	if s.areas.narrow {
		return "drag across links to cut them"
	}
	return "drag across links to cut them \u00b7 click a server to inspect \u00b7 right-click for actions"
}

// drawStage draws the stage and what stands above it.
func (s *Shell) drawStage(f *scene.Frame) {
	a, c := &s.areas, &s.ctx
	s.geom = nil
	if s.tab == tabKeys {
		shown, total := f.Keys(a.stage, s.keysFirst)
		s.keysFirst = min(max(s.keysFirst, 0), max(total-shown, 0))
	} else {
		s.geom = f.Stage(a.stage)
		s.drawChosen()
		s.drawStroke()
	}
	c.Tree.Add(ui.Node{ID: "views", Role: ui.RoleGroup, Label: "Views", Rect: a.tabs})
	row := draw.Rect{X: a.tabs.X + 14, Y: a.tabs.Y + 10, W: a.tabs.W - 28, H: a.tabs.H - 14}
	selected := "tab/cluster"
	if s.tab == tabKeys {
		selected = "tab/keys"
	}
	w := c.Tabs(row, selected, ui.Tab{ID: "tab/cluster", Label: "Cluster", Key: "V"}, ui.Tab{ID: "tab/keys", Label: "Keys", Key: "V"})
	s.drawViolation(draw.Rect{X: row.X + w + 10, Y: row.Y, W: row.W - w - 10, H: row.H})
	s.reach("banner/violation", a.tabs)
}

// drawViolation says what was violated, for as long as this run lasts; a toast has the
// same place for a while.
func (s *Shell) drawViolation(r draw.Rect) {
	v := s.view.Verdict.Violations
	if len(v) == 0 || s.alarm || s.toast != nil {
		return
	}
	c := &s.ctx
	label := string(v[0].Property) + ": " + v[0].Text
	r.W = min(r.W, c.BadgeWidth(ui.Badge{Label: label, Icon: draw.IconCross}))
	c.Badge(r, ui.Badge{ID: "banner/violation", Label: label, Icon: draw.IconCross, Color: c.Theme.Danger, Button: true})
}

// reach lets a finger miss what is lower than a finger by as much as its bar is higher.
func (s *Shell) reach(id string, bar draw.Rect) {
	if n := s.tree.Find(id); n != nil && s.ctx.Touch {
		n.Rect.Y, n.Rect.H = bar.Y, bar.H
	}
}

// drawChosen rings the servers that an armed tool works on.
func (s *Shell) drawChosen() {
	for _, id := range s.chosen {
		if p, ok := s.geom.ServerPos(id); ok {
			s.list.DashedCircle(p, s.geom.Radius+10, 0, s.ctx.Theme.Danger, 2, 5, 4)
		}
	}
}

// drawStroke draws the line that is being drawn by hand.
func (s *Shell) drawStroke() {
	if len(s.stroke) < 2 {
		return
	}
	col := s.ctx.Theme.Danger
	s.list.Clip(draw.Rect{X: s.areas.stage.X, Y: s.areas.tabs.Y, W: s.areas.stage.W, H: s.areas.tabs.H + s.areas.stage.H})
	s.list.DashedLine(col, 2.5, 6, 5, s.stroke...)
	if s.lasso {
		s.list.DashedLine(col.Fade(0.5), 1.5, 3, 5, s.stroke[len(s.stroke)-1], s.stroke[0])
	}
	s.list.Clip(draw.Rect{})
}

// drawLower draws logs and timeline.
func (s *Shell) drawLower(f *scene.Frame) {
	a, t := &s.areas, s.ctx.Theme
	if !a.logs.Empty() {
		s.list.Rect(a.logs, 0, t.Panel)
		s.grid = f.Logs(a.logs, scene.LogScroll{Follow: s.logsFollow, First: s.logsFirst, FirstRow: s.logsRow})
		s.logsFirst = s.grid.First
		s.logsRow = min(max(s.logsRow, 0), len(s.view.Servers)-s.grid.Rows)
		if s.logsFirst >= s.grid.MaxFirst() {
			s.logsFollow = true
		}
	}
	if !a.timeline.Empty() {
		s.list.Rect(a.timeline, 0, t.Panel)
		f.Timeline(a.timeline, s.story)
	}
}

// drawLines separates the parts of the window.
func (s *Shell) drawLines() {
	a, col := &s.areas, s.ctx.Theme.Line
	for _, r := range [...]draw.Rect{a.top, a.strip, a.transport} {
		if !r.Empty() {
			s.list.Rect(draw.Rect{X: r.X, Y: r.Y + r.H - 1, W: r.W, H: 1}, 0, col)
		}
	}
	for _, r := range [...]draw.Rect{a.logs, a.timeline, a.narration, a.bar, a.transport} {
		if !r.Empty() {
			s.list.Rect(draw.Rect{X: r.X, Y: r.Y, W: r.W, H: 1}, 0, col)
		}
	}
	if a.narrow {
		if !a.panel.Empty() {
			s.list.Rect(draw.Rect{X: a.panel.X, Y: a.panel.Y, W: a.panel.W, H: 1}, 0, col)
		}
		return
	}
	s.list.Rect(draw.Rect{X: a.panel.X + a.panel.W - 1, Y: a.panel.Y, W: 1, H: a.panel.H}, 0, col)
	s.list.Rect(draw.Rect{X: a.whole.W - a.side, Y: a.top.Y + a.top.H + a.strip.H, W: 1, H: a.card.H + a.inspector.H + a.narration.H}, 0, col)
}

// same reports whether two lists draw the same picture.
func same(a, b *draw.List) bool {
	if len(a.Cmds) != len(b.Cmds) {
		return false
	}
	for i := range a.Cmds {
		p, q := &a.Cmds[i], &b.Cmds[i]
		if *p != *q {
			return false
		}
		if p.Op == draw.OpLine || p.Op == draw.OpPolygon {
			pp, qq := a.Points(p), b.Points(q)
			for j := range pp {
				if pp[j] != qq[j] {
					return false
				}
			}
		}
	}
	return true
}
