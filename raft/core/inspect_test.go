package core

import (
	"reflect"
	"testing"

	"raftarium/raft"
)

// litter fills every field, at all depths, with something that no server says.
func litter(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			litter(v.Field(i))
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 7, 9))
		for i := range v.Len() {
			litter(v.Index(i))
		}
	case reflect.Bool:
		v.SetBool(true)
	case reflect.String:
		v.SetString("litter")
	case reflect.Int, reflect.Int64:
		v.SetInt(99)
	default:
		v.SetUint(99)
	}
}

// plain is a status whose empty lists are all nil, so that two can be compared.
func plain(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			plain(v.Field(i))
		}
	case reflect.Slice:
		if v.Len() == 0 {
			v.SetZero()
		}
	}
}

// TestInspectOverwritesAllThatWasThere holds a status that was full of something else
// against a new one. A field that is added to raft.Status later, and only set in some
// cases, fails here.
func TestInspectOverwritesAllThatWasThere(t *testing.T) {
	standing := new(Node)
	var out raft.Effects
	standing.Step(&raft.Start{ID: 1, Servers: []raft.ID{1, 2, 3}, Timing: raft.DefaultTiming}, &out)
	follower := standing.Clone().(*Node)
	standing.Step(&raft.TimerFired{Key: raft.TimerElection}, &out)
	follower.Step(&raft.Deliver{From: 2, Msg: &raft.AppendEntries{Term: 1, Entries: []raft.Entry{{Term: 1, Index: 1}}}}, &out)
	for name, n := range map[string]*Node{
		"not started": new(Node), "leader": busy(), "standing": standing, "follower": follower,
	} {
		var want, got raft.Status
		litter(reflect.ValueOf(&got).Elem())
		got.NoLog = false // this one is asked, not told
		n.Inspect(&want)
		n.Inspect(&got)
		plain(reflect.ValueOf(&want).Elem())
		plain(reflect.ValueOf(&got).Elem())
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: over another status Inspect leaves\n%+v, want\n%+v", name, got, want)
		}
	}
}
