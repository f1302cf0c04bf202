package server

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"strings"
	"testing"

	"raftarium/kv"
	"raftarium/raft"
)

// newLimitedRig is a rig whose server compacts after so many bytes of log.
func newLimitedRig(t *testing.T, limit int, off ...string) *rig {
	r := &rig{t: t, s: New()}
	r.step(&kv.ServerStart{ID: 1, LogLimit: limit, Without: off})
	return r
}

// fill applies n Appends of c1 to key x, from index and number from on, and returns
// the states that were handed over.
func (r *rig) fill(from, n int) []raft.Compact {
	var all []raft.Compact
	for i := from; i < from+n; i++ {
		out := r.apply(entry(raft.Index(i), 1, command(1, uint64(i), app("x", "."))))
		all = append(all, out.Compacts...)
	}
	return all
}

func TestTheLogIsCompactedAtItsLimit(t *testing.T) {
	r := newLimitedRig(t, 100)
	e := entry(1, 1, command(1, 1, app("x", ".")))
	each := e.Size()
	got := r.fill(1, 40)
	every := (100 + each - 1) / each
	if len(got) != 40/every {
		t.Fatalf("%d compactions of 40 entries of %d bytes, want %d", len(got), each, 40/every)
	}
	for k, c := range got {
		if c.Index != raft.Index((k+1)*every) {
			t.Errorf("compaction %d is at index %d, want %d", k, c.Index, (k+1)*every)
		}
	}
	if st := r.status(); st.LogLimit != 100 || st.LogBytes != each*(40%every) {
		t.Errorf("%d of %d bytes, want %d", st.LogBytes, st.LogLimit, each*(40%every))
	}
	if got := newRig(t).step(&kv.Applied{Entries: []raft.Entry{e}}).Compacts; len(got) != 0 {
		t.Errorf("without a limit: %+v", got)
	}
}

func TestRestoredStateIsTheWholeState(t *testing.T) {
	a := newLimitedRig(t, 100)
	c := a.fill(1, 30)
	last := c[len(c)-1]
	b := newLimitedRig(t, 100)
	b.fill(1, 3)
	if out := b.step(&kv.Restored{Index: last.Index, State: last.State}); out.Refused != "" {
		t.Fatal(out.Refused)
	}
	b.wantValue("x", strings.Repeat(".", int(last.Index)))
	if st := b.status(); st.Applied != last.Index || len(st.Sessions) != 1 || st.Sessions[0].Seq != uint64(last.Index) || st.LogBytes != 0 {
		t.Errorf("status %+v", st)
	}
	// From here on the two go the same way, and a value that was restored is not
	// written into the snapshot that it came from.
	before := bytes.Clone(last.State)
	want := a.status().Applied
	for i := int(last.Index) + 1; i <= int(want); i++ {
		b.fill(i, 1)
	}
	x, y := a.fill(int(want)+1, 20), b.fill(int(want)+1, 20)
	if len(x) == 0 || len(x) != len(y) || !bytes.Equal(x[len(x)-1].State, y[len(y)-1].State) {
		t.Errorf("the states that follow differ: %v and %v", x, y)
	}
	if !bytes.Equal(before, last.State) {
		t.Error("the snapshot was written")
	}
	if !bytes.Equal(a.s.AppendState(nil), b.s.AppendState(nil)) {
		t.Error("the machines differ")
	}
}

func TestWhatTookEffectInASnapshotDoesNotAgain(t *testing.T) {
	again := func(want string, off ...string) {
		a, b := newLimitedRig(t, 1, off...), newRig(t, off...)
		state := a.apply(entry(1, 1, command(1, 7, app("x", "a")))).Compacts[0].State
		b.step(&kv.Restored{Index: 1, State: state})
		b.apply(entry(2, 1, command(1, 7, app("x", "a"))))
		b.wantValue("x", want)
	}
	again("a")
	again("aa", "sessions-in-snapshot")
}

func TestWhoWaitsForAnIndexInTheSnapshotIsToldThatItsPlaceIsLost(t *testing.T) {
	a := newLimitedRig(t, 1)
	a.fill(1, 5)
	state := a.apply(entry(6, 1, command(1, 6, app("x", ".")))).Compacts[0].State
	b := newRig(t)
	b.accept(command(2, 1, put("y", "1")), 4, 1)
	b.accept(command(3, 1, put("z", "1")), 9, 1)
	got := replies(b.step(&kv.Restored{Index: 6, State: state}))
	b.wantReplies("after the snapshot", got, kv.Reply{Client: 2, Seq: 1, Status: kv.Lost})
	if st := b.status(); len(st.Waiting) != 1 || st.Waiting[0].Index != 9 {
		t.Errorf("still waiting: %+v", st.Waiting)
	}
}

// sealed ends a snapshot with the right checksum.
func sealed(body string) []byte {
	return binary.LittleEndian.AppendUint32([]byte(body), crc32.ChecksumIEEE([]byte(body)))
}

func TestADamagedSnapshotIsRefusedWithAReason(t *testing.T) {
	a := newLimitedRig(t, 1)
	good := a.apply(entry(1, 1, command(1, 7, app("x", "abc")))).Compacts[0].State
	for i := range len(good) * 8 {
		bad := bytes.Clone(good)
		bad[i/8] ^= 1 << (i % 8)
		if _, _, err := readSnapshot(bad); err == nil {
			t.Fatalf("with bit %d wrong it is taken", i)
		}
	}
	for n := range good {
		if _, _, err := readSnapshot(good[:n]); err == nil {
			t.Errorf("cut to %d bytes it is taken", n)
		}
	}
	for _, tc := range []struct{ name, body, want string }{
		{"another format", "\x03\x00\x00", "format 3"},
		{"full for nothing", "\x02\x00\x00", "short form"},
		{"answers cut short", "\x02\x00\x01\x07\x09\x01\x01\x01\x03\x05", "can hold"},
		{"answer below the lowest", "\x02\x00\x01\x07\x09\x01\x01\x01\x03\x01\x02\x01", "out of order"},
		{"answer above the last", "\x02\x00\x01\x07\x09\x01\x01\x01\x03\x01\x09\x01", "out of order"},
		{"no number of keys", "\x01", "number of keys"},
		{"too many keys", "\x01\x7f\x00", "127 keys"},
		{"huge number of keys", "\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", "can hold"},
		{"key cut short", "\x01\x01\x05x", "key 1 of 1 is cut short"},
		{"value cut short", "\x01\x01\x01x\x05y", "the value of key \"x\" is cut short"},
		{"keys twice", "\x01\x02\x01x\x00\x01x\x00\x00", "increasing order"},
		{"session cut short", "\x01\x00\x01\x01\x80\x80", "3 canonical numbers"},
		{"sessions twice", "\x01\x00\x02\x01\x01\x01\x01\x01\x01", "increasing order"},
		{"large client", "\x01\x00\x01\xff\xff\xff\xff\x7f\x01\x01", "32 bits"},
		{"more behind", "\x01\x00\x00\x00", "1 bytes are left over"},
	} {
		if _, _, err := readSnapshot(sealed(tc.body)); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: got %v, want an error that says %q", tc.name, err, tc.want)
		}
	}
	b := newLimitedRig(t, 100)
	b.fill(1, 3)
	before := b.s.AppendState(nil)
	if out := b.step(&kv.Restored{Index: 9, State: good[1:]}); out.Refused == "" || len(out.Replies) != 0 {
		t.Errorf("effects %+v", out)
	}
	if !bytes.Equal(before, b.s.AppendState(nil)) {
		t.Error("what was refused changed the server")
	}
}

// FuzzSnapshot: bytes are refused, or are exactly what the state that they give is
// written as.
func FuzzSnapshot(f *testing.F) {
	m := New().(*machine)
	f.Add(m.appendSnapshot(nil), false)
	m.store.put([]byte("x"), []byte("abc"))
	m.store.put([]byte("y"), nil)
	m.sessions.record(0, &view{client: 3, seq: 300}, 400)
	f.Add(m.appendSnapshot(nil), false)
	for _, seq := range []uint64{7, 9, 8, 12} {
		m.sessions.record(0, &view{client: 4, seq: seq, lowest: 7}, raft.Index(seq))
	}
	f.Add(m.appendSnapshot(nil), false)
	m.sessions = sessions{limit: 2}
	m.sessions.open(5, 900)
	f.Add(m.appendSnapshot(nil), false)
	f.Add([]byte("\x01\x02\x01x\x00\x01y\x00\x01\x01\x01\x01"), true)
	f.Fuzz(func(t *testing.T, b []byte, seal bool) {
		if seal {
			b = sealed(string(b))
		}
		st, ss, err := readSnapshot(b)
		if err != nil {
			return
		}
		again := machine{store: st, sessions: ss}
		if got := again.appendSnapshot(nil); !bytes.Equal(got, b) {
			t.Errorf("%x is written as %x", b, got)
		}
	})
}
