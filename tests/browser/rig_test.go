package browser

import (
	"context"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

// The browsers of all tests: one as people have it, and one for what only needs a page.
var (
	plain = &shared{}
	quick = &shared{options: Options{Quick: true}}
)

// shared is a browser that starts with the first test that needs it.
type shared struct {
	options Options
	once    sync.Once
	browser *Browser
	err     error
}

func (s *shared) start() (*Browser, error) {
	s.once.Do(func() { s.browser, s.err = Start(context.Background(), s.options) })
	return s.browser, s.err
}

func TestMain(m *testing.M) {
	status := m.Run()
	for _, s := range []*shared{plain, quick} {
		if s.browser != nil {
			s.browser.Close()
		}
	}
	os.Exit(status)
}

// rig is a page under test.
type rig struct {
	*Page
	t    *testing.T
	base string
}

// What a browser without a GPU paints is most of the work: at half the scale, as in a page
// that is zoomed out, there are a quarter of the pixels, and everything is where it was.
const small = 0.5

var (
	desk  = View{Width: 640, Height: 480, Scale: small, Settings: Visited}
	wide  = View{Width: 900, Height: 640, Scale: small, Settings: Visited}
	phone = View{Width: 390, Height: 700, Scale: small, Touch: true, Settings: Visited}
)

// open opens the page; fragment stands behind the address.
func open(t *testing.T, v View, fragment string) *rig {
	t.Helper()
	return openIn(t, quick, v, fragment)
}

func openIn(t *testing.T, in *shared, v View, fragment string) *rig {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a browser: not in short mode")
	}
	if err := Find(); err != nil {
		if os.Getenv("RAFTARIUM_REQUIRE_BROWSER") == "1" {
			t.Fatalf("RAFTARIUM_REQUIRE_BROWSER=1, but %v", err)
		}
		t.Skipf("%v (RAFTARIUM_REQUIRE_BROWSER=1 makes that an error)", err)
	}
	base, err := Serve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b, err := in.start()
	if err != nil {
		t.Fatal(err)
	}
	p, err := b.Open(base+fragment, v)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return &rig{p, t, base}
}

// of is the rig for a part of the test.
func (r *rig) of(t *testing.T) *rig { return &rig{r.Page, t, r.base} }

// part runs a part of the test.
func (r *rig) part(name string, f func(*testing.T, *rig)) {
	r.t.Helper()
	r.t.Run(name, func(t *testing.T) { f(t, r.of(t)) })
}

func (r *rig) ok(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

// patience is how long something may take that follows at once on an idle machine.
const patience = 30 * time.Second

// looks is how often at least something is looked at before it counts as missing: a
// machine that stood still in between has not given the page its time.
const looks = 300

// until polls until the condition holds.
func (r *rig) until(what string, holds func() bool) {
	r.t.Helper()
	end := time.Now().Add(patience)
	for n := 0; !holds(); n++ {
		if n >= looks && time.Now().After(end) {
			s, _ := r.State()
			r.t.Fatalf("after %s still not: %s; the state is %+v", patience, what, s)
		}
		r.ok(r.Frames(1))
	}
}

// state waits until the state is as it should be.
func (r *rig) state(what string, holds func(State) bool) (s State) {
	r.t.Helper()
	r.until(what, func() bool {
		var err error
		s, err = r.State()
		r.ok(err)
		return holds(s)
	})
	return s
}

// node waits until a node is on the screen, at rest and not disabled.
func (r *rig) node(id string) (n Node) {
	r.t.Helper()
	var before Node
	r.until("a node "+id+" at rest", func() bool {
		before = n
		list, err := r.Nodes()
		r.ok(err)
		n = Node{}
		for _, x := range list {
			if x.ID == id && !x.Disabled {
				n = x
			}
		}
		return n.ID != "" && n == before
	})
	return n
}

// labelled waits for a node of that role whose label starts like that.
func (r *rig) labelled(role, label string) (n Node) {
	r.t.Helper()
	r.until("a "+role+" labelled "+label, func() bool {
		list, err := r.Nodes()
		r.ok(err)
		for _, x := range list {
			if x.Role == role && strings.HasPrefix(x.Label, label) {
				n = x
				return true
			}
		}
		return false
	})
	return n
}

func (n Node) center() (x, y float64) { return n.X + n.W/2, n.Y + n.H/2 }

// click clicks the node.
func (r *rig) click(id string) {
	r.t.Helper()
	x, y := r.node(id).center()
	r.ok(r.Click(x, y))
}

// tap taps the node.
func (r *rig) tap(id string) {
	r.t.Helper()
	x, y := r.node(id).center()
	r.ok(r.Tap(x, y))
}

// press presses a node by the mirror, as assistive technology does.
func (r *rig) press(id string) {
	r.t.Helper()
	r.node(id)
	_, err := Eval[bool](r.Page, `document.querySelector('[data-id="`+id+`"]').click(), true`)
	r.ok(err)
}

// leader stops time, lets it pass until somebody leads, and says who it is.
func (r *rig) leader() (id int) {
	r.t.Helper()
	s, err := r.State()
	r.ok(err)
	if s.Playing {
		r.ok(r.Key(" "))
		r.state("time stands still", func(s State) bool { return !s.Playing })
	}
	for range 50 {
		s, err := r.State()
		r.ok(err)
		for _, x := range s.Servers {
			if x.Up && x.Role == "leader" {
				return x.ID
			}
		}
		r.ok(r.Call("advance", "100ms"))
	}
	r.t.Fatal("nobody leads after 5 s")
	return 0
}
