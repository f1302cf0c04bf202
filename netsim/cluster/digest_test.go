package cluster

import (
	"reflect"
	"testing"

	"raftarium/kv"
	"raftarium/raft"
)

// eachChange calls changed with each payload that differs from m in one field.
func eachChange(v reflect.Value, name string, changed func(name string)) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			eachChange(v.Field(i), name+"."+v.Type().Field(i).Name, changed)
		}
	case reflect.Uint, reflect.Uint8, reflect.Uint32, reflect.Uint64, reflect.Uint16:
		was := v.Uint()
		v.SetUint(was ^ 1)
		changed(name)
		v.SetUint(was)
	case reflect.Int, reflect.Int32, reflect.Int64:
		was := v.Int()
		v.SetInt(was ^ 1)
		changed(name)
		v.SetInt(was)
	case reflect.Bool:
		v.SetBool(!v.Bool())
		changed(name)
		v.SetBool(!v.Bool())
	case reflect.String:
		was := v.String()
		for i := range was {
			b := []byte(was)
			b[i] ^= 1
			v.SetString(string(b))
			changed(name)
		}
		v.SetString(was + "\x00")
		changed(name + " longer")
		v.SetString(was)
	case reflect.Slice:
		was := v.Interface()
		copied := reflect.AppendSlice(reflect.MakeSlice(v.Type(), 0, v.Len()+1), v)
		v.Set(copied)
		for i := range v.Len() {
			eachChange(v.Index(i), name+"[]", changed)
		}
		v.Set(reflect.Append(copied, reflect.Zero(v.Type().Elem())))
		changed(name + " longer")
		v.Set(reflect.ValueOf(was))
	default:
		panic("no change of " + name + " is known: " + v.Kind().String())
	}
}

func TestTheDigestOfAMessageDependsOnEachOfItsFields(t *testing.T) {
	entries := []raft.Entry{
		{Term: 2, Index: 8, Kind: raft.EntryCommand, Data: []byte("a command of some length")},
		{Term: 2, Index: 9, Kind: raft.EntryNoOp},
	}
	command := kv.Command{Client: 3, Seq: 17, Session: 5, Lowest: 15, Op: kv.Op{Kind: kv.Append, Key: "some key", Value: "3.17 "}}
	for _, payload := range []any{
		&raft.RequestVote{Term: 2, LastIndex: 8, LastTerm: 1},
		&raft.RequestVoteReply{Term: 2},
		&raft.PreVote{Term: 2, LastIndex: 8, LastTerm: 1},
		&raft.PreVoteReply{Term: 2, Asked: 2},
		&raft.TimeoutNow{Term: 4},
		&raft.AppendEntries{Term: 2, PrevIndex: 7, PrevTerm: 1, Commit: 6, Round: 3, Entries: entries},
		&raft.AppendEntriesReply{Term: 2, Index: 9, ConflictTerm: 1, ConflictIndex: 4, Round: 3},
		&raft.InstallSnapshotReply{Term: 2, LastIndex: 8, Offset: 64, Have: 128},
		&kv.Request{Command: command, Try: 2},
		&kv.Reply{Client: 3, Seq: 17, Leader: 2, Value: []byte("3.1 3.2 3.3 "), Index: 40},
	} {
		seen := map[uint64]string{}
		look := func(name string) {
			var w World
			d := w.digestOf(payload)
			if other, taken := seen[d]; taken {
				t.Errorf("%T: %q and %q have the same digest", payload, name, other)
			}
			seen[d] = name
		}
		look("as it is")
		eachChange(reflect.ValueOf(payload).Elem(), "", look)
	}
}
