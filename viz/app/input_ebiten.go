package app

import (
	"errors"
	"io/fs"

	"github.com/hajimehoshi/ebiten/v2"
	"github.com/hajimehoshi/ebiten/v2/inpututil"

	"raftarium/viz/app/shell"
	"raftarium/viz/draw"
	"raftarium/viz/ui"
)

// devices reads mouse, touches, keys and dropped files. Nothing else does.
type devices struct {
	touches []ebiten.TouchID
	gone    []ebiten.TouchID
	fingers []ui.Finger
	keys    []ebiten.Key
	named   []ui.Key
	runes   []rune
	quick   quickTaps
}

// Keys repeat after delay ticks, every interval ticks.
const (
	repeatDelay    = 24
	repeatInterval = 4
)

// wheelStep is how many points a notch of the wheel scrolls.
const wheelStep = 48

func (d *devices) read(g *game) shell.Tick {
	var t shell.Tick
	t.Mouse = g.point(ebiten.CursorPosition())
	t.MouseOver = t.Mouse.X >= 0 && t.Mouse.Y >= 0 && t.Mouse.X < g.size().X && t.Mouse.Y < g.size().Y
	t.Left = ebiten.IsMouseButtonPressed(ebiten.MouseButtonLeft)
	t.LeftPressed = inpututil.IsMouseButtonJustPressed(ebiten.MouseButtonLeft)
	t.LeftRelease = inpututil.IsMouseButtonJustReleased(ebiten.MouseButtonLeft)
	t.RightPressed = inpututil.IsMouseButtonJustPressed(ebiten.MouseButtonRight)
	x, y := ebiten.Wheel()
	t.Wheel = draw.Point{X: float32(-x) * wheelStep, Y: float32(-y) * wheelStep}
	t.Shift = ebiten.IsKeyPressed(ebiten.KeyShift)
	d.readTouches(g)
	t.Fingers = d.fingers
	d.readKeys(t.Shift)
	t.Keys, t.Runes = d.named, d.runes
	t.Files = droppedFiles()
	return t
}

// point turns a position as Ebitengine reports it into points.
func (g *game) point(x, y int) draw.Point {
	f := float32(1 / g.zoom)
	if !hostScales {
		f = float32(1 / g.scale)
	}
	return draw.Point{X: float32(x) * f, Y: float32(y) * f}
}

func (d *devices) readTouches(g *game) {
	d.fingers = d.fingers[:0]
	d.gone = inpututil.AppendJustReleasedTouchIDs(d.gone[:0])
	d.touches = ebiten.AppendTouchIDs(d.touches[:0])
	for _, id := range d.touches {
		x, y := ebiten.TouchPosition(id)
		d.fingers = append(d.fingers, ui.Finger{ID: int(id), At: g.point(x, y)})
	}
	for _, id := range d.gone {
		x, y := inpututil.TouchPositionInPreviousTick(id)
		d.fingers = append(d.fingers, ui.Finger{ID: int(id), At: g.point(x, y), End: true})
	}
	d.fingers = d.quick.fingers(d.fingers, float32(g.zoom))
}

func (d *devices) readKeys(shift bool) {
	ctrl := ebiten.IsKeyPressed(ebiten.KeyControl) || ebiten.IsKeyPressed(ebiten.KeyMeta)
	alt := ebiten.IsKeyPressed(ebiten.KeyAlt)
	d.named = d.named[:0]
	d.keys = inpututil.AppendPressedKeys(d.keys[:0])
	for _, k := range d.keys {
		held := inpututil.KeyPressDuration(k)
		repeat := held >= repeatDelay && (held-repeatDelay)%repeatInterval == 0
		if held != 1 && !repeat {
			continue
		}
		if name := keyName(k); name != "" {
			d.named = append(d.named, ui.Key{Name: name, Shift: shift, Ctrl: ctrl, Alt: alt, Repeat: held != 1})
		}
	}
	// A key that went down and up within the tick is no longer pressed.
	for _, k := range inpututil.AppendJustReleasedKeys(d.keys[:0]) {
		if name := keyName(k); name != "" && inpututil.KeyPressDuration(k) == 0 && quick(k) {
			d.named = append(d.named, ui.Key{Name: name, Shift: shift, Ctrl: ctrl, Alt: alt})
		}
	}
	d.runes = ebiten.AppendInputChars(d.runes[:0])
}

// quick reports whether a key that was just released was also just pressed.
func quick(k ebiten.Key) bool { return inpututil.IsKeyJustPressed(k) }

// keyName is the browser's code of a key without "Key" and "Digit", "" for keys
// that only change others.
func keyName(k ebiten.Key) string {
	switch k {
	case ebiten.KeyShift, ebiten.KeyShiftLeft, ebiten.KeyShiftRight, ebiten.KeyControl, ebiten.KeyControlLeft,
		ebiten.KeyControlRight, ebiten.KeyAlt, ebiten.KeyAltLeft, ebiten.KeyAltRight, ebiten.KeyMeta,
		ebiten.KeyMetaLeft, ebiten.KeyMetaRight:
		return ""
	case ebiten.KeyNumpadEnter:
		return "Enter"
	}
	name := k.String()
	if len(name) == 6 && name[:5] == "Digit" {
		return name[5:]
	}
	return name
}

// maxFile bounds what is read of a file that was dropped, in bytes. The parser of
// scenarios has a limit of its own.
const maxFile = 64 << 20

var errTooLarge = errors.New("it is larger than 64 MB: a scenario is a short text")

// droppedFiles reads the files that were dropped in this tick.
func droppedFiles() []shell.File {
	dropped := ebiten.DroppedFiles()
	if dropped == nil {
		return nil
	}
	var files []shell.File
	err := fs.WalkDir(dropped, ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		f := shell.File{Name: e.Name()}
		if info, err := e.Info(); err == nil && info.Size() > maxFile {
			f.Err = errTooLarge
		} else {
			data, err := fs.ReadFile(dropped, path)
			f.Text, f.Err = string(data), err
		}
		files = append(files, f)
		return fs.SkipAll // one run is shown at a time
	})
	if err != nil {
		files = append(files, shell.File{Name: "The file", Err: err})
	}
	return files
}
