package scene

import (
	"testing"

	"raftarium/netsim/cluster"
	"raftarium/raft"
)

// jointView is a cluster of nine in the midst of a change: S1 and S2 leave, S7 and S8
// are new voters, S9 learns, and S3 belongs to nothing.
func jointView() *fake {
	f := newFake(9, 2, 2000*ms)
	c := raft.Config{Voters: []raft.ID{4, 5, 6, 7, 8}, Outgoing: []raft.ID{1, 2, 4, 5, 6}, Learners: []raft.ID{9}}
	entries := append(log("1:no-op 1:x=1"),
		raft.Entry{Index: 3, Term: 1, Kind: raft.EntryConfig, Data: (&raft.Config{Voters: c.Outgoing, Learners: c.Learners}).AppendTo(nil)},
		raft.Entry{Index: 4, Term: 1, Kind: raft.EntryConfig, Data: c.AppendTo(nil)})
	for i := 1; i <= 9; i++ {
		f.log(i, entries, 3)
		f.server(i).Raft.Config, f.server(i).Raft.ConfigIndex = c, 4
	}
	f.lead(1, 1, 2, 3, 4, 5, 6, 7, 8, 9)
	f.v.Config, f.v.Settled = c, false
	for id, s := range map[int]cluster.Standing{1: cluster.Leaving, 2: cluster.Leaving, 3: cluster.Outside, 9: cluster.Learner} {
		f.server(id).Standing = s
	}
	f.send("s1", "s7", 40, &raft.AppendEntries{Term: 1, PrevIndex: 3, PrevTerm: 1, Commit: 3, Entries: entries[3:]})
	return f
}

func TestTheQuorumLineCountsThoseWhoVote(t *testing.T) {
	f := jointView()
	line := func() string { return (&Frame{View: &f.v}).QuorumLine() }
	if got := line(); got != "joint consensus: C-old 5 of 5 and C-new 5 of 5" {
		t.Errorf("joint: %q", got)
	}
	f.server(2).Quorum, f.server(2).InQuorum = false, false
	if got := line(); got != "joint consensus: C-old 4 of 5 and C-new 5 of 5" {
		t.Errorf("one of the old is cut off: %q", got)
	}
	for i := range f.v.Servers {
		f.v.Servers[i].InQuorum, f.v.Servers[i].Up = false, i >= 6
	}
	if got := line(); got != "no joint quorum: C-old 0 of 5 up and C-new 2 of 5 up, 3 and 3 needed" {
		t.Errorf("two are up: %q", got)
	}
	f = jointView()
	f.v.Config.Outgoing = nil
	f.server(1).Standing, f.server(2).Standing = cluster.Outside, cluster.Outside
	if got := line(); got != "quorum: S4 S5 S6 S7 S8 · 5 of 5 · 1 learner" {
		t.Errorf("afterwards: %q", got)
	}
}

func TestStandingsAreSaid(t *testing.T) {
	f := jointView()
	p := take(&f.v, 1440, 900, options(nil, ThingServer(9)), new(Scratch))
	for id, want := range map[string]string{
		"server/1": "C-old only, leader, term 1, commit 3, last 4",
		"server/3": "no member, follower, term 1, commit 3, last 4",
		"server/7": "C-new only, follower, term 1, commit 3, last 4",
		"server/9": "learner, follower, term 1, commit 3, last 4",
		"cell/4/3": "configuration of S1 S2 S4–S6 +S9, term 1, committed",
		"cell/4/4": "configuration of S1 S2 S4–S6 & S4–S8 +S9, term 1, not committed",
	} {
		if n := p.tree.Find(id); n == nil || n.Value != want {
			t.Errorf("%s says %+v, want %q", id, n, want)
		}
	}
	said := map[string]bool{}
	for _, x := range textsOf(&p.list) {
		said[x.text] = true
	}
	for _, want := range []string{"C 5+1", "C 5&5+1", "learner: no vote yet", "S1 S2 S4–S6 & S4–S8 +S9", "entry 4, not committed"} {
		if !said[want] {
			t.Errorf("nothing says %q", want)
		}
	}
}

func TestServersStandWhereTheRingSays(t *testing.T) {
	f := newFake(4, 0, 0)
	o := options(nil, Thing{})
	o.Ring = []Turn{{ID: 2, At: 0.5}}
	a := take(&f.v, 1440, 900, options(nil, Thing{}), new(Scratch))
	b := take(&f.v, 1440, 900, o, new(Scratch))
	for id, moved := range map[string]bool{"server/1": false, "server/2": true, "server/3": false} {
		if got := a.tree.Find(id).Rect != b.tree.Find(id).Rect; got != moved {
			t.Errorf("%s moved: %t", id, got)
		}
	}
	if a.tree.Find("server/3").Rect != b.tree.Find("server/2").Rect {
		t.Error("S2 does not stand half-way around")
	}
}
