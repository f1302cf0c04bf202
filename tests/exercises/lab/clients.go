package lab

import (
	"fmt"
	"time"

	"raftarium/kv"
	"raftarium/raft"
)

// Busy are the clients that wait for an answer, of those named, or of all.
func (r *Run) Busy(clients ...kv.ClientID) (busy []kv.ClientID) {
	if len(clients) == 0 {
		for i := range r.See().Clients {
			clients = append(clients, kv.ClientID(i+1))
		}
	}
	for _, c := range clients {
		if r.World.Busy(c) {
			busy = append(busy, c)
		}
	}
	return busy
}

// Answered waits until the clients named, or all, have their answers.
func (r *Run) Answered(within time.Duration, clients ...kv.ClientID) error {
	return r.Stands(r.wantsAlways(within, "every client should have its answer", "", func() string {
		if busy := r.Busy(clients...); len(busy) > 0 {
			return fmt.Sprintf("%v still waits", busy[0])
		}
		return ""
	}))
}

// Stands adds to an error that something did not come in time where things stand.
func (r *Run) Stands(err error) error {
	if l, ok := err.(*late); ok {
		l.more = r.Standing()
	}
	return err
}

// Ask has a client do an operation, as an action line says it without the client
// ("append x 1"), and waits for the answer.
func (r *Run) Ask(c kv.ClientID, within time.Duration, verb, rest string) error {
	if err := r.Do("%s %v %s", verb, c, rest); err != nil {
		return err
	}
	return r.Answered(within, c)
}

// Value is the value of a key at a server.
func (r *Run) Value(id raft.ID, key string) string {
	for _, kv := range r.Server(id).KV.Keys {
		if kv.Key == key {
			return string(kv.Value)
		}
	}
	return ""
}

// Everywhere waits until every server that is named, or every one, has a value at a
// key.
func (r *Run) Everywhere(within time.Duration, key, value string, servers ...raft.ID) error {
	if len(servers) == 0 {
		servers = r.Others()
	}
	who := "every server"
	if len(servers) == 1 {
		who = servers[0].String()
	}
	return r.Stands(r.wantsAlways(within, fmt.Sprintf("%s should have %q at %s", who, value, key), key, func() string {
		for _, id := range servers {
			if got := r.Value(id, key); got != value {
				return fmt.Sprintf("%v has %q", id, got)
			}
		}
		return ""
	}))
}

// Standing says where things stand still, as a part of a sentence: what has become of
// the leader's log.
func (r *Run) Standing() string {
	leader := r.Leader()
	if leader == raft.None {
		return ", and nobody leads"
	}
	s := r.Server(leader)
	what := fmt.Sprintf(". %v leads term %d, and its log ends at index %d", leader, s.Raft.Term, s.Raft.Last())
	if s.Raft.Commit < s.Raft.Last() {
		what += fmt.Sprintf(", but it has committed no more than index %d", s.Raft.Commit)
		for i := range s.Raft.Peers {
			p := &s.Raft.Peers[i]
			what += fmt.Sprintf("; it knows %v to have index %d, and tries from %d on", p.ID, p.Match, p.Next)
		}
		return what
	}
	if s.KV.Applied < s.Raft.Commit {
		return what + fmt.Sprintf(", all committed, but the service was handed no more than index %d (Applies)", s.KV.Applied)
	}
	for _, id := range r.Others(leader) {
		o := r.Server(id)
		if !o.Up || o.Raft.Last() >= s.Raft.Last() {
			continue
		}
		what += fmt.Sprintf(", but that of %v ends at index %d", id, o.Raft.Last())
		for i := range s.Raft.Peers {
			if p := &s.Raft.Peers[i]; p.ID == id {
				what += fmt.Sprintf("; it knows %v to have index %d, and tries from %d on", id, p.Match, p.Next)
			}
		}
		return what
	}
	return what
}

// Alike waits until all servers have applied the same and hold the same, and nobody
// waits for anything.
func (r *Run) Alike(within time.Duration) error {
	return r.wantsAlways(within, "all servers should hold the same", "", r.unlike)
}

// unlike says what two servers differ in, "" if they do not.
func (r *Run) unlike() string {
	v := r.See()
	a := &v.Servers[0]
	for i := range v.Servers[1:] {
		b := &v.Servers[i+1]
		if a.KV.Applied != b.KV.Applied {
			return fmt.Sprintf("%v has applied the log up to index %d, %v up to %d", a.ID, a.KV.Applied, b.ID, b.KV.Applied)
		}
		if len(a.KV.Keys) != len(b.KV.Keys) {
			return fmt.Sprintf("%v has %d keys, %v has %d", a.ID, len(a.KV.Keys), b.ID, len(b.KV.Keys))
		}
		for k := range a.KV.Keys {
			if x, y := a.KV.Keys[k], b.KV.Keys[k]; x.Key != y.Key || string(x.Value) != string(y.Value) {
				return fmt.Sprintf("%v has %q at %s, %v has %q at %s", a.ID, x.Value, x.Key, b.ID, y.Value, y.Key)
			}
		}
	}
	return ""
}
