package shell

import (
	"raftarium/viz/draw"
	"raftarium/viz/scene"
	"raftarium/viz/ui"
)

// handle turns the input of a tick into intents, by the tree of the last layout,
// and applies them.
func (s *Shell) handle(in *ui.Input, t *Tick) {
	for _, f := range t.Files {
		if f.Err != nil {
			s.complain(f.Name+" was not opened", f.Err.Error())
			s.dirty = true
			continue
		}
		s.Apply(Open{f.Name, f.Text})
	}
	s.pointer(in, t.Shift)
	s.keys(in)
}

// pointer handles the mouse or a finger.
func (s *Shell) pointer(in *ui.Input, shift bool) {
	s.point(in)
	if in.Pressed {
		s.press(in, shift)
	}
	if in.Cancelled {
		s.drop()
	} else if in.Dragging {
		s.dragTo(in, shift)
	}
	if in.Menu {
		s.openMenu(in)
	}
	if in.Click {
		s.click(in)
	}
	if in.Released {
		s.pressed, s.drag, s.held, s.dirty = "", noDrag, nil, true
	}
	if in.Wheel != (draw.Point{}) {
		s.wheel(in)
	}
}

// point finds out what is under the pointer.
func (s *Shell) point(in *ui.Input) {
	id, over := "", scene.Thing{}
	if in.Over && (!in.Touch || in.Down) {
		if n := s.tree.At(in.Pointer); n != nil {
			id = n.ID
			over = scene.ParseThing(id)
		}
	}
	if in.Touch {
		over = scene.Thing{}
	}
	s.ctx.Pointer = in.Pointer
	if id != s.under || over != s.hover {
		s.under, s.hover, s.dirty = id, over, true
	}
}

// press begins a press on what is under it.
func (s *Shell) press(in *ui.Input, shift bool) {
	s.dirty, s.visible = true, false
	s.drag = noDrag
	n := s.tree.At(in.Start)
	if n == nil {
		s.pressed = ""
	} else {
		s.pressed = n.ID
		if n.Role == ui.RoleSlider && !n.Disabled {
			s.drag = dragSlider
			s.slideTo(n, in.Pointer.X)
			return
		}
	}
	control := n != nil && n.Role != ui.RoleImage && n.Role != ui.RoleStatus
	switch {
	case s.dialog != noDialog:
		s.drag, s.dragFrom = dragDialog, s.dialogScroll
	case s.menu != nil:
	case s.areas.panel.Contains(in.Start):
		s.drag, s.dragFrom = dragPanel, s.panelScroll
	case control:
	case s.onStage(in.Start) && s.geom != nil:
		s.drag = dragStroke
		s.lasso = shift || s.tool == toolLasso
		s.stroke = append(s.stroke[:0], in.Start)
	case s.areas.logs.Contains(in.Start):
		s.drag, s.dragFrom = dragLogs, s.grid.First
	}
}

// onStage reports whether p is where a line may be drawn: the stage, and what is
// left of the row of tabs above it.
func (s *Shell) onStage(p draw.Point) bool {
	return s.areas.stage.Contains(p) || s.areas.tabs.Contains(p)
}

// drop ends a press without effect.
func (s *Shell) drop() {
	s.stroke, s.drag, s.pressed, s.held, s.dirty = nil, noDrag, "", nil, true
}

// dragTo moves what is being dragged, and performs it when it ends.
func (s *Shell) dragTo(in *ui.Input, shift bool) {
	s.dirty = true
	switch s.drag {
	case dragSlider:
		if n := s.tree.Find(s.pressed); n != nil {
			s.slideTo(n, in.Pointer.X)
			if in.Released {
				s.slideEnd(n)
			}
		}
	case dragStroke:
		s.lasso = s.lasso || shift
		if last := s.stroke[len(s.stroke)-1]; distance(last, in.Pointer) >= 3 {
			s.stroke = append(s.stroke, in.Pointer)
		}
		if in.Released {
			s.endStroke()
		}
	case dragLogs:
		s.logsFollow = false
		s.logsFirst = s.dragFrom - (in.Pointer.X-in.Start.X)/max(s.grid.Pitch, 1)
	case dragDialog:
		s.dialogScroll = s.dragFrom - (in.Pointer.Y - in.Start.Y)
	case dragPanel:
		s.panelScroll = s.dragFrom - (in.Pointer.Y - in.Start.Y)
	}
	if s.drag != dragSlider {
		s.pressed = ""
	}
}

// endStroke performs the line that was drawn on the stage.
func (s *Shell) endStroke() {
	line, lasso := s.stroke, s.lasso
	s.stroke, s.lasso = nil, false
	if lasso {
		ids := s.geom.Enclosed(line)
		s.tool, s.chosen = noTool, nil
		if a := isolating(ids, len(s.view.Servers)); a != nil {
			s.Apply(act{Action: a})
		} else if len(ids) == 0 {
			s.Apply(Say{"The line encloses no server."})
		} else {
			s.Apply(Say{"All servers are inside: there is nobody to isolate them from."})
		}
		return
	}
	s.tool, s.chosen = noTool, nil
	if i := slicing(s.geom, line, len(s.view.Servers), len(s.view.Network.Cuts) > 0); i != nil {
		s.Apply(i)
	} else {
		s.Apply(Say{"The line crosses no link between servers."})
	}
}

// click presses what was pressed and released in one place.
func (s *Shell) click(in *ui.Input) {
	s.dirty = true
	drag := s.drag
	s.stroke = nil
	n := s.tree.At(in.Start)
	if drag == dragSlider {
		if n != nil {
			s.slideEnd(n)
		}
		return
	}
	switch {
	case n == nil && s.menu != nil:
		s.menu = nil
	case n == nil:
		s.focus = ""
		if s.onStage(in.Start) {
			s.Apply(Select{})
		}
	case n.Disabled:
	default:
		if s.menu != nil && n.Role != ui.RoleMenuItem {
			s.menu = nil
			return
		}
		s.focus = ""
		if n.Role == ui.RoleTextBox {
			s.focus = n.ID
		}
		s.Press(n.ID, in.Double)
	}
}

// openMenu opens the actions of what is under the pointer.
func (s *Shell) openMenu(in *ui.Input) {
	s.drop()
	if s.dialog != noDialog {
		return
	}
	t := scene.Thing{}
	if n := s.tree.At(in.Pointer); n != nil {
		t = scene.ParseThing(n.ID)
		if t.Kind == scene.Nothing && n.Role != ui.RoleImage && n.Role != ui.RoleStatus {
			return
		}
	}
	if t.Kind == scene.Nothing && !s.areas.stage.Contains(in.Pointer) {
		return
	}
	s.Apply(showMenu{menu{Of: t, At: in.Pointer}})
}

// wheel scrolls what is under the pointer.
func (s *Shell) wheel(in *ui.Input) {
	s.dirty = true
	by := in.Wheel.Y
	if by == 0 || in.Wheel.X != 0 {
		by = in.Wheel.X
	}
	switch {
	case s.dialog != noDialog:
		s.dialogScroll += in.Wheel.Y
	case s.areas.panel.Contains(in.Pointer):
		s.panelScroll += in.Wheel.Y
	case s.areas.inspector.Contains(in.Pointer):
		s.inspectTop += in.Wheel.Y
	case s.areas.narration.Contains(in.Pointer):
		s.notesSkip = max(s.notesSkip+rowsOf(in.Wheel.Y, 24), 0)
	case s.areas.logs.Contains(in.Pointer) && in.Wheel.X == 0 && s.grid.Rows < len(s.view.Servers):
		s.logsRow += rowsOf(in.Wheel.Y, 24) // not all servers have room; sideways scrolls the entries
	case s.areas.logs.Contains(in.Pointer):
		s.Apply(scrollLogs{By: rowsOf(by, 20)})
	case s.tab == tabKeys && s.areas.stage.Contains(in.Pointer):
		s.keysFirst += rowsOf(in.Wheel.Y, 24)
	}
}

// rowsOf is how many rows of that height a turn of the wheel scrolls, at least one.
func rowsOf(by, height float32) int {
	n := int(by / height)
	switch {
	case n == 0 && by > 0:
		return 1
	case n == 0 && by < 0:
		return -1
	}
	return n
}

func distance(a, b draw.Point) float32 {
	dx, dy := a.X-b.X, a.Y-b.Y
	return max(dx, -dx) + max(dy, -dy)
}

func atoi(t string) int {
	n := 0
	for _, r := range t {
		if r < '0' || r > '9' || n > 1e6 {
			return -1
		}
		n = n*10 + int(r-'0')
	}
	return n
}
