package shell

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
	"raftarium/viz/draw"
	"raftarium/viz/scene"
)

func TestAVisitorMeetsARunThatPlays(t *testing.T) {
	s, err := New(Options{Code: code, Host: new(memory)})
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{Shell: s, t: t, size: wide}
	r.tick(TicksPerSecond)
	if got, want := r.view.Now.Duration(), time.Second/20; got < want-time.Millisecond || got > want+time.Millisecond {
		t.Errorf("after a second of ticks the virtual time is %v, want %v", got, want)
	}
	if len(r.view.Servers) != 5 || len(r.view.Clients) != 5 || !r.tour.On() {
		t.Errorf("%d servers, %d clients, tour %v", len(r.view.Servers), len(r.view.Clients), r.tour.On())
	}
}

func TestTheTourGoesOnWhenTheStateShowsThatAStepWasDone(t *testing.T) {
	r := openWith(t, wide, Options{})
	step := func(want int) {
		t.Helper()
		if r.tour.step != want {
			t.Fatalf("the tour is at step %d, want %d", r.tour.step, want)
		}
	}
	step(1)
	r.Pass(time.Second)
	r.tick(2 * tourWait)
	step(1) // the first leader came by itself
	r.key("C")
	r.Pass(2 * time.Second)
	r.tick(1)
	if !r.tour.Done() {
		t.Fatal("another leader, and the step is not done")
	}
	r.tick(tourWait)
	step(2)
	r.tick(tourWait)
	step(2)
	r.Apply(act{Action: script.Isolate{Servers: only(2)}})
	r.tick(tourWait + 1)
	step(3)
	r.click("tour/do") // heals
	if r.last() != "heal" {
		t.Errorf("the tour's button did %q", r.last())
	}
	r.tick(tourWait + 1)
	step(4)
	r.click("tour/do")
	r.Pass(time.Second)
	r.tick(tourWait + 1)
	if r.tour.On() || !parseSettings(r.host.Load(settingsKey)).TourDone {
		t.Error("the tour is not over, or not remembered")
	}
	again := openWith(t, wide, Options{Host: r.host})
	if again.tour.On() {
		t.Error("the tour comes back")
	}
}

func TestTheTourCanBeSkippedAndStartedAgain(t *testing.T) {
	r := openWith(t, phone, Options{})
	r.tapOn("tour/skip")
	if r.tour.On() || !r.settings.TourDone {
		t.Error("the tour cannot be skipped")
	}
	r.tapOn("drawer/more")
	r.tapOn("button/tour")
	if !r.tour.On() {
		t.Error("the tour cannot be started again")
	}
}

func TestSettingsAreRemembered(t *testing.T) {
	r := open(t, wide)
	r.Apply(setTheme{light})
	r.Apply(setMotion{reduced})
	r.Apply(setSpeed{9})
	r.SetWindow(800, 600)
	want := r.settings
	if got := openWith(t, wide, Options{Host: r.host}).settings; got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestBadSettingsAreDefaults(t *testing.T) {
	for _, text := range []string{"", "{", "[]", `{"speed":"fast"}`, "\x00"} {
		if got := parseSettings(text); got != defaultSettings() {
			t.Errorf("%q gives %+v", text, got)
		}
	}
	got := parseSettings(`{"theme":"pink","motion":"wild","speed":99,"width":1,"height":100000}`)
	if want := (Settings{Theme: system, Motion: system, Speed: fastest}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestASavedRunIsTheSameRun(t *testing.T) {
	r := open(t, wide).lead()
	for _, k := range []string{"A", "I", "C", "T", "H"} {
		r.key(k)
		r.Pass(300 * time.Millisecond)
	}
	r.key("S")
	if !strings.HasSuffix(r.host.name, ".txt") || r.toast.Bad {
		t.Fatalf("saved %q: %+v", r.host.name, r.toast)
	}
	digest, now := r.view.Digest, r.view.Now
	other := open(t, wide)
	other.do(Tick{Files: []File{{Name: "run.txt", Text: r.host.saved}}})
	if other.name != "run.txt" || other.dialog != noDialog {
		t.Fatalf("the run is %q, dialog %q", other.name, other.text)
	}
	other.goTo(now)
	if other.view.Digest != digest {
		t.Errorf("digest %x at %v, want %x", other.view.Digest, other.view.Now, digest)
	}
	// And what is still to come is saved with the rest.
	half := open(t, wide)
	half.do(Tick{Files: []File{{Name: "run.txt", Text: r.host.saved}}})
	half.goTo(now / 2)
	half.key("S")
	other.do(Tick{Files: []File{{Name: "half.txt", Text: half.host.saved}}})
	other.goTo(now)
	if other.view.Digest != digest {
		t.Error("a run that was saved half way forgets the steps to come")
	}
}

func TestAFileThatIsNoScenarioIsRefusedAndTheRunStays(t *testing.T) {
	r := open(t, wide).lead()
	world := r.world
	for _, f := range []File{
		{Name: "a.txt", Text: "servers 5\nat 1s fly s1\n"},
		{Name: "b.txt", Text: "servers 3\nat 1s crash s5\n"},
		{Name: "c.bin", Text: "\x00\xff\xfe"},
		{Name: "d.txt", Err: errors.New("it cannot be read")},
	} {
		r.do(Tick{Files: []File{f}})
		r.tick(1)
		if r.world != world || r.dialog != dialogMessage || !strings.Contains(r.titled, f.Name) || r.text == "" {
			t.Errorf("%s: dialog %d %q says %q", f.Name, r.dialog, r.titled, r.text)
		}
		r.click("dialog/ok")
		if r.dialog != noDialog {
			t.Errorf("%s: the dialog cannot be closed", f.Name)
		}
	}
}

func TestARunThatCannotBeSavedSaysSo(t *testing.T) {
	r := open(t, wide)
	r.host.fails = errors.New("the disk is full")
	r.key("S")
	if !r.toast.Bad || !strings.Contains(r.toast.Text, "the disk is full") {
		t.Errorf("the toast says %+v", r.toast)
	}
}

func TestTheHostIsToldTheRun(t *testing.T) {
	r := open(t, wide).lead()
	r.key("C")
	r.tick(40)
	sc, err := script.Parse(strings.NewReader(r.host.run), "address")
	if err != nil || len(sc.Steps) != 1 || r.host.at != r.view.Now.Duration() {
		t.Errorf("told %q at %v: %v", r.host.run, r.host.at, err)
	}
	r.host.run = ""
	r.tick(100)
	if r.host.run != "" {
		t.Error("told again, and nothing changed")
	}
}

func TestAViolationStopsTimeAndNamesTheProperty(t *testing.T) {
	sc := fourServers("majority-to-win")
	r := openWith(t, wide, Options{Scenario: sc, Name: "four"})
	for _, l := range []string{"partition s1 s2 | s3 s4", "timeout s1 s3"} {
		if err := r.Do(l); err != nil {
			t.Fatal(err)
		}
	}
	r.Apply(setSpeed{fastest})
	r.Apply(playPause{})
	for i := 0; r.playing && i < 600; i++ {
		r.tick(1)
	}
	seen := len(r.view.Verdict.Violations)
	if r.playing || seen == 0 {
		t.Fatalf("playing %v, violations %v", r.playing, r.view.Verdict.Violations)
	}
	if n := r.node("violation"); !strings.Contains(n.Label, "election safety") {
		t.Errorf("the banner says %q", n.Label)
	}
	if v := r.node("verdict"); !strings.Contains(v.Value, "election safety") {
		t.Errorf("the verdict says %q", v.Value)
	}
	if !strings.Contains(r.node("modified").Value, "majority-to-win") {
		t.Error("no banner says that Raft is modified")
	}
	r.click("violation")
	r.Say("Something else.", false)
	r.tick(1)
	if r.Tree().Find("banner/violation") != nil {
		t.Error("a toast and the banner lie over each other")
	}
	r.Apply(dismiss{})
	r.tick(1)
	if r.Tree().Find("violation") != nil || r.Tree().Find("banner/violation") == nil {
		t.Error("a closed banner leaves no trace")
	}
	r.click("verdict")
	if r.dialog != dialogMessage || !strings.Contains(r.text, "election safety") {
		t.Errorf("the verdict opens %q", r.text)
	}
	r.key("Escape")
	// Whoever wants to see more may go on.
	r.key("Space")
	r.tick(3)
	if !r.playing && len(r.view.Verdict.Violations) == seen {
		t.Error("time cannot go on after a violation")
	}
}

func TestTheFastestSpeedKeepsToItsBudget(t *testing.T) {
	r := openWith(t, wide, Options{Budget: 500})
	if err := r.Do("load mixed 16"); err != nil {
		t.Fatal(err)
	}
	r.Pass(time.Second)
	r.Apply(setSpeed{fastest})
	r.Apply(playPause{})
	for range 5 {
		was := r.view.Events
		r.tick(1)
		if n := r.view.Events - was; n == 0 || n > 501 {
			t.Errorf("a tick took %d events", n)
		}
	}
}

func TestSpeedsAreWhatTheySay(t *testing.T) {
	for s := slowest; s < fastest; s++ {
		r := open(t, wide)
		r.Apply(setSpeed{s})
		r.Apply(playPause{})
		r.tick(6)
		want := 6 * s.perTick()
		if got := r.view.Now.Duration(); got < want || got > want+time.Millisecond {
			t.Errorf("at %v six ticks take %v, want %v", s, got, want)
		}
	}
}

func TestASearchThatFindsNothingEnds(t *testing.T) {
	r := open(t, wide).lead()
	r.key("Shift+ArrowRight")
	r.tick(4000)
	if r.seek != nil || r.view.Now.Duration() < seekFor {
		t.Errorf("still searching at %v", r.view.Now)
	}
	if !strings.Contains(r.status(), "Nothing of note") && r.toast != nil {
		t.Errorf("the status is %q", r.status())
	}
}

func TestUndoSetsBackWhatAnActionSet(t *testing.T) {
	lines := []string{
		"crash s2", "crash all", "pause s3", "isolate s1", "bridge s3", "cut s1 -> s2", "cut c1 s2", "partition s1 s2 | s3 s4 s5",
		"latency 1ms..2ms", "loss 5%", "duplicate 5%", "reorder 5%", "disk 5ms", "clients 3", "load append 2",
		"without one-vote-per-term", "heal", "restart s4", "resume s5",
		"add s6", "add s6 s7", "remove s2",
	}
	for _, l := range lines {
		r := open(t, wide)
		for _, given := range []string{"cut s4 s5", "crash s4", "pause s5"} {
			if given == "pause s5" && l == "crash all" || given == "cut s4 s5" && l != "heal" && !strings.HasPrefix(l, "partition") {
				continue
			}
			if err := r.Do(given); err != nil {
				t.Fatal(err)
			}
		}
		before := situationOf(&r.view)
		if err := r.Do(l); err != nil {
			t.Fatal(err)
		}
		if len(r.toast.Undo) == 0 {
			t.Errorf("%s: nothing is offered to undo it", l)
			continue
		}
		r.Apply(undo{})
		if rest := undoing(before, situationOf(&r.view)); len(rest) != 0 {
			t.Errorf("%s: Undo leaves %v", l, rest)
		}
	}
}

func TestWhatCannotBeUndoneOffersNoUndo(t *testing.T) {
	r := open(t, wide).lead()
	for _, l := range []string{"fire 5", "get c1 x", "timeout s1 s2", "heal"} {
		if err := r.Do(l); err != nil {
			t.Fatal(err)
		}
		if r.tick(1); r.Tree().Find("toast/undo") != nil {
			t.Errorf("%s offers Undo", l)
		}
	}
}

func TestSlicesPartitionOnlyWhereTheyPart(t *testing.T) {
	pair := func(a, b raft.ID) [2]raft.ID { return [2]raft.ID{a, b} }
	crossed := map[[2]raft.ID]bool{pair(1, 2): true, pair(1, 3): true}
	if got := parts(3, crossed); len(got) != 2 {
		t.Errorf("S1 cut off from S2 and S3 gives %v", got)
	}
	delete(crossed, pair(1, 3))
	if got := parts(3, crossed); got != nil {
		t.Errorf("a ring that hangs together gives %v", got)
	}
	// Inside a group a link is crossed too: single cuts say what happens.
	crossed = map[[2]raft.ID]bool{pair(1, 2): true, pair(1, 3): true, pair(1, 4): true, pair(2, 3): true}
	if got := parts(4, crossed); got != nil {
		t.Errorf("a crossed link inside a group gives %v", got)
	}
}

func TestTheMirrorAndTheStateAreJSON(t *testing.T) {
	r := open(t, phone).lead()
	var m Mirror
	if err := json.Unmarshal([]byte(r.Mirror(2)), &m); err != nil {
		t.Fatal(err)
	}
	n := r.node("button/play")
	found := false
	for _, x := range m.Nodes {
		if x.ID == "button/play" {
			found = x.Rect[2] == round(n.Rect.W*2) && x.Role == "button" && x.Key != ""
		}
	}
	if !found || m.Status == "" || m.Tab != [2]bool{false, true} {
		t.Errorf("the mirror lacks something: status %q, tab %v, play %v", m.Status, m.Tab, found)
	}
	b, err := json.Marshal(r.State())
	if err != nil {
		t.Fatal(err)
	}
	for _, field := range []string{"time", "seed", "digest", "servers", "role", "term", "commit", "last", "up", "clients", "cuts", "verdict"} {
		if !strings.Contains(string(b), `"`+field+`"`) {
			t.Errorf("the state lacks %q: %s", field, b)
		}
	}
}

func TestAScenarioThatDoesNotFitIsToldAndTheInitialRunShown(t *testing.T) {
	sc := initial()
	sc.Config.Servers = 26
	r := openWith(t, wide, Options{Scenario: sc, Name: "big.txt"})
	if r.dialog != dialogMessage || len(r.view.Servers) != 5 {
		t.Errorf("dialog %d, %d servers", r.dialog, len(r.view.Servers))
	}
}

func TestClocksAreWrittenForPeople(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0:00.000", 1500 * time.Microsecond: "0:00.001", 12483 * time.Millisecond: "0:12.483", 61*time.Minute + 5*time.Millisecond: "61:00.005",
	} {
		if got := clockText(d); got != want {
			t.Errorf("%v is written %s, want %s", d, got, want)
		}
	}
}

func TestSamePicturesAreTheSame(t *testing.T) {
	var a, b draw.List
	for _, l := range []*draw.List{&a, &b} {
		l.Rect(draw.Rect{W: 1, H: 1}, 0, 1)
		l.Line(1, 1, draw.Point{X: 1}, draw.Point{Y: 1})
	}
	if !same(&a, &b) {
		t.Error("equal lists differ")
	}
	b.Reset()
	b.Rect(draw.Rect{W: 1, H: 1}, 0, 1)
	b.Line(1, 1, draw.Point{X: 1}, draw.Point{Y: 2})
	if same(&a, &b) {
		t.Error("a moved point goes unnoticed")
	}
}

func TestInterestingIsWhatTheIssueNames(t *testing.T) {
	if interesting(cluster.NoteCommit) || interesting(cluster.NoteClient) || !interesting(cluster.NoteLeader) || !interesting(cluster.NoteViolation) {
		t.Error("a jump stops at the wrong notes")
	}
}

// leaving is a run of five clients that are all busy, of which three leave.
func leaving(t *testing.T) *rig {
	r := open(t, wide)
	r.Apply(act{Action: script.Crash{Servers: script.Target{All: true}}})
	r.Apply(act{Action: script.Fire{N: 5, Key: "x"}})
	r.Apply(act{Action: script.Clients{N: 2}})
	if len(r.view.Clients) != 5 || r.view.Active != 2 {
		t.Fatalf("%d clients are seen, %d take part; want 5 and 2", len(r.view.Clients), r.view.Active)
	}
	return r
}

func TestClientsThatLeftAreAskedForNothing(t *testing.T) {
	r := leaving(t)
	r.Apply(Select{scene.ThingClient(4)})
	for _, id := range []string{"put", "fire"} {
		r.Apply(command(id).intent(&r.model))
		if r.toast == nil || r.toast.Bad {
			t.Errorf("%s: %+v", id, r.toast)
		}
	}
	for _, item := range r.items(scene.ThingClient(4)) {
		if strings.HasPrefix(item.Line, "put") {
			t.Errorf("the menu of a client that left offers %q", item.Line)
		}
	}
	if got := r.configuration().Clients; got != 2 {
		t.Errorf("a new run would have %d clients, want 2", got)
	}
}

func TestThatBusyClientsLeaveCanBeUndone(t *testing.T) {
	r := leaving(t)
	r.Apply(undo{})
	if r.view.Active != 5 {
		t.Errorf("%d clients take part, want 5 again", r.view.Active)
	}
}

func TestAGetFromACellNamesTheClientThatAsks(t *testing.T) {
	r := open(t, wide).lead()
	if err := r.Do("append c3 x a"); err != nil {
		t.Fatal(err)
	}
	r.Pass(time.Second)
	leader := r.view.Leader()
	for i := range leader.Raft.Log {
		for _, item := range r.items(scene.ThingCell(leader.ID, leader.Raft.Log[i].Index)) {
			if key, who, ok := strings.Cut(item.Label, " through C"); ok {
				if want := "get c" + who + " x"; key != "Get x" || item.Line != want {
					t.Errorf("%q does %q", item.Label, item.Line)
				}
				return
			}
		}
	}
	t.Error("no cell offers a Get")
}

func TestTheSnapshotSliderStartsARunThatCompacts(t *testing.T) {
	r := open(t, wide).lead()
	before := r.view.Seed
	s := slider("snapshot")
	if got := s.text(s.now(&r.model)); got != "never" {
		t.Errorf("it stands at %q", got)
	}
	r.Apply(s.set(&r.model, 500))
	if r.view.Now != 0 || r.view.Seed != before || r.world.Config().Snapshot != 500 || s.text(500) != "at 500 B" || s.text(2000) != "at 2 kB" {
		t.Fatalf("at %v, seed %d, limit %d", r.view.Now, r.view.Seed, r.world.Config().Snapshot)
	}
	_ = r.Do("load append 1")
	r.Pass(3 * time.Second)
	if l := r.server(r.leader()); l == nil || l.Raft.Snapshot.Index == 0 {
		t.Error("after three seconds of load the leader has no snapshot")
	}
	if text, err := r.scenarioText(); err != nil || !strings.Contains(text, "snapshot 500\n") {
		t.Errorf("the run is saved as %q, %v", text, err)
	}
	r.Apply(undo{}) // the toast is that of the load
	r.Apply(s.set(&r.model, 0))
	if r.world.Config().Snapshot != 0 {
		t.Error("it cannot be switched off")
	}
}
