package browser

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	pagedomain "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// View is how a page is looked at.
type View struct {
	Width, Height int     // in CSS pixels
	Scale         float64 // device pixels to a CSS pixel; 0 is 1
	Touch         bool    // the screen takes fingers
	Light         bool    // the system prefers light
	Calm          bool    // the system prefers less motion
	// Settings is what an earlier visit left behind, as JSON; "" is a first visit.
	Settings string
}

// Visited are the settings of somebody who has taken the tour.
const Visited = `{"tourDone":true}`

// Page is a tab with the program in it. It is used by one goroutine.
type Page struct {
	ctx    context.Context
	limit  time.Duration // see hanging
	close  func()
	scale  float64
	script pagedomain.ScriptIdentifier // what runs before the page's own

	mu       sync.Mutex // guards requests, which the connection's goroutine adds to
	requests []string
}

// Requests are the addresses that the page has asked for so far.
func (p *Page) Requests() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.requests)
}

// atFirstFrame notes when the first frame was drawn, in milliseconds since the
// navigation began.
const atFirstFrame = `(() => {
	let api;
	Object.defineProperty(window, 'raftarium', {
		configurable: true,
		get: () => api,
		set: (v) => { api = v; v.ready.then(() => { window.firstFrameAt = performance.now(); }, () => {}); },
	});
})();`

// hanging is how long the page may take to answer before it counts as one that hangs: no
// single answer takes a fraction of it, but on a machine that does much else.
const hanging = 2 * time.Minute

// soon is the context of a step: without an end a page that hangs would hold up all tests.
func (p *Page) soon() (context.Context, context.CancelFunc) {
	return context.WithTimeout(p.ctx, p.limit)
}

// run performs an action on the page.
func run[T any](p *Page, a chromedp.Action[T]) (T, error) {
	ctx, stop := p.soon()
	defer stop()
	return chromedp.Run(ctx, a)
}

// leaving is how long a tab may take to leave a page.
const leaving = 20 * time.Second

// Open opens an address in a tab of its own and waits until the program is ready.
func (b *Browser) Open(url string, v View) (*Page, error) {
	tab, err := b.take()
	if err != nil {
		return nil, err
	}
	ctx, end := context.WithCancel(tab)
	p := &Page{ctx: ctx, limit: hanging, scale: cmp.Or(v.Scale, 1)}
	p.close = func() {
		// The tab goes on empty; one that cannot, whose program hangs, is not used again.
		soon, stop := context.WithTimeout(ctx, leaving)
		defer stop()
		err := chromedp.Do(soon, chromedp.Navigate("about:blank"))
		if err == nil && p.script != "" {
			_, err = chromedp.Call(soon, pagedomain.RemoveScriptToEvaluateOnNewDocument, pagedomain.RemoveScriptToEvaluateOnNewDocumentParams{Identifier: p.script})
		}
		end()
		if err == nil {
			b.leave(tab)
		}
	}
	err = p.prepare(v)
	if err == nil {
		err = p.Go(url)
	}
	if err != nil {
		p.Close()
		return nil, err
	}
	return p, nil
}

// prepare sets the tab up before it loads anything.
func (p *Page) prepare(v View) error {
	options := []chromedp.EmulateViewportOption{chromedp.EmulateScale(p.scale)}
	if v.Touch {
		options = append(options, chromedp.EmulateMobile, chromedp.EmulateTouch)
	}
	if _, err := run(p, chromedp.EmulateViewport(int64(v.Width), int64(v.Height), options...)); err != nil {
		return err
	}
	scheme, motion := "dark", "no-preference"
	if v.Light {
		scheme = "light"
	}
	if v.Calm {
		motion = "reduce"
	}
	before := atFirstFrame
	if v.Settings != "" {
		text, err := json.Marshal(v.Settings)
		if err != nil {
			return err
		}
		before += `if (localStorage.getItem('raftarium.settings') === null) localStorage.setItem('raftarium.settings', ` + string(text) + `);`
	}
	if err := chromedp.Listen(p.ctx, func(ev any) {
		if r, ok := ev.(*network.EventRequestWillBeSent); ok {
			p.mu.Lock()
			p.requests = append(p.requests, r.Request.URL)
			p.mu.Unlock()
		}
	}); err != nil {
		return err
	}
	_, err := run(p, func(ctx context.Context, tab *chromedp.Target) (v chromedp.Void, err error) {
		if _, err = cdp.Call(ctx, tab, network.Enable, network.EnableParams{}); err != nil {
			return v, err
		}
		if _, err = cdp.Call(ctx, tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: motion},
		}}); err != nil {
			return v, err
		}
		added, err := cdp.Call(ctx, tab, pagedomain.AddScriptToEvaluateOnNewDocument, pagedomain.AddScriptToEvaluateOnNewDocumentParams{Source: before})
		if err == nil {
			p.script = added.Identifier
		}
		return v, err
	})
	return err
}

// Close closes the tab.
func (p *Page) Close() { p.close() }

// Go loads an address and waits until the program is ready.
func (p *Page) Go(url string) error {
	if _, err := run(p, chromedp.Navigate(url)); err != nil {
		return err
	}
	return p.Ready()
}

// Reload loads the page anew and waits until the program is ready.
func (p *Page) Reload() error {
	if _, err := run(p, chromedp.Reload()); err != nil {
		return err
	}
	return p.Ready()
}

// Ready waits until the first frame is drawn, or fails with what the page says.
func (p *Page) Ready() error {
	said, err := Eval[string](p, `raftarium.ready.then(() => '', (e) => e.message || 'it failed')`)
	if err == nil && said != "" {
		err = fmt.Errorf("the page says: %s", said)
	}
	return err
}

// Eval runs JavaScript in the page, waits if it makes a promise, and returns what
// comes out. It gives a page up that hangs.
func Eval[T any](p *Page, js string) (T, error) {
	v, err := run(p, chromedp.Evaluate[T](js, func(e *runtime.EvaluateParams) { e.AwaitPromise = new(true) }))
	if err != nil {
		err = fmt.Errorf("%s: %w", js, err)
	}
	return v, err
}

// Frames lets the page draw n frames.
func (p *Page) Frames(n int) error {
	_, err := Eval[bool](p, fmt.Sprintf(`new Promise((done) => {
		let n = %d;
		const next = () => n-- > 0 ? requestAnimationFrame(next) : done(true);
		next();
	})`, n))
	return err
}

// Shot is a picture of what the tab shows, as PNG.
func (p *Page) Shot() ([]byte, error) { return run(p, chromedp.CaptureScreenshot()) }

// FirstFrame is how long after the start of the navigation the first frame was
// drawn.
func (p *Page) FirstFrame() (time.Duration, error) {
	ms, err := Eval[float64](p, `window.firstFrameAt`)
	return time.Duration(ms * float64(time.Millisecond)), err
}

// State is what window.raftarium.state() says, as far as the tests ask for it.
type State struct {
	Time    float64
	Seed    uint64
	Events  uint64
	Digest  string
	Playing bool
	Speed   string
	Servers []struct {
		ID      int
		Role    string
		Term    uint64
		Commit  uint64
		Applied uint64
		Last    int
		Up      bool
		Paused  bool
	}
	Clients []struct {
		ID        int
		Busy      bool
		Completed int
	}
	Cuts    []struct{ From, To string }
	Without []string
	Verdict struct {
		Safety     bool
		Violations []struct{ Property, Text string }
	}
}

// State reads the state of the run.
func (p *Page) State() (State, error) {
	var s State
	text, err := Eval[string](p, `raftarium.state()`)
	if err == nil {
		err = json.Unmarshal([]byte(text), &s)
	}
	return s, err
}

// Node is a node of the interface as the page mirrors it for screen readers.
type Node struct {
	ID, Role, Label string
	Disabled        bool
	Focused         bool
	// X, Y, W and H are its place in CSS pixels.
	X, Y, W, H float64
}

// nodes reads the mirror, as it is on the screen now.
const nodes = `raftarium.mirror(), JSON.stringify([...document.querySelectorAll('#nodes [data-id]')].map((e) => ({
	id: e.dataset.id, role: e.getAttribute('role') || 'text', label: e.getAttribute('aria-label') || e.textContent,
	disabled: e.getAttribute('aria-disabled') === 'true',
	focused: document.querySelector('canvas').getAttribute('aria-activedescendant') === e.id,
	x: parseFloat(e.style.left) / devicePixelRatio, y: parseFloat(e.style.top) / devicePixelRatio,
	w: parseFloat(e.style.width) / devicePixelRatio, h: parseFloat(e.style.height) / devicePixelRatio,
})))`

// Nodes reads the mirror of the interface.
func (p *Page) Nodes() ([]Node, error) {
	text, err := Eval[string](p, nodes)
	if err != nil {
		return nil, err
	}
	var list []Node
	return list, json.Unmarshal([]byte(text), &list)
}

// Call calls one of window.raftarium's functions that take a line and return an
// error text.
func (p *Page) Call(function, argument string) error {
	text, err := json.Marshal(argument)
	if err != nil {
		return err
	}
	said, err := Eval[string](p, fmt.Sprintf(`raftarium.%s(%s)`, function, text))
	if err == nil && said != "" {
		err = fmt.Errorf("%s(%q): %s", function, argument, said)
	}
	return err
}
