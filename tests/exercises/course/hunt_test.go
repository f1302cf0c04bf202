package course

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"raftarium/kv"
	"raftarium/netsim/cluster"
	properties "raftarium/netsim/cluster/check"
	"raftarium/netsim/cluster/hunt"
	"raftarium/raft"
	"raftarium/tests/exercises/lab"
)

// fragile is a machine that panics when it is asked for something.
type fragile struct {
	raft.Machine
	by raft.Event
}

func (f *fragile) Step(ev raft.Event, out *raft.Effects) {
	if reflect.TypeOf(ev) == reflect.TypeOf(f.by) {
		panic("not written yet")
	}
	f.Machine.Step(ev, out)
}

func (f *fragile) Clone() raft.Machine { return &fragile{f.Machine.Clone(), f.by} }

// A hunt that never asks for what an exercise is about finds nothing that is wrong with it,
// and one that asks for what comes later finds fault with right code.
func TestTheHuntAsksForWhatAnExerciseIsAbout(t *testing.T) {
	for _, test := range []struct {
		by           raft.Event
		before, from int // the exercise before, and that from which on it is asked for
	}{
		{&raft.Compact{}, 4, 5}, {&raft.Read{}, 5, 8}, {&raft.ChangeMembership{}, 8, 9},
	} {
		for _, number := range []int{test.before, test.from} {
			t.Run(fmt.Sprintf("%T in exercise %d", test.by, number), func(t *testing.T) {
				given := Raft()
				code := Complete(cluster.Code{Raft: raft.Implementation{Name: "fragile", New: func() raft.Machine {
					return &fragile{given.New(), test.by}
				}}})
				code = held(&lab.Exercise{Number: number}, code)
				o := hunt.Default(code)
				found := false
				for seed := uint64(1); seed <= 8 && !found; seed++ {
					sc := hunt.Scenario(o, seed)
					if sc.Config.Reads == kv.ReadsByLease {
						t.Errorf("seed %d asks for leases, which no exercise is about", seed)
					}
					res, err := hunt.Run(code, sc)
					if err != nil {
						t.Fatal(err)
					}
					found = slices.Contains(res.Properties(), properties.Contract)
				}
				if asked := number >= test.from; found != asked {
					t.Errorf("found %v, want %v", found, asked)
				}
			})
		}
	}
}
