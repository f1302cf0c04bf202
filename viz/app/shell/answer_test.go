package shell

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/bug"
	"raftarium/netsim/cluster/check"
	"raftarium/viz/draw"
)

// twoLeaders is a bug whose run violates something at once, whatever the algorithm's
// pattern of messages: two servers stand and count themselves as a majority.
const twoLeaders = "servers 3\nseed 1\nbug perch\nworkload none\nfor 3s\n\nat 1s partition s1 | s2 s3\nat 1.1s timeout s1 s2\n"

// looking is a rig in which the run of a bug is on, and what is wrong with it.
func looking(t *testing.T, size draw.Point) (*rig, *bug.Solution) {
	t.Helper()
	before := code
	t.Cleanup(func() { code = before })
	code.Bugs = []cluster.Bug{{Name: "perch", Rule: "majority-to-win", Noticed: "Two leaders.", Scenario: twoLeaders}}
	sol, err := bug.Solve(code, &code.Bugs[0])
	if err != nil {
		t.Fatal(err)
	}
	r := open(t, size)
	r.Apply(openBug{"perch"})
	r.tick(2)
	return r, sol
}

func (r *rig) told() (out []string) {
	for _, n := range r.Tree().Nodes {
		if strings.HasPrefix(n.ID, "told/") && n.ID != "told/0" {
			out = append(out, n.Label)
		}
	}
	return out
}

// One answers where one has looked, by mouse, by touch and by key, and reads what the
// command says.
func TestABugIsAnsweredInTheInterface(t *testing.T) {
	for _, size := range []draw.Point{wide, phone} {
		r, sol := looking(t, size)
		press := r.click
		if size == phone {
			press = r.tapOn
		}
		see := func(id string) {
			t.Helper()
			for range 100 {
				n, area := r.Tree().Find(id), r.Tree().Find("answers")
				if n != nil && area.Rect.Contains(n.Rect.Center()) {
					return
				}
				r.dialogScroll += 40
				r.dirty = true
				r.tick(1)
			}
			t.Fatalf("%v: %s cannot be scrolled to", size, id)
		}
		press("modified")
		r.tick(1)
		press("answer/open")
		r.tick(1)
		if n := r.node("answer/check"); !n.Disabled {
			t.Error("nothing can be checked")
		}
		press("answer/part/1")
		r.tick(1)
		wrong := check.LogMatching
		see("answer/property/" + string(wrong))
		press("answer/property/" + string(wrong))
		r.tick(1)
		press("answer/part/2")
		r.tick(1)
		for _, d := range strconv.FormatUint(uint64(sol.First.ID), 10) + "7" {
			if size == phone {
				see("answer/digit/" + string(d))
				press("answer/digit/" + string(d))
			} else {
				r.typeText(string(d))
			}
			r.tick(1)
		}
		if size == phone {
			press("answer/erase")
		} else {
			r.key("Backspace")
		}
		r.tick(1)
		press("answer/check")
		r.tick(1)
		said := r.told()
		want, err := bug.Mark(code, &code.Bugs[0], bug.Answer{Property: wrong, Event: sol.First.ID}, false)
		if err != nil {
			t.Fatal(err)
		}
		if words := want.Words(); len(said) == 0 || said[0] != strings.Join(strings.Fields(words[0].Text), " ") {
			t.Errorf("%v: it says %q, and the command %v", size, said, words)
		}
		all := strings.Join(said, "\n")
		if !strings.Contains(all, "event 2/2") || !strings.Contains(all, "2 of 4 points") || strings.Contains(all, sol.Rule.Name) {
			t.Errorf("%v: it says\n%s", size, all)
		}
		// What was answered is kept while one looks again.
		press("dialog/close")
		r.tick(1)
		press("modified")
		r.tick(1)
		press("answer/open")
		r.tick(1)
		if n := r.node("answer/part/2"); !strings.HasSuffix(n.Label, ": "+strconv.FormatUint(uint64(sol.First.ID), 10)) {
			t.Errorf("%v: the event is forgotten: %q", size, n.Label)
		}
		for part, id := range map[answerPart]string{partProperty: "property/" + string(sol.Violation.Property), partRule: "rule/" + sol.Rule.Name} {
			press("answer/part/" + strconv.Itoa(int(part)))
			r.tick(1)
			see("answer/" + id)
			press("answer/" + id)
			r.tick(1)
		}
		press("answer/check")
		r.tick(1)
		if r.Tree().Find("answer/solution") != nil {
			t.Error("one can give up when all is right")
		}
		if all := r.answer.report; !slices.ContainsFunc(all, func(l bug.Told) bool { return l.Text == "4 of 4 points" }) {
			t.Errorf("%v: the right answer is worth %v", size, all)
		}
	}
}

// Nobody is told before they answer, and giving up tells all.
func TestGivingUpExplainsABug(t *testing.T) {
	r, sol := looking(t, wide)
	r.Apply(openAnswer{})
	r.tick(1)
	if r.Tree().Find("answer/solution") != nil {
		t.Error("one can give up before one has answered")
	}
	r.Apply(pick{partProperty, string(check.LogMatching)})
	r.Apply(checkAnswer{})
	r.tick(1)
	if all := strings.Join(r.told(), "\n"); strings.Contains(all, sol.Rule.Name) || strings.Contains(all, string(sol.Violation.Property)) {
		t.Errorf("a wrong answer is told the right one:\n%s", all)
	}
	r.click("answer/solution")
	r.tick(1)
	if all := strings.Join(r.told(), "\n"); !strings.Contains(all, "missing: "+sol.Rule.Name) {
		t.Errorf("it is not explained:\n%s", all)
	}
}

// Another bug's run begins with an empty answer, and one without a bug has none.
func TestAnAnswerBelongsToABug(t *testing.T) {
	r, _ := looking(t, wide)
	r.Apply(openAnswer{})
	r.Apply(typeEvent{'0'})
	r.Apply(typeEvent{'4'})
	if r.answer.given.Event != 4 {
		t.Errorf("event %d", r.answer.given.Event)
	}
	r.answer.bug = "tench"
	r.Apply(openAnswer{})
	if r.answer.given != (bug.Answer{}) || r.answer.event != "" {
		t.Errorf("the answer of another: %+v", r.answer)
	}
	r = open(t, wide)
	r.Apply(openAnswer{})
	if r.dialog != noDialog {
		t.Error("a run without a bug is answered")
	}
}
