package shell

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"raftarium/netsim/cluster"
	"raftarium/raft"
	"raftarium/viz/draw"
	"raftarium/viz/text"
	"raftarium/viz/ui"
)

var sizes = []draw.Point{wide, {X: 1280, Y: 720}, {X: 1024, Y: 768}, {X: 1920, Y: 1080}, {X: 2560, Y: 1440}, {X: 768, Y: 1024}, {X: 820, Y: 600}, phone, {X: 360, Y: 640}, {X: 844, Y: 390}, {X: 320, Y: 320}, {X: 5000, Y: 300}}

// staging is a state of the interface.
type staging struct {
	name string
	make func(r *rig)
}

// aBug is a seeded bug.
var aBug = cluster.Bug{Name: "perch", Rule: "majority-to-win", Noticed: "Two leaders\n  were seen. A client was told that its write was done, and after a partition healed nobody had it any more; this happened twice in a week.", Scenario: "servers 4\nbug perch\nworkload none\nfor 10s\n"}

// situations are states of the interface that are laid out at every size.
var situations = []staging{
	{"at rest", func(*rig) {}},
	{"selected, with a toast", func(r *rig) { r.Apply(Select{server2()}); r.key("I") }},
	{"a client retries", func(r *rig) { _ = r.Do("isolate leader"); _ = r.Do("fire 5"); r.Pass(500 * time.Millisecond) }},
	{"the keys", func(r *rig) { longLogs(r); r.Apply(showTab{tabKeys}) }},
	{"modified, with a violation", violated},
	{"faults", drawer(drawerFaults)},
	{"network", drawer(drawerNetwork)},
	{"clients", drawer(drawerClients)},
	{"inspect", drawer(drawerInspect)},
	{"more", drawer(drawerMore)},
	{"the tour", func(r *rig) { r.Apply(SetTour{On: true}) }},
	{"all keys", func(r *rig) { r.Apply(showDialog{dialogKeys}) }},
	{"the rules", func(r *rig) { r.Apply(showDialog{dialogRules}) }},
	{"a field with an error", func(r *rig) {
		r.Apply(showDialog{dialogCommand})
		r.Apply(edit{"partition s1 s1 | s2"})
		r.Apply(submit{})
	}},
	{"a message", func(r *rig) { r.complain("Not opened", "line 3, column 9: nothing fits") }},
	{"nine servers, nine clients", func(r *rig) { r.Apply(SetServers{9}); _ = r.Do("clients 9"); longLogs(r) }},
	{"one server, no clients", func(r *rig) { r.Apply(SetServers{1}); _ = r.Do("clients 0"); r.Pass(time.Second) }},
}

func drawer(d Drawer) func(*rig) { return func(r *rig) { r.Apply(showDrawer{d}) } }

// violated is a run in which two halves elect a leader each.
func violated(r *rig) {
	if err := r.start(fourServers("majority-to-win"), "four"); err != nil {
		r.t.Fatal(err)
	}
	for _, l := range []string{"partition s1 s2 | s3 s4", "timeout s1 s3"} {
		if err := r.Do(l); err != nil {
			r.t.Fatal(err)
		}
	}
	r.Pass(time.Second)
	if len(r.view.Verdict.Violations) == 0 {
		r.t.Fatal("half of the servers elected a leader each, and nobody objects")
	}
}

func TestNothingOverlapsOrLeavesTheWindow(t *testing.T) {
	for _, size := range sizes {
		for _, s := range situations {
			t.Run(fmt.Sprintf("%vx%v %s", size.X, size.Y, s.name), func(t *testing.T) {
				r := open(t, size).lead()
				s.make(r)
				r.tick(2)
				checkLayout(t, r)
			})
		}
	}
}

func checkLayout(t *testing.T, r *rig) {
	t.Helper()
	window := draw.Rect{W: r.size.X, H: r.size.Y}
	seen := map[string]bool{}
	top := 0 // what lies over the rest begins here
	for i := range r.tree.Nodes {
		n := &r.tree.Nodes[i]
		if seen[n.ID] {
			t.Errorf("the ID %s is not unique", n.ID)
		}
		seen[n.ID] = true
		if n.Label == "" && n.ID != "dialog/backdrop" {
			t.Errorf("%s has no label", n.ID)
		}
		if n.Role == ui.RoleDialog || n.Role == ui.RoleMenu {
			top = i
		}
		if !n.Rect.Empty() && (n.Rect.X < -0.5 || n.Rect.Y < -0.5 || n.Rect.X+n.Rect.W > window.W+0.5 || n.Rect.Y+n.Rect.H > window.H+0.5) {
			t.Errorf("%s lies outside the window: %+v", n.ID, n.Rect)
		}
	}
	var controls []*ui.Node
	for i := top; i < len(r.tree.Nodes); i++ {
		n := &r.tree.Nodes[i]
		switch n.Role {
		case ui.RoleButton, ui.RoleSlider, ui.RoleSwitch, ui.RoleTab, ui.RoleTextBox, ui.RoleMenuItem:
			if !n.Rect.Empty() {
				controls = append(controls, n)
			}
		case ui.RoleText, ui.RoleStatus:
			switch n.ID { // what stands in the bar among the controls
			case "verdict", "clock", "name", "run", "speed", "modified":
				controls = append(controls, n)
			}
		}
	}
	for i, a := range controls {
		for _, b := range controls[i+1:] {
			if x := a.Rect.Intersect(b.Rect); x.W > 0.5 && x.H > 0.5 {
				t.Errorf("%s %+v and %s %+v overlap", a.ID, a.Rect, b.ID, b.Rect)
			}
		}
	}
	if top > 0 && len(controls) == 0 {
		t.Error("what lies over everything has no control")
	}
}

// No label is cut short where there is the room that the design asks for.
func TestLabelsAreWhole(t *testing.T) {
	for _, size := range []draw.Point{wide, {X: 1280, Y: 720}, {X: 1024, Y: 768}, phone} {
		for _, s := range situations[:3] {
			for d := noDrawer; d <= drawerMore; d++ {
				r := open(t, size).lead()
				s.make(r)
				if d != noDrawer {
					if !r.areas.narrow {
						continue
					}
					r.Apply(showDrawer{d})
				}
				r.tick(1)
				drawn := map[string]bool{}
				for i := range r.list.Cmds {
					drawn[r.list.Cmds[i].Text] = true
				}
				for i := range r.tree.Nodes {
					n := &r.tree.Nodes[i]
					if n.Role != ui.RoleButton && n.Role != ui.RoleSlider && n.Role != ui.RoleTab || r.iconOnly(n) || inCapitals(n) || n.Rect.Empty() {
						continue
					}
					if !drawn[n.Label] {
						t.Errorf("%vx%v, %s, drawer %d: %q of %s is cut short", size.X, size.Y, s.name, d, n.Label, n.ID)
					}
					if n.Role == ui.RoleSlider && !drawn[n.Value] {
						t.Errorf("%vx%v: the value %q of %s is cut short", size.X, size.Y, n.Value, n.ID)
					}
				}
			}
		}
	}
}

// iconOnly reports whether a button shows no label.
func (r *rig) iconOnly(n *ui.Node) bool { return n.Role == ui.RoleButton && n.Rect.W <= 44 }

// inCapitals reports whether a label is drawn letter by letter, as headings are.
func inCapitals(n *ui.Node) bool { return strings.HasPrefix(n.ID, "fold/") }

// phones are the windows that are laid out for fingers, upright and on their side.
var phones = []draw.Point{phone, {X: 360, Y: 640}, {X: 568, Y: 320}, {X: 844, Y: 390}}

func TestAFingerCanHitEveryControlOfAPhone(t *testing.T) {
	more := append(situations[:len(situations):len(situations)], staging{"a closed violation", func(r *rig) { violated(r); r.Apply(hideAlarm{}) }},
		staging{"a menu", func(r *rig) { r.Apply(showMenu{menu{Of: server2(), Centered: true}}) }},
		staging{"a bug", func(r *rig) { r.Apply(Open{Name: "bug.txt", Text: aBug.Scenario}) }},
		staging{"an answer", func(r *rig) {
			r.Apply(Open{Name: "bug.txt", Text: aBug.Scenario})
			r.Apply(openAnswer{})
			r.Apply(openPart{partEvent})
		}})
	before := code
	defer func() { code = before }()
	code.Bugs = []cluster.Bug{aBug}
	for _, size := range phones {
		for _, s := range more {
			r := open(t, size).lead()
			s.make(r)
			r.tick(2)
			checkLayout(t, r)
			edges := []draw.Rect{r.areas.panel} // what lies across one is scrolled to
			for _, id := range []string{"dialog", "bugs", "rules", "answers"} {
				if n := r.tree.Find(id); n != nil {
					edges = append(edges, n.Rect)
				}
			}
			for i := range r.tree.Nodes {
				n := &r.tree.Nodes[i]
				if !n.Focusable || n.Role == ui.RoleImage || n.Rect.Empty() || slices.ContainsFunc(edges, func(e draw.Rect) bool {
					return e.Contains(n.Rect.Center()) && (n.Rect.Y+n.Rect.H > e.Y+e.H-0.5 || n.Rect.Y < e.Y+0.5)
				}) || strings.HasPrefix(n.ID, "do/") && n.Rect.Y+n.Rect.H > size.Y-60 {
					continue
				}
				if n.Rect.H < ui.TouchLeast-0.5 || n.Rect.W < ui.TouchLeast-0.5 {
					t.Errorf("%v, %s: %s is only %v x %v", size, s.name, n.ID, n.Rect.W, n.Rect.H)
				}
			}
		}
	}
}

func TestNothingIsDrawnWhileNothingChanges(t *testing.T) {
	r := open(t, wide).lead()
	r.tick(2)
	for range 100 {
		if r.Update(Tick{Size: r.size}) {
			t.Fatal("a tick without input and with time standing still lays out anew")
		}
	}
	// Moving the pointer over nothing in particular draws nothing either.
	p := draw.Point{X: r.areas.stage.X + 3, Y: r.areas.stage.Y + 3}
	r.move(p)
	still := mouse(draw.Point{X: p.X + 1, Y: p.Y}, false, false, false)
	still.Size = r.size
	if r.Update(still) && r.Layout() {
		t.Error("a pointer that moves over nothing changes the picture")
	}
	r.Apply(playPause{})
	if !r.Update(Tick{Size: r.size}) || !r.Layout() {
		t.Error("time passes and the picture stays")
	}
}

func TestTheThemeFollowsTheSystemUnlessOverridden(t *testing.T) {
	r := open(t, wide)
	if r.Theme().Name != "dark" {
		t.Fatalf("the theme is %s", r.Theme().Name)
	}
	r.host.light = true
	r.tick(1)
	if r.Theme().Name != "light" {
		t.Error("the theme does not follow the system")
	}
	r.Apply(setTheme{dark})
	r.tick(1)
	if r.Theme().Name != "dark" {
		t.Error("the theme cannot be overridden")
	}
}

func TestAllThatIsWrittenHasGlyphs(t *testing.T) {
	for _, size := range []draw.Point{wide, phone} {
		for _, s := range situations {
			r := open(t, size).lead()
			s.make(r)
			r.tick(2)
			for i := range r.list.Cmds {
				c := &r.list.Cmds[i]
				for _, ch := range c.Text {
					if c.Op == draw.OpText && !text.Has(c.Font, ch) {
						t.Errorf("%s: no glyph for %q in %q", s.name, ch, c.Text)
					}
				}
			}
		}
	}
}

// Where the panel at the right is low, the tour leaves room for what is told, and what is
// selected during it can be inspected.
func TestTheTourLeavesRoom(t *testing.T) {
	for _, size := range []draw.Point{{X: 1280, Y: 720}, {X: 1366, Y: 768}, {X: 960, Y: 600}, {X: 1024, Y: 640}} {
		r := open(t, size).lead()
		r.Apply(SetTour{On: true})
		r.tick(2)
		if n := r.areas.narration; n.H < 80 {
			t.Errorf("%v: narration %v", size, n)
		}
		r.Apply(Select{server2()})
		r.tick(2)
		if i := r.areas.inspector; i.H < 80 {
			t.Errorf("%v: inspector %v", size, i)
		}
	}
}

// What is used most is in view without scrolling, in every window that people have.
func TestTheControlsHaveRoom(t *testing.T) {
	for _, size := range []draw.Point{wide, {X: 1280, Y: 720}, {X: 1366, Y: 768}, {X: 1920, Y: 1080}, {X: 960, Y: 600}} {
		r := open(t, size).lead()
		r.tick(3)
		for _, id := range []string{"button/slice", "button/crash", "button/heal", "button/add", "slider/servers", "button/fire", "button/reads", "load/mixed", "button/command", "fold/settings"} {
			if n := r.node(id); n.Rect.Y+n.Rect.H > size.Y || n.Rect.H < 16 {
				t.Errorf("%v: %s is at %v", size, id, n.Rect)
			}
		}
		if r.panelHeight > r.areas.panel.H {
			t.Errorf("%v: the controls are %v high and have room for %v", size, r.panelHeight, r.areas.panel.H)
		}
		// What is unfolded comes into view, and stays as it was left.
		r.click("fold/settings")
		r.tick(3)
		if n := r.node("slider/uncommitted"); n.Rect.Y+n.Rect.H > size.Y || n.Rect.H < 16 {
			t.Errorf("%v: what was unfolded is at %v", size, n.Rect)
		}
		if again := parseSettings(r.Settings().Encode()); again.folded("settings", false) {
			t.Error("the next visit finds the section folded again")
		}
		r.click("fold/settings")
		r.tick(3)
		if r.tree.Find("slider/uncommitted") != nil {
			t.Errorf("%v: a folded section shows its sliders", size)
		}
	}
}

// crowd is 9 servers with full logs and some 300 messages.
func crowd(b testing.TB) *rig {
	r := open(b, wide)
	r.Apply(SetServers{9})
	for _, l := range []string{"clients 9", "load mixed 16", "latency 90ms..110ms", "duplicate 100%"} {
		if err := r.Do(l); err != nil {
			b.Fatal(err)
		}
	}
	r.Pass(20 * time.Second)
	for i := 0; len(r.view.InFlight) < 300 && i < 400; i++ {
		_ = r.Do("timeout s1 s3 s5 s7 s9")
		r.Pass(5 * time.Millisecond)
	}
	r.tick(1)
	return r
}

// A crowded frame may allocate 50 times more than an empty one.
func TestACrowdedFrameAllocatesLittle(t *testing.T) {
	r := crowd(t)
	if n := len(r.view.InFlight); n < 300 {
		t.Fatalf("%d messages are on their way, want 300", n)
	}
	if n := testing.AllocsPerRun(20, func() { r.Layout() }); n > 50 {
		t.Errorf("%v allocations a frame, want 50 at most", n)
	}
}

// BenchmarkLayout lays a crowd out.
func BenchmarkLayout(b *testing.B) {
	r := crowd(b)
	b.ReportAllocs()
	for b.Loop() {
		r.Layout()
	}
	b.ReportMetric(float64(len(r.view.InFlight)), "messages")
}

func BenchmarkTick(b *testing.B) {
	r := open(b, wide)
	if err := r.Do("load mixed 16"); err != nil {
		b.Fatal(err)
	}
	r.Pass(5 * time.Second)
	r.Apply(playPause{})
	b.ReportAllocs()
	for b.Loop() {
		r.do(Tick{})
	}
}

// Large type leaves the layout what it needs, in every window.
func TestLargeTypeFitsTheWindow(t *testing.T) {
	r := open(t, wide)
	for _, w := range [][2]float64{{3840, 2160}, {1920, 1080}, {1280, 720}, {1024, 768}, {900, 1200}, {390, 844}, {320, 480}} {
		if z := r.Zoom(w[0], w[1]); z != 1 {
			t.Errorf("%v: zoom %v before it is asked for", w, z)
		}
	}
	r.Apply(setLarge{true})
	for _, w := range [][2]float64{{3840, 2160}, {1920, 1080}, {1280, 720}, {1024, 768}, {900, 1200}, {390, 844}, {320, 480}} {
		z := r.Zoom(w[0], w[1])
		narrow := w[0] < uprightBelow && w[0] < w[1]
		switch {
		case z < 1 || z > mostZoom:
			t.Errorf("%v: zoom %v", w, z)
		case z == 1:
		case narrow && w[0]/z < zoomNarrow-1e-9, !narrow && (w[0]/z < zoomWidth-1e-9 || w[1]/z < zoomHeight-1e-9):
			t.Errorf("%v: zoom %v leaves %v x %v points", w, z, w[0]/z, w[1]/z)
		}
	}
	if z := r.Zoom(1920, 1080); z < 1.5 {
		t.Errorf("on a projector everything is %v as large, which the last row does not read", z)
	}
}

// Large type makes servers larger too, not what surrounds them alone.
func TestLargeTypeMakesServersNoSmaller(t *testing.T) {
	for _, window := range []draw.Point{wide, {X: 1920, Y: 1080}, {X: 1280, Y: 720}, {X: 1366, Y: 768}, {X: 1024, Y: 768}, {X: 2560, Y: 1440}} {
		r := open(t, window).lead()
		r.tick(1)
		before := r.geom.Radius
		r.Apply(setLarge{true})
		z := float32(r.Zoom(float64(window.X), float64(window.Y)))
		r.size = draw.Point{X: window.X / z, Y: window.Y / z}
		r.tick(3)
		if after := r.geom.Radius * z; after < before*0.96 { // the narrowest hardly has larger type
			t.Errorf("%v: servers have a radius of %v with large type and of %v without", window, after, before)
		}
		if r.areas.logs.H > (r.size.Y-r.areas.top.H)/3 || r.grid.Rows < 5 {
			t.Errorf("%v: the logs are %v high of %v, and show %d rows", window, r.areas.logs.H, r.size.Y, r.grid.Rows)
		}
		for _, tour := range []bool{false, true} {
			r.Apply(SetTour{On: tour})
			r.tick(2)
			checkLayout(t, r)
			for i := range r.tree.Nodes {
				n := &r.tree.Nodes[i]
				if n.Role == ui.RoleButton && !r.iconOnly(n) && !inCapitals(n) && !n.Rect.Empty() && !r.drawn(n.Label) {
					t.Errorf("%v, tour %v: %q of %s is cut short", window, tour, n.Label, n.ID)
				}
			}
		}
	}
}

// A phone that lies on its side shows its servers apart from each other and the logs of
// all of them, and what a card says stands clear of its buttons.
func TestAPhoneOnItsSideIsDividedSideways(t *testing.T) {
	for _, size := range []draw.Point{{X: 568, Y: 320}, {X: 667, Y: 375}, {X: 740, Y: 360}, {X: 844, Y: 390}, {X: 932, Y: 430}} {
		r := open(t, size).lead()
		r.tick(1)
		a := &r.areas
		if !a.narrow || a.logs.X < a.stage.X+a.stage.W || a.logs.H < 120 || a.stage.H < 150 {
			t.Errorf("%v: the stage is %v, the logs are %v", size, a.stage, a.logs)
		}
		for i := 1; i <= 5; i++ {
			for k := 1; k < i; k++ {
				p, q := r.position(i), r.position(k)
				if d := math.Hypot(float64(p.X-q.X), float64(p.Y-q.Y)); d < 36 {
					t.Errorf("%v: S%d and S%d are %.0f apart", size, i, k, d)
				}
			}
		}
		if r.grid.Rows != 5 {
			t.Errorf("%v: %d logs are shown", size, r.grid.Rows)
		}
		if err := r.Do("crash leader"); err != nil {
			t.Fatal(err)
		}
		r.tick(1)
		toast := r.node("toast").Rect
		for i := 1; i <= 5; i++ {
			if p := r.position(i); p.Y > toast.Y-16 && p.Y < toast.Y+toast.H+16 && p.X > toast.X && p.X < toast.X+toast.W {
				t.Errorf("%v: the toast %v lies over S%d at %v", size, toast, i, p)
			}
		}
		if toast.X+toast.W > a.stage.X+a.stage.W {
			t.Errorf("%v: the toast %v leaves the stage %v", size, toast, a.stage)
		}
		r.Apply(dismiss{})
		r.Apply(SetTour{On: true})
		r.tick(1)
		for step := range tourSteps {
			r.tour.step = step + 1
			r.tick(1)
			text, button := r.node("tour/text").Rect, r.node("tour/skip").Rect
			if text.Y+text.H > button.Y {
				t.Errorf("%v, step %d: the text reaches %v, and the buttons begin at %v", size, step+1, text.Y+text.H, button.Y)
			}
		}
	}
}

// Each column of the list of keys begins with a heading.
func TestTheColumnsOfTheKeysBeginWithAHeading(t *testing.T) {
	r := open(t, wide)
	r.Apply(showDialog{dialogKeys})
	r.tick(1)
	first := map[float32]string{} // what stands uppermost, by column
	at := map[float32]float32{}
	dialog := r.node("dialog").Rect
	for i := range r.list.Cmds {
		c := &r.list.Cmds[i]
		if c.Op != draw.OpText || c.Align != draw.Left || c.Center.X < dialog.X || c.Center.X > dialog.X+dialog.W || c.Center.Y < dialog.Y+50 {
			continue
		}
		column := float32(int(2 * (c.Center.X - dialog.X) / dialog.W))
		if y, seen := at[column]; !seen || c.Center.Y < y {
			first[column], at[column] = c.Text, c.Center.Y
		}
	}
	groups := map[string]bool{}
	for i := range commands {
		groups[commands[i].Group] = true
	}
	if len(first) != 2 || !groups[first[0]] || !groups[first[1]] {
		t.Errorf("the columns begin with %v", first)
	}
}

// A toast on a phone leaves tabs, timeline, logs and servers in view, and says all that
// it has to say.
func TestAToastOfAPhoneStandsBesideTheTabs(t *testing.T) {
	for _, size := range phones {
		for _, line := range []string{"heal", "load mixed 3", "crash leader", "partition s1 s2 | s3 s4 s5", "remove s1", "bridge s2", "timeout s1 s2"} {
			r := open(t, size).lead()
			if err := r.Do(line); err != nil {
				t.Fatal(err)
			}
			r.tick(1)
			toast := r.node("toast")
			for _, id := range []string{"logs", "bar", "transport", "client/1"} {
				over := toast.Rect.Intersect(r.node(id).Rect)
				if over.H > 8 { // it may reach a little over the foot of its row
					t.Errorf("%v: the toast %v lies over %s", size, toast.Rect, id)
				}
			}
			for _, id := range []string{"tab/cluster", "tab/keys"} {
				if over := toast.Rect.Intersect(r.node(id).Rect); over.W > 0 && over.H > 0 && size.X != 568 { // which has no room
					t.Errorf("%v: %q lies over %s", size, toast.Label, id)
				}
			}
			for i := range r.list.Cmds {
				c := &r.list.Cmds[i]
				if c.Op == draw.OpText && toast.Rect.Contains(c.Center) && strings.HasSuffix(c.Text, "…") {
					t.Errorf("%v: the toast is cut to %q", size, c.Text)
				}
			}
		}
	}
}

// Rules are listed by what is at stake.
func TestTheListOfRulesHasHeadings(t *testing.T) {
	r := open(t, wide)
	rows := r.ruleRows()
	rules, kind := 0, raft.RuleKind("")
	for i := range rows {
		if rows[i].rule == nil {
			kind = raft.RuleKind(strings.ToLower(rows[i].name))
			if i+1 == len(rows) || rows[i+1].rule == nil {
				t.Errorf("nothing stands below %s", rows[i].name)
			}
			continue
		}
		rules++
		if rows[i].rule.Kind != kind {
			t.Errorf("%s is of the kind %s and stands among %s", rows[i].rule.Name, rows[i].rule.Kind, kind)
		}
	}
	if rules != len(r.rules) {
		t.Errorf("%d of %d rules are listed", rules, len(r.rules))
	}
	r.Apply(showDialog{dialogRules})
	r.tick(1)
	r.node("rules/Safety")
}

// A drawer of a phone lies over the logs, and no server moves.
func TestADrawerMovesNoServer(t *testing.T) {
	r := open(t, phone).lead()
	before := r.position(1)
	for d := drawerFaults; d <= drawerMore; d++ {
		r.Apply(showDrawer{d})
		r.tick(2)
		if after := r.position(1); after != before || r.areas.panel.H < drawerLeast {
			t.Errorf("drawer %d, %v high, moves S1 from %v to %v", d, r.areas.panel.H, before, after)
		}
	}
}
