package core_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"raftarium/raft"
	"raftarium/raft/core"
)

// someRules draws rules to switch off: none, one, several or all.
func someRules(r *rand.Rand) []string {
	all := core.Rules()
	share := []int{0, 5, 30, 100}[r.IntN(4)]
	var names []string
	for _, rule := range all {
		if r.IntN(100) < share {
			names = append(names, rule.Name)
		}
	}
	return append(names, all[r.IntN(len(all))].Name)
}

// number draws small numbers and the extremes.
func number(r *rand.Rand) uint64 {
	switch r.IntN(8) {
	case 0:
		return math.MaxUint64 - r.Uint64N(3)
	case 1:
		return 1<<63 + r.Uint64N(3) - 1
	default:
		return r.Uint64N(12)
	}
}

// oddConfig draws a configuration, which may be one that cannot be.
func oddConfig(r *rand.Rand) *raft.Config {
	var c raft.Config
	for _, list := range []*[]raft.ID{&c.Voters, &c.Outgoing, &c.Learners} {
		for range r.IntN(4) {
			*list = append(*list, raft.ID(r.IntN(7)))
		}
		if r.IntN(4) > 0 {
			slices.Sort(*list)
			*list = slices.Compact(*list)
		}
	}
	return &c
}

// nonsense draws a message that no server would send.
func nonsense(r *rand.Rand) raft.Message {
	term := raft.Term(r.Uint64N(30))
	if r.IntN(50) == 0 {
		term = raft.Term(number(r))
	}
	index := func() raft.Index { return raft.Index(number(r)) }
	switch r.IntN(10) {
	case 7:
		return &raft.InstallSnapshot{
			Term: term, LastIndex: index(), LastTerm: raft.Term(number(r)),
			Config: *oddConfig(r), Size: number(r), Offset: number(r), Data: make([]byte, r.IntN(8)),
		}
	case 8:
		return &raft.InstallSnapshotReply{Term: term, LastIndex: index(), Offset: number(r), Have: number(r)}
	case 4:
		return &raft.PreVote{Term: term, LastIndex: index(), LastTerm: raft.Term(number(r))}
	case 5:
		return &raft.PreVoteReply{Term: term, Asked: raft.Term(number(r)), Granted: r.IntN(2) == 0}
	case 6:
		return &raft.TimeoutNow{Term: term}
	case 0:
		return &raft.RequestVote{Term: term, LastIndex: index(), LastTerm: raft.Term(number(r))}
	case 1:
		return &raft.RequestVoteReply{Term: term, Granted: r.IntN(2) == 0}
	case 2:
		m := &raft.AppendEntries{Term: term, PrevIndex: index(), PrevTerm: raft.Term(number(r)), Commit: index()}
		at := m.PrevIndex
		for range r.IntN(4) {
			at++
			if r.IntN(20) == 0 {
				at = index()
			}
			e := raft.Entry{Term: raft.Term(number(r)), Index: at}
			if r.IntN(3) == 0 {
				e.Kind, e.Data = raft.EntryConfig, oddConfig(r).AppendTo(nil)
			}
			m.Entries = append(m.Entries, e)
		}
		return m
	case 3:
		return &raft.AppendEntriesReply{
			Term: term, Success: r.IntN(2) == 0, Index: index(),
			ConflictTerm: raft.Term(number(r)), ConflictIndex: index(),
		}
	}
	return nil
}

// TestNothingMakesAServerPanic puts servers with any rules off, and on and off
// again, to chaos and to nonsense. What they do is not judged.
func TestNothingMakesAServerPanic(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 2))
		b := newBench(1+r.IntN(5), someRules(r)...)
		for range 60 {
			b.violation = nil
			b.chaos(r, 25)
			n := b.nodes[r.IntN(len(b.nodes))]
			if n.down {
				continue
			}
			switch r.IntN(8) {
			case 5:
				c := oddConfig(r)
				b.step(n, &raft.ChangeMembership{Voters: c.Voters, Learners: c.Learners, Joint: r.IntN(4) == 0})
			case 4:
				b.step(n, &raft.Compact{Index: raft.Index(number(r))})
			case 0:
				b.step(n, &raft.SetRules{Without: someRules(r)})
			case 1:
				b.step(n, &raft.Saved{Seq: raft.SaveSeq(number(r))})
			case 2:
				b.step(n, &raft.TimerFired{Key: raft.TimerKey(r.IntN(12))})
			case 3:
				b.step(n, nil)
			default:
				b.step(n, &raft.Deliver{From: raft.ID(r.IntN(8)), Msg: nonsense(r)})
			}
			n.m.AppendState(nil)
		}
	}
}

func TestAServerThatWasNotStartedIgnoresAllEvents(t *testing.T) {
	m := core.New()
	var out raft.Effects
	for _, ev := range []raft.Event{
		&raft.Deliver{From: 1, Msg: &raft.RequestVote{Term: 1}},
		&raft.TimerFired{Key: raft.TimerElection},
		&raft.Saved{Seq: 1},
		&raft.Propose{Proposals: []raft.Proposal{{Handle: 1}}},
		&raft.SetRules{},
	} {
		m.Step(ev, &out)
	}
	if n := len(out.Saves) + len(out.Timers) + len(out.Applies) + len(out.Answers) + len(out.Sends); n != 0 {
		t.Errorf("%d effects: %+v", n, out)
	}
	var st raft.Status
	m.Inspect(&st)
	if st.ID != raft.None || st.Quorum != 0 {
		t.Errorf("status %+v", st)
	}
}

func TestAStartWithoutAClusterLeavesTheServerStopped(t *testing.T) {
	many := make([]raft.ID, raft.MaxServers+1)
	for i := range many {
		many[i] = raft.ID(i + 1)
	}
	for _, c := range []struct {
		what    string
		id      raft.ID
		servers []raft.ID
	}{
		{"no servers", 1, nil},
		{"nobody", 0, []raft.ID{0, 1, 2}},
		{"a server twice", 1, []raft.ID{1, 1, 2}},
		{"out of order", 2, []raft.ID{3, 2, 1}},
		{"too many", 1, many},
	} {
		m := core.New()
		var out raft.Effects
		m.Step(&raft.Start{ID: c.id, Servers: c.servers}, &out)
		if len(out.Timers) != 0 {
			t.Errorf("%s: the server set out to work", c.what)
		}
	}
}

func TestNobodyAndOneselfAreNotListenedTo(t *testing.T) {
	for _, from := range []raft.ID{raft.None, 1} {
		t.Run(fmt.Sprint(from), func(t *testing.T) {
			b := newBench(3)
			n := b.nodes[0]
			before := n.m.AppendState(nil)
			for _, m := range []raft.Message{
				&raft.RequestVote{Term: 9, LastIndex: 9, LastTerm: 9},
				&raft.RequestVoteReply{Term: 9, Granted: true},
				&raft.AppendEntries{Term: 9},
				&raft.AppendEntriesReply{Term: 9, Success: true, Index: 9},
			} {
				b.step(n, &raft.Deliver{From: from, Msg: m})
			}
			if string(n.m.AppendState(nil)) != string(before) || len(b.net) != 0 {
				t.Errorf("the server is %+v and sent %v", n.st, b.net)
			}
		})
	}
}

func TestStrangersAreAskedNothingSoTheirAnswersDoNotCount(t *testing.T) {
	for _, from := range []raft.ID{4, 99, math.MaxUint16} {
		b := newBench(3)
		n := b.nodes[0]
		before := n.m.AppendState(nil)
		for _, m := range []raft.Message{
			&raft.RequestVoteReply{Term: 9, Granted: true},
			&raft.AppendEntriesReply{Term: 9, Success: true, Index: 9},
			&raft.PreVoteReply{Term: 9},
			&raft.InstallSnapshotReply{Term: 9},
		} {
			b.step(n, &raft.Deliver{From: from, Msg: m})
		}
		if string(n.m.AppendState(nil)) != string(before) || len(b.net) != 0 {
			t.Errorf("after answers of %v the server is %+v", from, n.st)
		}
	}
}

func TestEntriesThatDoNotFollowOneByOneAreIgnored(t *testing.T) {
	b := newBench(3)
	n := b.nodes[0]
	for _, m := range []*raft.AppendEntries{
		{Term: 1, Entries: []raft.Entry{{Term: 1, Index: 2}}},
		{Term: 1, Entries: []raft.Entry{{Term: 1, Index: 1}, {Term: 1, Index: 3}}},
		{Term: 1, PrevIndex: math.MaxUint64, Entries: []raft.Entry{{Term: 1, Index: 0}}},
	} {
		b.step(n, &raft.Deliver{From: 2, Msg: m})
		if len(n.st.Log) != 0 || n.st.Term != 0 {
			t.Errorf("after %+v the server has term %d and log %v", m, n.st.Term, n.st.Log)
		}
	}
}
