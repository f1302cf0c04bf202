package shell

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"raftarium/kv"
	"raftarium/netsim"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
	"raftarium/viz/scene"
)

// inspected is the value of a row of the inspector.
func (r *rig) inspected(label string) string {
	r.t.Helper()
	for _, n := range r.Tree().Nodes {
		if strings.HasPrefix(n.ID, "inspector/") && n.Label == label {
			return n.Value
		}
	}
	r.t.Fatalf("the inspector has no row %q", label)
	return ""
}

// numbered is the number that a row of the inspector begins with.
func (r *rig) numbered(label string) netsim.EventID {
	r.t.Helper()
	text := r.inspected(label)
	id, err := strconv.ParseUint(text[:strings.IndexAny(text+" ", " ")], 10, 64)
	if err != nil {
		r.t.Fatalf("%s: %q does not begin with a number", label, text)
	}
	return netsim.EventID(id)
}

// Whoever looks for the first wrong event reads its number where it shows: at a server,
// a client, a message and a log entry.
func TestTheInspectorNumbersTheLastEvent(t *testing.T) {
	r := open(t, wide).lead()
	for _, line := range []string{"append c1 x a", "loss 30%", "load append"} {
		if err := r.Do(line); err != nil {
			t.Fatal(err)
		}
	}
	seen := map[scene.Kind]bool{}
	for range 300 {
		r.Apply(stepEvent{})
		rec, ok := r.world.Trace(r.view.Events)
		if !ok {
			t.Fatal("the newest event is not traced")
		}
		switch {
		case rec.Node == 0:
			continue
		case rec.Kind == netsim.Lost:
			r.Apply(Select{scene.ThingMessage(rec.Number)})
			r.tick(1)
			if got := r.numbered("lost in"); got != rec.ID {
				t.Fatalf("lost in event %d, the inspector says %d", rec.ID, got)
			}
			seen[scene.Message] = true
		case rec.Node <= raft.MaxServers:
			r.Apply(Select{scene.ThingServer(raft.ID(rec.Node))})
			r.tick(1)
			if got := r.numbered("last event"); got != rec.ID {
				t.Fatalf("the last event is %d, the inspector says %d", rec.ID, got)
			}
			seen[scene.Server] = true
		default:
			r.Apply(Select{scene.ThingClient(kv.ClientID(rec.Node - script.MaxServers))})
			r.tick(1)
			if got := r.numbered("last event"); got != rec.ID {
				t.Fatalf("the last event is %d, the inspector says %d", rec.ID, got)
			}
			seen[scene.Client] = true
		}
	}
	for _, k := range []scene.Kind{scene.Server, scene.Client, scene.Message} {
		if !seen[k] {
			t.Errorf("nothing of kind %d was looked at", k)
		}
	}
	for i := range r.view.InFlight {
		if m := &r.view.InFlight[i]; m.Cause == 0 || m.Cause > r.view.Events {
			t.Errorf("message %d was sent in event %d of %d", m.ID, m.Cause, r.view.Events)
		}
	}
}

// An entry came with the message that brought it: to a leader from a client, to a
// follower from the leader.
func TestTheInspectorSaysWithWhichEventAnEntryCame(t *testing.T) {
	r := open(t, wide).lead()
	if err := r.Do("append c1 x a"); err != nil {
		t.Fatal(err)
	}
	r.Pass(500 * time.Millisecond)
	leader := r.leader()
	last := r.server(leader).Raft.Last()
	for _, s := range r.view.Servers {
		r.Apply(Select{scene.ThingCell(s.ID, last)})
		r.tick(1)
		rec, ok := r.world.Trace(r.numbered("last came"))
		want := "Append from S" + strconv.Itoa(int(leader))
		if s.ID == leader {
			want = "Request from C1"
		}
		if !ok || rec.Kind != netsim.Delivery || raft.ID(rec.Node) != s.ID || !strings.HasSuffix(r.inspected("last came"), want) {
			t.Errorf("S%d: its entry came with %q (%+v)", s.ID, r.inspected("last came"), rec)
		}
	}
	// Nothing brought the entry with which a leader begins.
	r.Apply(Select{scene.ThingCell(leader, 1)})
	r.tick(1)
	if got := r.inspected("last came"); got != "–" {
		t.Errorf("the leader's no-op came with %q", got)
	}
}
