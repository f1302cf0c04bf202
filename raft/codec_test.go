package raft_test

import (
	"bytes"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"

	"raftarium/raft"
)

// samples has each message in plain, empty and extreme form.
func samples() []raft.Message {
	const most = math.MaxUint64
	return []raft.Message{
		&raft.RequestVote{},
		&raft.RequestVote{Term: 3, LastIndex: 300, LastTerm: 2},
		&raft.RequestVote{Term: most, LastIndex: most, LastTerm: most},
		&raft.RequestVoteReply{},
		&raft.RequestVoteReply{Term: 127, Granted: true},
		&raft.RequestVoteReply{Term: 128},
		&raft.AppendEntries{},
		&raft.AppendEntries{Term: 2, PrevIndex: 1, PrevTerm: 1, Commit: 1, Entries: []raft.Entry{
			{Term: 1, Index: 2, Kind: raft.EntryNoOp},
			{Term: 2, Index: 3, Data: []byte("x")},
			{Term: 2, Index: 4, Data: bytes.Repeat([]byte{0xff}, 300)},
		}},
		&raft.AppendEntries{Term: most, PrevIndex: most, PrevTerm: most, Commit: most, Round: most,
			Entries: []raft.Entry{{Term: most, Index: most}}},
		&raft.AppendEntriesReply{},
		&raft.AppendEntriesReply{Term: 7, Success: true, Index: 12},
		&raft.AppendEntriesReply{Term: most, Index: most, ConflictTerm: most, ConflictIndex: most, Round: most},
		&raft.PreVote{},
		&raft.PreVote{Term: most, LastIndex: most, LastTerm: most},
		&raft.PreVoteReply{},
		&raft.PreVoteReply{Term: 4, Asked: 3, Granted: true},
		&raft.RequestVote{Term: 3, LastIndex: 300, LastTerm: 2, Transfer: true},
		&raft.InstallSnapshot{},
		&raft.InstallSnapshot{Term: 3, LastIndex: 300, LastTerm: 2, Config: raft.Config{Voters: []raft.ID{1, 2, 65535}, Outgoing: []raft.ID{1}, Learners: []raft.ID{7, 300}}, Size: 1000, Offset: 997, Data: []byte("end")},
		&raft.InstallSnapshot{Term: most, LastIndex: most, LastTerm: most, Size: most, Offset: most},
		&raft.InstallSnapshotReply{},
		&raft.InstallSnapshotReply{Term: most, LastIndex: most, Offset: most, Have: most},
		&raft.TimeoutNow{},
		&raft.TimeoutNow{Term: most},
	}
}

func TestDecodingGivesBackWhatWasEncoded(t *testing.T) {
	for _, m := range samples() {
		b := m.AppendTo(nil)
		got, err := raft.DecodeMessage(b)
		if err != nil {
			t.Errorf("%v %+v: %v", m.Kind(), m, err)
			continue
		}
		if !reflect.DeepEqual(got, m) {
			t.Errorf("%v: %+v came back as %+v", m.Kind(), m, got)
		}
		if got.Kind() != m.Kind() || got.MessageTerm() != m.MessageTerm() {
			t.Errorf("%v of term %d came back as %v of term %d", m.Kind(), m.MessageTerm(), got.Kind(), got.MessageTerm())
		}
	}
}

func TestAppendToKeepsWhatStandsBefore(t *testing.T) {
	for _, m := range samples() {
		b := m.AppendTo([]byte("before"))
		if rest, ok := bytes.CutPrefix(b, []byte("before")); !ok || !bytes.Equal(rest, m.AppendTo(nil)) {
			t.Errorf("%v: %q", m.Kind(), b)
		}
	}
}

func TestADecodedMessageSharesNoMemoryWithItsBytes(t *testing.T) {
	m := &raft.AppendEntries{Entries: []raft.Entry{{Term: 1, Index: 1, Data: []byte("keep")}}}
	b := m.AppendTo(nil)
	got, err := raft.DecodeMessage(b)
	if err != nil {
		t.Fatal(err)
	}
	clear(b)
	if !reflect.DeepEqual(got, m) {
		t.Errorf("after its bytes were cleared, the message is %+v", got)
	}
}

func TestATruncatedMessageIsRefused(t *testing.T) {
	for _, m := range samples() {
		b := m.AppendTo(nil)
		for n := range b {
			if got, err := raft.DecodeMessage(b[:n]); err == nil {
				t.Fatalf("%v: the first %d of %d bytes were read as %+v", m.Kind(), n, len(b), got)
			}
		}
	}
}

func TestAnErrorNamesTheFieldAndTheOffset(t *testing.T) {
	for _, c := range []struct {
		name, in, want string
	}{
		{"nothing", "", "kind at byte 0"},
		{"unknown kind", "\x7f", "kind at byte 0: 127 is none"},
		{"kind 0", "\x00", "kind at byte 0: 0 is none"},
		{"no last term", "\x01\x01\x01", "last term at byte 3"},
		{"a boolean of 2", "\x02\x01\x02", "granted at byte 2: is neither 0 nor 1"},
		{"a long number", "\x02\x80\x00\x01", "term at byte 1: is longer than it needs to be"},
		{"a number over 64 bits", "\x02\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f\x01", "term at byte 1: does not fit"},
		{"left over", "\x02\x01\x01zz", "end at byte 3: 2 bytes are left over"},
		{"too many entries", "\x03\x01\x01\x01\x01\x00\x7f\x00", "number of entries at byte 6: is more than"},
		{"an entry of unknown kind", "\x03\x01\x01\x01\x01\x00\x01\x01\x01\x05\x00", "entry's kind at byte 9: 5 is none"},
		{"data that is longer than the message", "\x03\x01\x01\x01\x01\x00\x01\x01\x01\x00\x05a", "entry's length at byte 10: is more than"},
	} {
		got, err := raft.DecodeMessage([]byte(c.in))
		if err == nil {
			t.Errorf("%s: read as %+v", c.name, got)
		} else if !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: the error is %q, it does not say %q", c.name, err, c.want)
		}
	}
}

func FuzzDecodeMessage(f *testing.F) {
	for _, m := range samples() {
		f.Add(m.AppendTo(nil))
	}
	f.Add([]byte("\x02\x80\x00\x01"))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := raft.DecodeMessage(b)
		if err != nil {
			if m != nil {
				t.Fatalf("an error and a message: %+v", m)
			}
			if errors.Unwrap(err) == nil && !strings.HasPrefix(err.Error(), "message: ") {
				t.Fatalf("the error %q does not say where it comes from", err)
			}
			return
		}
		again := m.AppendTo(nil)
		if !bytes.Equal(again, b) {
			t.Fatalf("%x was read as %+v, which is written as %x", b, m, again)
		}
		if back, err := raft.DecodeMessage(again); err != nil || !reflect.DeepEqual(back, m) {
			t.Fatalf("%+v came back as %+v, error %v", m, back, err)
		}
	})
}
