package check

import (
	"testing"
	"time"

	"raftarium/raft"
)

// enlarged is three servers of which s1 leads term 1, and s4 and s5, which belong to
// nothing.
func enlarged() *play {
	p := led()
	for id := raft.ID(4); id <= 5; id++ {
		p.j.Joined(id)
		p.logs, p.states = append(p.logs, nil), append(p.states, raft.HardState{})
		p.seqs, p.applied = append(p.seqs, 0), append(p.applied, 0)
		p.start(id)
	}
	return p
}

func ids(list ...raft.ID) []raft.ID { return list }

var (
	oldThree = raft.Config{Voters: ids(1, 2, 3), Learners: ids(4, 5)}
	both     = raft.Config{Voters: ids(1, 4, 5), Outgoing: ids(1, 2, 3)}
	newThree = raft.Config{Voters: ids(1, 4, 5)}
)

// configure has a leader put a configuration into its log.
func (p *play) configure(id raft.ID, term raft.Term, c raft.Config) {
	p.propose(id, term, raft.EntryConfig, c.AppendTo(nil))
}

// memberCases start with servers that are not members: see enlarged. The first property
// that is broken is what counts.
var memberCases = []crime{
	{
		name: "learners count for a commit", want: []Property{AckDurable},
		broken: func(p *play) {
			p.configure(1, 1, oldThree)
			p.replicate(1, 1, 4, 5)
			p.apply(2, 1)
		},
		legal: func(p *play) {
			p.configure(1, 1, oldThree)
			p.replicate(1, 1, 2)
			p.apply(2, 1)
		},
	},
	{
		name: "the new majority alone commits in joint consensus", want: []Property{AckDurable},
		broken: func(p *play) {
			p.configure(1, 1, both)
			p.replicate(1, 1, 4, 5)
			p.apply(2, 1)
		},
		legal: func(p *play) {
			p.configure(1, 1, both)
			p.replicate(1, 1, 2, 4)
			p.apply(2, 1)
			p.configure(1, 1, newThree)
			p.replicate(1, 1, 5)
			p.apply(3, 1)
		},
	},
	{
		name: "the old majority alone commits in joint consensus", want: []Property{AckDurable},
		broken: func(p *play) {
			p.configure(1, 1, both)
			p.replicate(1, 1, 2, 3)
			p.apply(2, 1)
		},
		legal: func(p *play) { // the entry before is as good by the old one
			p.replicate(1, 1, 2)
			p.configure(1, 1, both)
			p.apply(1, 1)
		},
	},
	{
		name: "the old majority alone elects in joint consensus", want: []Property{ElectionSafety},
		broken: func(p *play) {
			p.configure(1, 1, both)
			p.replicate(1, 1, 2)
			p.elect(2, 2, 3)
		},
		legal: func(p *play) {
			p.configure(1, 1, both)
			p.elect(2, 2, 3) // who has not heard of it goes by the old one
		},
	},
	{
		name: "a learner elects", want: []Property{ElectionSafety},
		broken: func(p *play) {
			p.configure(1, 1, oldThree)
			p.replicate(1, 1, 2, 4)
			p.elect(2, 2, 4)
		},
		legal: func(p *play) {
			p.configure(1, 1, oldThree)
			p.replicate(1, 1, 2, 4)
			p.elect(2, 2, 3)
		},
	},
	{
		name: "an election by a configuration that is only on the disk", want: []Property{ElectionSafety},
		broken: func(p *play) {
			p.configure(1, 1, raft.Config{Voters: ids(1, 2, 3, 4)})
			p.replicate(1, 1, 2)
			p.crash(2)
			p.start(2)
			p.elect(2, 2, 3)
		},
		legal: func(p *play) { // the entry was removed, and its configuration with it
			p.configure(1, 1, raft.Config{Voters: ids(1, 2, 3, 4)})
			p.replicate(1, 1, 2)
			p.save(2, raft.HardState{Term: 1}, 2)
			p.elect(2, 2, 3)
		},
	},
	{
		name: "joint consensus for good", want: []Property{ChangeEnds},
		broken: func(p *play) {
			p.j.Calm(p.j.now, 0)
			p.configure(1, 1, both)
			p.replicate(1, 1, 2, 4)
			p.apply(2, 1, 2, 4)
			p.pass(DefaultBound + time.Second)
		},
		legal: func(p *play) {
			p.j.Calm(p.j.now, 0)
			p.configure(1, 1, both)
			p.replicate(1, 1, 2, 4)
			p.apply(2, 1)
			p.configure(1, 1, newThree)
			p.replicate(1, 1, 4)
			p.apply(3, 1)
			p.pass(DefaultBound + time.Second)
		},
	},
}

func TestMajoritiesAreThoseOfTheConfiguration(t *testing.T) {
	for _, c := range memberCases {
		t.Run(c.name, func(t *testing.T) {
			p := enlarged()
			c.broken(p)
			if got := found(p.j.Clone()); len(got) == 0 || got[0] != c.want[0] {
				t.Errorf("found %q, want %q first", got, c.want[0])
			}
			p = enlarged()
			c.legal(p)
			wantOnly(t, p.j)
		})
	}
}

// TestAConfigurationBehindASnapshotIsInForce: Status tells by which configuration a server
// goes. Its snapshot is of index 2, and entry 3 holds another one than that.
func TestAConfigurationBehindASnapshotIsInForce(t *testing.T) {
	first := raft.Config{Voters: ids(1, 2, 3)}
	for _, c := range []struct {
		name   string
		commit raft.Index
		says   raft.Config
		at     raft.Index
		want   []Property
	}{
		{"the latest, which is committed", 3, oldThree, 3, nil},
		{"the latest, which is not committed", 2, oldThree, 3, nil},
		{"that of the snapshot, as long as the latest is not committed", 2, first, 2, nil},
		{"that of the snapshot, by its entry", 2, first, 0, nil},
		{"that of the snapshot, though a later one is committed", 3, first, 2, []Property{Contract}},
		{"another one for that entry", 3, newThree, 3, []Property{Contract}},
		{"nothing, by a machine that knows no change", 3, raft.Config{}, 0, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := enlarged()
			p.propose(1, 1, raft.EntryNoOp, nil)
			p.configure(1, 1, oldThree)
			p.replicate(1, 1, 2)
			p.apply(2, 1, 2)
			p.cover(2, &raft.Snapshot{Index: 2, Term: 1, Config: first}, 0)
			p.apply(3, 1)
			p.j.Status(2, &raft.Status{ID: 2, Term: 1, Commit: c.commit, Config: c.says, ConfigIndex: c.at})
			wantOnly(t, p.j, c.want...)
		})
	}
}

func TestWhoCanGoOnIsAMajorityByAllThatMayBeInForce(t *testing.T) {
	p := enlarged()
	const s1, s2, s3, s4, s5 = 1, 2, 4, 8, 16
	is := func(set uint32, want bool) {
		t.Helper()
		if got := p.j.Majority(set); got != want {
			t.Errorf("%05b is a majority: %t", set, got)
		}
	}
	is(s1|s2, true)
	is(s1|s4|s5, false)
	before := p.j.Reconfigured()
	p.configure(1, 1, both)
	if p.j.Reconfigured() == before {
		t.Error("nobody is told of a configuration in a log")
	}
	is(s1|s2, false)
	is(s1|s2|s4, true)
	is(s2|s3, true) // they have not heard of it
	if p.j.Members() != s1|s2|s3|s4|s5 {
		t.Errorf("members %05b", p.j.Members())
	}
	p.replicate(1, 1, 2, 4)
	p.apply(2, 1)
	is(s2|s3, false)
	p.configure(1, 1, newThree)
	p.replicate(1, 1, 4, 5)
	p.apply(3, 1)
	is(s1|s4, true)
	is(s2|s3, false)
	if p.j.Members() != s1|s4|s5 {
		t.Errorf("members %05b", p.j.Members())
	}
	wantOnly(t, p.j)
}

func TestASnapshotNamesTheConfigurationThatWasCommitted(t *testing.T) {
	for _, c := range []struct {
		names raft.Config
		want  []Property
	}{
		{oldThree, nil},
		{newThree, []Property{StateMachineSafety}},
		{raft.Config{Voters: oldThree.Voters}, []Property{StateMachineSafety}}, // not who learns
	} {
		p := enlarged()
		p.configure(1, 1, oldThree)
		p.replicate(1, 1, 2)
		p.apply(2, 1)
		p.j.Compacted(1, 2, []byte("state"))
		p.j.Installed(4, &raft.Snapshot{Index: 2, Term: 1, Config: c.names, Data: []byte("state")})
		wantOnly(t, p.j, c.want...)
	}
}
