//go:build !js && !noweb

package cli

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"raftarium/web"
	"raftarium/web/link"
)

// webOptions is what `raftarium web` takes.
type webOptions struct {
	scenario, at string
	noOpen       bool
	addr, out    string
}

func addWeb(root *cobra.Command, p Program, s Streams) {
	o := webOptions{}
	cmd := &cobra.Command{
		Use:   "web [SCENARIO]",
		Short: "Open the aquarium in a browser, or write it as a web site",
		Long: `web builds this very program as WebAssembly with the local Go toolchain (a release
has that built in), serves it on loopback, prints the address and opens a browser.

With --out it writes a static site instead, which any web host can serve at any
path: plain files, each with its .br and .gz beside it for hosts that use them.
That needs no toolchain and no server to look at again, and works offline once it
was loaded.`,
		Example: `  raftarium web
  raftarium web figure8.txt --at 1.5s
  raftarium web --no-open --addr 127.0.0.1:9000
  raftarium web --out public`,
		Args:              scenarioArg,
		ValidArgsFunction: completeScenario,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.scenario = first(args)
			if o.out == "-" {
				return misusef("--out: found \"-\", but a site is many files: name a directory")
			}
			if o.out != "" && cmd.Flags().Changed("addr") {
				return misusef("--out writes files and --addr serves them: give one of the two")
			}
			return runWeb(cmd.Context(), p, o, s)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.at, "at", "", "open at this `time` of the run, like 1.5s")
	f.BoolVar(&o.noOpen, "no-open", false, "only print the address")
	f.StringVar(&o.addr, "addr", web.DefaultAddr, "serve at this `address`; port 0 takes any that is free")
	f.StringVar(&o.out, "out", "", "write a static site into this `directory` instead of serving")
	root.AddCommand(cmd)
}

func runWeb(ctx context.Context, p Program, o webOptions, s Streams) error {
	at, err := parseAt(o.at)
	if err != nil {
		return err
	}
	sc, err := checkedScenario(ctx, o.scenario, p, s)
	if err != nil {
		return err
	}
	start := link.Start{At: at}
	if sc != nil {
		start.Scenario = sc.Source.Text
	}
	if len(start.Scenario) > link.MaxScenario {
		return misusef("%s is too long for a page, which takes %d MB", sc.Source.Name, link.MaxScenario>>20)
	}

	if o.out != "" {
		if err := web.CheckOut(o.out); err != nil {
			return err
		}
		site, err := makeSite(ctx, p, start.Encode(), web.Thorough, s)
		if err != nil {
			return err
		}
		if err := site.Write(o.out); err != nil {
			return err
		}
		fmt.Fprintf(s.Out, "wrote the site to %s; serve that directory with any web server\n", o.out)
		return nil
	}

	// Listening comes first: an address in use should not cost a build.
	ln, err := web.Listen(ctx, o.addr)
	if err != nil {
		if bad, ok := errors.AsType[*web.AddrError](err); ok {
			return misusef("--addr: %w", bad)
		}
		return err
	}
	defer ln.Close()
	site, err := makeSite(ctx, p, start.Encode(), web.Quick, s)
	if err != nil {
		return err
	}
	url := "http://" + ln.Addr().String() + "/"
	fmt.Fprintf(s.Out, "raftarium is at %s\n", url)
	if !web.IsLoopback(ln) {
		fmt.Fprintln(s.Err, "note: other machines can reach this address too")
	}
	if !o.noOpen {
		if err := web.OpenBrowser(ctx, url); err != nil {
			fmt.Fprintf(s.Err, "note: %v; open that address yourself\n", err)
		}
	}
	if s.Terminal {
		fmt.Fprintln(s.Err, "Ctrl+C ends it.")
	}
	return web.Serve(ctx, ln, site)
}

// makeSite takes the page that this program carries, or builds it.
func makeSite(ctx context.Context, p Program, start string, effort web.Effort, s Streams) (*web.Site, error) {
	o := web.Options{Package: p.Package, Tags: "viz", Effort: effort, Log: s.Err}
	var site *web.Site
	var err error
	if p.Package == "" {
		// A release carries the page of raftarium, not that of a program made with it.
		if o.Module, o.Package, err = thisProgram(); err != nil {
			return nil, err
		}
	} else {
		site, err = web.Embedded()
	}
	if err == nil && site == nil {
		site, err = web.Build(ctx, o)
	}
	if err != nil {
		return nil, err
	}
	return site.WithStart(start)
}

// thisProgram is the module and the main package of the program that runs, by what
// the go command wrote into it.
func thisProgram() (module, pkg string, err error) {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Path == "" || !strings.HasPrefix(info.Path, info.Main.Path) {
		return "", "", errors.New("building the page needs to know which main package this is: " +
			"build or run the folder, as in `go run ./my/raft web`, and not its single files")
	}
	return info.Main.Path, info.Path, nil
}
