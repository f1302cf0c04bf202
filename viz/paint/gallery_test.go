package paint

import (
	"fmt"
	"image"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/hajimehoshi/ebiten/v2"

	"raftarium/raft"
	"raftarium/viz/draw"
	"raftarium/viz/ui"
)

const galleryW, galleryH = 960, 720

// gallery draws every widget and every shape.
func gallery(theme *ui.Theme, l *draw.List, tree *ui.Tree) {
	c := &ui.Context{Theme: theme, Hover: "button/hover", Pressed: "button/pressed", Focus: "button/focus", FocusVisible: true}
	c.Begin(l, tree)
	l.Rect(draw.Rect{W: galleryW, H: galleryH}, 0, theme.Background)
	galleryBar(c)
	galleryControls(c)
	galleryStage(c)
	galleryLog(c)
	galleryShapes(c)
	galleryOverlays(c)
}

func galleryBar(c *ui.Context) {
	c.Panel(draw.Rect{W: galleryW, H: 48}, "panel/bar", "Controls")
	c.List.Line(c.Theme.Line, 1, draw.Point{Y: 48}, draw.Point{X: galleryW, Y: 48})
	c.Label(draw.Point{X: 16, Y: 24}, "title", "raftarium", draw.SansBold, 16, draw.Left, c.Theme.Text, false)
	x := float32(110)
	for _, b := range []ui.Button{
		{ID: "button/menu", Label: "Free play", Icon: draw.IconChevronDown, IconAfter: true},
		{ID: "button/restart", Label: "Restart", Icon: draw.IconRestart, IconOnly: true},
		{ID: "button/back", Label: "step", Icon: draw.IconBack},
		{ID: "button/play", Label: "Pause", Icon: draw.IconPause, Kind: ui.Primary},
		{ID: "button/step", Label: "step", Icon: draw.IconStep, IconAfter: true},
		{ID: "button/speed", Label: "1/20×"},
	} {
		w := c.ButtonWidth(b)
		c.Button(draw.Rect{X: x, Y: 8, W: w, H: 32}, b)
		x += w + 10
	}
	c.Text(draw.Point{X: x + 10, Y: 24}, "0:12.483", draw.Mono, 18, draw.Left, 0, c.Theme.Text)
	b := ui.Badge{ID: "verdict", Label: "safe · linearizable", Icon: draw.IconCheck, Color: c.Theme.OK}
	w := c.BadgeWidth(b)
	c.Badge(draw.Rect{X: galleryW - 16 - w, Y: 10, W: w, H: 28}, b)
}

func galleryControls(c *ui.Context) {
	c.Panel(draw.Rect{Y: 48, W: 236, H: galleryH - 48}, "panel/faults", "Faults")
	c.List.Line(c.Theme.Line, 1, draw.Point{X: 236, Y: 48}, draw.Point{X: 236, Y: galleryH})
	y := float32(68)
	c.Heading(draw.Point{X: 12, Y: y}, "Faults")
	y += 14
	for _, b := range []ui.Button{
		{ID: "button/slice", Label: "Slice the network", Key: "P", Selected: true},
		{ID: "button/crash", Label: "Crash / restart", Key: "C"},
		{ID: "button/hover", Label: "Hovered", Key: "Z"},
		{ID: "button/pressed", Label: "Pressed", Key: "D"},
		{ID: "button/focus", Label: "Focused", Key: "H"},
		{ID: "button/disabled", Label: "Disabled", Key: "X", Disabled: true},
		{ID: "button/danger", Label: "Cut every link", Key: "K", Kind: ui.Danger},
		{ID: "button/quiet", Label: "Quiet", Key: "Esc", Kind: ui.Quiet},
	} {
		c.Button(draw.Rect{X: 12, Y: y, W: 212, H: 32}, b)
		y += 38
	}
	y += 8
	c.Heading(draw.Point{X: 12, Y: y}, "Network")
	y += 10
	for i, s := range []ui.Slider{
		{ID: "slider/latency", Label: "Latency", Value: "12 ms", Max: 40, Now: 12},
		{ID: "slider/loss", Label: "Loss", Value: "5 %", Max: 100, Now: 5},
		{ID: "slider/dup", Label: "Duplicate", Value: "0 %", Max: 100},
		{ID: "slider/off", Label: "Disabled", Value: "50 %", Max: 100, Now: 50, Disabled: true},
	} {
		c.Slider(draw.Rect{X: 12, Y: y + float32(i)*26, W: 212, H: 24}, s)
	}
	y += 112
	c.Switch(draw.Rect{X: 12, Y: y, W: 212, H: 24}, ui.Switch{ID: "switch/on", Label: "Snapshots", On: true})
	c.Switch(draw.Rect{X: 12, Y: y + 28, W: 212, H: 24}, ui.Switch{ID: "switch/off", Label: "Sound", Key: "M"})
	c.Switch(draw.Rect{X: 12, Y: y + 56, W: 212, H: 24}, ui.Switch{ID: "switch/disabled", Label: "Disabled", Disabled: true})
	y += 90
	c.Button(draw.Rect{X: 12, Y: y, W: 212, H: 32}, ui.Button{ID: "button/fire", Label: "Fire 5 Appends", Key: "A", Kind: ui.Primary})
}

func galleryStage(c *ui.Context) {
	t, l := c.Theme, c.List
	c.Tabs(draw.Rect{X: 250, Y: 58, W: 300, H: 28}, "tab/cluster", ui.Tab{ID: "tab/cluster", Label: "Cluster"}, ui.Tab{ID: "tab/keys", Label: "Keys"})
	s1, s2, s3 := draw.Point{X: 330, Y: 150}, draw.Point{X: 480, Y: 150}, draw.Point{X: 405.5, Y: 260.25}
	for _, p := range [][2]draw.Point{{s1, s2}, {s2, s3}, {s1, s3}} {
		l.DashedLine(t.Line, 1, 3, 4, p[0], p[1])
	}
	for i, p := range []draw.Point{s1, s2, s3} {
		col := t.Term(raft.Term(i + 5))
		fill, ink := t.Panel, t.Text
		if i == 1 {
			fill, ink = col, t.OnTerm
			l.Circle(p, 46, t.Panel, t.Text, 2)
			l.DashedCircle(p, 53, 0, t.Accent, 1.5, 3, 3)
		}
		l.Circle(p, 39, fill, t.Line, 4)
		if i != 1 {
			l.Arc(p, 39, 0, 0.7, col, 4)
		}
		if i == 2 {
			l.DashedCircle(p, 46, 0, col, 3, 9, 6)
		}
		l.Text(draw.Point{X: p.X, Y: p.Y - 8}, fmt.Sprintf("S%d", i+1), draw.SansBold, 18, draw.Center, ink)
		l.Text(draw.Point{X: p.X, Y: p.Y + 12}, fmt.Sprintf("term %d", i+5), draw.Sans, 11, draw.Center, ink)
	}
	draw.Star(l, draw.Point{X: 455, Y: 214}, 6, t.Text)
	l.Text(draw.Point{X: 465, Y: 214}, "leader", draw.Sans, 12, draw.Left, t.Dim)
	l.Line(t.Dim, 1, draw.Point{X: 350, Y: 190}, draw.Point{X: 385, Y: 226})
	draw.ArrowHead(l, draw.Point{X: 365, Y: 206}, draw.Point{X: 1, Y: 1}, 13, t.Term(7))
	l.Circle(draw.Point{X: 404, Y: 150}, 4.5, t.Background, t.Term(7), 2)
	draw.Cross(l, draw.Point{X: 446, Y: 204}, 5, 2, t.Danger)
	var cut []draw.Point
	for i := range 40 {
		f := float64(i) / 39
		cut = append(cut, draw.Point{X: 270 + float32(f)*60 + float32(math.Sin(f*5))*12, Y: 100 + float32(f)*190})
	}
	l.DashedLine(t.Danger, 2, 4, 4, cut...)
	l.RoundArc(draw.Point{X: 290, Y: 270}, 18, 0.1, 0.8, t.Term(2), 6)
	l.DashedArc(draw.Point{X: 290, Y: 270}, 28, 0.1, 0.8, t.Term(3), 2, 5, 3)
}

func galleryLog(c *ui.Context) {
	t, l := c.Theme, c.List
	for row := range 3 {
		y := 330 + float32(row)*34
		l.Text(draw.Point{X: 252, Y: y + 14}, fmt.Sprintf("S%d", row+1), draw.SansBold, 13, draw.Left, t.Text)
		for i := range 8 {
			r := draw.Rect{X: 280 + float32(i)*58, Y: y, W: 56, H: 28}
			col := t.Term(raft.Term(i + 1))
			label := fmt.Sprintf("x+=%d", i)
			switch {
			case i < 4+row:
				l.Rect(r, 4, col)
				l.Text(r.Center(), label, draw.Mono, 11, draw.Center, t.OnTerm)
			default:
				l.DashedBox(r, 4, 0, col, 1.5, 4, 2)
				l.Text(r.Center(), label, draw.Mono, 11, draw.Center, t.Text)
			}
		}
		x := 280 + float32(4+row)*58 - 1
		l.Rect(draw.Rect{X: x, Y: y - 2, W: 2, H: 32}, 0, t.Text)
	}
}

func galleryShapes(c *ui.Context) {
	t, l := c.Theme, c.List
	c.Heading(draw.Point{X: 252, Y: 450}, "Icons and shapes")
	for i := draw.IconPlay; i <= draw.IconTheme; i++ {
		x := 262 + float32((i-1)%11)*42
		y := 474 + float32((i-1)/11)*30
		i.Draw(l, draw.Point{X: x, Y: y}, 12, t.Text)
		i.Draw(l, draw.Point{X: x + 18, Y: y}, 18, t.Accent)
	}
	y := float32(530)
	for i, w := range []float32{0.5, 1, 1.5, 2, 3, 6} {
		f := float32(i) * 24
		l.Line(t.Text, w, draw.Point{X: 256 + f, Y: y}, draw.Point{X: 276 + f, Y: y + 30})
		l.Circle(draw.Point{X: 416 + f*1.2, Y: y + 15}, 10, 0, t.Text, w)
		l.Line(t.Accent, w, draw.Point{X: 256 + f, Y: y + 36}, draw.Point{X: 274 + f, Y: y + 36}, draw.Point{X: 260 + f, Y: y + 52}, draw.Point{X: 274 + f, Y: y + 62})
		l.RoundLine(t.Accent, w, draw.Point{X: 406 + f, Y: y + 36}, draw.Point{X: 424 + f, Y: y + 36}, draw.Point{X: 410 + f, Y: y + 52}, draw.Point{X: 424 + f, Y: y + 62})
	}
	l.DashedLine(t.Text, 3, 10, 6, draw.Point{X: 600, Y: y}, draw.Point{X: 660, Y: y}, draw.Point{X: 660, Y: y + 50}, draw.Point{X: 610, Y: y + 30})
	l.DashedBox(draw.Rect{X: 680, Y: y, W: 60, H: 40}, 0, t.Raised, t.Dim, 2, 6, 4)
	for i := range 8 {
		l.Circle(draw.Point{X: 604 + float32(i)*14.3, Y: y + 60}, 0.5+float32(i)*0.8, t.Term(raft.Term(i+1)), 0, 0)
	}
	old := c.Clip(draw.Rect{X: 256, Y: 604, W: 150, H: 60})
	l.Circle(draw.Point{X: 270, Y: 634}, 40, t.Raised, t.Accent, 4)
	l.DashedBox(draw.Rect{X: 320, Y: 590, W: 120, H: 60}, 10, 0, t.Danger, 2, 6, 4)
	l.Text(draw.Point{X: 404, Y: 604}, "clipped text here", draw.Sans, 18, draw.Right, t.Text)
	c.Unclip(old)
	for i, s := range []float32{9, 10, 11, 12, 13, 14, 16} {
		l.Text(draw.Point{X: 424, Y: 606 + float32(i)*17}, "S4 asks for votes in term 8", draw.Sans, s, draw.Left, t.Text)
		l.Text(draw.Point{X: 662, Y: 606 + float32(i)*17}, "append x 41 → S2", draw.Mono, s, draw.Left, t.Dim)
	}
}

func galleryOverlays(c *ui.Context) {
	all := draw.Rect{X: 236, Y: 48, W: galleryW - 236, H: galleryH - 48}
	c.Hover = "menu/crash"
	c.Menu(all, draw.Point{X: 760, Y: 70}, ui.Menu{ID: "menu", Label: "Server 2", Items: []ui.MenuItem{
		{ID: "menu/crash", Label: "Crash", Key: "C"}, {ID: "menu/pause", Label: "Pause", Key: "Z", Icon: draw.IconPause},
		{ID: "menu/sel", Label: "Follow", Selected: true}, {ID: "menu/cut", Label: "Cut off", Danger: true, Separator: true},
		{ID: "menu/off", Label: "Restart", Disabled: true},
	}})
	c.Tooltip(all, draw.Rect{X: 560, Y: 100, W: 60, H: 30}, "Lets two servers time out together: a split vote", "T")
	c.TextField(draw.Rect{X: 560, Y: 190, W: 180, H: 32}, ui.TextField{ID: "field/a", Label: "Key", Placeholder: "a key"})
	c.Focus = "field/b"
	c.TextField(draw.Rect{X: 560, Y: 230, W: 180, H: 32}, ui.TextField{ID: "field/b", Label: "Value", Text: "41", Caret: 2, Mono: true})
	c.TextField(draw.Rect{X: 560, Y: 270, W: 180, H: 32}, ui.TextField{ID: "field/c", Label: "Value", Text: "x y", Error: "no spaces"})
	c.Scroll(draw.Rect{X: 760, Y: 300, W: 186, H: 110}, ui.ScrollArea{ID: "list", Label: "Events", Offset: 30, Heights: slices.Repeat([]float32{22}, 40)}, func(i int, r draw.Rect) {
		c.Text(draw.Point{X: r.X, Y: r.Y + 11}, fmt.Sprintf("12.%03d", i*37), draw.Mono, 12, draw.Left, 0, c.Theme.Dim)
		c.Text(draw.Point{X: r.X + 56, Y: r.Y + 11}, "S2 sends entries 18–19 to S1", draw.Sans, 12, draw.Left, r.W-60, c.Theme.Text)
	})
	c.Toast(draw.Rect{X: 750, Y: 440, W: 210, H: 280}, ui.Toast{ID: "toast", Text: "Cut S1 from S2", Shown: 1,
		Action: ui.Button{ID: "toast/undo", Label: "Undo", Kind: ui.Link}})
}

// TestGalleryIsPainted paints the gallery in both themes at three scales and
// writes it where RAFTARIUM_GALLERY says.
func TestGalleryIsPainted(t *testing.T) {
	needScreen(t)
	dir := os.Getenv("RAFTARIUM_GALLERY")
	p := NewPainter()
	for _, theme := range []*ui.Theme{&ui.Dark, &ui.Light} {
		for _, scale := range []float64{1, 1.5, 2} {
			var l draw.List
			gallery(theme, &l, &ui.Tree{})
			paintImage(p, &l, 8, 8, scale)
			p.warm(&l)
			img := paintImage(p, &l, int(galleryW*scale), int(galleryH*scale), scale)
			if got := img.RGBAAt(img.Rect.Dx()/2, img.Rect.Dy()-2); got.A != 0xff {
				t.Errorf("%s at %g: the background is not opaque: %v", theme.Name, scale, got)
			}
			if dir == "" {
				continue
			}
			f, err := os.Create(filepath.Join(dir, fmt.Sprintf("gallery-%s-%g.png", theme.Name, scale)))
			if err != nil {
				t.Fatal(err)
			}
			if err := png.Encode(f, img); err != nil {
				t.Fatal(err)
			}
			if err := f.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// warm builds the list until its small shapes are kept as masks.
func (p *Painter) warm(l *draw.List) {
	for range spriteAfter + 1 {
		p.b.build(l, p.scale, device{0, 0, 4000, 4000}, p.atlas)
	}
}

// paintImage paints the list and reads the pixels.
func paintImage(p *Painter, l *draw.List, w, h int, scale float64) *image.RGBA {
	dst := ebiten.NewImage(w, h)
	defer dst.Deallocate()
	p.Paint(dst, l, scale)
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	dst.ReadPixels(img.Pix)
	return img
}
