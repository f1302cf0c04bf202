package ui

import "raftarium/viz/draw"

// Dir is where the keyboard's focus is to go.
type Dir uint8

// The directions. Next and Prev (Tab and Shift+Tab) go to the first node of the
// next or previous panel, within a dialog or menu to the next or previous node.
// The arrows stay in the panel.
const (
	FocusNext Dir = iota
	FocusPrev
	FocusUp
	FocusDown
	FocusLeft
	FocusRight
)

// NextFocus returns the ID that gets the focus after current, which may be "" or
// gone: then it is the first node, or the last for FocusPrev. With nothing to
// focus it returns "". The last dialog or menu in the tree keeps the focus within
// itself.
func NextFocus(t *Tree, current string, dir Dir) string {
	modal := modalOf(t)
	cur, first, last := -1, -1, -1
	for i := range t.Nodes {
		if !focusable(t, i, modal) {
			continue
		}
		if first < 0 {
			first = i
		}
		last = i
		if t.Nodes[i].ID == current {
			cur = i
		}
	}
	switch {
	case first < 0:
		return ""
	case cur < 0 && dir == FocusPrev:
		return t.Nodes[last].ID
	case cur < 0:
		return t.Nodes[first].ID
	}
	if dir == FocusNext || dir == FocusPrev {
		return t.Nodes[tabFrom(t, cur, dir, modal)].ID
	}
	return t.Nodes[arrowFrom(t, cur, dir, modal)].ID
}

// modalOf is the index of the last dialog or menu, or -1.
func modalOf(t *Tree) int {
	for i := len(t.Nodes) - 1; i >= 0; i-- {
		if r := t.Nodes[i].Role; r == RoleDialog || r == RoleMenu {
			return i
		}
	}
	return -1
}

func focusable(t *Tree, i, modal int) bool {
	n := &t.Nodes[i]
	// A dialog's lists are panels of their own, and belong to it.
	return n.Focusable && !n.Disabled && !n.Rect.Empty() && (modal < 0 || i > modal && t.Nodes[modal].Rect.Contains(n.Rect.Center()))
}

// panelOf is the index of the innermost group, dialog or menu before node i that
// holds its middle, or -1.
func panelOf(t *Tree, i int) int {
	at := t.Nodes[i].Rect.Center()
	best := -1
	for j := range i {
		n := &t.Nodes[j]
		if n.Role != RoleGroup && n.Role != RoleDialog && n.Role != RoleMenu || !n.Rect.Contains(at) {
			continue
		}
		if best < 0 || n.Rect.W*n.Rect.H <= t.Nodes[best].Rect.W*t.Nodes[best].Rect.H || n.Role != RoleGroup {
			best = j
		}
	}
	return best
}

// tabFrom goes round the tree until it meets another panel (or, in a dialog or
// menu, another node), and there to the panel's first node.
func tabFrom(t *Tree, cur int, dir Dir, modal int) int {
	n := len(t.Nodes)
	step := 1
	if dir == FocusPrev {
		step = n - 1
	}
	here := panelOf(t, cur)
	for i := (cur + step) % n; i != cur; i = (i + step) % n {
		if !focusable(t, i, modal) {
			continue
		}
		if modal >= 0 {
			return i
		}
		panel := panelOf(t, i)
		if panel == here {
			continue
		}
		for j := range n {
			if focusable(t, j, modal) && panelOf(t, j) == panel {
				return j
			}
		}
	}
	return cur
}

// arrowFrom looks for the nearest node of the same panel, or of the dialog, in the
// direction, and stays where there is none.
func arrowFrom(t *Tree, cur int, dir Dir, modal int) int {
	here := panelOf(t, cur)
	from := t.Nodes[cur].Rect
	best, bestCost := cur, float32(0)
	for i := range t.Nodes {
		if i == cur || !focusable(t, i, modal) || modal < 0 && panelOf(t, i) != here {
			continue
		}
		along, across := distance(from, t.Nodes[i].Rect, dir)
		if along <= 0 {
			continue
		}
		if cost := along + 3*across; best == cur || cost < bestCost {
			best, bestCost = i, cost
		}
	}
	return best
}

// distance is how far b's middle lies from a's in the direction, and how far b
// lies beside the strip that a covers.
func distance(a, b draw.Rect, dir Dir) (along, across float32) {
	p, q := a.Center(), b.Center()
	dx, dy := q.X-p.X, q.Y-p.Y
	gapX := max(a.X-(b.X+b.W), b.X-(a.X+a.W), 0)
	gapY := max(a.Y-(b.Y+b.H), b.Y-(a.Y+a.H), 0)
	switch dir {
	case FocusUp:
		return -dy, gapX
	case FocusDown:
		return dy, gapX
	case FocusLeft:
		return -dx, gapY
	}
	return dx, gapY
}
