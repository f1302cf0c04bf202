package scene

import (
	"fmt"
	"strings"

	"raftarium/netsim/cluster/check"
	"raftarium/viz/draw"
	"raftarium/viz/ui"
)

// mood is how a verdict is meant.
type mood uint8

// The moods.
const (
	good mood = iota
	open      // nothing wrong, and not all of it proven
	bad
)

// pill is the verdict in a few words, naming the property that was violated.
func pill(v *check.Verdict) (words string, mood mood) {
	switch {
	case len(v.Violations) > 0:
		return string(v.Violations[0].Property) + " violated", bad
	case !v.Safety:
		return "not safe", bad
	case !v.ExactlyOnce:
		return "exactly once violated", bad
	case v.Linearizable == check.No:
		return "not linearizable", bad
	case v.Progress == check.No:
		return "safe · no progress", bad
	case v.Judged != nil:
		return fmt.Sprintf("no violation · %d of %d", len(v.Judged)+1, len(check.Properties())), open
	case v.Linearizable == check.Unknown:
		return "safe · linearizable?", open
	}
	return "safe · linearizable", good
}

// PillWidth is how wide the verdict's pill is.
func (f *Frame) PillWidth() float32 {
	words, _ := pill(&f.View.Verdict)
	return f.width(words, draw.Sans, sizeBody) + f.pt(40)
}

// pill draws the verdict. It is a status: it is read out when it changes.
func (f *Frame) Pill(area draw.Rect) {
	th := f.theme()
	words, mood := pill(&f.View.Verdict)
	c := th.OK
	switch mood {
	case open:
		c = th.Dim
	case bad:
		c = th.Danger
	}
	f.List.Box(area, 6, th.Panel.Mix(c, 0.1), c, 1.25)
	at := draw.Point{X: area.X + f.pt(17), Y: area.Y + area.H/2}
	switch mood {
	case good:
		draw.Check(f.List, at, f.pt(5), c)
	case open:
		f.List.DashedCircle(at, f.pt(4.5), 0, c, 1.5, 2.5, 2.2)
	default:
		draw.WarningIcon(f.List, at, f.pt(6.5), c)
	}
	at.X += f.pt(13)
	room := area.X + area.W - f.pt(8) - at.X
	shown := words
	if f.width(words, draw.Sans, sizeBody) > room { // the sign and the colour say that much
		shown = strings.TrimSuffix(words, " violated")
	}
	f.text(at, f.fit(shown, draw.Sans, sizeBody, room), draw.Sans, sizeBody, draw.Left, c)
	f.Tree.Add(ui.Node{ID: "verdict", Role: ui.RoleStatus, Label: "Verdict", Value: words, Rect: area})
}

// Defence says for each property what its violation means and what to look at.
func Defence(p check.Property) string {
	switch p {
	case check.ElectionSafety:
		return "A term has two leaders, or a server voted twice in it. Look at who voted for whom."
	case check.LeaderAppendOnly:
		return "A leader changed its own log. Look at its row."
	case check.LogMatching:
		return "Two logs have the same term at an index and differ there or before. Compare the rows."
	case check.LeaderCompleteness:
		return "A leader lacks an entry that was committed. Look at its row and at who voted for it."
	case check.StateMachineSafety:
		return "Two servers applied different commands at one index. Compare their cells there."
	case check.CommitMonotonic:
		return "A commit index went back. Look at that server's row."
	case check.AckDurable:
		return "Something was acknowledged that was not durable where it must be, or did not stay so. Look at what was synced."
	case check.ExactlyOnce:
		return "An operation took effect twice or out of its order. Look at the keys and the sessions."
	case check.Linearizability:
		return "No order of the operations explains these answers."
	case check.Progress:
		return "A connected majority committed nothing new in time, or somebody in it did not keep up."
	case check.LeaderTruth:
		return "A leader believes that a follower has what it has not."
	}
	return "The machine broke its contract."
}

// AfterViolation is what can be done now, as what tells of a violation says in the end.
func AfterViolation(touch bool) string {
	if touch {
		return "Time is frozen. Inspect the servers, go on, or restart the run. Tap to close."
	}
	return "Time is frozen. Inspect the servers, go on, or restart the run. Click to close."
}

// Modified draws the permanent banner that rules are switched off; nothing if
// none are.
func (f *Frame) Modified(area draw.Rect) {
	off := f.View.Without
	if len(off) == 0 && f.View.Bug == "" {
		return
	}
	s, th := f.scratch(), f.theme()
	t := s.texts.begin()
	if f.View.Bug != "" {
		if f.Options.Narrow {
			t.str("a bug (").str(f.View.Bug).str(")")
		} else {
			t.str("a Raft with a bug (").str(f.View.Bug).str(")")
		}
		if len(off) == 0 {
			t.str(": find the first wrong event")
			if !f.Options.Narrow {
				t.str(", and the rule that is missing")
			}
		}
	}
	switch {
	case len(off) == 0:
	case f.View.Bug != "":
		t.str(", and without ")
	default:
		t.str("modified Raft: without ")
	}
	for i, name := range off {
		if i > 0 {
			t.str(", ")
		}
		t.str(name)
	}
	words := t.end()
	f.List.Box(area, 6, th.Panel.Mix(th.Warning, 0.12), th.Warning, 1.25)
	at := draw.Point{X: area.X + f.pt(17), Y: area.Y + area.H/2}
	draw.WarningIcon(f.List, at, f.pt(6.5), th.Warning)
	at.X += f.pt(14)
	shown, room := words, area.X+area.W-f.pt(10)-at.X
	// Rules for which there is no room are counted: a name that is cut hides them.
	for n := 1; n < len(off) && f.width(shown, draw.SansBold, sizeNote) > room; n++ {
		shown = s.texts.begin().str(strings.TrimSuffix(words, strings.Join(off[len(off)-n:], ", "))).end()
		shown = s.texts.begin().str(strings.TrimSuffix(shown, ", ")).str(" +").num(uint64(n)).end()
	}
	f.text(at, f.fit(shown, draw.SansBold, sizeNote, room), draw.SansBold, sizeNote, draw.Left, th.Warning)
	f.Tree.Add(ui.Node{ID: "modified", Role: ui.RoleStatus, Label: "Modified Raft", Value: words, Rect: area})
}
