package main

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// dependencies lists the packages that the js/wasm build of this command links, or
// another build, by env.
func dependencies(t *testing.T, tags string, env ...string) []string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-deps", "-tags="+tags, ".")
	cmd.Env = append(append(os.Environ(), "GOOS=js", "GOARCH=wasm"), env...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Fields(string(out))
}

// Ebitengine panics under Node.js as soon as it is linked.
func TestTheHeadlessBuildForNodeLinksNoEbitengine(t *testing.T) {
	deps := dependencies(t, "")
	for _, p := range deps {
		if strings.Contains(p, "ebiten") || strings.HasPrefix(p, "raftarium/viz") {
			t.Errorf("the headless build links %s", p)
		}
	}
	for _, p := range []string{"net/http", "raftarium/web", "raftarium/cmd/raftarium/internal/grade"} {
		if slices.Contains(deps, p) {
			t.Errorf("the headless build links %s, which has no use there and takes its time to start", p)
		}
	}
	if joined := strings.Join(deps, " "); !strings.Contains(joined, "raftarium/raft/core") || !strings.Contains(joined, "cobra") {
		t.Errorf("this is not the command: %s", joined)
	}
}

// Who grades or hunts on a server has no use for the interface.
func TestTheHeadlessBuildLinksNoInterface(t *testing.T) {
	deps := dependencies(t, "headless", "GOOS=linux", "GOARCH=amd64")
	for _, p := range deps {
		if strings.Contains(p, "ebiten") || strings.HasPrefix(p, "raftarium/viz") {
			t.Errorf("the headless build links %s", p)
		}
	}
	if joined := strings.Join(deps, " "); !strings.Contains(joined, "raftarium/raft/core") || !strings.Contains(joined, "raftarium/web") {
		t.Errorf("this is not the command: %s", joined)
	}
}

// What the page does not need would be downloaded by everybody.
func TestThePageLinksNoCommandLineAndNoServer(t *testing.T) {
	deps := dependencies(t, "viz")
	for _, p := range deps {
		switch p {
		case "net/http", "html/template", "testing", "raftarium/web", "github.com/spf13/cobra", "github.com/spf13/pflag", "github.com/andybalholm/brotli":
			t.Errorf("the page links %s", p)
		}
	}
	if joined := strings.Join(deps, " "); !strings.Contains(joined, "raftarium/viz/app") {
		t.Errorf("this is not the page: %s", joined)
	}
}

// What students build again and again, and `raftarium grade` for each of them, links no
// interface, which takes twice as long; the window is built when it is opened.
func TestTheProgramsOfExercisesLinkNoInterfaceButForTheirWindow(t *testing.T) {
	for tags, window := range map[string]bool{"": false, "headless": false, "headless,noweb": false, "window": true} {
		cmd := exec.CommandContext(t.Context(), "go", "list", "-deps", "-tags="+tags, "raftarium/tests/exercises/01-election", "raftarium/tests/exercises/06-service")
		cmd.Env = append(os.Environ(), "GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=0")
		cmd.Stderr = os.Stderr
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		deps := strings.Fields(string(out))
		if !slices.Contains(deps, "raftarium/tests/exercises/lab") {
			t.Errorf("with tags %q these are not the programs of exercises: %q", tags, deps)
		}
		if got := slices.ContainsFunc(deps, func(p string) bool { return strings.Contains(p, "ebiten") || strings.HasPrefix(p, "raftarium/viz") }); got != window {
			t.Errorf("with tags %q the interface is linked: %v, want %v", tags, got, window)
		}
		if got, want := slices.Contains(deps, "net/http"), !strings.Contains(tags, "noweb"); got != want {
			t.Errorf("with tags %q a server is linked: %v, want %v", tags, got, want)
		}
	}
}
