package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"syscall/js"
	"time"

	"github.com/hajimehoshi/ebiten/v2"

	"raftarium/netsim/cluster/script"
	"raftarium/web/link"
)

const (
	// desktop says that there is a window of our own.
	desktop = false
	// hostScales says that Layout is told device pixels already: the page gives the
	// body one CSS pixel for each pixel of the screen (see web/page/loader.js).
	hostScales = true
	// budget is how many events a tick may take.
	budget = 1200
)

// pageHost is the page, as window.raftariumHost offers it. Each of its functions
// may be missing.
type pageHost struct {
	host     js.Value
	restored bool // the address named the run
	ready    bool // the page was told that it is
	told     string
	typing   string // the field that the page was told
	retell   uint64 // the tick in which it is told again
}

func newSurroundings(o *Options) (*pageHost, error) {
	h := &pageHost{host: js.Global().Get("raftariumHost")}
	if o.Scenario != nil {
		return h, nil
	}
	start, err := link.Parse(h.text("hash"))
	h.restored = start != link.Start{}
	if start.Scenario != "" {
		sc, wrong := script.Parse(strings.NewReader(start.Scenario), "the address")
		if wrong == nil {
			wrong = sc.Check(o.Code.Known())
		}
		if wrong != nil {
			return h, errors.Join(err, fmt.Errorf("the address holds a scenario that cannot be opened:\n%w", wrong))
		}
		o.Scenario = sc
	} else if err != nil {
		return h, err // the time may be that of a scenario that is lost
	}
	o.At = start.At
	return h, err
}

// window calls the page what runs in it, where that is not what the page says; the
// canvas covers it already.
func (g *game) window(*Options) {
	const ours = "raftarium"
	if title := g.shell.Title(); title != ours {
		js.Global().Get("document").Set("title", title)
	}
}

// call calls a function of the page, if there is one.
func (h *pageHost) call(name string, args ...any) (js.Value, bool) {
	if h.host.Type() != js.TypeObject {
		return js.Value{}, false
	}
	f := h.host.Get(name)
	if f.Type() != js.TypeFunction {
		return js.Value{}, false
	}
	return f.Invoke(args...), true
}

func (h *pageHost) text(name string, args ...any) string {
	if v, ok := h.call(name, args...); ok && v.Type() == js.TypeString {
		return v.String()
	}
	return ""
}

func (h *pageHost) truth(name string, otherwise bool) bool {
	if v, ok := h.call(name); ok && v.Type() == js.TypeBoolean {
		return v.Bool()
	}
	return otherwise
}

func (h *pageHost) Load(key string) string  { return h.text("load", key) }
func (h *pageHost) Store(key, value string) { h.call("store", key, value) }
func (h *pageHost) Dark() bool              { return h.truth("dark", true) }
func (h *pageHost) ReducedMotion() bool     { return h.truth("reducedMotion", false) }
func (h *pageHost) resumes() bool           { return h.restored }

// Save downloads a file.
func (h *pageHost) Save(name, text string) (string, error) {
	if _, ok := h.call("download", name, text); !ok {
		return "", errors.New("this page cannot download files")
	}
	return name + ", in the downloads", nil
}

// longestAddress bounds the address: what is longer is better saved as a file.
const longestAddress = 32_000

// SetRun puts the run into the address, so that Back and reload keep it. One that is
// too long clears it: a reload must not show another run than this one was.
func (h *pageHost) SetRun(scenario string, at time.Duration) {
	text := link.Start{Scenario: scenario, At: min(at, link.MaxAt)}.Encode()
	if len(text) > longestAddress {
		text = ""
	}
	h.call("setHash", text)
}

// scale is how many device pixels there are to a point, a CSS pixel.
func (h *pageHost) scale() float64 {
	if v, ok := h.call("ratio"); ok && v.Type() == js.TypeNumber && v.Float() > 0 {
		return v.Float()
	}
	return 1
}

// mirrorEvery is how many ticks lie between two versions of the mirror.
const mirrorEvery = 15

func (h *pageHost) ticked(g *game) {
	h.tellTyping(g)
	h.tellReady(g)
	if g.tick%mirrorEvery == 0 && g.painted {
		h.mirror(g)
	}
}

// mirror tells the page what is on the screen.
func (h *pageHost) mirror(g *game) {
	if text := g.shell.Mirror(g.scale); text != h.told {
		h.told = text
		h.call("mirror", text)
	}
}

// picture is never asked for: the shell offers it on a desktop only.
func (h *pageHost) picture(*game, *ebiten.Image) {}

// opened installs what the page, tests and teachers' pages may call, and says that
// the first frame is drawn. JavaScript calls these between two ticks, on the same
// thread.
func (h *pageHost) opened(g *game) {
	api := js.Global().Get("raftarium")
	if api.Type() != js.TypeObject {
		api = js.Global().Get("Object").New()
		js.Global().Set("raftarium", api)
	}
	api.Set("state", js.FuncOf(func(js.Value, []js.Value) any {
		b, err := json.Marshal(g.shell.State())
		if err != nil {
			return "{}" // cannot happen: no field can fail
		}
		return string(b)
	}))
	api.Set("do", js.FuncOf(func(_ js.Value, args []js.Value) any {
		line, ok := argument(args)
		if !ok {
			return "do takes an action line, such as \"heal\""
		}
		return errorText(g.shell.Do(line))
	}))
	api.Set("advance", js.FuncOf(func(_ js.Value, args []js.Value) any {
		if len(args) > 0 && typeOf(args[0]) == js.TypeNumber {
			return errorText(g.shell.AdvanceBy(args[0].Float()))
		}
		text, ok := argument(args)
		if !ok {
			text = written(args)
		}
		return errorText(g.shell.Advance(text))
	}))
	api.Set("press", js.FuncOf(func(_ js.Value, args []js.Value) any {
		id, ok := argument(args)
		return ok && g.shell.Press(id, false)
	}))
	api.Set("mirror", js.FuncOf(func(js.Value, []js.Value) any {
		h.mirror(g)
		return nil
	}))
	h.takeTyping(g)
	h.mirror(g)
	h.call("drawn")
	h.tellReady(g)
}

// tellReady tells the page, once, that it shows the run that was asked for: one that opens
// at a time is on its way there first.
func (h *pageHost) tellReady(g *game) {
	if !h.ready && g.painted && !g.shell.Arriving() {
		h.ready = true
		h.mirror(g)
		h.call("ready")
	}
}

func argument(args []js.Value) (string, bool) {
	if len(args) == 0 || typeOf(args[0]) != js.TypeString {
		return "", false
	}
	return args[0].String(), true
}

// typeOf is the type of what a script gave us. Package js has none for a BigInt and
// panics; to us it is as good as nothing.
func typeOf(v js.Value) (t js.Type) {
	defer func() {
		if recover() != nil {
			t = js.TypeUndefined
		}
	}()
	return v.Type()
}

// written is what a script gave us, as JavaScript writes it; "" for what it cannot write.
func written(args []js.Value) (text string) {
	if len(args) == 0 {
		return ""
	}
	defer func() {
		if recover() != nil { // an object may refuse
			text = ""
		}
	}()
	return js.Global().Get("String").Invoke(args[0]).String()
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
