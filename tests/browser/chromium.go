package browser

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"sync"

	"github.com/chromedp/chromedp"

	"raftarium/web"
)

// ErrNoBrowser says that there is no Chromium on this machine.
var ErrNoBrowser = errors.New("there is no Chromium (chromium, chromium-browser, google-chrome or chrome) in PATH")

// Find returns ErrNoBrowser where there is no Chromium.
func Find() error {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if _, err := exec.LookPath(name); err == nil {
			return nil
		}
	}
	return ErrNoBrowser
}

// site is the page around the program, built once for each process.
var site = sync.OnceValues(func() (*web.Site, error) {
	return web.Build(context.Background(), web.Options{Package: "./cmd/raftarium", Tags: "viz", Log: os.Stderr})
})

// Serve serves the page on a port of its own, and so with settings of its own,
// until ctx ends; it returns the address.
func Serve(ctx context.Context) (string, error) {
	s, err := site()
	if err != nil {
		return "", err
	}
	ln, err := web.Listen(ctx, net.JoinHostPort("127.0.0.1", "0"))
	if err != nil {
		return "", err
	}
	go func() {
		if err := web.Serve(ctx, ln, s); err != nil {
			fmt.Fprintln(os.Stderr, "serving the page:", err)
		}
	}()
	return "http://" + ln.Addr().String() + "/", nil
}

// Browser is a Chromium that runs. A tab serves one page after another: to open a window
// costs a browser as much as to start the program in it.
type Browser struct {
	ctx   context.Context
	close []func()

	mu   sync.Mutex
	idle []context.Context // the tabs that show no page
}

// take takes a tab that shows nothing, or makes one.
func (b *Browser) take() (context.Context, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if last := len(b.idle) - 1; last >= 0 {
		tab := b.idle[last]
		b.idle = b.idle[:last]
		return tab, nil
	}
	tab, end := chromedp.NewContext(b.ctx)
	b.close = append([]func(){end}, b.close...)
	// The first step starts the tab, which lives as long as the context of that step.
	return tab, chromedp.Do(tab, chromedp.Navigate("about:blank"))
}

// leave takes a tab back.
func (b *Browser) leave(tab context.Context) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.idle = append(b.idle, tab)
}

// Options say how a browser is started.
type Options struct {
	// Quick leaves WebAssembly as it is compiled first. To optimise it while it runs costs
	// more than a page of a few seconds gains.
	Quick bool
}

// Start starts a headless Chromium with a profile of its own.
func Start(ctx context.Context, o Options) (*Browser, error) {
	if err := Find(); err != nil {
		return nil, err
	}
	profile, err := os.MkdirTemp("", "raftarium-browser")
	if err != nil {
		return nil, err
	}
	flags := []chromedp.ExecAllocatorOption{
		chromedp.NoSandbox, chromedp.NoFirstRun, chromedp.Headless,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("enable-unsafe-swiftshader", true), chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("hide-scrollbars", true),
		chromedp.UserDataDir(profile), chromedp.WindowSize(640, 480),
	}
	if o.Quick {
		flags = append(flags, chromedp.Flag("js-flags", "--liftoff-only"))
	}
	ctx, stop := chromedp.NewExecAllocator(ctx, flags...)
	ctx, end := chromedp.NewContext(ctx)
	b := &Browser{ctx: ctx, idle: []context.Context{ctx}, close: []func(){end, stop, func() { _ = os.RemoveAll(profile) }}}
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		b.Close()
		return nil, fmt.Errorf("starting Chromium: %w", err)
	}
	return b, nil
}

// Close ends the browser.
func (b *Browser) Close() {
	for _, f := range b.close {
		f()
	}
}
