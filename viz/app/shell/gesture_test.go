package shell

import (
	"slices"
	"strings"
	"testing"
	"time"

	"raftarium/netsim/cluster/script"
	"raftarium/viz/draw"
	"raftarium/viz/scene"
	"raftarium/viz/ui"
)

func TestALineAcrossLinksPartitionsTheServers(t *testing.T) {
	r := open(t, wide).lead()
	// Between S5 and S1, down to between S4 and S3.
	a, b := r.position(5), r.position(1)
	c, d := r.position(4), r.position(3)
	top := draw.Point{X: (a.X + b.X) / 2, Y: min(a.Y, b.Y) - 10}
	bottom := draw.Point{X: (c.X + d.X) / 2, Y: c.Y + 30}
	r.drag(false, top, draw.Point{X: (top.X + bottom.X) / 2, Y: (top.Y + bottom.Y) / 2}, bottom)
	r.did("partition s1 s2 s3 | s4 s5")
	if n := len(r.view.Network.Cuts); n != 12 {
		t.Errorf("%d directed links are cut, want 12", n)
	}
	if r.toast == nil || r.toast.Line != "partition s1 s2 s3 | s4 s5" {
		t.Errorf("the toast says %+v", r.toast)
	}
	r.click("toast/undo")
	r.did("partition s1 s2 s3 | s4 s5", "heal")
}

func TestALineAcrossOneLinkCutsIt(t *testing.T) {
	r := open(t, wide)
	a, b := r.position(1), r.position(2)
	m := draw.Point{X: (a.X + b.X) / 2, Y: (a.Y + b.Y) / 2}
	r.drag(false, draw.Point{X: m.X + 30, Y: m.Y - 40}, draw.Point{X: m.X - 8, Y: m.Y + 10})
	r.did("cut s1 s2")
}

func TestALineAcrossNothingSaysSo(t *testing.T) {
	r := open(t, wide)
	p := draw.Point{X: r.areas.stage.X + 8, Y: r.areas.stage.Y + r.areas.stage.H - 40}
	r.drag(false, p, draw.Point{X: p.X, Y: p.Y - 60})
	r.did()
	if r.toast == nil || !strings.Contains(r.toast.Text, "crosses no link") {
		t.Errorf("the toast says %+v", r.toast)
	}
}

func around(p draw.Point, by float32) []draw.Point {
	return []draw.Point{
		{X: p.X - by, Y: p.Y - by}, {X: p.X + by, Y: p.Y - by}, {X: p.X + by, Y: p.Y + by}, {X: p.X - by, Y: p.Y + by}, {X: p.X - by, Y: p.Y - by + 4},
	}
}

func TestALassoIsolatesWhatItEncloses(t *testing.T) {
	r := open(t, wide)
	r.drag(true, around(r.position(2), 70)...)
	r.did("isolate s2")
	r.key("H")
	r.key("G")
	if r.tool != toolLasso {
		t.Fatal("G does not take the lasso")
	}
	r.drag(false, around(r.position(3), 70)...)
	r.did("isolate s2", "heal", "isolate s3")
	if r.tool != noTool {
		t.Error("the lasso stays in the hand")
	}
}

func TestTheEndOfALinkCutsAndMendsOneWay(t *testing.T) {
	r := open(t, wide)
	id := "link/s1/s2"
	r.click(id)
	r.did("cut s1 -> s2")
	r.click(id)
	r.did("cut s1 -> s2", "mend s1 -> s2")
}

func TestADoubleClickCrashesAndRestarts(t *testing.T) {
	r := open(t, wide)
	r.click("server/2")
	if r.selected != server2() {
		t.Errorf("selected %+v", r.selected)
	}
	r.tick(ticksBetweenClicks)
	r.click("server/2")
	r.click("server/2")
	r.did("crash s2")
	r.tick(ticksBetweenClicks)
	r.click("server/2")
	r.click("server/2")
	r.did("crash s2", "restart s2")
}

// ticksBetweenClicks are enough for two clicks not to be a double-click.
const ticksBetweenClicks = 40

func TestTheStageIsSlicedByKeyboardToo(t *testing.T) {
	r := open(t, wide)
	for _, k := range []string{"P", "1", "3", "Enter"} {
		r.key(k)
	}
	r.did("isolate s1 s3")
	r.key("H")
	for _, k := range []string{"X", "4", "5"} {
		r.key(k)
	}
	r.did("isolate s1 s3", "heal", "cut s4 -> s5")
}

func TestTheMenuOffersWhatCanBeDoneAndItsLine(t *testing.T) {
	r := open(t, wide).lead()
	r.rightClick(r.position(2))
	if r.menu == nil || r.menu.Of != server2() {
		t.Fatalf("the menu is %+v", r.menu)
	}
	var labels []string
	for _, it := range r.items(r.menu.Of) {
		labels = append(labels, it.Label+"="+it.Line)
		if it.Line != "" {
			if _, err := script.ParseAction(it.Line); err != nil {
				t.Errorf("%s: %v", it.Label, err)
			}
		}
	}
	want := "Crash S2=crash s2 Pause S2=pause s2 Let it time out=timeout s2 Transfer leadership here=transfer s2 Isolate S2=isolate s2 Leave it as the only bridge=bridge s2 Cut one way from S2= Remove S2 from the cluster=remove s2"
	if got := strings.Join(labels, " "); got != want {
		t.Errorf("the menu offers\n%s, want\n%s", got, want)
	}
	r.click("menu/1")
	r.did("pause s2")
	if r.menu != nil {
		t.Error("the menu stays open")
	}
	r.rightClick(r.position(2))
	r.key("Escape")
	if r.menu != nil {
		t.Error("Escape does not close the menu")
	}
}

func TestEveryThingHasAMenuAndEveryEntryWorks(t *testing.T) {
	for _, kind := range []scene.Kind{scene.Nothing, scene.Server, scene.Client, scene.Message, scene.Link, scene.Cell} {
		probe := open(t, wide).lead()
		n := len(probe.items(thingOf(probe, kind)))
		if n == 0 {
			t.Errorf("kind %d has no menu", kind)
		}
		for i := range n {
			r := open(t, wide).lead()
			thing := thingOf(r, kind)
			r.Apply(showMenu{menu{Of: thing, At: r.areas.stage.Center()}})
			r.tick(1)
			it := r.items(thing)[i]
			before := len(r.lines())
			r.click("menu/" + string(rune('0'+i)))
			if it.Line != "" && len(r.lines()) != before+1 {
				t.Errorf("kind %d: %s did not perform %q: %+v", kind, it.Label, it.Line, r.toast)
			}
		}
	}
}

// thingOf is something of that kind in a run in which somebody leads.
func thingOf(r *rig, kind scene.Kind) scene.Thing {
	switch kind {
	case scene.Server:
		return server2()
	case scene.Client:
		return scene.ThingClient(1)
	case scene.Message:
		for len(r.view.InFlight) == 0 {
			r.world.Step()
			r.refresh()
		}
		return scene.ThingMessage(r.view.InFlight[0].ID)
	case scene.Link:
		return scene.ThingLink(script.Endpoint{Server: 1}, script.Endpoint{Server: 2})
	case scene.Cell:
		_ = r.Do("append c1 x 1")
		r.Pass(1e9)
		return scene.ThingCell(1, 2)
	}
	return scene.Thing{}
}

func TestAMessageSlowsTimeAndStopsIt(t *testing.T) {
	r := open(t, wide).lead()
	msg := thingOf(r, scene.Message)
	r.Apply(playPause{})
	r.settings.Speed = fastest
	r.hover = msg
	if got := r.speed(); got != hoverSpeed {
		t.Errorf("under the pointer time runs at %v", got)
	}
	r.Apply(r.intentOf(msg.ID(), false))
	if r.playing || r.selected != msg || r.frozen != msg.Message {
		t.Errorf("a click leaves playing %v, selected %+v, frozen %d", r.playing, r.selected, r.frozen)
	}
}

func TestATouchTapsDragsAndRests(t *testing.T) {
	r := open(t, phone).lead()
	r.tap(r.position(2))
	if r.selected != server2() {
		t.Errorf("a tap selects %+v", r.selected)
	}
	// A finger that rests opens the menu.
	p := r.position(3)
	for range 40 {
		r.do(Tick{Devices: ui.Devices{Fingers: []ui.Finger{{ID: 1, At: p}}}})
	}
	if r.menu == nil || r.menu.Of != scene.ThingServer(3) {
		t.Fatalf("the menu is %+v", r.menu)
	}
	r.do(Tick{Devices: ui.Devices{Fingers: []ui.Finger{{ID: 1, At: p, End: true}}}})
	r.tick(ticksBetweenClicks)
	r.tapOn("menu/0")
	r.did("crash s3")
	// A finger that moves cuts.
	a, b := r.position(1), r.position(2)
	m := draw.Point{X: (a.X + b.X) / 2, Y: (a.Y + b.Y) / 2}
	for _, f := range []ui.Finger{{ID: 2, At: draw.Point{X: m.X + 14, Y: m.Y - 22}}, {ID: 2, At: draw.Point{X: m.X - 5, Y: m.Y + 8}}, {ID: 2, At: draw.Point{X: m.X - 5, Y: m.Y + 8}, End: true}} {
		r.do(Tick{Devices: ui.Devices{Fingers: []ui.Finger{f}}})
	}
	r.did("crash s3", "cut s1 s2")
}

func TestASecondFingerCancelsALine(t *testing.T) {
	r := open(t, phone).lead()
	a, b := r.position(1), r.position(2)
	m := draw.Point{X: (a.X + b.X) / 2, Y: (a.Y + b.Y) / 2}
	r.do(Tick{Devices: ui.Devices{Fingers: []ui.Finger{{ID: 2, At: draw.Point{X: m.X + 14, Y: m.Y - 22}}}}})
	r.do(Tick{Devices: ui.Devices{Fingers: []ui.Finger{{ID: 2, At: draw.Point{X: m.X - 5, Y: m.Y + 8}}}}})
	r.do(Tick{Devices: ui.Devices{Fingers: []ui.Finger{{ID: 2, At: draw.Point{X: m.X - 5, Y: m.Y + 8}}, {ID: 3, At: a}}}})
	r.tick(2)
	r.did()
	if len(r.stroke) != 0 {
		t.Error("the line is still being drawn")
	}
}

func TestSlidersSetTheNetworkAndUndoTheirWholeWay(t *testing.T) {
	r := open(t, wide)
	before := r.view.Network.Loss
	n := *r.node("slider/loss")
	y := n.Rect.Center().Y
	r.drag(false, draw.Point{X: n.Rect.X + 8, Y: y}, draw.Point{X: n.Rect.X + n.Rect.W/4, Y: y}, draw.Point{X: n.Rect.X + n.Rect.W/2, Y: y})
	r.did("loss 25%")
	r.click("toast/undo")
	if r.view.Network.Loss != before {
		t.Errorf("Undo leaves the loss at %v", r.view.Network.Loss)
	}
	for _, id := range []string{"latency", "jitter", "duplicate", "reorder", "disk", "clients"} {
		r := open(t, wide)
		r.Apply(fold{"settings"})
		r.tick(3)
		n := *r.node("slider/" + id)
		before := situationOf(&r.view)
		r.clickAt(draw.Point{X: n.Rect.X + n.Rect.W - 9, Y: n.Rect.Center().Y})
		if len(r.lines()) != 1 {
			t.Errorf("%s: did %q", id, r.lines())
			continue
		}
		r.click("toast/undo")
		if rest := undoing(before, situationOf(&r.view)); len(rest) != 0 {
			t.Errorf("%s: Undo leaves %v", id, rest)
		}
	}
}

// What a run starts with is set by a slider that starts a new one, and says so as the
// header line that it changes.
func TestSlidersOfHeaderLines(t *testing.T) {
	for id, line := range map[string]string{"snapshot": "snapshot 50000", "sessions": "sessions 100", "window": "window 16", "uncommitted": "uncommitted 50000"} {
		r := open(t, wide).lead()
		r.Apply(fold{"settings"})
		r.tick(3)
		n := *r.node("slider/" + id)
		y := n.Rect.Center().Y
		r.drag(false, draw.Point{X: n.Rect.X + 8, Y: y}, draw.Point{X: n.Rect.X + n.Rect.W - 1, Y: y})
		if text := r.toast.Text; !strings.Contains(text, line) {
			t.Errorf("%s: the toast says %q", id, text)
		}
		if text, err := r.scenarioText(); err != nil || !strings.Contains(text, "\n"+line+"\n") {
			t.Errorf("%s: the run is saved as\n%s (%v)", id, text, err)
		}
	}
}

// A client that has registered offers that its session ends.
func TestTheMenuOfAClientEndsItsSession(t *testing.T) {
	r := open(t, wide)
	r.Apply(setHeader{"sessions", 4, func(c *script.Config) *int { return &c.Sessions }})
	r.lead()
	has := func() bool {
		return slices.ContainsFunc(r.clientItems(1), func(i menuItem) bool { return i.Line == "expire c1" })
	}
	if has() {
		t.Error("there is no session, and the menu offers to end it")
	}
	if err := r.Do("append c1 x a"); err != nil {
		t.Fatal(err)
	}
	r.Pass(time.Second)
	if !has() {
		t.Fatal("the menu does not offer to end the session")
	}
	if err := r.Do("expire c1"); err != nil {
		t.Fatal(err)
	}
	r.Pass(time.Second)
	if has() {
		t.Error("the session goes on")
	}
}

func TestTheNumberOfServersStartsANewRunOnceItIsLetGo(t *testing.T) {
	r := open(t, wide).lead()
	old := r.world
	n := *r.node("slider/servers")
	y := n.Rect.Center().Y
	r.move(draw.Point{X: n.Rect.X + 30, Y: y})
	r.do(mouse(draw.Point{X: n.Rect.X + 30, Y: y}, true, true, false))
	r.do(mouse(draw.Point{X: n.Rect.X + n.Rect.W - 9, Y: y}, true, false, false))
	if r.world != old {
		t.Fatal("the run was replaced while the slider was held")
	}
	if v := r.node("slider/servers").Value; v != "9" {
		t.Errorf("the held slider shows %s", v)
	}
	r.do(mouse(draw.Point{X: n.Rect.X + n.Rect.W - 9, Y: y}, false, false, true))
	r.tick(1)
	if len(r.view.Servers) != 9 {
		t.Fatalf("there are %d servers", len(r.view.Servers))
	}
	if !strings.Contains(r.toast.Text, "new run") {
		t.Errorf("the toast says %q", r.toast.Text)
	}
	r.click("toast/undo")
	if r.world != old {
		t.Error("Undo does not bring the old run back")
	}
}

func TestTheLogsCanBeDraggedAndFollowTheirEndAgain(t *testing.T) {
	r := open(t, wide).lead()
	_ = r.Do("load append 3")
	r.Pass(20e9)
	r.tick(1)
	if !r.logsFollow || r.grid.First == 0 {
		t.Fatalf("the logs are at %v of %v", r.grid.First, r.grid.Last)
	}
	end := r.grid.First
	c := r.areas.logs.Center()
	r.drag(false, c, draw.Point{X: c.X + 100, Y: c.Y}, draw.Point{X: c.X + 300, Y: c.Y})
	if r.logsFollow || r.grid.First >= end {
		t.Errorf("after a drag the logs are at %v, follow %v", r.grid.First, r.logsFollow)
	}
	r.key("End")
	if !r.logsFollow || r.grid.First < end {
		t.Errorf("after End the logs are at %v", r.grid.First)
	}
}

func TestTheWheelBringsTheServersIntoViewThatHaveNoRoom(t *testing.T) {
	r := open(t, draw.Point{X: 700, Y: 500})
	r.Apply(SetServers{9})
	r.tick(1)
	if r.grid.Rows >= 9 {
		t.Fatalf("all %d rows have room", r.grid.Rows)
	}
	wheel := func(y float32) {
		m := mouse(r.areas.logs.Center(), false, false, false)
		m.Wheel = draw.Point{Y: y}
		r.do(m)
		r.tick(1)
	}
	wheel(1000)
	if want := 9 - r.grid.Rows; r.logsRow != want {
		t.Errorf("scrolled down by %d rows, want %d", r.logsRow, want)
	}
	wheel(-1000)
	if r.logsRow != 0 {
		t.Errorf("scrolled up again to %d", r.logsRow)
	}
}

func TestTheTourLeavesTheLogsInView(t *testing.T) {
	for _, size := range []draw.Point{wide, {X: 390, Y: 844}, {X: 768, Y: 1024}} {
		r := open(t, size)
		r.Apply(SetTour{On: true})
		r.tick(1)
		if r.grid.Rows != len(r.view.Servers) || r.areas.card.Empty() {
			t.Errorf("%v: %d logs below a card at %v", size, r.grid.Rows, r.areas.card)
		}
	}
}
