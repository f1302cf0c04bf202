package shell

import (
	"slices"
	"strconv"
	"strings"

	"raftarium/kv"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
	"raftarium/viz/draw"
	"raftarium/viz/ui"
)

// section is a part of the controls: folded away or not in a wide window, a drawer or
// a part of one in a narrow one.
type section struct {
	id, title string
	drawer    Drawer
	node      string // of its heading
	draw      func(*Shell, *column)
}

// sections are in the order of the panel.
var sections = [...]section{
	{"faults", "Faults", drawerFaults, "fold/faults", (*Shell).faults},
	{"network", "Network", drawerNetwork, "fold/network", (*Shell).network},
	{"clients", "Cluster and clients", drawerClients, "fold/clients", (*Shell).clients},
	{"run", "Run", drawerMore, "fold/run", (*Shell).more},
	{"settings", "More settings", drawerMore, "fold/settings", (*Shell).moreSettings},
}

// fold folds a section of the controls away, or unfolds it.
type fold struct{ Section string }

func (i fold) apply(m *model) {
	folded := !m.settings.folded(i.Section, m.tight)
	m.settings.fold(i.Section, folded)
	m.remember()
	if !folded {
		m.unfolded = i.Section // what comes into being below the window's edge is scrolled to
	}
}

// folded says whether a section is folded away: as it was left, or, if nobody touched
// it, so that what is used most has room.
func (s *Settings) folded(id string, tight bool) bool {
	for word := range strings.FieldsSeq(s.Folds) {
		if word[1:] == id {
			return word[0] == '-'
		}
	}
	return id == "settings" || id == "network" && tight
}

func (s *Settings) fold(id string, folded bool) {
	words := slices.DeleteFunc(strings.Fields(s.Folds), func(w string) bool { return w[1:] == id })
	sign := "+"
	if folded {
		sign = "-"
	}
	s.Folds = strings.Join(append(words, sign+id), " ")
}

// foldsOnly keeps the words that say something.
func foldsOnly(folds string) string {
	return strings.Join(slices.DeleteFunc(strings.Fields(folds), func(w string) bool {
		return len(w) < 2 || w[0] != '-' && w[0] != '+'
	}), " ")
}

// column lays controls out below each other.
type column struct {
	s           *Shell
	x, y, w     float32
	button, row float32 // heights
	gap         float32
	uses        uses
}

// uses is how many of each kind a column holds, from which it follows how high it is.
type uses struct{ buttons, rows, headings, gaps int }

// density is how close together controls stand.
type density struct{ button, row, gap float32 }

// densities are those of a panel that fingers need not hit, from roomy to tight.
var densities = [...]density{{32, 24, 6}, {30, 22, 5}, {28, 21, 4}, {27, 20, 3}, {26, 19, 2}}

const headingHeight = 16

func (u *uses) height(d density) float32 {
	return float32(u.buttons)*(d.button+d.gap) + float32(u.rows)*d.row +
		float32(u.headings)*(headingHeight+2*d.gap) + float32(u.gaps)*d.gap + 16
}

// column starts a column in r, from top on, as close together as it takes for what it
// held last to have room.
func (s *Shell) column(r draw.Rect, top float32) *column {
	d := density{s.ctx.ControlHeight(), s.ctx.RowHeight(), 6}
	if !s.ctx.Touch {
		for _, d = range densities {
			if s.panelUses.height(d) <= r.H {
				break
			}
		}
	}
	return &column{s: s, x: r.X + 12, y: top, w: r.W - 24, button: d.button, row: d.row, gap: d.gap}
}

// heading writes the heading of a section. In a wide window it folds the section, and
// reports whether that is open.
func (c *column) heading(sec *section) (open bool) {
	s := c.s
	c.y += c.gap
	c.uses.headings++
	at := draw.Point{X: c.x, Y: c.y + headingHeight/2}
	open = s.areas.narrow || !s.settings.folded(sec.id, s.tight)
	if !s.areas.narrow {
		icon, value := draw.IconChevronDown, "open"
		if !open {
			icon, value = draw.IconChevronRight, "folded"
		}
		more := min(c.gap, 3)
		r := draw.Rect{X: c.x - 6, Y: c.y - more, W: c.w + 12, H: headingHeight + 2*more}
		s.ctx.FoldHeading(r, at, ui.Button{ID: sec.node, Label: sec.title, Value: value, Icon: icon, Selected: open})
	} else {
		s.ctx.Heading(at, sec.title)
	}
	c.y += headingHeight + c.gap
	return open
}

// buttons puts buttons side by side, of the same width.
func (c *column) buttons(list ...ui.Button) {
	const between = 6
	w := (c.w - between*float32(len(list)-1)) / float32(len(list))
	for i, b := range list {
		c.s.ctx.Button(draw.Rect{X: c.x + float32(i)*(w+between), Y: c.y, W: w, H: c.button}, b)
	}
	c.y += c.button + c.gap
	c.uses.buttons++
}

// choices puts buttons side by side, each as wide as what it says, and shares the
// rest among them.
func (c *column) choices(list ...ui.Button) {
	const between = 6
	spare := c.w - between*float32(len(list)-1)
	for i := range list {
		spare -= c.s.ctx.ButtonWidth(list[i])
	}
	x := c.x
	for i := range list {
		w := c.s.ctx.ButtonWidth(list[i]) + spare/float32(len(list))
		c.s.ctx.Button(draw.Rect{X: x, Y: c.y, W: w, H: c.button}, list[i])
		x += w + between
	}
	c.y += c.button + c.gap
	c.uses.buttons++
}

func (c *column) sliders(ids ...string) {
	for _, id := range ids {
		c.slider(id)
	}
	c.y += c.gap
	c.uses.gaps++
}

func (c *column) slider(id string) {
	sl := slider(id)
	v := sl.now(&c.s.model)
	if h := c.s.held; h != nil && h.id == id {
		v = h.value
	}
	c.s.ctx.Slider(draw.Rect{X: c.x, Y: c.y, W: c.w, H: c.row}, ui.Slider{
		ID: sl.node, Label: sl.Label, Value: sl.text(v),
		Min: 0, Max: float64(len(sl.stops) - 1), Now: sl.place(v), LabelWidth: c.s.ctx.Size(68), ValueWidth: c.s.ctx.Size(60),
	})
	c.y += c.row
	c.uses.rows++
}

// tightBelow is how high the panel of a wide window is at least before buttons stand in
// threes and the sliders of the network are folded away.
const tightBelow = 620

// drawSections draws the controls of a wide window, or those of the open drawer.
func (s *Shell) drawSections(r draw.Rect) {
	s.tight = !s.areas.narrow && r.H < tightBelow
	var end uses
	before := s.panelHeight
	most := s.ctx.ScrollContent(r, s.panelHeight, s.panelScroll, func(top float32) {
		col := s.column(r, top+4)
		start := col.y
		for i := range sections {
			sec := &sections[i]
			if s.areas.narrow && s.drawer != sec.drawer {
				continue
			}
			from := col.y
			if col.heading(sec) {
				sec.draw(s, col)
			}
			if s.unfolded == sec.id {
				// Of a section that was just unfolded, as much comes into view as has room.
				s.panelScroll = max(s.panelScroll, min(col.y-top-r.H+12, from-top))
				s.unfolded, s.dirty = "", true
			}
		}
		s.panelHeight = col.y - start + 12
		end = col.uses
	})
	if end != s.panelUses || s.panelHeight != before { // what is there now may have to stand closer together, or may stand wider
		s.panelUses, s.dirty = end, true
	}
	if s.unfolded == "" && !s.dirty {
		s.panelScroll = min(max(s.panelScroll, 0), most)
	}
}

func (s *Shell) faults(col *column) {
	switch id := s.subject(); {
	case id != raft.None:
		col.note("acts on " + serverName(id))
	case s.ctx.Touch:
		col.note("tap a server")
	default:
		col.note("click a server")
	}
	slice, lasso, oneway := s.button("slice", ""), s.button("lasso", "Lasso"), s.button("oneway", "One way")
	slice.Armed, lasso.Armed, oneway.Armed = s.tool == toolSlice, s.tool == toolLasso, s.tool == toolOneWay
	crash, pause := s.button("crash", "Crash"), s.button("pause", "Pause")
	if v := s.server(s.subject()); v != nil {
		if !v.Up {
			crash.Label, pause.Disabled = "Restart", true
		} else if v.Paused {
			pause.Label = "Resume"
		}
		crash.Value, pause.Value = serverName(v.ID), serverName(v.ID)
	} else {
		crash.Disabled, pause.Disabled = true, true
	}
	isolate, bridge := s.button("isolate", "Isolate"), s.button("bridge", "Bridge")
	isolate.Disabled = len(s.view.Servers) < 2 || s.subject() == raft.None
	bridge.Disabled = len(s.view.Servers) < 3 || s.subject() == raft.None
	drop, timeout := s.button("drop", "Drop"), s.button("timeout", "Time out")
	heal, restart := s.button("heal", "Heal"), s.button("restart", "Restart all")
	heal.Disabled = len(s.view.Network.Cuts) == 0
	restart.Disabled = s.allUp()
	transfer, add := s.button("transfer", "Transfer"), s.button("add", addLabel(&s.model))
	transfer.Disabled = !s.mayLead(s.subject())
	if !s.tight && !s.areas.narrow { // a phone would have to scroll
		slice.Icon = draw.IconSlice
		col.buttons(slice)
		col.buttons(lasso, oneway)
		col.buttons(crash, pause)
		col.buttons(isolate, bridge)
		col.buttons(drop, timeout)
		col.buttons(heal, restart)
		col.buttons(transfer, add)
		return
	}
	slice.Label = "Slice"
	for _, b := range []*ui.Button{&slice, &lasso, &oneway, &crash, &pause, &isolate, &bridge, &drop, &heal} {
		b.Key = "" // there is no room for it
	}
	three := col.choices
	if s.areas.narrow { // which has room for columns
		three = col.buttons
	}
	three(slice, lasso, oneway)
	three(crash, pause, isolate)
	three(bridge, drop, heal)
	col.buttons(timeout, restart)
	col.buttons(transfer, add)
}

// note stands at the right of the heading just written.
func (c *column) note(text string) {
	c.s.ctx.Text(draw.Point{X: c.x + c.w, Y: c.y - c.gap - 8}, text, draw.Sans, ui.SizeSmall, draw.Right, 0, c.s.ctx.Theme.Dim)
}

func (s *Shell) allUp() bool {
	for i := range s.view.Servers {
		if !s.view.Servers[i].Up {
			return false
		}
	}
	return true
}

func (s *Shell) network(col *column) {
	if s.areas.narrow {
		col.sliders("latency", "jitter", "loss", "duplicate", "reorder", "disk")
		return
	}
	col.sliders("latency", "jitter", "loss", "duplicate")
}

func (s *Shell) clients(col *column) {
	none := s.view.Active == 0
	fire := s.button("fire", fireLabel(&s.model))
	fire.Kind, fire.Disabled = ui.Primary, none
	if none {
		fire.Value, fire.Key = noClients, ""
	}
	col.sliders("servers", "clients", "fire")
	col.buttons(fire)
	app, put, get := s.button("append", "Append"), s.button("put", "Put"), s.button("get", "Get")
	app.Disabled, put.Disabled, get.Disabled = none, none, none
	app.Key, put.Key, get.Key = "", "", "" // there is no room for them
	col.choices(app, put, get)
	key := s.button("key", "Key "+s.keyName())
	reads := s.button("reads", readsLabel(s.view.Reads))
	reads.Selected = s.view.Reads != kv.ReadsByLog
	reads.Key, reads.Value = "", "how Gets are answered"
	col.choices(key, reads)
	row := make([]ui.Button, 0, 3)
	for _, w := range [...]script.Workload{script.NoWorkload, script.Appends, script.Mixed} {
		b := ui.Button{ID: "load/" + string(w), Label: loadName(w), Selected: s.view.Load.Workload == w, Disabled: none, Centered: true}
		row = append(row, b)
	}
	col.choices(row...)
}

// fireLabel says how many Appends are fired.
func fireLabel(m *model) string {
	if m.view.Active == 0 {
		return "Fire Appends: no clients"
	}
	return "Fire " + plural(m.firing(), "Append", "Appends")
}

func readsLabel(by kv.Reads) string {
	switch by {
	case kv.ReadsByIndex:
		return "Gets by index"
	case kv.ReadsByLease:
		return "Gets by lease"
	}
	return "Gets by log"
}

func loadName(w script.Workload) string {
	switch w {
	case script.Appends:
		return "Appends"
	case script.Mixed:
		return "Mixed"
	}
	return "No load"
}

func (s *Shell) more(col *column) {
	rules := s.button("rules", "Rules")
	rules.Selected = s.modified()
	col.buttons(rules, s.button("save", "Save"))
	col.buttons(s.button("command", "Action"), s.button("dice", "New seed"))
	if len(s.code.Bugs) > 0 {
		bugs := s.button("bugs", "")
		bugs.Selected = s.view.Bug != ""
		col.buttons(bugs)
	}
	if !s.areas.narrow {
		return
	}
	col.buttons(s.button("seed", "Seed "+strconv.FormatUint(s.view.Seed, 10)), s.button("tour", "Guided tour"))
	col.sliders("speed")
	col.buttons(s.button("theme", "Theme: "+string(s.settings.Theme)), s.button("motion", "Motion: "+string(s.settings.Motion)))
	large := s.button("large", "Large type")
	large.Selected = s.settings.Large
	col.buttons(large)
}

// moreSettings are those that are seldom wanted: what the network's folded drawer of a
// wide window leaves out, and what a run starts with.
func (s *Shell) moreSettings(col *column) {
	if !s.areas.narrow {
		col.sliders("reorder", "disk", "snapshot", "sessions", "window", "uncommitted")
		return
	}
	col.sliders("snapshot", "sessions", "window", "uncommitted")
}
