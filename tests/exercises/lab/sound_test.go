package lab_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
	"raftarium/tests/exercises/lab"
	"raftarium/tests/exercises/reference/node"
	"raftarium/tests/exercises/reference/service"
)

// spoilt is a right node with something wrong about it.
type spoilt struct {
	raft.Machine
	steps int
	step  func(s *spoilt, ev raft.Event, out *raft.Effects) // after the right step
	clone func(s, c *spoilt)                                // of the copy, s.Machine being shared
	state func(s *spoilt, b []byte) []byte
	list  []raft.Entry
	seen  map[int]bool
}

func (s *spoilt) Step(ev raft.Event, out *raft.Effects) {
	s.steps++
	s.Machine.Step(ev, out)
	if s.step != nil {
		s.step(s, ev, out)
	}
}

func (s *spoilt) Clone() raft.Machine {
	c := *s
	c.Machine = s.Machine.Clone()
	if s.clone != nil {
		s.clone(s, &c)
	}
	return &c
}

func (s *spoilt) AppendState(b []byte) []byte {
	b = s.Machine.AppendState(b)
	if s.state != nil {
		b = s.state(s, b)
	}
	return b
}

func play(t *testing.T, sp spoilt) lab.Result {
	t.Helper()
	code := cluster.Code{
		Raft: raft.Implementation{Name: "spoilt", New: func() raft.Machine {
			s := sp
			s.Machine, s.seen = node.Node().New(), map[int]bool{}
			return &s
		}},
		Server: service.Server(), Client: service.Client(),
	}
	e := lab.Exercise{Name: "x", Judged: lab.Raft, Tests: []lab.Test{
		lab.Sound(1, func(c *script.Config) { c.Clients = 2 }, "fire 2 x", "isolate leader", "heal"),
	}}
	return e.Run(code, lab.Options{Seeds: []uint64{1}}, nil, nil)[0]
}

func TestARightMachineIsSound(t *testing.T) {
	if res := play(t, spoilt{}); !res.Passed {
		t.Error(res.Reason)
	}
}

// Each kind of thing that students do to determinism and to clones is noticed, and
// told what it is.
func TestUnsoundMachinesAreTold(t *testing.T) {
	shared := 0
	for name, c := range map[string]struct {
		sp   spoilt
		want string
	}{
		"order of a map": {spoilt{step: func(s *spoilt, ev raft.Event, out *raft.Effects) {
			for i := range 40 {
				s.seen[i] = true
			}
			for i := range s.seen {
				if _, ok := ev.(*raft.TimerFired); ok {
					out.Timers = append(out.Timers, raft.Timer{Key: 50, Min: time.Duration(i+1) * time.Millisecond, Max: time.Duration(i+1) * time.Millisecond})
				}
				break
			}
		}}, "told the same twice"},
		"clock": {spoilt{state: func(_ *spoilt, b []byte) []byte {
			return fmt.Append(b, time.Now().UnixNano())
		}}, "AppendState of a node gives other bytes each time"},
		"package variable": {spoilt{state: func(s *spoilt, b []byte) []byte {
			return fmt.Append(b, shared)
		}, step: func(*spoilt, raft.Event, *raft.Effects) { shared++ }}, "package variables"},
		"a message written later": {spoilt{step: func(s *spoilt, ev raft.Event, out *raft.Effects) {
			for _, e := range s.list {
				if len(e.Data) > 0 {
					e.Data[0]++
				}
			}
			for i := range out.Sends {
				if m, ok := out.Sends[i].Msg.(*raft.AppendEntries); ok && len(m.Entries) > 0 {
					m.Entries = slices.Clone(m.Entries)
					for k := range m.Entries {
						m.Entries[k].Data = slices.Clone(m.Entries[k].Data)
					}
					s.list = m.Entries
				}
			}
		}}, "was written after it was sent"},
		"a clone that forgets": {spoilt{clone: func(_, c *spoilt) { c.steps = 0 }, state: func(s *spoilt, b []byte) []byte {
			return fmt.Append(b, s.steps)
		}}, "AppendState gives other bytes"},
		"a clone that shares": {spoilt{clone: func(s, c *spoilt) { c.Machine = s.Machine }}, "clone"},
		"a forgotten field": {spoilt{clone: func(_, c *spoilt) { c.steps = 0 }, step: func(s *spoilt, ev raft.Event, out *raft.Effects) {
			if s.steps%5 == 0 {
				out.Timers = append(out.Timers, raft.Timer{Key: 50, Min: time.Millisecond, Max: time.Millisecond})
			}
		}}, "a clone and its original, told the same"},
	} {
		t.Run(name, func(t *testing.T) {
			res := play(t, c.sp)
			if res.Passed || !strings.Contains(res.Reason, c.want) {
				t.Errorf("passed %v: %q does not say %q", res.Passed, res.Reason, c.want)
			}
		})
	}
}

func TestSuspectsAreNamedWithTheirLines(t *testing.T) {
	file := filepath.Join(t.TempDir(), "node.go")
	text := `package main

import (
	"math/rand"
	"time"
)

var counter int

type node struct{ votes map[int]bool }

func (n *node) f() {
	for range n.votes {
	}
	go n.f()
	_ = time.Now()
	_ = rand.Int()
	list := []int{1}
	for range list {
	}
}
`
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	got := lab.Suspects([]string{file}, lab.RunsPart)
	for _, want := range []string{
		"node.go:4 imports math/rand", "node.go:8 has a package variable", "node.go:13 ranges over a map",
		"node.go:15 starts a goroutine", "node.go:16 uses time.Now",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q lacks %q", got, want)
		}
	}
	if strings.Contains(got, "node.go:19") {
		t.Errorf("%q suspects a list", got)
	}
	if got := lab.Suspects([]string{filepath.Join(t.TempDir(), "none.go")}, lab.RunsPart); got != "" {
		t.Errorf("without a file: %q", got)
	}
}

// A failure comes with a small run that shows it again.
func TestAFailureIsMadeSmall(t *testing.T) {
	code := cluster.Code{
		Raft: raft.Implementation{Name: "votes for all", New: func() raft.Machine {
			return &spoilt{Machine: node.Node().New(), step: func(_ *spoilt, ev raft.Event, out *raft.Effects) {
				for i := range out.Sends {
					if m, ok := out.Sends[i].Msg.(*raft.RequestVoteReply); ok {
						m.Granted = true
					}
				}
			}}
		}},
		Server: service.Server(), Client: service.Client(),
	}
	e := lab.Exercise{Name: "x", Judged: lab.Elections, Tests: []lab.Test{{
		Name: "many", What: "w", Points: 1, Config: func(c *script.Config) { c.Servers = 5 },
		Play: func(r *lab.Run) error {
			for range 20 {
				if err := r.Do("timeout all"); err != nil {
					return err
				}
				if err := r.Wait(100 * time.Millisecond); err != nil {
					return err
				}
			}
			return nil
		},
	}}}
	res := e.Run(code, lab.Options{}, nil, nil)[0]
	if res.Passed || !strings.Contains(res.Reason, "election safety is violated") || res.At == "" {
		t.Fatalf("%+v", res)
	}
	sc, err := script.Parse(strings.NewReader(res.Scenario), "failure")
	if err != nil {
		t.Fatal(err)
	}
	if len(sc.Steps) > 3 {
		t.Errorf("%d steps are left:\n%s", len(sc.Steps), res.Scenario)
	}
}
