package shell

import (
	"slices"
	"strings"
	"testing"

	"raftarium/netsim/cluster/script"
	"raftarium/viz/draw"
	"raftarium/viz/scene"
)

// A menu offers no timeout where no timer runs out.
func TestOnlyWhoWaitsIsLetTimeOut(t *testing.T) {
	r := open(t, wide).lead()
	for i := range r.view.Servers {
		v := &r.view.Servers[i]
		offered := false
		for _, item := range r.items(scene.ThingServer(v.ID)) {
			if strings.HasPrefix(item.Line, "timeout ") {
				offered = true
				if err := r.Do(item.Line); err != nil {
					t.Errorf("%q of the menu: %v", item.Line, err)
				}
			}
		}
		if offered == (v.ID == r.leader()) {
			t.Errorf("%s, the leader being %s: offered %v", serverName(v.ID), serverName(r.leader()), offered)
		}
	}
}

// The card of a violation says in every window what it means and how to close it, and
// the logs that it speaks of can be seen.
func TestTheCardOfAViolationExplainsAndCloses(t *testing.T) {
	for _, size := range append([]draw.Point{wide}, phones...) {
		r := open(t, size).lead()
		violated(r)
		r.tick(2)
		n := r.node("violation")
		how := "Tap to close"
		if size == wide {
			how = "Click to close"
		}
		if !strings.Contains(n.Value, scene.Defence(r.broken().Property)) || !strings.Contains(n.Value, how) {
			t.Errorf("%v: the card says %q", size, n.Value)
		}
		if n.Rect.Y+n.Rect.H > r.areas.card.Y+r.areas.card.H {
			t.Errorf("%v: the card %v leaves its room %v", size, n.Rect, r.areas.card)
		}
		if r.areas.logs.Empty() {
			if !strings.Contains(n.Value, "see the logs") {
				t.Errorf("%v: the card hides the logs and says %q", size, n.Value)
			}
			r.click("drawer/logs")
			r.tick(2)
			if r.areas.logs.Empty() || r.tree.Find("violation") != nil {
				t.Errorf("%v: the button of the logs does not show them", size)
			}
		}
	}
}

// The strip of a modified Raft counts the rules for which it has no room.
func TestTheStripCountsRulesThatHaveNoRoom(t *testing.T) {
	r := open(t, phone)
	for _, rule := range []string{"election-restriction", "leader-stickiness", "pre-vote"} {
		r.Apply(act{Action: script.Without{Rules: []string{rule}}})
	}
	r.tick(1)
	for i := range r.list.Cmds {
		if text := r.list.Cmds[i].Text; strings.HasPrefix(text, "modified Raft") {
			if text != "modified Raft: without election-restriction +2" {
				t.Errorf("the strip says %q", text)
			}
			return
		}
	}
	t.Error("there is no strip")
}

// Time that stands still passes at no speed, so a message under the pointer does not
// slow it.
func TestTheSpeedIsTheOneThatWasSetWhileTimeStandsStill(t *testing.T) {
	r := open(t, wide).lead()
	r.hover = thingOf(r, scene.Message)
	r.settings.Speed = fastest
	if got := r.speed(); got != fastest {
		t.Errorf("time stands still, and the speed is %v", got)
	}
}

// What cannot be pressed says why.
func TestWhatCannotBePressedSaysWhy(t *testing.T) {
	for _, c := range []struct {
		size draw.Point
		want string
	}{{wide, "click a server"}, {phone, "tap a server"}} {
		r := open(t, c.size).lead()
		if c.size == phone {
			r.Apply(showDrawer{drawerFaults})
		}
		r.tick(1)
		if r.drawn(c.want) || !r.drawn("acts on "+serverName(r.leader())) {
			t.Errorf("%v: who leads is not what crashes", c.size)
		}
		_ = r.Do("crash leader")
		r.tick(1)
		if !r.drawn(c.want) {
			t.Errorf("%v: nobody leads, and nothing says %q", c.size, c.want)
		}
		_ = r.Do("clients 0")
		if c.size == phone {
			r.Apply(showDrawer{drawerClients})
		}
		r.tick(1)
		if n := r.node("button/fire"); !n.Disabled || n.Value == "" || !r.drawn("Fire Appends: no clients") {
			t.Errorf("%v: without clients: %+v", c.size, n)
		}
	}
}

// drawn reports whether a text is drawn as it stands.
func (r *rig) drawn(text string) bool {
	return slices.ContainsFunc(r.list.Cmds, func(c draw.Cmd) bool { return c.Text == text })
}

// The button that inspects names who is selected.
func TestTheDrawerNamesWhoIsSelected(t *testing.T) {
	r := open(t, phone).lead()
	if n := r.node("drawer/inspect"); n.Label != "Inspect" {
		t.Errorf("nothing is selected: %q", n.Label)
	}
	r.Apply(Select{server2()})
	r.tick(1)
	if n := r.node("drawer/inspect"); n.Label != "S2" || n.Value != "Inspect" {
		t.Errorf("S2 is selected: %q, %q", n.Label, n.Value)
	}
}
