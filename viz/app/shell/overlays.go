package shell

import (
	"strconv"
	"strings"
	"time"

	"raftarium/netsim/cluster/check"
	"raftarium/viz/draw"
	"raftarium/viz/scene"
	"raftarium/viz/ui"
)

// clockText writes a virtual time as minutes, seconds and milliseconds.
func clockText(d time.Duration) string {
	ms := int64(d / time.Millisecond)
	var b [24]byte
	out := strconv.AppendInt(b[:0], ms/60_000, 10)
	out = append(out, ':')
	out = appendPadded(out, ms/1000%60, 2)
	out = append(out, '.')
	return string(appendPadded(out, ms%1000, 3))
}

func appendPadded(b []byte, n int64, width int) []byte {
	for p := int64(10); width > 1; width-- {
		if n < p {
			b = append(b, '0')
		}
		p *= 10
	}
	return strconv.AppendInt(b, n, 10)
}

// drawOver draws what lies over everything: toast, menu, tooltip, dialog.
func (s *Shell) drawOver() {
	s.drawToast()
	s.drawTooltip()
	s.drawMenu()
	if s.dialog != noDialog {
		s.drawDialog()
	}
}

// tabsWidth is what the tabs take of their row, with some room to spare.
const tabsWidth = 160

func (s *Shell) drawToast() {
	t := s.toast
	if t == nil {
		return
	}
	c := &s.ctx
	out := ui.Toast{ID: "toast", Text: t.Text, Shown: 1}
	if t.Bad {
		out.Color, out.Icon = c.Theme.Warning, draw.IconWarning
	}
	if len(t.Undo) > 0 || t.swap != nil {
		out.Action = ui.Button{ID: "toast/undo", Label: "Undo", Kind: ui.Link}
	}
	line := t.Line
	if t.Bad || strings.Contains(t.Text, line) {
		line = "" // it is said already
	}
	// Beside the tabs nothing is covered. A phone has little room there: what is long is
	// said in small type, and what is longer still lies over the tabs, which can be missed
	// for a while.
	a := &s.areas
	area := draw.Rect{X: a.tabs.X + tabsWidth, Y: a.tabs.Y, W: a.tabs.W - tabsWidth, H: a.tabs.H + 16}
	if a.narrow {
		area.H = a.tabs.H/2 + toastMiddle
		if n := s.tree.Find("tab/keys"); n != nil {
			area.X = n.Rect.X + n.Rect.W
			area.W = a.tabs.X + a.tabs.W - area.X
		}
		out.More = line
		switch {
		case c.ToastWidth(out) <= area.W-16:
		case c.ToastFits(area.W, out):
			out.Compact = true
		default:
			area.X, area.W, out.Fill = a.tabs.X, min(a.tabs.W, toastMost), true
			out.Compact = c.ToastWidth(out) > area.W-16 && c.ToastFits(area.W, out)
		}
	} else if long := out; line != "" {
		if long.Text += "  \u00b7  " + line; c.ToastWidth(long) < area.W-16 {
			out = long
		} else {
			out.More = line
		}
	}
	c.Toast(area, out)
}

// toastMiddle is how far the room of a toast for fingers reaches below its middle: half
// its height and the margin that it keeps.
const toastMiddle = (ui.TouchLeast+6)/2 + 14

// toastMost is how wide a toast is at most that lies over the tabs.
const toastMost = 520

// drawTooltip tells what a small button or a slider means.
func (s *Shell) drawTooltip() {
	c := &s.ctx
	if c.Touch || s.menu != nil || s.dialog != noDialog || s.pressed != "" {
		return
	}
	kind, id, _ := strings.Cut(s.under, "/")
	n := s.tree.Find(s.under)
	if n == nil {
		return
	}
	if sl := slider(id); kind == "slider" && sl != nil {
		c.Tooltip(s.areas.whole, n.Rect, sl.Label+": "+sl.Help, "")
	}
	// What has a label needs no other.
	if cmd := command(id); kind == "button" && cmd != nil && n.Rect.W <= 40 {
		c.Tooltip(s.areas.whole, n.Rect, n.Label, keyCap(cmd.Key))
	}
}

func (s *Shell) drawMenu() {
	if s.menu == nil {
		return
	}
	c := &s.ctx
	items := s.items(s.menu.Of)
	if len(items) == 0 {
		s.menu = nil
		return
	}
	at := s.menu.At
	if s.menu.Centered {
		at = s.areas.stage.Center()
		if n := s.tree.Find(s.menu.Of.ID()); n != nil {
			at = draw.Point{X: n.Rect.X + n.Rect.W, Y: n.Rect.Y}
		}
	}
	m := ui.Menu{ID: "menu", Label: s.thingName(s.menu.Of)}
	for i := range items {
		key := keyCap(items[i].Key)
		if c.Touch {
			key = ""
		}
		m.Items = append(m.Items, ui.MenuItem{ID: "menu/" + strconv.Itoa(i), Label: items[i].Label, Key: key})
	}
	r := c.Menu(s.areas.whole.Inset(6), at, m)
	// The action line of the entry at hand stands below the menu: that is how the
	// language is learnt.
	for i := range items {
		if id := m.Items[i].ID; items[i].Line != "" && (id == s.under || id == s.focus) {
			c.Tooltip(s.areas.whole, r, items[i].Line, "")
		}
	}
}

// thingName is what people call a thing.
func (s *Shell) thingName(t scene.Thing) string {
	switch t.Kind {
	case scene.Server:
		return serverName(t.Server)
	case scene.Client:
		return "C" + strconv.Itoa(int(t.Client))
	case scene.Message:
		return "Message " + eventName(t.Message)
	case scene.Link:
		return endpointName(t.From) + " \u2192 " + endpointName(t.To)
	case scene.Cell:
		return serverName(t.Server) + ", index " + strconv.FormatUint(uint64(t.Index), 10)
	}
	return "Cluster"
}

func (s *Shell) drawDialog() {
	a := &s.areas
	switch s.dialog {
	case dialogKeys:
		s.drawKeys()
	case dialogRules:
		s.drawRules()
	case dialogBugs:
		s.drawBugs()
	case dialogAnswer:
		s.drawAnswer()
	case dialogSeed:
		s.drawField("Seed", "The number from which all chance is drawn. The same seed gives the same run.", "Start a new run")
	case dialogCommand:
		s.drawField("Type an action", "As in a scenario file: crash leader, partition s1 s2 | s3 s4 s5, latency s1 s2 80ms.", "Do it")
	case dialogMessage:
		c := &s.ctx
		w := min(560, a.whole.W-16)
		h := c.ParagraphHeight(w-36, s.text, draw.Mono, ui.SizeSmall+1)
		in := c.Dialog(a.whole, "dialog", s.titled, w, h+c.ControlHeight()+110)
		foot := cutBottom(&in, c.ControlHeight())
		s.scrolled(in, h, func(top float32) {
			c.Paragraph(draw.Rect{X: in.X, Y: top, W: in.W - 10, H: h}, s.text, draw.Mono, ui.SizeSmall+1, c.Theme.Text)
		})
		c.Tree.Add(ui.Node{ID: "dialog/text", Role: ui.RoleStatus, Label: s.text, Rect: in})
		s.dialogButton(foot, "Close")
	}
}

// scrolled draws content that may be higher than its room, scrolled as the dialog is.
func (s *Shell) scrolled(r draw.Rect, height float32, body func(top float32)) {
	r.H = max(r.H-10, 0)
	most := s.ctx.ScrollContent(r, height, s.dialogScroll, body)
	s.dialogScroll = min(max(s.dialogScroll, 0), most)
}

// dialogButton draws the button that a dialog ends with.
func (s *Shell) dialogButton(foot draw.Rect, label string) {
	c := &s.ctx
	b := ui.Button{ID: "dialog/ok", Label: label, Kind: ui.Primary, Centered: true}
	w := max(c.ButtonWidth(b), 96)
	c.Button(draw.Rect{X: foot.X + foot.W - w, Y: foot.Y, W: w, H: foot.H}, b)
}

func (s *Shell) drawField(title, help, ok string) {
	c := &s.ctx
	w := min(520, s.areas.whole.W-16)
	helpH := c.ParagraphHeight(w-36, help, draw.Sans, ui.SizeBody)
	errH := float32(0)
	if s.field.Error != "" {
		errH = c.ParagraphHeight(w-36, s.field.Error, draw.Sans, ui.SizeBody) + 8
	}
	rise := float32(0.5)
	if c.Touch {
		rise = 0.1 // a phone's keyboard covers the lower part
	}
	in := c.DialogAt(s.areas.whole, rise, "dialog", title, w, helpH+errH+2*c.ControlHeight()+110)
	c.Paragraph(in, help, draw.Sans, ui.SizeBody, c.Theme.Dim)
	y := in.Y + helpH + 8
	if s.focus == "" {
		c.Focus = fieldID
	}
	c.TextField(draw.Rect{X: in.X, Y: y, W: in.W, H: c.ControlHeight()}, ui.TextField{
		ID: fieldID, Label: title, Text: s.field.Text, Caret: s.field.caret(), Mono: true, Error: s.field.Error,
	})
	y += c.ControlHeight() + 8
	if s.field.Error != "" {
		h := c.Paragraph(draw.Rect{X: in.X, Y: y, W: in.W}, s.field.Error, draw.Sans, ui.SizeBody, c.Theme.Danger)
		c.Tree.Add(ui.Node{ID: "dialog/error", Role: ui.RoleStatus, Label: s.field.Error, Rect: draw.Rect{X: in.X, Y: y, W: in.W, H: h}})
	}
	s.dialogButton(cutBottom(&in, c.ControlHeight()), ok)
}

// drawKeys lists all commands with their keys.
func (s *Shell) drawKeys() {
	c := &s.ctx
	a := &s.areas
	row := c.Size(25)
	if c.Touch {
		row = ui.TouchLeast
	}
	columns := 2
	if a.narrow {
		columns = 1
	}
	var rows []*Command
	for i := range commands {
		if cmd := &commands[i]; s.offers(cmd) {
			rows = append(rows, cmd)
		}
	}
	per := keyRows(rows, columns)
	height := float32(per+1) * row
	in := c.Dialog(a.whole, "dialog", "All actions and their keys", 760, height+90)
	s.scrolled(in, height, func(top float32) {
		w := (in.W - 12 - float32(columns-1)*32) / float32(columns)
		x, y, n, group := in.X, top, 0, ""
		for _, cmd := range rows {
			if columns > 1 && x == in.X && (n >= per || cmd.Group != group && n >= per-2) {
				x, y, n, group = in.X+w+32, top, 0, "" // what goes on there has its heading again
			}
			if cmd.Group != group {
				group = cmd.Group
				c.Text(draw.Point{X: x, Y: y + row*0.6}, group, draw.SansBold, ui.SizeBody, draw.Left, w, c.Theme.Accent)
				y += row
				n++
			}
			s.keyRow(draw.Rect{X: x, Y: y, W: w, H: row}, cmd)
			y += row
			n++
		}
		c.Paragraph(draw.Rect{X: x + 4, Y: y + 8, W: w - 4}, "1\u20139 select a server. Tab moves to the panels; there arrows move and Space presses.", draw.Sans, ui.SizeSmall+1, c.Theme.Dim)
	})
}

// keyRows is how many rows a column of the list of keys has: a heading takes one, also
// where a group goes on in the second column, and the line about digits two.
func keyRows(rows []*Command, columns int) int {
	total, group := len(rows)+2+columns-1, ""
	for _, cmd := range rows {
		if cmd.Group != group {
			group = cmd.Group
			total++
		}
	}
	return (total + columns - 1) / columns
}

func (s *Shell) keyRow(r draw.Rect, cmd *Command) {
	c := &s.ctx
	id := "do/" + cmd.ID
	c.Tree.Add(ui.Node{ID: id, Role: ui.RoleMenuItem, Label: cmd.Label, Key: cmd.Key, Rect: r.Intersect(s.areas.whole), Focusable: true})
	if s.under == id || s.focus == id && s.visible {
		c.List.Rect(r, 4, c.Theme.Raised)
	}
	mid := r.Y + r.H/2
	c.Text(draw.Point{X: r.X + 4, Y: mid}, cmd.Label, draw.Sans, ui.SizeBody, draw.Left, r.W-100, c.Theme.Text)
	c.KeyCap(draw.Point{X: r.X + r.W - 4, Y: mid}, keyCap(cmd.Key))
}

// modified says that the code of the run is not all that it should be.
func (m *model) modified() bool { return len(m.view.Without) > 0 || m.view.Bug != "" }

// tellVerdict shows all that the checkers have to say.
type tellVerdict struct{}

func (tellVerdict) apply(m *model) {
	v := &m.view.Verdict
	var b strings.Builder
	word := func(ok bool) string {
		if ok {
			return "yes"
		}
		return "no"
	}
	b.WriteString("Safety: " + word(v.Safety) + "\n")
	if v.Judges(check.ExactlyOnce) {
		b.WriteString("Exactly once: " + word(v.ExactlyOnce) + "\n")
	}
	if v.Judges(check.Linearizability) {
		b.WriteString("Linearizable: " + string(v.Linearizable) + "\n")
	}
	if v.Judges(check.Progress) {
		b.WriteString("Progress: " + string(v.Progress) + "\n")
	}
	if v.Judged != nil {
		b.WriteString("\nJudged here: " + check.List(v.Judged) + ", and the contract. The other properties are not, yet.\n")
	}
	for i := range v.Violations {
		x := &v.Violations[i]
		b.WriteString("\n" + clockText(x.At.Duration()) + "  " + string(x.Property) + "\n" + x.Text + atOdds("\n", &x.Against) + "\n" + scene.Defence(x.Property) + "\n")
	}
	m.complain("What the checkers say", strings.TrimSpace(b.String()))
}
