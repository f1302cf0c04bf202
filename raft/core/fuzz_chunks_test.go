package core_test

import (
	"bytes"
	"testing"

	"raftarium/raft"
	"raftarium/raft/core"
)

// FuzzChunks has leaders of several terms send chunks of their snapshots to a follower,
// cut at any place, lost, repeated, in any order and between entries, with crashes.
// What the follower installs must be a snapshot that somebody sent, whole, and it must
// not go back. At the end a leader whose chunks arrive in order must succeed.
func FuzzChunks(f *testing.F) {
	// Two bytes each: whose chunk, and from where to where.
	f.Add([]byte{0, 0x04, 0, 0x48, 0, 0x8f})
	f.Add([]byte{0, 0x04, 1, 0x08, 0, 0x48, 1, 0x8f, 0, 0x8f})
	f.Add([]byte{2, 0x0f, 1, 0x0f, 0, 0x0f, 6, 0, 2, 0x0f})
	f.Add([]byte{3, 0x0f})
	f.Add([]byte{4, 0, 5, 0, 1, 0x08, 6, 0, 1, 0x8f, 1, 0x08, 1, 0x8f, 7, 0})
	sent := [...]raft.Snapshot{
		{Index: 4, Term: 1, Data: []byte("the state as of 4")},
		{Index: 6, Term: 2, Data: []byte("as of 6, this is the state that there was")},
		{Index: 6, Term: 2, Data: []byte("as of 6, this is the state that there was")},
		{Index: 9, Term: 3, Data: []byte("9")},
	}
	f.Fuzz(func(t *testing.T, script []byte) {
		n := core.New()
		var out raft.Effects
		var state raft.HardState
		var disk *raft.Snapshot
		var log []raft.Entry
		var saves raft.SaveSeq
		var applied raft.Index
		step := func(ev raft.Event) {
			out.Reset()
			n.Step(ev, &out)
			for i := range out.Saves {
				sv := &out.Saves[i]
				saves, state = sv.Seq, sv.State
				if s := sv.Snapshot; s != nil {
					if disk != nil && s.Index < disk.Index {
						t.Fatalf("a snapshot of %d is saved in place of one of %d", s.Index, disk.Index)
					}
					disk = s
					for len(log) > 0 && log[0].Index <= s.Index {
						log = log[1:]
					}
					if len(log) > 0 && log[0].Index != s.Index+1 {
						log = nil
					}
				}
				if sv.From > 0 {
					for len(log) > 0 && log[len(log)-1].Index >= sv.From {
						log = log[:len(log)-1]
					}
					log = append(log[:len(log):len(log)], sv.Entries...)
				}
			}
			for _, a := range out.Applies {
				if s := a.Snapshot; s != nil {
					whole := false
					for i := range sent {
						whole = whole || s.Index == sent[i].Index && s.Term == sent[i].Term && bytes.Equal(s.Data, sent[i].Data)
					}
					if !whole {
						t.Fatalf("nobody sent the snapshot %d of term %d: %q", s.Index, s.Term, s.Data)
					}
					if s.Index < applied {
						t.Fatalf("a snapshot of %d is installed over %d", s.Index, applied)
					}
					applied = s.Index
				}
				for _, e := range a.Entries {
					if applied++; e.Index != applied {
						t.Fatalf("%d is applied after %d", e.Index, applied-1)
					}
				}
			}
		}
		start := func() {
			applied = 0
			step(&raft.Start{ID: 1, Servers: []raft.ID{1, 2, 3}, Timing: raft.DefaultTiming, State: state, Snapshot: disk, Log: log})
		}
		chunk := func(who int, term raft.Term, from, to int) {
			s := &sent[who]
			step(&raft.Deliver{From: raft.ID(2 + who%2), Msg: &raft.InstallSnapshot{
				Term: term, LastIndex: s.Index, LastTerm: s.Term, Size: uint64(len(s.Data)), Offset: uint64(from), Data: s.Data[from:to],
			}})
			step(&raft.Saved{Seq: saves})
		}
		start()
		for ; len(script) >= 2; script = script[2:] {
			switch op, arg := script[0]%8, script[1]; op {
			case 0, 1, 2, 3:
				size := len(sent[op].Data)
				from, to := int(arg>>4)*size/15, int(arg&15)*size/15
				if from <= to {
					chunk(int(op), raft.Term(op)+1, from, to)
				}
			case 4, 5: // entries that a leader of term 1 or 2 had
				term := raft.Term(op - 3)
				first := raft.Index(1 + arg%6)
				m := &raft.AppendEntries{Term: term, PrevIndex: first - 1, Commit: raft.Index(arg / 32)}
				if first > 1 {
					m.PrevTerm = 1
				}
				for i := first; i <= 4; i++ {
					m.Entries = append(m.Entries, raft.Entry{Term: 1, Index: i})
				}
				step(&raft.Deliver{From: raft.ID(1 + term), Msg: m})
				step(&raft.Saved{Seq: saves})
			case 6:
				n, saves = core.New(), 0
				start()
			case 7:
				n = n.Clone()
			}
		}
		// A leader of a later term: from the start, in order, in three pieces.
		size := len(sent[1].Data)
		for _, cut := range [][2]int{{0, size / 3}, {size / 3, size / 2}, {size / 2, size}} {
			chunk(1, 9, cut[0], cut[1])
		}
		if applied < sent[1].Index {
			t.Fatalf("the snapshot of %d came in order, and the follower has applied %d", sent[1].Index, applied)
		}
	})
}
