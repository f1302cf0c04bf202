package check

import (
	"math"
	"testing"

	"raftarium/kv"
	"raftarium/raft"
)

// folded is a cluster of three in which every server has applied four Appends to x,
// indices 2 to 5, and s1 has handed over its state as of index 4.
func folded() *play {
	p := led()
	for range 4 {
		p.do(1, 1, app("x", "a"), "")
	}
	p.crash(2)
	p.start(2)
	p.apply(4, 2)
	for k := 1; k <= 3; k++ {
		p.performed(2, 1, uint64(k), kv.Append, false)
	}
	p.j.Compacted(2, 4, []byte("aaa"))
	return p
}

// cover saves a snapshot on the disk of a server, the log behind it staying.
func (p *play) cover(id raft.ID, s *raft.Snapshot, from int, entries ...raft.Entry) {
	p.pass(1)
	p.seqs[id]++
	save := raft.Save{Seq: p.seqs[id], State: p.states[id], Snapshot: s, From: raft.Index(from), Entries: entries}
	p.j.Saving(id, &save)
	p.j.Saved(id, save.Seq)
}

// restart starts a server from its snapshot and the log behind it.
func (p *play) restart(id raft.ID, s *raft.Snapshot) {
	p.crash(id)
	p.pass(1)
	p.j.StartedFrom(id, p.states[id], s, p.logs[id][s.Index:])
	p.seqs[id] = 0
	p.j.Installed(id, s)
	p.applied[id] = int(s.Index)
}

func holding(value string, applied raft.Index) *kv.ServerStatus {
	return &kv.ServerStatus{Applied: applied, Keys: []kv.KeyValue{{Key: "x", Value: []byte(value)}, {Key: "empty"}}}
}

var upToFour = raft.Snapshot{Index: 4, Term: 1, Data: []byte("aaa")}

func TestWhatASnapshotMustHold(t *testing.T) {
	for _, tc := range []struct {
		name string
		want []Property
		do   func(p *play)
	}{
		{"a restart from a snapshot", nil, func(p *play) {
			p.cover(2, &upToFour, 0)
			p.restart(2, &upToFour)
			p.j.Restored(2, holding("aaa", 4))
			p.apply(5, 2)
			p.performed(2, 1, 4, kv.Append, false)
			p.j.Store(2, holding("aaaa", 5))
		}},
		{"another state at the same index", []Property{StateMachineSafety}, func(p *play) {
			p.crash(3)
			p.start(3)
			p.apply(4, 3)
			p.j.Compacted(3, 4, []byte("aab"))
		}},
		{"a state that is not as of what was applied", []Property{Contract}, func(p *play) {
			p.j.Compacted(2, 3, []byte("aa"))
		}},
		{"a snapshot with other bytes", []Property{StateMachineSafety}, func(p *play) {
			p.j.Installed(2, &raft.Snapshot{Index: 4, Term: 1, Data: []byte("aa")})
		}},
		{"a snapshot that nobody made", []Property{StateMachineSafety}, func(p *play) {
			p.j.Installed(2, &raft.Snapshot{Index: 5, Term: 1, Data: []byte("aaaa")})
		}},
		{"a snapshot of what nobody applied", []Property{StateMachineSafety}, func(p *play) {
			p.j.Installed(2, &raft.Snapshot{Index: 6, Term: 1, Data: []byte("aaaaa")})
			p.j.Applied(2, []raft.Entry{noop(1, 7)})
		}},
		{"a snapshot with another term", []Property{StateMachineSafety}, func(p *play) {
			p.j.Installed(2, &raft.Snapshot{Index: 4, Term: 2, Data: []byte("aaa")})
		}},
		{"an older snapshot", []Property{StateMachineSafety}, func(p *play) {
			p.j.Installed(1, &upToFour) // it has applied index 5
		}},
		{"another store than the log gives", []Property{ExactlyOnce}, func(p *play) {
			p.cover(2, &upToFour, 0)
			p.restart(2, &upToFour)
			p.j.Restored(2, holding("aa", 4))
		}},
		{"an operation that a snapshot holds, again", []Property{ExactlyOnce}, func(p *play) {
			p.cover(2, &upToFour, 0)
			p.restart(2, &upToFour)
			p.j.Restored(2, holding("aaa", 4))
			p.performed(2, 1, 3, kv.Append, false)
		}},
		{"a duplicate of what a snapshot holds", nil, func(p *play) {
			p.cover(2, &upToFour, 0)
			p.restart(2, &upToFour)
			p.j.Restored(2, holding("aaa", 4))
			p.performed(2, 1, 3, kv.Append, true)
			p.j.Performed(2, &kv.Performed{Index: 5, Client: 1, Seq: 4, Kind: kv.Append})
		}},
		{"a snapshot that takes committed entries behind it away", []Property{AckDurable}, func(p *play) {
			p.crash(1)
			p.start(1)
			p.cover(3, &upToFour, 5)
		}},
		{"a snapshot from which a leader drops its own log", []Property{LeaderAppendOnly, AckDurable}, func(p *play) {
			p.cover(1, &upToFour, 5)
		}},
		{"a disk that comes back with an older snapshot", []Property{AckDurable}, func(p *play) {
			p.cover(3, &upToFour, 0)
			p.crash(3)
			p.j.StartedFrom(3, p.states[3], &raft.Snapshot{Index: 2, Term: 1}, nil)
		}},
		{"entries in place of a snapshot", []Property{Contract}, func(p *play) {
			p.cover(3, &upToFour, 4, p.logs[3][3:]...)
		}},
		{"entries behind a gap", []Property{Contract}, func(p *play) {
			p.cover(3, &upToFour, 7, noop(1, 7))
		}},
		{"a promise that a snapshot covers", nil, func(p *play) {
			p.cover(3, &upToFour, 0)
			p.send(3, 1, &raft.AppendEntriesReply{Term: 1, Success: true, Index: 3})
			p.send(3, 1, &raft.AppendEntriesReply{Term: 1, Success: true, Index: 5})
			p.j.Status(1, &raft.Status{Role: raft.Leader, Term: 1, Peers: []raft.PeerStatus{{ID: 3, Match: 2, Next: 6}}})
			p.j.Status(1, &raft.Status{Role: raft.Leader, Term: 1, Peers: []raft.PeerStatus{{ID: 3, Match: 5, Next: 6}}})
		}},
		{"a promise behind a snapshot that nobody keeps", []Property{AckDurable}, func(p *play) {
			p.cover(3, &upToFour, 0)
			p.send(3, 1, &raft.AppendEntriesReply{Term: 1, Success: true, Index: 6})
		}},
		{"a leader that sends a snapshot in another's term", []Property{ElectionSafety}, func(p *play) {
			p.send(2, 3, &raft.InstallSnapshot{Term: 1, LastIndex: 4, LastTerm: 1})
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := folded()
			tc.do(p)
			wantOnly(t, p.j, tc.want...)
			wantOnly(t, p.j.Clone(), tc.want...)
		})
	}
}

// TestNoSnapshotMakesTheJudgePanic: indices that cannot be, in any order.
func TestNoSnapshotMakesTheJudgePanic(t *testing.T) {
	indices := []raft.Index{0, 1, 4, 5, 6, 1 << 20, maxIndex, 1 << 31, math.MaxUint64}
	for _, a := range indices {
		for _, b := range indices {
			p := folded()
			s := &raft.Snapshot{Index: a, Data: []byte("aaa")}
			p.j.Compacted(2, a, s.Data)
			p.cover(2, s, int(min(b, 1<<31-1)), noop(1, 6))
			p.cover(2, &raft.Snapshot{Index: b}, 0)
			p.j.Installed(2, s)
			p.j.Restored(2, holding("aaa", b))
			p.j.Applied(2, []raft.Entry{{Index: b, Term: 1}})
			p.j.Crashed(2)
			p.j.StartedFrom(2, p.states[2], s, []raft.Entry{noop(1, 5), noop(1, 6)})
			p.j.StartedFrom(2, p.states[2], &raft.Snapshot{Index: b}, nil)
			p.j.Installed(2, nil)
			p.j.Final()
		}
	}
}
