package app

import (
	"encoding/json"
	"syscall/js"

	"raftarium/viz/draw"
)

// What page and program tell each other about a field, so that a phone shows its
// keyboard: see web/page/field.js.

// retellAfter is how many ticks a tap takes at most until what it opens is laid out. A
// finger that rested asked for a menu and opens nothing: then the page is told so.
const retellAfter = 15

// tellTyping tells the page of the field that is open.
func (h *pageHost) tellTyping(g *game) {
	text := ""
	if t, ok := g.shell.Typing(); ok {
		k := float32(g.scale)
		b, err := json.Marshal(map[string]any{
			"label": t.Label, "mode": t.Mode, "before": t.Before, "after": t.After,
			"rect": [4]float32{t.Rect.X * k, t.Rect.Y * k, t.Rect.W * k, t.Rect.H * k},
		})
		if err == nil { // which cannot be otherwise: no field can fail
			text = string(b)
		}
	}
	if text != h.typing || g.tick == h.retell {
		h.typing = text
		h.call("field", text)
	}
}

// takeTyping installs what the page calls.
func (h *pageHost) takeTyping(g *game) {
	if h.host.Type() != js.TypeObject {
		return
	}
	h.host.Set("textAt", js.FuncOf(func(_ js.Value, args []js.Value) any {
		if len(args) < 2 || typeOf(args[0]) != js.TypeNumber || typeOf(args[1]) != js.TypeNumber {
			return ""
		}
		mode := g.shell.TextAt(draw.Point{X: float32(args[0].Float() / g.zoom), Y: float32(args[1].Float() / g.zoom)})
		if mode != "" {
			h.retell = g.tick + retellAfter
		}
		return mode
	}))
	h.host.Set("typed", js.FuncOf(func(_ js.Value, args []js.Value) any {
		if before, ok := argument(args); ok {
			after, _ := argument(args[1:])
			g.shell.Type(before, after)
		}
		return nil
	}))
	h.host.Set("enter", js.FuncOf(func(js.Value, []js.Value) any {
		g.shell.Enter()
		return nil
	}))
	h.host.Set("leave", js.FuncOf(func(js.Value, []js.Value) any {
		g.shell.Leave()
		return nil
	}))
}
