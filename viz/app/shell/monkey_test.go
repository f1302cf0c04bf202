package shell

import (
	"math/rand/v2"
	"testing"
	"time"

	"raftarium/netsim/cluster/script"
	"raftarium/viz/draw"
	"raftarium/viz/ui"
)

// Whatever a person does, in whatever order, nothing panics, nothing leaves the
// window, and the run can be written down and made again.
func TestAMonkeyBreaksNothing(t *testing.T) {
	for seed := range uint64(6) {
		size := []draw.Point{wide, phone, {X: 1024, Y: 768}}[seed%3]
		r := openWith(t, size, Options{Budget: 200})
		rng := rand.New(rand.NewPCG(seed, 1))
		for range 400 {
			monkey(r, rng)
		}
		r.playing, r.seek = false, nil
		r.tick(1)
		checkLayout(t, r)
		var b writer
		if _, err := r.world.Scenario().WriteTo(&b); err != nil {
			t.Fatalf("seed %d: the run cannot be written down: %v", seed, err)
		}
		digest, now, events := r.view.Digest, r.view.Now, r.view.Events
		again := open(t, size)
		again.do(Tick{Files: []File{{Name: "again", Text: string(b)}}})
		if again.dialog != noDialog {
			t.Fatalf("seed %d: the run cannot be read back: %s", seed, again.text)
		}
		for again.view.Events < events && again.view.Now <= now {
			again.world.Step()
			again.refresh()
		}
		if again.view.Digest != digest {
			t.Errorf("seed %d: the run comes out differently after %d events", seed, events)
		}
	}
}

type writer []byte

func (w *writer) Write(b []byte) (int, error) { *w = append(*w, b...); return len(b), nil }

func monkey(r *rig, rng *rand.Rand) {
	somewhere := func() draw.Point { return draw.Point{X: rng.Float32() * r.size.X, Y: rng.Float32() * r.size.Y} }
	switch rng.IntN(12) {
	case 0, 1, 2:
		if n := r.tree.Nodes; len(n) > 0 {
			r.clickAt(n[rng.IntN(len(n))].Rect.Center())
		}
	case 3:
		r.clickAt(somewhere())
	case 4:
		r.rightClick(somewhere())
	case 5:
		r.drag(rng.IntN(2) == 0, somewhere(), somewhere(), somewhere())
	case 6, 7:
		r.key(commands[rng.IntN(len(commands))].Key)
	case 8:
		r.key([]string{"Tab", "Enter", "Space", "ArrowDown", "ArrowLeft", "Escape", "5"}[rng.IntN(7)])
	case 9:
		r.tap(somewhere())
	case 10:
		r.do(Tick{Devices: ui.Devices{Mouse: somewhere(), MouseOver: true, Wheel: draw.Point{Y: rng.Float32()*400 - 200}}})
	case 11:
		if r.view.Now < 20e9 {
			r.Pass(time.Duration(rng.IntN(200)) * time.Millisecond)
		}
		r.tick(3)
	}
}

// A scenario that says all there is to say survives the way through the shell.
func TestALongScenarioOpens(t *testing.T) {
	sc := initial()
	for i := range 2000 {
		sc.Steps = append(sc.Steps, script.Step{At: 1e9, Action: script.Note{Text: "line " + number(int64(i))}})
	}
	var b writer
	if _, err := sc.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	r := open(t, wide)
	r.do(Tick{Files: []File{{Name: "long", Text: string(b)}}})
	r.goTo(2e9)
	r.tick(1)
	if r.dialog != noDialog || len(r.lines()) != 2000 {
		t.Errorf("%d steps were done: %s", len(r.lines()), r.text)
	}
}
