// Package ui is the kit of the interface: a tree of roles, labels, values and
// rectangles that feeds hit-testing, keyboard focus, tests and the screen-reader
// mirror, and the widgets that write it while they draw.
package ui

import "raftarium/viz/draw"

// Role is what a node is to a user; the names are ARIA's.
type Role string

// The roles in use.
const (
	RoleButton   Role = "button"
	RoleSlider   Role = "slider"
	RoleSwitch   Role = "switch"
	RoleTab      Role = "tab"
	RoleMenu     Role = "menu"
	RoleMenuItem Role = "menuitem"
	RoleTextBox  Role = "textbox"
	RoleImage    Role = "img"    // something on stage: a server, a client, a message, a log cell
	RoleGroup    Role = "group"  // a panel
	RoleText     Role = "text"   // something to be read
	RoleStatus   Role = "status" // something to be read when it changes
	RoleDialog   Role = "dialog"
)

// Node is one thing in the interface.
type Node struct {
	// ID is stable over frames and unique: "button/crash", "server/2",
	// "client/1", "message/812", "cell/3/17", "slider/loss".
	ID    string
	Role  Role
	Label string
	Value string // what it stands at: "5 %", "leader, term 7, commit 17"
	Rect  draw.Rect
	// Focusable nodes are reached by Tab and arrows, in the order of the tree.
	Focusable bool
	Disabled  bool
	Selected  bool // pressed, checked or chosen
	// Min, Max and Now are a slider's.
	Min, Max, Now float64
	// Key is the keyboard shortcut, "" if none.
	Key string
}

// Tree is what is on the screen, in reading order; later nodes lie on top.
type Tree struct{ Nodes []Node }

// Reset empties the tree and keeps its memory.
func (t *Tree) Reset() { t.Nodes = t.Nodes[:0] }

// Add appends a node and returns it, to be filled further before the next Add.
func (t *Tree) Add(n Node) *Node {
	t.Nodes = append(t.Nodes, n)
	return &t.Nodes[len(t.Nodes)-1]
}

// At returns the topmost node at p that is no group and no text, or nil.
func (t *Tree) At(p draw.Point) *Node {
	for i := len(t.Nodes) - 1; i >= 0; i-- {
		n := &t.Nodes[i]
		if n.Role != RoleGroup && n.Role != RoleText && n.Rect.Contains(p) {
			return n
		}
	}
	return nil
}

// Find returns the node of that ID, or nil.
func (t *Tree) Find(id string) *Node {
	for i := range t.Nodes {
		if t.Nodes[i].ID == id {
			return &t.Nodes[i]
		}
	}
	return nil
}
