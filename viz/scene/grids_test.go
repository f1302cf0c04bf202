package scene

import (
	"fmt"
	"strings"
	"testing"

	"raftarium/kv"
	"raftarium/raft"
	"raftarium/viz/draw"
	"raftarium/viz/text"
	"raftarium/viz/ui"
)

func TestLogGridFollowsAndScrolls(t *testing.T) {
	f := partitionView()
	fr := &Frame{View: &f.v, List: new(draw.List), Tree: new(ui.Tree)}
	area := draw.Rect{W: 700, H: 213}
	g := fr.Logs(area, LogScroll{Follow: true})
	if g.Last != 19 {
		t.Fatalf("last is %d, want 19", g.Last)
	}
	if fr.Tree.Find("cell/2/19") == nil || fr.Tree.Find("cell/2/1") != nil {
		t.Error("following does not show the end only")
	}
	fr.Tree.Reset()
	g = fr.Logs(area, LogScroll{First: 2})
	if fr.Tree.Find("cell/2/3") == nil || fr.Tree.Find("cell/2/2") != nil || g.First != 2 {
		t.Error("scrolled by two cells, the first cell is not 3")
	}
	n := fr.Tree.Find("cell/2/3")
	if n.Rect.X != g.Cells.X {
		t.Errorf("the first cell begins at %v, want %v", n.Rect.X, g.Cells.X)
	}
	g = fr.Logs(area, LogScroll{First: 1e6})
	if g.First != g.MaxFirst() {
		t.Errorf("scrolled too far: %v of %v", g.First, g.MaxFirst())
	}
}

func TestLogCostDoesNotGrowWithTheLog(t *testing.T) {
	f := newFake(5, 0, 0)
	long := make([]raft.Entry, 100_000)
	for i := range long {
		long[i] = raft.Entry{Index: raft.Index(i + 1), Term: 1, Kind: raft.EntryNoOp}
	}
	f.log(1, long, 0)
	fr := &Frame{View: &f.v, List: new(draw.List), Tree: new(ui.Tree)}
	fr.Logs(draw.Rect{W: 1440, H: 213}, LogScroll{Follow: true})
	if n := len(fr.List.Cmds); n > 500 {
		t.Errorf("%d commands for a screen of cells", n)
	}
}

func TestMatchAndNextStandInTheFollowersRow(t *testing.T) {
	f := partitionView()
	fr := &Frame{View: &f.v, List: new(draw.List), Tree: new(ui.Tree)}
	g := fr.Logs(draw.Rect{W: 1440, H: 213}, LogScroll{Follow: true})
	middle := func(i raft.Index) float32 {
		return g.Cells.X + (float32(i)-1-g.First)*g.Pitch + (g.Pitch-fr.cellGap())/2
	}
	row := g.Cells.H / 5
	found := 0
	for i := range fr.List.Cmds {
		c := &fr.List.Cmds[i]
		if c.Op != draw.OpPolygon || c.Fill != ui.Dark.Text {
			continue
		}
		p := fr.List.Points(c)
		if len(p) != 3 {
			continue // a star
		}
		for k, match := range map[int]raft.Index{0: 19, 2: 17, 3: 14, 4: 11} {
			if p[0].X == middle(match) && p[0].Y > g.Cells.Y+row*float32(k) && p[0].Y < g.Cells.Y+row*float32(k+1) {
				found++
			}
		}
	}
	if found != 4 {
		t.Errorf("%d of 4 match marks stand where they should", found)
	}
}

func TestLongValuesShowTheirEndAndLongNamesBothEnds(t *testing.T) {
	fr := &Frame{View: &newFake(1, 0, 0).v, List: new(draw.List), Tree: new(ui.Tree)}
	for _, c := range []struct{ value, want string }{
		{"short", "short"},
		{strings.Repeat("a", 200) + "öz", "öz"},
	} {
		got := fr.valueTail([]byte(c.value), 60)
		if !strings.HasSuffix(got, c.want) || fr.width(got, draw.Sans, sizeNote) > 60 {
			t.Errorf("valueTail(%q) = %q", c.value, got)
		}
		if cut := got != c.value; cut != strings.HasPrefix(got, text.Ellipsis) {
			t.Errorf("valueTail(%q) = %q does not say whether it is whole", c.value, got)
		}
	}
	if got := fr.fitEnds("averylongname41", draw.Sans, sizeNote, 60); !strings.HasSuffix(got, text.Ellipsis+"me41") || got[0] != 'a' || fr.width(got, draw.Sans, sizeNote) > 60 {
		t.Errorf("fitEnds = %q", got)
	}
}

// What is done stays readable: of a value that is too long for its cell the end is
// shown, since it is where values differ, and of a phone's cells none is too narrow for
// what a client writes in the first hour.
func TestCellsKeepTheOperationAndTheEndOfItsValue(t *testing.T) {
	fr := &Frame{View: &newFake(1, 0, 0).v, List: new(draw.List), Tree: new(ui.Tree)}
	for _, c := range []struct {
		op   string
		w    float32
		want string
	}{
		{"x+=3.18", 60, "x+=3.18"},
		{"x+=1.203456", 52, "x+=…456"},
		{"x=a long value", 44, "x=…lue"},
		{"averylongkey+=1.2", 60, "aver…=1.2"},
		{"get averylongname41", 60, "get …me41"},
	} {
		got := fr.fitCell(c.op, draw.Sans, sizeLabel, c.w)
		if got != c.want || fr.width(got, draw.Sans, sizeLabel) > c.w {
			t.Errorf("fitCell(%q, %v) = %q, want %q", c.op, c.w, got, c.want)
		}
	}
	fr.Options.Narrow = true
	for _, op := range []string{"x+=3.18", "x+=9.999", "no-op", "C 3+2"} {
		room := fr.cellPitch(390-2*12-44) - fr.cellGap() - cellPadding
		if w := fr.width(op, draw.Sans, cellLeast); w > room {
			t.Errorf("%q is %v wide, and a phone's cell has room for %v", op, w, room)
		}
	}
}

func TestKeysScrollNoFurtherThanTheirEnd(t *testing.T) {
	f := newFake(3, 0, 0)
	for i := range f.v.Servers {
		for k := range 20 {
			f.v.Servers[i].KV.Keys = append(f.v.Servers[i].KV.Keys, kv.KeyValue{Key: string(rune('a' + k)), Value: []byte("1")})
		}
	}
	fr := &Frame{View: &f.v, List: new(draw.List), Tree: new(ui.Tree)}
	shown, total := fr.Keys(draw.Rect{W: 800, H: 300}, 1000)
	if shown < 5 || total != 20 || fr.Tree.Find("key/t") == nil {
		t.Errorf("%d of %d keys shown at the end", shown, total)
	}
}

func TestKeysMarkDifferences(t *testing.T) {
	f := newFake(3, 0, 0)
	full := log("1:x=1 1:x+=2 1:y=7 1:x+=3")
	f.log(1, full, 4)
	f.log(2, full, 2)
	f.log(3, full, 4)
	f.server(3).KV.Keys[0].Value = []byte("132") // as much applied, and something else
	fr := &Frame{View: &f.v, List: new(draw.List), Tree: new(ui.Tree)}
	shown, total := fr.Keys(draw.Rect{W: 800, H: 300}, 0)
	if shown != 2 || total != 2 {
		t.Fatalf("%d of %d keys shown, want 2 of 2", shown, total)
	}
	wrong, late := 0, 0
	for i := range fr.List.Cmds {
		switch c := &fr.List.Cmds[i]; {
		case c.Op == draw.OpRect && c.Stroke == ui.Dark.Danger:
			wrong++
		case c.Op == draw.OpRect && c.Dash > 0:
			late++
		}
	}
	if wrong != 1 || late != 2 {
		t.Errorf("%d values wrong and %d behind, want 1 and 2", wrong, late)
	}
	if n := fr.Tree.Find("key/x"); n == nil || n.Value != "3 bytes, ends in 123, differs on 2 servers" {
		t.Errorf("node of x: %+v", n)
	}
}

func TestLongValuesKeepTheirEnd(t *testing.T) {
	f := newFake(3, 0, 0)
	long := strings.Repeat("a", 500) + "THE-END"
	for i := range f.v.Servers {
		f.v.Servers[i].KV.Applied = 1
		f.v.Servers[i].KV.Keys = []kv.KeyValue{{Key: "x", Value: []byte(long)}}
	}
	for _, w := range []float32{240, 800} {
		fr := &Frame{View: &f.v, List: new(draw.List), Tree: new(ui.Tree)}
		fr.Keys(draw.Rect{W: w, H: 200}, 0)
		found := false
		for _, p := range textsOf(fr.List) {
			if strings.HasPrefix(p.text, "…") && strings.HasSuffix(p.text, "THE-END") {
				found = true
			}
			if p.rect.X+p.rect.W > w {
				t.Errorf("width %v: %q reaches %v", w, p.text, p.rect.X+p.rect.W)
			}
		}
		if !found {
			t.Errorf("width %v: the end of the value is not shown", w)
		}
	}
}

// What a cell says stands clear of the bars at the commit and the applied index.
func TestTheTextOfACellIsClearOfTheBars(t *testing.T) {
	f := partitionView()
	for _, w := range []float32{390, 728, 1044, 1204, 1684} {
		fr := &Frame{View: &f.v, List: new(draw.List), Tree: new(ui.Tree), Options: Options{Narrow: w < 600}}
		g := fr.Logs(draw.Rect{W: w, H: 216}, LogScroll{Follow: true})
		var said, bars []draw.Rect
		for i := range fr.List.Cmds {
			switch c := &fr.List.Cmds[i]; {
			case c.Op == draw.OpText && c.Align == draw.Center && c.Center.X > g.Cells.X && c.Center.Y > g.Cells.Y && c.Center.Y < g.Cells.Y+g.Cells.H:
				half := text.Width(c.Font, c.Size, c.Text) / 2
				said = append(said, draw.Rect{X: c.Center.X - half, Y: c.Center.Y - c.Size/2, W: 2 * half, H: c.Size})
			case c.Op == draw.OpRect && c.Rect.W < 3 && c.Rect.H > 8 && c.Rect.Y > g.Cells.Y-5 && c.Rect.Y < g.Cells.Y+g.Cells.H:
				bars = append(bars, c.Rect)
			}
		}
		if len(said) < 10 || len(bars) < 5 {
			t.Fatalf("%v wide: %d texts and %d bars", w, len(said), len(bars))
		}
		for _, s := range said {
			for _, b := range bars {
				if !s.Intersect(b).Empty() {
					t.Errorf("%v wide: the text at %v runs under the bar at %v", w, s, b)
				}
			}
		}
	}
}

// Of two leaders the one that is selected is asked what it knows of the others.
func TestLogMarksShowWhatTheSelectedLeaderSees(t *testing.T) {
	f := partitionView()
	f.lead(4, 6)
	f.server(4).Raft.Term = 6
	for _, c := range []struct {
		sel  Thing
		want string
	}{
		{Thing{}, "next, as S2 sees it"},
		{ThingServer(4), "next, as S4 sees it"},
		{ThingServer(1), "next, as S2 sees it"}, // which does not lead
	} {
		fr := &Frame{View: &f.v, List: new(draw.List), Tree: new(ui.Tree), Options: Options{Selected: c.sel}}
		fr.Logs(draw.Rect{W: 1440, H: 213}, LogScroll{Follow: true})
		said := ""
		for _, p := range textsOf(fr.List) {
			if strings.HasPrefix(p.text, "next, as") {
				said = p.text
			}
		}
		if said != c.want {
			t.Errorf("with %q selected: %q, want %q", c.sel.ID(), said, c.want)
		}
	}
}

func TestTheNextIndexCanBeRead(t *testing.T) {
	f := partitionView()
	fr := &Frame{View: &f.v, List: new(draw.List), Tree: new(ui.Tree)}
	g := fr.Logs(draw.Rect{W: 1440, H: 213}, LogScroll{Follow: true})
	for i := range fr.List.Cmds {
		if c := &fr.List.Cmds[i]; c.Op == draw.OpText && c.Text == fmt.Sprint(g.Last+1) && c.Fill != ui.Dark.Dim {
			t.Errorf("the index of the next entry is written in %08x", uint32(c.Fill))
		}
	}
}

func TestLengthsOfValuesStandClearOfTheNextValue(t *testing.T) {
	f := partitionView()
	fr := &Frame{View: &f.v, List: new(draw.List), Tree: new(ui.Tree)}
	fr.Keys(draw.Rect{W: 888, H: 300}, 0)
	for i := range fr.List.Cmds {
		c := &fr.List.Cmds[i]
		if c.Op != draw.OpText || c.Align != draw.Right || !strings.HasSuffix(c.Text, " B") {
			continue
		}
		for k := range fr.List.Cmds {
			o := &fr.List.Cmds[k]
			if o.Op == draw.OpText && o.Align == draw.Left && o.Center.Y == c.Center.Y && o.Center.X > c.Center.X-text.Width(c.Font, c.Size, c.Text) && o.Center.X < c.Center.X+16 {
				t.Errorf("%q ends %v before %q", c.Text, o.Center.X-c.Center.X, o.Text)
			}
		}
	}
}
