package shell

import (
	"slices"
	"strings"
	"testing"
	"time"

	"raftarium/kv/client"
	"raftarium/kv/server"
	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/script"
	"raftarium/raft/core"
	"raftarium/viz/draw"
	"raftarium/viz/scene"
	"raftarium/viz/ui"
)

var code = cluster.Code{Raft: core.Implementation(), Server: server.Implementation(), Client: client.Implementation()}

// memory is a host that remembers.
type memory struct {
	values map[string]string
	name   string
	saved  string
	run    string
	at     time.Duration
	light  bool
	fails  error
}

func (h *memory) Load(key string) string { return h.values[key] }
func (h *memory) Store(key, value string) {
	if h.values == nil {
		h.values = map[string]string{}
	}
	h.values[key] = value
}
func (h *memory) Save(name, text string) (string, error) {
	h.name, h.saved = name, text
	return "/somewhere/" + name, h.fails
}
func (h *memory) SetRun(run string, at time.Duration) { h.run, h.at = run, at }
func (h *memory) Dark() bool                          { return !h.light }
func (h *memory) ReducedMotion() bool                 { return false }

var (
	wide  = draw.Point{X: 1440, Y: 900}
	phone = draw.Point{X: 390, Y: 844}
)

// rig is a person in front of a shell.
type rig struct {
	*Shell
	t    testing.TB
	host *memory
	was  netsim.EventID
	size draw.Point
}

// open is a shell without the tour, on which time stands still.
func open(t testing.TB, size draw.Point) *rig {
	t.Helper()
	r := openWith(t, size, Options{})
	r.Apply(SetTour{})
	r.tick(1)
	return r
}

func openWith(t testing.TB, size draw.Point, o Options) *rig {
	t.Helper()
	h := new(memory)
	if o.Host != nil {
		h = o.Host.(*memory)
	}
	o.Code, o.Host, o.Desktop = code, h, true
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{Shell: s, t: t, host: h, size: size}
	r.playing = false
	r.tick(1)
	return r
}

// lead lets time pass until somebody leads.
func (r *rig) lead() *rig {
	r.t.Helper()
	r.Pass(time.Second)
	if r.leader() == 0 {
		r.t.Fatal("nobody leads after a second")
	}
	r.tick(1)
	return r
}

// goTo goes on to a time and stops there.
func (r *rig) goTo(at netsim.Time) {
	r.Apply(GoTo{At: at, Hold: true})
	for r.Arriving() {
		r.tick(1)
	}
}

func (r *rig) do(tick Tick) {
	tick.Size = r.size
	if r.Update(tick) {
		r.Layout()
	}
}

func (r *rig) tick(n int) {
	for range n {
		r.do(Tick{})
	}
}

// key presses and releases a key: a letter, another character, or a name.
func (r *rig) key(name string) {
	var t Tick
	k := ui.Key{Name: name}
	if rest, ok := strings.CutPrefix(name, "Shift+"); ok {
		k = ui.Key{Name: rest, Shift: true}
		t.Shift = true
	}
	if len(name) == 1 {
		t.Runes = []rune(strings.ToLower(name))
		if name == "?" {
			k = ui.Key{Name: "Slash", Shift: true}
		} else if !strings.ContainsAny(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") {
			k = ui.Key{Name: "Punctuation"}
		}
	}
	if name == "Space" {
		t.Runes = []rune{' '}
	}
	t.Keys = []ui.Key{k}
	r.do(t)
	r.tick(1)
}

// typeText types characters.
func (r *rig) typeText(text string) {
	for _, c := range text {
		r.do(Tick{Devices: ui.Devices{Runes: []rune{c}, Keys: []ui.Key{{Name: "A"}}}})
	}
}

func mouse(p draw.Point, left, pressed, released bool) Tick {
	return Tick{Devices: ui.Devices{Mouse: p, MouseOver: true, Left: left, LeftPressed: pressed, LeftRelease: released}}
}

func (r *rig) move(p draw.Point) { r.do(mouse(p, false, false, false)) }

func (r *rig) clickAt(p draw.Point) {
	r.move(p)
	r.do(mouse(p, true, true, false))
	r.do(mouse(p, false, false, true))
	r.move(p)
}

func (r *rig) node(id string) *ui.Node {
	r.t.Helper()
	n := r.Tree().Find(id)
	if n == nil {
		r.t.Fatalf("there is no node %q", id)
	}
	return n
}

func (r *rig) click(id string) {
	r.t.Helper()
	r.clickAt(r.node(id).Rect.Center())
}

func (r *rig) rightClick(p draw.Point) {
	r.move(p)
	r.do(Tick{Devices: ui.Devices{Mouse: p, MouseOver: true, RightPressed: true}})
	r.move(p)
}

// drag draws a line with the mouse.
func (r *rig) drag(shift bool, points ...draw.Point) {
	r.move(points[0])
	t := mouse(points[0], true, true, false)
	t.Shift = shift
	r.do(t)
	for _, p := range points[1:] {
		t := mouse(p, true, false, false)
		t.Shift = shift
		r.do(t)
	}
	r.do(mouse(points[len(points)-1], false, false, true))
	r.move(points[len(points)-1])
}

// tap taps with a finger, for a tick.
func (r *rig) tap(p draw.Point) {
	r.do(Tick{Devices: ui.Devices{Fingers: []ui.Finger{{ID: 1, At: p}}}})
	r.do(Tick{Devices: ui.Devices{Fingers: []ui.Finger{{ID: 1, At: p, End: true}}}})
	r.tick(1)
}

func (r *rig) tapOn(id string) {
	r.t.Helper()
	r.tap(r.node(id).Rect.Center())
}

// lines are the action lines that were done by hand.
func (r *rig) lines() []string {
	var out []string
	for _, s := range r.world.Scenario().Steps {
		out = append(out, s.Action.String())
	}
	return out
}

// did checks the action lines that were done since the last call of forget.
func (r *rig) did(want ...string) {
	r.t.Helper()
	if got := r.lines(); !slices.Equal(got, want) {
		toast := ""
		if r.toast != nil {
			toast = r.toast.Text
		}
		r.t.Fatalf("did %q, want %q (toast %q)", got, want, toast)
	}
}

func (r *rig) position(id int) draw.Point {
	r.t.Helper()
	p, ok := r.geom.ServerPos(r.view.Servers[id-1].ID)
	if !ok {
		r.t.Fatalf("s%d is not on stage", id)
	}
	return p
}

func fourServers(without ...string) *script.Scenario {
	sc := initial()
	sc.Config.Servers, sc.Config.Without = 4, without
	return sc
}

func server2() scene.Thing { return scene.ThingServer(2) }
