package shell

import (
	"slices"
	"strings"
	"testing"

	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/script"
	"raftarium/viz/draw"
	"raftarium/viz/ui"
)

// Whoever looks for a bug sees that there is one, and not which: neither the banner
// nor the rules nor the state tell, and switching its rule on mends nothing.
func TestABugIsShownWithoutItsRule(t *testing.T) {
	const rule = "majority-to-win"
	before := code
	defer func() { code = before }()
	code.Bugs = []cluster.Bug{{Name: "perch", Rule: rule}}
	r := openWith(t, wide, Options{})
	r.Apply(Open{Name: "bug.txt", Text: "servers 4\nbug perch\nworkload none\nfor 10s\n"})
	r.tick(1)
	if n := r.node("modified"); n.Value != "a Raft with a bug (perch): find the first wrong event, and the rule that is missing" {
		t.Errorf("the banner says %q", n.Value)
	}
	if st := r.State(); st.Bug != "perch" || len(st.Without) != 0 {
		t.Errorf("the state says bug %q, without %v", st.Bug, st.Without)
	}
	r.Apply(act{Action: script.Timeout{Servers: only(1)}})
	r.tick(1)
	if n := r.node("note/0"); !strings.HasSuffix(n.Value, " (event "+eventName(r.notes[0].ID)+")") {
		t.Errorf("what just happened does not number its events: %q", n.Value)
	}
	r.click("button/rules")
	r.tick(1)
	for _, n := range r.Tree().Nodes {
		if n.Role == ui.RoleSwitch && strings.HasPrefix(n.ID, "rule/") && n.Value != "on" {
			t.Errorf("%s is %q", n.ID, n.Value)
		}
	}
	if n := r.Tree().Find("rules/bug"); n == nil || !strings.Contains(n.Label, "one of these rules is off") {
		t.Errorf("the list of rules does not say that its switches do not show the bug: %+v", n)
	}
	r.key("Escape")
	r.tick(1)
	r.click("answer/banner")
	r.tick(1)
	if r.Tree().Find("answer/part/1") == nil {
		t.Error("the banner's button does not open the answer")
	}
	r.key("Escape")
	r.tick(1)
	text, err := r.scenarioText()
	if err != nil || strings.Contains(text, rule) || !strings.Contains(text, "bug perch") {
		t.Errorf("the run is saved as\n%s%v", text, err)
	}
	if off := r.configuration(); off.Bug != "perch" || slices.Contains(off.Without, rule) {
		t.Errorf("again it would be %q without %v", off.Bug, off.Without)
	}
}

// The list says of each bug what was noticed, opens its run and tells how to answer,
// without a word about its rule.
func TestABugIsChosenFromAListThatTellsNoRule(t *testing.T) {
	const rule = "majority-to-win"
	before := code
	defer func() { code = before }()
	code.Bugs = []cluster.Bug{
		{Name: "perch", Rule: rule, Noticed: "Two leaders\n  were seen.", Scenario: "servers 4\nbug perch\nworkload none\nfor 10s\n"},
		{Name: "tench", Rule: "one-vote-per-term", Noticed: "Somebody voted twice.", Scenario: "servers 3\nbug tench\nworkload none\nfor 5s\n"},
	}
	for _, size := range []draw.Point{wide, phone} {
		r := open(t, size)
		if size == phone {
			r.Apply(showDrawer{drawerMore})
			r.tick(2)
		}
		r.click("button/bugs")
		r.tick(1)
		if n := r.node("noticed/perch"); n.Label != "Two leaders were seen." {
			t.Errorf("the list says %q", n.Label)
		}
		if r.Tree().Find("answer/open") != nil {
			t.Error("one can answer before there is a run")
		}
		r.click("bug/tench")
		r.tick(1)
		if st := r.State(); st.Bug != "tench" || len(st.Servers) != 3 || r.dialog != noDialog {
			t.Fatalf("the run has bug %q and %d servers, and dialog %d is open", st.Bug, len(st.Servers), r.dialog)
		}
		r.click("modified")
		r.tick(1)
		r.node("answer/open")
		first := r.node("noticed/tench")
		if other := r.Tree().Find("noticed/perch"); other == nil || other.Rect.Y < first.Rect.Y {
			t.Error("the bug of this run is not the first of the list")
		}
		r.key("Escape")
		r.click("button/" + map[bool]string{true: "keys", false: "play"}[size == phone])
		r.tick(1)
		for _, n := range r.Tree().Nodes {
			if strings.Contains(n.Label+n.Value, "one-vote-per-term") && !strings.HasPrefix(n.ID, "rule/") {
				t.Errorf("%s tells the rule: %q %q", n.ID, n.Label, n.Value)
			}
		}
	}
}

// Code without seeded bugs offers none.
func TestThereIsNoListOfBugsWithoutBugs(t *testing.T) {
	r := open(t, wide)
	if r.Tree().Find("button/bugs") != nil {
		t.Error("there is a button that opens nothing")
	}
	r.key("?")
	if r.Tree().Find("do/bugs") != nil {
		t.Error("the list of keys has a key that opens nothing")
	}
}

// What was noticed can be read while one looks, until the card is closed, and where one
// answers.
func TestWhatWasNoticedIsRepeated(t *testing.T) {
	before := code
	defer func() { code = before }()
	code.Bugs = []cluster.Bug{aBug}
	for _, size := range append([]draw.Point{wide}, phones...) {
		r := open(t, size)
		r.Apply(openBug{aBug.Name})
		r.tick(2)
		if n := r.node("clue/text"); n.Label != noticed(&aBug) || !r.areas.card.Contains(n.Rect.Center()) {
			t.Errorf("%v: the card %v says %q at %v", size, r.areas.card, n.Label, n.Rect)
		}
		r.click("clue/close")
		r.tick(2)
		if r.Tree().Find("clue/text") != nil || r.areas.logs.Empty() {
			t.Errorf("%v: the card cannot be closed", size)
		}
		r.click("answer/banner")
		r.tick(1)
		if n := r.node("noticed/answer"); !strings.Contains(n.Label, noticed(&aBug)) {
			t.Errorf("%v: where one answers stands %q", size, n.Label)
		}
		r.key("Escape")
		r.Apply(rewind{})
		r.tick(2)
		if r.Tree().Find("clue/text") != nil {
			t.Errorf("%v: the same run again opens the card again", size)
		}
	}
}
