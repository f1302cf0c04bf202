package lab_test

import (
	"strings"
	"testing"
	"time"

	"raftarium/netsim/cluster"
	"raftarium/raft"
	"raftarium/tests/exercises/lab"
	"raftarium/tests/exercises/reference/node"
	"raftarium/tests/exercises/reference/service"
)

// odd is a right node whose effects, or what it says of itself, are not its own.
type odd struct {
	raft.Machine
	step    func(ev raft.Event, out *raft.Effects)
	inspect func(*raft.Status)
}

func (o *odd) Step(ev raft.Event, out *raft.Effects) {
	o.Machine.Step(ev, out)
	o.step(ev, out)
}

func (o *odd) Clone() raft.Machine { return &odd{o.Machine.Clone(), o.step, o.inspect} }

func (o *odd) Inspect(st *raft.Status) {
	o.Machine.Inspect(st)
	if o.inspect != nil {
		o.inspect(st)
	}
}

// Who waits in vain for a leader is told what shows of the servers.
func TestWhoWaitsForALeaderIsToldWhatShows(t *testing.T) {
	for name, c := range map[string]struct {
		step    func(ev raft.Event, out *raft.Effects)
		inspect func(*raft.Status)
		want    []string
	}{
		"timers that run equally long": {step: func(_ raft.Event, out *raft.Effects) {
			for i := range out.Timers {
				if tm := &out.Timers[i]; tm.Key == raft.TimerElection && !tm.Cancel {
					tm.Min, tm.Max = 150*time.Millisecond, 150*time.Millisecond
				}
			}
		}, want: []string{"that is still not so: s1 is a candidate in term ", "All election timers run equally long, for 150ms:"}},
		"no save": {step: func(ev raft.Event, out *raft.Effects) {
			if _, ok := ev.(*raft.TimerFired); ok {
				*out = raft.Effects{}
			}
		}, inspect: func(st *raft.Status) { st.LastSave = 0 }, want: []string{"s1, a candidate in term 1, has asked for no Save"}},
		"an index below 0": {step: func(ev raft.Event, _ *raft.Effects) {
			if _, ok := ev.(*raft.TimerFired); ok {
				var next raft.Index
				_ = make([]raft.Entry, 2)[next-2]
			}
		}, want: []string{"out of range", "an index below 0"}},
		"nothing odd": {step: func(raft.Event, *raft.Effects) {}},
	} {
		t.Run(name, func(t *testing.T) {
			code := cluster.Code{
				Raft: raft.Implementation{Name: "odd", New: func() raft.Machine {
					return &odd{node.Node().New(), c.step, c.inspect}
				}},
				Server: service.Server(), Client: service.Client(),
			}
			e := lab.Exercise{Name: "x", Judged: lab.Raft, Tests: []lab.Test{{Name: "elects", Points: 1, Play: func(r *lab.Run) error {
				_, err := r.Elected(2 * time.Second)
				return err
			}}}}
			res := e.Run(code, lab.Options{Seeds: []uint64{1}, Whole: true}, nil, nil)[0]
			for _, want := range c.want {
				if !strings.Contains(res.Reason, want) {
					t.Errorf("it does not say %q: %s", want, res.Reason)
				}
			}
			// Of what only the test expects, the run itself says whose expectation that is.
			if late := strings.Contains(res.Reason, "that is still not so"); strings.HasPrefix(res.Scenario, "# The test elects of x found this run wrong") != late {
				t.Errorf("the scenario is\n%s", res.Scenario)
			}
			if res.Passed != (c.want == nil) {
				t.Errorf("passed %v: %s", res.Passed, res.Reason)
			}
		})
	}
}
