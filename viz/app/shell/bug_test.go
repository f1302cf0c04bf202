package shell

import (
	"slices"
	"strings"
	"testing"

	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/script"
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
	r.Apply(Act{Action: script.Timeout{Servers: only(1)}})
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
	text, err := r.scenarioText()
	if err != nil || strings.Contains(text, rule) || !strings.Contains(text, "bug perch") {
		t.Errorf("the run is saved as\n%s%v", text, err)
	}
	if off := r.configuration(); off.Bug != "perch" || slices.Contains(off.Without, rule) {
		t.Errorf("again it would be %q without %v", off.Bug, off.Without)
	}
}
