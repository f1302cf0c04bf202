package core

import (
	"bytes"
	"fmt"
	"reflect"
	"testing"
	"unsafe"

	"raftarium/raft"
)

// busy is a leader in the midst of things: Saves, appends and proposals are under
// way.
func busy() *Node {
	n := new(Node)
	var out raft.Effects
	n.Step(&raft.Start{ID: 1, Servers: []raft.ID{1, 2, 3}, Timing: raft.DefaultTiming, Without: []string{"pre-vote", "no-proposals-in-transfer", "gather-small-appends"}}, &out)
	n.Step(&raft.TimerFired{Key: raft.TimerElection}, &out)
	n.Step(&raft.Saved{Seq: 1}, &out)
	n.Step(&raft.Deliver{From: 2, Msg: &raft.RequestVoteReply{Term: 1, Granted: true}}, &out)
	n.Step(&raft.Saved{Seq: 2}, &out)
	n.Step(&raft.Deliver{From: 2, Msg: &raft.AppendEntriesReply{Term: 1, Success: true, Index: 1}}, &out)
	n.Step(&raft.TransferLeadership{Handle: 9, To: 3}, &out)
	n.handover.asked = true
	n.Step(&raft.Read{Handle: 8, Lease: true}, &out)
	n.peers[1].snapshot = &raft.Snapshot{Index: 1, Term: 1, Data: []byte("on its way")}
	n.snapshot = &raft.Snapshot{Index: 1, Term: 1, Data: []byte("here")}
	n.incoming.data = []byte("coming")
	for range 3 {
		n.Step(&raft.Propose{Proposals: []raft.Proposal{{Handle: 7, Data: []byte("x")}}}, &out)
	}
	entries := n.log.between(1, n.log.last())
	n.log.older, n.log.tail = []piece{{0, entries[:2:2]}}, piece{2, entries[2:]}
	n.change = change{open: true, handle: 3}
	for _, c := range []*raft.Config{&n.configs[0].config, &n.incoming.config, &n.snapshot.Config, &n.peers[1].snapshot.Config} {
		*c = raft.Config{Voters: []raft.ID{1, 2, 3}, Outgoing: []raft.ID{1, 2, 4}, Learners: []raft.ID{7, 9}}
	}
	return n
}

// TestTheStateBytesTellEachField changes each field in turn. A field that is added
// later and left out of AppendState fails here.
func TestTheStateBytesTellEachField(t *testing.T) {
	derived := map[string]bool{
		".self": true, ".servers": true, ".using": true, ".voters": true, ".outgoing": true, // of configs
		// Where the entries stand, and in which message they went, which is nobody's business.
		".said":                true,
		".log.older[0].before": true, ".log.tail.before": true, ".log.own": true, ".log.joined": true,
	}
	n := busy()
	if n.role != raft.Leader || len(n.disk.pending.live()) != 3 || len(n.open.live()) != 3 || n.peers[1].flying != 3 {
		t.Fatalf("the server is not busy: %+v", n)
	}
	before := n.AppendState(nil)
	fields := 0
	var visit func(v reflect.Value, path string)
	visit = func(v reflect.Value, path string) {
		if derived[path] {
			return
		}
		v = reflect.NewAt(v.Type(), unsafe.Pointer(v.UnsafeAddr())).Elem()
		old := reflect.ValueOf(v.Interface())
		switch v.Kind() {
		case reflect.Pointer: // a snapshot
			visit(v.Elem(), path)
			return
		case reflect.Struct:
			switch x := v.Addr().Interface().(type) {
			case *queue[write]:
				visit(reflect.ValueOf(&x.items[x.head:][0]).Elem(), path+"[0]")
				return
			case *queue[read]:
				visit(reflect.ValueOf(&x.items[x.head:][0]).Elem(), path+"[0]")
				return
			case *queue[proposal]:
				visit(reflect.ValueOf(&x.items[x.head:][0]).Elem(), path+"[0]")
				return
			}
			for i := range v.NumField() {
				visit(v.Field(i), path+"."+v.Type().Field(i).Name)
			}
			return
		case reflect.Slice:
			if path == ".peers" { // the own place is not used, the first follower's is
				visit(v.Index(1), path+"[1]")
			} else {
				last := v.Len() - 1
				visit(v.Index(last), fmt.Sprintf("%s[%d]", path, last))
			}
			return
		case reflect.Array: // the appends under way, the leases
			visit(v.Index(0), path+"[0]")
			return
		case reflect.Bool:
			v.SetBool(!v.Bool())
		case reflect.Int, reflect.Int64:
			v.SetInt(v.Int() - 1)
		case reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
			v.SetUint(v.Uint() ^ 1)
		default:
			t.Fatalf("%s is of kind %v, which this test does not know", path, v.Kind())
		}
		fields++
		if bytes.Equal(n.AppendState(nil), before) {
			t.Errorf("%s makes no difference to the state bytes", path)
		}
		v.Set(old)
	}
	visit(reflect.ValueOf(n).Elem(), "")
	if !bytes.Equal(n.AppendState(nil), before) {
		t.Error("the state was not put back")
	}
	if fields < 30 {
		t.Errorf("only %d fields were visited", fields)
	}
}
