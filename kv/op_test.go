package kv_test

import (
	"bytes"
	"strings"
	"testing"

	"raftarium/kv"
)

var commands = []kv.Command{
	{Client: 1, Seq: 1, Op: kv.Op{Kind: kv.Get, Key: "x"}},
	{Client: 1<<32 - 1, Seq: 1<<64 - 1, Op: kv.Op{Kind: kv.Put, Key: "", Value: ""}},
	{Client: 1, Seq: 1, Op: kv.Op{Kind: kv.Register}},
	{Client: 1, Op: kv.Op{Kind: kv.Expire}, Session: 7},
	{Client: 1, Seq: 9, Op: kv.Op{Kind: kv.Put, Key: "x", Value: "1"}, Session: 200},
	{Client: 1, Seq: 9, Op: kv.Op{Kind: kv.Get, Key: "x"}, Session: 200, Lowest: 8},
	{Client: 1, Seq: 9, Op: kv.Op{Kind: kv.Get, Key: "x"}, Lowest: 1<<64 - 1},
	{Client: 128, Seq: 300, Op: kv.Op{Kind: kv.Append, Key: strings.Repeat("k", 200), Value: "\x00\xff"}},
}

func TestCommandRoundTrips(t *testing.T) {
	for _, want := range commands {
		b := want.AppendTo([]byte("before"))
		got, err := kv.DecodeCommand(b[len("before"):])
		if err != nil {
			t.Errorf("%v: %v", want, err)
		} else if got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
}

func TestDecodedCommandSharesNoMemory(t *testing.T) {
	b := commands[len(commands)-1].AppendTo(nil)
	got, err := kv.DecodeCommand(b)
	if err != nil {
		t.Fatal(err)
	}
	clear(b)
	if got != commands[len(commands)-1] {
		t.Errorf("overwriting the bytes changed the command to %+v", got)
	}
}

func TestDecodeNamesTheFieldThatIsWrong(t *testing.T) {
	for _, tc := range []struct{ name, data, want string }{
		{"empty", "", "client"},
		{"client too long", "\x81\x00", "client"},
		{"client too large", "\x80\x80\x80\x80\x10\x01\x01\x00\x00", "client"},
		{"no number", "\x01", "sequence number"},
		{"no kind", "\x01\x01", "kind"},
		{"unknown kind", "\x01\x01\x06\x00\x00", "kind"},
		{"unknown kind in a session", "\x01\x01\x86\x01\x00\x00\x00", "kind"},
		{"no session", "\x01\x01\x81", "session"},
		{"no lowest number", "\x01\x01\x81\x07", "lowest"},
		{"session that says nothing", "\x01\x01\x81\x00\x00\x00\x00", "left out"},
		{"no key", "\x01\x01\x01", "key's length"},
		{"short key", "\x01\x01\x01\x02x", "key is cut short"},
		{"huge key", "\x01\x01\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01x", "key is cut short"},
		{"no value", "\x01\x01\x01\x01x", "value's length"},
		{"short value", "\x01\x01\x02\x01x\x02y", "value is cut short"},
		{"more behind", "\x01\x01\x02\x01x\x01yz", "1 bytes are left over"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := kv.DecodeCommand([]byte(tc.data))
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got error %v, want one that says %q", err, tc.want)
			}
		})
	}
}

func FuzzDecodeCommand(f *testing.F) {
	for i := range commands {
		f.Add(commands[i].AppendTo(nil))
	}
	f.Add([]byte("\x81\x00\x01\x01\x00\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := kv.DecodeCommand(b)
		if err != nil {
			return
		}
		if again := c.AppendTo(nil); !bytes.Equal(again, b) {
			t.Errorf("%x was read as %+v, which is written as %x", b, c, again)
		}
	})
}
