package server

import (
	"testing"

	"raftarium/kv"
)

// FuzzView compares the reading without copies with the contract's.
func FuzzView(f *testing.F) {
	for _, c := range []kv.Command{
		{Client: 1, Seq: 1, Op: kv.Op{Kind: kv.Get, Key: "x"}},
		{Client: 1<<32 - 1, Seq: 1<<64 - 1, Op: kv.Op{Kind: kv.Put, Value: "v"}},
		{Client: 200, Seq: 300, Op: kv.Op{Kind: kv.Append, Key: "key", Value: "value"}},
	} {
		f.Add(c.AppendTo(nil))
	}
	f.Add([]byte(""))
	f.Add([]byte("\x81\x00\x01\x01\x00\x00"))
	f.Add([]byte("\x80\x80\x80\x80\x10\x01\x01\x00\x00"))
	f.Add([]byte("\x01\x01\x02\x01x\x01yz"))
	f.Fuzz(func(t *testing.T, b []byte) {
		want, err := kv.DecodeCommand(b)
		var v view
		if ok := v.read(b); ok != (err == nil) {
			t.Fatalf("%x: read says %v, DecodeCommand says %v", b, ok, err)
		} else if !ok {
			return
		}
		got := kv.Command{Client: v.client, Seq: v.seq, Op: kv.Op{Kind: v.kind, Key: string(v.key), Value: string(v.value)}}
		if got != want {
			t.Errorf("%x: read %+v, want %+v", b, got, want)
		}
	})
}
