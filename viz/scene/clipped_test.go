package scene

import (
	"fmt"
	"strings"
	"testing"

	"raftarium/kv"
	"raftarium/viz/draw"
	"raftarium/viz/ui"
)

// The bars of the cell before the first stand left of it, and are drawn whole.
func TestTheBarLeftOfTheFirstCellIsDrawn(t *testing.T) {
	f := partitionView()
	fr := &Frame{View: &f.v, List: new(draw.List), Tree: new(ui.Tree)}
	commit := f.server(2).Raft.Commit
	g := fr.Logs(draw.Rect{W: 300, H: 213}, LogScroll{First: float32(commit)})
	if g.First != float32(commit) {
		t.Fatalf("the first cell is at %v, want %d", g.First, commit)
	}
	var clip draw.Rect
	bars := 0
	for _, c := range fr.List.Cmds {
		switch {
		case c.Op == draw.OpClip:
			clip = c.Rect
		case c.Op == draw.OpRect && c.Rect.W == 2.5 && c.Rect.X < g.Cells.X && c.Rect.X > g.Cells.X-g.Pitch/2:
			bars++
			if c.Rect.X < clip.X {
				t.Errorf("a bar at %v is cut at %v", c.Rect.X, clip.X)
			}
		}
	}
	if bars == 0 {
		t.Error("no bar was drawn")
	}
}

// What is known of a follower's log stands clear of the row below it.
func TestMarksKeepOffTheRowBelow(t *testing.T) {
	for _, height := range []float32{110, 160, 213, 300} {
		f := partitionView()
		fr := &Frame{View: &f.v, List: new(draw.List), Tree: new(ui.Tree)}
		g := fr.Logs(draw.Rect{W: 1440, H: height}, LogScroll{Follow: true})
		row, marks := g.Cells.H/float32(g.Rows), 0
		for i := range fr.List.Cmds {
			c := &fr.List.Cmds[i]
			if c.Op != draw.OpPolygon && (c.Op != draw.OpLine || c.Width != 1.1) {
				continue
			}
			p := fr.List.Points(c)
			if len(p) < 3 || p[0].Y < g.Cells.Y || p[0].Y > g.Cells.Y+g.Cells.H {
				continue
			}
			marks++
			foot := max(p[0].Y, p[1].Y) + c.Width/2 - g.Cells.Y
			n := float32(int(p[0].Y-g.Cells.Y)/int(row)) + 1
			if left := n*row - foot; left < 0.5 {
				t.Errorf("%v high: a mark ends %v above the next row", height, left)
			}
		}
		if marks == 0 {
			t.Errorf("%v high: no marks", height)
		}
	}
}

// What is written at the servers lies over the messages that pass, and below the discs.
func TestRolesLieBelowTheDiscs(t *testing.T) {
	f := partitionView()
	fr := &Frame{View: &f.v, List: new(draw.List), Tree: new(ui.Tree)}
	fr.Stage(draw.Rect{W: 900, H: 700})
	role, disc := -1, -1
	for i, c := range fr.List.Cmds {
		if c.Op == draw.OpText && c.Text == "follower" {
			role = i
		}
		if c.Op == draw.OpText && c.Text == "S1" && disc < 0 {
			disc = i
		}
	}
	if role < 0 || disc < 0 || role > disc {
		t.Errorf("the last role is command %d, the first server %d", role, disc)
	}
}

func TestLongValuesShowThatTheyAreCut(t *testing.T) {
	op := appendOp("x", strings.Repeat("a", 40))
	var w texts
	if got, want := w.begin().shortOp(&op).end(), "x+=…"+strings.Repeat("a", 12); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := w.begin().op(&op).end(), "append x …"+strings.Repeat("a", 24); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	op = kv.Op{Kind: kv.Put, Key: "y", Value: "short"}
	if got, want := w.begin().shortOp(&op).end(), "y=short"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// Where not all rows have room, the leader's is among those that are shown.
func TestTheLeadersRowIsAlwaysShown(t *testing.T) {
	for _, leader := range []int{1, 2, 12, 25} {
		f := emptyView(25, 3)
		f.lead(leader, 2)
		for top := 0; top <= 25; top++ {
			fr := &Frame{View: &f.v, List: new(draw.List), Tree: new(ui.Tree)}
			g := fr.Logs(draw.Rect{W: 800, H: 200}, LogScroll{FirstRow: top})
			seen := map[string]int{}
			for _, c := range fr.List.Cmds {
				if c.Op == draw.OpText && c.Text[0] == 'S' && c.Center.X < g.Cells.X && c.Center.Y > g.Cells.Y {
					seen[c.Text]++
				}
			}
			if len(seen) != g.Rows || g.Rows >= 25 || seen[fmt.Sprint("S", leader)] != 1 {
				t.Fatalf("S%d leads, from row %d on: of %d rows are shown %v", leader, top, g.Rows, seen)
			}
		}
	}
}
