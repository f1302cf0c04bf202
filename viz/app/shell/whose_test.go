package shell

import (
	"strings"
	"testing"

	"raftarium/viz/draw"
	"raftarium/viz/ui"
)

// Where there is little room the bar says less, and the student's own name last of all.
func TestTheBarSaysWhoseCodeRunsInTheRoomThatThereIs(t *testing.T) {
	theirs := code
	theirs.Raft.Name, theirs.Server.Name, theirs.Client.Name = "sams raft", "reference", "reference"
	for _, c := range []struct {
		size draw.Point
		want string
	}{
		{wide, "Raft: sams raft"},
		{phone, "sams raft"},
	} {
		s, err := New(Options{Code: theirs, Host: new(memory)})
		if err != nil {
			t.Fatal(err)
		}
		r := &rig{Shell: s, t: t, host: new(memory), size: c.size}
		r.tick(1)
		n := r.node("whose")
		if n.Label != c.want || n.Role != ui.RoleStatus || n.Value != "Raft: sams raft · server + client: reference" {
			t.Errorf("at %v: %+v, want %q", c.size, n, c.want)
		}
		if !strings.Contains(r.Title(), n.Value) {
			t.Errorf("the title is %q", r.Title())
		}
	}
	r := open(t, wide)
	if n := r.tree.Find("whose"); n != nil {
		t.Errorf("of ours, %+v is said", n)
	}
}
