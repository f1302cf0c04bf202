// Command pictures makes the pictures of the documentation anew: it plays
// scenarios of docs/scenarios in the real page, in a headless Chromium, and keeps
// what the page shows at chosen instants. Run it at the top of the checkout:
//
//	go run ./tests/pictures [-out docs/pictures] [NAME...]
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"raftarium/tests/browser"
	"raftarium/web/link"
)

// shot is a picture: a scenario at an instant, and what is selected.
type shot struct {
	name     string // of the picture
	scenario string // of the file, without .txt
	// until is the instant; with violations, the moment at which there are that many.
	until      time.Duration
	violations int
	press      string // the node that is clicked in the end
}

var shots = []shot{
	{name: "election", scenario: "election", until: 98 * time.Millisecond, press: "server/2"},
	{name: "partition", scenario: "partition", until: 1810 * time.Millisecond, press: "server/1"},
	{name: "joint", scenario: "grow", until: 2070 * time.Millisecond, press: "server/4"},
	{name: "appends", scenario: "appends", until: 1237 * time.Millisecond, press: "client/1"},
	{name: "violation", scenario: "election-restriction", until: 4 * time.Second, violations: 1, press: "server/5"},
}

// size is a window.
type size struct {
	name string
	view browser.View
}

var sizes = []size{
	{"wide", browser.View{Width: 1440, Height: 900, Scale: 1}},
	{"narrow", browser.View{Width: 390, Height: 844, Scale: 2, Touch: true}},
}

func main() {
	out := flag.String("out", filepath.Join("docs", "pictures"), "`directory` for the pictures")
	flag.Parse()
	if err := run(*out, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "pictures:", err)
		os.Exit(1)
	}
}

func run(out string, only []string) error {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	b, err := browser.Start(ctx, browser.Options{})
	if err != nil {
		return err
	}
	defer b.Close()
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	for _, s := range shots {
		text, err := os.ReadFile(filepath.Join("docs", "scenarios", s.scenario+".txt"))
		if err != nil {
			return err
		}
		for _, z := range sizes {
			for _, theme := range []string{"dark", "light"} {
				name := s.name + "-" + z.name + "-" + theme
				if len(only) > 0 && !slices.ContainsFunc(only, func(o string) bool { return strings.HasPrefix(name, o) }) {
					continue
				}
				// A server for each picture has settings of its own.
				base, err := browser.Serve(ctx)
				if err != nil {
					return err
				}
				v := z.view
				v.Light = theme == "light"
				v.Calm = true // no movement that a picture could catch half-way
				v.Settings = browser.Visited
				data, err := take(b, base+"#"+link.Start{Scenario: string(text)}.Encode(), v, s)
				if err != nil {
					return fmt.Errorf("%s: %w", name, err)
				}
				if data, err = small(data); err != nil {
					return fmt.Errorf("%s: %w", name, err)
				}
				if err := os.WriteFile(filepath.Join(out, name+".png"), data, 0o644); err != nil {
					return err
				}
				fmt.Printf("%s.png %d kB\n", name, (len(data)+999)/1000)
			}
		}
	}
	return nil
}

// take plays a scenario up to the instant of the shot and takes the picture.
func take(b *browser.Browser, url string, v browser.View, s shot) ([]byte, error) {
	p, err := b.Open(url, v)
	if err != nil {
		return nil, err
	}
	defer p.Close()
	// Time stands still from here on but for what is asked for.
	if _, err := browser.Eval[bool](p, `raftarium.press('button/play')`); err != nil {
		return nil, err
	}
	// In small steps, so that the timeline sees what happens in between.
	if _, err := browser.Eval[bool](p, fmt.Sprintf(`(() => {
		const until = %g, most = %d;
		for (;;) {
			const s = JSON.parse(raftarium.state());
			if (s.playing) throw new Error('time does not stand still');
			if (s.time > until) throw new Error('the page was too slow: it is at ' + s.time);
			if (s.time === until || most > 0 && s.verdict.violations.length >= most) return true;
			raftarium.advance(Math.min(1e7, Math.round((until - s.time) * 1e9)));
		}
	})()`, s.until.Seconds(), s.violations)); err != nil {
		return nil, err
	}
	if pressed, err := browser.Eval[bool](p, fmt.Sprintf(`raftarium.press(%q)`, s.press)); err != nil || !pressed {
		return nil, fmt.Errorf("%s cannot be pressed: %w", s.press, err)
	}
	// The glow of what was just there fades within a second.
	if err := p.Frames(20); err != nil {
		return nil, err
	}
	return p.Shot()
}
