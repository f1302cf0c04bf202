package core_test

import (
	"bytes"
	"testing"

	"raftarium/raft"
	"raftarium/raft/core"
)

// FuzzNode drives one server of three by bytes: each event is a byte that says what
// it is, a length and so many bytes. Whatever others send, a server must not panic,
// must number its Saves, hand over the log without a gap, and never take back what
// it committed.
func FuzzNode(f *testing.F) {
	seed := func(parts ...any) {
		var b []byte
		for _, p := range parts {
			switch p := p.(type) {
			case byte:
				b = append(b, p, 0)
			case raft.Message:
				m := p.AppendTo(nil)
				b = append(append(b, 1, byte(len(m))), m...)
			}
		}
		f.Add(b)
	}
	config := raft.Config{Voters: []raft.ID{1, 2, 4}, Outgoing: []raft.ID{1, 2, 3}, Learners: []raft.ID{5}}
	seed(byte(3), &raft.PreVoteReply{Granted: true}, byte(2), &raft.RequestVoteReply{Term: 1, Granted: true}, byte(2),
		byte(20), &raft.AppendEntriesReply{Term: 1, Success: true, Index: 2}, byte(2), byte(40), byte(50), byte(60))
	seed(&raft.AppendEntries{Term: 1, Commit: 2, Entries: []raft.Entry{
		{Term: 1, Index: 1}, {Term: 1, Index: 2, Kind: raft.EntryConfig, Data: config.AppendTo(nil)},
	}}, byte(2), byte(30), &raft.AppendEntries{Term: 1, PrevIndex: 1, PrevTerm: 1})
	seed(&raft.InstallSnapshot{Term: 1, LastIndex: 9, LastTerm: 1, Config: config, Size: 2, Data: []byte("a")},
		&raft.InstallSnapshot{Term: 1, LastIndex: 9, LastTerm: 1, Config: config, Size: 2, Offset: 1, Data: []byte("b")}, byte(2))
	seed(&raft.TimeoutNow{}, &raft.RequestVote{Term: 1}, &raft.PreVote{Term: 1}, &raft.InstallSnapshotReply{Term: 1})

	f.Fuzz(func(t *testing.T, b []byte) {
		n := core.New()
		var out raft.Effects
		var st raft.Status
		var saves raft.SaveSeq
		var applied, commit raft.Index
		step := func(ev raft.Event) {
			out.Reset()
			n.Step(ev, &out)
			for _, s := range out.Saves {
				if saves++; s.Seq != saves {
					t.Fatalf("Save %d after %d", s.Seq, saves-1)
				}
				for k, e := range s.Entries {
					if e.Index != s.From+raft.Index(k) {
						t.Fatalf("a Save from %d has entry %d at place %d", s.From, e.Index, k)
					}
				}
			}
			for _, a := range out.Applies {
				if a.Snapshot != nil {
					if a.Snapshot.Index < applied {
						t.Fatalf("a snapshot of %d after %d was applied", a.Snapshot.Index, applied)
					}
					applied = a.Snapshot.Index
				}
				for _, e := range a.Entries {
					if applied++; e.Index != applied {
						t.Fatalf("%d is applied after %d", e.Index, applied-1)
					}
				}
			}
			n.Inspect(&st)
			if st.Commit < commit {
				t.Fatalf("the commit index falls from %d to %d", commit, st.Commit)
			}
			commit = st.Commit
		}
		step(&raft.Start{ID: 1, Servers: []raft.ID{1, 2, 3}, Timing: raft.DefaultTiming, Limits: raft.Limits{Chunk: 2, Uncommitted: 64}})
		for len(b) >= 2 {
			op, size := b[0], min(int(b[1]), len(b)-2)
			arg := b[2 : 2+size]
			b = b[2+size:]
			switch op % 10 {
			case 1:
				if m, err := raft.DecodeMessage(arg); err == nil {
					step(&raft.Deliver{From: raft.ID(2 + op/10%4), Msg: m})
				}
			case 2:
				step(&raft.Saved{Seq: saves})
			case 3:
				step(&raft.TimerFired{Key: raft.TimerKey(op / 10)})
			case 0:
				request(step, op/10, arg, applied)
			case 4:
				c := n.Clone()
				if !bytes.Equal(c.AppendState(nil), n.AppendState(nil)) {
					t.Fatal("a clone differs")
				}
				n = c
			}
		}
	})
}

// request makes one of the requests that a server gets from its own side.
func request(step func(raft.Event), what byte, arg []byte, applied raft.Index) {
	switch what {
	case 2:
		step(&raft.Propose{Proposals: []raft.Proposal{{Handle: 1, Data: arg}}})
	case 3:
		step(&raft.Compact{Index: applied, State: arg})
	case 4:
		step(&raft.Read{Handle: 2, Lease: len(arg) > 0})
	case 5:
		step(&raft.TransferLeadership{Handle: 3})
	case 6:
		if c, err := raft.DecodeConfig(arg); err == nil {
			step(&raft.ChangeMembership{Handle: 4, Voters: c.Voters, Learners: c.Learners})
		} else {
			step(&raft.ChangeMembership{Handle: 4, Voters: []raft.ID{1, 2}})
		}
	}
}
