package web

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// Options says what to build.
type Options struct {
	// Dir is the directory of the module; "" looks for Module.
	Dir string
	// Module is the name of the module to look for, above the working directory and
	// above this program; "" is raftarium.
	Module string
	// Package is the main package, by import path or relative to Dir.
	Package string
	// Tags are build tags, separated by commas; "viz" adds the interface.
	Tags string
	// Effort is how much time compression may take.
	Effort Effort
	// Cache is a directory for results; "" is one in [os.UserCacheDir].
	Cache string
	// Log is told what takes time; nil keeps quiet.
	Log io.Writer
}

// ErrNoToolchain says that there is no Go to build with.
var ErrNoToolchain = errors.New("building the page needs the Go toolchain (1.26 or later, from https://go.dev/dl) as \"go\" in PATH; " +
	"a release of raftarium has the page built in and needs none")

// BuildError is a build that the compiler refused.
type BuildError struct {
	Package string
	Output  string // what the go command said
	Err     error
}

// Error names the package and gives what the go command said, in full.
func (e *BuildError) Error() string {
	return fmt.Sprintf("the WebAssembly of %s could not be built (%v):\n%s", e.Package, e.Err, strings.TrimSpace(e.Output))
}

// Unwrap returns how the go command ended.
func (e *BuildError) Unwrap() error { return e.Err }

// Build builds the WebAssembly of a main package with the local Go toolchain and
// makes a site of it. What was built and compressed before is taken from caches.
// Its errors are fit to be shown: [ErrNoToolchain], [ErrNoSource], [*BuildError].
func Build(ctx context.Context, o Options) (*Site, error) {
	logw := cmp.Or[io.Writer](o.Log, io.Discard)
	dir := o.Dir
	if dir == "" {
		var err error
		if dir, err = FindModule(cmp.Or(o.Module, moduleName)); err != nil {
			return nil, err
		}
	}
	tool, err := exec.LookPath("go")
	if err != nil {
		return nil, ErrNoToolchain
	}
	cache, err := cacheDir(o.Cache)
	if err != nil {
		return nil, err
	}
	g := goCommand{tool: tool, dir: dir}
	execJS, err := g.wasmExec(ctx)
	if err != nil {
		return nil, err
	}
	wasm, err := g.build(ctx, o, cache, logw)
	if err != nil {
		return nil, err
	}
	compress := o.Effort.cached(cache)
	if o.Effort == Thorough {
		fmt.Fprintf(logw, "compressing %.1f MB\n", float64(len(wasm))/1e6)
	}
	return assemble(parts{wasm: wasm, exec: execJS}, compress)
}

// cacheDir makes sure that the cache exists.
func cacheDir(dir string) (string, error) {
	if dir == "" {
		base, err := os.UserCacheDir()
		if err != nil {
			base = os.TempDir()
		}
		dir = filepath.Join(base, moduleName)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("no place to build in: %w", err)
	}
	return dir, nil
}

// goCommand is the go command, used in a module.
type goCommand struct{ tool, dir string }

func (g goCommand) run(ctx context.Context, env []string, args ...string) (stdout string, err error) {
	cmd := exec.CommandContext(ctx, g.tool, args...)
	cmd.Dir = g.dir
	cmd.Env = append(cmd.Environ(), env...)
	var out, diag bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &diag
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return "", context.Cause(ctx)
		}
		return "", &BuildError{Output: diag.String(), Err: err}
	}
	return out.String(), nil
}

// wasmExec returns the JavaScript that starts a Go program: it must come from
// the toolchain that builds, which go.mod may choose.
func (g goCommand) wasmExec(ctx context.Context) ([]byte, error) {
	root, err := g.run(ctx, nil, "env", "GOROOT")
	if err != nil {
		return nil, fmt.Errorf("asking the Go toolchain where it is: %w", err)
	}
	name := filepath.Join(strings.TrimSpace(root), "lib", "wasm", "wasm_exec.js")
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("this Go installation is not complete, or older than 1.24: %w", err)
	}
	return text, nil
}

// build returns the WebAssembly. It builds into a fixed place in the cache, since
// the go command does nothing where the file there is already up to date.
func (g goCommand) build(ctx context.Context, o Options, cache string, logw io.Writer) ([]byte, error) {
	place := filepath.Join(cache, digest([]byte(g.dir), []byte{0}, []byte(o.Package), []byte{0}, []byte(o.Tags)))
	unlock, err := lockedfile.MutexAt(place + ".lock").Lock()
	if err != nil {
		return nil, fmt.Errorf("no place to build in: %w", err)
	}
	defer unlock()
	if _, err := os.Stat(place + ".wasm"); err != nil {
		fmt.Fprintln(logw, "building the WebAssembly; the first time takes some 20 seconds")
	}
	args := []string{"build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-tags=" + o.Tags, "-o", place + ".wasm", o.Package}
	if _, err := g.run(ctx, []string{"GOOS=js", "GOARCH=wasm"}, args...); err != nil {
		if b, ok := errors.AsType[*BuildError](err); ok {
			b.Package = o.Package
		}
		return nil, err
	}
	wasm, err := os.ReadFile(place + ".wasm")
	if err != nil {
		return nil, fmt.Errorf("reading what was built: %w", err)
	}
	if !bytes.HasPrefix(wasm, []byte("\x00asm")) {
		return nil, fmt.Errorf("%s is no main package: building it gave no WebAssembly", o.Package)
	}
	return wasm, nil
}
