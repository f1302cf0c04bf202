package web

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestBuildSaysWhenThereIsNoToolchain(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := Build(t.Context(), Options{Package: "./web/testdata/page", Cache: t.TempDir()})
	if !errors.Is(err, ErrNoToolchain) || !strings.Contains(err.Error(), "go.dev") {
		t.Errorf("err = %v", err)
	}
}

func TestBuildShowsWhatTheCompilerSays(t *testing.T) {
	_, err := Build(t.Context(), Options{Package: "./web/testdata/broken", Cache: t.TempDir()})
	var b *BuildError
	if !errors.As(err, &b) || !strings.Contains(err.Error(), "undefinedName") || !strings.Contains(err.Error(), "./web/testdata/broken") {
		t.Errorf("err = %v", err)
	}
}

func TestBuildRefusesALibrary(t *testing.T) {
	_, err := Build(t.Context(), Options{Package: "./web/link", Cache: t.TempDir()})
	if err == nil || !strings.Contains(err.Error(), "no main package") {
		t.Errorf("err = %v", err)
	}
}

func TestBuildStopsWhenToldTo(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("enough"))
	_, err := Build(ctx, Options{Package: "./web/testdata/page", Cache: t.TempDir()})
	if err == nil || !strings.Contains(err.Error(), "enough") {
		t.Errorf("err = %v", err)
	}
}

func TestTheModuleIsFoundFromBelowAndNotTakenForAnother(t *testing.T) {
	dir := t.TempDir()
	deep := filepath.Join(dir, "a", "b")
	other := filepath.Join(dir, "other")
	for _, d := range []string{deep, other} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	write := func(d, text string) {
		if err := os.WriteFile(filepath.Join(d, "go.mod"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(other, "module somethingelse\n")
	if got, err := findModuleFrom(moduleName, deep, other); !errors.Is(err, ErrNoSource) {
		t.Errorf("found %q, %v", got, err)
	}
	write(dir, "// the aquarium\nmodule raftarium // ours\n\ngo 1.26\n")
	if got, err := findModuleFrom(moduleName, "relative", other, deep); err != nil || got != dir {
		t.Errorf("found %q, %v; want %q", got, err, dir)
	}
}
