package scene

import (
	"strings"
	"unicode/utf8"

	"raftarium/netsim/cluster"
	"raftarium/raft"
	"raftarium/viz/draw"
	"raftarium/viz/text"
	"raftarium/viz/ui"
)

// LogScroll says which part of the logs is shown.
type LogScroll struct {
	// Follow keeps the end of the longest log in view.
	Follow bool
	// First is how many cells lie to the left of the view, where Follow is off.
	First float32
	// FirstRow is how many servers lie above the view, where not all have room.
	FirstRow int
}

// LogGrid says how the logs were laid out, for scrolling and dragging.
type LogGrid struct {
	Cells   draw.Rect  // where the cells are, without names and indices
	First   float32    // how many cells lie to the left of Cells
	Columns float32    // how many fit into it
	Pitch   float32    // from one cell to the next
	Last    raft.Index // of the longest log
	Rows    int        // how many servers are shown
}

// MaxFirst is the largest useful LogScroll.First.
func (g *LogGrid) MaxFirst() float32 {
	return max(float32(g.Last)+1-float32(int(g.Columns)), 0)
}

// Logs draws the logs of all servers below each other, aligned by index. What it
// costs depends on the cells that are visible, not on the length of the logs.
func (f *Frame) Logs(area draw.Rect, scroll LogScroll) LogGrid {
	v, th, t := f.View, f.theme(), &f.scratch().texts
	n := len(v.Servers)
	head, foot, pad := f.pt(25), f.pt(20), f.pt(16)
	names := f.pt(92)
	if f.Options.Narrow {
		pad, names = 12, f.pt(44)
	}
	grid := LogGrid{Pitch: f.cellPitch(area.W - 2*pad - names)}
	for i := range v.Servers {
		grid.Last = max(grid.Last, v.Servers[i].Raft.Last())
	}
	f.Tree.Add(ui.Node{ID: "logs", Role: ui.RoleGroup, Label: "Logs", Rect: area})
	if n == 0 || area.Empty() {
		return grid
	}
	legend := draw.Rect{X: area.X + pad + names, W: max(area.W-2*pad-names, 0)}
	if f.Options.Narrow {
		legend.X, legend.W = area.X+pad, max(area.W-2*pad, 0)
	}
	l := logLayout{grid: &grid, leader: f.seer()}
	for lines := f.logLegend(legend, l.leader, false); lines > 1; lines-- { // as many as there is room for
		if more := f.pt(15) * float32(lines-1); area.H-head-foot-more >= float32(n)*f.pt(18) {
			foot += more
			break
		}
	}
	row := (area.H - head - foot) / float32(n)
	if row < f.pt(18) { // rows matter more than the legend
		foot = 0
		row = (area.H - head) / float32(n)
	}
	row = min(max(row, f.pt(13)), f.pt(34))
	high := row - min(max(row*0.24, 2), f.pt(8))
	grid.Rows = min(max(int((area.H-head)/row), 1), n)
	top := min(max(scroll.FirstRow, 0), n-grid.Rows)
	rows := v.Servers[top : top+grid.Rows]
	l.pin(v, top)

	grid.Cells = draw.Rect{X: area.X + pad + names, Y: area.Y + head, W: max(area.W-2*pad-names, 0), H: row * float32(grid.Rows)}
	grid.Columns = grid.Cells.W / grid.Pitch
	grid.First = min(max(scroll.First, 0), grid.MaxFirst())
	if scroll.Follow {
		grid.First = grid.MaxFirst()
	}

	f.List.Clip(area)
	title := "LOGS"
	if grid.Rows < n { // say that there is more to scroll to
		first, last := rows, rows
		switch l.pinned {
		case 0:
			first = rows[1:]
		case len(rows) - 1:
			last = rows[:len(rows)-1]
		}
		title = t.begin().server(first[0].ID).str("–").num(uint64(last[len(last)-1].ID)).str(" / ").num(uint64(n)).end()
	}
	f.head(draw.Point{X: area.X + pad, Y: area.Y + head*0.56}, f.fit(title, draw.SansBold, sizeLabel, names))
	l.row, l.high = row, high
	l.from = raft.Index(grid.First) + 1
	l.to = raft.Index(grid.First+grid.Columns) + 1

	// The bars of the cell before the first stand in the gap at its left.
	f.List.Clip(draw.Rect{X: grid.Cells.X - f.cellGap(), Y: area.Y, W: grid.Cells.W + f.cellGap(), H: area.H})
	if sel := f.Options.Selected; sel.Kind == Cell && sel.Index >= l.from && sel.Index <= l.to {
		f.List.Rect(draw.Rect{X: l.x(sel.Index) - 1, Y: area.Y + head - f.pt(20), W: grid.Pitch, H: grid.Cells.H + f.pt(20)}, 4, th.Raised)
	}
	for i := l.from; i <= min(l.to, grid.Last+1); i++ { // up to where the next entry goes
		at := draw.Point{X: l.x(i) + (grid.Pitch-f.cellGap())/2, Y: area.Y + head*0.56}
		label := t.begin().num(uint64(i)).end()
		if w := f.width(label, draw.Sans, sizeSmall) / 2; at.X-w >= grid.Cells.X && at.X+w <= grid.Cells.X+grid.Cells.W {
			f.text(at, label, draw.Sans, sizeSmall, draw.Center, th.Dim)
		}
	}
	if grid.Last == 0 {
		at := draw.Point{X: grid.Cells.X + f.pt(6), Y: grid.Cells.Y + high/2}
		f.text(at, f.fit("no entries yet: a new leader begins with a no-op", draw.Sans, sizeLabel, grid.Cells.W-f.pt(12)), draw.Sans, sizeLabel, draw.Left, th.Dim)
	}
	for i := range rows {
		f.logRow(&l, l.at(rows, i), grid.Cells.Y+row*float32(i))
	}
	f.List.Clip(area)
	for i := range rows {
		f.logName(l.at(rows, i), draw.Rect{X: area.X + pad, Y: grid.Cells.Y + row*float32(i), W: names, H: high})
	}
	if l.pinned >= 0 { // a line between it and its neighbour, who is none by number
		y := grid.Cells.Y + row*float32(max(l.pinned, 1)) - (row-high)/2
		f.List.Line(th.Line, 1, draw.Point{X: area.X + pad, Y: y}, draw.Point{X: area.X + area.W - pad, Y: y})
	}
	if foot > 0 {
		legend.Y, legend.H = grid.Cells.Y+grid.Cells.H, foot
		f.logLegend(legend, l.leader, true)
	}
	f.List.Clip(draw.Rect{})
	return grid
}

// cellPitch is how far cells lie apart in a row of that width: wider in a wide
// window, where they can say more and are read from further away.
func (f *Frame) cellPitch(w float32) float32 {
	least, most := f.pt(58), f.pt(96)
	if f.Options.Narrow {
		least, most = f.pt(54), f.pt(72)
	}
	return min(max(float32(int(w/14)), least), most) // whole points: edges stay crisp
}

// cellGap is what a row leaves between two cells: the bars of applied and commit
// index stand there, clear of what the cells say.
func (f *Frame) cellGap() float32 {
	if f.Options.Narrow {
		return 5
	}
	return max(float32(int(f.pt(6))), 5)
}

// pin keeps the leader in view where not all rows have room: others are read by what
// it has. It takes the place of the row next to where it would be.
func (l *logLayout) pin(v *cluster.View, top int) {
	l.pinned = -1
	if l.leader == nil || l.grid.Rows < 2 {
		return
	}
	for i := range v.Servers {
		switch {
		case &v.Servers[i] != l.leader:
		case i < top:
			l.pinned = 0
		case i >= top+l.grid.Rows:
			l.pinned = l.grid.Rows - 1
		}
	}
}

// seer is the leader whose view of the others the marks show: of several the one that is
// selected, else the latest.
func (f *Frame) seer() *cluster.ServerView {
	if sel := f.Options.Selected; sel.Kind == Server {
		if s := serverOf(f.View, sel.Server); s != nil && starred(s) {
			return s
		}
	}
	return leaderOf(f.View)
}

// at is whose row is the i-th of those that are shown.
func (l *logLayout) at(rows []cluster.ServerView, i int) *cluster.ServerView {
	if i == l.pinned {
		return l.leader
	}
	return &rows[i]
}

// logLayout is what the rows of a grid share.
type logLayout struct {
	grid      *LogGrid
	row, high float32
	from, to  raft.Index
	leader    *cluster.ServerView
	pinned    int // the row that is the leader's out of its turn, or -1
}

// x is the left edge of the cell of an index.
func (l *logLayout) x(i raft.Index) float32 {
	return l.grid.Cells.X + (float32(i)-1-l.grid.First)*l.grid.Pitch
}

// logName writes the server at the left of its row, and how much of its log is
// committed.
func (f *Frame) logName(s *cluster.ServerView, r draw.Rect) {
	th, t := f.theme(), &f.scratch().texts
	c := th.Text
	if !s.Up {
		c = th.Dim
	}
	size := min(sizeBody, r.H*0.8/f.pt(1))
	y := r.Y + r.H/2
	name := t.begin().server(s.ID).end()
	f.text(draw.Point{X: r.X, Y: y}, name, draw.SansBold, size, draw.Left, c)
	w := f.width(name, draw.SansBold, size)
	if starred(s) {
		star := min(f.pt(5.5), r.H*0.4)
		draw.Star(f.List, draw.Point{X: r.X + w + star + f.pt(4), Y: y}, star, c)
		w += 2*star + f.pt(4)
	}
	line := t.begin().num(uint64(s.Raft.Commit)).str("/").num(uint64(s.Raft.Last())).end()
	if r.H >= f.pt(11) && !f.Options.Narrow && w+f.width(line, draw.Sans, sizeSmall)+f.pt(14) < r.W {
		f.text(draw.Point{X: r.X + r.W - f.pt(8), Y: y}, line, draw.Sans, sizeSmall, draw.Right, th.Dim)
	}
}

// logRow draws the visible cells of one server and the marks in its row.
func (f *Frame) logRow(l *logLayout, s *cluster.ServerView, y float32) {
	th := f.theme()
	last := s.Raft.Last()
	f.logFold(l, s, y)
	for i := max(l.from, s.Raft.FirstIndex()); i <= min(l.to, last); i++ {
		f.logCell(l, s, i, y)
	}
	// What is coming in stands in the same place and says more.
	if last < l.from && last > 0 && s.Raft.Incoming.Index < l.from && l.high >= f.pt(textLeast) {
		t := f.scratch().texts.begin().str("‹ ends at ").num(uint64(last))
		f.text(draw.Point{X: l.grid.Cells.X + f.pt(6), Y: y + l.high/2}, t.end(), draw.Sans, sizeSmall, draw.Left, th.Dim)
	}
	bar := th.Text
	if !s.Up {
		bar = th.Down
	}
	if i := s.Raft.Applied; i > 0 && i+1 >= l.from && i <= l.to && s.Up {
		// The gap is that of cell i: the cell, the thin bar, then the thick one.
		f.List.Rect(draw.Rect{X: l.x(i+1) - f.cellGap() + 0.75, Y: y + 2, W: 1.25, H: l.high - 4}, 0, bar)
	}
	if i := s.Raft.Commit; i > 0 && i+1 >= l.from && i <= l.to {
		f.List.Rect(draw.Rect{X: l.x(i+1) - 2.25, Y: y - min(f.pt(3), l.row-l.high), W: 2.5, H: l.high + 2*min(f.pt(3), l.row-l.high)}, 1, bar)
	}
	if l.leader == nil || l.leader.ID == s.ID {
		return
	}
	for k := range l.leader.Raft.Peers {
		p := &l.leader.Raft.Peers[k]
		if p.ID != s.ID {
			continue
		}
		f.logMark(l, p.Match, y, true)
		f.logMark(l, p.Next, y, false)
	}
}

// logMark stands below the cell up to which the leader knows the follower's log
// (filled), or from which it sends next (hollow).
func (f *Frame) logMark(l *logLayout, i raft.Index, y float32, match bool) {
	if i < l.from || i > l.to {
		return
	}
	// Where rows are close it reaches into its own cell rather than the one below,
	// of which it would seem to speak.
	gap := l.row - l.high
	high := min(f.pt(5.6), max(gap*0.7, 4))
	x, foot := l.x(i)+(l.grid.Pitch-f.cellGap())/2, y+l.high+gap-max(gap*0.25, 1.25)
	wide := high * 0.58
	triangle := [4]draw.Point{{X: x, Y: foot - high}, {X: x + wide, Y: foot}, {X: x - wide, Y: foot}, {X: x, Y: foot - high}}
	if match {
		f.List.Polygon(f.theme().Text, triangle[:3]...)
	} else {
		f.List.Line(f.theme().Text, 1.1, triangle[:]...)
	}
}

func (f *Frame) logCell(l *logLayout, s *cluster.ServerView, i raft.Index, y float32) {
	th, sc := f.theme(), f.scratch()
	e := s.Raft.Entry(i)
	r := draw.Rect{X: l.x(i), Y: y, W: l.grid.Pitch - f.cellGap(), H: l.high}
	color, ink := th.Term(e.Term), th.OnTerm
	radius := min(4, l.high*0.25)
	what := sc.cell(e)
	committed, durable := i <= s.Raft.Commit, i <= s.Durable
	switch {
	case committed && s.Up:
		f.List.Rect(r, radius, color)
	case committed:
		f.List.Box(r, radius, th.Panel.Mix(color, 0.28), th.Panel.Mix(color, 0.5), 1)
		ink = th.Text.Mix(th.Panel, 0.25)
	case s.Up:
		f.List.DashedBox(inset(r, 0.75), radius, th.Panel.Mix(color, 0.07), f.ink(color), 1.5, 4, 3)
		ink = th.Text
	default:
		f.List.DashedBox(inset(r, 0.75), radius, 0, th.Panel.Mix(color, 0.5), 1.25, 4, 3)
		ink = th.Dim
	}
	if !durable {
		f.hatch(inset(r, 2), color.Mix(th.Text, 0.2), committed)
	}
	if l.high >= f.pt(textLeast) {
		size := float32(sizeLabel)
		switch roomy := l.high >= f.pt(24); {
		case l.high < f.pt(12):
			size = cellLeast - 1
		case roomy && l.grid.Pitch >= f.pt(72):
			size = sizeBody
		case roomy && l.grid.Pitch >= f.pt(58):
			size = sizeNote
		}
		for size > cellLeast && f.width(what, draw.Sans, size) > r.W-cellPadding {
			size-- // better small than shortened
		}
		f.text(r.Center(), f.fitCell(what, draw.Sans, size, r.W-cellPadding), draw.Sans, size, draw.Center, ink)
	}
	me := ThingCell(s.ID, i)
	if f.Options.Selected == me || f.Options.Hover == me {
		f.List.Box(inset(r, -1), radius+1, 0, th.Text, 2) // the accent is too like a term
	}
	said := sc.said(saidOf{server: s.ID, index: i, term: e.Term, committed: committed, durable: durable, text: what})
	if said.id == "" {
		t := &sc.kept
		said.id = t.begin().str("cell/").num(uint64(s.ID)).str("/").num(uint64(i)).end()
		said.label = t.begin().str("Entry ").num(uint64(i)).str(" of ").server(s.ID).end()
		if e.Kind == raft.EntryConfig {
			what = t.configWords(e.Data)
		}
		said.value = cellWords(t, what, e.Term, committed, durable)
	}
	f.Tree.Add(ui.Node{
		ID: said.id, Role: ui.RoleImage, Label: said.label, Value: said.value, Rect: r.Intersect(l.grid.Cells), Focusable: true, Selected: f.Options.Selected == me,
	})
}

// cellLeast is the smallest type in a cell that is not low, cellPadding what stays free
// at its sides, and textLeast how high a cell is at least that says something.
const (
	cellLeast   = sizeSmall
	cellPadding = 5
	textLeast   = 9.5
)

// fitCell shortens what a cell says so that it is at most w wide: the value of an
// operation loses its beginning, since values that are appended one after another differ
// at the end.
func (f *Frame) fitCell(s string, font draw.Font, size, w float32) string {
	if f.width(s, font, size) <= w {
		return s
	}
	if op := strings.IndexByte(s, '=') + 1; op > 0 {
		left := w - f.width(s[:op], font, size) - text.Advance(font, f.pt(size), '…')
		at := len(s)
		for at > op {
			_, n := utf8.DecodeLastRuneInString(s[:at])
			if f.width(s[at-n:], font, size) > left {
				break
			}
			at -= n
		}
		if len(s)-at >= 2 { // less says nothing
			return f.scratch().texts.begin().str(s[:op]).str(text.Ellipsis).str(s[at:]).end()
		}
	}
	return f.fitEnds(s, font, size, w)
}

// hatch marks what is not on disk yet.
func (f *Frame) hatch(r draw.Rect, c draw.Color, onFill bool) {
	if onFill {
		c = f.theme().OnTerm
	}
	step := max(f.pt(8), 4)
	for x := r.X - r.H + step/2; x < r.X+r.W; x += step {
		a, b := draw.Point{X: x, Y: r.Y + r.H}, draw.Point{X: x + r.H, Y: r.Y}
		if a.X < r.X {
			a = draw.Point{X: r.X, Y: r.Y + r.H - (r.X - x)}
		}
		if over := b.X - (r.X + r.W); over > 0 {
			b = draw.Point{X: r.X + r.W, Y: r.Y + over}
		}
		f.List.Line(c.Fade(0.3), 1, a, b)
	}
}

func cellWords(t *texts, what string, term raft.Term, committed, durable bool) string {
	t.begin().str(what).str(", term ").num(uint64(term))
	if committed {
		t.str(", committed")
	} else {
		t.str(", not committed")
	}
	if !durable {
		t.str(", not on disk")
	}
	return t.end()
}

// logLegend explains the marks, in as many lines as they need and r has room for.
// It returns how many they need.
func (f *Frame) logLegend(r draw.Rect, seer *cluster.ServerView, paint bool) (lines int) {
	th, k := f.theme(), f.pt(1)
	lines = 1
	x, y := r.X, r.Y+f.pt(11)
	item := func(label string, shape func(p draw.Point)) {
		w := f.width(label, draw.Sans, sizeSmall)
		if x > r.X && x+17*k+w > r.X+r.W {
			x, y, lines = r.X, y+15*k, lines+1
		}
		if paint && y < r.Y+r.H {
			shape(draw.Point{X: x + 6*k, Y: y})
			f.text(draw.Point{X: x + 17*k, Y: y}, label, draw.Sans, sizeSmall, draw.Left, th.Dim)
		}
		x += 33*k + w
	}
	item("committed", func(p draw.Point) {
		f.List.Rect(draw.Rect{X: p.X - 6*k, Y: p.Y - 4*k, W: 12 * k, H: 8 * k}, 2, th.Dim)
	})
	item("not yet", func(p draw.Point) {
		f.List.DashedBox(draw.Rect{X: p.X - 6*k, Y: p.Y - 4*k, W: 12 * k, H: 8 * k}, 2, 0, th.Dim, 1.25, 3, 2)
	})
	item("not on disk", func(p draw.Point) {
		f.hatch(draw.Rect{X: p.X - 6*k, Y: p.Y - 4*k, W: 12 * k, H: 8 * k}, th.Text, false)
	})
	item("commit index", func(p draw.Point) { f.List.Rect(draw.Rect{X: p.X - 1, Y: p.Y - 6*k, W: 2.5, H: 12 * k}, 1, th.Text) })
	item("applied", func(p draw.Point) { f.List.Rect(draw.Rect{X: p.X, Y: p.Y - 5*k, W: 1.25, H: 10 * k}, 0, th.Dim) })
	if seer == nil {
		return lines
	}
	item("match", func(p draw.Point) {
		f.List.Polygon(th.Text, draw.Point{X: p.X, Y: p.Y - 3.5*k}, draw.Point{X: p.X + 4*k, Y: p.Y + 3*k}, draw.Point{X: p.X - 4*k, Y: p.Y + 3*k})
	})
	item(f.scratch().texts.begin().str("next, as ").server(seer.ID).str(" sees it").end(), func(p draw.Point) {
		f.List.Line(th.Text, 1.1, draw.Point{X: p.X, Y: p.Y - 3.5*k}, draw.Point{X: p.X + 4*k, Y: p.Y + 3*k}, draw.Point{X: p.X - 4*k, Y: p.Y + 3*k}, draw.Point{X: p.X, Y: p.Y - 3.5*k})
	})
	return lines
}

// inset is Rect.Inset that may also make larger.
func inset(r draw.Rect, d float32) draw.Rect {
	return draw.Rect{X: r.X + d, Y: r.Y + d, W: r.W - 2*d, H: r.H - 2*d}
}
