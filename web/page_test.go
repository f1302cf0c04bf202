package web

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	pagedomain "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// page is the site around testdata/page, built once for all tests.
var page = sync.OnceValues(func() (*Site, error) {
	return Build(context.Background(), Options{Package: "./web/testdata/page"})
})

// browser returns a context for a tab of its own in a fresh browser.
func browser(t *testing.T, flags ...chromedp.ExecAllocatorOption) context.Context {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a browser; not in short mode")
	}
	found := false
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if _, err := exec.LookPath(name); err == nil {
			found = true
		}
	}
	if !found {
		if os.Getenv("RAFTARIUM_REQUIRE_BROWSER") == "1" {
			t.Fatal("RAFTARIUM_REQUIRE_BROWSER=1, but there is no Chromium to test the page with")
		}
		t.Skip("there is no Chromium to test the page with (RAFTARIUM_REQUIRE_BROWSER=1 makes that an error)")
	}
	options := append([]chromedp.ExecAllocatorOption{
		chromedp.NoSandbox, chromedp.NoFirstRun, chromedp.Headless,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("enable-unsafe-swiftshader", true), chromedp.Flag("disable-dev-shm-usage", true),
		chromedp.UserDataDir(t.TempDir()), chromedp.WindowSize(640, 480),
	}, flags...)
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	return ctx
}

// open loads a site and waits until it is ready, or until it has failed; it
// returns what the promise said then: "" or the error.
func open(t *testing.T, ctx context.Context, srv *httptest.Server, fragment string) string {
	t.Helper()
	if err := chromedp.Do(ctx, chromedp.Navigate(srv.URL+"/deep/path/"+fragment)); err != nil {
		t.Fatal(err)
	}
	return eval[string](t, ctx, `raftarium.ready.then(() => '', (e) => e.message)`)
}

// under serves a site at a path, as a shared host does.
func under(t *testing.T, h http.Handler) *httptest.Server {
	srv := httptest.NewServer(http.StripPrefix("/deep/path", h))
	t.Cleanup(srv.Close)
	return srv
}

// eval runs JavaScript in the page and waits for a promise.
func eval[T any](t *testing.T, ctx context.Context, js string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](js, func(p *runtime.EvaluateParams) { p.AwaitPromise = new(true) }))
	if err != nil {
		t.Fatalf("%s: %v", js, err)
	}
	return v
}

// state is what testdata/page says of itself.
type state struct {
	Keys, Hash string
	Ratio      float64
}

func pageState(t *testing.T, ctx context.Context) (s state) {
	t.Helper()
	if err := json.Unmarshal([]byte(eval[string](t, ctx, `raftarium.state()`)), &s); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestThePageInABrowser(t *testing.T) {
	ctx := browser(t)
	plain, err := page()
	if err != nil {
		t.Fatal(err)
	}
	site, err := plain.WithStart("from-the-site")
	if err != nil {
		t.Fatal(err)
	}
	srv := under(t, site)
	if msg := open(t, ctx, srv, ""); msg != "" {
		t.Fatalf("the page is not ready: %s", msg)
	}
	press := func(keys string, mods ...chromedp.KeyOption) {
		t.Helper()
		if err := chromedp.Do(ctx, chromedp.KeyEvent(keys, mods...)); err != nil {
			t.Fatal(err)
		}
	}

	t.Run("the loader is gone and the canvas has the focus", func(t *testing.T) {
		if !eval[bool](t, ctx, `document.getElementById('loader').hidden && document.activeElement.tagName === 'CANVAS'`) {
			t.Error("the loader is still there, or the canvas has no focus")
		}
		if got := pageState(t, ctx).Hash; got != "from-the-site" {
			t.Errorf("hash() = %q", got)
		}
	})
	t.Run("a file without an entry is kept from the program", func(t *testing.T) {
		// One that a script adds has none; Ebitengine would stop at it.
		if !eval[bool](t, ctx, `(() => {
			const data = new DataTransfer();
			data.items.add(new File(['servers 3'], 'a.txt'));
			if (data.items[0].webkitGetAsEntry() !== null) throw new Error('it has an entry');
			const canvas = document.querySelector('canvas');
			let reached = false;
			canvas.addEventListener('drop', () => { reached = true; }, { once: true, capture: true });
			const open = canvas.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
			return !open && !reached;
		})()`) {
			t.Error("it reaches the program, or the browser would open it")
		}
	})
	t.Run("the mirror is in the accessibility tree and presses back", func(t *testing.T) {
		nodes, err := chromedp.Run(ctx, func(ctx context.Context, tab *chromedp.Target) ([]*accessibility.Node, error) {
			tree, err := cdp.Call(ctx, tab, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
			return tree.Nodes, err
		})
		if err != nil {
			t.Fatal(err)
		}
		var tree strings.Builder
		for _, n := range nodes {
			if n.Role != nil && n.Name != nil && !n.Ignored {
				tree.WriteString(string(n.Role.Value) + string(n.Name.Value) + "\n")
			}
		}
		for _, want := range []string{`"button""Crash"`, `"slider""Loss"`, `"StaticText""S1 leads"`, `"application""raftarium`} {
			if !strings.Contains(tree.String(), want) {
				t.Errorf("no %s in:\n%s", want, tree.String())
			}
		}
		if got := eval[string](t, ctx, `document.getElementById(document.querySelector('canvas').getAttribute('aria-activedescendant')).dataset.id`); got != "button/crash" {
			t.Errorf("the focus is said to be on %q", got)
		}
		eval[bool](t, ctx, `document.querySelector('[data-id="button/crash"]').click(), true`)
		if got := eval[string](t, ctx, `document.getElementById('status').textContent`); got != "pressed button/crash" {
			t.Errorf("status %q", got)
		}
	})
	t.Run("keys reach the program, and the browser keeps its own", func(t *testing.T) {
		press("a")
		press("[")
		press("k", chromedp.KeyModifiers(chromedp.ModifierCtrl))
		press(kb.F6)
		press(kb.Escape)
		if got := pageState(t, ctx).Keys; got != "a;[;Escape;" {
			t.Errorf("the program got %q", got)
		}
	})
	t.Run("Tab stays while there is a further stop, and then leaves", func(t *testing.T) {
		press(kb.Tab) // from the first of two
		press("b")
		eval[bool](t, ctx, `raftariumHost.mirror(JSON.stringify({focus: 'z', nodes: [{id: 'z', role: 'button', focusable: true}]})), true`)
		press(kb.Tab)
		if got := pageState(t, ctx).Keys; !strings.HasSuffix(got, "Tab;b;") {
			t.Errorf("the program got %q", got)
		}
		if eval[bool](t, ctx, `document.activeElement.tagName === 'CANVAS'`) {
			t.Error("Tab did not leave the canvas")
		}
	})
	t.Run("the body follows the ratio", func(t *testing.T) {
		if err := chromedp.Do(ctx, chromedp.EmulateViewport(400, 300, chromedp.EmulateScale(2.5))); err != nil {
			t.Fatal(err)
		}
		got := eval[string](t, ctx, `new Promise(requestAnimationFrame).then(() => {
			const canvas = document.querySelector('canvas').getBoundingClientRect();
			return [raftariumHost.ratio(), document.body.clientWidth, document.body.clientHeight, canvas.width, canvas.height].join(' ');
		})`)
		if got != "2.5 1000 750 400 300" {
			t.Errorf("ratio, body and canvas are %s", got)
		}
	})
	t.Run("the address, settings and files", func(t *testing.T) {
		if got := eval[string](t, ctx, `raftariumHost.setHash('s=one'), raftariumHost.setHash('s=two'),
			new Promise((done) => setTimeout(() => done(location.hash + ' ' + raftariumHost.hash() + ' ' + history.length), 600))`); !strings.HasPrefix(got, "#s=two s=two ") {
			t.Errorf("the address is %s", got)
		}
		if !eval[bool](t, ctx, `raftariumHost.store('theme', 'dark') && raftariumHost.load('theme') === 'dark' && raftariumHost.load('none') === null`) {
			t.Error("a setting was not kept")
		}
	})
	t.Run("it opens again without a network", func(t *testing.T) {
		eval[bool](t, ctx, `navigator.serviceWorker.ready.then(() => true)`)
		srv.Close()
		if err := chromedp.Do(ctx, chromedp.Reload()); err != nil {
			t.Fatal(err)
		}
		if msg := eval[string](t, ctx, `raftarium.ready.then(() => '', (e) => e.message)`); msg != "" {
			t.Errorf("without a network: %s", msg)
		}
	})
	t.Run("a program that stops says why", func(t *testing.T) {
		eval[bool](t, ctx, `try { raftarium.do('x') } catch {} true`)
		text := eval[string](t, ctx, `new Promise((done) => setTimeout(() => done(document.getElementById('loader').innerText), 200))`)
		if !strings.Contains(text, "has stopped") || !strings.Contains(text, "told to panic") {
			t.Errorf("the page says %q", text)
		}
	})
}

func TestThePageSaysWhatIsWrong(t *testing.T) {
	ctx := browser(t)
	good, err := page()
	if err != nil {
		t.Fatal(err)
	}
	wasmPath := ""
	for _, f := range good.Files {
		if strings.HasSuffix(f.Name, ".wasm") {
			wasmPath = "/" + f.Name
		}
	}
	instead := func(h http.HandlerFunc) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == wasmPath {
				h(w, r)
				return
			}
			good.ServeHTTP(w, r)
		})
	}
	before := func(js string) {
		t.Helper()
		if err := chromedp.Do(ctx, func(ctx context.Context, tab *chromedp.Target) (v chromedp.Void, err error) {
			_, err = cdp.Call(ctx, tab, pagedomain.AddScriptToEvaluateOnNewDocument, pagedomain.AddScriptToEvaluateOnNewDocumentParams{Source: js})
			return v, err
		}); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		name     string
		h        http.Handler
		fragment string
		before   string
		want     string
	}{
		{name: "the program is missing", h: instead(http.NotFound), want: "answered 404"},
		{name: "the program is cut short", want: "did not arrive whole", h: instead(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/wasm")
			_, _ = w.Write(good.Find(wasmPath[1:]).Data[:1000])
		})},
		{name: "the connection breaks", want: "cannot be fetched", h: instead(func(w http.ResponseWriter, _ *http.Request) {
			panic(http.ErrAbortHandler)
		})},
		{name: "the host does not know wasm", want: "", h: instead(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/plain")
			_, _ = w.Write(good.Find(wasmPath[1:]).Data)
		})},
		{name: "the program refuses to start", h: good, fragment: "#fail", want: "It could not start"},
		{name: "no WebGL", h: good, before: `HTMLCanvasElement.prototype.getContext = () => null`, want: "no WebGL 2"},
		{name: "a browser that never had WebGL", h: good, before: `delete globalThis.WebGL2RenderingContext`, want: "no WebGL 2"},
		{name: "no WebAssembly", h: good, before: `delete globalThis.WebAssembly`, want: "no WebAssembly"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.before != "" {
				before(tt.before)
			}
			msg := open(t, ctx, under(t, tt.h), tt.fragment)
			if tt.want == "" && msg != "" || !strings.Contains(msg, tt.want) {
				t.Fatalf("the promise says %q, want %q", msg, tt.want)
			}
			if text := eval[string](t, ctx, `document.getElementById('loader').innerText`); !strings.Contains(text, tt.want) {
				t.Errorf("the page says %q", text)
			}
		})
	}
}
