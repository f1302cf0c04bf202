package browser

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// drop drops a file as a file manager does, and then one that is no scenario: that one is
// refused, and the run goes on.
func drop(t *testing.T, r *rig) {
	r.leader()
	dir := t.TempDir()
	let := func(name, text string) {
		t.Helper()
		path := filepath.Join(dir, name)
		r.ok(os.WriteFile(path, []byte(text), 0o644))
		x, y := r.node("server/3").center()
		r.ok(r.Drop(x, y, path))
	}
	let("three.raft", "servers 3\nclients 1\nseed 99\n\nat 100ms crash s2\n")
	s := r.state("the dropped run is there", func(s State) bool { return s.Seed == 99 })
	if len(s.Servers) != 3 || len(s.Clients) != 1 {
		t.Errorf("it has %d servers and %d clients", len(s.Servers), len(s.Clients))
	}
	r.ok(r.Call("advance", "150ms"))
	r.state("its step is done", func(s State) bool { return !s.Servers[1].Up })

	let("letter.txt", "servers 3\nat noon explode\n")
	r.until("it is said what is wrong with the letter, and where", func() bool {
		list, err := r.Nodes()
		r.ok(err)
		return slices.ContainsFunc(list, func(n Node) bool { return strings.Contains(n.Label, "letter.txt:2:") })
	})
	if s, err := r.State(); err != nil || s.Seed != 99 {
		t.Errorf("after that the seed is %d: %v", s.Seed, err)
	}
}
