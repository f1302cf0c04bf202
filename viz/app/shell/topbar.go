package shell

import (
	"strconv"

	"raftarium/viz/draw"
	"raftarium/viz/scene"
	"raftarium/viz/ui"
)

// frame is what the parts of the scene are drawn with.
type frame = *scene.Frame

// drawTop draws the bar at the top, and the banner of a modified Raft below it.
func (s *Shell) drawTop(f frame) {
	a, c := &s.areas, &s.ctx
	c.List.Rect(a.top, 0, c.Theme.Panel)
	c.Tree.Add(ui.Node{ID: "top", Role: ui.RoleGroup, Label: "Time and verdict", Rect: a.top})
	if a.narrow {
		s.drawTopNarrow(f)
	} else {
		s.drawTopWide(f)
	}
	if !a.strip.Empty() {
		c.List.Rect(a.strip, 0, c.Theme.Panel)
		in := draw.Rect{X: a.strip.X + 10, Y: a.strip.Y + 3, W: a.strip.W - 20, H: a.strip.H - 7}
		if s.view.Bug != "" && !a.aside { // what is to be done stands beside what is said
			if a.narrow {
				in = a.strip.Inset(2)
			}
			c.Button(cutRight(&in, c.ButtonWidth(answerButton)), answerButton)
			in.W -= 6
		}
		f.Modified(in)
	}
}

// answerButton stands beside what says that there is a bug.
var answerButton = ui.Button{ID: "answer/banner", Label: "Answer", Kind: ui.Primary}

// bar places buttons from left to right in a bar.
type bar struct {
	c   *ui.Context
	x   float32
	y   float32
	h   float32
	gap float32 // after each
}

func (b *bar) button(btn ui.Button, width float32) {
	if width == 0 {
		width = b.c.ButtonWidth(btn)
		if btn.IconOnly {
			width = 36
		}
	}
	b.c.Button(draw.Rect{X: b.x, Y: b.y, W: width, H: b.h}, btn)
	b.x += width + b.gap
}

// transport are the buttons of time.
func (s *Shell) transport() (rewind, step, play, skip, slower, faster ui.Button) {
	icon := func(id, label string, i draw.Icon) ui.Button {
		b := s.button(id, label)
		b.Icon, b.IconOnly = i, true
		return b
	}
	rewind = icon("rewind", "", draw.IconRestart)
	step = icon("step", "", draw.IconStep)
	skip = icon("next", "", draw.IconSkip)
	skip.Selected = s.seek != nil
	slower, faster = icon("slower", "", draw.IconMinus), icon("faster", "", draw.IconPlus)
	slower.Disabled, faster.Disabled = s.settings.Speed == slowest, s.settings.Speed == fastest
	play = s.button("play", "Play")
	play.Kind, play.Icon, play.Centered = ui.Primary, draw.IconPlay, true
	if s.playing {
		play.Label, play.Icon = "Pause", draw.IconPause
	}
	play.Key = "" // Space would leave the label no room, and everybody tries it
	return rewind, step, play, skip, slower, faster
}

const (
	playWidth  = 92
	speedWidth = 56
	// speedLeast is speedWidth where every point counts.
	speedLeast = 50
)

func (s *Shell) drawTopWide(f frame) {
	a, c := &s.areas, &s.ctx
	mid := a.top.Y + a.top.H/2
	x := a.top.X + 16
	room := c.Width(draw.SansBold, ui.SizeTitle, ours) + 16 // for the name, at least

	// The right side first: the centre gives way to it, and the name of the run to both.
	right := a.top.X + a.top.W - 12
	high := float32(32)
	help := ui.Button{ID: "button/keys", Label: "All keys", Centered: true}
	right -= 32
	s.glyphButton(draw.Rect{X: right, Y: mid - high/2, W: 32, H: high}, help, "?")
	right -= 38
	theme := s.button("theme", "Theme: "+string(s.settings.Theme))
	theme.Icon, theme.IconOnly = draw.IconTheme, true
	c.Button(draw.Rect{X: right, Y: mid - high/2, W: 32, H: high}, theme)
	right -= 38
	large := s.button("large", "")
	large.Selected = s.settings.Large
	s.glyphButton(draw.Rect{X: right, Y: mid - high/2, W: 32, H: high}, large, "Aa")
	rewind, step, play, skip, slower, faster := s.transport()
	clock := clockText(s.view.Now.Duration())
	clockW := c.Width(draw.Sans, 18, "00:00.000")
	need := 3*float32(36+6) + playWidth + 6 + 12 + 2*(32+2) + speedWidth + 14 + clockW
	w := min(f.PillWidth(), right-22-need-x-room)
	right -= w + 8
	f.Pill(draw.Rect{X: right, Y: mid - high/2, W: w, H: high})
	right -= 14

	start := (a.top.W - need) / 2
	start = max(min(start, right-need), x+room)
	s.drawRunName(s.drawName(x, start-12, mid), start-14, mid)

	b := bar{c: c, x: start, y: mid - high/2, h: high, gap: 6}
	b.button(rewind, 36)
	b.button(play, playWidth)
	b.button(step, 36)
	b.button(skip, 36)
	b.x += 6
	s.drawSpeed(&b, slower, faster, 32, speedWidth)
	c.Label(draw.Point{X: b.x + 10, Y: mid}, "clock", clock, draw.Sans, 18, draw.Left, c.Theme.Text, false)
}

// drawSpeed draws the speed between the buttons that change it.
func (s *Shell) drawSpeed(b *bar, slower, faster ui.Button, w, speedW float32) {
	c := &s.ctx
	b.button(slower, w)
	b.x += 2 - b.gap
	speed := s.speed().String()
	c.Label(draw.Point{X: b.x + speedW/2, Y: b.y + b.h/2}, "speed", speed, draw.Sans, ui.SizeBody, draw.Center, c.Theme.Text, false)
	b.x += speedW + 2
	b.button(faster, w)
}

// drawRunName says which run this is, as far as there is room.
func (s *Shell) drawRunName(x, end, mid float32) {
	c := &s.ctx
	seed := s.button("seed", "seed "+strconv.FormatUint(s.view.Seed, 10))
	seed.Kind, seed.Key = ui.Quiet, ""
	w := c.ButtonWidth(seed)
	if x+w > end {
		return
	}
	if nw := c.Width(draw.Sans, ui.SizeBody, s.name); x+nw+10+w <= end {
		c.Label(draw.Point{X: x, Y: mid}, "run", s.name, draw.Sans, ui.SizeBody, draw.Left, c.Theme.Dim, false)
		x += nw + 4
	}
	c.Button(draw.Rect{X: x, Y: mid - 16, W: w, H: 32}, seed)
}

// glyphButton is a button whose label is a character for the eye and words for the
// ear.
func (s *Shell) glyphButton(r draw.Rect, b ui.Button, glyph string) {
	b.IconOnly = true
	s.ctx.Button(r, b)
	s.ctx.Text(r.Center(), glyph, draw.SansBold, ui.SizeBody, draw.Center, 0, s.ctx.Theme.Text)
}

func (s *Shell) drawTopNarrow(f frame) {
	a, c := &s.areas, &s.ctx
	mid := a.top.Y + a.top.H/2
	right := a.top.X + a.top.W - 6
	high := min(ui.TouchLeast, a.top.H)
	right -= high
	s.glyphButton(draw.Rect{X: right, Y: mid - high/2, W: high, H: high}, ui.Button{ID: "button/keys", Label: "All actions", Kind: ui.Quiet}, "?")
	if a.aside && s.view.Bug != "" { // the banner is too low for a finger there
		w := c.ButtonWidth(answerButton)
		right -= w + 6
		c.Button(draw.Rect{X: right, Y: mid - 18, W: w, H: 36}, answerButton)
		s.reach(answerButton.ID, a.top)
	}
	clockW := c.Width(draw.Sans, 15, "00:00.000")
	name := c.Width(draw.SansBold, ui.SizeTitle, ours)
	w := min(f.PillWidth(), right-6-a.top.X-12-clockW-10)
	left := a.top.X + 12
	if s.whose != "" { // the verdict gives way, down to its icon
		w = max(min(w, right-6-left-clockW-20-whoseLeast), 34)
		left = s.drawName(left, right-6-w-clockW-20, mid)
	} else if left+name+12+clockW+10+w+6 <= right {
		left = s.drawName(left, right, mid)
	}
	c.Label(draw.Point{X: left, Y: mid}, "clock", clockText(s.view.Now.Duration()), draw.Sans, 15, draw.Left, c.Theme.Text, false)
	f.Pill(draw.Rect{X: right - 6 - w, Y: mid - 16, W: w, H: 32})
	s.reach("verdict", a.top)
}

// drawTransport draws the buttons of time of a narrow window.
func (s *Shell) drawTransport(r draw.Rect) {
	if r.Empty() {
		return
	}
	c := &s.ctx
	c.List.Rect(r, 0, c.Theme.Panel)
	c.Tree.Add(ui.Node{ID: "transport", Role: ui.RoleGroup, Label: "Time", Rect: r})
	rewind, step, play, skip, slower, faster := s.transport()
	high := min(ui.TouchLeast, r.H-8)
	b := bar{c: c, y: r.Y + (r.H-high)/2, h: high, gap: 6}
	w, margin, speedW := float32(ui.TouchLeast), float32(8), float32(speedWidth)
	if r.W < 380 {
		b.gap, margin, speedW = 3, 4, speedLeast
	}
	if r.W < transportLeast {
		w = (r.W - 2*margin - 4*b.gap - 4 - speedW) / 6
	}
	b.x = r.X + margin
	// Five buttons with gaps, the speed between two of them, and the rest is for play.
	rest := r.W - 2*margin - 3*(w+b.gap) - b.gap - (w + 2 + speedW + 2 + w)
	if c.ButtonWidth(play) > rest {
		play.IconOnly = true
	}
	if over := rest - 180; over > 0 { // a tablet: keep the buttons together
		rest -= over
		b.x += over / 2
	}
	b.button(rewind, w)
	b.button(play, max(rest, w))
	b.button(step, w)
	b.button(skip, w)
	s.drawSpeed(&b, slower, faster, w, speedW)
}
