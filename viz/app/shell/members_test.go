package shell

import (
	"slices"
	"strings"
	"testing"
	"time"

	"raftarium/raft"
	"raftarium/viz/scene"
)

// A server joins by a key, and the ring makes room for it little by little.
func TestTheRingReformsWhenAServerJoinsOrLeaves(t *testing.T) {
	r := open(t, wide).lead()
	at := func(id int) float32 { return r.node("server/" + string(rune('0'+id))).Rect.Center().Y }
	before := at(5)
	r.key("+")
	r.did("add s6")
	on := at(5)
	r.tick(120)
	after := at(5)
	if on == before || after == on || before < on != (on < after) {
		t.Errorf("S5 stands at %v, then %v, then %v", before, on, after)
	}
	if r.turnRing() {
		t.Error("the ring moves still after two seconds")
	}
	r.Pass(time.Second)
	if got := r.labels6(); !strings.Contains(got, "Promote S6 to a voter=promote s6 Remove S6 from the cluster=remove s6") {
		t.Errorf("the menu of a learner: %s", got)
	}
	for _, line := range []string{"remove s6", "crash s6"} {
		if err := r.Do(line); err != nil {
			t.Fatal(err)
		}
		r.Pass(time.Second)
	}
	r.tick(120)
	if r.Tree().Find("server/6") != nil || at(5) != before {
		t.Errorf("S5 stands at %v, and did at %v", at(5), before)
	}
}

func (r *rig) labels6() string {
	var labels []string
	for _, it := range r.items(scene.ThingServer(6)) {
		labels = append(labels, it.Label+"="+it.Line)
	}
	return strings.Join(labels, " ")
}

func TestReducedMotionPutsServersAtOnceWhereTheyBelong(t *testing.T) {
	r := open(t, wide).lead()
	r.Apply(setMotion{reduced})
	r.key("+")
	if r.turnRing() || len(r.ring.turns) != 6 || r.ring.turns[1].At != share(1, 6) {
		t.Errorf("the ring is %+v", r.ring.turns)
	}
}

func TestTheNextServerHasANewNumber(t *testing.T) {
	r := open(t, wide).lead()
	if err := r.Do("add s9"); err != nil {
		t.Fatal(err)
	}
	if id := r.nextServer(); id != 10 {
		t.Errorf("the next server is %v", id)
	}
	if err := r.Do("add s25"); err != nil {
		t.Fatal(err)
	}
	if id := r.nextServer(); id != 6 {
		t.Errorf("the next server is %v", id)
	}
}

// The slider says how many servers there are, not how many there were at the start.
func TestTheServersSliderCountsThoseThatJoined(t *testing.T) {
	r := open(t, wide).lead()
	want := func(n string) {
		t.Helper()
		r.tick(1)
		if got := r.node("slider/servers").Value; got != n {
			t.Errorf("the slider says %q with %d servers on stage", got, len(r.view.Servers))
		}
	}
	want("5")
	r.key("+")
	want("6")
	if err := r.Do("add s7"); err != nil {
		t.Fatal(err)
	}
	want("7")
	r.Apply(SetServers{7}) // as many as there are: nothing to do
	if n := len(r.lines()); n != 2 {
		t.Errorf("a slider that is let go where it was starts a new run: %d actions are left", n)
	}
	r.Apply(SetServers{5}) // as many as at the start, but not now
	want("5")
	r.Apply(undo{})
	want("7")
	r.Pass(2 * time.Second) // until they are learners
	for _, line := range []string{"remove s7", "remove s6"} {
		if err := r.Do(line); err != nil {
			t.Fatal(err)
		}
		r.Pass(2 * time.Second)
	}
	if err := r.Do("crash s6 s7"); err != nil {
		t.Fatal(err)
	}
	want("5")
}

// Who has no vote is offered nothing that only a voter can do.
func TestALearnerIsNotOfferedToLead(t *testing.T) {
	r := open(t, wide).lead()
	offered := func(id raft.ID) bool {
		return slices.ContainsFunc(r.serverItems(id), func(i menuItem) bool { return strings.HasPrefix(i.Line, "transfer ") })
	}
	if err := r.Do("add s6"); err != nil {
		t.Fatal(err)
	}
	r.Pass(time.Second)
	if offered(6) {
		t.Error("a learner is offered to lead")
	}
	if err := r.Do("promote s6"); err != nil {
		t.Fatal(err)
	}
	r.Pass(time.Second)
	if !offered(6) {
		t.Error("a voter is not offered to lead")
	}
}
