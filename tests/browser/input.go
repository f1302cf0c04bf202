package browser

import (
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// settle is how many frames the page draws between the parts of a gesture, so that
// the program sees each of them.
const settle = 2

// do performs a step and lets the page see it.
func (p *Page) do(a chromedp.Action[chromedp.Void]) error {
	if _, err := run(p, a); err != nil {
		return err
	}
	return p.Frames(settle)
}

// Key types keys, one after another.
func (p *Page) Key(keys ...string) error {
	for _, k := range keys {
		if err := p.do(chromedp.KeyEvent(k)); err != nil {
			return err
		}
	}
	return nil
}

// Click presses and lets go of the mouse.
func (p *Page) Click(x, y float64) error {
	if err := p.do(chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, x, y)); err != nil {
		return err
	}
	return p.do(chromedp.MouseClickXY(x, y))
}

// DoubleClick clicks twice, fast enough to be one gesture.
func (p *Page) DoubleClick(x, y float64) error {
	if err := p.do(chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, x, y)); err != nil {
		return err
	}
	if _, err := run(p, chromedp.MouseClickXY(x, y)); err != nil {
		return err
	}
	// Both within one frame would be one click, and too many frames two.
	if err := p.Frames(1); err != nil {
		return err
	}
	return p.do(chromedp.MouseClickXY(x, y, chromedp.ClickCount(2)))
}

// RightClick presses the other button.
func (p *Page) RightClick(x, y float64) error {
	if err := p.do(chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, x, y)); err != nil {
		return err
	}
	return p.do(chromedp.MouseClickXY(x, y, chromedp.ButtonRight))
}

// Drag drags the mouse from one place to another.
func (p *Page) Drag(x1, y1, x2, y2 float64) error {
	steps := []chromedp.Action[chromedp.Void]{
		chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, x1, y1),
		chromedp.MouseEvent(input.DispatchMouseEventTypeMousePressed, x1, y1, chromedp.ButtonLeft, chromedp.ClickCount(1)),
	}
	const parts = 4
	for i := 1; i <= parts; i++ {
		f := float64(i) / parts
		steps = append(steps, chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, x1+(x2-x1)*f, y1+(y2-y1)*f, chromedp.ButtonLeft))
	}
	steps = append(steps, chromedp.MouseEvent(input.DispatchMouseEventTypeMouseReleased, x2, y2, chromedp.ButtonLeft, chromedp.ClickCount(1)))
	for _, s := range steps {
		if err := p.do(s); err != nil {
			return err
		}
	}
	return nil
}

// QuickTap taps with a finger that is gone before the next frame.
func (p *Page) QuickTap(x, y float64) error {
	ctx, stop := p.soon()
	defer stop()
	point := []*input.TouchPoint{{X: x, Y: y, ID: new(0.0), Force: new(1.0), RadiusX: new(1.0), RadiusY: new(1.0)}}
	for _, e := range []input.DispatchTouchEventParams{
		{Type: input.DispatchTouchEventTypeTouchStart, TouchPoints: point},
		{Type: input.DispatchTouchEventTypeTouchEnd, TouchPoints: []*input.TouchPoint{}},
	} {
		if _, err := chromedp.Call(ctx, input.DispatchTouchEvent, e); err != nil {
			return err
		}
	}
	return p.Frames(settle)
}

// Tap taps with a finger, which rests for some frames, as a finger does.
func (p *Page) Tap(x, y float64) error {
	if err := p.Touch(input.DispatchTouchEventTypeTouchStart, x, y); err != nil {
		return err
	}
	return p.Touch(input.DispatchTouchEventTypeTouchEnd)
}

// Touch puts a finger down, moves it, or with no place lifts it.
func (p *Page) Touch(typ input.DispatchTouchEventType, at ...float64) error {
	ctx, stop := p.soon()
	defer stop()
	points := []*input.TouchPoint{}
	if len(at) == 2 {
		points = append(points, &input.TouchPoint{X: at[0], Y: at[1], ID: new(0.0), Force: new(1.0), RadiusX: new(1.0), RadiusY: new(1.0)})
	}
	if _, err := chromedp.Call(ctx, input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: typ, TouchPoints: points}); err != nil {
		return err
	}
	return p.Frames(settle)
}

// Drop drags a file from outside over the page and lets it go there.
func (p *Page) Drop(x, y float64, path string) error {
	ctx, stop := p.soon()
	defer stop()
	data := &input.DragData{Items: []*input.DragDataItem{}, Files: []string{path}, DragOperationsMask: 1}
	for _, typ := range []input.DispatchDragEventType{
		input.DispatchDragEventTypeDragEnter, input.DispatchDragEventTypeDragOver, input.DispatchDragEventTypeDrop,
	} {
		if _, err := chromedp.Call(ctx, input.DispatchDragEvent, input.DispatchDragEventParams{Type: typ, X: x, Y: y, Data: data}); err != nil {
			return err
		}
		if err := p.Frames(settle); err != nil {
			return err
		}
	}
	return nil
}
