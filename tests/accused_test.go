package tests

import (
	"strings"
	"testing"

	"raftarium/netsim/cluster/check"
	"raftarium/raft"
	"raftarium/tests/secondnode"
)

// properties are all that the judge judges.
var properties = []check.Property{
	check.ElectionSafety, check.LeaderAppendOnly, check.LogMatching, check.LeaderCompleteness, check.StateMachineSafety,
	check.CommitMonotonic, check.AckDurable, check.Contract, check.LeaderTruth, check.ExactlyOnce, check.Linearizability,
	check.Progress, check.ChangeEnds,
}

// guilty are nodes that break what no rule's absence breaks.
var guilty = map[string]struct {
	property check.Property
	text     string // that the violation's text has
	spoil    func(raft.Machine) raft.Machine
}{
	"a node that panics":                  {check.Contract, "out of ideas", func(m raft.Machine) raft.Machine { return &panics{Machine: m} }},
	"a node that writes what it has sent": {check.Contract, "was written after it was sent", func(m raft.Machine) raft.Machine { return &scribbles{Machine: m} }},
	"a node that skips a save's number":   {check.Contract, "numbers a save", func(m raft.Machine) raft.Machine { return &miscounts{Machine: m} }},
	"a node whose commit index goes back": {check.CommitMonotonic, "went back", func(m raft.Machine) raft.Machine { return &forgets{Machine: m} }},
	"a leader that rewrites its log":      {check.LeaderAppendOnly, "changed its own log", func(m raft.Machine) raft.Machine { return &rewrites{Machine: m} }},
}

// panics breaks down after a while.
type panics struct {
	raft.Machine
	steps int
}

func (p *panics) Step(ev raft.Event, out *raft.Effects) {
	if p.steps++; p.steps == 200 {
		panic("out of ideas")
	}
	p.Machine.Step(ev, out)
}

func (p *panics) Clone() raft.Machine { return &panics{p.Machine.Clone(), p.steps} }

// scribbles keeps a heartbeat and writes to it when it is on its way.
type scribbles struct {
	raft.Machine
	kept *raft.AppendEntries
}

func (s *scribbles) Step(ev raft.Event, out *raft.Effects) {
	s.Machine.Step(ev, out)
	if s.kept != nil {
		s.kept.Commit++
	}
	for i := range out.Sends {
		if m, ok := out.Sends[i].Msg.(*raft.AppendEntries); ok {
			s.kept = m
		}
	}
}

func (s *scribbles) Clone() raft.Machine { return &scribbles{s.Machine.Clone(), s.kept} }

// miscounts leaves out a number when it has saved a few times.
type miscounts struct {
	raft.Machine
}

func (m *miscounts) Step(ev raft.Event, out *raft.Effects) {
	m.Machine.Step(ev, out)
	for i := range out.Saves {
		if out.Saves[i].Seq > 5 {
			out.Saves[i].Seq++
		}
	}
}

func (m *miscounts) Clone() raft.Machine { return &miscounts{m.Machine.Clone()} }

// forgets says one less than the truth, every other time.
type forgets struct {
	raft.Machine
	asked int
}

func (f *forgets) Inspect(st *raft.Status) {
	f.Machine.Inspect(st)
	if f.asked++; f.asked%2 == 0 && st.Commit > 0 {
		st.Commit--
	}
}

func (f *forgets) Clone() raft.Machine { return &forgets{f.Machine.Clone(), f.asked} }

// rewrites puts something else in the place of its own last entry when it leads.
type rewrites struct {
	raft.Machine
	leader bool
}

func (r *rewrites) Step(ev raft.Event, out *raft.Effects) {
	r.Machine.Step(ev, out)
	for i := range out.Saves {
		if sv := &out.Saves[i]; r.leader && len(sv.Entries) > 0 && sv.From > 1 {
			second := sv.Entries[0]
			second.Index, second.Data = sv.From-1, []byte("another")
			sv.From--
			sv.Entries = append([]raft.Entry{second}, sv.Entries...)
		}
	}
	var st raft.Status
	r.Inspect(&st)
	r.leader = st.Role == raft.Leader
}

func (r *rewrites) Clone() raft.Machine { return &rewrites{r.Machine.Clone(), r.leader} }

func TestGuiltyNodesAreFound(t *testing.T) {
	for name, g := range guilty {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			impl := secondnode.Implementation()
			honest := impl.New
			impl.New = func() raft.Machine { return g.spoil(honest()) }
			_, v := finished(t, code(impl), lockstep(1))
			if !seen(v, g.property) {
				t.Fatalf("no violation of %s: %s", g.property, violations(v))
			}
			if text := first(v, g.property).Text; !strings.Contains(text, g.text) {
				t.Errorf("the judge says %q, want something with %q", text, g.text)
			}
			if v.Safety {
				t.Error("the verdict calls it safe")
			}
		})
	}
}

func TestNoCheckerIsWithoutSomebodyItCatches(t *testing.T) {
	caught := map[check.Property]bool{}
	for _, r := range rules() {
		if r.Kind != raft.Cost {
			caught[check.Property(r.Defends)] = true
		}
	}
	for _, g := range guilty {
		caught[g.property] = true
	}
	for _, p := range properties {
		if !caught[p] {
			t.Errorf("nothing here violates %s", p)
		}
		delete(caught, p)
	}
	for p := range caught {
		t.Errorf("%s is no property that the judge knows", p)
	}
}
