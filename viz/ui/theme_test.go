package ui

import (
	"fmt"
	"testing"

	"raftarium/raft"
	"raftarium/viz/draw"
)

const readable = 4.5

// textOn finds, for every text of a list, what it lies on, and calls visit with
// both colours. It replays the fills in painting order.
func textOn(l *draw.List, background draw.Color, visit func(c *draw.Cmd, on draw.Color)) {
	type area struct {
		r draw.Rect
		c draw.Color
	}
	var fills []area
	at := func(p draw.Point) draw.Color {
		col := background
		for _, a := range fills {
			if a.r.Contains(p) {
				col = over(a.c, col)
			}
		}
		return col
	}
	for i := range l.Cmds {
		switch c := &l.Cmds[i]; c.Op {
		case draw.OpRect:
			fills = append(fills, area{c.Rect, c.Fill})
		case draw.OpText:
			visit(c, at(c.Center))
		}
	}
}

func TestTextOfEveryWidgetIsReadableOnItsOwnBackground(t *testing.T) {
	for _, theme := range []*Theme{&Dark, &Light} {
		for _, state := range []string{"none", "hover", "pressed", "focus"} {
			for _, ground := range []draw.Color{theme.Background, theme.Panel, theme.Raised} {
				var l draw.List
				var tree Tree
				c := &Context{Theme: theme}
				c.Begin(&l, &tree)
				id := func(s string) string {
					switch state {
					case "hover":
						c.Hover = s
					case "pressed":
						c.Pressed = s
					case "focus":
						c.Focus, c.FocusVisible = s, true
					}
					return s
				}
				drawAll(c, id)
				n := 0
				textOn(&l, ground, func(cmd *draw.Cmd, on draw.Color) {
					n++
					if got := contrast(over(cmd.Fill, on), on); got < readable {
						t.Errorf("%s, %s, on %08x: %q has a contrast of %.2f on %08x, want %.1f", theme.Name, state, uint32(ground), cmd.Text, got, uint32(on), readable)
					}
				})
				if n < 30 {
					t.Fatalf("only %d texts were drawn", n)
				}
			}
		}
	}
}

// drawAll draws each widget in each kind; id is told before each.
func drawAll(c *Context, id func(string) string) {
	y := float32(0)
	row := func() draw.Rect {
		y += 40
		return draw.Rect{X: 10, Y: y, W: 240, H: 32}
	}
	for k := normal; k <= Link; k++ {
		c.Button(row(), Button{ID: id(fmt.Sprint("button/", k)), Label: "Crash", Key: "C", Icon: draw.IconPlay, Kind: k})
		c.Button(row(), Button{ID: id(fmt.Sprint("selected/", k)), Label: "Crash", Key: "C", Kind: k, Selected: true})
		c.Button(row(), Button{ID: id(fmt.Sprint("disabled/", k)), Label: "Crash", Key: "C", Kind: k, Disabled: true})
	}
	c.Slider(row(), Slider{ID: id("slider"), Label: "Loss", Value: "5 %", Max: 100, Now: 5})
	c.Switch(row(), Switch{ID: id("switch"), Label: "Sound", Key: "M", On: true})
	c.Tabs(row(), "tab/a", Tab{ID: id("tab/a"), Label: "Cluster"}, Tab{ID: id("tab/b"), Label: "Keys"})
	c.TextField(row(), TextField{ID: id("field"), Label: "Key", Text: "x"})
	c.TextField(row(), TextField{ID: id("empty"), Label: "Key", Placeholder: "a key", Error: "empty"})
	for _, col := range []draw.Color{0, c.Theme.OK, c.Theme.Danger, c.Theme.Warning, c.Theme.Accent} {
		c.Badge(row(), Badge{ID: id(fmt.Sprint("badge/", col)), Label: "safe", Icon: draw.IconCheck, Color: col, Button: true})
	}
	r := row()
	c.Heading(draw.Point{X: r.X, Y: r.Y}, "Faults")
	bounds := draw.Rect{X: 300, W: 500, H: 700}
	c.Menu(bounds, draw.Point{X: 310, Y: 10}, Menu{ID: "menu", Label: "S2", Items: []MenuItem{
		{ID: id("menu/a"), Label: "Crash", Key: "C"}, {ID: id("menu/b"), Label: "Cut", Danger: true}, {ID: "menu/c", Label: "Off", Disabled: true}}})
	c.Toast(bounds, Toast{ID: "toast", Text: "Cut", Shown: 1, Action: Button{ID: id("undo"), Label: "Undo", Kind: Link}})
	c.Tooltip(bounds, draw.Rect{X: 400, Y: 300, W: 10, H: 10}, "What it does", "T")
}

func TestTextOnEveryTermColourIsReadable(t *testing.T) {
	for _, theme := range []*Theme{&Dark, &Light} {
		for term := range raft.Term(8) {
			col := theme.Term(term + 1)
			if got := contrast(theme.OnTerm, col); got < readable {
				t.Errorf("%s: term %d: contrast %.2f, want %.1f", theme.Name, term+1, got, readable)
			}
		}
		if got := contrast(theme.OnAccent, theme.Accent); got < readable {
			t.Errorf("%s: on the accent: contrast %.2f", theme.Name, got)
		}
	}
}

func TestPaletteIsReadableOnEverySurface(t *testing.T) {
	for _, theme := range []*Theme{&Dark, &Light} {
		for _, on := range []draw.Color{theme.Background, theme.Panel, theme.Raised} {
			for name, col := range map[string]draw.Color{"text": theme.Text, "dim": theme.Dim, "accent": theme.Accent,
				"ok": theme.OK, "danger": theme.Danger, "warning": theme.Warning} {
				if got := contrast(col, on); got < readable {
					t.Errorf("%s: %s on %08x: contrast %.2f", theme.Name, name, uint32(on), got)
				}
			}
		}
	}
}

func TestContrastIsThatOfWCAG(t *testing.T) {
	if got := contrast(draw.RGB(0), draw.RGB(0xffffff)); got < 20.99 || got > 21.01 {
		t.Errorf("black on white = %.3f, want 21", got)
	}
	// #777777 on white is the well-known near miss.
	if got := contrast(draw.RGB(0x777777), draw.RGB(0xffffff)); got < 4.47 || got > 4.49 {
		t.Errorf("#777 on white = %.3f, want 4.48", got)
	}
	if got := over(draw.RGB(0xff0000).Fade(0.5), draw.RGB(0)); got>>24 < 126 || got>>24 > 129 || got&0xff != 0xff {
		t.Errorf("half red on black = %08x", uint32(got))
	}
}
